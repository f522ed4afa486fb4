"""The beating volume."""

from collections import OrderedDict
from collections.abc import Sequence

import pyvista as pv
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPlaneCollection
from vtkmodules.vtkRenderingCore import vtkVolume
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper
from vtkmodules.vtkRenderingVolumeOpenGL2 import vtkOpenGLGPUVolumeRayCastMapper

from app.scenes.byte_scale import ByteScale
from app.scenes.phase_images import PhaseImages
from app.scenes.preset import apply_levels, make_property
from app.scenes.quality import FrameBudget, Quality
from app.scenes.tissue import TissueLevels
from app.scenes.vtk_image import patient_matrix, volume_image

VolumeMapper = vtkFixedPointVolumeRayCastMapper | vtkOpenGLGPUVolumeRayCastMapper

FINE_STEP, COARSE_STEP = 0.6, 1.0
"""Step along a ray of a still and of a moving picture, voxels."""


class VolumeScene:
    """One volume prop whose phase is switched.

    On the CPU every phase has a ray caster of its own, because that keeps the gradients: a phase that was
    shown once comes back four to ten times faster. On the GPU one ray caster takes the phases in turn, so that the
    graphics memory holds one.

    Parameters
    ----------
    plotter
        Where it is drawn.
    software
        Whether there is no GPU.
    """

    def __init__(self, plotter: pv.BasePlotter, *, software: bool) -> None:
        self._properties = make_property()
        self._prop = vtkVolume()
        self._prop.SetProperty(self._properties)
        self._prop.PickableOff()
        self._prop.VisibilityOff()
        self._renderer = plotter.renderer
        self._renderer.AddVolume(self._prop)
        self._images: PhaseImages | None = None
        self._mappers: OrderedDict[int, VolumeMapper] = OrderedDict()
        self._gpu = None if software else vtkOpenGLGPUVolumeRayCastMapper()
        self._planes = vtkPlaneCollection()
        self._quality = Quality.STILL
        self._budget = FrameBudget()

    def show(self, images: PhaseImages | None) -> None:
        """Show another cine; None shows nothing."""
        self._images = images
        self._mappers.clear()
        self._prop.VisibilityOff()
        self._prop.SetMapper(None)  # type: ignore[arg-type]  # it holds a phase and its gradients
        if images is not None:
            row, column = images.rows.start, images.columns.start
            self._prop.SetUserMatrix(patient_matrix(images.grid, row=row, column=column))

    def set_levels(self, levels: TissueLevels, scale: ByteScale) -> None:
        """Place the transfer functions; see ``preset.apply_levels``."""
        apply_levels(self._properties, levels, scale)

    def set_phase(self, phase: int) -> None:
        """Show a phase of the cine."""
        if self._images is None:
            return
        self._prop.SetMapper(self._mapper(phase))
        self._prop.VisibilityOn()

    def set_visible(self, visible: bool) -> None:
        """Show or hide the volume."""
        self._prop.SetVisibility(visible and self._images is not None)

    def set_clipping(self, planes: Sequence[vtkPlane]) -> None:
        """Clip everything that lies against the normal of any of some planes, LPS mm."""
        self._planes.RemoveAllItems()
        for plane in planes:
            self._planes.AddItem(plane)
        for mapper in self._all_mappers():
            mapper.SetClippingPlanes(self._planes)

    def set_quality(self, quality: Quality) -> None:
        """Draw for a still picture or for one that moves."""
        self._quality = quality
        for mapper in self._all_mappers():
            self._set_distances(mapper)

    def prepared(self, phase: int) -> bool:
        """Whether a phase was shown before, so that drawing it takes no preparation."""
        ready = self._images is not None and self._images.current(phase)
        return ready and (self._gpu is not None or phase in self._mappers)

    def frame_took(self, seconds: float) -> None:
        """Learn from a moving frame of a prepared phase how finely the next ones may be cast."""
        before = self._budget.image_distance
        self._budget.took(seconds)
        if self._budget.image_distance != before:
            self.set_quality(self._quality)

    def _all_mappers(self) -> list[VolumeMapper]:
        return list(self._mappers.values()) if self._gpu is None else [self._gpu]

    def _mapper(self, phase: int) -> VolumeMapper:
        assert self._images is not None
        if self._gpu is not None:
            self._gpu.SetInputData(volume_image(self._images.image(phase), self._images.spacing))
            return self._configured(self._gpu)
        if phase not in self._mappers or not self._images.current(phase):
            mapper = self._mappers.get(phase) or vtkFixedPointVolumeRayCastMapper()
            mapper.SetInputData(volume_image(self._images.image(phase), self._images.spacing))
            self._mappers[phase] = self._configured(mapper)
            while len(self._mappers) > self._images.capacity:
                self._mappers.popitem(last=False)
        self._mappers.move_to_end(phase)
        return self._mappers[phase]

    def _configured(self, mapper: VolumeMapper) -> VolumeMapper:
        mapper.AutoAdjustSampleDistancesOff()
        mapper.SetClippingPlanes(self._planes)
        self._set_distances(mapper)
        return mapper

    def _set_distances(self, mapper: VolumeMapper) -> None:
        if self._images is None:
            return
        voxel = min(self._images.spacing)
        if self._gpu is not None:
            mapper.SetSampleDistance(voxel * FINE_STEP)
            return
        still = self._quality is Quality.STILL
        mapper.SetSampleDistance(voxel * (FINE_STEP if still else COARSE_STEP))
        mapper.SetImageSampleDistance(self._budget.still_distance if still else self._budget.image_distance)
