"""Bright balls in known places, and where a pinhole camera must show them."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation

from app.layers import Volume
from app.scenes.canvas import Canvas
from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry

BRIGHT = 1000


def oblique_geometry(*, left_handed: bool = False, shape: tuple[int, int, int] = (12, 60, 50)) -> Geometry:
    """10 × 1.5 × 1.4 mm, turned about all three axes; the slices count either way."""
    axes = Rotation.from_euler("xyz", (30, 50, 20), degrees=True).as_matrix()
    if left_handed:
        axes = axes * [-1, 1, 1]
    affine = np.eye(4)
    affine[:3, :3] = axes * [10.0, 1.5, 1.4]
    affine[:3, 3] = (-20.0, 33.0, 50.0)
    return Geometry(affine, shape)


def upright_geometry(shape: tuple[int, int, int] = (12, 60, 60)) -> Geometry:
    """Slices count to the head, rows to the back, columns to the left of the patient."""
    return Geometry.from_spacing((8.0, 2.0, 2.0), shape, known=True)


def ball_stack(
    geometry: Geometry, centre: ArrayLike, radii: ArrayLike = (14.0,), *, rr: float | None = None
) -> CineStack:
    """A cine with one ball per phase.

    Parameters
    ----------
    centre
        Continuous index of the middle.
    radii
        mm, one per phase.
    """
    grid = np.moveaxis(np.indices(geometry.shape), 0, -1)
    apart = np.linalg.norm(geometry.to_patient(grid) - geometry.to_patient(centre), axis=-1)
    radii = np.atleast_1d(radii)
    phases = [np.clip((radius - apart) / 3 + 0.5, 0, 1) * BRIGHT for radius in radii]
    times = np.arange(len(radii)) * 40.0
    source = Source("ball", "phantom", thickness=8.0, rr_interval=rr)
    return CineStack(np.stack(phases).astype(np.int16), geometry, times, source)


def ball_volume(geometry: Geometry, centre: ArrayLike, radii: ArrayLike = (14.0,)) -> Volume:
    return Volume.of_stack(ball_stack(geometry, centre, radii))


def pinhole(canvas: Canvas, point: ArrayLike) -> tuple[float, float]:
    """``(column, row)`` of an LPS point in the picture, by the equations of a pinhole camera."""
    camera = canvas.plotter.renderer.GetActiveCamera()
    width, height = canvas.plotter.render_window.GetSize()
    eye, focus = np.array(camera.GetPosition()), np.array(camera.GetFocalPoint())
    forward = (focus - eye) / np.linalg.norm(focus - eye)
    right = np.cross(forward, camera.GetViewUp())
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    ray = np.asarray(point) - eye
    focal_length = height / 2 / np.tan(np.deg2rad(camera.GetViewAngle() / 2))
    depth = ray @ forward
    return (
        width / 2 + focal_length * (ray @ right) / depth,
        height / 2 - focal_length * (ray @ up) / depth,
    )


def lit(picture: np.ndarray, threshold: int = 60) -> np.ndarray:
    """Which pixels show the ball."""
    return picture.astype(int).max(axis=2) > threshold


def centroid(picture: np.ndarray) -> tuple[float, float]:
    """``(column, row)`` of the lit pixels."""
    rows, columns = np.nonzero(lit(picture))
    return float(columns.mean()), float(rows.mean())
