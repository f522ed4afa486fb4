"""Every real series reconstructs, and what was acquired comes back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from calid_core.cli import main
from calid_core.geometry import Geometry
from calid_core.io import read_stack
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
ACDC_EVERY = 7
"""One ACDC patient in so many: all take minutes and differ in pitch, type and slices only."""


def check_filled(stack, result):
    assert result.intensity.dtype == stack.intensity.dtype
    assert result.intensity[:, list(result.acquired_indices)].tobytes() == stack.intensity.tobytes()
    assert result.geometry.length == pytest.approx(stack.geometry.length, abs=0.1)
    assert result.geometry.pitch <= 1.5 * result.settings.slice_spacing
    for index, entry in enumerate(result.provenance):
        offset = result.geometry.slice_offsets[index]
        near = entry.sources[0]
        assert abs(offset - stack.geometry.slice_offsets[near.index]) == pytest.approx(near.distance, abs=0.1)


@pytest.mark.parametrize(
    ("patient", "slices"), [("SCD0000101", 56), ("SCD0000201", 61), ("SCD0000301", 37), ("SCD0002001", 51)]
)
def test_sunnybrook_patients_are_filled(sunnybrook, patient, slices):
    stack = read_stack(sunnybrook / "dicom" / patient)
    result = reconstruct(stack, LINEAR)
    assert result.geometry.slices == slices
    check_filled(stack, result)
    assert result.warnings == ()


def test_the_pig_is_filled(pig):
    stack = read_stack(pig / "pig" / "short-axis")
    result = reconstruct(stack, LINEAR)
    assert result.geometry.slices == 39
    check_filled(stack, result)


def test_a_pitch_of_17_mm_is_filled_with_a_warning(bivme):
    stack = read_stack(bivme)
    result = reconstruct(stack, LINEAR)
    check_filled(stack, result)
    assert any("17.7 mm apart" in warning for warning in result.warnings)


def test_acdc_patients_are_filled_in_spite_of_their_headers(acdc):
    volumes = sorted(p for p in acdc.glob("patient*/*_frame*.nii.gz") if "_gt" not in p.name)
    assert len(volumes) == 200
    for path in volumes[::ACDC_EVERY]:
        stack = read_stack(path)
        check_filled(stack, reconstruct(stack, LINEAR))


def test_a_whole_acdc_cine_is_written_and_read_back(acdc, tmp_path):
    source = acdc / "patient090" / "patient090_4d.nii.gz"
    out = tmp_path / "out.nii.gz"
    assert main(["reconstruct", str(source), "--output", str(out), "--method", "cubic"]) == 0
    before, after = read_stack(source), read_stack(out)
    sidecar = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    acquired = [s["index"] for s in sidecar["slices"] if s["origin"] == "acquired"]
    np.testing.assert_array_equal(after.intensity[:, acquired], before.intensity)
    assert after.geometry.pitch == pytest.approx(sidecar["output"]["pitch"], abs=1e-4)
    assert "patient090" not in (tmp_path / "out.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", list(Mode))
def test_the_shipped_model_fills_a_real_patient(acdc, mode):
    """A slice of a 5 mm patient is hidden: what the model puts there is nearer to it than the nearest slice."""
    stack = read_stack(acdc / "patient035" / "patient035_frame01.nii.gz")
    middle = stack.slices // 2
    truth = stack.intensity[0, middle].astype(float)
    hidden = _without_odd_slices(stack, middle)
    settings = ReconstructionSettings(mode=mode, slice_spacing=5.0, steps=2, device=Device.CPU)
    result = reconstruct(hidden, settings)
    check_filled(hidden, result)
    assert [p.origin for p in result.provenance] == [
        SliceOrigin.ACQUIRED,
        SliceOrigin.SYNTHESISED,
        SliceOrigin.ACQUIRED,
        SliceOrigin.SYNTHESISED,
        SliceOrigin.ACQUIRED,
    ]
    nearest = reconstruct(hidden, ReconstructionSettings(method=Method.NEAREST, slice_spacing=5.0))
    assert _error(result, truth) < _error(nearest, truth)


def _without_odd_slices(stack, middle):
    """Slices middle - 3, - 1, + 1: the pitch is twice that of the stack, and ``middle`` lies in the last gap."""
    chosen = [middle - 3, middle - 1, middle + 1]
    affine = stack.geometry.affine.copy()
    affine[:3, 0] *= 2
    geometry = Geometry(affine, (3, *stack.geometry.shape[1:]), known=stack.geometry.known)
    return replace(stack, intensity=stack.intensity[:, chosen], geometry=geometry, slice_states=())


def _error(result, truth):
    return np.sqrt(np.mean((result.intensity[0, 3].astype(float) - truth) ** 2))
