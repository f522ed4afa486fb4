"""Window/level, zoom, pan, toggles, tool, layout, and which layers are shown."""

from PySide6.QtCore import QObject, Signal, Slot

from app.choices import Tool, ViewLayout
from app.layers import ACQUIRED, Layer
from app.presets import PRESETS, series_window
from app.rendering.view_transform import LARGEST_ZOOM, SMALLEST_ZOOM
from app.state.viewer_state import ViewerState
from calid_core.settings import Method

COMPARED_FIRST = (Method.CALID, Method.LINEAR, Method.CUBIC, Method.NEAREST)
"""Methods that a comparison begins with; the first stands at the right."""


class Display(QObject):
    """Changes how things are shown."""

    views_reset = Signal()  # views forget what is their own: zoom and pan while not linked

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._layout_before = ViewLayout.GRID

    @Slot(float, float)
    def set_window(self, centre: float, width: float) -> None:
        """Set window centre and width, in intensity units."""
        self._state.set_window((centre, max(width, 1e-6)))

    def apply_preset(self, number: int) -> None:
        """Set the window to preset 0 to 9, computed on the acquired stack."""
        series = self._state.active_series
        if series is not None and series.stack is not None:
            self._state.set_window(series_window(series, PRESETS[number]))

    @Slot(float)
    def set_zoom(self, zoom: float) -> None:
        """Set the magnification of linked views."""
        self._state.set_zoom(min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM))

    @Slot(float, float)
    def set_pan(self, right: float, down: float) -> None:
        """Shift the image in linked views, mm."""
        self._state.set_pan((right, down))

    @Slot(float)
    def set_long_axis_angle(self, angle: float) -> None:
        """Turn both long-axis planes about the stack normal, degrees."""
        self._state.set_long_axis_angle((angle + 180.0) % 360.0 - 180.0)

    @Slot()
    def reset(self) -> None:
        """Fit the image into the view, with the automatic window and no inversion."""
        self._state.set_zoom(1.0)
        self._state.set_pan((0.0, 0.0))
        self._state.set_long_axis_angle(0.0)
        self._state.set_inverted(False)
        self.apply_preset(0)
        self.views_reset.emit()

    @Slot()
    def toggle_inverted(self) -> None:
        """Swap dark and bright, or back."""
        self._state.set_inverted(not self._state.inverted)

    @Slot()
    def toggle_interpolation(self) -> None:
        """Smooth pixels, or show them as squares."""
        self._state.set_interpolation(not self._state.interpolation)

    @Slot()
    def toggle_annotations(self) -> None:
        """Show or hide texts over the images."""
        self._state.set_annotations_visible(not self._state.annotations_visible)

    @Slot()
    def toggle_crosshair(self) -> None:
        """Show or hide the position in the views."""
        self._state.set_crosshair_visible(not self._state.crosshair_visible)

    @Slot()
    def toggle_contours(self) -> None:
        """Show or hide automatic contours of the left ventricle."""
        self._state.set_contours_visible(not self._state.contours_visible)

    @Slot()
    def toggle_uncertainty(self) -> None:
        """Show or hide the uncertainty of runs that have one."""
        self._state.set_uncertainty_visible(not self._state.uncertainty_visible)

    @Slot(float, float)
    def set_uncertainty_look(self, opacity: float, threshold: float) -> None:
        """Opacity and threshold of the uncertainty, 0 to 1 each; the overlay comes up with them."""
        self._state.set_uncertainty_look((min(max(opacity, 0.0), 1.0), min(max(threshold, 0.0), 0.99)))
        self._state.set_uncertainty_visible(True)

    @Slot()
    def toggle_linked(self) -> None:
        """Link zoom and pan of the views, or let each keep its own."""
        self._state.set_linked(not self._state.linked)

    def set_tool(self, tool: Tool) -> None:
        """Choose what left-drag does."""
        self._state.set_tool(tool)

    def set_layout(self, layout: ViewLayout) -> None:
        """Divide the centre of the window; the compare layout chooses its layers if there are none."""
        if layout is ViewLayout.COMPARE:
            if len(self._state.compare_layers) < 2:
                self._state.set_compare_layers(self._suggested_layers())
        else:
            self._layout_before = layout
        self._state.set_layout(layout)

    @Slot()
    def toggle_compare(self) -> None:
        """Enter or leave the compare layout."""
        comparing = self._state.layout is ViewLayout.COMPARE
        self.set_layout(self._layout_before if comparing else ViewLayout.COMPARE)

    def _suggested_layers(self) -> tuple[Layer, ...]:
        newest = {run.settings.method: run.layer for run in self._state.runs}
        chosen = [method for method in COMPARED_FIRST if method in newest][:2]
        return (ACQUIRED, *(newest[method] for method in reversed(chosen)))

    @Slot(object)
    def show_layer(self, layer: Layer) -> None:
        """Show the acquired stack or a run in the main views."""
        self._state.set_layer(layer)

    @Slot(int)
    def step_layer(self, step: int) -> None:
        """Show the next or previous of: acquired, first run, second run, …"""
        layers = [ACQUIRED, *(run.layer for run in self._state.runs)]
        here = layers.index(self._state.layer) if self._state.layer in layers else 0
        self.show_layer(layers[(here + step) % len(layers)])
