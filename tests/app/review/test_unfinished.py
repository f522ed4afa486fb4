import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.dialogs.session import RelocationDialog, ResumeDialog
from app.layers import ACQUIRED
from app.preferences import Preferences
from app.review.journal import Change, Journal, read_journal
from app.review.verdicts import Verdict, now
from app.sessions.autosave import Autosave
from app.sessions.file import read_session
from app.sessions.session import FORMAT_VERSION
from app.sessions.unfinished import JOURNAL_NAME
from app.viewer import Viewer
from calid_core.errors import OutputError
from calid_core.io.volume import write_volume
from calid_core.judgement import Decision
from tests.app.conftest import make_stack
from tests.app.review.reader import (
    BACKSPACE,
    RETURN,
    active,
    align,
    close,
    draw_distance,
    make_viewer,
    open_and_reconstruct,
    open_another,
    saved_session,
    two_more_runs,
    verdicts,
)


def leave_a_rejection_unsaved(qtbot: QtBot, viewer: Viewer, images: Path) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, Qt.Key.Key_J)
    QTest.keyClick(view, BACKSPACE)
    close(viewer)


def offered(viewer: Viewer) -> ResumeDialog:
    viewer.review.offer_unfinished()
    dialog = viewer.window.findChild(ResumeDialog)
    assert dialog is not None
    return dialog


def test_an_unfinished_review_is_offered_and_resumed(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "1 verdict" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert verdicts(again) == {2: "rejected"}
    assert len(list(preferences.reviews_folder().iterdir())) == 1
    close(again)


def test_an_unfinished_review_of_an_aligned_series_is_resumed(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer.controller.series.open_paths([images])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    align(qtbot, viewer, monkeypatch)
    view = viewer.window.grid.short_axis
    view.setFocus()
    QTest.keyClick(view, BACKSPACE)
    judged = verdicts(viewer)
    assert "rejected" in judged.values()
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert active(again).moved_slices == (2,)
    assert verdicts(again) == judged
    close(again)


def test_verdicts_of_a_session_that_cannot_be_read_stay_on_the_disk(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    next(preferences.reviews_folder().glob("*/session.calid")).unlink()
    again = make_viewer(preferences)
    told: list[str] = []
    again.review.sessions.failed.disconnect()
    again.review.sessions.failed.connect(lambda _, error: told.append(str(error)))
    dialog = offered(again)
    dialog.resume.click()
    assert "the verdicts are kept" in told[0]
    (folder,) = preferences.reviews_folder().iterdir()
    (review,) = read_journal(folder / JOURNAL_NAME).reviews
    assert [entry.slice_index for entry in review.verdicts] == [2]
    close(again)


def test_measurements_that_a_newer_version_left_are_offered_and_not_deleted(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    close(viewer)
    (kept,) = preferences.reviews_folder().glob("*/session.calid")
    newer = json.loads(kept.read_text(encoding="utf-8")) | {"version": FORMAT_VERSION + 1}
    kept.write_text(json.dumps(newer))
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "Nothing was deleted" in dialog.informativeText()
    again.review.sessions.failed.disconnect()
    dialog.resume.click()
    open_and_reconstruct(qtbot, again, images)
    saved_session(qtbot, again, tmp_path / "review.calid")
    close(again)
    assert json.loads(kept.read_text(encoding="utf-8")) == newer


def damage(journal: Path, _patched: pytest.MonkeyPatch) -> None:
    journal.write_bytes(journal.read_bytes().replace(b"reject", b"accept"))


def fail_to_read(journal: Path, patched: pytest.MonkeyPatch) -> None:
    read = Path.open

    def failing(self: Path, *how: str, **kwargs: str) -> IO[str]:
        if self == journal:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(self, *how, **kwargs)

    patched.setattr(Path, "open", failing)


@pytest.mark.parametrize("make_unreadable", [damage, fail_to_read])
def test_verdicts_that_cannot_be_read_are_not_deleted_whatever_becomes_of_the_rest(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_unreadable: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    make_unreadable(journal, monkeypatch)
    size = journal.stat().st_size
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "0 verdicts could be read, not all of it" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    saved_session(qtbot, again, tmp_path / "review.calid")
    close(again)
    assert journal.stat().st_size == size


def test_what_stands_of_a_damaged_journal_is_taken_up_and_the_rest_told_and_held(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    for _ in range(2):
        QTest.keyClick(view, RETURN)
    given = verdicts(viewer)
    close(viewer)
    (journal,) = preferences.reviews_folder().glob(f"*/{JOURNAL_NAME}")
    lines = journal.read_bytes().split(b"\n")
    lines[0] = lines[0].replace(b"accept", b"reject")
    journal.write_bytes(b"\n".join(lines))
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "1 verdict could be read, not all of it: 1 damaged line" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert len(verdicts(again)) == 1
    assert verdicts(again).items() < given.items()
    saved_session(qtbot, again, tmp_path / "review.calid")
    close(again)
    assert journal.read_bytes().split(b"\n") == lines


def test_a_journal_of_which_only_a_withdrawal_can_be_read_is_not_taken_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "review" / JOURNAL_NAME
    path.parent.mkdir()
    journal = Journal(path)
    for verdict in (Verdict(Decision.REJECT, "AB", now()), None):
        journal.append(Change("0" * 64, 1, verdict))
    journal.close()
    path.write_bytes(path.read_bytes().replace(b"reject", b"accept"))
    (left,) = Autosave(tmp_path, lambda: None).unfinished()
    assert left.problem.startswith("1 damaged line")
    assert path.exists()


def test_verdicts_of_a_session_that_cannot_be_read_are_saved_with_the_series_whose_run_is_made_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    leave_a_rejection_unsaved(qtbot, viewer, images)
    next(preferences.reviews_folder().glob("*/session.calid")).unlink()
    again = make_viewer(preferences)
    again.review.sessions.failed.disconnect()
    offered(again).resume.click()
    view = open_another(qtbot, again, images)
    QTest.keyClick(view, RETURN)
    assert not read_session(saved_session(qtbot, again, tmp_path / "other.calid")).reviews[0].slices & {2}
    (folder,) = preferences.reviews_folder().iterdir()
    assert read_journal(folder / JOURNAL_NAME).reviews[0].slices == {2}
    open_and_reconstruct(qtbot, again, images)
    assert verdicts(again) == {2: "rejected"}
    assert read_session(saved_session(qtbot, again, tmp_path / "cine.calid")).reviews[0].slices == {2}
    assert not list(preferences.reviews_folder().iterdir())
    close(again)


def test_verdicts_are_resumed_with_the_series_they_were_given_on(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    for _ in range(3):
        QTest.keyClick(view, RETURN)
    given = verdicts(viewer)
    open_another(qtbot, viewer, images)
    viewer.review.autosave.keep_session()
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert dialog.informativeText().startswith("cine: 3 verdicts,")
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert again.state.active_series.label == "cine"
    assert len(again.state.runs) == 1
    assert verdicts(again) == given
    close(again)


def test_every_series_with_verdicts_is_left_unfinished_in_a_folder_of_its_own(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    view = open_another(qtbot, viewer, images)
    for _ in range(2):
        QTest.keyClick(view, RETURN)
    viewer.controller.series.activate(viewer.state.all_series[0].id)
    viewer.controller.display.show_layer(viewer.state.runs[0].layer)
    viewer.controller.navigation.go_to_slice(5)
    QTest.keyClick(viewer.window.grid.short_axis, BACKSPACE)
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert [(u.session.images.label, u.verdicts) for u in left] == [("cine", 2), ("other", 2)]
    for unfinished in left:
        assert [run.key for run in unfinished.session.runs] == [r.run_key for r in unfinished.reviews]


@pytest.mark.parametrize("resumed", [True, False])
def test_the_next_unfinished_review_is_offered_after_one_was_resumed_or_deleted(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, resumed: bool
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    again = make_viewer(preferences)
    first = offered(again)
    assert first.informativeText().startswith("other: 1 verdict,")
    (first.resume if resumed else first._discard).click()

    def next_ones() -> list[ResumeDialog]:
        return [dialog for dialog in again.window.findChildren(ResumeDialog) if dialog.isVisible()]

    qtbot.waitUntil(lambda: any(d.informativeText().startswith("cine") for d in next_ones()), timeout=20_000)
    (dialog,) = next_ones()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert len(again.state.all_runs) == 1 + resumed
    assert sorted(len(r.verdicts) for r in again.review.reviews.reviews) == [1] * (1 + resumed)
    assert not next_ones()
    close(again)


def leave_it_for_later(_viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog._later.click()


def give_up_on_its_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog.resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation.button(RelocationDialog.StandardButton.Cancel).click()


def choose_none_of_its_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    dialog.resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation._in_files.click()
    (files,) = viewer.window.findChildren(QFileDialog)
    files.reject()


def choose_other_images(viewer: Viewer, dialog: ResumeDialog) -> None:
    viewer.controller.jobs.failed.disconnect()
    dialog.resume.click()
    (relocation,) = viewer.window.findChildren(RelocationDialog)
    relocation.accept()
    relocation.located.emit((dialog._unfinished.folder / "cine.nii",))


def resume_it_unreadable(viewer: Viewer, dialog: ResumeDialog) -> None:
    viewer.review.sessions.failed.disconnect()
    viewer.review.sessions.failed.connect(lambda *_: None)
    viewer.review.sessions.resume(replace(dialog._unfinished, session=None))
    dialog.close()


@pytest.mark.parametrize(
    "answer",
    [
        leave_it_for_later,
        give_up_on_its_images,
        choose_none_of_its_images,
        choose_other_images,
        resume_it_unreadable,
    ],
)
def test_an_unfinished_review_that_is_not_taken_up_does_not_hide_an_older_one(
    qtbot: QtBot,
    viewer: Viewer,
    images: Path,
    preferences: Preferences,
    answer: Callable[[Viewer, ResumeDialog], None],
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    images.with_name("other.nii").unlink()
    again = make_viewer(preferences)
    first = offered(again)
    assert first.informativeText().startswith("other: 1 verdict,")
    answer(again, first)

    def shown() -> list[str]:
        dialogs = again.window.findChildren(ResumeDialog)
        return [dialog.informativeText()[:16] for dialog in dialogs if dialog.isVisible()]

    qtbot.waitUntil(lambda: shown() == ["cine: 1 verdict,"], timeout=20_000)
    (dialog,) = (d for d in again.window.findChildren(ResumeDialog) if d.isVisible())
    dialog._later.click()
    assert shown() == []
    close(again)
    assert len(Autosave(preferences.reviews_folder(), lambda: None).unfinished()) == 2


def test_a_session_holds_the_verdicts_of_its_series_and_those_of_others_stay_unsaved(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    sessions = viewer.review.sessions
    for file, mine in (("other", "accepted"), ("cine", "rejected")):
        series = next(series for series in viewer.state.all_series if series.label == file)
        viewer.controller.series.activate(series.id)
        assert sessions.unsaved
        (review,) = read_session(saved_session(qtbot, viewer, tmp_path / f"{file}.calid")).reviews
        assert [entry.verdict.text for entry in review.verdicts] == [mine]
        assert not sessions.unsaved
        left = [read_session(p) for p in preferences.reviews_folder().glob("*/session.calid")]
        assert [session.images.label for session in left] == (["cine"] if file == "other" else [])


def test_verdicts_stay_on_the_disk_when_the_window_closes_with_another_series_on_the_screen(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    open_another(qtbot, viewer, images)
    saved_session(qtbot, viewer, tmp_path / "other.calid")
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert (left.session.images.label, left.verdicts) == ("cine", 1)


def test_verdicts_on_runs_that_are_gone_or_did_not_come_back_are_saved_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    two_more_runs(qtbot, viewer)
    QTest.keyClick(viewer.window.grid.short_axis, BACKSPACE)
    viewer.controller.reconstructions.delete_shown()
    kept = read_session(saved_session(qtbot, viewer, tmp_path / "a.calid", pixels=True)).reviews
    assert len(kept) == 2
    close(viewer)
    again = make_viewer(preferences)
    restoring = again.review.sessions._restoring
    restoring._begin = lambda *_: restoring._stop()  # type: ignore[method-assign]
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.review.sessions.open(tmp_path / "a.calid")
    assert again.state.runs == ()
    assert read_session(saved_session(qtbot, again, tmp_path / "b.calid")).reviews == kept
    close(again)


def test_measurements_that_are_left_out_may_lack_their_phase(viewer: Viewer) -> None:
    remarks: list[tuple[str, ...]] = []
    viewer.review.sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    viewer.review.sessions._measurements.left_out.emit((None,))
    assert "at no phase" in remarks[0][0]


def test_a_measurement_is_on_the_disk_at_once_and_an_unfinished_one_is_offered(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    draw_distance(viewer, view)
    kept = read_session(next(preferences.reviews_folder().glob("*/session.calid"))).measurements
    assert kept == viewer.review.sessions.measurements
    close(viewer)
    again = make_viewer(preferences)
    dialog = offered(again)
    assert "0 verdicts and 1 measurement" in dialog.informativeText()
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert again.review.sessions.measurements == kept
    assert len(list(preferences.reviews_folder().iterdir())) == 1
    close(again)


def test_measurements_stay_on_the_disk_while_another_series_is_looked_at(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    other = images.with_name("other.nii")
    stack = make_stack(rows=40, columns=48)
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    (measured,), first = viewer.review.sessions.measurements, viewer.state.active_stack
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack not in (first, None), timeout=20_000)
    viewer.review.autosave.keep_session()
    assert viewer.review.sessions.measurements == ()
    (folder,) = preferences.reviews_folder().iterdir()
    assert read_session(folder / "session.calid").measurements == (measured,)
    viewer.controller.series.activate(viewer.state.all_series[0].id)
    assert viewer.review.sessions.measurements == (measured,)
    (again,) = preferences.reviews_folder().iterdir()
    assert again != folder
    assert read_session(again / "session.calid").measurements == (measured,)
    viewer.controller.series.activate(viewer.state.all_series[1].id)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def test_a_measurement_deleted_while_a_review_is_taken_up_does_not_come_back(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    draw_distance(viewer, view)
    viewer.controller.display.show_layer(ACQUIRED)
    draw_distance(viewer, view)
    close(viewer)
    again = make_viewer(preferences)
    offered(again).resume.click()
    measures = again.state.measures
    qtbot.waitUntil(lambda: len(measures.measurements) >= 1, timeout=20_000)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.measuring.delete(measures.measurements[0].number)
    saved_session(qtbot, again, tmp_path / "review.calid")
    close(again)
    assert Autosave(preferences.reviews_folder(), lambda: None).unfinished() == ()


def test_a_series_closed_while_its_review_is_taken_up_hides_no_older_review(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    QTest.keyClick(open_another(qtbot, viewer, images), RETURN)
    close(viewer)
    again = make_viewer(preferences)
    offered(again).resume.click()
    qtbot.waitUntil(lambda: again.state.active_stack is not None, timeout=20_000)
    with qtbot.waitSignal(again.review.sessions.resume_ended, timeout=20_000):
        again.controller.series.close(again.state.active_series.id)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in again.window.findChildren(ResumeDialog)))
    close(again)


def test_a_review_that_a_session_of_its_images_is_opened_over_is_taken_up_all_the_same(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, tmp_path: Path
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    file = saved_session(qtbot, viewer, tmp_path / "review.calid")
    QTest.keyClick(view, BACKSPACE)
    draw_distance(viewer, view)
    kept, given = viewer.review.sessions.measurements, verdicts(viewer)
    close(viewer)
    again = make_viewer(preferences)
    sessions = again.review.sessions
    offered(again).resume.click()
    sessions.open(file)
    with (
        qtbot.waitSignal(sessions.resume_ended, timeout=20_000),
        qtbot.waitSignal(sessions.opened, timeout=20_000) as opened,
    ):
        pass
    assert opened.args == [file]
    assert (sessions.measurements, verdicts(again)) == (kept, given)
    close(again)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert (left.session.measurements, left.verdicts) == (kept, 1)


def test_a_window_that_closes_finishes_no_session_any_more(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    QTest.keyClick(open_and_reconstruct(qtbot, viewer, images), BACKSPACE)
    close(viewer)
    again = resume_beside_another(qtbot, preferences, images)
    other, resumed = again.state.all_series
    again.controller.series.activate(other.id)
    with qtbot.waitSignal(again.review.sessions._restoring.finished, timeout=20_000):
        pass
    opened: list[object] = []
    again.review.sessions.opened.connect(opened.append)
    again.controller.series.activate(resumed.id)
    again.window.close()
    QApplication.processEvents()
    assert opened == []
    close(again)


def test_two_series_of_the_same_images_keep_their_measurements_apart(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.series.open_paths([images])
    qtbot.waitUntil(
        lambda: len(viewer.state.all_series) == 2 and viewer.state.active_stack is not None, timeout=20_000
    )
    first, second = viewer.state.all_series
    viewer.controller.series.activate(first.id)
    draw_distance(viewer, view)
    (measured,) = viewer.review.sessions.measurements
    viewer.controller.series.activate(second.id)
    viewer.review.autosave.keep_session()
    draw_distance(viewer, view)
    (other,) = viewer.review.sessions.measurements
    on_disk = [read_session(p).measurements for p in preferences.reviews_folder().glob("*/session.calid")]
    assert sorted(on_disk, key=str) == sorted([(measured,), (other,)], key=str)
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert {u.session.measurements for u in left} == {(measured,), (other,)}


def test_measurements_of_a_closed_series_are_offered_at_the_next_start(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.close(viewer.state.all_series[0].id)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def test_measurements_of_a_series_that_is_opened_anew_are_offered_at_the_next_start(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.close(viewer.state.all_series[0].id)
    viewer.review.autosave.keep_session()
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    viewer.review.autosave.keep_session()
    close(viewer)
    left = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert sorted((unfinished.measurements, unfinished.verdicts) for unfinished in left) == [(0, 1), (1, 0)]


def resume_beside_another(qtbot: QtBot, preferences: Preferences, images: Path) -> Viewer:
    """A window in which the unfinished review of ``images`` is being taken up, its runs still to come."""
    viewer = make_viewer(preferences)
    stack = make_stack(rows=40, columns=48)
    other = images.with_name("other.nii")
    write_volume(other, stack.intensity, stack.geometry, stack.phase_times)
    viewer.controller.series.open_paths([other])
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=20_000)
    offered(viewer).resume.click()
    qtbot.waitUntil(
        lambda: len(viewer.state.all_series) == 2 and viewer.state.active_stack is not None, timeout=20_000
    )
    return viewer


def test_measurements_that_wait_for_their_run_outlast_a_look_at_another_series(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    QTest.keyClick(view, BACKSPACE)
    draw_distance(viewer, view)
    kept = viewer.review.sessions.measurements
    close(viewer)
    again = resume_beside_another(qtbot, preferences, images)
    other, resumed = again.state.all_series
    assert again.review.sessions.measurements == kept
    again.controller.series.activate(other.id)
    assert again.review.sessions.measurements == ()
    remarks: list[tuple[str, ...]] = []
    again.review.sessions.noticed.connect(lambda _, texts: remarks.append(texts))
    with qtbot.waitSignal(again.review.sessions._restoring.finished, timeout=20_000):
        pass
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        again.controller.series.activate(resumed.id)
    assert again.review.sessions.measurements == kept
    assert remarks == []
    close(again)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert (left.verdicts, left.session.measurements) == (1, kept)


def test_measurements_are_kept_when_the_window_closes_right_after_another_series_was_chosen(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    viewer.controller.series.open_sample()
    qtbot.waitUntil(lambda: viewer.state.active_stack is not None, timeout=60_000)
    close(viewer)
    (left,) = Autosave(preferences.reviews_folder(), lambda: None).unfinished()
    assert left.measurements == 1


def full_disk(*_: object) -> None:
    raise OutputError("the disk is full")


def test_measurements_that_cannot_be_kept_are_told_and_no_other_copy_is_taken_away(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_distance(viewer, open_and_reconstruct(qtbot, viewer, images))
    close(viewer)
    again = make_viewer(preferences)
    told: list[str] = []
    monkeypatch.setattr(
        again.window, "show_failure", lambda headline, error: told.append(f"{headline}: {error}")
    )
    dialog = offered(again)
    monkeypatch.setattr("app.sessions.autosave.write_session", full_disk)
    with qtbot.waitSignal(again.review.sessions.opened, timeout=20_000):
        dialog.resume.click()
    assert set(told) == {"Keep the measurements: the disk is full", "Resume review: the disk is full"}
    again.window.close()  # stays, and says so
    close(again)
    kept = [read_session(path) for path in preferences.reviews_folder().glob("*/session.calid")]
    assert [len(session.measurements) for session in kept] == [1]


def test_the_window_stays_where_verdicts_cannot_be_kept_and_closes_when_asked_again(
    qtbot: QtBot, viewer: Viewer, images: Path, preferences: Preferences
) -> None:
    view = open_and_reconstruct(qtbot, viewer, images)
    viewer.controller.navigation.go_to_slice(2)
    QTest.keyClick(view, BACKSPACE)
    root = preferences.reviews_folder()
    shutil.rmtree(root)
    root.touch()  # no folder can be made there
    for stays in (True, False):
        viewer.window.close()
        assert viewer.window.isVisible() is stays
        assert "could not be kept" in viewer.window.notices._text.text()
