"""What can be shown of a series: its acquired slices and its reconstruction runs, as layers, runs and volumes.

Value types only, no Qt. They are replaced, not changed, with one exception: the arrays of a running
reconstruction. The worker fills a phase of ``Run.intensity``, then the GUI thread sets ``Run.ready``; what is not
ready is not read.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from app.labels import HELD_OUT, run_label, stack_label
from app.translation import in_english, tr
from calid_core.arrays import BoolArray, FloatArray, IntensityArray, frozen
from calid_core.checks.kinds import Check
from calid_core.checks.ranking import rank
from calid_core.checks.report import CheckReport
from calid_core.checks.results import LeaveOneOut, PassThrough
from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.provenance import (
    SliceOrigin,
    SliceProvenance,
    SourceSlice,
    holds_synthesised,
    made_by,
    nearest_first,
)
from calid_core.real_values import STORED, RealScale
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings


@dataclass(frozen=True)
class Layer:
    """Which version of the active stack is shown: the acquired slices (``run_id`` None) or a run.

    Parameters
    ----------
    run_id
        The run; None for the acquired slices.
    held_out
        Whether the acquired slices are shown as the run's leave-one-out check made them again.
    """

    run_id: int | None = None
    held_out: bool = False

    @property
    def acquired(self) -> bool:
        """Whether this is the acquired stack itself."""
        return self.run_id is None


ACQUIRED = Layer()


@dataclass(frozen=True, eq=False)
class Run:
    """One reconstruction of the active stack, finished or not.

    Parameters
    ----------
    id
        Unique in this session, counted from 1.
    series_id
        The series it was made from.
    label
        Short name for people: ``Linear 2.0 mm``, ``CaLID 2.0 mm seed 0``.
    settings, geometry, provenance, acquired
        As in ``Reconstruction``; ``acquired`` is the whole stack.
    intensity
        ``(phases, slices, rows, columns)`` for every phase of the stack. Acquired slices are there from the
        start; the others of a phase are 0 until ``ready[phase]``.
    ready
        ``(phases,)``, which phases are complete.
    reconstruction
        The result; None until finished.
    checks
        What the checks found, from the end on that acquired slices passed through; None until finished.
    """

    id: int
    series_id: int
    label: str
    settings: ReconstructionSettings
    geometry: Geometry
    provenance: tuple[SliceProvenance, ...]
    acquired: CineStack
    intensity: IntensityArray = field(repr=False)
    ready: BoolArray = field(repr=False)
    reconstruction: Reconstruction | None = None
    checks: CheckReport | None = field(default=None, repr=False)

    @property
    def written(self) -> str:
        """The label in English, for files."""
        return run_label(self.settings, self.geometry.pitch, in_english)

    @property
    def layer(self) -> Layer:
        """The layer that shows this run."""
        return Layer(self.id)

    @property
    def held_out_layer(self) -> Layer | None:
        """The layer that shows what leave-one-out made of the acquired slices; None where it was not run."""
        test = self.checks.leave_one_out if self.checks else None
        return Layer(self.id, held_out=True) if test is not None and test.made is not None else None

    @property
    def proof(self) -> PassThrough | None:
        """What was found when the acquired slices of the finished data were compared with the stack; None until then."""
        return self.checks.pass_through if self.checks else None

    def finished(self, reconstruction: Reconstruction, proof: PassThrough) -> "Run":
        """The run with its result, whose array it shows from now on, and the proof that acquired slices passed through."""
        report = CheckReport.begun(self.written, self.acquired, self.settings, reconstruction.model_id)
        return replace(
            self,
            reconstruction=reconstruction,
            intensity=reconstruction.intensity,
            provenance=reconstruction.provenance,
            checks=rank(report.with_result(Check.PASS_THROUGH, proof), reconstruction),
        )


@dataclass(frozen=True, eq=False)
class Volume:
    """What a layer shows: a dense or sparse cine on one grid.

    Parameters
    ----------
    label
        ``Acquired`` or the label of the run.
    intensity
        ``(phases, slices, rows, columns)``.
    geometry
        Its grid.
    provenance
        One entry per slice.
    ready
        ``(phases,)``, which phases are complete.
    english
        The label in English; empty where it is that already.
    made_within
        ``(first row, end row, first column, end column)`` around which made slices are linear interpolation; empty where the
        method made the whole of them.
    real
        Stored intensities as the real values that people read.
    """

    label: str
    intensity: IntensityArray
    geometry: Geometry
    provenance: tuple[SliceProvenance, ...]
    ready: BoolArray
    english: str = ""
    made_within: tuple[int, ...] = ()
    real: RealScale = STORED

    @property
    def written(self) -> str:
        """The label in English, for files."""
        return self.english or self.label

    @property
    def slices(self) -> int:
        """Number of slices."""
        return self.geometry.slices

    @property
    def acquired_indices(self) -> tuple[int, ...]:
        """Slices that were acquired, in order."""
        return tuple(i for i, p in enumerate(self.provenance) if p.origin is SliceOrigin.ACQUIRED)

    @property
    def synthesised(self) -> bool:
        """Whether any slice was synthesised."""
        return holds_synthesised(self.provenance)

    def origin(self, index: int) -> SliceOrigin:
        """Where a slice comes from."""
        return self.provenance[index].origin

    def has_frame(self, phase: int, index: int) -> bool:
        """Whether a slice of a phase holds an image yet."""
        return bool(self.ready[phase]) or self.origin(index) is SliceOrigin.ACQUIRED

    def nearest_slice(self, position: FloatArray) -> int:
        """Index of the slice nearest to an LPS position in mm, within the stack."""
        index = float(self.geometry.to_index(position)[0])
        low = int(np.clip(np.floor(index), 0, self.slices - 1))
        high = min(low + 1, self.slices - 1)
        offsets = self.geometry.slice_offsets
        along = float(self.geometry.along(position))
        return high if abs(along - offsets[high]) < abs(along - offsets[low]) else low

    def on_slice(self, position: FloatArray, index: int) -> FloatArray:
        """``(3,)``, LPS mm in the same row and column of a slice; of the slice at the end where there is no such one."""
        place = self.geometry.to_index(position)
        place[0] = np.clip(index, 0, self.slices - 1)
        return self.geometry.to_patient(place)

    @classmethod
    def of_stack(cls, stack: CineStack) -> "Volume":
        """A stack as it was opened: every phase ready, slices acquired unless its source says otherwise."""
        ready = frozen(np.ones(stack.phases, dtype=np.bool_))
        english = stack_label(stack, in_english)
        return cls(
            stack_label(stack),
            stack.intensity,
            stack.geometry,
            stack.provenance,
            ready,
            english,
            real=stack.source.real,
        )

    @classmethod
    def of_run(cls, run: Run) -> "Volume":
        """A run as a volume; the arrays are shared, so that phases appear as they are ready."""
        real = run.acquired.source.real
        return cls(run.label, run.intensity, run.geometry, run.provenance, run.ready, run.written, real=real)

    @classmethod
    def of_held_out(cls, run: Run, test: LeaveOneOut, made: IntensityArray) -> "Volume":
        """The acquired grid with every tested slice as it was made again without itself.

        Parameters
        ----------
        run
            The run whose method was tested.
        test
            The leave-one-out check.
        made
            ``(tested slices, phases, rows, columns)``.
        """
        stack = run.acquired
        intensity = np.array(stack.intensity)
        ready = np.zeros(stack.phases, dtype=np.bool_)
        ready[list(test.phases)] = True
        offsets = stack.geometry.slice_offsets
        provenance = list(cls.of_stack(stack).provenance)
        origin = made_by(test.method)
        for images, index in zip(made, test.slices, strict=True):
            intensity[list(test.phases), index] = images
            around = [i for i in (index - 1, index + 1) if 0 <= i < stack.slices]
            sources = [SourceSlice(i, float(abs(offsets[i] - offsets[index]))) for i in around]
            provenance[index] = SliceProvenance(origin, nearest_first(sources))
        label, english = tr(HELD_OUT).format(label=run.label), HELD_OUT.format(label=run.written)
        return cls(
            label,
            frozen(intensity),
            stack.geometry,
            tuple(provenance),
            frozen(ready),
            english,
            test.made_within,
            stack.source.real,
        )
