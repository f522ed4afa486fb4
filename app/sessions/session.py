"""What a session file holds, as values that check themselves; docs/session-format.md describes the file."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.file_values import check_digest
from app.review.verdicts import Review, check_initials
from app.sessions.saved_measurement import SavedMeasurement
from app.state.compare_state import CompareMode
from app.translation import tr
from calid_core.checks.report import CheckReport
from calid_core.errors import InputError
from calid_core.provenance import Movement
from calid_core.settings import ReconstructionSettings

FORMAT = "calid-session"
FORMAT_VERSION = 2
MOST_RUNS = 100
MOST_PATHS = 10_000
MOST_MEASUREMENTS = 1000
LONGEST_TEXT = 4096
LONGEST_MOVEMENT = 1000.0
"""mm."""


@dataclass(frozen=True)
class SourcePath:
    """A file or folder the images were opened from.

    Parameters
    ----------
    relative
        From the folder of the session file downwards, with slashes; empty where the images lie elsewhere.
    absolute
        Where they were when the session was saved; empty where only ``relative`` is kept.

    Raises
    ------
    InputError
        A relative path that leaves the folder of the session.
    """

    relative: str = ""
    absolute: str = ""

    def __post_init__(self) -> None:
        for text in (self.relative, self.absolute):
            if len(text) > LONGEST_TEXT or "\0" in text:
                raise InputError(tr("a path in the session is too long or damaged"))
        # A file from elsewhere may have been written by either system.
        kinds = (PurePosixPath(self.relative), PureWindowsPath(self.relative))
        if any(".." in kind.parts or kind.anchor for kind in kinds):
            raise InputError(
                tr("the session points outside its folder: {path!r}").format(path=self.relative[:80])
            )
        if not self.relative and not self.absolute:
            raise InputError(tr("a path in the session is empty"))

    @property
    def on_network(self) -> bool:
        """Whether ``absolute`` is an address of a network: a file from elsewhere is not to make the program call there."""
        return self.absolute.startswith(("//", "\\\\")) or "://" in self.absolute


@dataclass(frozen=True)
class SourceImages:
    """The acquired stack under review.

    Parameters
    ----------
    digest
        SHA-256 by content (``calid_core.identity.stack_digest``).
    label
        Name in the list of series.
    slices, phases, rows, columns
        Size.
    paths
        What was opened; empty for the bundled sample.
    moved
        By slice, how far it was moved in plane, two mm along rows and columns, where the stack was aligned; None where it is
        as acquired. Empty where none was moved.
    """

    digest: str
    label: str
    slices: int
    phases: int
    rows: int
    columns: int
    paths: tuple[SourcePath, ...] = ()
    moved: tuple[Movement | None, ...] = ()

    def __post_init__(self) -> None:
        check_digest(tr("the images"), self.digest)
        _check_text("label", self.label)
        if min(self.slices, self.phases, self.rows, self.columns) < 1 or self.voxels > 2**36:
            raise InputError(tr("the size of the images in the session is impossible"))
        moves = [abs(mm) for movement in self.moved for mm in movement or ()]
        if len(self.moved) not in (0, self.slices) or not all(mm <= LONGEST_MOVEMENT for mm in moves):
            raise InputError(tr("the alignment of the images in the session is impossible"))
        if len(self.paths) > MOST_PATHS:
            raise InputError(
                tr("the session lists {paths} paths, limit {limit}").format(
                    paths=len(self.paths), limit=MOST_PATHS
                )
            )

    @property
    def voxels(self) -> int:
        """Number of intensities."""
        return self.slices * self.phases * self.rows * self.columns

    @property
    def is_sample(self) -> bool:
        """Whether it is the bundled sample."""
        return not self.paths


@dataclass(frozen=True)
class StoredPixels:
    """Where the pixels of a run lie in the file, if they were asked for.

    Parameters
    ----------
    entry
        Name of the entry in the archive: ``run-1.raw``; the made slices, little-endian,
        ``(phases, made slices, rows, columns)``.
    dtype
        Type of the intensities, that of the input.
    half_width
        Entry with the half-widths, empty for none.
    half_width_dtype
        Their type.
    reach
        Acquired slices on each side that a made slice was made from.
    device, seconds, warnings
        As in ``Reconstruction``.
    """

    entry: str
    dtype: str
    half_width: str = ""
    half_width_dtype: str = "float16"
    reach: int = 1
    device: str = "CPU"
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.entry, self.half_width or "run-1.raw"):
            if not re.fullmatch(r"run-[0-9]{1,3}(\.half-width)?\.raw", name):
                raise InputError(
                    tr("pixels in the session have an impossible name: {name!r}").format(name=name[:80])
                )
        kinds = ((r"u?int(8|16|32|64)|float(16|32|64)", self.dtype), (r"float(16|32)", self.half_width_dtype))
        for possible, dtype in kinds:
            if not re.fullmatch(possible, dtype):
                raise InputError(
                    tr("pixels in the session have an impossible type: {dtype!r}").format(dtype=dtype[:40])
                )
        if not 1 <= self.reach <= 100:
            raise InputError(tr("the reach of a run is {reach}, must be 1 to 100").format(reach=self.reach))


@dataclass(frozen=True)
class SavedRun:
    """A reconstruction: how to make it again, or its pixels.

    Parameters
    ----------
    key
        By content (``calid_core.identity.run_key``).
    settings
        What was asked for, seed included.
    model_id
        Content hash of the weights; empty for interpolations.
    digest
        SHA-256 of its intensities, so that a run made again is known to be the same; empty where it was not known
        yet.
    checks
        What the checks found; None until they have run.
    pixels
        Where its pixels lie; None where it is made again.
    """

    key: str
    settings: ReconstructionSettings
    model_id: str
    digest: str
    checks: CheckReport | None = None
    pixels: StoredPixels | None = None

    def __post_init__(self) -> None:
        check_digest(tr("a run"), self.key)
        if self.digest:
            check_digest(tr("a run"), self.digest)
        _check_text("model", self.model_id)


@dataclass(frozen=True)
class Views:
    """How things were shown.

    Parameters
    ----------
    layer
        Key of the run that is shown; empty for the acquired slices.
    compare
        Keys of the runs side by side, empty for the acquired slices, left to right.
    position
        Crosshair, three LPS mm.
    phase
        From 0.
    window
        Centre and width.
    zoom, pan, long_axis_angle
        Magnification, two mm, degrees.
    swipe, flicker_rate
        Share of the width where the divider stands, changes per second.
    layout, tool, loop_mode, play_mode, compare_mode
        Names of the choices.
    """

    layer: str = ""
    compare: tuple[str, ...] = ()
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    phase: int = 0
    window: tuple[float, float] = (0.5, 1.0)
    inverted: bool = False
    interpolation: bool = True
    annotations_visible: bool = True
    crosshair_visible: bool = True
    contours_visible: bool = False
    uncertainty_visible: bool = False
    linked: bool = True
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    long_axis_angle: float = 0.0
    fps_wanted: float = 25.0
    layout: str = ViewLayout.GRID.name
    tool: str = Tool.WINDOW_LEVEL.name
    loop_mode: str = LoopMode.LOOP.name
    play_mode: str = PlayMode.REAL_TIME.name
    compare_mode: str = CompareMode.FLICKER.name
    swipe: float = 0.5
    flicker_rate: float = 2.0

    def __post_init__(self) -> None:
        scalars = (self.zoom, self.long_axis_angle, self.fps_wanted, self.flicker_rate)
        numbers = (*self.position, *self.window, *self.pan, *scalars)
        if not all(abs(value) < 1e12 for value in numbers):
            raise InputError(tr("a number of the views is not finite or too large"))
        if not (self.window[1] > 0 and 0 < self.zoom <= 100 and self.fps_wanted > 0 and self.phase >= 0):
            raise InputError(tr("window, zoom, speed or phase of the views is impossible"))
        if not 0 <= self.swipe <= 1 or self.flicker_rate <= 0:
            raise InputError(tr("the divider or the flicker of the views is impossible"))
        for name, kind in (
            ("layout", ViewLayout),
            ("tool", Tool),
            ("loop_mode", LoopMode),
            ("play_mode", PlayMode),
            ("compare_mode", CompareMode),
        ):
            if getattr(self, name) not in kind.__members__:
                raise InputError(
                    tr("{name} of the views is {value!r}, which is unknown").format(
                        name=name, value=getattr(self, name)[:40]
                    )
                )
        if len(self.compare) > MOST_RUNS:
            raise InputError(tr("too many runs are compared"))


@dataclass(frozen=True)
class Session:
    """A review that can be put away and taken up again.

    Parameters
    ----------
    program
        Version of CaLID that saved it.
    saved
        UTC, ISO 8601.
    images
        The stack under review.
    runs
        Its reconstructions, oldest first.
    views
        How things were shown.
    reviews
        Verdicts by run.
    reader
        Initials of who reviews; empty where nobody has said.
    measurements
        What was measured on the stack and its runs, oldest first.
    """

    program: str
    saved: str
    images: SourceImages
    runs: tuple[SavedRun, ...] = ()
    views: Views = field(default_factory=Views)
    reviews: tuple[Review, ...] = ()
    reader: str = ""
    measurements: tuple[SavedMeasurement, ...] = ()

    def __post_init__(self) -> None:
        _check_text("program", self.program)
        _check_text("saved", self.saved)
        if self.reader:
            check_initials(self.reader)
        if len(self.runs) > MOST_RUNS or len(self.reviews) > 10 * MOST_RUNS:
            raise InputError(
                tr("the session holds {runs} runs, limit {limit}").format(
                    runs=len(self.runs), limit=MOST_RUNS
                )
            )
        if len(self.measurements) > MOST_MEASUREMENTS:
            raise InputError(
                tr("the session holds {measurements} measurements, limit {limit}").format(
                    measurements=len(self.measurements), limit=MOST_MEASUREMENTS
                )
            )
        keys = [review.run_key for review in self.reviews]
        if len(set(keys)) != len(keys) or len({run.key for run in self.runs}) != len(self.runs):
            raise InputError(tr("two runs or reviews of the session have the same key"))


def _check_text(name: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InputError(
            tr("{name} in the session has {length} characters, limit {limit}").format(
                name=name, length=len(text), limit=LONGEST_TEXT
            )
        )
