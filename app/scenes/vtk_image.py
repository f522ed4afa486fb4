"""The one place where arrays and geometry become VTK objects.

VTK counts ``(i, j, k)`` = (column, row, slice). Image data are built along their own axes, with spacing and no
origin, and carry no direction matrix: VTK's CPU ray caster misplaces a volume that has one, and its GPU ray
caster draws nothing for some of them (VTK 9.7). The placement in the patient, LPS mm, goes into the user matrix of the
prop instead, which both honour for either handedness.
"""

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPlane, vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from calid_core.arrays import FloatArray, IntArray
from calid_core.geometry import Geometry

ByteArray = NDArray[np.uint8]


def volume_image(values: ByteArray, spacing: tuple[float, float, float]) -> vtkImageData:
    """Image data that share the memory of an array; keep it unchanged as long as they live.

    Parameters
    ----------
    values
        ``(slices, rows, columns)``, C-contiguous.
    spacing
        ``(pitch, row, column)`` in mm.
    """
    if not values.flags.c_contiguous:
        raise ValueError("values must be C-contiguous to be shared with VTK")
    image = vtkImageData()
    image.SetDimensions(*values.shape[::-1])
    image.SetSpacing(*spacing[::-1])
    # numpy_to_vtk keeps a reference to the array, so that the memory stays.
    image.GetPointData().SetScalars(numpy_to_vtk(values.reshape(-1)))
    return image


def texture_image(colours: ByteArray) -> vtkImageData:
    """Image data of an RGBA picture ``(rows, columns, 4)`` that share its memory."""
    rows, columns, channels = colours.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    image.GetPointData().SetScalars(numpy_to_vtk(colours.reshape(-1, channels)))
    return image


def patient_matrix(geometry: Geometry, *, row: int = 0, column: int = 0) -> vtkMatrix4x4:
    """From millimetres along (column, row, slice), counted from a voxel of slice 0, to LPS mm.

    Parameters
    ----------
    geometry
        Placement of the stack.
    row, column
        The voxel of slice 0 where the image data begin.
    """
    placement = np.eye(4)
    placement[:3, :3] = geometry.axes[:, ::-1]
    placement[:3, 3] = geometry.to_patient((0, row, column))
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(placement.ravel().tolist())
    return matrix


def plane(origin: FloatArray, normal: FloatArray) -> vtkPlane:
    """Plane through an LPS point; what lies against the normal is clipped away."""
    result = vtkPlane()
    result.SetOrigin(*(float(x) for x in origin))
    result.SetNormal(*(float(x) for x in normal))
    return result


def line_segments(points: FloatArray, pairs: IntArray) -> vtkPolyData:
    """Straight segments.

    Parameters
    ----------
    points
        ``(points, 3)``, LPS mm.
    pairs
        ``(segments, 2)`` indices of their ends.
    """
    cells = np.column_stack([np.full(len(pairs), 2), pairs])
    lines: vtkPolyData = pv.PolyData(np.asarray(points, dtype=np.float32), lines=cells.ravel())
    return lines


def textured_quads(corners: FloatArray) -> vtkPolyData:
    """Rectangles that share one texture, in which their pictures lie one below the other.

    Parameters
    ----------
    corners
        ``(rectangles, 4, 3)``, LPS mm of the outer corners of the pictures: the first pixel, the last of its row,
        the last pixel, the first of its row.
    """
    count = len(corners)
    faces = np.column_stack([np.full(count, 4), np.arange(4 * count).reshape(count, 4)])
    quads: vtkPolyData = pv.PolyData(corners.reshape(-1, 3).astype(np.float32), faces=faces.ravel())
    places = np.zeros((count, 4, 2), dtype=np.float32)
    places[:, 1:3, 0] = 1
    places[:, :2, 1] = np.arange(count)[:, None] / count
    places[:, 2:, 1] = np.arange(1, count + 1)[:, None] / count
    quads.GetPointData().SetTCoords(numpy_to_vtk(places.reshape(-1, 2), deep=True))
    return quads
