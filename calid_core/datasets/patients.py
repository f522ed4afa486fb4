"""From paths to cases: ACDC and Sunnybrook folders, cines with contours, and any stack that can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from calid_core.cine import View
from calid_core.contouring.heart_box import estimated_box
from calid_core.datasets import sunnybrook
from calid_core.datasets.acdc import is_acdc, labelled_volumes, read_frames
from calid_core.datasets.cases import BoxSource, Case, Moment, about
from calid_core.datasets.contours import contoured_case
from calid_core.datasets.division import was_trained_on
from calid_core.errors import InputError, SettingsError, of_each
from calid_core.io import SeriesSummary, only_short_axis, read_stack, scan
from calid_core.paths import cannot_be_opened, check_there, is_folder, named
from calid_core.progress import Progress, ProgressCallback, Stage, ignore_progress
from calid_core.words import count_of

_SUFFIX = re.compile(r"\.(nii|nii\.gz|nrrd|nhdr|mha|mhd|dcm|ima)$", re.IGNORECASE)
LISTED = 5
"""Names that a message lists."""


@dataclass(frozen=True)
class Patient:
    """A patient that was found; reading is put off until ``cases`` is called.

    Parameters
    ----------
    name
        As it is called in its data set.
    cases
        Reads its cases.
    """

    name: str
    cases: Callable[[], Sequence[Case]]


def find_patients(paths: Sequence[Path]) -> tuple[Patient, ...]:
    """Patients in files and folders.

    Understood are ACDC patients or a folder of them; the Sunnybrook archive (``dicom/``, ``contours/``); a folder
    with ``short-axis/`` and ``contours/``; else anything that holds one short-axis stack, without labels, or a folder with one such
    stack in each of its subfolders.

    Raises
    ------
    InputError
        A path does not exist or cannot be opened, or two patients have the same name.
    """
    found = [patient for path in paths for patient in _below(named(path))]
    names = Counter(patient.name for patient in found)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InputError(
            f"{names[twice[0]]} of the data given are called {twice[0]}: give each file or folder a name of its own"
        )
    return tuple(found)


def select_patients(patients: Sequence[Patient], wanted: str) -> tuple[Patient, ...]:
    """The patients that are asked for.

    Parameters
    ----------
    patients
        All that were found.
    wanted
        ``all``; ``validation`` leaves out the patients that the shipped model was trained on; else names or numbers with
        commas between.

    Raises
    ------
    SettingsError
        Nobody is named or left, or a name is unknown.
    """
    if wanted == "all":
        chosen = tuple(patients)
    elif wanted == "validation":
        chosen = tuple(p for p in patients if not was_trained_on(p.name))
    else:
        words = [word for part in wanted.split(",") if (word := part.strip())]
        if not words:
            raise SettingsError(
                f"--patients names nobody; give all, validation, or names or numbers of {_listed(patients)}"
            )
        missing = [word for word in words if not any(_is_meant(p, word) for p in patients)]
        if missing:
            raise SettingsError(f"no patient {', '.join(missing)}; the data hold {_listed(patients)}")
        chosen = tuple(p for p in patients if any(_is_meant(p, word) for word in words))
    if not chosen:
        remedy = "other data" if wanted == "all" else "--patients all for those the model was trained on, too"
        raise SettingsError(
            f"--patients {wanted} leaves nobody of {count_of(len(patients), 'patient')}; give {remedy}"
        )
    return chosen


def left_out_remark(found: Sequence[Patient], chosen: Sequence[Patient], wanted: str) -> tuple[str, ...]:
    """How many of those ``found`` are not ``chosen`` because the model was trained on them; nothing where all are, or others were ``wanted``."""
    count = len(found) - len(chosen)
    if wanted != "validation" or not count:
        return ()
    left = (
        "is left out: the shipped model was trained on it"
        if count == 1
        else "are left out: the shipped model was trained on them"
    )
    return (f"{count} of {count_of(len(found), 'patient')} {left}.",)


def read_cases(
    patients: Sequence[Patient], on_progress: ProgressCallback = ignore_progress
) -> tuple[Case, ...]:
    """All cases of ``patients``; an error names every patient whose data cannot be used, each on a line that begins with the name."""

    def read(numbered: tuple[int, Patient]) -> Sequence[Case]:
        index, patient = numbered
        on_progress(Progress(Stage.READING, index, len(patients)))
        with about(patient.name):
            return patient.cases()

    return tuple(chain.from_iterable(of_each(read, enumerate(patients))))


def _below(path: Path) -> Iterator[Patient]:
    check_there(path)
    if is_acdc(path):
        yield _acdc(path)
    elif is_folder(path) and (patients := [f for f in _entries(path) if is_acdc(f)]):
        yield from (_acdc(folder) for folder in patients)
    elif sunnybrook.is_sunnybrook(path):
        yield from (_sunnybrook(path, folder) for folder in _entries(path / "dicom"))
    elif is_folder(path / "short-axis") and is_folder(path / "contours"):
        name = path.name
        yield Patient(
            name,
            lambda: (contoured_case(path / "short-axis", path / "contours", dataset=name, subject=name),),
        )
    elif subfolders := _with_a_stack_each(path):
        yield from (_plain(folder, folder.name) for folder in subfolders)
    else:
        yield _plain(path, _SUFFIX.sub("", path.name))


def _plain(path: Path, subject: str) -> Patient:
    return Patient(subject, lambda: (_unlabelled(path, subject),))


def _with_a_stack_each(folder: Path) -> list[Path]:
    """Subfolders of a folder with stacks of several patients, one in each; none where it has one stack, or where that is not so.

    Subfolders without any image are passed over. What lies in the folder of a training patient is that patient's.
    """
    if not is_folder(folder) or was_trained_on(folder.name):
        return []
    within = [f for f in _entries(folder) if is_folder(f) and not f.name.startswith(".")]
    if len(within) < 2 or len(_choices(folder)) < 2:
        return []
    choices = {subfolder: _choices(subfolder) for subfolder in within}
    several = any(len(stacks) > 1 for stacks in choices.values())
    return [] if several else [subfolder for subfolder, stacks in choices.items() if stacks]


def _choices(path: Path) -> tuple[SeriesSummary, ...]:
    """The short-axis stacks between which somebody must choose; one where it is clear, none where there is none."""
    try:
        found = scan([path])
    except InputError:  # there is nothing readable; whoever reads it is told
        return ()
    try:
        return (only_short_axis(found),)
    except InputError:
        return tuple(s for s in found.series if s.view is View.SHORT_AXIS and s.slices > 1)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise cannot_be_opened(folder, error) from error


def _acdc(folder: Path) -> Patient:
    return Patient(folder.name, lambda: tuple(acdc_cases(folder)))


def acdc_cases(folder: Path) -> Iterator[Case]:
    """The labelled volumes of one patient of ACDC, one case each; ``InputError`` where files are missing or damaged."""
    frames = read_frames(folder)
    moments = {frames.diastole: Moment.END_DIASTOLE, frames.systole: Moment.END_SYSTOLE}
    for volume in labelled_volumes(folder):
        yield Case(
            subject=folder.name,
            dataset="ACDC",
            stack=volume.stack,
            box=volume.box,
            box_source=BoxSource.EXPERT,
            labels=volume.labels,
            moments=(moments.get(volume.frame),),
        )


def _sunnybrook(root: Path, folder: Path) -> Patient:
    contours = sunnybrook.CONTOURS.get(folder.name)
    if contours is None:
        return Patient(folder.name, lambda: (_unlabelled(folder, folder.name, "Sunnybrook"),))
    return Patient(
        folder.name,
        lambda: (
            contoured_case(folder, root / "contours" / contours, dataset="Sunnybrook", subject=folder.name),
        ),
    )


def _unlabelled(path: Path, subject: str, dataset: str = "unlabelled") -> Case:
    try:
        stack = read_stack(path)
    except InputError as error:
        if len(_choices(path)) < 2:
            raise
        raise InputError(f"{error}; to choose, give the file or folder of each patient's stack") from error
    return Case(subject, dataset, stack, estimated_box(stack), BoxSource.ESTIMATED)


def _listed(patients: Sequence[Patient]) -> str:
    """How many there are, and the first names."""
    names = ", ".join(patient.name for patient in patients[:LISTED])
    return f"{count_of(len(patients), 'patient')}: {names}{', …' if len(patients) > LISTED else ''}"


def _is_meant(patient: Patient, word: str) -> bool:
    numbers = re.findall(r"\d+", patient.name)
    return word == patient.name or (word.isdecimal() and bool(numbers) and int(numbers[-1]) == int(word))
