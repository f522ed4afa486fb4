"""Movies of the cine: MP4 through PyAV, GIF through Pillow."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.export.frames import CineContent, FramePainter
from app.export.marks import with_palette
from app.messages import notice
from app.rendering.windowing import GreyArray
from calid_core.arrays import FloatArray, IntArray
from calid_core.cine import DEFAULT_RATE, natural_rate
from calid_core.errors import OutputError
from calid_core.io.atomic import replacing
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress

QUALITY = "16"
"""Constant rate factor of x264: 0 is lossless, 18 looks like it."""
STILL_SECONDS = 4
"""How long an MP4 of a single phase lasts."""
GIF_TICK = 10
"""Unit of a GIF's frame durations, ms."""
SHORTEST_GIF_FRAME = 20
"""Shorter durations are shown as 100 ms by most programs, ms."""


def frame_rate(phases: int, cycle: float) -> Fraction:
    """``natural_rate`` as a fraction, in which a movie takes it."""
    return Fraction(natural_rate(phases, cycle)).limit_denominator(1000)


def frame_durations(phase_times: FloatArray, cycle: float) -> IntArray:
    """``(phases,)``, ms that each phase is shown in a GIF; rounding does not add up over the cycle."""
    phases = len(phase_times)
    if phases < 2 or cycle <= 0:
        return np.full(phases, 1000 // DEFAULT_RATE)
    last = max(cycle - float(phase_times[-1] - phase_times[0]), GIF_TICK)
    starts = np.concatenate([[0.0], np.cumsum(np.append(np.diff(phase_times), last))])
    ticks = np.rint(starts / GIF_TICK).astype(np.int64)
    durations: IntArray = np.maximum(np.diff(ticks) * GIF_TICK, SHORTEST_GIF_FRAME)
    return durations


def write_movie(
    path: Path,
    content: CineContent,
    *,
    beats: int = 1,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Write every phase of a cine as MP4 or GIF, by suffix; a GIF repeats for ever.

    Parameters
    ----------
    path
        Ends in ``.mp4`` or ``.gif``.
    content
        What is shown.
    beats
        Heart cycles in an MP4; a GIF holds one. A single phase is held for ``STILL_SECONDS``.
    on_progress, cancel
        Called and looked at before each frame.

    Raises
    ------
    OutputError
        Another suffix, PyAV is missing, or the file cannot be written; an old file then stays as it was.
    Cancelled
        Asked for through ``cancel``; an old file stays as it was.
    """
    suffix = path.suffix.lower()
    writers = {".mp4": _write_mp4, ".gif": _write_gif}
    if suffix not in writers:
        raise OutputError(f"cannot write a movie as {suffix or 'a file without suffix'}; use .mp4 or .gif")
    still = STILL_SECONDS * DEFAULT_RATE if content.phases == 1 else 1
    repeats = max(still, beats) if suffix == ".mp4" else 1
    frames = _frames(content, repeats, on_progress, cancel or CancelToken())
    with replacing(path) as temporary:
        writers[suffix](temporary, content, frames)
    on_progress(Progress(Stage.FINISHED, content.phases * repeats, content.phases * repeats))


def description(content: CineContent) -> str:
    """What the metadata of a movie says."""
    shown = ", ".join(volume.written for volume in content.shown)
    framed = any(volume.made_within for volume in content.shown)
    outside = " Outside the frame of a made slice: linear interpolation." if framed else ""
    said = notice(synthesised=content.synthesised)
    return (
        f"{said}. Shown: {shown}. Letters in the picture: A acquired, I interpolated, S synthesised.{outside}"
    )


def _frames(
    content: CineContent, beats: int, on_progress: ProgressCallback, cancel: CancelToken
) -> Iterator[GreyArray]:
    painter = FramePainter(content)
    cycle: list[GreyArray] = []
    total = content.phases * beats
    for number in range(total):
        cancel.raise_if_cancelled()
        on_progress(Progress(Stage.WRITING, number, total))
        if number < content.phases:
            cycle.append(painter.frame(number))
        yield cycle[number % content.phases]


def _write_mp4(path: Path, content: CineContent, frames: Iterator[GreyArray]) -> None:
    try:
        import av
    except ImportError as error:
        raise OutputError(
            "MP4 needs PyAV, which is not installed: pip install 'calid[movie]', or save a GIF"
        ) from error
    try:
        with av.open(str(path), "w") as container:
            container.metadata["title"] = "CaLID cine"
            container.metadata["comment"] = description(content)
            stream = container.add_stream("libx264", rate=frame_rate(content.phases, content.cycle))
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": QUALITY}
            for number, frame in enumerate(frames):
                if number == 0:
                    stream.height, stream.width = frame.shape[:2]
                for packet in stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):  # ``replacing`` tells what to do
            raise
        raise OutputError(f"cannot write {path.name}: {error.strerror or error}") from error


def _write_gif(path: Path, content: CineContent, frames: Iterator[GreyArray]) -> None:
    first, *others = (with_palette(frame) for frame in frames)
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=frame_durations(content.phase_times, content.cycle).tolist(),
        loop=0,
        comment=description(content).encode("utf-8"),
        optimize=False,
    )
