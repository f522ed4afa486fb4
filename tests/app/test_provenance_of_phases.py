"""What the window says about slices that were triggered differently."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.dialogs.preferences import PreferencesDialog, stored_matching
from app.panels.provenance_panel import ProvenancePanel, proof_text
from app.panels.status_line import StatusLine
from app.preferences import Preferences
from app.state import StudyState
from app.study import ACQUIRED, Study
from app.views.badge import Badge
from app.views.slice_view import SliceView
from calid_core.io.phase_resampling import PhaseMatching
from calid_core.provenance import SliceOrigin
from tests.app.conftest import make_stack


def test_the_proof_counts_frames_where_some_were_resampled_in_time() -> None:
    stack = make_stack()
    every = stack.slices * stack.phases
    assert f"{stack.slices} of {stack.slices} acquired slices" in proof_text(stack)
    marked = ((1, 3), *[()] * (stack.slices - 2), (2,))
    text = proof_text(replace(stack, resampled=marked))
    assert f"{every - 3} of {every} acquired frames bit-identical" in text
    assert "3 frames of 2 slices" in text


def test_the_table_names_the_slice_and_its_resampled_phases(qtbot: QtBot) -> None:
    plain = make_stack()
    stack = replace(plain, resampled=((1, 3), *[()] * (plain.slices - 1)))
    state = StudyState()
    state.set_studies((Study(1, "one", stack=stack),), 1)
    panel = ProvenancePanel(state)
    qtbot.addWidget(panel)
    assert state.volume(ACQUIRED) is not None
    origins = [panel._table.item(row, 1) for row in range(stack.slices)]
    assert "resampled in time" in origins[0].text()
    assert "phases 2, 4" in origins[0].toolTip()
    assert not any("resampled" in item.text() for item in origins[1:])


def test_a_choice_in_the_preferences_keeps_phases_as_indexed(qtbot: QtBot, tmp_path: Path) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    assert stored_matching(preferences) is PhaseMatching.RR_FRACTION
    dialog = PreferencesDialog(None, preferences)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.matching_changed):
        dialog.as_indexed.setChecked(True)
    assert stored_matching(preferences) is PhaseMatching.AS_INDEXED


def test_a_phase_that_was_interpolated_in_time_does_not_wear_the_badge_of_an_acquired_one(
    qtbot: QtBot,
) -> None:
    plain = make_stack()
    state = StudyState()
    state.set_studies(
        (Study(1, "one", stack=replace(plain, resampled=((1,), *[()] * (plain.slices - 1)))),), 1
    )
    view, line = SliceView(state), StatusLine(state)
    for widget in (view, line):
        qtbot.addWidget(widget)
    state.set_position(plain.geometry.slice_position(0))
    assert view.picture is not None
    assert view.picture.badge == Badge((SliceOrigin.ACQUIRED,), "ACQUIRED A1")
    assert line._slice.text() == "A1 · acquired"
    state.set_phase(1)
    assert view.picture.badge == Badge((SliceOrigin.INTERPOLATED,), "INTERPOLATED IN TIME A1")
    assert line._slice.text() == "A1 · interpolated in time at this phase"
