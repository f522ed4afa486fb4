"""The bundled sample: a computed phantom, so that the program shows a heart before any file is opened."""

from functools import lru_cache

from calid_core.cine import CineStack
from calid_core.phantom import AcquisitionParameters, Phantom, PhantomParameters

SAMPLE_LABEL = "Sample: computed phantom, not a patient"


@lru_cache(maxsize=1)
def sample_stack() -> CineStack:
    """Sparse short-axis cine of the sample: 12 slices, 10 mm apart and 8 mm thick, at 25 phases."""
    phantom = Phantom(PhantomParameters(seed=7))
    return phantom.render(
        phantom.short_axis(), 25, acquisition=AcquisitionParameters(seed=7), label=SAMPLE_LABEL
    )
