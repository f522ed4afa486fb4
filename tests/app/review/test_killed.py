"""The whole window killed with SIGKILL in the middle of a review."""

import signal
import subprocess
import sys
from pathlib import Path

from app.sessions.autosave import Autosave
from calid_core.io.volume import write_volume
from tests.app.conftest import make_stack

PROGRAM = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from app.application import make_application
from app.viewer import Viewer
from app.preferences import Preferences
from app.choices import Tool
folder = Path(sys.argv[1])
application = make_application()
preferences = Preferences(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
preferences.set_text("reader", "AB")
preferences.reviews_folder = lambda: folder / "reviews"
viewer = Viewer(preferences)
viewer.window.painted.disconnect()
viewer.window.resize(1200, 700)
viewer.window.show()
viewer.controller.series.open_paths([folder / "cine.nii"])
while viewer.state.active_stack is None:
    application.processEvents()
view = viewer.window.grid.short_axis
view.setFocus()
viewer.controller.display.set_tool(Tool.MEASURE)
start = view.rect().center() + QPoint(25, 40)
QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
QTest.mouseMove(view, start + QPoint(30, 20))
QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))
print("measured", len(viewer.state.measures.measurements), flush=True)
QTest.keyClick(view, Qt.Key.Key_Home)
for number in range(4):
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    print("rejected", viewer.state.slice_index(), flush=True)
    QTest.keyClick(view, Qt.Key.Key_Down)
time.sleep(60)
"""


def test_a_window_killed_in_the_middle_of_a_review_has_lost_no_verdict_and_no_measurement(
    tmp_path: Path,
) -> None:
    stack = make_stack(rows=48, columns=40)
    write_volume(tmp_path / "cine.nii", stack.intensity, stack.geometry, stack.phase_times)
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert process.stdout is not None
    told: list[str] = []
    for line in process.stdout:
        told.append(line.strip())
        if line.startswith("rejected 3"):
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert told[0] == "measured 1", told
    (left,) = Autosave(tmp_path / "reviews", lambda: None).unfinished()
    assert left.measurements == 1
    assert {v.slice_index: v.verdict.text for v in left.reviews[0].verdicts} == dict.fromkeys(
        range(4), "rejected"
    )
