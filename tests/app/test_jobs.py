import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.controllers.job_monitor import JobMonitor
from app.core_words import progress_text
from app.jobs import Job, JobContext, JobRunner, anonymous_traceback
from app.state.viewer_state import ViewerState
from calid_core.errors import CalidError, Cancelled
from calid_core.progress import Progress, Stage


@pytest.fixture
def runner(qtbot: QtBot):
    made = JobRunner("test")
    yield made
    assert made.shut_down(5.0)


def record(job: Job) -> list[str]:
    """Names of the outcomes in the order in which they arrive."""
    heard: list[str] = []
    job.succeeded.connect(lambda _: heard.append("succeeded"))
    job.failed.connect(lambda _: heard.append("failed"))
    job.cancelled.connect(lambda: heard.append("cancelled"))
    job.finished.connect(lambda: heard.append("finished"))
    return heard


def wait_until_cancelled(context: JobContext) -> None:
    while True:
        context.cancel.raise_if_cancelled()
        time.sleep(0.001)


def half_done(context: JobContext) -> None:
    context.on_progress(Progress(Stage.SYNTHESISING, 1, 2))
    wait_until_cancelled(context)


def fail(_: JobContext) -> None:
    raise CalidError("pitch is 0 mm")


def give_up(_: JobContext) -> None:
    raise Cancelled


@pytest.mark.parametrize(
    ("work", "outcome"),
    [(lambda _: 7, "succeeded"), (fail, "failed"), (lambda _: 1 / 0, "failed"), (give_up, "cancelled")],
)
def test_a_job_ends_with_exactly_one_outcome_and_then_finished(
    qtbot: QtBot, runner: JobRunner, work, outcome: str
) -> None:
    job = runner.submit("work", work)
    heard = record(job)
    with qtbot.waitSignal(job.finished):
        pass
    qtbot.wait(20)
    assert heard == [outcome, "finished"]


def test_connecting_after_the_work_is_done_misses_nothing(qtbot: QtBot, runner: JobRunner) -> None:
    done = threading.Event()
    job = runner.submit("work", lambda _: done.set())
    assert done.wait(5)
    time.sleep(0.02)
    heard = record(job)
    qtbot.waitUntil(lambda: heard == ["succeeded", "finished"])


def test_a_result_that_comes_after_cancel_is_not_delivered(qtbot: QtBot, runner: JobRunner) -> None:
    job = runner.submit("work", lambda _: 7)
    heard = record(job)
    job.cancel()
    qtbot.waitUntil(lambda: heard == ["cancelled", "finished"])


def test_a_running_job_is_cancelled_within_a_second(qtbot: QtBot, runner: JobRunner) -> None:
    job = runner.submit("work", wait_until_cancelled)
    heard = record(job)
    qtbot.wait(20)
    began = time.monotonic()
    runner.cancel(job)
    qtbot.waitUntil(lambda: heard == ["cancelled", "finished"])
    assert time.monotonic() - began < 1


def test_a_waiting_job_is_cancelled_without_waiting_for_the_one_before(
    qtbot: QtBot, runner: JobRunner
) -> None:
    first = runner.submit("first", wait_until_cancelled)
    second = runner.submit("second", lambda _: 7)
    heard = record(second)
    runner.cancel(second)
    qtbot.waitUntil(lambda: heard == ["cancelled", "finished"])
    assert not first.ended


def test_signals_arrive_in_the_gui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    threads: list[threading.Thread] = []

    def work(context: JobContext) -> None:
        assert threading.current_thread() is not threading.main_thread()
        context.on_progress(Progress(Stage.PREPARING))
        context.on_partial(1)

    job = runner.submit("work", work)
    for signal in (job.progressed, job.partial, job.succeeded):
        signal.connect(lambda _: threads.append(threading.current_thread()))
    with qtbot.waitSignal(job.finished):
        pass
    assert threads == [threading.main_thread()] * 3


def test_progress_is_thinned_but_its_end_arrives(qtbot: QtBot, runner: JobRunner) -> None:
    def work(context: JobContext) -> None:
        for done in range(1, 10_001):
            context.on_progress(Progress(Stage.SYNTHESISING, done, 10_000))

    heard: list[int] = []
    job = runner.submit("work", work)
    job.progressed.connect(lambda progress: heard.append(progress.done))
    began = time.monotonic()
    with qtbot.waitSignal(job.finished):
        pass
    assert heard[-1] == 10_000
    assert len(heard) <= 3 + 20 * (time.monotonic() - began)


def test_parts_of_the_result_are_all_delivered_in_order(qtbot: QtBot, runner: JobRunner) -> None:
    job = runner.submit("work", lambda context: [context.on_partial(i) for i in range(200)])
    heard: list[int] = []
    job.partial.connect(heard.append)
    with qtbot.waitSignal(job.finished):
        pass
    assert heard == list(range(200))


def test_shutting_down_cancels_and_leaves_no_thread(qtbot: QtBot) -> None:
    runner = JobRunner("closing")
    runner.submit("work", wait_until_cancelled)
    qtbot.wait(20)
    began = time.monotonic()
    assert runner.shut_down(1.0)
    assert time.monotonic() - began < 1
    assert not [t for t in threading.enumerate() if t.name.startswith("closing")]


def test_nobody_hears_of_the_jobs_of_a_runner_that_is_shut_down(qtbot: QtBot) -> None:
    runner, done = JobRunner("closing"), threading.Event()
    jobs = [runner.submit("done", lambda _: done.set()), runner.submit("runs", wait_until_cancelled)]
    jobs.append(runner.submit("waits", lambda _: None))
    heard = [record(job) for job in jobs]
    assert done.wait(5)
    assert runner.shut_down(5.0)
    qtbot.wait(20)
    assert heard == [[], [], []]
    assert all(job.ended for job in jobs)


def test_a_home_that_takes_no_files_is_not_remarked_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    homes = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "MPLCONFIGDIR")
    environment = os.environ | dict.fromkeys(homes, str(tmp_path / "file" / "home"))
    program = "from app.failures import start_logging; start_logging(); import matplotlib; matplotlib.get_configdir()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_a_warning_is_told_once_and_no_news_is(tmp_path: Path) -> None:
    homes = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_STATE_HOME"), str(tmp_path))
    program = (
        "import logging; from app.failures import start_logging; from calid_core.cli import main; main(['--version']); "
        "start_logging(); logging.getLogger('app').info('news'); logging.getLogger('app').warning('a warning')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | homes, capture_output=True, text=True, check=True
    )
    assert done.stderr.endswith("WARNING app: a warning\n")
    assert done.stderr.count("\n") == 1


def test_the_log_of_a_failure_holds_no_message() -> None:
    try:
        raise OSError("/home/jane.doe/patient_12345.dcm")
    except OSError as error:
        text = anonymous_traceback(error)
    assert "OSError" in text
    assert "test_jobs.py" in text
    assert "jane" not in text
    assert "12345" not in text


def test_a_job_that_waits_has_not_begun(qtbot: QtBot, runner: JobRunner) -> None:
    first = runner.submit("first", wait_until_cancelled)
    second = runner.submit("second", wait_until_cancelled)
    with qtbot.waitSignal(first.began):
        pass
    qtbot.wait(50)
    assert second.started_at is None
    let_go = time.monotonic()
    runner.cancel(first)
    qtbot.waitUntil(lambda: second.started_at is not None)
    assert second.started_at is not None
    assert second.started_at >= let_go
    runner.cancel(second)


def test_the_job_that_runs_is_shown_timed_and_cancelled_not_one_that_waits(
    qtbot: QtBot, runner: JobRunner, state: ViewerState
) -> None:
    monitor = JobMonitor(state)

    first = runner.submit("first", half_done)
    second = runner.submit("second", wait_until_cancelled)
    for job in (first, second):
        monitor.watch(job, runner)
    qtbot.waitUntil(lambda: state.job is not None and state.job.progress is not None)
    assert state.job is not None
    assert state.job.title == "first"
    qtbot.wait(60)
    with qtbot.waitSignal(first.cancelled):
        monitor.cancel()
        assert state.job.cancelling
    assert not second.cancelling
    qtbot.waitUntil(lambda: second.started_at is not None)
    assert state.job.title == "second"
    assert state.job.progress is None
    assert state.job.elapsed < 0.05
    monitor.cancel()
    qtbot.waitUntil(lambda: state.job is None)


def test_the_phase_that_is_worked_on_is_told_and_words_of_the_core_stay_as_they_are() -> None:
    assert (
        progress_text(Progress(Stage.SYNTHESISING, 4, 9, phase=3, phases=25))
        == "Synthesising · phase 3 of 25"
    )
    assert progress_text(Progress(Stage.READING, 30, message="headers")) == "Reading · headers"
    assert progress_text(Progress(Stage.CHECKING, message="3 of 7")) == "Checking · 3 of 7"  # a series
    assert progress_text(Progress(Stage.WRITING)) == "Writing"


def test_the_time_left_counts_down_between_the_steps_of_a_job(state: ViewerState) -> None:
    monitor, job = JobMonitor(state), Job("contours")
    told = [
        monitor._remaining(job, elapsed, fraction)
        for elapsed, fraction in (
            (1.0, 0.0),
            (10.0, 0.2),
            (15.0, 0.2),
            (20.0, 0.4),
            (35.0, 0.4),
            (60.0, 0.4),
            (70.0, 0.6),
        )
    ]
    assert told == [
        None,
        pytest.approx(40.0),
        pytest.approx(35.0),
        pytest.approx(30.0),
        pytest.approx(15.0),
        None,
        pytest.approx(70.0 * 0.4 / 0.6),
    ]


def test_a_job_keeps_its_progress_while_a_shorter_one_of_another_thread_is_shown(
    qtbot: QtBot, runner: JobRunner, state: ViewerState
) -> None:
    monitor, other = JobMonitor(state), JobRunner("other")
    titles: list[str] = []
    state.job_changed.connect(lambda: titles.append(state.job.title if state.job else ""))

    monitor.watch(runner.submit("long", half_done), runner)
    qtbot.waitUntil(lambda: state.job is not None and state.job.progress is not None)
    monitor.watch(other.submit("short", lambda _: time.sleep(0.05)), other)
    qtbot.waitUntil(lambda: "short" in titles and titles[-1] == "long")
    assert state.job is not None
    assert state.job.progress == Progress(Stage.SYNTHESISING, 1, 2)
    monitor.cancel()
    qtbot.waitUntil(lambda: state.job is None)
    assert other.shut_down(5.0)
