"""Where a picture lies on the screen: between logical screen pixels, image pixels and millimetres."""

from dataclasses import dataclass

SMALLEST_ZOOM, LARGEST_ZOOM = 0.5, 20.0


@dataclass(frozen=True)
class ViewTransform:
    """A picture placed in a viewport.

    Parameters
    ----------
    viewport
        ``(width, height)`` in logical screen pixels.
    spacing
        ``(row, column)`` distance of the image pixels in mm.
    shape
        ``(rows, columns)`` of the image.
    fit
        ``(width, height)`` in mm that fill the viewport at zoom 1.
    zoom
        Magnification relative to the fit.
    focus
        ``(right, down)`` in mm from the upper left corner of the image: what lies in the middle of the viewport.
    """

    viewport: tuple[float, float]
    spacing: tuple[float, float]
    shape: tuple[int, int]
    fit: tuple[float, float]
    zoom: float
    focus: tuple[float, float]

    @property
    def scale(self) -> float:
        """Logical screen pixels per mm."""
        width, height = max(self.viewport[0], 1.0), max(self.viewport[1], 1.0)
        return min(width / self.fit[0], height / self.fit[1]) * self.zoom

    @property
    def target(self) -> tuple[float, float, float, float]:
        """``(x, y, width, height)`` of the whole picture on the screen."""
        x, y = self.from_mm(0.0, 0.0)
        rows, columns = self.shape
        return x, y, columns * self.spacing[1] * self.scale, rows * self.spacing[0] * self.scale

    def from_mm(self, right: float, down: float) -> tuple[float, float]:
        """Screen point of a place in mm from the upper left corner of the image."""
        return (
            self.viewport[0] / 2 + (right - self.focus[0]) * self.scale,
            self.viewport[1] / 2 + (down - self.focus[1]) * self.scale,
        )

    def to_screen(self, row: float, column: float) -> tuple[float, float]:
        """Screen point of a continuous pixel index; whole numbers are pixel centres."""
        return self.from_mm((column + 0.5) * self.spacing[1], (row + 0.5) * self.spacing[0])

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """Continuous ``(row, column)`` under a screen point; inverse of ``to_screen``."""
        right = (x - self.viewport[0] / 2) / self.scale + self.focus[0]
        down = (y - self.viewport[1] / 2) / self.scale + self.focus[1]
        return down / self.spacing[0] - 0.5, right / self.spacing[1] - 0.5

    def zoomed_at(self, x: float, y: float, factor: float) -> tuple[float, tuple[float, float]]:
        """Zoom and focus that magnify by a factor and keep the place under a screen point where it is."""
        zoom = min(max(self.zoom * factor, SMALLEST_ZOOM), LARGEST_ZOOM)
        # A place at distance d from the middle is scale * d away before and after.
        share = 1 - self.zoom / zoom
        right = (x - self.viewport[0] / 2) / self.scale
        down = (y - self.viewport[1] / 2) / self.scale
        return zoom, (self.focus[0] + right * share, self.focus[1] + down * share)
