import dataclasses
import errno
import re

import numpy as np
import pytest
import torch

from benchmarks.comparator_training import train_published, train_regression
from benchmarks.segmenter_training import SegmenterTraining, train_segmenter
from calid_core.errors import InputError, OutputError, SettingsError
from calid_core.models.autoencoder import Autoencoder
from calid_core.training import gaps as gaps_module
from calid_core.training.augmentation import (
    InPlaneViews,
    ViewLimits,
    random_intensity,
    random_views,
    resample,
    seen_points,
    within_box,
)
from calid_core.training.autoencoder_loop import train_autoencoder
from calid_core.training.calid_loop import train_calid
from calid_core.training.config import AutoencoderTraining, CalidTraining, read_config
from calid_core.training.gaps import GapBatch, random_gaps, uniform_times, volume_weights
from calid_core.training.loop import Run
from calid_core.training.pack import PackedVolume, quantise, read_pack, write_pack
from calid_core.training.phantoms import phantom_volumes
from calid_core.training.ranks import Ranks
from calid_core.training.schedule import learning_rate
from calid_core.training.slices import SliceBank, make_bank
from calid_core.training.sources import data_summary
from tests.core.tiny_networks import TINY_AUTOENCODER


def ramp_volume(slices: int = 9, pitch: float = 10.0, side: int = 40) -> PackedVolume:
    """Every slice constant, proportional to its index, so that a slice can be told by its value."""
    intensity = np.broadcast_to(20 * np.arange(slices, dtype=np.uint8)[:, None, None], (slices, side, side))
    return PackedVolume("p", 1, np.array(intensity), 1.4, pitch, 0.0, (10, 30, 10, 30), False)


@pytest.fixture
def bank() -> SliceBank:
    return make_bank([ramp_volume(), ramp_volume(13, 5.0)], torch.device("cpu"))


def gaps(bank: SliceBank, seed: int) -> GapBatch:
    generator, noise = (torch.Generator().manual_seed(seed) for _ in range(2))
    return random_gaps(bank, generator, noise, CalidTraining(crop=16), 8)


def test_a_pack_comes_back_as_it_was_written(tmp_path):
    volumes = (ramp_volume(), ramp_volume(3, 5.0))
    write_pack(tmp_path / "pack.npz", volumes)
    for before, after in zip(volumes, read_pack(tmp_path / "pack.npz"), strict=True):
        assert np.array_equal(before.intensity, after.intensity)
        assert (before.subject, before.pitch, before.box) == (after.subject, after.pitch, after.box)


def test_quantising_maps_the_percentiles_to_zero_and_full_scale():
    values = np.linspace(-3.0, 7.0, 10_001, dtype=np.float32)
    stored = quantise(values)
    assert stored[50] == 0
    assert stored[9950] == 204


def test_hidden_slices_lie_between_the_acquired_ones_at_alpha(bank):
    for step in range(12):
        batch = gaps(bank, step)
        levels = batch.acquired.mean(dim=(2, 3))
        lower, upper = levels[batch.gap, 1], levels[batch.gap, 2]
        assert (upper > lower).all()
        assert batch.alpha.min() > 0
        assert batch.alpha.max() < 1
        hidden = batch.hidden.mean(dim=(1, 2, 3))
        assert ((hidden > lower - 0.1) & (hidden < upper + 0.1)).all()


def test_distances_are_whole_numbers_of_slices(bank):
    batch = gaps(bank, 0)
    assert torch.allclose(batch.distances % 5.0, torch.zeros_like(batch.distances))
    assert (batch.distances[:, 1] >= 10.0).all()


def test_the_same_seed_gives_the_same_batch(bank):
    first, second = gaps(bank, 5), gaps(bank, 5)
    assert torch.equal(first.hidden, second.hidden)
    assert torch.equal(first.acquired, second.acquired)


def test_volumes_too_thin_for_a_gap_are_never_drawn():
    weights = volume_weights((ramp_volume(4), ramp_volume(5)), 4, CalidTraining())
    assert weights[0] == 0
    assert weights[1] > 0


def test_an_unturned_view_is_a_plain_crop():
    images = torch.rand(1, 2, 30, 34, generator=torch.Generator().manual_seed(0))
    view = InPlaneViews(torch.eye(2)[None], torch.tensor([[15.0, 16.0]]), torch.zeros(1, 2, 5, 5))
    crop = resample(images, seen_points(view, 8, images.device), torch.zeros(1, 2, 2))
    torch.testing.assert_close(crop, images[:, :, 11:19, 12:20], atol=1e-4, rtol=0)


def test_rigid_views_only_flip_and_transpose():
    centres, extents = torch.full((50, 2), 20.0), torch.full((50, 2), 10.0)
    limits = ViewLimits(rigid=1.0, stretch=1.3, bend=2.0)
    view = random_views(torch.Generator().manual_seed(0), centres, extents, limits)
    assert not view.bend.any()
    assert set(view.matrix.abs().flatten().tolist()) == {0.0, 1.0}
    assert torch.allclose(view.matrix.det().abs(), torch.ones(50))


def test_views_stretch_no_more_than_asked_for():
    centres, extents = torch.full((200, 2), 20.0), torch.full((200, 2), 10.0)
    limits = ViewLimits(rigid=0.0, scale=1.0, stretch=1.3, bend=0.0)
    values = torch.linalg.svdvals(
        random_views(torch.Generator().manual_seed(0), centres, extents, limits).matrix
    )
    ratio = values[:, 0] / values[:, 1]
    assert 1.2 < ratio.max() <= 1.3 + 1e-5
    torch.testing.assert_close(values.prod(dim=1), torch.ones(200))


def test_an_even_bend_is_a_shift():
    images = torch.rand(1, 1, 30, 34, generator=torch.Generator().manual_seed(0))
    bend = torch.tensor([2.0, -3.0])[None, :, None, None].expand(1, 2, 5, 5)
    centre = torch.tensor([[15.0, 16.0]])
    points = seen_points(InPlaneViews(torch.eye(2)[None], centre, bend), 8, images.device)
    bent = resample(images, points, torch.zeros(1, 1, 2))
    torch.testing.assert_close(bent, images[:, :, 13:21, 9:17], atol=1e-4, rtol=0)


def test_the_heart_box_is_where_the_view_shows_it():
    turned = InPlaneViews(
        torch.tensor([[[0.0, 1.0], [-1.0, 0.0]]]), torch.tensor([[20.0, 20.0]]), torch.zeros(1, 2, 5, 5)
    )
    points = seen_points(turned, 16, torch.device("cpu"))
    inside = within_box(points, torch.tensor([[20.0, 20.0]]), torch.tensor([[4.0, 10.0]]))
    rows, columns = inside[0].any(dim=1).nonzero(), inside[0].any(dim=0).nonzero()
    assert (len(rows), len(columns)) == (11, 5)
    assert inside.sum() == 55


def test_pixels_outside_the_heart_box_count_as_much_as_asked_for(bank):
    batch = gaps(bank, 0)
    weight = batch.weight(0.25)
    assert weight.shape == batch.hidden.shape
    assert set(weight.unique().tolist()) == {0.25, 1.0}
    assert torch.equal(weight[:, 0] == 1.0, batch.heart[batch.gap])


def test_impossible_views_are_refused():
    with pytest.raises(ValueError, match=r"stretch is 0\.9, must be 1 or more"):
        ViewLimits(stretch=0.9)


def test_intensity_changes_are_the_same_for_all_slices_of_an_item():
    images = torch.full((2, 3, 8, 8), 0.5)
    changed = random_intensity(torch.Generator().manual_seed(0), images, gamma=1.2, gain=1.1, bias=0.2)
    assert torch.equal(changed[:, 0], changed[:, 2])
    assert not torch.equal(changed[0], changed[1])


def test_times_are_one_in_each_part():
    times = uniform_times(torch.Generator().manual_seed(0), 10)
    assert sorted((times * 10).long().tolist()) == list(range(10))


def test_the_rate_rises_peaks_and_ends_at_its_floor():
    assert learning_rate(1.0, step=0, warmup=10, progress=0.0) == pytest.approx(0.1)
    assert learning_rate(1.0, step=50, warmup=10, progress=0.0) == pytest.approx(1.0)
    assert learning_rate(1.0, step=50, warmup=10, progress=1.0) == pytest.approx(0.02)


def test_a_configuration_file_overrides_defaults_and_refuses_unknown_names(tmp_path):
    file = tmp_path / "training.toml"
    file.write_text("[calid]\ntargets = 4\nmodel = {widths = [8, 16, 24]}\n")
    config = read_config(file)
    assert config.calid.targets == 4
    assert config.calid.model.widths == (8, 16, 24)
    assert config.autoencoder.crop == 96
    file.write_text("[calid]\nbatch = 4\n")
    with pytest.raises(SettingsError, match=r"unknown entry calid\.batch"):
        read_config(file)


def dense_volume(slices: int = 30, pitch: float = 1.25) -> PackedVolume:
    intensity = np.broadcast_to(6 * np.arange(1, slices + 1, dtype=np.uint8)[:, None, None], (slices, 40, 40))
    return PackedVolume("phantom0000", 1, np.array(intensity), 1.4, pitch, 6.0, (10, 30, 10, 30), False)


@pytest.mark.parametrize("volume", [ramp_volume(), dense_volume()], ids=["sparse", "dense"])
def test_alpha_is_where_the_hidden_slice_lies_between_its_neighbours(volume, monkeypatch):
    monkeypatch.setattr(gaps_module, "random_intensity", lambda generator, images, **limits: images)
    bank = make_bank([volume], torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    for _ in range(8):
        batch = random_gaps(bank, generator, generator, CalidTraining(crop=16), 8)
        levels = batch.acquired.mean(dim=(2, 3))
        lower, upper = levels[batch.gap, 1], levels[batch.gap, 2]
        expected = (1 - batch.alpha) * lower + batch.alpha * upper
        assert torch.allclose(batch.hidden.mean(dim=(1, 2, 3)), expected, atol=5e-3)


def test_dense_volumes_give_positions_that_sparse_ones_do_not():
    bank = make_bank([dense_volume()], torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    batches = [random_gaps(bank, generator, generator, CalidTraining(crop=16), 12) for _ in range(20)]
    alphas = torch.cat([batch.alpha for batch in batches])
    widths = torch.cat([batch.distances[batch.gap, 1] for batch in batches])
    nearest = torch.minimum(alphas, 1 - alphas)
    assert nearest.min() < 0.15
    assert len(alphas.mul(1000).round().unique()) > 12
    assert widths.min() >= 5.0
    assert widths.max() <= 12.5
    steps = alphas * widths / 1.25
    assert torch.allclose(steps, steps.round(), atol=1e-3)


def test_dense_volumes_share_their_part_of_the_draws_however_many_there_are():
    config = CalidTraining(dense_share=0.2)
    for count in (1, 7):
        volumes = (ramp_volume(), ramp_volume(13, 5.0), *[dense_volume()] * count)
        weights = volume_weights(volumes, 2, config)
        assert weights[2:].sum() / weights.sum() == pytest.approx(0.2)
        assert torch.equal(weights[:2], volume_weights(volumes[:2], 2, config))


def test_phantoms_are_the_same_every_time_and_continuous_through_plane():
    first, second = list(phantom_volumes(2, 64)), list(phantom_volumes(1, 64))
    assert np.array_equal(first[0].intensity, second[0].intensity)
    assert not np.array_equal(first[0].intensity, first[1].intensity)
    for volume in first:
        low, high, left, right = volume.box
        heart = volume.scaled()[:, low:high, left:right]
        near, far = (np.abs(heart[step:] - heart[:-step]).mean() for step in (1, 8))
        assert near < 0.5 * far
        assert not volume.validation


def test_the_header_tells_what_was_trained_on():
    patients = [dataclasses.replace(ramp_volume(), subject=f"patient{n:03d}") for n in (1, 2, 2)]
    held = dataclasses.replace(ramp_volume(), subject="patient005", validation=True)
    cine = dataclasses.replace(ramp_volume(), subject="SCD0000101")
    text = data_summary([*patients, held, cine, dense_volume()])
    assert text == "ACDC, 2 patients (ED and ES); Sunnybrook SCD0000101; 1 computed phantom"


def test_a_pack_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "pack.npz"
    write_pack(path, (ramp_volume(),))

    def full(*args: object, **arrays: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OutputError, match=r"cannot write pack\.npz: the disk is full"):
        write_pack(path, (ramp_volume(),) * 2)
    assert len(read_pack(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["truncated", "text", "empty", "array", "foreign", "header"])
def test_what_is_no_pack_is_refused_in_our_own_words(kind, tmp_path):
    path = tmp_path / "pack.npz"
    write_pack(path, (ramp_volume(),))
    whole = path.read_bytes()
    with path.open("wb") as file:
        if kind == "array":
            np.save(file, np.zeros(3))
        elif kind == "foreign":
            np.savez(file, images=np.zeros(3))
        elif kind == "header":
            np.savez(file, header=np.frombuffer(b"[1]", np.uint8))
        else:
            file.write({"truncated": whole[: len(whole) // 2], "text": b"words", "empty": b""}[kind])
    with pytest.raises(InputError, match=r"pack\.npz is damaged or no training pack; make one with") as told:
        read_pack(path)
    assert "pickle" not in str(told.value)


def test_a_pack_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read \S+absent\.npz: No such file or directory; make one"):
        read_pack(tmp_path / "absent.npz")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[autoencoder]\nvalidate_every = 0", "autoencoder.validate_every is 0, must be 1 or more"),
        ("[autoencoder]\nbatch = 0", "autoencoder.batch is 0, must be 1 or more"),
        ("[autoencoder]\ncrop = 30", "autoencoder.crop is 30, must be a multiple of 4"),
        ("[autoencoder]\npeak_rate = nan", "autoencoder.peak_rate is nan, must be above 0"),
        ("[autoencoder]\nweight_decay = -1", "autoencoder.weight_decay is -1, must be 0 or more"),
        (
            "[autoencoder]\nmodel = {latent_channels = 17}",
            "autoencoder.model.latent_channels is 17, must be 1 to 16",
        ),
        ("[calid]\ncrop = 40", "calid.crop is 40, must be a multiple of 16"),
        ("[calid]\ncrop = 0", "calid.crop is 0, must be a multiple of 16"),
        ("[calid]\ntargets = 0", "calid.targets is 0, must be 1 or more"),
        ("[calid]\npeak_rate = 0", "calid.peak_rate is 0, must be above 0"),
        ("[calid]\nseed = 99999999999", "calid.seed is 99999999999, must be 0 to 4294967295"),
        ("[calid]\ngap_shares = [0, 0, 0]", "one of them must be above 0"),
        ("[calid]\ngap_shares = [1, -1, 0]", "must be 0 or more"),
        ("[calid]\ndense_share = 1.0", "calid.dense_share is 1, must be 0 or more and below 1"),
        ("[calid]\nearliest_time = 1.0", "calid.earliest_time is 1, must be 0 or more and below 1"),
        ("[calid]\nstart_time = -0.1", "calid.start_time is -0.1, must be 0 to 1"),
        ("[calid]\nema = 1.0", "calid.ema is 1, must be 0 or more and below 1"),
        ("[calid]\nwarmup = -1", "calid.warmup is -1, must be 0 or more"),
        ("[calid]\nflow_weight = -0.1", "calid.flow_weight is -0.1, must be 0 or more"),
        ("[calid]\nmodel = {pixels = 15}", "calid.model.pixels is 15, must be a square number"),
        (
            "[calid]\nmodel = {encoder_blocks = [0, 0, 0]}",
            "calid.model.encoder_blocks is (0, 0, 0), one of them must be above 0",
        ),
        ("[calid]\nmodel = {decoder_blocks = [0, 0, 0]}", "one of them must be above 0"),
        ("[calid]\nmodel = {denoiser_blocks = [0, 0]}", "one of them must be above 0"),
        ("[calid]\nviews = {rigid = 2}", "calid.views.rigid is 2, must be 0 to 1"),
    ],
)
def test_a_value_that_nothing_can_be_trained_with_is_named(text, message, tmp_path):
    (tmp_path / "training.toml").write_text(text)
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_config(tmp_path / "training.toml")


@pytest.mark.parametrize("count", [2, 16])
def test_a_batch_that_workers_cannot_share_equally_is_refused(count, tmp_path):
    run = Run(tmp_path, torch.device("cpu"), 1.0, workers=3, ranks=Ranks(0, 2))
    assert run.per_part("batch", 12) == 2
    told = f"is {count}, must be a multiple of 6: every worker takes as many, and there are 3 × 2"
    autoencoder, targets = Autoencoder(TINY_AUTOENCODER), CalidTraining(targets=count)
    with pytest.raises(SettingsError, match=f"batch {told}"):
        train_autoencoder((ramp_volume(),), AutoencoderTraining(batch=count), run)
    with pytest.raises(SettingsError, match=f"targets {told}"):
        train_calid((ramp_volume(),), autoencoder, targets, run)
    with pytest.raises(SettingsError, match=f"targets {told}"):
        train_regression((), targets, run)
    with pytest.raises(SettingsError, match=f"targets {told}"):
        train_published((), autoencoder, targets, run)
    with pytest.raises(SettingsError, match=f"batch {told}"):
        train_segmenter((), (), run, SegmenterTraining(batch=count))
