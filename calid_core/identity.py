"""What a verdict is about, by content: the same images, settings and weights give the same key on every machine."""

import hashlib
import json
from weakref import WeakKeyDictionary

import numpy as np

from calid_core.arrays import IntensityArray
from calid_core.cine import CineStack
from calid_core.reconstruction import Reconstruction
from calid_core.settings import ReconstructionSettings

_KNOWN: WeakKeyDictionary[CineStack, str] = WeakKeyDictionary()


def stack_digest(stack: CineStack) -> str:
    """SHA-256 of intensities, placement and times of a stack; computed once per stack.

    It depends on the images alone, not on names, paths or the order of files.
    """
    known = _KNOWN.get(stack)
    if known is None:
        known = _KNOWN[stack] = _stack_digest(stack)
    return known


def _stack_digest(stack: CineStack) -> str:
    digest = hashlib.sha256(b"calid-stack-1\n")
    digest.update(f"{stack.intensity.shape} {stack.intensity.dtype.newbyteorder('<').str}\n".encode())
    for values in (stack.geometry.affine, stack.geometry.slice_offsets, stack.phase_times):
        # Rounded: readers differ in the last bits.
        digest.update(np.round(np.asarray(values, dtype="<f8"), 4).tobytes())
    _update(digest, stack.intensity)
    return digest.hexdigest()


def intensity_digest(intensity: IntensityArray) -> str:
    """SHA-256 of an array's shape, type and little-endian values."""
    digest = hashlib.sha256(f"{intensity.shape} {intensity.dtype.newbyteorder('<').str}\n".encode())
    _update(digest, intensity)
    return digest.hexdigest()


def _update(digest: "hashlib._Hash", intensity: IntensityArray) -> None:
    little = intensity.dtype.newbyteorder("<")
    for volume in intensity:
        digest.update(np.ascontiguousarray(volume, dtype=little).data)


def run_key(source_digest: str, settings: ReconstructionSettings | None = None, model_id: str = "") -> str:
    """Key of a reconstruction, 64 hexadecimal digits; without settings that of the acquired stack itself.

    The device is left out: it changes the time a run takes, not what was asked for.
    """
    asked = None if settings is None else settings.to_dict()
    if asked is not None:
        del asked["device"]
    content = {"model": model_id, "settings": asked, "source": source_digest}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def reconstruction_key(reconstruction: Reconstruction) -> str:
    """Key of a finished reconstruction."""
    return run_key(stack_digest(reconstruction.acquired), reconstruction.settings, reconstruction.model_id)
