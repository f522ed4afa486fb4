from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from app.export import frames, panel
from app.export.frames import CineContent, FramePainter, MovieLayout
from app.export.movie import description, frame_durations, frame_rate, write_movie
from app.export.screenshot import take_screenshot, write_screenshot
from app.layers import Volume
from app.messages import BANNER, NOTICE
from calid_core.cine import CineStack
from calid_core.errors import Cancelled, OutputError
from calid_core.marks import badge_width, font, line_height
from calid_core.progress import CancelToken, Progress
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from tests.app.conftest import make_stack
from tests.app.full_disk import room_for


def dense(stack: CineStack, origin: SliceOrigin, *, ready: bool = True) -> Volume:
    """Twice as many slices; those between the acquired ones are of one origin."""
    geometry, source = stack.geometry.densified(stack.geometry.pitch / 2)
    intensity = np.repeat(stack.intensity, 2, axis=1)[:, : geometry.slices]
    provenance = tuple(
        SliceProvenance(
            SliceOrigin.ACQUIRED if place == int(place) else origin, (SourceSlice(int(place), 0.0),)
        )
        for place in source
    )
    return Volume("CaLID 5.0 mm", intensity, geometry, provenance, np.full(stack.phases, ready))


def content(
    stack: CineStack,
    volumes: Sequence[Volume],
    layout: MovieLayout = MovieLayout.SLICE,
    *,
    place: float = 1.0,
) -> CineContent:
    return CineContent(
        tuple(volumes),
        layout,
        stack.geometry.to_patient((place, 10, 10)),
        (2500.0, 5000.0),
        stack.phase_times,
        stack.cycle,
    )


def decoded(path: Path) -> tuple[list[np.ndarray], Fraction]:
    """Frames and rate of a movie, as PyAV reads it."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = Fraction(stream.average_rate or 0)
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)], rate


@pytest.mark.parametrize("layout", list(MovieLayout))
def test_an_mp4_holds_every_phase_at_the_rate_of_the_heart(
    stack: CineStack, layout: MovieLayout, tmp_path: Path
) -> None:
    shown = content(stack, (Volume.of_stack(stack), dense(stack, SliceOrigin.SYNTHESISED)), layout)
    write_movie(tmp_path / "cine.mp4", shown)
    frames, rate = decoded(tmp_path / "cine.mp4")
    painter = FramePainter(shown)
    assert len(frames) == stack.phases
    # 5 phases 40 ms apart.
    assert rate == 25
    for phase, frame in enumerate(frames):
        painted = painter.frame(phase).astype(int)
        assert frame.shape == painted.shape
        assert np.abs(frame - painted).mean() < 4


def test_an_mp4_of_three_beats_repeats_the_phases(stack: CineStack, tmp_path: Path) -> None:
    write_movie(tmp_path / "cine.mp4", content(stack, [Volume.of_stack(stack)]), beats=3)
    frames, _ = decoded(tmp_path / "cine.mp4")
    assert len(frames) == 3 * stack.phases
    assert np.abs(frames[0].astype(int) - frames[stack.phases]).mean() < 2


def test_an_mp4_of_a_single_phase_lasts_long_enough_to_be_seen(tmp_path: Path) -> None:
    stack = make_stack(phases=1)
    write_movie(tmp_path / "cine.mp4", content(stack, [Volume.of_stack(stack)]), beats=4)
    frames, rate = decoded(tmp_path / "cine.mp4")
    assert len(frames) / rate == 4


def test_a_gif_holds_every_phase_and_repeats(stack: CineStack, tmp_path: Path) -> None:
    shown = content(stack, [Volume.of_stack(stack)])
    write_movie(tmp_path / "cine.gif", shown)
    with Image.open(tmp_path / "cine.gif") as gif:
        assert gif.n_frames == stack.phases
        assert gif.info["loop"] == 0
        assert b"Research use only" in gif.info["comment"]
        for phase in range(stack.phases):
            gif.seek(phase)
            assert gif.info["duration"] == 40
            frame = np.asarray(gif.convert("RGB")).astype(int)
            assert np.abs(frame - FramePainter(shown).frame(phase)).mean() < 3


def test_metadata_say_what_is_synthesised(stack: CineStack, tmp_path: Path) -> None:
    write_movie(tmp_path / "cine.mp4", content(stack, [dense(stack, SliceOrigin.SYNTHESISED)]))
    with av.open(str(tmp_path / "cine.mp4")) as container:
        assert container.metadata["comment"].startswith(BANNER)
        assert "CaLID 5.0 mm" in container.metadata["comment"]


def badge(frame: np.ndarray) -> np.ndarray:
    """Hue-bearing part of the upper left corner, where the badge is."""
    return frame[:30, :190].astype(int)


def test_the_badge_tells_acquired_from_synthesised_and_interpolated(stack: CineStack) -> None:
    acquired = FramePainter(content(stack, [Volume.of_stack(stack)])).frame(0)
    frames = {SliceOrigin.ACQUIRED: badge(acquired)}
    for origin in (SliceOrigin.SYNTHESISED, SliceOrigin.INTERPOLATED):
        frames[origin] = badge(FramePainter(content(stack, [dense(stack, origin)], place=1.5)).frame(0))
    blue, orange = frames[SliceOrigin.ACQUIRED], frames[SliceOrigin.SYNTHESISED]
    assert ((blue[..., 2] - blue[..., 0]) > 60).sum() > 100
    assert ((orange[..., 0] - orange[..., 2]) > 60).sum() > 100
    # Without colour they still differ: filled, hatched, dotted, and by their words.
    grey = [frame.mean(axis=2) for frame in frames.values()]
    for first in range(3):
        for second in range(first):
            assert (np.abs(grey[first] - grey[second]) > 60).sum() > 60


@pytest.mark.parametrize("layout", list(MovieLayout))
def test_the_research_mark_is_below_every_frame(stack: CineStack, layout: MovieLayout) -> None:
    shown = content(stack, [Volume.of_stack(stack)] * 3, layout)
    for phase in range(stack.phases):
        strip = FramePainter(shown).frame(phase)[-24:].astype(int)
        assert ((strip[..., 0] - strip[..., 2]) > 80).sum() > 150


@pytest.mark.parametrize("origin", [SliceOrigin.INTERPOLATED, SliceOrigin.SYNTHESISED])
def test_exports_tell_of_synthesised_slices_only_where_there_are_some(
    qapp: object, stack: CineStack, monkeypatch: pytest.MonkeyPatch, origin: SliceOrigin
) -> None:
    written: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def listen(drawn: ImageDraw.ImageDraw, at: object, text: str, *args: object, **how: object) -> None:
        written.append(text)
        draw(drawn, at, text, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", listen)
    made = origin is SliceOrigin.SYNTHESISED
    volumes = (Volume.of_stack(stack), dense(stack, origin))
    shown = content(stack, volumes, MovieLayout.SIDE_BY_SIDE)
    said = BANNER if made else NOTICE
    FramePainter(shown).frame(0)
    assert [text for text in written if text.startswith("Research")] == [said.replace("—", "·")]
    assert description(shown).startswith(f"{said}.")
    assert description(content(stack, volumes)).startswith(f"{NOTICE}.")  # the first one alone
    picture = take_screenshot(QLabel(), "x", synthesised=made)
    assert picture.text("Description") == f"{said}. Shown: x."


def test_side_by_side_shows_every_volume_at_the_same_position(stack: CineStack) -> None:
    volumes = (Volume.of_stack(stack), dense(stack, SliceOrigin.SYNTHESISED))
    both = FramePainter(content(stack, volumes, MovieLayout.SIDE_BY_SIDE)).frame(2)
    alone = FramePainter(content(stack, volumes[:1], MovieLayout.SIDE_BY_SIDE)).frame(2)
    width = alone.shape[1]
    assert both.shape[1] == 2 * width
    assert np.array_equal(both[:480, :width], alone[:480])


def test_slices_keep_their_proportions() -> None:
    # 24 rows and 20 columns of 1.5 mm.
    stack = make_stack()
    frame = FramePainter(content(stack, [Volume.of_stack(stack)])).frame(0)
    assert frame.shape[1] == 400


def test_a_phase_that_is_not_reconstructed_is_black_and_says_so(stack: CineStack) -> None:
    volume = dense(stack, SliceOrigin.SYNTHESISED, ready=False)
    frame = FramePainter(content(stack, [volume], place=1.5)).frame(3)
    assert frame[150:230, 20:380].max() == 0
    assert frame[230:270, :220].max() > 150


def test_durations_add_up_to_the_heart_cycle() -> None:
    times = np.arange(30) * 33.1533
    assert frame_durations(times, 30 * 33.1533).sum() == pytest.approx(30 * 33.1533, abs=5)


def test_the_rate_follows_the_heart_and_is_25_without_times() -> None:
    assert float(frame_rate(20, 765.25)) == pytest.approx(26.135, abs=0.01)
    assert frame_rate(1, 0.0) == 25


def test_cancelling_keeps_the_old_file(stack: CineStack, tmp_path: Path) -> None:
    path = tmp_path / "cine.gif"
    path.write_bytes(b"old")
    cancel = CancelToken()

    def stop_at_second(progress: Progress) -> None:
        if progress.done == 1:
            cancel.cancel()

    with pytest.raises(Cancelled):
        write_movie(path, content(stack, [Volume.of_stack(stack)]), on_progress=stop_at_second, cancel=cancel)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["cine.gif"]


def test_another_suffix_is_refused_with_the_ones_that_work(stack: CineStack, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.mp4 or \.gif"):
        write_movie(tmp_path / "cine.avi", content(stack, [Volume.of_stack(stack)]))


def test_without_pyav_an_mp4_is_refused_with_what_to_install(
    stack: CineStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with pytest.raises(OutputError, match="pip install"):
        write_movie(tmp_path / "cine.mp4", content(stack, [Volume.of_stack(stack)]))
    assert not (tmp_path / "cine.mp4").exists()


def test_a_missing_folder_is_named_as_the_reason(stack: CineStack, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="folder does not exist"):
        write_movie(tmp_path / "none" / "cine.gif", content(stack, [Volume.of_stack(stack)]))


@pytest.mark.parametrize("suffix", [".mp4", ".gif"])
def test_a_movie_that_the_disk_does_not_take_says_what_to_do(
    stack: CineStack, tmp_path: Path, suffix: str
) -> None:
    with room_for(200), pytest.raises(OutputError, match="; choose another place"):
        write_movie(tmp_path / f"cine{suffix}", content(stack, [Volume.of_stack(stack)]))


def test_a_screenshot_carries_the_mark_and_what_is_shown(qapp: object, tmp_path: Path) -> None:
    label = QLabel("heart")
    label.resize(500, 120)
    write_screenshot(
        tmp_path / "shot.png", take_screenshot(label, "CaLID 2.0 mm · SYNTHESISED S17", synthesised=True)
    )
    with Image.open(tmp_path / "shot.png") as picture:
        picture.load()
        assert picture.width == 500
        assert picture.height > 150
        assert BANNER in picture.info["Description"]
        assert "SYNTHESISED S17" in picture.info["Description"]
        strip = np.asarray(picture.convert("RGB")).astype(int)[121:]
    assert ((strip[..., 0] - strip[..., 2]) > 60).sum() > 100


def test_a_screenshot_keeps_the_pixels_of_the_widget(qapp: object) -> None:
    label = QLabel()
    label.resize(300, 50)
    label.setStyleSheet("background: #123456")
    picture = take_screenshot(label, "x", synthesised=False).convertToFormat(QImage.Format.Format_RGB32)
    assert {picture.pixelColor(x, y).name() for x in (0, 150, 299) for y in (0, 49)} == {"#123456"}


@pytest.mark.parametrize("columns", [10, 16, 24, 48, 96])
@pytest.mark.parametrize("ready", [True, False])
def test_no_text_of_a_movie_lies_on_another_or_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, columns: int, ready: bool
) -> None:
    stack = make_stack(rows=48, columns=columns)
    boxes: list[tuple[float, float, float, float]] = []

    def text(draw: ImageDraw.ImageDraw, left: int, top: int, words: str, size: int) -> None:
        boxes.append(draw.textbbox((left, top), words, font=font(size)))

    def plate(
        draw: ImageDraw.ImageDraw, left: int, top: int, words: str, _origin: SliceOrigin, size: int
    ) -> None:
        boxes.append((left, top, left + badge_width(words, size), top + line_height(size)))

    monkeypatch.setattr(panel, "draw_text", text)
    monkeypatch.setattr(panel, "draw_badge", plate)
    shown = content(stack, [dense(stack, SliceOrigin.SYNTHESISED, ready=ready)], place=1.5)
    width = FramePainter(shown).frame(3).shape[1]
    assert len(boxes) >= 7
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        for other in boxes[:number]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top, (
                f"{boxes[number]} on {other}"
            )


@pytest.mark.parametrize("layout", [MovieLayout.SLICE, MovieLayout.MONTAGE])
def test_a_movie_of_a_slice_that_is_partly_linear_draws_the_frame_and_says_so(
    stack: CineStack, layout: MovieLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows 6 to 17 and columns 5 to 14 of 24 and 20: in a panel of 480 pixels the frame begins at row 120 and column 100."""
    texts: list[str] = []
    for module in (panel, frames):
        monkeypatch.setattr(module, "draw_text", lambda *given: texts.append(given[3]))
    volume = replace(dense(stack, SliceOrigin.SYNTHESISED), made_within=(6, 18, 5, 15))
    made = content(stack, [volume], layout, place=1.5)
    shown = FramePainter(made).frame(0).astype(int)
    amber = (shown[..., 0] - shown[..., 2]) > 120
    assert any("outside the frame: linear" in text for text in texts)
    assert "Outside the frame" in description(made)
    if layout is MovieLayout.SLICE:
        assert amber[120, 110:290].all()
        assert amber[130:350, 100].all()
        assert not amber[121:350, 101:298].any()
        acquired = FramePainter(content(stack, [volume], layout, place=1.0)).frame(0).astype(int)
        assert not ((acquired[120, :, 0] - acquired[120, :, 2]) > 120).any()
    else:
        assert amber[30:170].sum() > 100
