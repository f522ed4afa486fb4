"""Pictures of every workspace for the user guide, on the bundled sample: ``make screenshots``.

Opens the real window on a screen of 1366 × 768 (under Xvfb where there is none), reconstructs, checks and reviews the
sample as a person would, and writes PNG files to ``docs/images/user-guide`` and ``docs/images/window.png``.
"""

import argparse
import gc
import io
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSettings
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import appearance, language  # noqa: E402
from app.actions.catalogue import Act  # noqa: E402
from app.application import make_application  # noqa: E402
from app.choices import ViewLayout  # noqa: E402
from app.dialogs.key_editor import KeyEditor  # noqa: E402
from app.preferences import Preferences  # noqa: E402
from app.state.compare_state import CompareMode  # noqa: E402
from app.theme import TextSize, Theme  # noqa: E402
from app.translation import tr  # noqa: E402
from app.viewer import Viewer  # noqa: E402
from calid_core.checks.kinds import Check  # noqa: E402
from calid_core.settings import Method, Mode, ReconstructionSettings  # noqa: E402

SIZE = (1366, 768)
LARGEST_BYTES = 220 * 1024
PATIENCE_S = 900.0
"""For one reconstruction or check on a busy machine."""
CHECKS = (Check.INPUT, Check.PASS_THROUGH, Check.PLAUSIBILITY, Check.LEAVE_ONE_OUT)
log = logging.getLogger("screenshots")


class Photographer:
    """Drives one window and takes its picture.

    Parameters
    ----------
    folder
        Gets the pictures.
    code
        Language of the window.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.application = make_application()
        language.install(self.application, code)
        self._settings = tempfile.TemporaryDirectory()
        settings = QSettings(str(Path(self._settings.name) / "settings.ini"), QSettings.Format.IniFormat)
        self.preferences = Preferences(settings)
        self.preferences.set_text("reader", "AB")
        self.viewer = Viewer(self.preferences)
        self.window = self.viewer.window
        self.window.resize(*SIZE)
        self.window.show()
        self.pause(1.0)

    def pause(self, seconds: float) -> None:
        """Let the window work."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)  # lets the workers have the interpreter

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Let the window work until something is done."""
        log.info("waiting: %s", what)
        end = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(what)
            self.pause(0.05)

    def activate(self) -> None:
        """Give the window the keys, which a screen without a window manager does not do by itself."""
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow, "the window to be active")

    def idle(self) -> bool:
        """Whether no job runs."""
        return self.viewer.state.job is None

    def take(self, name: str, widget: QWidget | None = None, *, settle: float = 1.0) -> None:
        """Write the window, or a dialog, as ``name.png``."""
        self.pause(settle)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        (widget or self.window).grab().toImage().save(buffer, "PNG")
        write_small(bytes(buffer.data().data()), self._folder / f"{name}.png")
        log.info("wrote %s", name)

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """The dialog of a kind that is open."""
        return next(w for w in self.application.topLevelWidgets() if isinstance(w, kind) and w.isVisible())

    def close(self) -> None:
        """End the window and forget its settings."""
        self.window.close()
        self.pause(0.5)
        self._settings.cleanup()
        del self.viewer, self.window
        gc.collect()  # while there is still an application: what Python collects at its end is destroyed in any order


def write_small(png: bytes, path: Path) -> None:
    """Write a PNG, in 256 colours where it would be too large otherwise."""
    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGB")
    image.save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def open_sample(shots: Photographer) -> None:
    """The empty window, the first card of the tour, and the sample as it was acquired."""
    state, window = shots.viewer.state, shots.window
    shots.take("empty")
    window.actions_[Act.OPEN_SAMPLE].trigger()
    shots.wait(lambda: state.active_stack is not None, "the sample")
    shots.wait(shots.idle, "3D")
    shots.take("acquired", settle=4.0)


def reconstruct(shots: Photographer, method: Method, spacing: float) -> None:
    """A finished run of a method."""
    viewer = shots.viewer
    settings = ReconstructionSettings(method=method, mode=Mode.FIDELITY, slice_spacing=spacing)
    if method is not Method.LINEAR:
        viewer.controller.reconstructions.start(settings)
        shots.wait(
            lambda: len(viewer.state.runs) == 2 and bool(viewer.state.runs[-1].ready.sum() > 0), "phases"
        )
        shots.take("reconstructing")
    else:
        viewer.controller.reconstructions.start(settings)
    wanted = 1 if method is Method.LINEAR else 2
    shots.wait(
        lambda: sum(run.reconstruction is not None for run in viewer.state.runs) == wanted, method.value
    )
    shots.wait(shots.idle, "what follows a run")


def go_between(shots: Photographer, *, share: float = 0.5) -> None:
    """Show the middle of a gap."""
    state = shots.viewer.state
    volume = state.volume()
    if volume is None:
        return
    acquired = [i for i in range(volume.slices) if volume.origin(i).value == "A"]
    first = acquired[int(share * (len(acquired) - 1))]
    shots.viewer.controller.navigation.go_to_slice(first + max(1, (acquired[1] - acquired[0]) // 2))


def show_tab(tabs: QTabWidget, name: str) -> None:
    """Bring the tab of a name to the front."""
    names = [tabs.tabText(index).replace("&", "") for index in range(tabs.count())]
    tabs.setCurrentIndex(names.index(tr(name)))


def show_workspaces(shots: Photographer) -> None:
    """Layouts, 3D and the inspector's tabs for a finished run."""
    viewer, window = shots.viewer, shots.window
    go_between(shots)
    shots.take("window", settle=5.0)
    window.actions_[Act.LAYOUT_SINGLE].trigger()
    shots.take("single")
    window.actions_[Act.CONTOURS].trigger()
    shots.wait(lambda: viewer.checks.curve.complete and shots.idle(), "contours")
    shots.take("contours")
    window.actions_[Act.CONTOURS].trigger()
    window.actions_[Act.VOLUMES].trigger()
    window.actions_[Act.LAYOUT_GRID].trigger()
    show_tab(window.inspector, "Display")
    show_volume(shots)
    window.inspector.setCurrentWidget(window.provenance)
    shots.take("origin")
    window.inspector.setCurrentIndex(0)
    viewer.controller.display.set_layout(ViewLayout.GRID)


def show_volume(shots: Photographer) -> None:
    """The 3D view in the whole centre."""
    grid = shots.window.grid
    volume = grid._main[3]
    shots.activate()  # a view of another window would not get the keys, and the grid not know which one is meant
    volume.view.setFocus()
    shots.wait(volume.view.hasFocus, "keys of the 3D view")
    grid.toggle_maximised()
    if not volume.isVisible() or grid.short_axis.isVisible():
        raise RuntimeError("the 3D view is not the one that is maximised")
    shots.take("volume", settle=8.0)
    grid.toggle_maximised()


def compare(shots: Photographer) -> None:
    """Swipe and side by side of linear and CaLID."""
    viewer = shots.viewer
    runs = {run.settings.method: run.layer for run in viewer.state.runs}
    comparing = viewer.controller.comparing
    comparing.compare((runs[Method.LINEAR], viewer.state.runs[-1].layer))
    for mode, name in ((CompareMode.SWIPE, "swipe"), (CompareMode.SIDE_BY_SIDE, "side-by-side")):
        comparing.show(mode)
        shots.take(name)
    comparing.leave()


def check_and_review(shots: Photographer) -> None:
    """The checks of the run, and verdicts on its worst slices."""
    viewer, window = shots.viewer, shots.window
    window.inspector.setCurrentWidget(viewer.checks.panel)
    for check in CHECKS:
        viewer.checks.checking.start(check)
    shots.wait(lambda: shots.idle() and not viewer.checks.checks.running, "checks")
    shots.take("checks", settle=2.0)
    window.inspector.setCurrentWidget(viewer.review.panel)
    reviewing = viewer.review.reviewing
    reviewing.set_reader("AB")
    reviewing.go_to_next_unchecked()
    reviewing.reject()
    for _ in range(4):
        reviewing.go_to_next_unchecked()
        reviewing.accept()
    shots.take("review")


def show_dialogs(shots: Photographer) -> None:
    """Tour, keys, preferences and the light theme."""
    from app.dialogs.preferences import PreferencesDialog
    from app.dialogs.shortcuts import ShortcutSheet

    viewer, window = shots.viewer, shots.window
    window.inspector.setCurrentIndex(0)
    viewer.options.tour.start()
    viewer.options.tour.go_on()
    shots.take("tour")
    viewer.options.tour.leave()
    viewer.options.show_keys()
    shots.take("keys", shots.dialog(ShortcutSheet))
    shots.dialog(ShortcutSheet).reject()
    viewer.options.edit_keys()
    editor = shots.dialog(KeyEditor)
    if isinstance(editor, KeyEditor):
        editor.select("INVERT")
        editor.edit.setKeySequence(QKeySequence("Ctrl+S"))
    shots.take("change-keys", editor)
    editor.reject()
    viewer.options.show_preferences()
    shots.take("preferences", shots.dialog(PreferencesDialog))
    shots.dialog(PreferencesDialog).reject()
    appearance.apply(shots.application, Theme.LIGHT, TextSize.NORMAL)
    shots.take("light", settle=3.0)


def main() -> int:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "user-guide")
    parser.add_argument(
        "--method", choices=["calid", "cubic"], default="calid", help="of the run that is shown"
    )
    parser.add_argument("--spacing", type=float, default=2.0, help="between slices, mm; wider is faster")
    parser.add_argument("--language", choices=language.languages(), default=language.ENGLISH)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)6d ms  %(message)s")
    shots = Photographer(arguments.out, arguments.language)
    shots.window.move(QPoint(0, 0))
    open_sample(shots)
    reconstruct(shots, Method.LINEAR, arguments.spacing)
    reconstruct(shots, Method(arguments.method), arguments.spacing)
    show_workspaces(shots)
    compare(shots)
    check_and_review(shots)
    show_dialogs(shots)
    shots.close()
    (arguments.out / "window.png").replace(arguments.out.parent / "window.png")
    QApplication.quit()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
