from dataclasses import replace

import numpy as np
import pytest

from calid_core.models.checkpoint import CalidModel, load_model
from calid_core.training.pack import PackedVolume
from calid_core.training.phantoms import phantom_volumes
from calid_core.training.places import offsets, places, with_places


@pytest.fixture(scope="module")
def model() -> CalidModel:
    return load_model("cpu")


@pytest.fixture(scope="module")
def heart() -> PackedVolume:
    """A computed heart as it is acquired: slices 7.5 mm apart."""
    (dense,) = phantom_volumes(1, 128)
    return replace(dense, intensity=dense.intensity[::6], pitch=6 * dense.pitch)


def test_places_are_the_smallest_that_explain_the_offsets() -> None:
    assert not places(np.zeros((6, 2))).any()
    single = np.zeros((9, 2))
    single[4] = 2.0, -1.0
    offset = single.copy()
    offset[1:-1] -= 0.5 * (single[:-2] + single[2:])
    found = places(offset)
    np.testing.assert_allclose(found, single, atol=0.6)
    assert np.abs(found).sum(axis=1).argmax() == 4
    assert np.square(found).sum() < np.square(single).sum()


def test_even_drift_through_the_stack_is_anatomy() -> None:
    drift = np.outer(np.arange(7.0), (1.0, -0.5))
    offset = np.zeros_like(drift)
    offset[1:-1] = drift[1:-1] - 0.5 * (drift[:-2] + drift[2:])
    assert np.abs(places(offset)).max() < 1e-12


def test_a_moved_slice_is_found_where_it_was_moved_to(model: CalidModel, heart: PackedVolume) -> None:
    moved = heart.intensity.copy()
    moved[2] = np.roll(moved[2], (2, -3), (0, 1))
    before, after = offsets(model, [heart]), offsets(model, [replace(heart, intensity=moved)])
    np.testing.assert_allclose(after[2] - before[2], (2.0, -3.0), atol=0.5)
    np.testing.assert_array_equal(after[[0, -1]], 0.0)


def test_places_are_measured_of_training_patients_alone(model: CalidModel, heart: PackedVolume) -> None:
    held_out = replace(heart, subject="patient005", validation=True)
    flat = replace(heart, subject="flat", intensity=heart.intensity[:2])
    smaller = replace(heart, subject="uneven", phase=2, intensity=heart.intensity[:, 1:])
    uneven = (replace(heart, subject="uneven"), smaller)
    dense = replace(heart, subject="phantom", pitch=1.25)
    placed = with_places(model, (replace(heart, subject="a"), held_out, flat, *uneven, dense))
    assert [v.place is None for v in placed] == [False, True, True, True, True, True]
    assert placed[0].place is not None
    assert placed[0].place.shape == (len(heart.intensity), 2)
    np.testing.assert_array_equal(placed[0].intensity, heart.intensity)
