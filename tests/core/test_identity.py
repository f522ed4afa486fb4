"""Keys of stacks and reconstructions: what changes them and what must not."""

from dataclasses import replace

import numpy as np

from calid_core.cine import CineStack, Source
from calid_core.geometry import Geometry
from calid_core.identity import run_key, stack_digest
from calid_core.settings import Device, ReconstructionSettings


def stack() -> CineStack:
    values = np.random.default_rng(1).integers(0, 900, (2, 3, 4, 5)).astype(np.int16)
    geometry = Geometry.from_spacing((10, 1.5, 1.25), (3, 4, 5))
    return CineStack(values, geometry, np.array([0.0, 40.0]), Source("a", "NIfTI"))


def test_the_same_images_have_the_same_digest_whatever_they_are_called_and_however_they_are_rounded():
    affine = stack().geometry.affine + 1e-7
    renamed = replace(
        stack(),
        geometry=Geometry(affine, stack().geometry.shape),
        phase_times=np.array([0.0, 40.000001]),
        source=Source("b", "DICOM"),
    )
    assert stack_digest(renamed) == stack_digest(stack())


def test_one_voxel_a_place_or_a_moment_changes_the_digest():
    values = np.array(stack().intensity)
    values[1, 2, 3, 4] += 1
    changed = [
        replace(stack(), intensity=values),
        replace(stack(), geometry=Geometry.from_spacing((9.9, 1.5, 1.25), (3, 4, 5))),
        replace(stack(), phase_times=np.array([0.0, 41.0])),
    ]
    assert len({stack_digest(each) for each in (stack(), *changed)}) == 4


def test_where_a_run_was_made_does_not_change_its_key_and_what_was_asked_for_does():
    asked = ReconstructionSettings(device=Device.CPU)
    key = run_key("a" * 64, asked, "model")
    assert key == run_key("a" * 64, replace(asked, device=Device.CUDA), "model")
    others = [run_key("a" * 64, replace(asked, seed=1), "model"), run_key("a" * 64, asked, "other")]
    assert len({key, *others, run_key("b" * 64, asked, "model"), run_key("a" * 64)}) == 5
