"""An analytic beating heart in a chest, on any grid, with true labels and volumes.

>>> phantom = Phantom(PhantomParameters.random(np.random.default_rng(1)))
>>> stack = phantom.render(phantom.short_axis(slices=10, pitch=10.0), phases=25)
>>> phantom.edv, phantom.esv, phantom.ejection_fraction
"""

from calid_core.phantom.acquisition import AcquisitionParameters
from calid_core.phantom.motion import phase_fractions
from calid_core.phantom.parameters import (
    BodyParameters,
    HeartParameters,
    Pathology,
    PhantomParameters,
    Scar,
)
from calid_core.phantom.phantom import Phantom

__all__ = [
    "AcquisitionParameters",
    "BodyParameters",
    "HeartParameters",
    "Pathology",
    "Phantom",
    "PhantomParameters",
    "Scar",
    "phase_fractions",
]
