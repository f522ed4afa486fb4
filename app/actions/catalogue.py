"""Every action of the window: its text, menu, key and icon, in one table; what each does is in ``app.actions.tips``."""

from dataclasses import dataclass
from enum import Enum

from app.translation import tr_later


class Menu(Enum):
    """Menus of the menu bar; the value is the title."""

    FILE = tr_later("&File")
    EDIT = tr_later("&Edit")
    VIEW = tr_later("&View")
    NAVIGATE = tr_later("&Navigate")
    CINE = tr_later("&Cine")
    RECONSTRUCT = tr_later("&Reconstruct")
    COMPARE = tr_later("Co&mpare")
    REVIEW = tr_later("Revie&w")
    TOOLS = tr_later("&Tools")
    HELP = tr_later("&Help")


@dataclass(frozen=True)
class ActionSpec:
    """How an action looks.

    Parameters
    ----------
    text, menu, key
        Menu entry, where it is, and its key.
    icon
        File name in ``resources/icons`` without suffix; empty for none.
    checkable
        Whether it is on or off.
    in_views
        Whether the key only works while the viewports have the focus, so that lists and fields keep their arrows.
    other_key
        A second key.
    group
        Entries of a menu with another group than the one before are set off by a line.
    """

    text: str
    menu: Menu
    key: str
    icon: str = ""
    checkable: bool = False
    in_views: bool = False
    other_key: str = ""
    group: int = 0


class Act(Enum):
    """The actions; the order is the order in the menus."""

    OPEN_FILES = ActionSpec(tr_later("&Open files…"), Menu.FILE, "Ctrl+O", icon="open")
    OPEN_FOLDER = ActionSpec(tr_later("Open &folder…"), Menu.FILE, "Ctrl+Shift+O", icon="folder")
    OPEN_SAMPLE = ActionSpec(tr_later("Open sa&mple"), Menu.FILE, "Ctrl+E", icon="heart")
    OPEN_SESSION = ActionSpec(tr_later("Open sess&ion…"), Menu.FILE, "Ctrl+Alt+O")
    SAVE = ActionSpec(tr_later("&Save result…"), Menu.FILE, "Ctrl+S", icon="save", group=1)
    SCREENSHOT = ActionSpec(tr_later("Save screensho&t…"), Menu.FILE, "Ctrl+Shift+P", icon="camera", group=1)
    MOVIE = ActionSpec(tr_later("Save mo&vie…"), Menu.FILE, "Ctrl+M", icon="film", group=1)
    SAVE_SESSION = ActionSpec(tr_later("Save sessio&n"), Menu.FILE, "Ctrl+Shift+S", group=1)
    SAVE_SESSION_AS = ActionSpec(tr_later("Save session &as…"), Menu.FILE, "Ctrl+Alt+S", group=1)
    REPORT = ActionSpec(tr_later("Save re&port…"), Menu.FILE, "Ctrl+Shift+R", group=1)
    CLOSE_SERIES = ActionSpec(tr_later("&Close series"), Menu.FILE, "Ctrl+W", group=2)
    QUIT = ActionSpec(tr_later("&Quit"), Menu.FILE, "Ctrl+Q", group=3)

    UNDO = ActionSpec(tr_later("&Undo"), Menu.EDIT, "Ctrl+Z")
    REDO = ActionSpec(tr_later("&Redo"), Menu.EDIT, "Ctrl+Shift+Z", other_key="Ctrl+Y")
    EDIT_KEYS = ActionSpec(tr_later("Change &keys…"), Menu.EDIT, "Ctrl+Shift+K", group=1)
    PREFERENCES = ActionSpec(tr_later("&Preferences…"), Menu.EDIT, "Ctrl+,", group=1)

    LAYOUT_SINGLE = ActionSpec(tr_later("Layout &1"), Menu.VIEW, "Ctrl+1", icon="layout1", checkable=True)
    LAYOUT_PAIR = ActionSpec(tr_later("Layout 1 × &2"), Menu.VIEW, "Ctrl+2", icon="layout12", checkable=True)
    LAYOUT_GRID = ActionSpec(tr_later("Layout 2 × 2"), Menu.VIEW, "Ctrl+3", icon="layout22", checkable=True)
    LAYOUT_ONE_THREE = ActionSpec(
        tr_later("Layout 1 + 3"), Menu.VIEW, "Ctrl+4", icon="layout13", checkable=True
    )
    MAXIMISE = ActionSpec(tr_later("Ma&ximise viewport"), Menu.VIEW, "Ctrl+Return")
    NEXT_VIEWPORT = ActionSpec(tr_later("&Next viewport"), Menu.VIEW, "Tab", in_views=True)
    NEXT_PART = ActionSpec(tr_later("Next &part of the window"), Menu.VIEW, "F6")
    INVERT = ActionSpec(tr_later("&Invert"), Menu.VIEW, "I", checkable=True, group=1)
    SMOOTH = ActionSpec(tr_later("S&mooth pixels"), Menu.VIEW, "Shift+I", checkable=True, group=1)
    ANNOTATIONS = ActionSpec(tr_later("&Annotations"), Menu.VIEW, "X", checkable=True, group=1)
    CROSSHAIR = ActionSpec(tr_later("Cross&hair"), Menu.VIEW, "H", checkable=True, group=1)
    CONTOURS = ActionSpec(tr_later("Left-ventricular c&ontours"), Menu.VIEW, "E", checkable=True, group=1)
    UNCERTAINTY = ActionSpec(tr_later("&Uncertainty"), Menu.VIEW, "U", checkable=True, group=1)
    LINK = ActionSpec(tr_later("&Link views"), Menu.VIEW, "L", icon="link", checkable=True, group=1)
    RESET = ActionSpec(tr_later("&Reset"), Menu.VIEW, "R", icon="reset", group=1)
    IMAGES_ONLY = ActionSpec(tr_later("Imag&es only"), Menu.VIEW, "F9", checkable=True, group=3)
    FULL_SCREEN = ActionSpec(tr_later("&Full screen"), Menu.VIEW, "F11", checkable=True, group=3)

    SLICE_NEXT = ActionSpec(tr_later("Next slice"), Menu.NAVIGATE, "Down", in_views=True)
    SLICE_PREVIOUS = ActionSpec(tr_later("Previous slice"), Menu.NAVIGATE, "Up", in_views=True)
    ACQUIRED_NEXT = ActionSpec(tr_later("Next acquired slice"), Menu.NAVIGATE, "PgDown", in_views=True)
    ACQUIRED_PREVIOUS = ActionSpec(tr_later("Previous acquired slice"), Menu.NAVIGATE, "PgUp", in_views=True)
    ACQUIRED_NEAREST = ActionSpec(tr_later("Nearest acquired slice (hold)"), Menu.NAVIGATE, "A")
    SLICE_FIRST = ActionSpec(tr_later("First slice"), Menu.NAVIGATE, "Home", in_views=True)
    SLICE_LAST = ActionSpec(tr_later("Last slice"), Menu.NAVIGATE, "End", in_views=True)
    PHASE_NEXT = ActionSpec(tr_later("Next phase"), Menu.NAVIGATE, "Right", in_views=True, group=1)
    PHASE_PREVIOUS = ActionSpec(tr_later("Previous phase"), Menu.NAVIGATE, "Left", in_views=True, group=1)
    END_DIASTOLE = ActionSpec(tr_later("End diastole"), Menu.NAVIGATE, "D", group=1)
    END_SYSTOLE = ActionSpec(tr_later("End systole"), Menu.NAVIGATE, "S", group=1)

    PLAY = ActionSpec(tr_later("&Play / pause"), Menu.CINE, "Space", icon="play", in_views=True)
    PLAY_ANYWHERE = ActionSpec(tr_later("Play / pause (anywhere)"), Menu.CINE, "C")
    SLOWER = ActionSpec(tr_later("&Slower"), Menu.CINE, ",", icon="slower")
    FASTER = ActionSpec(tr_later("&Faster"), Menu.CINE, ".", icon="faster")
    OWN_RATE = ActionSpec(tr_later("&Heart's own rate"), Menu.CINE, "Ctrl+H")
    LOOP_MODE = ActionSpec(tr_later("&Loop, ping-pong, once"), Menu.CINE, "Shift+C", icon="loop", group=1)
    EVERY_FRAME = ActionSpec(tr_later("Show &every frame"), Menu.CINE, "Shift+E", checkable=True, group=1)

    RECONSTRUCT = ActionSpec(tr_later("&Start"), Menu.RECONSTRUCT, "Ctrl+R", icon="reconstruct")
    CANCEL = ActionSpec(tr_later("&Cancel"), Menu.RECONSTRUCT, "Esc", icon="stop")
    LAYER_NEXT = ActionSpec(tr_later("Show &next run"), Menu.RECONSTRUCT, "]", group=1)
    LAYER_PREVIOUS = ActionSpec(tr_later("Show &previous run"), Menu.RECONSTRUCT, "[", group=1)
    DELETE_RUN = ActionSpec(
        tr_later("&Delete run shown"), Menu.RECONSTRUCT, "Ctrl+Backspace", icon="delete", group=1
    )

    COMPARE = ActionSpec(tr_later("&Compare: next mode"), Menu.COMPARE, "V", icon="compare", checkable=True)
    FLICKER = ActionSpec(tr_later("&Flicker in place"), Menu.COMPARE, "F", icon="flicker")

    ACCEPT = ActionSpec(
        tr_later("&Accept slice, go on"),
        Menu.REVIEW,
        "Return",
        icon="check",
        in_views=True,
        other_key="Enter",
    )
    REJECT = ActionSpec(tr_later("&Reject slice"), Menu.REVIEW, "Backspace", icon="close", in_views=True)
    REMARK = ActionSpec(tr_later("Re&mark…"), Menu.REVIEW, "N", in_views=True)
    NEXT_UNCHECKED = ActionSpec(tr_later("&Next unchecked slice"), Menu.REVIEW, "J", icon="next")
    ACCEPT_WHOLE = ActionSpec(
        tr_later("A&ccept the whole"),
        Menu.REVIEW,
        "Shift+Return",
        in_views=True,
        other_key="Shift+Enter",
        group=1,
    )
    REJECT_WHOLE = ActionSpec(
        tr_later("Re&ject the whole"), Menu.REVIEW, "Shift+Backspace", in_views=True, group=1
    )
    REMARK_WHOLE = ActionSpec(
        tr_later("Remark on the w&hole…"), Menu.REVIEW, "Shift+N", in_views=True, group=1
    )
    VOLUMES = ActionSpec(
        tr_later("Left-ventricular &volume"), Menu.REVIEW, "Ctrl+Shift+V", checkable=True, group=2
    )
    READER = ActionSpec(tr_later("Reader's &initials…"), Menu.REVIEW, "Ctrl+Shift+I", group=2)

    TOOL_WINDOW = ActionSpec(tr_later("&Window/level"), Menu.TOOLS, "W", icon="window", checkable=True)
    TOOL_CROSSHAIR = ActionSpec(tr_later("&Crosshair"), Menu.TOOLS, "K", icon="crosshair", checkable=True)
    TOOL_PAN = ActionSpec(tr_later("&Pan"), Menu.TOOLS, "P", icon="pan", checkable=True)
    TOOL_ZOOM = ActionSpec(tr_later("&Zoom"), Menu.TOOLS, "Z", icon="zoom", checkable=True)
    TOOL_MEASURE = ActionSpec(tr_later("&Measure distance"), Menu.TOOLS, "M", icon="measure", checkable=True)
    TOOL_ANGLE = ActionSpec(tr_later("Measure an&gle"), Menu.TOOLS, "G", checkable=True)
    TOOL_ELLIPSE = ActionSpec(tr_later("&Elliptic region"), Menu.TOOLS, "O", checkable=True)
    TOOL_RECTANGLE = ActionSpec(tr_later("&Box region"), Menu.TOOLS, "B", checkable=True)
    TOOL_PROFILE = ActionSpec(tr_later("P&rofile line"), Menu.TOOLS, "T", checkable=True)
    DELETE_MEASUREMENT = ActionSpec(
        tr_later("&Delete measurement"), Menu.TOOLS, "Del", in_views=True, group=1
    )

    SHORTCUTS = ActionSpec(tr_later("&Keys and mouse"), Menu.HELP, "F1", icon="help")
    TOUR = ActionSpec(tr_later("&Tour of the window"), Menu.HELP, "Ctrl+F1")
    LOG_FOLDER = ActionSpec(tr_later("Show the &log"), Menu.HELP, "Ctrl+Shift+L")
    ABOUT = ActionSpec(tr_later("&About CaLID"), Menu.HELP, "Shift+F1")
