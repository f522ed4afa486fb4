"""The window: its parts, what it remembers, and how it closes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QChildEvent, QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions.action_set import ActionSet
from app.actions.catalogue import Act, Menu
from app.controllers.controller import Controller
from app.dialogs.about import show_about
from app.dialogs.notices import show_error
from app.failures import log_file
from app.messages import APPLICATION, BANNER, explain
from app.panels.display_panel import DisplayPanel
from app.panels.empty_state import EmptyState
from app.panels.inspector import Inspector
from app.panels.notice_strip import NoticeStrip
from app.panels.provenance_panel import ProvenancePanel
from app.panels.recent_menu import RecentMenu
from app.panels.reconstruct_panel import ReconstructPanel
from app.panels.runs_panel import RunsPanel
from app.panels.status_line import StatusLine
from app.panels.viewport_grid import ViewportGrid
from app.preferences import Preferences
from app.translation import tr
from app.views.series_list import SeriesList
from app.views.text_label import Tone, label
from app.views.transport_bar import TransportBar
from app.window.keyboard_focus import focus_next
from calid_core.paths import is_folder

TOOLBAR = (
    (Act.OPEN_FOLDER, Act.OPEN_SAMPLE, Act.SAVE, Act.SCREENSHOT, Act.MOVIE),
    (Act.TOOL_WINDOW, Act.TOOL_CROSSHAIR, Act.TOOL_PAN, Act.TOOL_ZOOM, Act.TOOL_MEASURE),
    (Act.LAYOUT_SINGLE, Act.LAYOUT_PAIR, Act.LAYOUT_GRID, Act.LAYOUT_ONE_THREE, Act.COMPARE, Act.FLICKER),
    (Act.LINK, Act.RESET),
    (Act.RECONSTRUCT,),
)
SWITCHES = (
    Act.INVERT,
    Act.SMOOTH,
    Act.ANNOTATIONS,
    Act.CROSSHAIR,
    Act.CONTOURS,
    Act.UNCERTAINTY,
    Act.LINK,
)
FIRST_SIZE = QSize(1366, 768)


class MainWindow(QMainWindow):
    """Everything on the screen; ``app.wiring.intents`` connects its parts to the controller.

    Parameters
    ----------
    controller
        Its state is shown. What events of the window itself mean is told without signals: a key let go or a window left
        releases the acquired slice, and closing waits until saving is idle.
    preferences
        What survives a restart.
    """

    painted = Signal()  # once, after the first paint
    paths_requested = Signal(object)  # tuple[Path, ...]
    closing = Signal()

    def __init__(self, controller: Controller, preferences: Preferences) -> None:
        super().__init__()
        self._controller, self._preferences = controller, preferences
        state = controller.state
        self.setWindowTitle(APPLICATION)
        self.setAcceptDrops(True)
        self.actions_ = ActionSet(self)
        self.grid = ViewportGrid(state)
        self.transport = TransportBar(state)
        self.series = SeriesList(state)
        self.reconstruct = ReconstructPanel(state, preferences.reconstruction())
        self.runs = RunsPanel(state)
        self.display = DisplayPanel(state, [self.actions_[act] for act in SWITCHES])
        self.provenance = ProvenancePanel(state)
        self.inspector = Inspector(self.reconstruct, self.runs, self.display, self.provenance)
        self.status = StatusLine(state)
        self._waits_to_close = False
        """Whether closing was asked for while files were being saved."""
        self.keeps: Callable[[], bool] = lambda: True
        """Asked before the window closes, which stays where that says no."""
        controller.saving.idle.connect(self._close_if_waiting)
        self.notices = NoticeStrip(controller.state)
        self.empty = EmptyState()
        self._centre = QStackedWidget()
        self._arrange()
        self._make_bars()
        self._restore()
        state.all_series_changed.connect(self._refresh_centre)
        self._refresh_centre()

    def _arrange(self) -> None:
        self._centre.addWidget(self.empty)
        self._centre.addWidget(self.grid)
        banner = label(tr(BANNER), Tone.BANNER, wrap=True)
        banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (banner, self.notices):
            column.addWidget(widget)
        column.addWidget(self._centre, 1)
        self.setCentralWidget(central)
        self.actions_.keep_keys_in(self.grid.images)
        for bar in (self.grid.compare_bar, self.transport):
            self.actions_.keep_keys_in(bar, bar=True)
        self._dock("Series", tr("Series", "list"), self.series, Qt.DockWidgetArea.LeftDockWidgetArea)
        self._dock("Inspector", tr("Inspector"), self.inspector, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setStatusBar(self.status)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)

    def _make_bars(self) -> None:
        menus = self.actions_.fill(self.menuBar())
        recent = RecentMenu(self._preferences, self)
        recent.chosen.connect(self.paths_requested)
        menus[Menu.FILE].insertMenu(self.actions_[Act.SAVE], recent)
        menus[Menu.VIEW].addSeparator()
        for dock in self.findChildren(QDockWidget):
            menus[Menu.VIEW].addAction(dock.toggleViewAction())
        bar = self.addToolBar(tr("Tools"))
        bar.setObjectName("Tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for group in TOOLBAR:
            if bar.actions():
                bar.addSeparator()
            bar.addActions([self.actions_[act] for act in group])
        start = bar.widgetForAction(self.actions_[Act.RECONSTRUCT])
        if isinstance(start, QToolButton):
            start.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.actions_[Act.RECONSTRUCT].setIconText(tr("Reconstruct"))
        menus[Menu.VIEW].addAction(bar.toggleViewAction())
        cine = QToolBar(tr("Cine"))
        cine.setObjectName("Cine")
        cine.setMovable(False)
        cine.addWidget(self.transport)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, cine)
        menus[Menu.VIEW].addAction(cine.toggleViewAction())

    @Slot()
    def _refresh_centre(self) -> None:
        series = self._controller.state.active_series
        shown, hidden = (self.empty, self.grid) if series is None else (self.grid, self.empty)
        for page, policy in ((shown, QSizePolicy.Policy.Preferred), (hidden, QSizePolicy.Policy.Ignored)):
            page.setSizePolicy(policy, policy)  # what is hidden does not keep the window wide
        self._centre.setCurrentWidget(shown)
        self.setWindowTitle(APPLICATION if series is None else f"{series.label} — {APPLICATION}")
        if series is not None and series.error:
            self.notices.show_notice(tr("This series could not be read."), (series.error,))

    @Slot()
    def ask_for_files(self) -> None:
        """Let a person choose files."""
        self._ask(QFileDialog.FileMode.ExistingFiles, tr("Open images"))

    @Slot()
    def ask_for_folder(self) -> None:
        """Let a person choose a folder."""
        self._ask(QFileDialog.FileMode.Directory, tr("Open folder"))

    def _ask(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = QFileDialog(self, title, str(self._preferences.folder()))
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_chosen)
        dialog.open()

    @Slot(list)
    def _on_chosen(self, names: list[str]) -> None:
        paths = tuple(Path(name) for name in names)
        if paths:
            self._preferences.set_folder(paths[0] if is_folder(paths[0]) else paths[0].parent)
            self.paths_requested.emit(paths)

    @Slot(object)
    def remember_opened(self, paths: tuple[Path, ...]) -> None:
        """Put what was opened on the recent list."""
        self._preferences.add_recent(paths)

    @property
    def docks_visible(self) -> bool:
        """Whether series or inspector are shown."""
        return any(not dock.isHidden() for dock in self.findChildren(QDockWidget))

    @Slot()
    def toggle_docks(self) -> None:
        """Hide series and inspector, or show both."""
        shown = not self.docks_visible
        for dock in self.findChildren(QDockWidget):
            dock.setVisible(shown)

    @Slot()
    def toggle_full_screen(self) -> None:
        """Use the whole screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def show_about(self) -> None:
        """Open the About box."""
        show_about(self)

    @Slot()
    def show_log(self) -> None:
        """Open the folder with the log."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file().parent)))

    @Slot()
    def _close_if_waiting(self) -> None:
        """Close if that was asked for while files were being saved, and all of them were."""
        if self._waits_to_close:
            self.close()

    def stay(self) -> None:
        """Do not close when files are saved, even where that was asked for."""
        self._waits_to_close = False

    @Slot(str, object)
    def show_failure(self, headline: str, error: Exception) -> None:
        """Tell that something could not be done, and why; a window that was to close stays."""
        self.stay()
        show_error(
            self,
            tr("{headline} failed.").format(headline=headline) if headline else tr("Something went wrong."),
            explain(error),
        )

    # -- what it remembers -------------------------------------------------------------------------------

    def _restore(self) -> None:
        geometry, state = self._preferences.window_geometry(), self._preferences.window_state()
        if geometry is None or not self.restoreGeometry(geometry):
            screen = QApplication.primaryScreen().availableGeometry().size()
            self.resize(screen.boundedTo(FIRST_SIZE))
        if state is not None:
            self.restoreState(state)
        else:
            docks = self.findChildren(QDockWidget)
            self.resizeDocks(docks, [230, 316], Qt.Orientation.Horizontal)

    def _remember(self) -> None:
        self._preferences.set_window(self.saveGeometry(), self.saveState())
        self._preferences.set_reconstruction(self.reconstruct.settings())

    # -- Qt ----------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Wait for the first paint before anything heavy is loaded."""
        super().showEvent(event)
        (self.grid.short_axis if self.grid.isVisible() else self.empty).setFocus()
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the first paint of the window."""
        if event.type() is QEvent.Type.Paint:
            self.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return super().eventFilter(watched, event)

    def childEvent(self, event: QChildEvent) -> None:
        """See dialogs come, so that the keys are the window's again when they go."""
        super().childEvent(event)
        child = event.child()
        if event.polished() and isinstance(child, QDialog):
            child.finished.connect(self._take_keys_back)

    @Slot()
    def _take_keys_back(self) -> None:
        """Not every window manager gives them back by itself, and a bare screen has none."""
        QTimer.singleShot(0, self.activateWindow)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go with Tab through one part of the window after the other."""
        return focus_next(self, forward=forward) or super().focusNextPrevChild(forward)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of the key returns from the acquired slice."""
        held = self.actions_[Act.ACQUIRED_NEAREST].shortcut().toString().rpartition("+")[2]
        if QKeySequence(event.key()).toString() == held and not event.isAutoRepeat():
            self._controller.navigation.release_acquired()
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A key that is let go in another window is not heard here."""
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._controller.navigation.release_acquired()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.paths_requested.emit(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window, end every job, let the 3D view go; what is being saved is waited for, once."""
        saving = self._controller.saving
        if saving.busy and not self._waits_to_close:
            self._waits_to_close = True
            self.notices.show_notice(
                tr("Files are being saved: the window closes when they are. Close it again to give them up."),
                (),
            )
            event.ignore()
            return
        if not self.keeps():
            event.ignore()
            return
        self._remember()
        self._controller.shut_down()
        self.closing.emit()
        super().closeEvent(event)
