from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.preferences import Preferences
from calid_core.io.volume import write_volume
from tests.app.conftest import make_stack
from tests.app.review.reader import close, make_viewer


@pytest.fixture
def preferences(preferences: Preferences) -> Preferences:
    """Those of a reader with initials."""
    preferences.set_text("reader", "AB")
    return preferences


@pytest.fixture
def viewer(qtbot: QtBot, preferences: Preferences):
    made = make_viewer(preferences)
    yield made
    close(made)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A file with 4 slices and 5 phases."""
    stack = make_stack(rows=48, columns=40)
    path = tmp_path / "images" / "cine.nii"
    path.parent.mkdir()
    write_volume(path, stack.intensity, stack.geometry, stack.phase_times)
    return path
