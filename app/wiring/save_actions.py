"""Save result, screenshot and movie: ask where, then hand over."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from app.actions.catalogue import Act
from app.controllers.controller import Controller
from app.dialogs.save import MOVIE_FORMATS, PICTURE_FORMATS, VOLUME_FORMATS, SaveDialog, SaveFormat
from app.file_names import proposed_name
from app.layers import Run
from app.preferences import Preferences
from app.translation import tr
from app.window.main_window import MainWindow
from app.wiring.reviewing import ReviewWiring
from calid_core.errors import CalidError

if TYPE_CHECKING:
    from app.export.frames import CineContent


class SaveActions(QObject):
    """The save entries of the File menu: what is shown when one is chosen is saved, whatever is shown when its file is.

    Parameters
    ----------
    window, controller, preferences
        Whose run or picture is saved, by whom, and where the last dialog was.
    review
        Whose verdicts are saved with a run, and what is being written about it.
    """

    def __init__(
        self, window: MainWindow, controller: Controller, preferences: Preferences, review: ReviewWiring
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._preferences = window, controller, preferences
        self._review = review
        window.actions_.on(Act.SAVE, self.ask_for_volume)
        window.actions_.on(Act.SCREENSHOT, self.ask_for_screenshot)
        window.actions_.on(Act.MOVIE, self.ask_for_movie)
        window.runs.save_requested.connect(self.ask_for_volume)
        controller.saving.saved.connect(window.status.show_saved)

    @Slot()
    def ask_for_volume(self) -> None:
        """Ask where to save the run that is shown."""
        self._review.remarks.keep_for_saving()
        run = self._finished_run()
        if run is not None:
            name, save = proposed_name("reconstruction", run.layer, run), partial(self.save_volume, run=run)
            self._ask(tr("Save result"), name, VOLUME_FORMATS, save)

    @Slot()
    def ask_for_screenshot(self) -> None:
        """Ask where to save a picture of the window."""
        save = partial(self.save_screenshot, picture=self._picture())
        self._ask(tr("Save screenshot"), "screenshot", PICTURE_FORMATS, save)

    @Slot()
    def ask_for_movie(self) -> None:
        """Ask where to save the cine."""
        if self._controller.state.volume() is not None:
            save = partial(self.save_movie, contents=self._contents())
            self._ask(tr("Save movie"), self._movie_name(), MOVIE_FORMATS, save)

    def save_volume(
        self, path: Path, chosen: SaveFormat = VOLUME_FORMATS[0], *, run: Run | None = None
    ) -> None:
        """Save a run (None: the one that is shown) in a format; one without a suffix is a folder of DICOM files."""
        run = run or self._finished_run()
        if run is None or run.reconstruction is None:
            return
        self._preferences.set_folder(path.parent)
        save = self._controller.saving.save_volume if chosen.suffix else self._controller.saving.save_dicom
        save(run.reconstruction, path, self._review.reviews.judged(run))

    def save_screenshot(
        self, path: Path, _chosen: SaveFormat = PICTURE_FORMATS[0], *, picture: QImage | None = None
    ) -> None:
        """Save a picture of the window (None: as it is now), without names of series and folders, with a line that says what it shows."""
        from app.export.screenshot import write_screenshot

        self._preferences.set_folder(path.parent)
        try:
            write_screenshot(path, self._picture() if picture is None else picture)
        except (CalidError, OSError) as error:
            self._window.show_failure(tr("Save screenshot"), error)
        else:
            self._window.status.show_saved(path)

    def save_movie(
        self,
        path: Path,
        chosen: SaveFormat = MOVIE_FORMATS[0],
        *,
        contents: "Mapping[bool, CineContent | CalidError | None] | None" = None,
    ) -> None:
        """Save every phase of what is on the screen, or of all slices.

        Parameters
        ----------
        contents
            Both, by whether they are of all slices; None for what they are now. An error is told.
        """
        content = (contents or self._contents())[chosen.all_slices]
        if isinstance(content, CalidError):
            self._window.show_failure(tr("Save movie"), content)
        elif content is not None:
            self._preferences.set_folder(path.parent)
            self._controller.saving.save_movie(content, path)

    def _picture(self) -> QImage:
        from app.export.description import describe, shows_synthesised
        from app.export.screenshot import take_screenshot

        self._window.status.clearMessage()  # it may tell the name of a file
        state = self._controller.state
        with state.without_names():
            return take_screenshot(self._window, describe(state), synthesised=shows_synthesised(state))

    def _contents(self) -> "dict[bool, CineContent | CalidError | None]":
        """What a movie shows, by whether it is of all slices, or why it cannot."""
        from app.export.movie_content import movie_content

        contents: dict[bool, CineContent | CalidError | None] = {}
        for all_slices in (False, True):
            try:
                contents[all_slices] = movie_content(self._controller.state, all_slices=all_slices)
            except CalidError as error:
                contents[all_slices] = error
        return contents

    def _movie_name(self) -> str:
        """After what is on the screen."""
        state = self._controller.state
        layers = state.seen_layers
        if len(layers) > 1:
            return "cine-comparison"
        return proposed_name("cine", layers[0], state.run(layers[0].run_id))

    def _finished_run(self) -> Run | None:
        state = self._controller.state
        run = state.run(state.layer.run_id)
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
