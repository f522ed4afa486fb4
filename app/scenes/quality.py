"""How finely a volume is cast: fully when it stands still, as finely as time allows while it moves."""

from enum import Enum

IMAGE_DISTANCES = (1.0, 1.5, 2.0, 3.0, 4.0)
"""Screen pixels per ray, both ways; what lies between is interpolated."""
STILL_LIMIT = 2.0
"""Coarsest still frame."""
FRAME_SECONDS = 1 / 22
"""Time one moving frame may take without a GPU, so that the slice views beside it keep their rate."""
STILL_SECONDS = 0.35
"""Time a still frame may take without a GPU."""
STILL_COST = 1.6
"""Cost of a ray of a still frame, whose steps are shorter, relative to a moving one."""
MARGIN = 1.6
"""How much time must be left over before the image gets finer again."""
FAST_FRAMES = 8
"""Frames in a row that must have had time left over."""


class Quality(Enum):
    """What the picture is for."""

    STILL = "still"
    MOVING = "moving"


class FrameBudget:
    """Chooses the screen pixels per ray from how long the last frames took.

    VTK's own choice is kept per ray caster, so with one ray caster per phase the sharpness would flicker.
    """

    def __init__(self) -> None:
        self._step = IMAGE_DISTANCES.index(3.0)
        self._fast_frames = 0
        self._ray_seconds = 0.0

    @property
    def image_distance(self) -> float:
        """Screen pixels per ray for the next moving frame."""
        return IMAGE_DISTANCES[self._step]

    @property
    def still_distance(self) -> float:
        """Screen pixels per ray for a still frame."""
        fitting = (d for d in IMAGE_DISTANCES if STILL_COST * self._ray_seconds / d**2 <= STILL_SECONDS)
        return min(next(fitting, STILL_LIMIT), STILL_LIMIT)

    def took(self, seconds: float) -> None:
        """Learn how long a moving frame took that had nothing to prepare."""
        self._ray_seconds = seconds * self.image_distance**2
        if seconds > FRAME_SECONDS:
            self._fast_frames = 0
            self._step = min(self._step + 1, len(IMAGE_DISTANCES) - 1)
            return
        finer = IMAGE_DISTANCES[max(self._step - 1, 0)]
        growth = (self.image_distance / finer) ** 2
        self._fast_frames = self._fast_frames + 1 if seconds * growth * MARGIN < FRAME_SECONDS else 0
        if self._fast_frames >= FAST_FRAMES:
            self._fast_frames = 0
            self._step = max(self._step - 1, 0)
