"""Runs for view tests, made without any method: every dense slice holds a value of its own."""

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.layers import Layer, Run
from app.state.viewer_state import ViewerState
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from calid_core.settings import ReconstructionSettings


def add_run(
    state: ViewerState,
    origin: SliceOrigin = SliceOrigin.SYNTHESISED,
    *,
    spacing: float = 2.0,
    ready: bool = True,
) -> Layer:
    """Add a dense run: acquired slices copied, the others at 10 000 + 100 · phase + slice."""
    stack = state.active_stack
    assert stack is not None
    geometry, source = stack.geometry.densified(spacing)
    intensity = np.zeros((stack.phases, *geometry.shape), dtype=stack.intensity.dtype)
    provenance = []
    for index, place in enumerate(source):
        if place == round(place):
            intensity[:, index] = stack.intensity[:, round(place)]
            provenance.append(SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(round(place), 0.0),)))
            continue
        low, pitch = int(place), stack.geometry.pitch
        if ready:
            intensity[:, index] = (10_000 + 100 * np.arange(stack.phases) + index)[:, None, None]
        sources = [SourceSlice(low, (place - low) * pitch), SourceSlice(low + 1, (low + 1 - place) * pitch)]
        provenance.append(SliceProvenance(origin, tuple(sorted(sources, key=lambda s: s.distance))))
    run = Run(
        id=len(state.runs) + 1,
        series_id=1,
        label="dense",
        settings=ReconstructionSettings(slice_spacing=spacing),
        geometry=geometry,
        provenance=tuple(provenance),
        acquired=stack,
        intensity=intensity,
        ready=np.full(stack.phases, ready),
    )
    state.set_runs((*state.runs, run))
    return run.layer


def painted(widget: QWidget, ratio: float = 1.0) -> QImage:
    """The widget as it looks on a screen with a device pixel ratio."""
    image = QImage(round(widget.width() * ratio), round(widget.height() * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("black"))
    widget.render(image)
    return image


def pixels(image: QImage) -> np.ndarray:
    """``(height, width, 3)`` red, green, blue."""
    rgb = image.convertToFormat(QImage.Format.Format_RGBX8888)
    flat = np.frombuffer(rgb.constBits(), dtype=np.uint8)
    return flat.reshape(rgb.height(), rgb.bytesPerLine() // 4, 4)[:, : rgb.width(), :3].astype(int)
