import gc
from dataclasses import replace

import numpy as np
import pytest
import pyvista as pv
from vtkmodules.vtkCommonCore import vtkObjectBase

from app.layers import Volume
from app.messages import BANNER, NOTICE
from app.scenes.byte_scale import ByteScale
from app.scenes.canvas import Canvas
from app.scenes.captions import NOT_READY, RENDERER_INTERPOLATES
from app.scenes.display import ClipBox, Content, Cut, Direction, Extent, HeartDisplay
from app.scenes.heart_scene import HeartScene
from app.scenes.machine import is_software
from app.scenes.quality import IMAGE_DISTANCES, FrameBudget
from app.scenes.shading import coil_shading
from app.scenes.stack_look import StackLook
from app.scenes.tissue import tissue_levels
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.provenance import SliceOrigin, SliceProvenance, SliceState, SourceSlice
from tests.gl.balls import BRIGHT, ball_stack, lit, upright_geometry

BEAT = 22 + 5 * np.cos(2 * np.pi * np.arange(4) / 4)


@pytest.fixture
def stack() -> CineStack:
    return ball_stack(upright_geometry((9, 60, 60)), (4.0, 30.0, 30.0), BEAT)


def dense(stack: CineStack, *, ready: bool = True) -> Volume:
    """Every second slice synthesised, on half the pitch."""
    geometry, source = stack.geometry.densified(stack.geometry.pitch / 2)
    intensity = np.zeros((stack.phases, *geometry.shape), dtype=stack.intensity.dtype)
    intensity[:, ::2] = stack.intensity
    if ready:
        intensity[:, 1::2] = stack.intensity[:, 1:]
    provenance = tuple(
        SliceProvenance(
            SliceOrigin.ACQUIRED if place == int(place) else SliceOrigin.SYNTHESISED,
            (SourceSlice(int(place), 0.0),),
        )
        for place in source
    )
    return Volume("CaLID", intensity, geometry, provenance, np.full(stack.phases, ready))


def shown(
    canvas: Canvas, volume: Volume, stack: CineStack, display: HeartDisplay | None = None
) -> HeartScene:
    scene = HeartScene(canvas.plotter)
    scene.set_window((BRIGHT / 2, BRIGHT), inverted=False)
    scene.set_display(display or HeartDisplay())
    scene.show(volume, StackLook.of_stack(stack))
    scene.set_position(stack.geometry.to_patient((4.0, 30.0, 30.0)))
    scene.look_from(Direction.ANTERIOR)
    scene.before_render()
    return scene


def test_the_badge_says_that_a_sparse_stack_is_filled_by_the_renderer(
    canvas: Canvas, stack: CineStack
) -> None:
    scene = shown(canvas, Volume.of_stack(stack), stack)
    assert "9 acquired" in scene._captions.text
    assert RENDERER_INTERPOLATES in scene._captions.text
    assert "ACQUIRED A5" in scene._captions.text


@pytest.mark.parametrize(("width", "height", "notes_at"), [(400, 295, 11), (260, 240, 8), (160, 120, 8)])
def test_what_is_shown_stays_large_while_the_notes_below_it_break_and_shrink(
    canvas: Canvas, stack: CineStack, width: int, height: int, notes_at: int
) -> None:
    canvas.resize(width, height, scale=1.0)
    captions = shown(canvas, dense(stack, ready=False), stack)._captions
    badge, notes = captions._badge, captions._notes
    assert "".join(badge.GetInput().split()) == "".join("".join(captions.text.split("\n")[:3]).split())
    assert "".join(notes.GetInput().split()) == "".join("".join(captions.text.split("\n")[3:]).split())
    assert badge.GetTextProperty().GetFontSize() >= (12 if width > 160 else 0)
    assert notes.GetTextProperty().GetFontSize() >= notes_at
    boxes = []
    for actor in (badge, notes):
        box = [0.0] * 4
        actor.GetBoundingBox(captions._renderer, box)
        left, top = actor.GetPosition()
        assert left + box[1] <= width - (60 if top > height - 40 else 7)
        boxes.append((top + box[2], top + box[3]))
    assert boxes[0][1] <= height
    assert boxes[1][1] <= boxes[0][0] + 1
    assert boxes[1][0] >= (height / 2 - 1 if width > 160 else 0)


@pytest.mark.parametrize("zoom", [1.0, 1.3, 1.6, 2.0])
def test_no_name_of_a_slice_is_written_under_the_research_mark(
    canvas: Canvas, stack: CineStack, zoom: float
) -> None:
    scene = shown(canvas, Volume.of_stack(stack), stack, HeartDisplay(content=Content.SLICES))
    canvas.plotter.camera.zoom(zoom)
    drawn = []
    for index in range(stack.slices):
        scene.set_position(stack.geometry.to_patient((float(index), 30.0, 30.0)))
        scene.before_render()
        mark, frames = scene._captions.mark, scene._frames
        assert mark.left < 30 < 200 < mark.right
        assert mark.top > 15
        for labels in (frames._names, frames._current_name):
            drawn += [
                labels._on_screen(actor) + actor.GetDisplayOffset()
                for actor in labels._actors
                if actor.GetVisibility()
            ]
    assert len(drawn) > stack.slices
    assert not any(mark.covers(place) and place[1] >= 0 for place in drawn)


def test_a_series_of_synthetic_slices_alone_is_shown(canvas: Canvas, stack: CineStack) -> None:
    made = tuple(SliceProvenance(SliceOrigin.SYNTHESISED, ()) for _ in range(stack.slices))
    ready = np.full(stack.phases, fill_value=True)
    scene = shown(canvas, Volume("derived", stack.intensity, stack.geometry, made, ready), stack)
    assert "9 synthesised" in scene._captions.text
    assert "acquired +" not in scene._captions.text


def test_the_badge_counts_synthesised_slices(canvas: Canvas, stack: CineStack) -> None:
    scene = shown(canvas, dense(stack), stack)
    assert "9 acquired + 8 synthesised" in scene._captions.text
    scene.set_position(stack.geometry.to_patient((4.5, 30.0, 30.0)))
    assert "SYNTHESISED S10" in scene._captions.text


def test_a_phase_that_is_not_reconstructed_is_shown_from_its_acquired_slices_and_says_so(
    canvas: Canvas, stack: CineStack
) -> None:
    scene = shown(canvas, dense(stack, ready=False), stack)
    assert NOT_READY in scene._captions.text
    assert lit(canvas.picture()[30:170, 60:180], 90).sum() > 500


def test_a_phase_that_became_ready_is_drawn_anew(canvas: Canvas, stack: CineStack) -> None:
    volume = dense(stack, ready=False)
    scene = shown(canvas, volume, stack)
    canvas.render()
    assert scene.prepared(0)
    volume.ready[0] = True
    assert not scene.prepared(0)
    scene.set_phase(0)
    assert scene.prepared(0)
    assert NOT_READY not in scene._captions.text


@pytest.mark.parametrize("content", list(Content))
def test_no_choice_of_content_and_no_phase_makes_actors(
    canvas: Canvas, stack: CineStack, content: Content
) -> None:
    scene = shown(canvas, dense(stack), stack)
    props = canvas.plotter.renderer.GetViewProps()
    before = [p.GetAddressAsString("") for p in props]
    scene.set_display(HeartDisplay(content=content))
    for phase in (1, 2, 3, 0):
        scene.set_phase(phase)
        canvas.render()
    assert [p.GetAddressAsString("") for p in props] == before


@pytest.mark.parametrize("content", list(Content))
def test_the_research_mark_is_in_every_picture(canvas: Canvas, stack: CineStack, content: Content) -> None:
    scene = shown(canvas, dense(stack), stack, HeartDisplay(content=content))
    scene.set_annotations(annotations=False, crosshair=False)
    strip = canvas.picture()[-24:, :150].astype(int)
    amber = (strip[..., 0] > 150) & (strip[..., 0] - strip[..., 2] > 80)
    assert amber.sum() > 60
    assert BANNER.startswith("Research use only")


def test_the_research_mark_tells_of_synthesised_slices_only_where_there_are_some(
    canvas: Canvas, stack: CineStack
) -> None:
    canvas.resize(700, 400)
    scene = shown(canvas, dense(stack), stack, HeartDisplay(content=Content.SLICES))
    for volume, said in ((dense(stack), BANNER), (Volume.of_stack(stack), NOTICE)):
        scene.show(volume, StackLook.of_stack(stack))
        scene.before_render()
        assert scene._captions._mark.GetInput() == said


def test_slices_are_pictures_where_they_lie(canvas: Canvas, stack: CineStack) -> None:
    scene = shown(canvas, Volume.of_stack(stack), stack, HeartDisplay(content=Content.SLICES))
    scene.set_annotations(annotations=False, crosshair=False)
    scene.look_from(Direction.FEET)
    picture = canvas.picture().astype(int)
    grey = (np.ptp(picture, axis=2) < 12) & (picture[..., 0] > 150)
    rows, columns = np.nonzero(grey)
    assert grey.sum() > 400
    # The ball lies in the middle of the stack and of the heart region.
    assert (columns.mean(), rows.mean()) == pytest.approx((120, 100), abs=8)


def test_frames_follow_what_was_interpolated_in_time(canvas: Canvas, stack: CineStack) -> None:
    still = np.repeat(stack.intensity[:1], stack.phases, axis=0)
    states = (SliceState(resampled_phases=(1,)), *stack.slice_states[1:])
    stack = replace(stack, intensity=still, slice_states=states)
    scene = shown(canvas, Volume.of_stack(stack), stack, HeartDisplay(content=Content.SLICES))
    pictures = []
    for phase in (0, 1, 2):
        scene.set_phase(phase)
        pictures.append(canvas.picture()[60:].astype(int))
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[0] == pictures[2]).all()


def test_a_cut_takes_away_the_half_towards_the_reader(canvas: Canvas, stack: CineStack) -> None:
    scene = shown(canvas, Volume.of_stack(stack), stack)
    scene.set_annotations(annotations=False, crosshair=False)
    whole = canvas.picture()[60:140, 80:160].astype(int)
    scene.set_display(HeartDisplay(cut=Cut.LONG_AXIS_COLUMNS))
    far_half = canvas.picture()[60:140, 80:160].astype(int)
    scene.set_display(HeartDisplay(cut=Cut.LONG_AXIS_COLUMNS, cut_reversed=True))
    near_half = canvas.picture()[60:140, 80:160].astype(int)
    # The near half hides the far one, so that taking that away changes little.
    assert np.abs(near_half - whole).mean() < 0.1 * whole.mean()
    assert np.abs(far_half - whole).mean() > 2 * np.abs(near_half - whole).mean()


def warm(picture: np.ndarray) -> np.ndarray:
    """Pixels in the colours of the volume; the badge of acquired slices is blue."""
    return picture[..., 0].astype(int) - picture[..., 2] > 30


def test_the_clipping_box_takes_away_sides(canvas: Canvas, stack: CineStack) -> None:
    scene = shown(canvas, Volume.of_stack(stack), stack, HeartDisplay(extent=Extent.WHOLE))
    scene.set_annotations(annotations=False, crosshair=False)
    whole = warm(canvas.picture()[:170])
    # Nothing of the lower half, seen from the front: slices count to the head.
    scene.set_display(HeartDisplay(extent=Extent.WHOLE, box=ClipBox((0.5, 0, 0), (1, 1, 1))))
    kept = warm(canvas.picture()[:170])
    assert kept.sum() == pytest.approx(whole.sum() / 2, rel=0.2)
    assert np.nonzero(kept)[0].mean() < np.nonzero(whole)[0].mean() - 4


@pytest.mark.parametrize("known", [True, False])
def test_a_cube_tells_the_orientation_only_where_it_is_known(canvas: Canvas, *, known: bool) -> None:
    geometry = Geometry.from_spacing((8.0, 2.0, 2.0), (9, 60, 60), known=known)
    stack = ball_stack(geometry, (4.0, 30.0, 30.0), BEAT)
    shown(canvas, Volume.of_stack(stack), stack)
    assert bool(lit(canvas.picture()[140:174, 205:235], 70).sum() > 100) is known


def test_opening_and_closing_leaves_no_vtk_objects_and_no_plotters(stack: CineStack) -> None:
    look = StackLook.of_stack(stack)
    counts = []
    for cycle in range(12):
        canvas = Canvas(120, 100)
        scene = HeartScene(canvas.plotter)
        scene.show(dense(stack), look)
        canvas.render()
        scene.close()
        canvas.close()
        del scene, canvas
        if cycle in (1, 11):
            gc.collect()
            alive = sum(isinstance(thing, vtkObjectBase) for thing in gc.get_objects())
            counts.append((alive, len(pv.plotting.plotter._ALL_PLOTTERS)))
    assert counts[0] == counts[1]


def test_tissue_levels_lie_between_the_tissues() -> None:
    rng = np.random.default_rng(0)
    tissue = rng.choice([40.0, 300.0, 900.0], size=(4, 40, 40), p=[0.3, 0.4, 0.3])
    values = tissue + rng.normal(0, 15, tissue.shape)
    levels = tissue_levels(values, np.full(values.shape, -1.0))
    assert 80 < levels.muscle < 260
    assert 350 < levels.blood < 850
    assert levels.low < 80
    assert levels.high > 850


def test_levels_follow_the_window_linearly() -> None:
    levels = tissue_levels(np.linspace(0, 100, 4000).reshape(4, 25, 40), np.full((4, 25, 40), -1.0))
    moved = levels.moved((50.0, 100.0), (120.0, 200.0))
    assert moved.blood == pytest.approx(120 + (levels.blood - 50) * 2)
    assert moved.low == pytest.approx(120 + (levels.low - 50) * 2)


def test_coil_shading_finds_the_slope_that_was_put_in() -> None:
    geometry = upright_geometry((8, 60, 60))
    grid = geometry.to_patient(np.moveaxis(np.indices(geometry.shape), 0, -1))
    slope = np.array([0.004, -0.006, 0.008])
    blood = np.linalg.norm(grid - geometry.to_patient((4, 30, 30)), axis=-1) < 25
    values = np.where(blood, 800.0, 100.0) * np.exp((grid - grid.mean(axis=(0, 1, 2))) @ slope)
    shading = coil_shading(values, geometry, np.full(geometry.shape, -10.0))
    assert shading.slope == pytest.approx(slope, abs=4e-4)
    even = values * shading.factor(geometry, slice(0, 60), slice(0, 60))
    assert np.std(even[blood]) < 0.02 * np.mean(even[blood])


def test_bytes_never_fall_as_intensities_rise() -> None:
    scale = ByteScale(100.0, 900.0)
    linear = ((np.linspace(-500, 20_000, 5000) - 100) * scale.gain).astype(np.float32)
    scale.compress(linear)
    assert linear.min() == 0
    assert linear.max() <= 255
    assert (np.diff(linear) >= 0).all()
    assert scale.level(900.0) == pytest.approx(200.0)


@pytest.mark.parametrize(
    ("name", "software"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("Google SwiftShader", True),
        ("GDI Generic", True),
        ("", True),
        ("NVIDIA GeForce RTX 4070/PCIe/SSE2", False),
        ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", False),
        ("Apple M2", False),
    ],
)
def test_software_renderers_are_told_by_their_names(name: str, *, software: bool) -> None:
    assert is_software(name) is software


def test_slow_frames_get_coarser_and_fast_frames_finer() -> None:
    budget = FrameBudget()
    for _ in range(10):
        budget.took(0.5)
    assert budget.image_distance == IMAGE_DISTANCES[-1]
    for _ in range(100):
        budget.took(0.001)
    assert budget.image_distance == IMAGE_DISTANCES[0]


def test_one_slow_frame_does_not_make_the_picture_flicker() -> None:
    budget = FrameBudget()
    for _ in range(40):
        budget.took(0.001)
    finest = budget.image_distance
    budget.took(0.06)
    coarser = budget.image_distance
    budget.took(0.001)
    assert (finest, budget.image_distance) == (IMAGE_DISTANCES[0], coarser)
