"""How finely a volume is cast: fully when it stands still, as finely as time allows while it moves."""

from enum import Enum

IMAGE_DISTANCES = (1.0, 1.5, 2.0, 3.0, 4.0)
"""Screen pixels per ray, both ways; what lies between is interpolated."""
FRAME_SECONDS = 1 / 14
"""Time one frame may take while it moves without a GPU."""
MARGIN = 1.6
"""How much time must be left over before the image gets finer again."""


class Quality(Enum):
    """What the picture is for."""

    STILL = "still"
    MOVING = "moving"


class FrameBudget:
    """Chooses the screen pixels per ray from how long the last frames took.

    VTK's own choice is kept per ray caster, so with one ray caster per phase the sharpness would flicker.
    """

    def __init__(self, frame_seconds: float = FRAME_SECONDS) -> None:
        self._frame_seconds = frame_seconds
        self._step = IMAGE_DISTANCES.index(2.0)
        self._fast_frames = 0

    @property
    def image_distance(self) -> float:
        """Screen pixels per ray for the next moving frame."""
        return IMAGE_DISTANCES[self._step]

    def took(self, seconds: float) -> None:
        """Learn how long a moving frame took that had nothing to prepare."""
        if seconds > self._frame_seconds:
            self._fast_frames = 0
            self._step = min(self._step + 1, len(IMAGE_DISTANCES) - 1)
            return
        finer = IMAGE_DISTANCES[max(self._step - 1, 0)]
        growth = (self.image_distance / finer) ** 2
        self._fast_frames = self._fast_frames + 1 if seconds * growth * MARGIN < self._frame_seconds else 0
        if self._fast_frames >= 8:
            self._fast_frames = 0
            self._step = max(self._step - 1, 0)
