"""A movie shows what is on the screen, in every mode of comparison, or says why it cannot; a screenshot shows no names."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from app.choices import ViewLayout
from app.dialogs.save import MOVIE_FORMATS, SaveFormat
from app.export.frames import MovieLayout
from app.export.movie_content import movie_content
from app.layers import ACQUIRED, Layer
from app.open_series import OpenSeries
from app.state.compare_state import CompareMode, LongAxisTarget
from app.state.viewer_state import ViewerState
from calid_core.errors import InputError
from calid_core.provenance import SliceOrigin
from tests.app.conftest import make_stack, preferences_in, viewer_without_gl
from tests.app.dense_runs import add_run


@pytest.fixture
def layers(state: ViewerState) -> tuple[Layer, ...]:
    """Acquired, linear and synthesised, compared."""
    chosen = (ACQUIRED, add_run(state, SliceOrigin.INTERPOLATED), add_run(state))
    state.set_compare_layers(chosen)
    state.set_layout(ViewLayout.COMPARE)
    return chosen


def shown(state: ViewerState, *, all_slices: bool = False) -> tuple[Layer, ...]:
    """Layers of the movie, left to right."""
    content = movie_content(state, all_slices=all_slices)
    assert content is not None
    of = {id(state.volume(layer)): layer for layer in (*state.compare_layers, state.layer)}
    return tuple(of[id(volume)] for volume in content.shown)


@pytest.mark.parametrize(
    ("mode", "wanted"), [(CompareMode.SIDE_BY_SIDE, (0, 1, 2)), (CompareMode.SWIPE, (1, 2))]
)
def test_layers_that_share_the_screen_are_side_by_side_in_the_movie(
    state: ViewerState, layers: tuple[Layer, ...], mode: CompareMode, wanted: tuple[int, ...]
) -> None:
    state.compare.set_mode(mode)
    assert shown(state) == tuple(layers[index] for index in wanted)


@pytest.mark.parametrize("on_screen", [0, 1])
def test_flicker_that_stands_still_gives_a_movie_of_the_layer_on_the_screen(
    state: ViewerState, layers: tuple[Layer, ...], on_screen: int
) -> None:
    state.compare.set_mode(CompareMode.FLICKER)
    state.compare.set_shown(on_screen)
    assert shown(state) == (layers[1 + on_screen],)
    assert shown(state, all_slices=True) == (layers[1 + on_screen],)
    state.compare.set_flickering(True)
    assert shown(state) == layers[1:]


def test_all_slices_are_those_of_the_layer_that_verdicts_are_about(
    state: ViewerState, layers: tuple[Layer, ...]
) -> None:
    state.compare.set_mode(CompareMode.SIDE_BY_SIDE)
    assert shown(state, all_slices=True) == (layers[2],)
    state.set_layout(ViewLayout.SINGLE)
    assert shown(state, all_slices=True) == (state.layer,)


def test_outside_a_comparison_the_movie_is_of_the_main_layer(
    state: ViewerState, layers: tuple[Layer, ...]
) -> None:
    state.compare.set_mode(CompareMode.DIFFERENCE)
    state.set_layout(ViewLayout.GRID)
    state.set_layer(layers[2])
    content = movie_content(state, all_slices=False)
    assert content is not None
    assert content.layout is MovieLayout.SLICE
    assert shown(state) == (layers[2],)


def test_no_movie_passes_for_one_of_a_difference_or_a_long_axis_check(
    state: ViewerState, layers: tuple[Layer, ...]
) -> None:
    state.compare.set_mode(CompareMode.DIFFERENCE)
    with pytest.raises(InputError, match="cannot show the difference"):
        movie_content(state, all_slices=False)
    assert shown(state, all_slices=True) == (layers[2],)
    state.compare.set_mode(CompareMode.SIDE_BY_SIDE)
    state.compare.set_long_axis(LongAxisTarget(2, 0))
    with pytest.raises(InputError, match="cannot show the long-axis check"):
        movie_content(state, all_slices=False)


@pytest.mark.parametrize("chosen", [MOVIE_FORMATS[0], MOVIE_FORMATS[1]])
def test_a_movie_that_cannot_be_made_is_told_and_leaves_no_file(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: SaveFormat
) -> None:
    viewer = viewer_without_gl(preferences_in(tmp_path))
    told: list[str] = []
    monkeypatch.setattr(
        viewer.window, "show_failure", lambda headline, error: told.append(f"{headline}: {error}")
    )

    def refuse(_state: ViewerState, *, all_slices: bool) -> None:
        raise InputError(f"all slices {all_slices}")

    monkeypatch.setattr("app.export.movie_content.movie_content", refuse)
    viewer.save_actions.save_movie(tmp_path / "cine.mp4", chosen)
    viewer.window.close()
    viewer.window.deleteLater()
    assert told == [f"Save movie: all slices {chosen is MOVIE_FORMATS[1]}"]
    assert not (tmp_path / "cine.mp4").exists()


def test_a_screenshot_names_neither_series_nor_folder(qtbot: QtBot, tmp_path: Path) -> None:
    viewer = viewer_without_gl(preferences_in(tmp_path))
    window, stack = viewer.window, make_stack()
    window.show()
    seen, saved = [], []
    for name in ("DOE JOHN", "ROE"):
        series = OpenSeries(1, name, group=name, stack=stack)
        broken = OpenSeries(2, name, group=f"{name} 2", error=f"{name}.nii is damaged")
        viewer.state.set_all_series((series, broken), 1)
        viewer.controller.display.set_layout(ViewLayout.SINGLE)
        qtbot.waitUntil(lambda: window.grid.short_axis.width() > 500)
        viewer.save_actions.save_screenshot(tmp_path / f"{name}.png")
        with Image.open(tmp_path / f"{name}.png") as picture:
            for widget in (window.series, window.grid.short_axis):
                corner = widget.mapTo(window, QPoint())
                box = (corner.x(), corner.y(), corner.x() + widget.width(), corner.y() + widget.height())
                saved.append(np.asarray(picture.convert("RGB").crop(box)))
                seen.append(widget.grab().toImage())
    assert all(seen[i] != seen[i + 2] for i in range(2))
    assert all(np.array_equal(saved[i], saved[i + 2]) for i in range(2))
    window.close()
    window.deleteLater()
