"""Slice and phase: two independent axes. Slices clamp at base and apex, phases wrap around the cycle.

Steps go down the ladder, from the base to the apex, whichever way a file counts its slices.
"""

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.choices import ViewLayout
from app.layers import Layer
from app.rendering.orientation import downwards
from app.state.viewer_state import ViewerState
from calid_core.arrays import FloatArray

HERE = 1e-3
"""Distance in slices up to which a slice is the one that is looked at, not one that lies ahead."""


class Navigation(QObject):
    """Moves the position and the phase."""

    def __init__(self, state: ViewerState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._held: FloatArray | None = None
        state.stack_changed.connect(self._forget_held)

    @Slot(int)
    @Slot(int, object)
    def step_slice(self, step: int, layer: Layer | None = None) -> None:
        """Go some slices of a layer down (positive) or up the ladder.

        By default those of the shown layer, in a comparison of the layer with the most slices.
        """
        layer = self._stepping if layer is None else layer
        volume = self._state.volume(layer)
        if volume is not None:
            self.go_to_slice_of(layer, self._state.slice_index(layer) + step * downwards(volume.geometry))

    @property
    def _stepping(self) -> Layer:
        """The layer by whose slices keys step."""
        state = self._state
        if state.layout is not ViewLayout.COMPARE or not state.compare_layers:
            return state.layer
        volumes = {layer: state.volume(layer) for layer in state.compare_layers}
        return max(volumes, key=lambda layer: volume.slices if (volume := volumes[layer]) else 0)

    @Slot(int)
    def go_to_slice(self, index: int) -> None:
        """Go to a slice of the shown layer, or to the end where there is no such slice."""
        self.go_to_slice_of(self._state.layer, index)

    @Slot(object, int)
    def go_to_slice_of(self, layer: Layer, index: int) -> None:
        """Go to a slice of a layer; the in-plane position is kept."""
        volume = self._state.volume(layer)
        if volume is None:
            return
        self._held = None
        self._state.set_position(volume.on_slice(self._state.position, index))

    @Slot(int)
    def step_acquired(self, direction: int) -> None:
        """Go to the next acquired slice down (positive) or up the ladder, in a comparison of whatever is compared."""
        layer, acquired = self._acquired
        volume = self._state.volume(layer)
        if volume is None:
            return
        here = float(volume.geometry.to_index(self._state.position)[0])
        direction *= downwards(volume.geometry)
        ahead = [i for i in acquired if (i - here) * direction > HERE]
        if ahead:
            self.go_to_slice_of(layer, min(ahead) if direction > 0 else max(ahead))

    @Slot()
    def hold_acquired(self) -> None:
        """Go to the nearest acquired slice until ``release_acquired``."""
        before = self._state.position
        if self._held is None and self.go_to_acquired():
            self._held = before

    def go_to_acquired(self) -> bool:
        """Go to the nearest acquired slice; False where none was acquired."""
        layer, acquired = self._acquired
        volume = self._state.volume(layer)
        if volume is None or not acquired:
            return False
        geometry = volume.geometry
        along = float(geometry.along(self._state.position))
        self.go_to_slice_of(layer, min(acquired, key=lambda i: abs(geometry.slice_offsets[i] - along)))
        return True

    @property
    def _acquired(self) -> tuple[Layer, tuple[int, ...]]:
        """The layer on the screen with the most acquired slices, and which those are."""
        state = self._state
        compared = state.layout is ViewLayout.COMPARE and len(state.compare_layers) > 0
        layers = (self._stepping, *(state.compare_layers if compared else ()))
        volumes = {layer: state.volume(layer) for layer in layers}
        found = {layer: volume.acquired_indices if volume else () for layer, volume in volumes.items()}
        layer = max(found, key=lambda layer: len(found[layer]))
        return layer, found[layer]

    @Slot()
    def release_acquired(self) -> None:
        """Return to where ``hold_acquired`` came from."""
        if self._held is not None:
            self._state.set_position(self._held)
            self._held = None

    @Slot()
    def _forget_held(self) -> None:
        """A place of another series is none of this one."""
        self._held = None

    @Slot()
    def go_to_first(self) -> None:
        """Go to the upper end of the ladder, the base."""
        self._go_to_end(upper=True)

    @Slot()
    def go_to_last(self) -> None:
        """Go to the lower end of the ladder, the apex."""
        self._go_to_end(upper=False)

    def _go_to_end(self, *, upper: bool) -> None:
        layer = self._stepping
        volume = self._state.volume(layer)
        if volume is not None:
            counts_down = downwards(volume.geometry) > 0
            self.go_to_slice_of(layer, 0 if upper is counts_down else volume.slices - 1)

    @Slot(object)
    def go_to_position(self, position: FloatArray) -> None:
        """Move the crosshair to an LPS position in mm, within the volume."""
        volume = self._state.volume()
        if volume is None:
            return
        self._held = None
        upper = np.array(volume.geometry.shape, dtype=np.float64) - 1
        index = volume.geometry.to_index(position)
        inside = np.clip(index, 0.0, upper)
        # A place within comes back from a session bit by bit.
        within = np.array_equal(inside, index)
        self._state.set_position(position if within else volume.geometry.to_patient(inside))

    @Slot(int)
    def step_phase(self, step: int) -> None:
        """Go some phases on; after the last comes the first."""
        self.go_to_phase(self._state.phase + step)

    @Slot(int)
    def go_to_phase(self, phase: int) -> None:
        """Go to a phase, counted around the cycle."""
        if self._state.phases:
            self._state.set_phase(phase % self._state.phases)

    @Slot()
    def go_to_end_diastole(self) -> None:
        """Go to the end-diastolic phase."""
        self.go_to_phase(self._state.landmarks[0])

    @Slot()
    def go_to_end_systole(self) -> None:
        """Go to the end-systolic phase."""
        self.go_to_phase(self._state.landmarks[1])
