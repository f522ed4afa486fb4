import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import language
from app.application import make_application
from app.open_series import OpenSeries
from app.preferences import Preferences
from app.state.viewer_state import ViewerState
from app.viewer import Viewer
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from tests.app.compared import Compared

MUCH = 20_000
"""Objects after which it is worth to look for those that are gone."""


def make_stack(phases: int = 5, slices: int = 4, rows: int = 24, columns: int = 20) -> CineStack:
    """Slices 10 mm apart whose intensity is 1000 · phase + 100 · slice + column."""
    phase, slice_, _, column = np.indices((phases, slices, rows, columns))
    intensity = (1000 * phase + 100 * slice_ + column).astype(np.int16)
    affine = np.diag([0.0, 0.0, 0.0, 1.0])
    affine[:3, :3] = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]]) * (
        -10.0,
        1.5,
        1.5,
    )  # the apex is at the feet
    geometry = Geometry(affine, (slices, rows, columns), known=True)
    times = np.arange(phases) * 40.0
    return CineStack(intensity, geometry, times, Source("test", "phantom", thickness=8.0))


def preferences_in(folder: Path) -> Preferences:
    """Preferences that nobody else sees."""
    return Preferences(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))


def viewer_without_gl(preferences: Preferences) -> Viewer:
    """A viewer of the size of a small screen, not shown yet, that needs no OpenGL."""
    make_application()
    made = Viewer(preferences)
    made.window.painted.disconnect()
    made.window.resize(1366, 768)
    return made


@pytest.fixture(scope="session", autouse=True)
def english(qapp: QApplication) -> None:
    """Texts in English on every machine, with their singulars and plurals."""
    language.install(qapp, language.ENGLISH)


@pytest.fixture(scope="session", autouse=True)
def _collected_nowhere_else():
    """Windows that are gone are never collected by a worker, which crashes Qt."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collected_here():
    """What a test leaves is collected in the thread of the windows, where it is much."""
    yield
    if gc.get_count()[0] > MUCH:
        gc.collect()


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return preferences_in(tmp_path)


@pytest.fixture
def stack() -> CineStack:
    return make_stack()


@pytest.fixture
def state(qapp: object, stack: CineStack) -> ViewerState:
    """A state with one loaded series."""
    made = ViewerState()
    made.set_all_series((OpenSeries(1, "test", stack=stack),), 1)
    return made


@pytest.fixture
def compared(state: ViewerState, qtbot: QtBot):
    made = Compared(state, qtbot)
    yield made
    assert made.controller.shut_down()
