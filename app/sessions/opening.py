"""Finding the images of a session again: the right ones, by content, wherever they lie now."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.checks.aligning import aligned_stack
from app.controllers.series_loading import LoadedSeries, with_landmarks
from app.jobs import JobContext
from app.messages import extent
from app.sessions.session import SourceImages
from app.translation import tr
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.identity import stack_digest
from calid_core.io.summary import SeriesSummary
from calid_core.paths import is_file, is_folder


@dataclass(frozen=True, eq=False)
class FoundImages:
    """The stack of a session with the series it was found among.

    Parameters
    ----------
    paths
        What was opened; empty for the bundled sample.
    series
        Everything that was found there.
    chosen
        The series under review; None for the sample.
    loaded
        Its images, as acquired.
    aligned
        What was made of them by aligning, where that is what the session is about.
    """

    paths: tuple[Path, ...]
    series: tuple[SeriesSummary, ...]
    chosen: SeriesSummary | None
    loaded: LoadedSeries
    aligned: CineStack | None = None

    @property
    def stack(self) -> CineStack:
        """The stack that the session is about."""
        return self.loaded.stack if self.aligned is None else self.aligned


def present_paths(images: SourceImages, folder: Path) -> tuple[Path, ...] | None:
    """Where the images are: below the session's folder, else where they were; None where any is missing.

    Only ordinary files and folders count, and none on a network: where they are the reader says.
    """
    found = []
    for source in images.paths:
        candidates = [folder / source.relative] if source.relative else []
        if source.absolute and not source.on_network:
            candidates.append(Path(source.absolute))
        present = next((path for path in candidates if is_file(path) or is_folder(path)), None)
        if present is None:
            return None
        found.append(present)
    return tuple(found)


def find_sample(images: SourceImages, context: JobContext) -> FoundImages:
    """The bundled sample, if it is still the one of the session."""
    from calid_core.sample import sample_stack

    stack = sample_stack()
    context.cancel.raise_if_cancelled()
    meant = _as_reviewed(images, stack)
    if meant is None:
        raise InputError(
            tr(
                "the bundled sample of this version is another one than the session was made with; "
                "its verdicts do not apply to it"
            )
        )
    return FoundImages((), (), None, with_landmarks(stack), None if meant is stack else meant)


def find_images(images: SourceImages, paths: tuple[Path, ...], context: JobContext) -> FoundImages:
    """The stack with the content of a session among files and folders.

    Raises
    ------
    InputError
        It is not there, or its pixels are not those the session was made from.
    """
    from calid_core import io

    for matching in io.PhaseMatching:
        scan = io.scan(paths, on_progress=context.on_progress, cancel=context.cancel, matching=matching)
        for summary in _candidates(images, scan.series):
            stack = io.load(summary, on_progress=context.on_progress, cancel=context.cancel)
            meant = _as_reviewed(images, stack)
            if meant is not None:
                aligned = None if meant is stack else meant
                return FoundImages(paths, scan.series, summary, with_landmarks(stack), aligned)
    raise InputError(
        tr(
            "the images are not those the session was made from ({extent} of {rows} × {columns}, content {digest}); "
            "choose the folder with the original ones"
        ).format(
            extent=extent(images.slices, images.phases),
            rows=images.rows,
            columns=images.columns,
            digest=images.digest[:12],
        )
    )


def _candidates(images: SourceImages, series: Sequence[SeriesSummary]) -> list[SeriesSummary]:
    """Series of the right size, the one with the same name first."""
    fitting = [
        s
        for s in series
        if (s.slices, s.phases, s.rows, s.columns)
        == (images.slices, images.phases, images.rows, images.columns)
    ]
    return sorted(fitting, key=lambda s: s.label != images.label)


def _as_reviewed(images: SourceImages, stack: CineStack) -> CineStack | None:
    """The stack, or it aligned again, with the content of a session; None where it is another one."""
    if stack.intensity.shape != (images.phases, images.slices, images.rows, images.columns):
        return None
    if stack_digest(stack) == images.digest:
        return stack
    if not any(images.moved) or stack.moved_slices:
        return None
    aligned = aligned_stack(stack, -np.array([movement or (0.0, 0.0) for movement in images.moved]))
    return aligned if stack_digest(aligned) == images.digest else None
