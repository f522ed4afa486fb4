"""Save result, screenshot and movie: ask where, then hand over."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.actions import Act
from app.controller import Controller
from app.dialogs.save import PICTURE_FORMATS, VOLUME_FORMATS, SaveDialog, SaveFormat
from app.main_window import MainWindow
from app.messages import BANNER
from app.preferences import Preferences
from app.study import Run
from calid_core.errors import CalidError


class SaveActions(QObject):
    """The save entries of the File menu.

    Parameters
    ----------
    window, controller, preferences
        Whose run or picture is saved, by whom, and where the last dialog was.
    """

    def __init__(self, window: MainWindow, controller: Controller, preferences: Preferences) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        window.actions_.on(Act.SAVE, self.ask_for_volume)
        window.actions_.on(Act.SCREENSHOT, self.ask_for_screenshot)
        window.runs.save_requested.connect(self.ask_for_volume)
        controller.saving.saved.connect(self._on_saved)

    @Slot()
    def ask_for_volume(self) -> None:
        """Ask where to save the run that is shown."""
        if self._finished_run() is not None:
            self._ask("Save result", "reconstruction", VOLUME_FORMATS, self.save_volume)

    @Slot()
    def ask_for_screenshot(self) -> None:
        """Ask where to save a picture of the window."""
        self._ask("Save screenshot", "screenshot", PICTURE_FORMATS, self.save_screenshot)

    def save_volume(self, path: Path) -> None:
        """Save the run that is shown; a name without a suffix is a folder for DICOM."""
        run = self._finished_run()
        if run is None or run.reconstruction is None:
            return
        self._preferences.set_folder(path.parent)
        if path.suffix:
            self._controller.saving.save_volume(run.reconstruction, path)
        else:
            self._controller.saving.save_dicom(run.reconstruction, path)

    def save_screenshot(self, path: Path) -> None:
        """Save the window as it is: banner and badges are part of it."""
        self._preferences.set_folder(path.parent)
        picture = self._window.grab().toImage()
        picture.setText("Description", BANNER)
        if picture.save(str(path)):
            self._on_saved(path)
        else:
            self._window.show_failure("Save screenshot", CalidError(f"{path.name} could not be written."))

    def _finished_run(self) -> Run | None:
        run_id = self._controller.state.layer.run_id
        run = self._controller.state.run(run_id) if run_id is not None else None
        return run if run is not None and run.reconstruction is not None else None

    def _ask(
        self, title: str, name: str, formats: tuple[SaveFormat, ...], on_chosen: Callable[[Path], None]
    ) -> None:
        start = self._preferences.folder() / (name + formats[0].suffix)
        SaveDialog(self._window, title, start, formats, on_chosen).open()

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._window.status.showMessage(f"Saved {path.name}", 5000)
