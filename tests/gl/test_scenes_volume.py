import numpy as np
import pytest
from vtkmodules.vtkRenderingCore import vtkVolume

from app.layers import Volume
from app.scenes import camera
from app.scenes.byte_scale import ByteScale
from app.scenes.canvas import Canvas
from app.scenes.display import Direction
from app.scenes.phase_images import PhaseImages
from app.scenes.quality import Quality
from app.scenes.shading import CoilShading
from app.scenes.tissue import TissueLevels
from app.scenes.volume_scene import VolumeScene
from app.scenes.vtk_image import plane, volume_image
from calid_core.contouring.heart_region import find_heart
from calid_core.geometry import Geometry
from tests.gl.balls import (
    BRIGHT,
    ball_stack,
    ball_volume,
    centroid,
    lit,
    oblique_geometry,
    pinhole,
    upright_geometry,
)

LEVELS = TissueLevels(0.0, 0.25 * BRIGHT, 0.5 * BRIGHT, BRIGHT)
EVEN = CoilShading(np.zeros(3), np.zeros(3))


def images_of(volume: Volume) -> PhaseImages:
    return PhaseImages(volume, ByteScale(LEVELS.low, LEVELS.high), region=None, shading=EVEN)


def scene_of(canvas: Canvas, volume: Volume, *, software: bool = True) -> VolumeScene:
    scene = VolumeScene(canvas.plotter, software=software)
    scene.show(images_of(volume))
    scene.set_levels(LEVELS, ByteScale(LEVELS.low, LEVELS.high))
    scene.set_phase(0)
    scene.set_quality(Quality.STILL)
    return scene


def look_at_all(canvas: Canvas, geometry: Geometry, direction: Direction) -> None:
    last = np.array(geometry.shape) - 1
    corners = np.array(np.meshgrid(*((0, n) for n in last), indexing="ij")).reshape(3, -1).T
    canvas.plotter.set_background("black")
    camera.look(canvas.plotter, geometry, geometry.to_patient(corners), direction)


@pytest.mark.parametrize("software", [True, False], ids=["cpu", "gpu"])
@pytest.mark.parametrize("left_handed", [False, True])
@pytest.mark.parametrize("direction", [Direction.ANTERIOR, Direction.LEFT])
def test_a_ball_is_drawn_where_a_pinhole_camera_sees_its_patient_position(
    canvas: Canvas, *, software: bool, left_handed: bool, direction: Direction
) -> None:
    geometry = oblique_geometry(left_handed=left_handed)
    centre = (4.0, 41.0, 14.0)
    scene_of(canvas, ball_volume(geometry, centre), software=software)
    look_at_all(canvas, geometry, direction)
    wanted = pinhole(canvas, geometry.to_patient(centre))
    assert centroid(canvas.picture()) == pytest.approx(wanted, abs=2.5)


@pytest.mark.parametrize("direction", [Direction.ANTERIOR, Direction.LEFT, Direction.RIGHT, Direction.FEET])
def test_left_of_the_patient_is_where_a_reader_facing_him_expects_it(
    canvas: Canvas, direction: Direction
) -> None:
    geometry = upright_geometry()
    # To the left, the back and the head of the middle.
    scene_of(canvas, ball_volume(geometry, (9.0, 45.0, 45.0)))
    look_at_all(canvas, geometry, direction)
    column, row = centroid(canvas.picture())
    middle = {
        Direction.ANTERIOR: (column > 120, row < 100),
        Direction.LEFT: (column > 120, row < 100),
        Direction.RIGHT: (column < 120, row < 100),
        # From the feet, front up: left of the patient on the right, his back below.
        Direction.FEET: (column > 120, row > 100),
    }
    assert middle[direction] == (True, True)


def test_switching_phases_changes_the_picture_and_makes_no_actor(canvas: Canvas) -> None:
    geometry = upright_geometry()
    scene = scene_of(canvas, ball_volume(geometry, (6.0, 30.0, 30.0), (22.0, 16.0, 10.0)))
    look_at_all(canvas, geometry, Direction.ANTERIOR)
    props = canvas.plotter.renderer.GetViewProps()
    before = props.GetNumberOfItems()
    sizes = []
    for phase in (0, 1, 2, 0, 1, 2):
        scene.set_phase(phase)
        sizes.append(int(lit(canvas.picture()).sum()))
    volumes = [p for p in props if isinstance(p, vtkVolume)]
    assert props.GetNumberOfItems() == before
    assert volumes == [scene._prop]
    assert sizes[:3] == sizes[3:]
    assert sizes[0] > 1.5 * sizes[1] > 2 * sizes[2] > 0


def test_a_phase_is_converted_once(canvas: Canvas) -> None:
    images = images_of(ball_volume(upright_geometry(), (6.0, 30.0, 30.0), (20.0, 15.0)))
    first = images.image(1)
    assert images.image(1) is first


def test_vtk_shares_the_memory_of_the_array() -> None:
    values = np.zeros((3, 4, 5), dtype=np.uint8)
    image = volume_image(values, (10.0, 2.0, 1.0))
    values[2, 3, 1] = 77
    assert image.GetScalarComponentAsDouble(1, 3, 2, 0) == 77
    assert image.GetSpacing() == (1.0, 2.0, 10.0)


def test_a_clipping_plane_takes_away_what_lies_against_its_normal(canvas: Canvas) -> None:
    geometry = upright_geometry()
    centre = (6.0, 30.0, 30.0)
    scene = scene_of(canvas, ball_volume(geometry, centre, (24.0,)))
    look_at_all(canvas, geometry, Direction.ANTERIOR)
    whole = lit(canvas.picture())
    scene.set_clipping([plane(geometry.to_patient(centre), np.array([1.0, 0.0, 0.0]))])
    half = lit(canvas.picture())
    middle = round(pinhole(canvas, geometry.to_patient(centre))[0])
    assert half.sum() == pytest.approx(whole.sum() / 2, rel=0.12)
    assert half[:, : middle - 4].sum() < 0.02 * whole.sum()
    scene.set_clipping([])
    assert lit(canvas.picture()).sum() == whole.sum()


def test_a_missing_slice_is_filled_between_its_neighbours() -> None:
    affine = np.diag([1.0, 1.0, 1.0, 1.0])[[2, 1, 0, 3]] @ np.diag([5.0, 1.0, 1.0, 1.0])
    geometry = Geometry(affine, (3, 4, 4), slice_offsets=np.array([0.0, 5.0, 15.0]))
    stack = ball_stack(geometry, (0.0, 0.0, 0.0))
    values = np.zeros((1, 3, 4, 4), dtype=np.int16)
    values[0] = np.array([0, 400, 800])[:, None, None]
    volume = Volume("gap", values, geometry, Volume.of_stack(stack).provenance, np.array([True]))
    image = images_of(volume).image(0)
    # Level of 1000 is 200: 0, 400, the missing 600, 800 give 0, 80, 120, 160.
    assert image[:, 1, 1].tolist() == [0, 80, 120, 160]


def test_the_moving_part_is_the_heart_and_a_bright_chest_wall_is_not() -> None:
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (5, 140, 140))
    beating = 30 + 6 * np.cos(2 * np.pi * np.arange(8) / 8)
    stack = ball_stack(geometry, (2.0, 60.0, 80.0), beating)
    wall = stack.intensity.copy()
    wall[:, :, :20] = 3 * BRIGHT
    region = find_heart(wall, geometry)
    distance = region.distance_on(geometry, slice(0, 140), slice(0, 140))
    ball = stack.intensity[0] > BRIGHT / 2
    assert (distance[ball] < 0).mean() > 0.95
    assert distance[:, :20].min() > 0
    rows, columns = region.box()
    assert rows.start > 20
    assert columns.stop < 140


def test_a_slice_without_motion_does_not_widen_the_box_of_the_heart() -> None:
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (9, 140, 140))
    beating = 30 + 6 * np.cos(2 * np.pi * np.arange(8) / 8)
    region = find_heart(ball_stack(geometry, (6.0, 60.0, 80.0), beating).intensity, geometry)
    assert (region.distance[0] > 0).all()  # the ball ends 24 mm above it
    rows, columns = region.box()
    assert rows.start > 20
    assert columns.start > 40
    distance = region.distance_on(geometry, slice(0, 140), slice(0, 140))
    assert distance[0].min() == distance[0].max() >= 10.0


def test_a_stack_in_which_nothing_moves_is_shown_from_its_middle() -> None:
    geometry = Geometry.from_spacing((10.0, 2.0, 2.0), (3, 100, 100))
    region = find_heart(np.ones((1, 3, 100, 100), dtype=np.int16), geometry)
    distance = region.distance_on(geometry, slice(0, 100), slice(0, 100))
    assert distance[:, 50, 50].max() < 0 < distance[:, 0, 0].min()


@pytest.mark.parametrize(
    "direction", [Direction.LEFT_ANTERIOR, Direction.ANTERIOR, Direction.LEFT, Direction.ACROSS]
)
def test_the_first_slice_is_up_where_the_orientation_is_not_known(
    canvas: Canvas, direction: Direction
) -> None:
    geometry = Geometry.from_spacing((8.0, 2.0, 2.0), (12, 60, 60), known=False)
    scene_of(canvas, ball_volume(geometry, (2.0, 30.0, 30.0)))
    look_at_all(canvas, geometry, direction)
    _, row = centroid(canvas.picture())
    assert row < 100
