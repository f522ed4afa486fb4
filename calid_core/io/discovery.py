"""Finding and loading cines in files and folders."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from calid_core.cine import CineStack, View
from calid_core.errors import CalidError, DicomError, InputError
from calid_core.io.dicom.duplicates import without_duplicates
from calid_core.io.dicom.grouping import FrameStack
from calid_core.io.dicom.headers import FrameHeader, looks_like_dicom, read_frames
from calid_core.io.dicom.pixel_format import NotAnImage
from calid_core.io.dicom.reading import OnFrame, load_dicom
from calid_core.io.dicom.summary import summarise
from calid_core.io.folders import FolderSearch
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.io.silence import pydicom_silenced
from calid_core.io.summary import Problem, Scan, SeriesSummary
from calid_core.io.volume_headers import looks_like_labels, volume_suffix
from calid_core.io.volume_reading import load_volume, summarise_volume
from calid_core.paths import check_there, is_file, is_folder
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress
from calid_core.words import count_of

PROGRESS_EVERY = 25
IGNORED, UNREADABLE = "ignored", "could not be read"
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")
REMEDIES = {
    "packed archives": "unpack it and open the folder that comes out",
    "DICOM directories": "open the folder with the images that it lists",
}


@pydicom_silenced()
def scan(
    paths: Sequence[Path],
    *,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    matching: PhaseMatching = PhaseMatching.RR_FRACTION,
) -> Scan:
    """Everything readable in files and folders, from headers alone.

    Parameters
    ----------
    paths
        Files, or folders that are searched whole. DICOM is told by content, other formats by suffix.
    matching
        How slices imaged at different moments of the heart cycle are to be brought to common phases.

    Raises
    ------
    InputError
        A path does not exist or cannot be opened, or nothing readable was found; the message says what was there instead.
    """
    search = _Search(on_progress, cancel, matching)
    for path in paths:
        check_there(path)
        search.add(path)
    result = search.result()
    if not result.series:
        raise InputError(_nothing_found(paths, result))
    return result


def load(
    summary: SeriesSummary,
    *,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    on_frame: OnFrame | None = None,
) -> CineStack:
    """The cine of a series.

    Parameters
    ----------
    on_frame
        Called with phase, slice and ``(rows, columns)`` stored values as soon as they are read, the middle slice at
        phase 0 first.

    Raises
    ------
    InputError
        The files are gone, truncated or cannot be decoded.
    """
    if isinstance(summary.content, FrameStack):
        return load_dicom(summary, summary.content, on_progress=on_progress, cancel=cancel, on_frame=on_frame)
    stack = load_volume(summary, summary.content)
    if on_frame is not None:
        middle = stack.slices // 2
        on_frame(0, middle, stack.intensity[0, middle])
    return stack


def read_stack(path: str | Path, matching: PhaseMatching = PhaseMatching.RR_FRACTION) -> CineStack:
    """The one short-axis stack of a file or folder.

    Raises
    ------
    InputError
        There is none or more than one; the message lists what there is.
    """
    return load(only_short_axis(scan([Path(path)], matching=matching)))


def only_short_axis(found: Scan) -> SeriesSummary:
    """The one short-axis stack of a scan.

    What was acquired goes before what was made of it, a cine before single phases, and a whole stack before one of less than half
    its slices (repeats, perfusion).

    Raises
    ------
    InputError
        There is none or more than one.
    """
    stacks = [s for s in found.series if s.view is View.SHORT_AXIS and s.slices > 1]
    stacks = [s for s in stacks if not s.made] or stacks
    candidates = [s for s in stacks if s.phases > 1] or stacks
    most = max((s.slices for s in candidates), default=0)
    candidates = [s for s in candidates if 2 * s.slices > most]
    if len(candidates) == 1:
        problems = tuple(p.message for p in found.problems)
        return replace(candidates[0], messages=(*candidates[0].messages, *problems))
    listed = "; ".join(
        f"{s.key}: {s.label} ({s.view.value}, {s.size})" for s in (candidates or found.series)[:12]
    )
    if not candidates:
        hint = "; open the folder with all of its files" if found.files == 1 else ""
        raise InputError(f"no short-axis stack of two or more slices; there is: {listed}{hint}")
    raise InputError(f"{len(candidates)} short-axis stacks, choose one: {listed}")


class _Search:
    """Files as they are met, sorted by kind."""

    def __init__(
        self, on_progress: ProgressCallback, cancel: CancelToken | None, matching: PhaseMatching
    ) -> None:
        self._on_progress, self._cancel, self._matching = on_progress, cancel, matching
        self._frames: list[FrameHeader] = []
        self._volumes: list[SeriesSummary] = []
        self._problems: list[Problem] = []
        self._others: Counter[tuple[str, str]] = Counter()
        self._seen: set[Path] = set()
        self._folders = FolderSearch()

    def add(self, path: Path) -> None:
        """Look at a file, or at every file below a folder."""
        whole_folder = is_folder(path)
        for file in self._folders.files_below(path) if whole_folder else [path]:
            if self._cancel is not None:
                self._cancel.raise_if_cancelled()
            if file in self._seen:
                continue
            self._seen.add(file)
            self._look_at(file, whole_folder)
            if len(self._seen) % PROGRESS_EVERY == 0:
                self._on_progress(Progress(Stage.READING, len(self._seen), 0, "headers"))

    def result(self) -> Scan:
        """What was found so far."""
        frames, duplicates = without_duplicates(self._frames)
        series, unusable = summarise(frames, self._matching)
        counted = [
            Problem(f"{count_of(count, 'file')} {outcome}: {what}", count)
            for (outcome, what), count in self._others.items()
        ]
        numbered = (replace(s, key=str(n)) for n, s in enumerate((*series, *self._volumes), 1))
        return Scan(
            tuple(numbered),
            (*duplicates, *unusable, *self._problems, *self._folders.problems(), *counted),
            files=len(self._seen),
        )

    def _look_at(self, file: Path, in_folder: bool) -> None:
        try:
            if volume_suffix(file):
                self._add_volume(file, in_folder)
                return
            with file.open("rb") as opened:
                start = opened.read(256)
            if looks_like_dicom(start):
                self._frames += read_frames(file)
            else:
                self._others[IGNORED, _what_else(file, start)] += 1
        except NotAnImage as what:
            self._others[IGNORED, str(what)] += 1
        except DicomError as error:
            self._others[UNREADABLE, str(error)] += 1
        except CalidError as error:
            self._problems.append(Problem(str(error)))
        except OSError as error:
            self._others[UNREADABLE, f"{error.strerror}; check its permissions"] += 1

    def _add_volume(self, file: Path, in_folder: bool) -> None:
        if in_folder and looks_like_labels(file):
            self._others[IGNORED, "segmentations by their names (_gt, _seg, _label, _mask)"] += 1
            return
        self._volumes.append(summarise_volume(file))


def _what_else(file: Path, start: bytes) -> str:
    if not start:
        return "empty"
    suffix = file.suffix.lower()
    if suffix in ARCHIVES:
        return "packed archives"
    return f"named {suffix} but no DICOM" if suffix in (".dcm", ".ima") else "no images"


def _nothing_found(paths: Sequence[Path], result: Scan) -> str:
    if len(paths) == 1 and is_file(paths[0]) and len(result.problems) == 1:
        name, message = paths[0].name, result.problems[0].message
        if message.startswith(name):
            return message
        return f"{name}: {message}; {_remedy(message) or 'choose a DICOM, NIfTI, NRRD or MetaImage file'}"
    what = "; ".join(problem.message for problem in result.problems)
    if not result.files:
        folders = ", ".join(map(str, paths))
        empty = f"nothing to read ({what})" if what else "the folder is empty"
        return f"{folders}: {empty}; choose a folder with DICOM, NIfTI, NRRD or MetaImage files"
    return "; ".join(
        filter(None, (f"nothing readable among {count_of(result.files, 'file')}: {what}", _remedy(what)))
    )


def _remedy(what: str) -> str:
    """What to do about files that hold or list images and are none; empty for others."""
    return next((remedy for kind, remedy in REMEDIES.items() if kind in what), "")
