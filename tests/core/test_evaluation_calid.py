"""CaLID as a method of the evaluation, with a tiny network of random weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from calid_core.evaluation.calid import Calid
from calid_core.evaluation.holdout import hold_out
from calid_core.evaluation.runner import evaluate
from calid_core.evaluation.scores import Metric
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.device import choose_device
from calid_core.pipeline import reconstruct
from calid_core.settings import Device, Method, Mode, ReconstructionSettings
from tests.core.evaluation_cases import ball_case
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL


@pytest.fixture(scope="module")
def model() -> CalidModel:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        autoencoder = Autoencoder(TINY_AUTOENCODER)
        config = TINY_CONDITIONAL
        conditional = ConditionalNetwork(config)
    for network in (autoencoder, conditional):
        network.requires_grad_(False).eval()
    return CalidModel(autoencoder, conditional, Calibration(), "tiny", choose_device(Device.CPU))


def calid(model: CalidModel, mode: Mode, *, frame_by_frame: bool = False) -> Calid:
    return Calid("calid", ReconstructionSettings(mode=mode, steps=2), frame_by_frame, model)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_prediction_is_the_middle_of_every_gap_of_what_a_person_gets(
    model: CalidModel, mode: Mode
) -> None:
    held = hold_out(ball_case(phases=2, slices=5))
    ours = calid(model, mode).predict(held.kept)
    settings = ReconstructionSettings(method=Method.CALID, mode=mode, steps=2, slice_spacing=5.0)
    dense = reconstruct(held.kept, settings, model=model)
    assert dense.geometry.slices == 5
    np.testing.assert_array_equal(ours.intensity, dense.intensity[:, 1::2])
    assert ours.intensity.shape == held.truth.shape


@pytest.mark.parametrize("mode", list(Mode))
def test_as_many_denoiser_evaluations_are_told_as_every_slice_takes(model: CalidModel, mode: Mode) -> None:
    denoised: list[int] = []
    method = replace(calid(model, mode), settings=ReconstructionSettings(mode=mode, steps=3, samples=2))
    kept = hold_out(ball_case(slices=5)).kept
    with model.conditional.denoiser.register_forward_hook(
        lambda _module, inputs, _output: denoised.append(len(inputs[0]))
    ):
        told = method.predict(kept).evaluations
    assert told * (kept.slices - 1) == sum(denoised)


def test_intervals_are_scored_for_the_mean_only(model: CalidModel) -> None:
    case = ball_case(slices=5)
    methods = (calid(model, Mode.REALISM), replace(calid(model, Mode.FIDELITY), name="fidelity"))
    table = evaluate([case], methods, two_sample=False).table
    assert not table.of(Metric.COVERAGE, "calid")
    assert len(table.of(Metric.COVERAGE, "fidelity")) == 1


def test_frame_by_frame_no_phase_knows_of_another(model: CalidModel) -> None:
    together = replace(model, calibration=replace(model.calibration, mean_time_share=0.5))
    kept = hold_out(ball_case(phases=12, slices=5)).kept
    swapped = replace(kept, intensity=kept.intensity[[0, 1, 3, 2, *range(4, 12)]])
    one, other = (
        calid(together, Mode.FIDELITY, frame_by_frame=True).predict(stack).intensity
        for stack in (kept, swapped)
    )
    np.testing.assert_array_equal(one[[2, 3]], other[[3, 2]])
    assert not np.array_equal(one, calid(together, Mode.FIDELITY).predict(kept).intensity)
