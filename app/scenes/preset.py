"""The cardiac MR preset: bright blood, translucent muscle, nothing where there is lung."""

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

from app.scenes.byte_scale import ByteScale
from app.scenes.tissue import TissueLevels

# Positions count 0 at the lung-muscle level, 1 at the muscle-blood level, 2 at the top of the range.
OPACITY = ((-1.0, 0.0), (0.15, 0.0), (0.55, 0.035), (0.85, 0.05), (1.05, 0.30), (1.35, 0.75), (2.0, 0.92))
"""Opacity per ``UNIT_LENGTH``."""
COLOUR = (
    (-1.0, (0.25, 0.04, 0.04)),
    (0.2, (0.50, 0.13, 0.10)),
    (0.8, (0.80, 0.28, 0.20)),
    (1.05, (0.95, 0.46, 0.34)),
    (1.4, (1.00, 0.76, 0.60)),
    (2.0, (1.00, 0.96, 0.88)),
)
GRADIENT = ((0.0, 0.35), (0.06, 0.6), (0.2, 1.0))
"""Opacity factor by gradient, in shares of the range per voxel: flat parts inside muscle clear up."""
UNIT_LENGTH = 2.5
"""Path length to which the opacities refer, mm."""


def make_property() -> vtkVolumeProperty:
    """Volume property of the preset; ``apply_levels`` places its curves."""
    properties = vtkVolumeProperty()
    properties.SetInterpolationTypeToLinear()
    properties.ShadeOn()
    properties.SetAmbient(0.35)
    properties.SetDiffuse(0.95)
    properties.SetSpecular(0.22)
    properties.SetSpecularPower(18)
    properties.SetScalarOpacityUnitDistance(UNIT_LENGTH)
    gradient = vtkPiecewiseFunction()
    for share, factor in GRADIENT:
        gradient.AddPoint(share * 255, factor)
    properties.SetGradientOpacity(gradient)
    return properties


def apply_levels(properties: vtkVolumeProperty, levels: TissueLevels, scale: ByteScale) -> None:
    """Place the curves of the preset.

    Parameters
    ----------
    properties
        From ``make_property``.
    levels
        Intensities that divide the tissues.
    scale
        Of the rendered volume.
    """
    anchors = [scale.level(level) for level in (levels.low, levels.muscle, levels.blood, levels.high)]
    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    for position, value in OPACITY:
        opacity.AddPoint(float(np.interp(position, (-1, 0, 1, 2), anchors)), value)
    for position, (red, green, blue) in COLOUR:
        colour.AddRGBPoint(float(np.interp(position, (-1, 0, 1, 2), anchors)), red, green, blue)
    properties.SetScalarOpacity(opacity)
    properties.SetColor(colour)
