import pytest

from app.capture import CaptureProgress
from app.jobs import JobStatus
from app.state.viewer_state import ViewerState
from calid_core.progress import Progress, Stage


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
