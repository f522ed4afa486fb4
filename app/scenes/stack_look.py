"""What is learnt from an acquired stack once and holds for every version of it that is rendered."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from app.presets import heart_window
from app.scenes.byte_scale import ByteScale
from app.scenes.shading import CoilShading, coil_shading
from app.scenes.tissue import TissueLevels, tissue_levels
from calid_core.cine import CineStack
from calid_core.contouring.heart_region import HeartRegion, find_heart


@dataclass(frozen=True, eq=False)
class StackLook:
    """Region, brightness and tissue levels of an acquired stack.

    Every run of the stack is rendered with these, so that a difference on the screen is one of the data.

    Parameters
    ----------
    region
        Where the heart is.
    shading
        Brightness of the coils.
    levels
        Tissue levels after the shading was evened out.
    window
        Window centre and width that suit the heart, at which ``levels`` hold; another window moves them.
    """

    region: HeartRegion
    shading: CoilShading
    levels: TissueLevels
    window: tuple[float, float]

    @property
    def scale(self) -> ByteScale:
        """Levels of the rendered volume; the same at every window, so that windowing costs nothing."""
        return ByteScale(self.levels.low, self.levels.high)

    @classmethod
    def of_stack(cls, stack: CineStack) -> "StackLook":
        """Look at the first phase, which is near end diastole, and at the motion of all phases.

        It takes 0.2 to 0.5 s and is kept as long as the stack, so that a worker can look before the window asks.
        """
        known = _looks.get(stack)
        if known is None:
            known = _looks[stack] = cls._looked_at(stack)
        return known

    @classmethod
    def _looked_at(cls, stack: CineStack) -> "StackLook":
        rows, columns = (slice(0, n) for n in stack.geometry.shape[1:])
        region = find_heart(stack.intensity, stack.geometry)
        distance = region.distance_on(stack.geometry, rows, columns)
        shading = coil_shading(stack.intensity[0], stack.geometry, distance)
        even = stack.intensity[0] * shading.factor(stack.geometry, rows, columns)
        window = heart_window(stack.intensity, region.distance < 0, region.step)
        return cls(region, shading, tissue_levels(even, distance), window)


_looks: WeakKeyDictionary[CineStack, StackLook] = WeakKeyDictionary()
