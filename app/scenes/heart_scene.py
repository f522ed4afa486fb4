"""The whole 3D view: volume, slices, crosshair, orientation and captions in one plotter."""

import numpy as np
import pyvista as pv
from vtkmodules.vtkCommonDataModel import vtkPlane

from app.layers import Volume
from app.rendering.windowing import Windowing
from app.scenes import camera
from app.scenes.captions import Captions, badge_lines, worst_origin
from app.scenes.crosshair import Crosshair
from app.scenes.display import Content, Direction, Extent, HeartDisplay
from app.scenes.machine import is_software, renderer_name
from app.scenes.orientation_cube import OrientationCube
from app.scenes.palette import BACKGROUND
from app.scenes.phase_images import PhaseImages
from app.scenes.quality import Quality
from app.scenes.slice_frames import SliceFrames
from app.scenes.slice_planes import SlicePictures
from app.scenes.stack_look import StackLook
from app.scenes.volume_scene import VolumeScene
from app.scenes.vtk_image import plane
from calid_core.arrays import FloatArray
from calid_core.contouring.heart_region import HeartRegion
from calid_core.marks import ORIGIN

LUNG_SHARE = 0.6
"""Share of the muscle level below which slice pictures are holes."""


class HeartScene:
    """Draws one version of a stack at one phase; knows no Qt and renders only when told to.

    Parameters
    ----------
    plotter
        Any pyvista plotter, with or without a display.
    """

    def __init__(self, plotter: pv.BasePlotter) -> None:
        self._plotter = plotter
        plotter.render_window.SetMultiSamples(0)
        plotter.set_background(BACKGROUND)
        self.renderer_name = renderer_name(plotter)
        self.software = is_software(self.renderer_name)
        self._volume_scene = VolumeScene(plotter, software=self.software)
        self._stack_pictures = SlicePictures(plotter)
        self._current_picture = SlicePictures(plotter)
        self._frames = SliceFrames(plotter)
        self._crosshair = Crosshair(plotter)
        self._captions = Captions(plotter)
        self._cube = OrientationCube(plotter)
        self._cube.set_visible(False)
        self._volume: Volume | None = None
        self._look: StackLook | None = None
        self._images: PhaseImages | None = None
        self._display = HeartDisplay()
        self._phase, self._index = 0, 0
        self._kept_side = 1.0
        self._position: FloatArray = np.zeros(3)
        self._window, self._inverted = (0.5, 1.0), False
        self._annotations, self._crosshair_visible = True, True

    @property
    def volume(self) -> Volume | None:
        """What is shown."""
        return self._volume

    @property
    def display(self) -> HeartDisplay:
        """What is asked for."""
        return self._display

    def show(self, volume: Volume | None, look: StackLook | None) -> None:
        """Show another version of a stack, with the look of the acquired one; None shows nothing."""
        if volume is self._volume and look is self._look:
            return
        self._volume, self._look = volume, look
        self._phase = min(self._phase, len(volume.ready) - 1) if volume else 0
        self._rebuild()

    def set_display(self, display: HeartDisplay) -> None:
        """Change what is drawn."""
        before, self._display = self._display, display
        if before.cut is not display.cut:
            self._choose_kept_side()
        if before.extent is not display.extent:
            self._rebuild()
        else:
            self._build_pictures()
            self._update_clipping()
            self._update_visibility()
            self._paint()

    def set_phase(self, phase: int) -> None:
        """Show another phase: swaps data, makes no actors."""
        self._phase = phase
        self._frames.set_phase(phase)
        self._paint()

    def set_position(self, position: FloatArray) -> None:
        """Move the crosshair to an LPS position in mm."""
        self._position = np.asarray(position, dtype=np.float64)
        if self._volume is not None:
            self._crosshair.move(self._position)
            self._update_clipping()
            self._show_current()
            self._paint()

    def set_window(self, window: tuple[float, float], *, inverted: bool) -> None:
        """Grey levels of the slices; the volume brightens and darkens with them."""
        self._window, self._inverted = window, inverted
        self._update_levels()
        self._paint()

    def set_annotations(self, *, annotations: bool, crosshair: bool) -> None:
        """Show or hide names, frames and cube, and the crosshair; badge and mark stay."""
        self._annotations, self._crosshair_visible = annotations, crosshair
        self._update_visibility()

    def set_text_scale(self, scale: float) -> None:
        """How much larger than usual texts are."""
        self._captions.set_text_scale(scale)
        self._frames.set_text_scale(scale)

    def look_from(self, direction: Direction) -> None:
        """Turn the camera so that the shown part fills the view; a cut then faces the reader."""
        if self._images is not None and self._volume is not None:
            heart = self._display == HeartDisplay(cut=self._display.cut, box=self._display.box)
            points = self._look.region.points() if self._look is not None and heart else self._corners()
            camera.look(self._plotter, self._volume.geometry, points, direction)
            self._choose_kept_side()
            self._update_clipping()

    def set_quality(self, quality: Quality) -> None:
        """Draw for a still picture or for one that moves."""
        self._volume_scene.set_quality(quality)

    def prepare(self) -> bool:
        """Draw one phase that was not drawn yet, out of sight; False when there is none or no room to keep it."""
        if self._volume is None or self._images is None or self._display.content is Content.SLICES:
            return False
        phases = len(self._volume.ready)
        missing = [p for p in range(phases) if not self._volume_scene.prepared(p)]
        if not missing or self._images.capacity < phases:
            return False
        self._volume_scene.set_phase(missing[0])
        self._plotter.render_window.Render()
        self._volume_scene.set_phase(self._phase)
        return True

    def prepared(self, phase: int) -> bool:
        """Whether a phase can be drawn without preparation."""
        return self._volume_scene.prepared(phase)

    def frame_took(self, seconds: float) -> None:
        """Learn how long a moving frame of a prepared phase took."""
        self._volume_scene.frame_took(seconds)

    def before_render(self) -> None:
        """Bring what depends on camera and size up to date; call it before each render."""
        self._captions.place()
        self._cube.follow()
        self._frames.place_labels(self._captions.mark)

    def close(self) -> None:
        """Let go of the data and the second renderer."""
        self.show(None, None)
        self._cube.close()

    def _rebuild(self) -> None:
        volume, look = self._volume, self._look
        if volume is None or look is None:
            self._images = None
            self._volume_scene.show(None)
            self._stack_pictures.show(None, (), slice(0), slice(0), None)
            self._current_picture.show(None, (), slice(0), slice(0), None)
            self._frames.show(None, 0, slice(0), slice(0))
            colour = ORIGIN[worst_origin(volume, self._phase)] if volume else (1, 1, 1)
            self._captions.set_badge((), colour, synthesised=volume is not None and volume.synthesised)
            self._cube.set_visible(False)
            self._crosshair.set_visible(False)
            return
        self._images = PhaseImages(volume, look.scale, region=self._shown_region(), shading=look.shading)
        rows, columns = self._images.rows, self._images.columns
        self._volume_scene.show(self._images)
        self._frames.show(volume, self._phase, rows, columns)
        self._crosshair.show(volume.geometry)
        self._index = -1
        self._update_levels()
        self._build_pictures()
        self.set_position(self._position)
        self._update_visibility()

    def _update_levels(self) -> None:
        if self._look is not None:
            levels = self._look.levels.moved(self._look.window, self._window)
            self._volume_scene.set_levels(levels, self._look.scale)

    def _show_current(self) -> None:
        assert self._volume is not None
        index = self._volume.nearest_slice(self._position)
        if index == self._index:
            return
        self._index = index
        self._build_current_picture()
        self._frames.set_current(index)
        self._update_visibility()

    def _build_pictures(self) -> None:
        """Place the pictures of slices that the content needs."""
        volume, images = self._volume, self._images
        if volume is None or images is None:
            return
        indices = volume.acquired_indices if self._display.content is Content.SLICES else ()
        self._stack_pictures.show(volume, indices, images.rows, images.columns, self._shown_region())
        self._build_current_picture()

    def _build_current_picture(self) -> None:
        assert self._images is not None
        indices = (self._index,) if self._index >= 0 and self._display.content is not Content.VOLUME else ()
        self._current_picture.show(
            self._volume, indices, self._images.rows, self._images.columns, self._shown_region()
        )

    def _shown_region(self) -> HeartRegion | None:
        heart = self._display.extent is Extent.HEART
        return self._look.region if self._look is not None and heart else None

    def _paint(self) -> None:
        volume, look = self._volume, self._look
        if volume is None or look is None:
            return
        content = self._display.content
        windowing = Windowing(volume.intensity.dtype, *self._window, inverted=self._inverted)
        if content is not Content.SLICES:
            self._volume_scene.set_phase(self._phase)
            self._volume_scene.set_visible(True)
        if content is Content.SLICES:
            self._stack_pictures.paint(self._phase, windowing, cut_out=LUNG_SHARE * look.levels.muscle)
        if content is not Content.VOLUME:
            self._current_picture.paint(self._phase, windowing, cut_out=None)
        lines = badge_lines(volume, self._phase, self._index, self._display, software=self.software)
        worst = ORIGIN[worst_origin(volume, self._phase)]
        self._captions.set_badge(lines, worst, synthesised=volume.synthesised)

    def _update_visibility(self) -> None:
        shown = self._volume is not None
        content = self._display.content
        self._volume_scene.set_visible(shown and content is not Content.SLICES)
        self._stack_pictures.set_visible(shown and content is Content.SLICES)
        self._current_picture.set_visible(shown and content is not Content.VOLUME)
        self._frames.set_visible(
            stack=shown and content is not Content.VOLUME, current=shown and self._annotations
        )
        self._frames.set_labels_visible(self._annotations)
        known = self._volume is not None and self._volume.geometry.known
        self._cube.set_visible(known and self._annotations)
        self._crosshair.set_visible(shown and self._crosshair_visible)

    def _choose_kept_side(self) -> None:
        """A cut takes away the half towards the reader, and keeps to it when the heart is turned."""
        axis = self._display.cut.axis
        if self._images is not None and axis is not None:
            forward = self._plotter.renderer.GetActiveCamera().GetDirectionOfProjection()
            self._kept_side = 1.0 if self._images.grid.axes[:, axis] @ forward >= 0 else -1.0

    def _bounds(self) -> tuple[FloatArray, FloatArray]:
        """First and last corner of the kept part, continuous ``(slice, row, column)`` of the rendered grid."""
        assert self._images is not None
        rows, columns = self._images.rows, self._images.columns
        first = np.array([0, rows.start, columns.start], dtype=np.float64)
        size = np.array(self._images.shape, dtype=np.float64) - 1
        box = self._display.box
        return first + size * np.array(box.low), first + size * np.array(box.high)

    def _corners(self) -> FloatArray:
        assert self._images is not None
        low, high = self._bounds()
        corners = np.stack(np.meshgrid(*zip(low, high, strict=True), indexing="ij"), axis=-1).reshape(-1, 3)
        return self._images.grid.to_patient(corners)

    def _update_clipping(self) -> None:
        if self._images is None:
            return
        grid = self._images.grid
        low, high = self._bounds()
        planes: list[vtkPlane] = []
        for axis in range(3):
            normal = grid.axes[:, axis]
            if self._display.box.low[axis] > 0:
                planes.append(plane(grid.to_patient(low), normal))
            if self._display.box.high[axis] < 1:
                planes.append(plane(grid.to_patient(high), -normal))
        if self._display.cut.axis is not None:
            kept = grid.axes[:, self._display.cut.axis] * self._kept_side
            planes.append(plane(self._position, -kept if self._display.cut_reversed else kept))
        self._volume_scene.set_clipping(planes)
