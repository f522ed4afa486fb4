"""Every action of the window: its text, menu, key and icon, in one table."""

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

    OPEN_FILES = ActionSpec(
        tr_later("&Open files…"), Menu.FILE, "Ctrl+O", tr_later("Open image files"), "open"
    )
    OPEN_FOLDER = ActionSpec(
        tr_later("Open &folder…"),
        Menu.FILE,
        "Ctrl+Shift+O",
        tr_later("Open every series of a folder"),
        "folder",
    )
    OPEN_SAMPLE = ActionSpec(
        tr_later("Open sa&mple"), Menu.FILE, "Ctrl+E", tr_later("Open the bundled beating phantom"), "heart"
    )
    OPEN_SESSION = ActionSpec(
        tr_later("Open sess&ion…"),
        Menu.FILE,
        "Ctrl+Alt+O",
        tr_later("Bring back a review with its runs, views and verdicts"),
    )
    SAVE = ActionSpec(
        tr_later("&Save result…"),
        Menu.FILE,
        "Ctrl+S",
        tr_later("Save the run shown, with its provenance"),
        "save",
        group=1,
    )
    SCREENSHOT = ActionSpec(
        tr_later("Save screensho&t…"),
        Menu.FILE,
        "Ctrl+Shift+P",
        tr_later("Save a picture of the window"),
        "camera",
        group=1,
    )
    MOVIE = ActionSpec(
        tr_later("Save mo&vie…"), Menu.FILE, "Ctrl+M", tr_later("Save the cine, every phase"), "film", group=1
    )
    SAVE_SESSION = ActionSpec(
        tr_later("Save sessio&n"),
        Menu.FILE,
        "Ctrl+Shift+S",
        tr_later("Put the review away: runs, views and verdicts"),
        group=1,
    )
    SAVE_SESSION_AS = ActionSpec(
        tr_later("Save session &as…"),
        Menu.FILE,
        "Ctrl+Alt+S",
        tr_later("In another file, with pixels if wanted"),
        group=1,
    )
    REPORT = ActionSpec(
        tr_later("Save re&port…"),
        Menu.FILE,
        "Ctrl+Shift+R",
        tr_later("Checks, pictures and verdicts as PDF, HTML or JSON"),
        group=1,
    )
    CLOSE_SERIES = ActionSpec(
        tr_later("&Close series"), Menu.FILE, "Ctrl+W", tr_later("Take the series off the list"), group=2
    )
    QUIT = ActionSpec(tr_later("&Quit"), Menu.FILE, "Ctrl+Q", tr_later("Close the window"), group=3)

    UNDO = ActionSpec(
        tr_later("&Undo"), Menu.EDIT, "Ctrl+Z", tr_later("Take back the last verdict or deletion")
    )
    REDO = ActionSpec(
        tr_later("&Redo"),
        Menu.EDIT,
        "Ctrl+Shift+Z",
        tr_later("Do again what was taken back"),
        other_key="Ctrl+Y",
    )
    EDIT_KEYS = ActionSpec(
        tr_later("Change &keys…"), Menu.EDIT, "Ctrl+Shift+K", tr_later("Give any action another key"), group=1
    )
    PREFERENCES = ActionSpec(
        tr_later("&Preferences…"),
        Menu.EDIT,
        "Ctrl+,",
        tr_later("Theme, language, text size, motion, defaults"),
        group=1,
    )

    LAYOUT_SINGLE = ActionSpec(
        tr_later("Layout &1"), Menu.VIEW, "Ctrl+1", tr_later("Short axis alone"), "layout1", checkable=True
    )
    LAYOUT_PAIR = ActionSpec(
        tr_later("Layout 1 × &2"),
        Menu.VIEW,
        "Ctrl+2",
        tr_later("Short and long axis"),
        "layout12",
        checkable=True,
    )
    LAYOUT_GRID = ActionSpec(
        tr_later("Layout 2 × 2"),
        Menu.VIEW,
        "Ctrl+3",
        tr_later("Short axis, two long axes, 3D"),
        "layout22",
        checkable=True,
    )
    LAYOUT_ONE_THREE = ActionSpec(
        tr_later("Layout 1 + 3"),
        Menu.VIEW,
        "Ctrl+4",
        tr_later("Large short axis, three small views"),
        "layout13",
        checkable=True,
    )
    MAXIMISE = ActionSpec(
        tr_later("Ma&ximise viewport"), Menu.VIEW, "Ctrl+Return", tr_later("Also a double click")
    )
    NEXT_VIEWPORT = ActionSpec(
        tr_later("&Next viewport"),
        Menu.VIEW,
        "Tab",
        tr_later("Give the next viewport the keys"),
        in_views=True,
    )
    NEXT_PART = ActionSpec(
        tr_later("Next &part of the window"),
        Menu.VIEW,
        "F6",
        tr_later("Give series, images, inspector, cine or tools the keys"),
    )
    INVERT = ActionSpec(
        tr_later("&Invert"), Menu.VIEW, "I", tr_later("Show dark as bright"), checkable=True, group=1
    )
    SMOOTH = ActionSpec(
        tr_later("S&mooth pixels"),
        Menu.VIEW,
        "Shift+I",
        tr_later("Interpolate between pixels on screen"),
        checkable=True,
        group=1,
    )
    ANNOTATIONS = ActionSpec(
        tr_later("&Annotations"),
        Menu.VIEW,
        "X",
        tr_later("Text over the images; A/S badges stay"),
        checkable=True,
        group=1,
    )
    CROSSHAIR = ActionSpec(
        tr_later("Cross&hair"),
        Menu.VIEW,
        "H",
        tr_later("Show the position in every view"),
        checkable=True,
        group=1,
    )
    UNCERTAINTY = ActionSpec(
        tr_later("&Uncertainty"),
        Menu.VIEW,
        "U",
        tr_later("Half-width of the 90 % interval in colour: where to look, never a certificate"),
        checkable=True,
        group=1,
    )
    LINK = ActionSpec(
        tr_later("&Link views"),
        Menu.VIEW,
        "L",
        tr_later("Share zoom and pan"),
        "link",
        checkable=True,
        group=1,
    )
    RESET = ActionSpec(
        tr_later("&Reset"),
        Menu.VIEW,
        "R",
        tr_later("Fit, automatic window, no measurements"),
        "reset",
        group=1,
    )
    IMAGES_ONLY = ActionSpec(
        tr_later("Imag&es only"),
        Menu.VIEW,
        "F9",
        tr_later("Hide series and inspector, for more room to compare"),
        checkable=True,
        group=3,
    )
    FULL_SCREEN = ActionSpec(
        tr_later("&Full screen"), Menu.VIEW, "F11", tr_later("Use the whole screen"), checkable=True, group=3
    )

    SLICE_NEXT = ActionSpec(
        tr_later("Next slice"), Menu.NAVIGATE, "Down", tr_later("Also the wheel"), in_views=True
    )
    SLICE_PREVIOUS = ActionSpec(
        tr_later("Previous slice"), Menu.NAVIGATE, "Up", tr_later("Also the wheel"), in_views=True
    )
    ACQUIRED_NEXT = ActionSpec(tr_later("Next acquired slice"), Menu.NAVIGATE, "PgDown", in_views=True)
    ACQUIRED_PREVIOUS = ActionSpec(tr_later("Previous acquired slice"), Menu.NAVIGATE, "PgUp", in_views=True)
    ACQUIRED_NEAREST = ActionSpec(
        tr_later("Nearest acquired slice (hold)"), Menu.NAVIGATE, "A", tr_later("Letting go returns")
    )
    SLICE_FIRST = ActionSpec(tr_later("First slice"), Menu.NAVIGATE, "Home", in_views=True)
    SLICE_LAST = ActionSpec(tr_later("Last slice"), Menu.NAVIGATE, "End", in_views=True)
    PHASE_NEXT = ActionSpec(
        tr_later("Next phase"),
        Menu.NAVIGATE,
        "Right",
        tr_later("Wraps; also Shift+wheel"),
        in_views=True,
        group=1,
    )
    PHASE_PREVIOUS = ActionSpec(
        tr_later("Previous phase"),
        Menu.NAVIGATE,
        "Left",
        tr_later("Wraps; also Shift+wheel"),
        in_views=True,
        group=1,
    )
    END_DIASTOLE = ActionSpec(
        tr_later("End diastole"), Menu.NAVIGATE, "D", tr_later("Phase after the R wave"), group=1
    )
    END_SYSTOLE = ActionSpec(
        tr_later("End systole"), Menu.NAVIGATE, "S", tr_later("Estimated from the motion"), group=1
    )

    PLAY = ActionSpec(
        tr_later("&Play / pause"), Menu.CINE, "Space", tr_later("Run the cine"), "play", in_views=True
    )
    PLAY_ANYWHERE = ActionSpec(
        tr_later("Play / pause (anywhere)"), Menu.CINE, "C", tr_later("Run the cine, wherever the focus is")
    )
    SLOWER = ActionSpec(tr_later("&Slower"), Menu.CINE, ",", tr_later("Next lower speed"), "slower")
    FASTER = ActionSpec(tr_later("&Faster"), Menu.CINE, ".", tr_later("Next higher speed"), "faster")
    OWN_RATE = ActionSpec(tr_later("&Heart's own rate"), Menu.CINE, "Ctrl+H", tr_later("As fast as it beat"))
    LOOP_MODE = ActionSpec(
        tr_later("&Loop, ping-pong, once"),
        Menu.CINE,
        "Shift+C",
        tr_later("What happens at the last phase"),
        "loop",
        group=1,
    )
    EVERY_FRAME = ActionSpec(
        tr_later("Show &every frame"),
        Menu.CINE,
        "Shift+E",
        tr_later("Never skip a phase, even if that is slower"),
        checkable=True,
        group=1,
    )

    RECONSTRUCT = ActionSpec(
        tr_later("&Start"),
        Menu.RECONSTRUCT,
        "Ctrl+R",
        tr_later("Fill the space between the slices"),
        "reconstruct",
    )
    CANCEL = ActionSpec(
        tr_later("&Cancel"), Menu.RECONSTRUCT, "Esc", tr_later("Stop the running job"), "stop"
    )
    LAYER_NEXT = ActionSpec(
        tr_later("Show &next run"),
        Menu.RECONSTRUCT,
        "]",
        tr_later("Acquired, first run, second run, …"),
        group=1,
    )
    LAYER_PREVIOUS = ActionSpec(tr_later("Show &previous run"), Menu.RECONSTRUCT, "[", group=1)
    DELETE_RUN = ActionSpec(
        tr_later("&Delete run shown"),
        Menu.RECONSTRUCT,
        "Ctrl+Backspace",
        tr_later("Take it off the history"),
        "delete",
        group=1,
    )

    COMPARE = ActionSpec(
        tr_later("&Compare: next mode"),
        Menu.COMPARE,
        "V",
        tr_later("Flicker, swipe, side by side, difference, and back"),
        "compare",
        checkable=True,
    )
    FLICKER = ActionSpec(
        tr_later("&Flicker in place"),
        Menu.COMPARE,
        "F",
        tr_later("Alternate two layers in one place; again stops"),
        "flicker",
    )

    ACCEPT = ActionSpec(
        tr_later("&Accept slice, go on"),
        Menu.REVIEW,
        "Return",
        tr_later("Then the most doubtful slice without a verdict is shown"),
        "check",
        in_views=True,
        other_key="Enter",
    )
    REJECT = ActionSpec(
        tr_later("&Reject slice"),
        Menu.REVIEW,
        "Backspace",
        tr_later("This slice is not to be believed"),
        "close",
        in_views=True,
    )
    REMARK = ActionSpec(
        tr_later("Re&mark…"),
        Menu.REVIEW,
        "N",
        tr_later("A slice without a verdict is accepted with it"),
        in_views=True,
    )
    NEXT_UNCHECKED = ActionSpec(
        tr_later("&Next unchecked slice"),
        Menu.REVIEW,
        "J",
        tr_later("The most doubtful slice without a verdict"),
        "next",
    )
    ACCEPT_STUDY = ActionSpec(
        tr_later("A&ccept the whole"),
        Menu.REVIEW,
        "Shift+Return",
        tr_later("Verdict on the whole reconstruction"),
        in_views=True,
        other_key="Shift+Enter",
        group=1,
    )
    REJECT_STUDY = ActionSpec(
        tr_later("Re&ject the whole"),
        Menu.REVIEW,
        "Shift+Backspace",
        tr_later("Verdict on the whole reconstruction"),
        in_views=True,
        group=1,
    )
    REMARK_STUDY = ActionSpec(
        tr_later("Remark on the w&hole…"),
        Menu.REVIEW,
        "Shift+N",
        tr_later("About the whole reconstruction"),
        in_views=True,
        group=1,
    )
    VOLUMES = ActionSpec(
        tr_later("Left-ventricular &volume"),
        Menu.REVIEW,
        "Ctrl+Shift+V",
        tr_later("Volume over the heart cycle by automatic contours, above the phases"),
        group=2,
    )
    READER = ActionSpec(
        tr_later("Reader's &initials…"),
        Menu.REVIEW,
        "Ctrl+Shift+I",
        tr_later("Written beside every verdict"),
        group=2,
    )

    TOOL_WINDOW = ActionSpec(
        tr_later("&Window/level"),
        Menu.TOOLS,
        "W",
        tr_later("Left-drag changes contrast and brightness"),
        "window",
        checkable=True,
    )
    TOOL_CROSSHAIR = ActionSpec(
        tr_later("&Crosshair"),
        Menu.TOOLS,
        "K",
        tr_later("Left-drag moves the position"),
        "crosshair",
        checkable=True,
    )
    TOOL_PAN = ActionSpec(
        tr_later("&Pan"),
        Menu.TOOLS,
        "P",
        tr_later("Left-drag moves the image; also middle-drag"),
        "pan",
        checkable=True,
    )
    TOOL_ZOOM = ActionSpec(
        tr_later("&Zoom"),
        Menu.TOOLS,
        "Z",
        tr_later("Left-drag magnifies; also right-drag and Ctrl+wheel"),
        "zoom",
        checkable=True,
    )
    TOOL_MEASURE = ActionSpec(
        tr_later("&Measure distance"),
        Menu.TOOLS,
        "M",
        tr_later("Left-drag measures a distance in mm"),
        "measure",
        checkable=True,
    )
    TOOL_ANGLE = ActionSpec(
        tr_later("Measure an&gle"),
        Menu.TOOLS,
        "G",
        tr_later("Drag the first leg, click the end of the second"),
        checkable=True,
    )
    TOOL_ELLIPSE = ActionSpec(
        tr_later("&Elliptic region"),
        Menu.TOOLS,
        "O",
        tr_later("Mean, SD and area of an ellipse"),
        checkable=True,
    )
    TOOL_RECTANGLE = ActionSpec(
        tr_later("&Box region"), Menu.TOOLS, "B", tr_later("Mean, SD and area of a rectangle"), checkable=True
    )
    TOOL_PROFILE = ActionSpec(
        tr_later("P&rofile line"),
        Menu.TOOLS,
        "T",
        tr_later("Intensity along a line, also over time (M-mode)"),
        checkable=True,
    )
    DELETE_MEASUREMENT = ActionSpec(
        tr_later("&Delete measurement"),
        Menu.TOOLS,
        "Del",
        tr_later("The one selected in the Measure tab"),
        in_views=True,
        group=1,
    )

    SHORTCUTS = ActionSpec(
        tr_later("&Keys and mouse"), Menu.HELP, "F1", tr_later("Every key in one sheet"), "help"
    )
    TOUR = ActionSpec(
        tr_later("&Tour of the window"),
        Menu.HELP,
        "Ctrl+F1",
        tr_later("What is where, in 90 seconds on the sample"),
    )
    LOG_FOLDER = ActionSpec(
        tr_later("Show the &log"),
        Menu.HELP,
        "Ctrl+Shift+L",
        tr_later("What the program did, without patient data"),
    )
    ABOUT = ActionSpec(tr_later("&About CaLID"), Menu.HELP, "Shift+F1")
