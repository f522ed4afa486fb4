"""Comparisons in the window around the pictures: grid, ladder, bar, list of runs, status line and descriptions."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.choices import ViewLayout
from app.controllers.controller import Controller
from app.export.description import describe
from app.layers import ACQUIRED, Layer
from app.panels.compare_bar import CompareBar
from app.panels.layer_box import LayerBox
from app.panels.runs_panel import RunsPanel
from app.panels.status_line import StatusLine
from app.panels.viewport_grid import ViewportGrid
from app.state.compare_state import CompareMode
from app.state.viewer_state import ViewerState
from app.views.plane_view import PlaneView
from app.views.slice_ladder import SliceLadder
from tests.app.compared import Compared
from tests.app.dense_runs import add_run


def test_a_screenshot_is_described_by_the_layers_on_the_screen(state: ViewerState) -> None:
    acquired, run = (
        "Acquired · slice 2/4 (acquired)",
        "CaLID 2.0 mm, realism, seed 0 · slice 8/16 (synthesised)",
    )
    controller = Controller(state)
    layer = add_run(state)
    controller.navigation.go_to_slice_of(layer, 7)
    assert describe(state) == f"{acquired} · phase 1/5"
    state.set_compare_layers((ACQUIRED, layer))
    assert describe(state) == f"{acquired} · phase 1/5"
    for mode, shown, expected in (
        (CompareMode.FLICKER, 0, acquired),
        (CompareMode.FLICKER, 1, run),
        (CompareMode.SWIPE, 0, f"{acquired} | {run}"),
        (CompareMode.SIDE_BY_SIDE, 0, f"{acquired} | {run}"),
        (CompareMode.DIFFERENCE, 0, f"difference from the acquired slices, of {run}"),
    ):
        controller.comparing.show(mode)
        state.compare.set_shown(shown)
        assert describe(state) == f"{expected} · phase 1/5"
    assert controller.shut_down()


def test_the_status_line_tells_the_slices_on_the_screen(compared: Compared, qtbot: QtBot) -> None:
    line = StatusLine(compared.state)
    qtbot.addWidget(line)
    compared.go(7)
    acquired, made = "A2 · acquired", "S8 · 4.0 mm from A2 · 6.0 mm from A3"
    assert line._slice.text() == acquired
    compared.comparing.compare_in_place(ACQUIRED, compared.run)
    assert line._slice.text() == made
    compared.state.compare.set_shown(0)
    assert line._slice.text() == acquired
    for mode, expected in (
        (CompareMode.SWIPE, f"{acquired}  |  {made}"),
        (CompareMode.SIDE_BY_SIDE, f"{acquired}  |  {made}"),
        (CompareMode.DIFFERENCE, made),
    ):
        compared.comparing.show(mode)
        assert line._slice.text() == expected
    compared.comparing.leave()
    assert line._slice.text() == acquired


def test_a_slice_with_much_to_tell_makes_the_status_bar_no_wider(qtbot: QtBot, compared: Compared) -> None:
    line = StatusLine(compared.state)
    qtbot.addWidget(line)
    line.show()
    narrow = line.minimumSizeHint().width()
    told = " · ".join(f"{distance}.0 mm from A{distance}" for distance in range(40))
    line._slice.setText(told)
    line.resize(narrow + 200, line.height())
    line.grab()
    assert line.minimumSizeHint().width() == narrow
    assert line._slice.toolTip() == told


def test_the_grid_pairs_views_in_place_and_beside(state: ViewerState, qtbot: QtBot) -> None:
    run = add_run(state)
    controller = Controller(state)
    grid = ViewportGrid(state)
    qtbot.addWidget(grid)
    controller.comparing.compare_in_place(ACQUIRED, run)
    views = [view for view in grid.plane_views[3:] if isinstance(view, PlaneView)]
    assert all(view.comparison is not None for view in views)
    assert len(views) == 2
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    views = list(grid.plane_views[3:])
    assert [view.layer for view in views] == [ACQUIRED, run]
    assert all(view.comparison is None for view in views)
    assert controller.shut_down()


def test_no_column_stays_empty_after_a_comparison_of_many(state: ViewerState, qtbot: QtBot) -> None:
    layers = (ACQUIRED, *(add_run(state) for _ in range(3)))
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.resize(1200, 400)
    grid.show()
    state.set_compare_layers(layers)
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    qtbot.waitUntil(lambda: grid.plane_views[-1].width() > 160)
    state.set_layout(ViewLayout.SINGLE)
    qtbot.waitUntil(lambda: grid.short_axis.width() + grid.ladder.width() > 1190)
    assert controller.shut_down()


@pytest.mark.parametrize(
    ("count", "width", "columns"),
    [(2, 470, 2), (3, 812, 3), (3, 470, 2), (4, 1000, 4), (4, 812, 2), (4, 470, 2)],
)
def test_layers_side_by_side_take_a_second_row_where_they_need_more_than_the_width(
    state: ViewerState, qtbot: QtBot, count: int, width: int, columns: int
) -> None:
    layers = (ACQUIRED, *(add_run(state) for _ in range(count - 1)))
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.resize(1400, 500)
    grid.show()
    state.set_compare_layers(layers)
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)
    qtbot.waitExposed(grid)
    assert grid.minimumSizeHint().width() <= 470
    grid.resize(width, 500)
    views = grid.plane_views[3:]
    qtbot.waitUntil(lambda: len({view.mapTo(grid, QPoint()).x() for view in views}) == columns)
    assert grid.width() == width
    assert max(view.width() for view in views) - min(view.width() for view in views) <= 1  # what is left over
    grid.resize(1400, 500)
    qtbot.waitUntil(lambda: len({view.mapTo(grid, QPoint()).x() for view in views}) == count)
    assert controller.shut_down()


def test_the_ladder_tells_the_origin_of_the_layer_that_stays_on_the_screen(
    state: ViewerState, qtbot: QtBot
) -> None:
    first, second = add_run(state), add_run(state)
    controller = Controller(state)
    grid = ViewportGrid(state)
    qtbot.addWidget(grid)
    controller.comparing.compare_in_place(first, second)
    ladder = next(found for found in grid.findChildren(SliceLadder) if found.layer is not None)
    for flickering, shown, expected in (
        (False, 0, first),
        (False, 1, second),
        (True, 1, second),
        (True, 0, first),
        (False, 1, second),
    ):
        state.compare.set_flickering(flickering)
        state.compare.set_shown(shown)
        assert ladder.layer == expected
    controller.comparing.show(CompareMode.DIFFERENCE)
    ladder = next(found for found in grid.findChildren(SliceLadder) if found.layer is not None)
    assert ladder.layer == second  # what is held against the truth
    assert controller.shut_down()


def test_another_series_is_not_compared(state: ViewerState) -> None:
    run = add_run(state)
    controller = Controller(state)
    controller.comparing.compare_in_place(ACQUIRED, run)
    assert state.layout is ViewLayout.COMPARE
    (series,) = state.all_series
    assert series.stack is not None
    other = replace(series, id=series.id + 1, stack=replace(series.stack))
    state.set_all_series((series, other), other.id)
    assert state.layout is not ViewLayout.COMPARE
    assert controller.shut_down()


def test_a_maximised_picture_says_that_verdicts_are_about_another_one(
    state: ViewerState, qtbot: QtBot
) -> None:
    add_run(state)
    controller, grid = Controller(state), ViewportGrid(state)
    qtbot.addWidget(grid)
    grid.show()
    state.set_compare_layers((ACQUIRED, Layer(1)))
    controller.comparing.show(CompareMode.SIDE_BY_SIDE)

    def lines(number: int) -> tuple[str, ...]:
        view = grid._compared[number].view
        return view.annotations(view.picture, view.volume).subtitle

    assert [lines(number)[-1] for number in (0, 1)] == ["Acquired", "Judged: dense"]
    grid._maximised = grid._compared[0]
    grid._arrange()
    assert lines(0)[-2:] == ("Acquired", "Verdicts go to dense")
    grid._maximised = grid._compared[1]
    grid._arrange()
    assert [lines(number)[-1] for number in (0, 1)] == ["Acquired", "Judged: dense"]
    assert controller.shut_down()


def test_the_bar_offers_every_layer_and_refuses_to_compare_one_with_itself(
    state: ViewerState, qtbot: QtBot
) -> None:
    add_run(state)
    bar = CompareBar(state)
    qtbot.addWidget(bar)
    chosen: list[tuple[Layer, Layer]] = []
    bar.layers_requested.connect(chosen.append)
    state.set_compare_layers((ACQUIRED, Layer(1)))
    assert [bar._first.itemText(i) for i in range(bar._first.count())] == ["Acquired", "dense"]
    bar._first.setCurrentIndex(1)
    bar._first.activated.emit(1)
    assert chosen == []
    bar._second.setCurrentIndex(0)
    bar._first.setCurrentIndex(1)
    bar._second.activated.emit(0)
    assert chosen == [(Layer(1), ACQUIRED)]


def test_the_difference_changes_its_layers_over_only_where_another_one_is_judged_then(
    state: ViewerState, qtbot: QtBot
) -> None:
    first, second = add_run(state), add_run(state)
    bar = CompareBar(state)
    qtbot.addWidget(bar)
    chosen: list[tuple[Layer, Layer]] = []
    bar.layers_requested.connect(chosen.append)
    state.compare.set_mode(CompareMode.DIFFERENCE)
    state.set_compare_layers((ACQUIRED, first))
    bar._second.setCurrentIndex(0)
    bar._second.activated.emit(0)
    assert chosen == []
    assert bar._second.currentData() == first
    state.set_compare_layers((first, second))
    bar._second.setCurrentIndex(1)
    bar._second.activated.emit(1)
    assert chosen == [(second, first)]


def test_the_last_three_ticked_rows_are_compared(state: ViewerState, qtbot: QtBot) -> None:
    runs = [add_run(state) for _ in range(3)]
    panel = RunsPanel(state)
    qtbot.addWidget(panel)
    panel.compare_requested.connect(state.set_compare_layers)
    for row in range(4):
        panel._list.item(row).setCheckState(Qt.CheckState.Checked)
    assert state.compare_layers == tuple(runs)
    ticked = [panel._list.item(row).checkState() is Qt.CheckState.Checked for row in range(4)]
    assert ticked == [False, True, True, True]


def test_runs_that_differ_in_their_seed_alone_are_told_apart_where_there_is_little_room(qtbot: QtBot) -> None:
    names = [f"CaLID 5.0 mm, realism, seed {seed}" for seed in (0, 7)]
    box = LayerBox("First of the two")
    qtbot.addWidget(box)
    box.resize(130, 26)
    shown = []
    for current, name in enumerate(names):
        box.fill([(Layer(n), text) for n, text in enumerate(names)], current)
        shown.append(box.shown_text)
        assert box.shown_text != name  # there is no room for it
        assert box.shown_text.startswith("CaLID")
        assert box.shown_text.endswith(f"seed {(0, 7)[current]}")
        assert box.toolTip() == f"First of the two: {name}"
    for width in (166, 190, 230):
        box.resize(width, 26)
        assert "realism" in box.shown_text
        assert box.shown_text.startswith("CaLID")
        assert box.shown_text.endswith("7")
    box.show()
    box.showPopup()
    assert box.view().viewport().width() >= box.view().sizeHintForColumn(0)
    box.hidePopup()
