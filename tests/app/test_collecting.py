"""Garbage is collected in the thread of the window alone."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.collecting import Collecting


class Ring:
    """What refers to itself, so that only the collector ends it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collecting(qapp: object) -> Iterator[Collecting]:
    was_on = gc.isenabled()
    gc.enable()
    made = Collecting()
    yield made
    made.leave()
    assert gc.isenabled()
    if not was_on:
        gc.disable()


def test_what_is_gone_is_collected_in_the_thread_of_the_window(qtbot: QtBot, collecting: Collecting) -> None:
    threads: list[threading.Thread] = []
    weakref.finalize(Ring(), lambda: threads.append(threading.current_thread()))
    worker = threading.Thread(target=lambda: [Ring() for _ in range(100 * gc.get_threshold()[0])])
    worker.start()
    worker.join()
    assert not threads
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread()]


def test_older_generations_have_their_turn(collecting: Collecting) -> None:
    gc.collect()
    youngest, middle, _ = gc.get_threshold()
    for _ in range(middle + 2):
        kept = [Ring() for _ in range(youngest + 1)]
        collecting.collect()
    del kept
    assert gc.get_count()[1] <= middle


def test_nothing_is_collected_where_there_is_little(collecting: Collecting) -> None:
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    collecting.collect()
    assert gc.get_stats()[0]["collections"] == before
