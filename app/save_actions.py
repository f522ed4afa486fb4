"""Save result, screenshot and movie: ask where, then hand over."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.action_catalogue import Act
from app.controller import Controller
from app.dialogs.save import MOVIE_FORMATS, PICTURE_FORMATS, VOLUME_FORMATS, SaveDialog, SaveFormat
from app.main_window import MainWindow
from app.preferences import Preferences
from app.study import Run
from app.translation import tr
from calid_core.errors import CalidError
from calid_core.judgement import Judgement


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
        self.judged: Callable[[Run], Mapping[int | None, Judgement]] = lambda _run: {}
        """Verdicts on the slices of a run, that are saved with it."""
        window.actions_.on(Act.SAVE, self.ask_for_volume)
        window.actions_.on(Act.SCREENSHOT, self.ask_for_screenshot)
        window.actions_.on(Act.MOVIE, self.ask_for_movie)
        window.runs.save_requested.connect(self.ask_for_volume)
        controller.saving.saved.connect(self._on_saved)

    @Slot()
    def ask_for_volume(self) -> None:
        """Ask where to save the run that is shown."""
        if self._finished_run() is not None:
            self._ask(tr("Save result"), "reconstruction", VOLUME_FORMATS, self.save_volume)

    @Slot()
    def ask_for_screenshot(self) -> None:
        """Ask where to save a picture of the window."""
        self._ask(tr("Save screenshot"), "screenshot", PICTURE_FORMATS, self.save_screenshot)

    @Slot()
    def ask_for_movie(self) -> None:
        """Ask where to save the cine."""
        if self._controller.state.volume() is not None:
            self._ask(tr("Save movie"), "cine", MOVIE_FORMATS, self.save_movie)

    def save_volume(self, path: Path, chosen: SaveFormat = VOLUME_FORMATS[0]) -> None:
        """Save the run that is shown in a format; one without a suffix is a folder of DICOM files."""
        run = self._finished_run()
        if run is None or run.reconstruction is None:
            return
        self._preferences.set_folder(path.parent)
        if chosen.suffix:
            self._controller.saving.save_volume(run.reconstruction, path, self.judged(run))
        else:
            self._controller.saving.save_dicom(run.reconstruction, path, self.judged(run))

    def save_screenshot(self, path: Path, _chosen: SaveFormat = PICTURE_FORMATS[0]) -> None:
        """Save the window, without names of series and folders, with a line that says what it shows."""
        from app.export.description import describe
        from app.export.screenshot import save_screenshot

        self._preferences.set_folder(path.parent)
        try:
            self._window.status.clearMessage()  # it may tell the name of a file
            with self._controller.state.without_names():
                save_screenshot(self._window, path, describe(self._controller.state))
        except (CalidError, OSError) as error:
            self._window.show_failure(tr("Save screenshot"), error)
        else:
            self._on_saved(path)

    def save_movie(self, path: Path, chosen: SaveFormat = MOVIE_FORMATS[0]) -> None:
        """Save every phase of what is on the screen, or of all slices."""
        from app.export.movie_content import movie_content

        try:
            content = movie_content(self._controller.state, all_slices=chosen.all_slices)
        except CalidError as error:
            self._window.show_failure(tr("Save movie"), error)
            return
        if content is not None:
            self._preferences.set_folder(path.parent)
            self._controller.saving.save_movie(content, path)

    def _finished_run(self) -> Run | None:
        run_id = self._controller.state.layer.run_id
        run = self._controller.state.run(run_id) if run_id is not None else None
        return run if run is not None and run.reconstruction is not None else None

    def _ask(
        self,
        title: str,
        name: str,
        formats: tuple[SaveFormat, ...],
        on_chosen: Callable[[Path, SaveFormat], None],
    ) -> None:
        start = self._preferences.folder() / (name + formats[0].suffix)
        SaveDialog(self._window, title, start, formats, on_chosen).open()

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._window.status.showMessage(tr("Saved {name}").format(name=path.name), 5000)
