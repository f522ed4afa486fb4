"""The choices of the person at the screen: what the mouse does, how views lie, how the cine plays."""

from enum import Enum

from app.translation import tr_later


class LoopMode(Enum):
    """What the cine does at its last phase; the value is shown to people."""

    LOOP = tr_later("Loop")
    PING_PONG = tr_later("Ping-pong")
    ONCE = tr_later("Once")


class PlayMode(Enum):
    """Whether the cine keeps time or shows every phase."""

    REAL_TIME = tr_later("Real time")
    EVERY_FRAME = tr_later("Every frame")


class Tool(Enum):
    """What dragging with the left button does in a slice view."""

    WINDOW_LEVEL = "Window/level"
    PAN = "Pan"
    ZOOM = "Zoom"
    CROSSHAIR = "Crosshair"
    MEASURE = "Measure"
    ANGLE = "Angle"
    ELLIPSE = "Ellipse"
    RECTANGLE = "Rectangle"
    PROFILE = "Profile"


class ViewLayout(Enum):
    """How the centre of the window is divided."""

    SINGLE = "1"
    PAIR = "1 × 2"
    GRID = "2 × 2"
    ONE_AND_THREE = "1 + 3"
    COMPARE = "Compare"
