"""The bundled sample: a computed phantom, so that the program shows a heart before any file is opened."""

from functools import lru_cache

from calid_core.cine import CineStack
from calid_core.geometry import Geometry
from calid_core.phantom import AcquisitionParameters, Phantom, PhantomParameters

SAMPLE_LABEL = "Sample: computed phantom, not a patient"
_PARAMETERS = PhantomParameters(seed=7)


@lru_cache(maxsize=1)
def sample_phantom() -> Phantom:
    """The patient of the sample."""
    return Phantom(_PARAMETERS)


@lru_cache(maxsize=1)
def sample_stack() -> CineStack:
    """Sparse short-axis cine of the sample: 12 slices, 10 mm apart and 8 mm thick, at 25 phases."""
    phantom = sample_phantom()
    return phantom.render(
        phantom.short_axis(), 25, acquisition=AcquisitionParameters(seed=7), label=SAMPLE_LABEL
    )


def sample_truth(spacing: float = 2.0, phases: int = 25) -> CineStack:
    """The same heart without noise or breath-hold shifts, slices ``spacing`` mm apart."""
    phantom = sample_phantom()
    geometry: Geometry = phantom.short_axis().densified(spacing)[0]
    acquisition = AcquisitionParameters(noise=0, breath_hold_shift=0)
    return phantom.render(geometry, phases, acquisition=acquisition, label=SAMPLE_LABEL)
