"""Verdicts, their journal, and what a killed process leaves behind."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.review.journal import Change, Journal, read_journal
from app.review.verdicts import Review, SliceVerdict, Verdict, check_initials, now
from app.sessions.autosave import Autosave
from app.sessions.unfinished import JOURNAL_NAME
from calid_core.checks.report import CheckReport
from calid_core.checks.results import SliceRank
from calid_core.checks.walk import next_unchecked, slices_to_check, worst_first
from calid_core.errors import InputError, OutputError
from calid_core.judgement import Decision
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from tests.app.full_disk import room_for

KEY, OTHER = "a" * 64, "b" * 64
decided = st.sampled_from([Decision.ACCEPT, Decision.REJECT])
readers, times = st.sampled_from(["AB", "xyz1", "ÄÖ"]), st.just("2026-11-23T07:50:00.000000Z")
verdicts = st.builds(Verdict, decided, readers, times, st.text(max_size=30)) | st.builds(
    Verdict, st.just(Decision.OPEN), readers, times, st.text(min_size=1, max_size=30)
)
changes = st.builds(
    Change, st.sampled_from([KEY, OTHER]), st.none() | st.integers(0, 9), st.none() | verdicts
)


def accepted(remark: str = "") -> Verdict:
    return Verdict(Decision.ACCEPT, "AB", now(), remark)


def dense(pitch: float = 10.0, step: float = 2.0, gaps: int = 2) -> tuple[SliceProvenance, ...]:
    """Acquired slices ``pitch`` apart with made ones every ``step`` between them."""
    places = [i * step for i in range(round(gaps * pitch / step) + 1)]
    entries = []
    for place in places:
        low = place // pitch
        if place == low * pitch:
            entries.append(SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(int(low), 0.0),)))
            continue
        sources = (
            SourceSlice(int(low), place - low * pitch),
            SourceSlice(int(low) + 1, (low + 1) * pitch - place),
        )
        entries.append(
            SliceProvenance(SliceOrigin.SYNTHESISED, tuple(sorted(sources, key=lambda s: s.distance)))
        )
    return tuple(entries)


@given(st.lists(changes, max_size=20))
@settings(max_examples=15, deadline=None)
def test_a_journal_that_is_read_back_gives_the_verdicts_that_stand(
    tmp_path_factory: pytest.TempPathFactory, made: list[Change]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    journal = Journal(path)
    standing = {KEY: Review(KEY), OTHER: Review(OTHER)}
    for change in made:
        journal.append(change)
        standing[change.run_key] = standing[change.run_key].with_verdict(change.slice_index, change.verdict)
    expected = {key: review for key, review in standing.items() if review.verdicts}
    assert {r.run_key: r for r in read_journal(path).reviews} == expected
    journal.compact(standing.values())
    assert {r.run_key: r for r in read_journal(path).reviews} == expected
    journal.close()


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_journal_cut_anywhere_loses_only_the_line_that_was_cut(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    journal = Journal(path)
    for index in range(6):
        journal.append(Change(KEY, index, accepted(f"remark {index}")))
    journal.close()
    content = path.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    whole = content[:cut].count(b"\n")
    found = read_journal(path)
    assert (len(found.reviews[0].verdicts) if found.reviews else 0) == whole
    assert found.damaged == 0
    again = Journal(path)
    again.append(Change(KEY, 9, accepted()))
    again.close()
    assert len(read_journal(path).reviews[0].verdicts) == whole + 1


def test_a_damaged_line_is_left_out_and_counted_and_the_others_stand(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    for index in range(3):
        journal.append(Change(KEY, index, accepted()))
    journal.close()
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"accept", b"reject")
    path.write_bytes(b"\n".join(lines))
    content = read_journal(path)
    assert content.reviews[0].slices == {0, 2}
    assert content.damaged == 1


@pytest.mark.parametrize("cuts", [True, False])
def test_a_verdict_after_one_that_the_disk_did_not_take_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: bool
) -> None:
    path = tmp_path / "j"
    journal = Journal(path)
    journal.append(Change(KEY, 0, accepted()))
    with monkeypatch.context() as patch, room_for(path.stat().st_size + 60):
        if not cuts:
            patch.setattr("os.ftruncate", full_disk)
        with pytest.raises(OutputError, match="free some space"):
            journal.append(Change(KEY, 1, accepted()))
    journal.append(Change(KEY, 1, accepted("again")))
    journal.close()
    assert read_journal(path).reviews[0].slices == {0, 1}


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


KILLED = """
import sys
from pathlib import Path
from app.sessions.autosave import Autosave
from app.review.journal import Change
from app.review.verdicts import Verdict, now
from calid_core.judgement import Decision
save = Autosave(Path(sys.argv[1]), lambda: None)
for index in range(1000):
    save.record(Change("a" * 64, index, Verdict(Decision.ACCEPT, "AB", now())))
    print(index, flush=True)
"""


def test_a_process_killed_with_sigkill_loses_at_most_the_last_verdict(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    told = -1
    while told < 25:
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    told = max([told, *(int(line) for line in rest)])
    unfinished = Autosave(tmp_path, lambda: None).unfinished()
    assert len(unfinished) == 1
    kept = unfinished[0].reviews[0].slices
    assert kept >= set(range(told + 1))
    assert len(kept) <= told + 2
    Autosave.discard(unfinished[0])
    assert Autosave(tmp_path, lambda: None).unfinished() == ()


def test_a_review_in_use_by_a_running_window_is_not_offered(tmp_path: Path) -> None:
    running = Autosave(tmp_path, lambda: None)
    running.record(Change(KEY, 1, accepted()))
    assert Autosave(tmp_path, lambda: None).unfinished() == ()
    running.close()
    assert len(Autosave(tmp_path, lambda: None).unfinished()) == 1


def test_verdicts_are_kept_anew_where_their_folder_was_taken_away(tmp_path: Path) -> None:
    standing: list[Review] = []
    save = Autosave(tmp_path / "reviews", lambda: None, lambda: tuple(standing))
    save.record(Change(KEY, 1, accepted()))
    standing.append(Review(KEY).with_verdict(1, accepted()))
    shutil.rmtree(tmp_path / "reviews")
    save.record(Change(KEY, 2, accepted()))
    shutil.rmtree(tmp_path / "reviews")
    save.keep_session()
    standing.append(Review(OTHER))
    save.record(Change(OTHER, 3, accepted()))
    save.close()
    (left,) = Autosave(tmp_path / "reviews", lambda: None).unfinished()
    assert {r.run_key: r.slices for r in left.reviews} == {KEY: {1}, OTHER: {3}}


def test_nothing_is_written_before_the_first_verdict_and_clearing_takes_all_away(tmp_path: Path) -> None:
    save = Autosave(tmp_path / "reviews", lambda: None)
    save.keep_session()
    assert not (tmp_path / "reviews").exists()
    save.record(Change(KEY, None, accepted()))
    assert list((tmp_path / "reviews").glob(f"*/{JOURNAL_NAME}"))
    save.clear()
    assert not list((tmp_path / "reviews").iterdir())


def test_the_journal_stays_short_however_often_a_verdict_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.review.journal.COMPACT_AFTER", 50)
    save = Autosave(tmp_path, lambda: None)
    for _ in range(51):
        save.record(Change(KEY, 3, accepted()))
    journal = next(tmp_path.glob(f"*/{JOURNAL_NAME}"))
    assert journal.read_bytes().count(b"\n") < 10
    assert read_journal(journal).reviews[0].slices == {3}
    save.close()


def test_a_journal_that_cannot_be_replaced_goes_on_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "verdicts")
    journal.append(Change(KEY, 1, accepted()))

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "locked")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", locked)
        with pytest.raises(OutputError, match="locked"):
            journal.compact([])
    journal.append(Change(KEY, 2, accepted()))
    journal.close()
    (review,) = read_journal(tmp_path / "verdicts").reviews
    assert [entry.slice_index for entry in review.verdicts] == [1, 2]


def test_verdicts_of_an_opened_session_are_safe_from_the_first_new_verdict_on(tmp_path: Path) -> None:
    opened = Review(OTHER).with_verdict(7, accepted("from the session"))
    save = Autosave(tmp_path, lambda: None, lambda: (opened,))
    save.record(Change(KEY, 3, accepted()))
    save.close()
    reviews = Autosave(tmp_path, lambda: None).unfinished()[0].reviews
    assert {r.run_key: r.slices for r in reviews} == {OTHER: {7}, KEY: {3}}
    assert opened in reviews


@pytest.mark.parametrize("initials", ["", "A B", "toolonginitials", "A\n", "<b>"])
def test_initials_that_are_none_are_refused(initials: str) -> None:
    with pytest.raises(InputError, match="initials"):
        check_initials(initials)


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-11-23", "2026-11-23T07:50:00Z", "2026-13-23T07:50:00.000000Z"]
)
def test_a_time_of_another_form_is_refused(time: str) -> None:
    with pytest.raises(InputError, match="time of a verdict"):
        Verdict(Decision.ACCEPT, "AB", time)


@pytest.mark.parametrize("year", ["2026", "9999"])
def test_a_verdict_is_later_than_the_one_it_overrules_whatever_the_clock_says(year: str) -> None:
    standing = Verdict(Decision.REJECT, "CD", f"{year}-12-31T23:59:59.999999Z")
    given = Verdict(Decision.ACCEPT, "AB", "2026-11-23T07:50:00.000000Z").after(standing)
    assert given.time == ("2027-01-01T00:00:00.000000Z" if year == "2026" else standing.time)
    own = Review(KEY).with_verdict(3, given)
    assert own.joined(Review(KEY).with_verdict(3, standing)) == own
    assert own.verdict(3).after(None) == given


def test_two_verdicts_never_stand_for_one_slice() -> None:
    entry = SliceVerdict(3, accepted())
    with pytest.raises(InputError, match="two verdicts"):
        Review(KEY, (entry, entry))
    review = Review(KEY, (entry,)).with_verdict(3, Verdict(Decision.REJECT, "AB", now()))
    assert [v.verdict.decision for v in review.verdicts] == [Decision.REJECT]


def test_without_checks_the_slices_farthest_from_acquired_ones_come_first() -> None:
    provenance = dense()
    order = worst_first(provenance)
    distances = [provenance[i].distance for i in order]
    assert distances == sorted(distances, reverse=True)
    assert set(order) == {1, 2, 3, 4, 6, 7, 8, 9}


def test_the_ranking_of_the_checks_goes_before_distance_and_brings_doubtful_acquired_slices() -> None:
    ranking = (
        SliceRank(True, 1, 5, 2.5, ("moved by 5 mm",)),
        SliceRank(False, 8, 8, 1.5, ("myocardium",)),
        SliceRank(True, 2, 10, 1.0, ("darker",)),
        SliceRank(True, 0, 0, 0.2, ()),
    )
    report = CheckReport("x", 3, 1, 10.0, ranking=ranking, needs_attention=True)
    order = worst_first(dense(), report)
    assert order[:3] == (5, 8, 10)
    assert 0 not in order
    assert slices_to_check(dense(), report) == set(order)


def test_an_acquired_stack_is_checked_whole() -> None:
    provenance = tuple(SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(i, 0.0),)) for i in range(4))
    assert worst_first(provenance) == (0, 1, 2, 3)


def test_the_walk_leaves_where_one_is_and_ends_when_all_is_checked() -> None:
    assert next_unchecked((4, 2, 7), frozenset(), 4) == 2
    assert next_unchecked((4, 2, 7), frozenset({2}), 4) == 7
    assert next_unchecked((4, 2, 7), frozenset({2, 7}), 4) == 4
    assert next_unchecked((4, 2, 7), frozenset({2, 4, 7}), 4) is None


def test_a_folder_that_cannot_take_the_standing_verdicts_is_taken_away_and_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Review(OTHER).with_verdict(7, accepted("from the session"))
    save = Autosave(tmp_path, lambda: None, lambda: (opened,))

    def full(*_: object) -> None:
        raise OutputError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "compact", full)
        with pytest.raises(OutputError, match="full"):
            save.record(Change(KEY, 3, accepted()))
    assert list(tmp_path.iterdir()) == []
    save.record(Change(KEY, 3, accepted()))
    save.close()
    (left,) = Autosave(tmp_path, lambda: None).unfinished()
    assert {r.run_key: r.slices for r in left.reviews} == {OTHER: {7}, KEY: {3}}
