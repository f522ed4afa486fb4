from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.application import main
from app.capture import Capture, CaptureProgress
from app.failures import FailureRelay
from app.jobs import JobStatus
from app.preferences import Preferences
from app.state.viewer_state import ViewerState
from calid_core.progress import Progress, Stage
from calid_core.settings import ReconstructionSettings
from tests.app.conftest import viewer_without_gl


def test_a_folder_that_cannot_be_made_ends_it_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.application.start_logging", lambda: pytest.fail("it goes on"))
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(SystemExit, match=r"^calid: --capture: cannot write into .*choose another place$"):
            main(["--capture", str(folder)])


def test_what_nobody_caught_ends_it_with_1(qtbot: QtBot, preferences: Preferences, tmp_path: Path) -> None:
    viewer, relay = viewer_without_gl(preferences), FailureRelay()
    capture = Capture(viewer, tmp_path, ReconstructionSettings(), relay)
    viewer.window.show()
    relay.failed.emit("", RuntimeError("a defect"))
    qtbot.waitUntil(lambda: not viewer.window.isVisible())
    assert capture.exit_code == 1
    viewer.window.deleteLater()


def test_every_job_and_quarter_of_it_is_a_line_where_no_window_is_seen(
    state: ViewerState, capsys: pytest.CaptureFixture[str]
) -> None:
    CaptureProgress(state, state)
    for done in range(101):
        state.set_job(
            JobStatus("Reconstructing: CaLID", Progress(Stage.SYNTHESISING, done, 100), float(done))
        )
    state.set_job(None)
    state.set_job(JobStatus("Saving cine.mp4"))
    state.set_job(JobStatus("Saving cine.mp4", Progress(Stage.WRITING, 1, 5)))
    assert capsys.readouterr().err.splitlines() == [
        *(f"Reconstructing: CaLID: synthesising {share}%" for share in (0, 25, 50, 75, 100)),
        "Saving cine.mp4: writing 20%",
    ]
