import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from calid_core.cli import main
from calid_core.errors import CheckpointError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import ConditionalConfig
from calid_core.training import command
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import Gap, gap_batch, random_gaps
from calid_core.training.loop import state_file
from calid_core.training.objective import objective, warp_error
from calid_core.training.origin import Origin
from calid_core.training.pack import PackedVolume, write_pack
from calid_core.training.slices import make_bank
from calid_core.training.state import Clock, save_state
from calid_core.training.teachers import read_teachers
from tests.core.test_training_export import CONFIG, save_run
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL

NOISE = np.random.default_rng(0).integers(0, 200, (7, 40, 40), dtype=np.uint8)
VOLUME = PackedVolume("p", 1, NOISE, 1.4, 10.0, 0.0, (10, 30, 10, 30), validation=False)


def squared(teacher: ConditionalNetwork | None, network: ConditionalNetwork, share: float) -> float:
    torch.manual_seed(0)
    autoencoder = Autoencoder(TINY_AUTOENCODER)
    config = CalidTraining(crop=32, teacher_share=share)
    generator = torch.Generator().manual_seed(0)
    batch = random_gaps(make_bank([VOLUME], torch.device("cpu")), generator, generator, config, 4)
    return objective(network, autoencoder, batch, generator, config, teacher=teacher).squared.item()


def test_a_teacher_that_says_what_the_student_says_leaves_less_to_learn():
    network = ConditionalNetwork(TINY_CONDITIONAL)
    alone = squared(None, network, 0.6)
    assert squared(network, network, 0.0) == pytest.approx(alone, rel=1e-6)
    assert squared(network, network, 0.5) == pytest.approx(0.25 * alone, rel=0.05)
    assert squared(network, network, 1.0) == pytest.approx(0.0, abs=1e-6)


def test_teachers_are_the_averages_of_their_runs(tmp_path):
    runs = [tmp_path / name for name in ("first", "second")]
    averages = [ConditionalNetwork(TINY_CONDITIONAL) for _ in runs]
    for run, average in zip(runs, averages, strict=True):
        network = ConditionalNetwork(TINY_CONDITIONAL)
        save_state(
            state_file(run, "calid"), network, average, torch.optim.AdamW(network.parameters()), Clock()
        )
    for teacher, average in zip(read_teachers(runs, TINY_CONDITIONAL), averages, strict=True):
        assert torch.equal(teacher.neighbours.entry.weight, average.neighbours.entry.weight)
        assert not any(parameter.requires_grad for parameter in teacher.parameters())


def test_other_teachers_are_told_of_when_a_training_goes_on(tmp_path, monkeypatch):
    told: list[Origin] = []
    monkeypatch.setattr(command, "train_calid", lambda *words: told.append(words[3].origin))
    held = replace(VOLUME, subject="q", validation=True)
    write_pack(tmp_path / "pack.npz", [VOLUME, held])
    (tmp_path / "tiny.toml").write_text(CONFIG)
    run, teachers = tmp_path / "run", [tmp_path / name for name in ("first", "second")]
    for folder in (run, *teachers):
        save_run(folder, 1.0 + len(folder.name))
    words = [
        "train",
        "calid",
        str(run),
        "--pack",
        str(tmp_path / "pack.npz"),
        "--device",
        "cpu",
        "--updates",
        "1",
    ]
    for given in (teachers, teachers[::-1], teachers[:1], []):
        named = ["--teachers", *map(str, given)] if given else []
        assert main([*words, "--config", str(tmp_path / "tiny.toml"), *named]) == 0
    both, turned, one, none = told
    assert both.first_difference(both) == ""
    assert turned.first_difference(both).startswith("teacher 1 was ")
    assert both.first_difference(one).startswith("teacher 2 was ")
    assert none.first_difference(one).startswith("teacher 1 was not set, is ")


def test_a_teacher_of_another_size_is_refused(tmp_path):
    network = ConditionalNetwork(TINY_CONDITIONAL)
    save_state(
        state_file(tmp_path, "calid"),
        network,
        copy.deepcopy(network),
        torch.optim.AdamW(network.parameters()),
        Clock(),
    )
    with pytest.raises(CheckpointError, match="calid-state"):
        read_teachers([tmp_path], ConditionalConfig())


@pytest.mark.parametrize("nearer", [1, 2])
def test_the_nearer_neighbour_alone_is_warped_where_it_is_the_hidden_slice(nearer):
    images = torch.rand(1, 5, 16, 16, generator=torch.Generator().manual_seed(0))
    images[:, 4] = images[:, nearer]
    gap = Gap((0, 1, 2, 3, 4), (float(nearer - 1),), (1.0, 1.0), (10.0, 10.0, 10.0), 8.0)
    batch = gap_batch(images, torch.ones(1, 16, 16, dtype=torch.bool), [gap])
    unmoved = (torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 4, 4))
    assert warp_error(batch, unmoved).item() == pytest.approx(0.0, abs=1e-4)
