import dataclasses
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import torch

from benchmarks import time_share
from calid_core.errors import InputError
from calid_core.phantom import AcquisitionParameters, Phantom
from calid_core.phantom.motion import ejected_share
from calid_core.training.cine_sources import acdc_cine, collect_cines, phantom_cines, register_slices
from calid_core.training.deformation import between, register
from calid_core.training.pack import PackedVolume, quantise, read_pack, write_pack
from calid_core.training.pseudo_cines import (
    BETWEEN,
    TimeCourse,
    beat,
    expand,
    moments_between,
    random_course,
    store_displacement,
)
from calid_core.training.sources import acdc_volumes, moving_box
from tests.core.evaluation_cases import stack_of


def disc(radius: float, side: int = 64) -> np.ndarray:
    """A bright disc with a soft edge in the middle of an image."""
    row, column = np.indices((side, side)) - (side - 1) / 2
    return (1 / (1 + np.exp(np.hypot(row, column) - radius))).astype(np.float32)


def radius_of(image: np.ndarray) -> float:
    """Radius of a disc of the image's sum, pixels."""
    return float(np.sqrt(image.sum() / np.pi))


@pytest.fixture(scope="module")
def pair() -> tuple[PackedVolume, PackedVolume]:
    """A disc that shrinks from 16 to 10 pixels."""
    first, last = (np.rint(204 * disc(r))[None].astype(np.uint8) for r in (16.0, 10.0))
    displacement = store_displacement(register_slices(first, last))
    box = (10, 54, 10, 54)
    return (
        PackedVolume("p", 0, first, 1.5, 8.0, 0.0, box, True, 0.0, displacement),
        PackedVolume("p", 1, last, 1.5, 8.0, 0.0, box, True, 0.36),
    )


def test_tissue_is_followed_from_one_image_to_the_other():
    displacement = register(disc(16.0), disc(10.0))
    row, column = np.indices((64, 64)) - 31.5
    distance = np.hypot(row, column)
    edge = np.abs(distance - 16) < 1
    inward = -(displacement[0] * row + displacement[1] * column)[edge] / distance[edge]
    assert inward.mean() == pytest.approx(6.0, abs=0.7)


def test_a_pack_without_cines_is_told_in_one_line_where_cines_are_wanted(pair, tmp_path, monkeypatch, capsys):
    still = [dataclasses.replace(volume, displacement=None) for volume in pair]
    write_pack(tmp_path / "pack.npz", still)
    monkeypatch.setattr("sys.argv", ["time_share", str(tmp_path / "pack.npz")])
    with pytest.raises(SystemExit):
        time_share.main()
    assert "give a file of 'calid train pack-cines'" in capsys.readouterr().err.splitlines()[-1]
    write_pack(tmp_path / "cines.npz", pair)
    assert len(time_share.read_cines(tmp_path / "cines.npz")) == 2


def test_a_shrinking_disc_has_a_radius_in_between_and_a_sharp_edge(pair):
    course = TimeCourse(np.array([0.0, 0.2]), np.array([0.0, 0.5]))
    half = list(beat(*pair, course))[1].intensity[0] / 204
    assert radius_of(half) == pytest.approx(13.0, abs=0.5)
    edge = (half[32] > 0.2) & (half[32] < 0.8)
    assert edge.sum() <= 10  # cross-fading leaves a ring of one half, 6 pixels wide on both sides
    assert radius_of((half > 0.5).astype(float)) == pytest.approx(13.0, abs=0.7)


def test_both_ends_of_the_way_are_the_images_themselves(pair):
    first, last = (torch.from_numpy(v.intensity.astype(np.float32))[:, None] for v in pair)
    displacement = torch.from_numpy(register_slices(pair[0].intensity, pair[1].intensity))
    torch.testing.assert_close(between(first, last, displacement, torch.zeros(1)), first, atol=0.01, rtol=0)
    torch.testing.assert_close(between(first, last, displacement, torch.ones(1)), last, atol=0.01, rtol=0)


def test_phases_of_share_zero_and_one_are_the_acquired_volumes(pair):
    course = TimeCourse(np.array([0.0, 0.36]), np.array([0.0, 1.0]))
    diastole, systole = beat(*pair, course)
    assert np.array_equal(diastole.intensity, pair[0].intensity)
    assert np.array_equal(systole.intensity, pair[1].intensity)


def test_following_the_tissue_beats_cross_fading_on_the_phantom():
    phantom = Phantom()
    geometry = phantom.short_axis(slices=3, pitch=12.0, start=22.0, rows=96, columns=96, pixel=1.5)
    acquisition = AcquisitionParameters(breath_hold_shift=0.0, noise=0.0)
    fractions = np.linspace(0.0, phantom.parameters.heart.systole, 5)
    truth = quantise(phantom.images(geometry, fractions, acquisition=acquisition).astype(np.float32))
    box = (20, 76, 20, 76)
    displacement = store_displacement(register_slices(truth[0], truth[-1]))
    first = PackedVolume("p", 0, truth[0], 1.5, 12.0, 8.0, box, False, 0.0, displacement)
    last = PackedVolume("p", 1, truth[-1], 1.5, 12.0, 8.0, box, False, 0.36)
    shares = ejected_share(phantom.parameters.heart, fractions)
    made = np.stack([v.intensity for v in beat(first, last, TimeCourse(fractions, shares))])
    faded = (1 - shares)[:, None, None, None] * truth[0] + shares[:, None, None, None] * truth[-1]

    def error(images: np.ndarray, phase: int) -> float:
        heart = np.s_[phase, :, 20:76, 20:76]
        return float(np.square(images[heart] - truth[heart].astype(float)).mean())

    for phase in (2, 3):
        assert error(made, phase) < 0.6 * error(faded, phase)


def test_a_time_course_contracts_once_and_its_moments_increase():
    for seed in range(20):
        course = random_course(np.random.default_rng(seed), 0.36)
        assert 20 <= len(course.fractions) <= 25
        assert (np.diff(course.fractions) > 0).all()
        assert course.fractions[-1] < 1
        assert course.shares.min() >= 0
        assert course.shares.max() > 0.9
        peak = int(course.shares.argmax())
        assert (np.diff(course.shares[: peak + 1]) >= 0).all()
        assert (np.diff(course.shares[peak:]) <= 0).all()


def test_some_hearts_are_imaged_at_unequal_intervals():
    spread = [
        np.ptp(np.diff(random_course(np.random.default_rng(s), 0.36).fractions)) > 1e-6 for s in range(40)
    ]
    assert 0.1 < np.mean(spread) < 0.6


def test_a_pack_of_cines_expands_to_the_same_phases_every_time(pair, tmp_path):
    whole = PackedVolume("q", 0, pair[0].intensity, 1.5, 8.0, 0.0, (10, 54, 10, 54), False, 0.25)
    write_pack(tmp_path / "cines.npz", (*pair, whole))
    once, again = (expand(read_pack(tmp_path / "cines.npz")) for _ in range(2))
    assert [v.subject for v in once] == ["p"] * (len(once) - 1) + ["q"]
    assert [v.phase for v in once[:-1]] == list(range(len(once) - 1))
    assert np.array_equal(once[-1].intensity, whole.intensity)
    assert once[-1].fraction == 0.25
    assert all(np.array_equal(a.intensity, b.intensity) for a, b in zip(once, again, strict=True))
    assert all(v.validation for v in once[:-1])
    assert len(read_pack(tmp_path / "cines.npz")) == 3


def test_moments_between_are_of_training_pairs_alone_and_lie_between(pair):
    diastole, systole = (dataclasses.replace(volume, validation=False) for volume in pair)
    made = list(moments_between([*pair, diastole, systole]))
    assert [volume.validation for volume in made] == [False] * len(BETWEEN)
    radii = [radius_of(volume.intensity[0] / 204) for volume in made]
    assert radii == pytest.approx([16.0 - 6.0 * share for share in BETWEEN], abs=0.6)


def test_a_volume_without_a_displacement_cannot_beat(pair):
    with pytest.raises(ValueError, match="displacement"):
        list(beat(pair[1], pair[0], TimeCourse(np.zeros(1), np.zeros(1))))


def acdc_patient(root: Path, number: int, *, whole: bool) -> Path:
    """A patient of ACDC whose left ventricle is a disc of 16 pixels at frame 2 of 10 and of 10 pixels at frame 5."""
    folder = root / f"patient{number:03d}"
    folder.mkdir()
    (folder / "Info.cfg").write_text("ED: 2\nES: 5\nNbFrame: 10\n")

    def write(name: str, values: np.ndarray) -> None:
        image = sitk.GetImageFromArray(values, isVector=False)
        image.SetSpacing((1.5, 1.5, 8.0, 30.0)[: values.ndim])
        sitk.WriteImage(image, str(folder / f"{folder.name}_{name}.nii.gz"))

    for frame, radius in ((2, 16.0), (5, 10.0)):
        volume = np.stack([500 * disc(radius)] * 2)
        write(f"frame{frame:02d}", volume)
        write(f"frame{frame:02d}_gt", (volume > 250).astype(np.uint8) * 3)
    if whole:
        levels = np.arange(1, 11, dtype=np.float32)[:, None, None, None]
        write("4d", np.broadcast_to(levels, (10, 2, 64, 64)) * disc(16.0))
    return folder


def test_a_pair_of_acdc_becomes_an_end_diastolic_and_an_end_systolic_volume(tmp_path):
    diastole, systole = acdc_cine(acdc_patient(tmp_path, 7, whole=False), 48)
    assert (diastole.phase, diastole.fraction, systole.phase, systole.fraction) == (0, 0.0, 1, 0.3)
    assert not diastole.validation
    assert diastole.displacement is not None
    assert systole.displacement is None
    assert radius_of(diastole.intensity[0] / 204) > radius_of(systole.intensity[0] / 204) + 5


def test_every_fifth_patient_is_for_validation_and_a_whole_cine_starts_at_end_diastole(tmp_path):
    phases = tuple(acdc_cine(acdc_patient(tmp_path, 90, whole=True), 48))
    assert all(v.validation and v.displacement is None for v in phases)
    brightest = [int(v.intensity.max()) for v in phases]
    # The frames grow brighter one by one; the second is end-diastole and comes first, the first one comes last.
    assert brightest.index(min(brightest)) == 9
    assert brightest[:9] == sorted(brightest[:9])


def test_patients_of_the_test_set_enter_no_pack(tmp_path):
    for number in (7, 90, 101, 105):
        acdc_patient(tmp_path, number, whole=False)
    volumes = (*acdc_volumes(tmp_path, 48), *collect_cines(tmp_path, None, crop=48, phantoms=0))
    assert {(v.subject, v.validation) for v in volumes} == {("patient007", False), ("patient090", True)}
    only = tmp_path / "test set"
    only.mkdir()
    with pytest.raises(InputError, match="patient101 is no patient of ACDC's training set"):
        list(acdc_cine(acdc_patient(only, 101, whole=False), 48))
    with pytest.raises(InputError, match="no ACDC patients below"):
        list(acdc_volumes(only, 48))
    with pytest.raises(InputError, match="no ACDC patients below"):
        collect_cines(only, None)


def test_the_box_of_an_unlabelled_cine_holds_what_beats_and_a_margin():
    cine = np.zeros((8, 6, 96, 96), np.float32)
    row, column = np.indices((96, 96))
    for phase in range(8):
        radius = 14 - 4 * np.sin(np.pi * phase / 8)
        cine[phase] = np.hypot(row - 40, column - 60) < radius
    cine[:, :, 90, 5] = np.arange(8)[:, None] % 2  # a pixel that flickers far away
    box = moving_box(stack_of(cine, (8.0, 2.0, 2.0)))
    (low, high), (left, right) = box.rows, box.columns
    assert (low + high) / 2 == pytest.approx(40.5, abs=1)
    assert (left + right) / 2 == pytest.approx(60.5, abs=1)
    assert 14 + 5 <= (high - low) / 2 <= 14 + 5 + 4


def test_phases_of_a_phantom_share_one_scale():
    phases = [v for v in phantom_cines(1, 32) if v.subject == "phantom0"]
    assert len(phases) == len(expand(phases)) == 16
    values = np.stack([v.intensity for v in phases])
    assert np.percentile(values, 99.5) == pytest.approx(204, abs=12)
    assert phases[4].fraction == pytest.approx(0.25)
