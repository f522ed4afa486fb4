"""The half-width of the interval as a volume beside a result."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calid_core.cli.outputs import destinations
from calid_core.errors import OutputError, SettingsError
from calid_core.io import only_short_axis, read_stack, scan
from calid_core.io.derived_volume import write_reconstruction
from calid_core.io.volume import write_volume
from calid_core.io.volume_files import interval_of
from calid_core.io.volume_headers import read_header
from calid_core.pipeline import reconstruct
from calid_core.real_values import RealScale
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, ReconstructionSettings
from tests.core.test_pipeline import make_stack


@pytest.fixture
def made() -> Reconstruction:
    """A result with half-widths of 0 where it was acquired and 0.5, 1, 1.5 … between."""
    linear = reconstruct(make_stack(np.int16), ReconstructionSettings(method=Method.LINEAR, slice_spacing=5))
    half_width = np.zeros(linear.intensity.shape, np.float16)
    between = [k for k in range(linear.geometry.slices) if k not in linear.acquired_indices]
    half_width[:, between] = 0.5 * (1 + np.arange(len(between)))[:, None, None]
    source = replace(linear.acquired.source, real=RealScale(-2.0, 30.0))
    acquired = replace(linear.acquired, source=source)
    calid = replace(linear.settings, method=Method.CALID)
    return replace(linear, acquired=acquired, settings=calid, half_width=half_width)


@pytest.mark.parametrize("suffix", [".nii.gz", ".NII", ".nrrd", ".nhdr", ".mha", ".mhd"])
def test_half_widths_lie_on_the_grid_of_the_result_and_are_no_intensities(
    suffix: str, made: Reconstruction, tmp_path: Path
) -> None:
    path = tmp_path / f"out{suffix}"
    write_reconstruction(path, made, interval=True)
    written = read_stack(tmp_path / f"out-interval{suffix}")
    assert written.intensity.dtype == np.float32
    np.testing.assert_array_equal(written.intensity, made.half_width)
    np.testing.assert_allclose(written.geometry.affine, made.geometry.affine, atol=1e-4)
    assert len(written.made_slices) == written.slices
    assert "not for diagnosis" in read_header(interval_of(path)).description
    assert written.source.real == RealScale(2.0 if "nii" in suffix.lower() else 1.0)
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["interval"] == "-interval"
    write_reconstruction(path, made)
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["interval"] is None


def test_a_study_with_a_result_and_its_interval_is_read_as_without_them(
    made: Reconstruction, tmp_path: Path
) -> None:
    stack = made.acquired
    write_volume(tmp_path / "heart.nii", stack.intensity, stack.geometry, stack.phase_times)
    write_reconstruction(tmp_path / "dense.nii", made, interval=True)
    assert only_short_axis(scan([tmp_path])).label == "heart"


def test_nothing_is_uncertain_where_nothing_was_made(made: Reconstruction, tmp_path: Path) -> None:
    calid = ReconstructionSettings(slice_spacing=20)
    write_reconstruction(tmp_path / "out.nii", reconstruct(made.acquired, calid), interval=True)
    assert not read_stack(tmp_path / "out-interval.nii").intensity.any()


def test_an_interpolation_has_no_interval(tmp_path: Path) -> None:
    linear = reconstruct(make_stack(), ReconstructionSettings(method=Method.LINEAR, slice_spacing=5))
    with pytest.raises(ValueError, match="linear gives no interval"):
        write_reconstruction(tmp_path / "out.nii", linear, interval=True)
    assert not list(tmp_path.iterdir())


def test_an_interval_replaces_intervals_and_nothing_else(made: Reconstruction, tmp_path: Path) -> None:
    path, source = tmp_path / "out.nii", tmp_path / "heart.nii"
    (tmp_path / "out-interval.nii").write_text("a patient's")
    told = r"out-interval\.nii is there and is no interval of a result"
    with pytest.raises(OutputError, match=told):
        write_reconstruction(path, made, interval=True)
    with pytest.raises(SettingsError, match=told):
        destinations([source], path, None, interval=True)
    assert destinations([source], path, None)
    (tmp_path / "out-interval.nii").unlink()
    for _ in range(2):
        write_reconstruction(path, made, interval=True)
        assert destinations([source], path, None, interval=True)


def test_a_result_that_is_called_like_the_interval_of_another_is_refused(tmp_path: Path) -> None:
    inputs = [tmp_path / "a.nii", tmp_path / "a-interval.nii"]
    with pytest.raises(SettingsError, match=r"would both be written to a-interval\.nii"):
        destinations(inputs, None, tmp_path / "out", interval=True)
    assert destinations(inputs, None, tmp_path / "out")
