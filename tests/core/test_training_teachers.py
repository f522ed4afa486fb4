import numpy as np
import pytest
import torch

from calid_core.errors import SettingsError
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.conditional import ConditionalNetwork
from calid_core.training.config import CalidTraining
from calid_core.training.gaps import random_gaps
from calid_core.training.objective import objective
from calid_core.training.pack import PackedVolume
from calid_core.training.slices import make_bank
from calid_core.training.teachers import Part, lessons, read_teachers, without
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL


def volume(subject: str, validation: bool = False) -> PackedVolume:
    noise = np.random.default_rng(0).integers(0, 200, (7, 40, 40), dtype=np.uint8)
    return PackedVolume(subject, 1, noise, 1.4, 10.0, 0.0, (10, 30, 10, 30), validation)


VOLUMES = tuple(volume(f"patient{n:03d}", validation=n % 5 == 0) for n in range(1, 13) for _ in range(2))


def test_every_patient_that_is_trained_on_is_taught_by_the_one_teacher_that_has_not_seen_it():
    taught = lessons(VOLUMES, 3)
    for number, lesson in enumerate(taught):
        seen = {v.subject for v in without(Part(number, 3), VOLUMES) if not v.validation}
        assert not seen & {v.subject for v in lesson}
    assert sorted(v.subject for lesson in taught for v in lesson) == sorted(
        v.subject for v in VOLUMES if not v.validation
    )


def test_patients_of_validation_stay_and_are_not_taught():
    kept = without(Part(1, 4), VOLUMES)
    assert [v for v in kept if v.validation] == [v for v in VOLUMES if v.validation]
    assert not any(v.validation for lesson in lessons(VOLUMES, 4) for v in lesson)


@pytest.mark.parametrize("text", ["4/4", "0/1", "-1/4", "1", "a/b"])
def test_a_part_that_does_not_exist_is_refused(text):
    with pytest.raises(SettingsError, match="0/4"):
        Part.parse(text)


def test_one_teacher_alone_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="at least two parts"):
        read_teachers([tmp_path], TINY_CONDITIONAL)


def squared(teacher: ConditionalNetwork | None, network: ConditionalNetwork, share: float) -> float:
    torch.manual_seed(0)
    autoencoder = Autoencoder(TINY_AUTOENCODER)
    config = CalidTraining(crop=32, teacher_share=share)
    generator = torch.Generator().manual_seed(0)
    batch = random_gaps(make_bank(VOLUMES, torch.device("cpu")), generator, generator, config, 4)
    return objective(network, autoencoder, batch, generator, config, teacher=teacher).squared.item()


def test_a_teacher_that_says_what_the_student_says_leaves_less_to_learn():
    network = ConditionalNetwork(TINY_CONDITIONAL)
    alone = squared(None, network, 0.6)
    assert squared(network, network, 0.0) == pytest.approx(alone, rel=1e-6)
    assert squared(network, network, 0.5) == pytest.approx(0.25 * alone, rel=0.05)
    assert squared(network, network, 1.0) == pytest.approx(0.0, abs=1e-6)
