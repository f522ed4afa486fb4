"""The phantom: exact volumes, true motion, and images that agree with the labels."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from calid_core.arrays import FloatArray
from calid_core.cli import main
from calid_core.errors import SettingsError
from calid_core.geometry import Geometry
from calid_core.phantom import (
    AcquisitionParameters,
    HeartParameters,
    Pathology,
    Phantom,
    PhantomParameters,
    phase_fractions,
)
from calid_core.phantom.acquisition import measure
from calid_core.sample import SAMPLE_LABEL, sample_stack
from calid_core.structures import LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE

NOISE_FREE = AcquisitionParameters(noise=0, breath_hold_shift=0)
NORMAL = Phantom()
PATIENTS = [
    Phantom(PhantomParameters.random(np.random.default_rng(seed), pathology=pathology))
    for seed, pathology in enumerate(Pathology)
]
SYSTOLE = NORMAL.parameters.heart.systole


def dense(phantom: Phantom, spacing: float = 2.0, start: float = -24.0) -> Geometry:
    """Short-axis grid over the whole heart."""
    return phantom.short_axis(
        slices=int(165 / spacing), pitch=spacing, rows=100, columns=104, pixel=1.5, start=start
    )


def volume(labels: np.ndarray, label: int, geometry: Geometry) -> FloatArray:  # type: ignore[type-arg]
    """Volume of a label at every phase by counting voxels, ml."""
    counts = (labels == label).sum((1, 2, 3))
    return np.asarray(counts * np.prod(geometry.spacing) / 1000)


@pytest.mark.parametrize("phantom", PATIENTS, ids=[p.value for p in Pathology])
def test_counting_voxels_gives_the_stated_volumes_and_ejection_fraction(phantom: Phantom) -> None:
    geometry = dense(phantom)
    systole = phantom.parameters.heart.systole
    counted = volume(phantom.labels(geometry, [0.0, systole]), LEFT_VENTRICLE, geometry)
    assert counted == pytest.approx([phantom.edv, phantom.esv], rel=0.01)
    assert 1 - counted[1] / counted[0] == pytest.approx(phantom.ejection_fraction, abs=0.005)


@pytest.mark.parametrize("phantom", PATIENTS, ids=[p.value for p in Pathology])
def test_the_wall_keeps_its_volume_while_it_thickens(phantom: Phantom) -> None:
    geometry = dense(phantom)
    fractions = [0.0, 0.15, phantom.parameters.heart.systole, 0.6]
    counted = volume(phantom.labels(geometry, fractions), MYOCARDIUM, geometry)
    assert counted == pytest.approx(np.full(4, phantom.myocardial_volume), rel=0.01)


def test_volumes_are_largest_at_the_r_wave_and_smallest_at_end_systole() -> None:
    fractions = np.linspace(0, 1, 201)
    volumes = NORMAL.volumes(fractions)
    assert volumes.max() == pytest.approx(NORMAL.edv) == volumes[0]
    assert volumes.min() == pytest.approx(NORMAL.esv, rel=1e-3)
    assert fractions[volumes.argmin()] == pytest.approx(SYSTOLE, abs=0.01)


def test_the_cycle_closes() -> None:
    geometry = dense(NORMAL, 20.0)
    first, second = NORMAL.images(geometry, [0.3, 1.3], acquisition=NOISE_FREE)
    np.testing.assert_allclose(first, second, atol=0.5)
    near_end, start = NORMAL.images(geometry, [0.9999, 0.0], acquisition=NOISE_FREE)
    assert np.abs(near_end - start).mean() < 0.2


def test_the_base_descends_by_the_stated_way_and_the_apex_stays() -> None:
    geometry = dense(NORMAL, 1.0)
    labels = NORMAL.labels(geometry, [0.0, SYSTOLE])
    filled = (labels == MYOCARDIUM).any((2, 3))
    first = [int(np.flatnonzero(phase)[0]) for phase in filled]
    last = [int(np.flatnonzero(phase)[-1]) for phase in filled]
    assert first[1] - first[0] == pytest.approx(NORMAL.parameters.heart.base_descent, abs=2)
    assert last[1] == pytest.approx(last[0], abs=2)


def test_the_same_seed_gives_the_same_images() -> None:
    geometry = NORMAL.short_axis(slices=2, pitch=30, start=10, rows=96, columns=96, pixel=3.0)
    parameters = PhantomParameters.random(np.random.default_rng(5))
    again = PhantomParameters.random(np.random.default_rng(5))
    assert parameters == again
    first, second = (Phantom(p).render(geometry, 2) for p in (parameters, again))
    np.testing.assert_array_equal(first.intensity, second.intensity)


@pytest.mark.parametrize("pathology", list(Pathology), ids=[p.value for p in Pathology])
def test_random_patients_are_as_sick_as_asked_for(pathology: Pathology) -> None:
    patients = [
        Phantom(PhantomParameters.random(np.random.default_rng(seed), pathology=pathology))
        for seed in range(5)
    ]
    ejection = np.array([p.ejection_fraction for p in patients])
    cavity = np.array([p.edv for p in patients])
    wall = np.array([p.parameters.heart.wall for p in patients])
    sick = pathology in (Pathology.DILATED, Pathology.SCAR)
    assert (ejection < 0.5).all() if sick else (ejection > 0.5).all()
    assert (cavity > 180).all() if pathology is Pathology.DILATED else (cavity < 280).all()
    assert (wall > 11).all() == (pathology is Pathology.HYPERTROPHIED)


def test_random_acquisitions_are_valid_and_repeatable() -> None:
    first, second = (AcquisitionParameters.random(np.random.default_rng(4)) for _ in range(2))
    assert first == second
    assert first != AcquisitionParameters.random(np.random.default_rng(5))


def test_another_seed_gives_other_noise_but_the_same_heart() -> None:
    geometry = NORMAL.short_axis(slices=1, start=30, rows=96, columns=96, pixel=3.0)
    one, two = (
        NORMAL.images(geometry, [0.0], acquisition=AcquisitionParameters(seed=seed, breath_hold_shift=0))
        for seed in (1, 2)
    )
    assert not np.array_equal(one, two)
    assert np.abs(one - two).mean() < 10


@pytest.mark.parametrize(("resolution", "left"), [(1.0, 1.0), (0.95, 0.75), (0.8, 0.75), (0.65, 0.75)])
def test_the_stated_noise_is_left_at_full_resolution_and_three_quarters_of_it_below(
    resolution: float, left: float
) -> None:
    acquisition = AcquisitionParameters(noise=4.0, resolution=resolution)
    image = measure(np.zeros((20, 128, 128), np.float32), acquisition, np.random.default_rng(0))
    # The square of the magnitude of noise alone is that of its two parts.
    assert np.sqrt((image.astype(np.float64) ** 2).mean() / 2) == pytest.approx(4.0 * left, rel=0.02)


def test_a_sub_grid_is_the_dense_rendering_at_its_slices() -> None:
    sparse = NORMAL.short_axis(slices=3, pitch=30, rows=72, columns=72, pixel=3.0)
    fine, source = sparse.densified(10.0)
    fractions = phase_fractions(2)
    some = NORMAL.images(sparse, fractions, acquisition=NOISE_FREE)
    every = NORMAL.images(fine, fractions, acquisition=NOISE_FREE)
    np.testing.assert_allclose(every[:, source == np.rint(source)], some, atol=0.5)


def test_a_crop_of_the_grid_shows_a_crop_of_the_image() -> None:
    acquisition = dataclasses.replace(NOISE_FREE, resolution=1)
    whole = NORMAL.short_axis(slices=2, pitch=30, start=5, rows=80, columns=80, pixel=3.0)
    affine = whole.affine.copy()
    affine[:3, 3] = whole.to_patient((0, 25, 30))
    part = Geometry(affine, (2, 30, 35))
    large = NORMAL.images(whole, [0.1, 0.36], acquisition=acquisition)
    small = NORMAL.images(part, [0.1, 0.36], acquisition=acquisition)
    assert np.abs(large[:, :, 25:55, 30:65] - small).mean() < 0.1


def test_labels_move_with_the_breath_hold() -> None:
    geometry = NORMAL.short_axis(slices=3, pitch=20, start=15, rows=90, columns=90, pixel=2.0)
    acquisition = AcquisitionParameters(breath_hold_shift=6.0, seed=1)
    still, moved = (NORMAL.labels(geometry, [0.0], acquisition=a)[0] for a in (None, acquisition))
    for index, shift in enumerate(acquisition.shifts(3)):
        centres = [np.argwhere(labels[index] == LEFT_VENTRICLE).mean(0) for labels in (still, moved)]
        np.testing.assert_allclose((centres[0] - centres[1]) * 2.0, shift, atol=0.3)


def test_a_thin_slab_is_the_point_sample() -> None:
    geometry = NORMAL.short_axis(slices=2, pitch=30, start=10, rows=96, columns=96, pixel=3.0)
    point = NORMAL.images(geometry, [0.2], acquisition=AcquisitionParameters.ideal())
    thin = dataclasses.replace(AcquisitionParameters.ideal(), thickness=1e-3, sub_slices=3)
    slab = NORMAL.images(geometry, [0.2], acquisition=thin)
    assert np.abs(slab - point).mean() < 0.5


def test_a_slab_is_the_mean_of_its_sub_slices_where_there_is_no_fat() -> None:
    """Inside blood and muscle the magnitude of the mean is the mean of the magnitudes."""
    geometry = NORMAL.short_axis(slices=1, start=40, rows=64, columns=64, pixel=1.5)
    slab = dataclasses.replace(AcquisitionParameters.ideal(), thickness=6.0, sub_slices=3)
    thick = NORMAL.images(geometry, [0.0], acquisition=slab)[0, 0]
    parts = []
    for offset in (-2.0, 0.0, 2.0):
        affine = geometry.affine.copy()
        affine[:3, 3] += geometry.normal * offset
        moved = Geometry(affine, geometry.shape)
        parts.append(NORMAL.images(moved, [0.0], acquisition=AcquisitionParameters.ideal())[0, 0])
    blood = NORMAL.labels(geometry, [0.0])[0, 0] == LEFT_VENTRICLE
    assert thick[blood].mean() == pytest.approx(np.mean(parts, 0)[blood].mean(), rel=0.02)


def test_blood_is_bright_muscle_dark_and_the_lung_black() -> None:
    geometry = NORMAL.short_axis(slices=1, start=35, rows=160, columns=160, pixel=1.5)
    image = NORMAL.images(geometry, [0.0], acquisition=AcquisitionParameters())[0, 0]
    labels = NORMAL.labels(geometry, [0.0])[0, 0]
    left, muscle, right = (
        np.median(image[labels == n]) for n in (LEFT_VENTRICLE, MYOCARDIUM, RIGHT_VENTRICLE)
    )
    assert 2 < left / muscle < 4.5
    assert 0.6 < right / left < 1.05
    assert np.percentile(image, 20) < 0.1 * left


def test_labels_nest_the_cavity_in_the_wall() -> None:
    geometry = dense(NORMAL, 10.0)
    for phase in NORMAL.labels(geometry, [0.0, SYSTOLE]):
        for image in phase:
            cavity = np.pad(image == LEFT_VENTRICLE, 1)
            border = (
                np.roll(cavity, 1, 0)
                | np.roll(cavity, -1, 0)
                | np.roll(cavity, 1, 1)
                | np.roll(cavity, -1, 1)
            )[1:-1, 1:-1]
            assert np.isin(image[border], (MYOCARDIUM, LEFT_VENTRICLE)).all()


def test_an_oblique_grid_shows_the_same_heart() -> None:
    """The patient's axes are rotated against the heart's, and still count the same volume."""
    spacing, count = 2.0, 110
    affine = np.diag([spacing, spacing, spacing, 1.0])
    affine[:3, :3] = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]]) * spacing
    body = NORMAL.parameters.body
    middle = np.array(body.origin) + 40 * np.array(body.heart_axes[2])
    affine[:3, 3] = middle - spacing * (count - 1) / 2
    axial = Geometry(affine, (count, count, count))
    counted = volume(NORMAL.labels(axial, [0.0]), LEFT_VENTRICLE, axial)
    assert counted[0] == pytest.approx(NORMAL.edv, rel=0.01)


def test_a_scar_thins_the_wall_and_keeps_it_still() -> None:
    scarred = Phantom(PhantomParameters.random(np.random.default_rng(3), pathology=Pathology.SCAR))
    scar = scarred.parameters.heart.scar
    assert scar is not None
    healthy = Phantom(
        dataclasses.replace(
            scarred.parameters, heart=dataclasses.replace(scarred.parameters.heart, scar=None)
        )
    )
    start = scar.level * scarred.parameters.heart.length
    geometry = scarred.short_axis(slices=1, start=start, rows=120, columns=120, pixel=1.0)
    walls = [(p.labels(geometry, [0.0]) == MYOCARDIUM).sum() for p in (scarred, healthy)]
    assert walls[0] < walls[1]


def test_an_ejection_that_the_wall_cannot_do_is_refused() -> None:
    with pytest.raises(SettingsError, match="too large for a wall"):
        Phantom(PhantomParameters(heart=HeartParameters(ejection_fraction=0.85, base_descent=0.0)))
    with pytest.raises(SettingsError, match="cavity_radius is 90 mm, must be 12 to 50 mm"):
        HeartParameters(cavity_radius=90)


def test_the_sample_is_a_sparse_short_axis_cine_that_says_it_is_no_patient() -> None:
    stack = sample_stack()
    assert stack.intensity.shape == (25, 12, 192, 192)
    assert stack.geometry.spacing == pytest.approx((10.0, 1.5, 1.5))
    assert stack.geometry.known
    assert (stack.source.label, stack.source.format) == (SAMPLE_LABEL, "phantom")
    assert stack.thickness == 8.0
    assert stack.cycle == 900.0


def test_the_command_writes_the_cine_its_labels_and_its_volumes(tmp_path: Path) -> None:
    out = tmp_path / "heart.nii.gz"
    words = "--slices 3 --slice-spacing 25 --phases 2 --matrix 48 --pixel 4 --pathology dilated --labels"
    assert main(["phantom", str(out), *words.split()]) == 0
    truth = json.loads((tmp_path / "heart.json").read_text(encoding="utf-8"))
    assert out.exists()
    assert (tmp_path / "heart-labels.nii.gz").exists()
    assert truth["ejection_fraction"] == pytest.approx(1 - truth["esv_ml"] / truth["edv_ml"], abs=1e-3)
    assert len(truth["volume_ml_by_phase"]) == 2


@pytest.mark.parametrize(
    ("lost", "content"),
    [
        ("heart.nii", "a patient's"),
        ("heart-labels.nii", "drawn by an expert"),
        ("heart.json", '{"format": "calid-provenance"}'),
    ],
)
def test_the_command_replaces_phantoms_and_nothing_else(
    lost: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / lost).write_text(content)
    small = "--slices 3 --slice-spacing 25 --phases 2 --matrix 48 --pixel 4 --labels"
    assert main(["phantom", str(tmp_path / "heart.nii"), *small.split()]) == 1
    assert f"{lost} is there and no earlier phantom" in capsys.readouterr().err
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [(lost, content)]
    (tmp_path / lost).unlink()
    assert [main(["phantom", str(tmp_path / "heart.nii"), *small.split()]) for _ in "12"] == [0, 0]
    assert main(["phantom", str(tmp_path / "heart.mha"), *small.split()]) == 1
    assert "heart.json tells of the phantom heart.nii" in capsys.readouterr().err


def test_the_command_refuses_an_unknown_suffix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", str(tmp_path / "heart.png")]) == 2
    assert "its suffix must be one of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--slices 9999", "--slices is 9999, must be 1 to 500"),
        ("--dense-spacing 0", "--dense-spacing is 0, must be 0.5 to 50"),
        ("--dense-spacing nan", "--dense-spacing is nan, must be 0.5 to 50"),
    ],
)
def test_an_argument_out_of_range_is_wrong_use(
    words: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["phantom", str(tmp_path / "heart.nii"), *words.split()]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
