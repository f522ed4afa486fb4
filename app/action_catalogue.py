"""Every action of the window: its text, menu, key and icon, in one table."""

from dataclasses import dataclass
from enum import Enum


class Menu(Enum):
    """Menus of the menu bar; the value is the title."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    NAVIGATE = "&Navigate"
    CINE = "&Cine"
    RECONSTRUCT = "&Reconstruct"
    COMPARE = "Co&mpare"
    REVIEW = "Revie&w"
    TOOLS = "&Tools"
    HELP = "&Help"


@dataclass(frozen=True)
class ActionSpec:
    """How an action looks.

    Parameters
    ----------
    text, menu, key
        Menu entry, where it is, and its key.
    tip
        One sentence for tooltip and status bar.
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
    tip: str = ""
    icon: str = ""
    checkable: bool = False
    in_views: bool = False
    other_key: str = ""
    group: int = 0


class Act(Enum):
    """The actions; the order is the order in the menus."""

    OPEN_FILES = ActionSpec("&Open files…", Menu.FILE, "Ctrl+O", "Open image files", "open")
    OPEN_FOLDER = ActionSpec(
        "Open &folder…", Menu.FILE, "Ctrl+Shift+O", "Open every series of a folder", "folder"
    )
    OPEN_SAMPLE = ActionSpec("Open sa&mple", Menu.FILE, "Ctrl+E", "Open the bundled beating phantom", "heart")
    OPEN_SESSION = ActionSpec(
        "Open sess&ion…", Menu.FILE, "Ctrl+Alt+O", "Bring back a review with its runs, views and verdicts"
    )
    SAVE = ActionSpec(
        "&Save result…", Menu.FILE, "Ctrl+S", "Save the run shown, with its provenance", "save", group=1
    )
    SCREENSHOT = ActionSpec(
        "Save s&creenshot…", Menu.FILE, "Ctrl+Shift+P", "Save a picture of the window", "camera", group=1
    )
    MOVIE = ActionSpec("Save mo&vie…", Menu.FILE, "Ctrl+M", "Save the cine, every phase", "film", group=1)
    SAVE_SESSION = ActionSpec(
        "Save sessio&n", Menu.FILE, "Ctrl+Shift+S", "Put the review away: runs, views and verdicts", group=1
    )
    SAVE_SESSION_AS = ActionSpec(
        "Save session &as…", Menu.FILE, "Ctrl+Alt+S", "In another file, with pixels if wanted", group=1
    )
    REPORT = ActionSpec(
        "Save re&port…",
        Menu.FILE,
        "Ctrl+Shift+R",
        "Checks, pictures and verdicts as PDF, HTML or JSON",
        group=1,
    )
    CLOSE_SERIES = ActionSpec("&Close series", Menu.FILE, "Ctrl+W", "Take the series off the list", group=2)
    QUIT = ActionSpec("&Quit", Menu.FILE, "Ctrl+Q", "Close the window", group=3)

    UNDO = ActionSpec("&Undo", Menu.EDIT, "Ctrl+Z", "Take back the last verdict or deletion")
    REDO = ActionSpec("&Redo", Menu.EDIT, "Ctrl+Shift+Z", "Do again what was taken back", other_key="Ctrl+Y")
    EDIT_KEYS = ActionSpec("Change &keys…", Menu.EDIT, "Ctrl+Shift+K", "Give any action another key", group=1)
    PREFERENCES = ActionSpec(
        "&Preferences…", Menu.EDIT, "Ctrl+,", "Theme, text size, motion, defaults", group=1
    )

    LAYOUT_SINGLE = ActionSpec(
        "Layout &1", Menu.VIEW, "Ctrl+1", "Short axis alone", "layout1", checkable=True
    )
    LAYOUT_PAIR = ActionSpec(
        "Layout 1 × &2", Menu.VIEW, "Ctrl+2", "Short and long axis", "layout12", checkable=True
    )
    LAYOUT_GRID = ActionSpec(
        "Layout 2 × 2", Menu.VIEW, "Ctrl+3", "Short axis, two long axes, 3D", "layout22", checkable=True
    )
    LAYOUT_ONE_THREE = ActionSpec(
        "Layout 1 + 3", Menu.VIEW, "Ctrl+4", "Large short axis, three small views", "layout13", checkable=True
    )
    MAXIMISE = ActionSpec("Ma&ximise viewport", Menu.VIEW, "Ctrl+Return", "Also a double click")
    NEXT_VIEWPORT = ActionSpec(
        "Ne&xt viewport", Menu.VIEW, "Tab", "Give the next viewport the keys", in_views=True
    )
    NEXT_PART = ActionSpec(
        "Next &part of the window", Menu.VIEW, "F6", "Give series, images, inspector, cine or tools the keys"
    )
    INVERT = ActionSpec("&Invert", Menu.VIEW, "I", "Show dark as bright", checkable=True, group=1)
    SMOOTH = ActionSpec(
        "S&mooth pixels",
        Menu.VIEW,
        "Shift+I",
        "Interpolate between pixels on screen",
        checkable=True,
        group=1,
    )
    ANNOTATIONS = ActionSpec(
        "&Annotations", Menu.VIEW, "X", "Text over the images; A/S badges stay", checkable=True, group=1
    )
    CROSSHAIR = ActionSpec(
        "Cross&hair", Menu.VIEW, "H", "Show the position in every view", checkable=True, group=1
    )
    UNCERTAINTY = ActionSpec(
        "&Uncertainty",
        Menu.VIEW,
        "U",
        "Half-width of the 90 % interval in colour: where to look, never a certificate",
        checkable=True,
        group=1,
    )
    LINK = ActionSpec("&Link views", Menu.VIEW, "L", "Share zoom and pan", "link", checkable=True, group=1)
    RESET = ActionSpec("&Reset", Menu.VIEW, "R", "Fit, automatic window, no measurements", "reset", group=1)
    IMAGES_ONLY = ActionSpec(
        "&Images only",
        Menu.VIEW,
        "F9",
        "Hide series and inspector, for more room to compare",
        checkable=True,
        group=3,
    )
    FULL_SCREEN = ActionSpec(
        "&Full screen", Menu.VIEW, "F11", "Use the whole screen", checkable=True, group=3
    )

    SLICE_NEXT = ActionSpec("Next slice", Menu.NAVIGATE, "Down", "Also the wheel", in_views=True)
    SLICE_PREVIOUS = ActionSpec("Previous slice", Menu.NAVIGATE, "Up", "Also the wheel", in_views=True)
    ACQUIRED_NEXT = ActionSpec("Next acquired slice", Menu.NAVIGATE, "PgDown", in_views=True)
    ACQUIRED_PREVIOUS = ActionSpec("Previous acquired slice", Menu.NAVIGATE, "PgUp", in_views=True)
    ACQUIRED_NEAREST = ActionSpec("Nearest acquired slice (hold)", Menu.NAVIGATE, "A", "Letting go returns")
    SLICE_FIRST = ActionSpec("First slice", Menu.NAVIGATE, "Home", in_views=True)
    SLICE_LAST = ActionSpec("Last slice", Menu.NAVIGATE, "End", in_views=True)
    PHASE_NEXT = ActionSpec(
        "Next phase", Menu.NAVIGATE, "Right", "Wraps; also Shift+wheel", in_views=True, group=1
    )
    PHASE_PREVIOUS = ActionSpec(
        "Previous phase", Menu.NAVIGATE, "Left", "Wraps; also Shift+wheel", in_views=True, group=1
    )
    END_DIASTOLE = ActionSpec("End diastole", Menu.NAVIGATE, "D", "Phase after the R wave", group=1)
    END_SYSTOLE = ActionSpec("End systole", Menu.NAVIGATE, "S", "Estimated from the motion", group=1)

    PLAY = ActionSpec("&Play / pause", Menu.CINE, "Space", "Run the cine", "play", in_views=True)
    PLAY_ANYWHERE = ActionSpec(
        "Play / pause (anywhere)", Menu.CINE, "C", "Run the cine, wherever the focus is"
    )
    SLOWER = ActionSpec("&Slower", Menu.CINE, ",", "Next lower speed", "slower")
    FASTER = ActionSpec("&Faster", Menu.CINE, ".", "Next higher speed", "faster")
    OWN_RATE = ActionSpec("&Heart's own rate", Menu.CINE, "Ctrl+H", "As fast as it beat")
    LOOP_MODE = ActionSpec(
        "&Loop, ping-pong, once", Menu.CINE, "Shift+C", "What happens at the last phase", "loop", group=1
    )
    EVERY_FRAME = ActionSpec(
        "Show &every frame",
        Menu.CINE,
        "Shift+E",
        "Never skip a phase, even if that is slower",
        checkable=True,
        group=1,
    )

    RECONSTRUCT = ActionSpec(
        "&Start", Menu.RECONSTRUCT, "Ctrl+R", "Fill the space between the slices", "reconstruct"
    )
    CANCEL = ActionSpec("&Cancel", Menu.RECONSTRUCT, "Esc", "Stop the running job", "stop")
    LAYER_NEXT = ActionSpec(
        "Show &next run", Menu.RECONSTRUCT, "]", "Acquired, first run, second run, …", group=1
    )
    LAYER_PREVIOUS = ActionSpec("Show &previous run", Menu.RECONSTRUCT, "[", group=1)
    DELETE_RUN = ActionSpec(
        "&Delete run shown", Menu.RECONSTRUCT, "Ctrl+Backspace", "Take it off the history", "delete", group=1
    )

    COMPARE = ActionSpec(
        "&Compare: next mode",
        Menu.COMPARE,
        "V",
        "Flicker, swipe, side by side, difference, and back",
        "compare",
        checkable=True,
    )
    FLICKER = ActionSpec(
        "&Flicker in place", Menu.COMPARE, "F", "Alternate two layers in one place; again stops", "flicker"
    )

    ACCEPT = ActionSpec(
        "&Accept slice, go on",
        Menu.REVIEW,
        "Return",
        "Then the most doubtful slice without a verdict is shown",
        "check",
        in_views=True,
        other_key="Enter",
    )
    REJECT = ActionSpec(
        "&Reject slice", Menu.REVIEW, "Backspace", "This slice is not to be believed", "close", in_views=True
    )
    REMARK = ActionSpec(
        "Re&mark…", Menu.REVIEW, "N", "A slice without a verdict is accepted with it", in_views=True
    )
    NEXT_UNCHECKED = ActionSpec(
        "&Next unchecked slice", Menu.REVIEW, "J", "The most doubtful slice without a verdict", "next"
    )
    ACCEPT_STUDY = ActionSpec(
        "A&ccept the whole",
        Menu.REVIEW,
        "Shift+Return",
        "Verdict on the whole reconstruction",
        in_views=True,
        other_key="Shift+Enter",
        group=1,
    )
    REJECT_STUDY = ActionSpec(
        "Re&ject the whole",
        Menu.REVIEW,
        "Shift+Backspace",
        "Verdict on the whole reconstruction",
        in_views=True,
        group=1,
    )
    REMARK_STUDY = ActionSpec(
        "Remark on the w&hole…",
        Menu.REVIEW,
        "Shift+N",
        "About the whole reconstruction",
        in_views=True,
        group=1,
    )
    READER = ActionSpec(
        "Reader's &initials…", Menu.REVIEW, "Ctrl+Shift+I", "Written beside every verdict", group=2
    )

    TOOL_WINDOW = ActionSpec(
        "&Window/level",
        Menu.TOOLS,
        "W",
        "Left-drag changes contrast and brightness",
        "window",
        checkable=True,
    )
    TOOL_CROSSHAIR = ActionSpec(
        "&Crosshair", Menu.TOOLS, "K", "Left-drag moves the position", "crosshair", checkable=True
    )
    TOOL_PAN = ActionSpec(
        "&Pan", Menu.TOOLS, "P", "Left-drag moves the image; also middle-drag", "pan", checkable=True
    )
    TOOL_ZOOM = ActionSpec(
        "&Zoom",
        Menu.TOOLS,
        "Z",
        "Left-drag magnifies; also right-drag and Ctrl+wheel",
        "zoom",
        checkable=True,
    )
    TOOL_MEASURE = ActionSpec(
        "&Measure distance", Menu.TOOLS, "M", "Left-drag measures a distance in mm", "measure", checkable=True
    )
    TOOL_ANGLE = ActionSpec(
        "Measure an&gle", Menu.TOOLS, "G", "Drag the first leg, click the end of the second", checkable=True
    )
    TOOL_ELLIPSE = ActionSpec(
        "&Elliptic region", Menu.TOOLS, "O", "Mean, SD and area of an ellipse", checkable=True
    )
    TOOL_RECTANGLE = ActionSpec(
        "&Box region", Menu.TOOLS, "B", "Mean, SD and area of a rectangle", checkable=True
    )
    TOOL_PROFILE = ActionSpec(
        "P&rofile line", Menu.TOOLS, "T", "Intensity along a line, also over time (M-mode)", checkable=True
    )
    DELETE_MEASUREMENT = ActionSpec(
        "&Delete measurement",
        Menu.TOOLS,
        "Del",
        "The one selected in the Measure tab",
        in_views=True,
        group=1,
    )

    SHORTCUTS = ActionSpec("&Keys and mouse", Menu.HELP, "F1", "Every key in one sheet", "help")
    TOUR = ActionSpec(
        "&Tour of the window", Menu.HELP, "Ctrl+F1", "What is where, in 90 seconds on the sample"
    )
    LOG_FOLDER = ActionSpec(
        "Show the &log", Menu.HELP, "Ctrl+Shift+L", "What the program did, without patient data"
    )
    ABOUT = ActionSpec("&About CaLID", Menu.HELP, "Shift+F1")
