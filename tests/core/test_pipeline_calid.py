from dataclasses import replace
from weakref import ref

import numpy as np
import pytest
import torch

from calid_core import synthesising
from calid_core.checks.hidden_slices import synthesised
from calid_core.checks.leave_one_out import leave_one_out
from calid_core.cine import CineStack, Source
from calid_core.diffusion import encoding, synthesis
from calid_core.errors import Cancelled, CheckpointError, DeviceMemoryError, SettingsError
from calid_core.geometry import Geometry
from calid_core.models.autoencoder import Autoencoder
from calid_core.models.checkpoint import Calibration, CalidModel, load_model
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.device import choose_device
from calid_core.phases import end_systole, parse_phases
from calid_core.pipeline import reconstruct
from calid_core.preprocessing import window_about
from calid_core.progress import CancelToken, Stage
from calid_core.provenance import SliceOrigin
from calid_core.settings import Device, Method, Mode, ReconstructionSettings
from tests.core.test_pipeline import make_stack
from tests.core.tiny_networks import TINY_AUTOENCODER, TINY_CONDITIONAL


@pytest.fixture(scope="module")
def model():
    """A tiny network with random weights: what it makes is nonsense, how it is put to use is not."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        autoencoder = Autoencoder(TINY_AUTOENCODER)
        conditional = ConditionalNetwork(TINY_CONDITIONAL)
    for network in (autoencoder, conditional):
        network.requires_grad_(False).eval()
    return CalidModel(autoencoder, conditional, Calibration(), "tiny", choose_device(Device.CPU))


def calid(**changes):
    return ReconstructionSettings(**{"method": Method.CALID, "slice_spacing": 2.5, "steps": 2, **changes})


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_acquired_slices_are_bit_identical_and_the_others_synthesised(model, mode, dtype):
    stack = make_stack(dtype)
    result = reconstruct(stack, calid(mode=mode), model=model)
    assert result.intensity.dtype == dtype
    assert result.intensity[:, ::4].tobytes() == stack.intensity.tobytes()
    assert [p.origin for p in result.provenance[:5]] == [
        SliceOrigin.ACQUIRED,
        *[SliceOrigin.SYNTHESISED] * 3,
        SliceOrigin.ACQUIRED,
    ]
    assert result.intensity.max() <= stack.intensity.max()
    assert result.intensity.min() >= stack.intensity.min()
    assert result.model_id == "tiny"
    assert result.device.startswith("CPU")


def test_the_interval_is_zero_where_acquired_and_positive_elsewhere(model):
    result = reconstruct(make_stack(), calid(mode=Mode.FIDELITY), model=model)
    assert result.half_width is not None
    assert result.half_width.dtype == np.float16
    assert not result.half_width[:, ::4].any()
    assert (result.half_width[:, result.provenance[1].sources[0].index + 1] > 0).all()


def test_the_interval_scales_with_the_intensities(model):
    stack = make_stack()
    brighter = CineStack(stack.intensity * 10, stack.geometry, stack.phase_times, stack.source)
    one, ten = (
        reconstruct(s, calid(mode=Mode.FIDELITY), model=model).half_width.astype(float)
        for s in (stack, brighter)
    )
    np.testing.assert_allclose(ten, 10 * one, rtol=2e-2)


@pytest.mark.parametrize(("dtype", "factor"), [(np.float32, 1e-9), (np.float32, 1e6), (np.int32, 10_000_000)])
def test_the_interval_scales_with_intensities_of_any_range(model, dtype, factor):
    stack = make_stack(dtype, phases=1)
    scaled = CineStack(stack.intensity * dtype(factor), stack.geometry, stack.phase_times, stack.source)
    one, other = (
        reconstruct(s, calid(mode=Mode.FIDELITY), model=model).half_width.astype(float)
        for s in (stack, scaled)
    )
    np.testing.assert_allclose(other / factor, one, rtol=1e-2)


def test_what_is_added_to_all_intensities_changes_no_half_width(model):
    stack = make_stack(phases=1)
    lifted = CineStack(stack.intensity + 20_000, stack.geometry, stack.phase_times, stack.source)
    one, other = (reconstruct(s, calid(mode=Mode.FIDELITY), model=model).half_width for s in (stack, lifted))
    assert one.dtype == other.dtype
    np.testing.assert_allclose(other.astype(float), one.astype(float), rtol=1e-2)


def test_all_phases_are_scaled_alike_whichever_comes_first(model):
    stack = make_stack(np.float32, phases=2)
    values = stack.intensity * np.float32([1, 3])[:, None, None, None]
    there, back = (
        reconstruct(
            CineStack(v, stack.geometry, stack.phase_times, stack.source),
            calid(mode=Mode.FIDELITY),
            model=model,
        ).intensity
        for v in (values, values[::-1])
    )
    np.testing.assert_allclose(back[::-1], there, rtol=1e-4, atol=1e-3)


def test_some_phases_have_the_interval_that_they_have_in_the_whole_cine(model):
    stack = make_stack()
    whole, some = (
        reconstruct(stack, calid(mode=Mode.FIDELITY), model=model, phases=phases)
        for phases in (None, (stack.phases - 1,))
    )
    np.testing.assert_array_equal(some.half_width, whole.half_width[-1:])


def test_sources_are_two_slices_on_each_side_where_they_exist(model):
    result = reconstruct(make_stack(), calid(mode=Mode.FIDELITY), model=model)
    assert [s.index for s in result.provenance[1].sources] == [0, 1, 2]
    assert {s.index for s in result.provenance[6].sources} == {0, 1, 2, 3}
    longer = reconstruct(make_stack(slices=6, phases=1), calid(mode=Mode.FIDELITY), model=model)
    assert {s.index for s in longer.provenance[10].sources} == {1, 2, 3, 4}


def test_the_same_seed_gives_the_same_volume_and_another_seed_another(model):
    stack = make_stack(np.float32, phases=1)
    first, again, other = (reconstruct(stack, calid(seed=seed), model=model).intensity for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0


def test_progress_counts_every_network_evaluation_up_to_the_end(model, monkeypatch):
    monkeypatch.setattr("calid_core.pipeline.thinned", lambda callback: callback)
    events = []
    reconstruct(make_stack(), calid(), events.append, model=model)
    steps = [e for e in events if e.stage is Stage.SYNTHESISING]
    assert [e.done for e in steps] == list(range(1, steps[-1].total + 1))
    assert {e.total for e in steps} == {steps[-1].total}
    assert [steps[0].phase, steps[-1].phase] == [1, 3]
    assert events[-1].stage is Stage.FINISHED


def test_cancel_takes_effect_at_the_next_network_evaluation(model, monkeypatch):
    monkeypatch.setattr("calid_core.pipeline.thinned", lambda callback: callback)
    token, done = CancelToken(), []

    def cancel_at_third(progress):
        if progress.stage is Stage.SYNTHESISING:
            done.append(progress.done)
            if progress.done == 3:
                token.cancel()

    with pytest.raises(Cancelled):
        reconstruct(make_stack(), calid(), cancel_at_third, token, model=model)
    assert done == [1, 2, 3]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
        RuntimeError("cuFFT error: CUFFT_ALLOC_FAILED"),
        RuntimeError("FIND was unable to find an engine to execute this computation"),
        MemoryError(),
    ],
)
def test_out_of_memory_halves_the_batch_and_gives_the_same_result(model, monkeypatch, error):
    encode = encoding.encode_slices
    batches = []

    def encode_within_limits(model, slices, batch_size, before):
        batches.append(batch_size)
        if batch_size > 2:
            raise error
        return encode(model, slices, batch_size, before)

    stack = make_stack(np.float32, phases=1)
    expected = reconstruct(stack, calid(), model=model)
    monkeypatch.setattr(encoding, "encode_slices", encode_within_limits)
    result = reconstruct(stack, calid(), model=model)
    assert batches == [4, 2]
    np.testing.assert_allclose(result.intensity, expected.intensity, atol=1.0)


def test_memory_is_given_back_before_a_smaller_batch_once_nothing_holds_it(model, monkeypatch):
    encode, gone = encoding.encode_slices, []

    class Held:
        """Stands for a tensor of the batch that did not fit."""

    def once_too_large(*arguments):
        if not gone:
            held = Held()
            gone.append(ref(held))
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encode(*arguments)

    given_back = []
    monkeypatch.setattr(encoding, "encode_slices", once_too_large)
    monkeypatch.setattr(synthesis, "give_back_memory", lambda device: given_back.append((device, gone[0]())))
    reconstruct(make_stack(phases=1), calid(), model=model)
    assert given_back == [(torch.device("cpu"), None)]


def test_too_little_memory_for_one_slice_says_what_to_do(model, monkeypatch):
    def never_fits(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(encoding, "encode_slices", never_fits)
    with pytest.raises(DeviceMemoryError, match="6 x 5"):
        reconstruct(make_stack(), calid(), model=model)


def test_an_error_that_is_not_about_memory_is_not_mistaken_for_it(model, monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(encoding, "encode_slices", broken)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        reconstruct(make_stack(), calid(), model=model)


def test_a_model_is_loaded_once_per_device_and_folder(monkeypatch, model):
    loaded = []
    monkeypatch.setattr(synthesising, "load_model", lambda *args: loaded.append(args) or model)
    synthesising._model_of.cache_clear()
    for _ in range(3):
        reconstruct(make_stack(phases=1), calid())
    assert len(loaded) == 1
    synthesising._model_of.cache_clear()


def test_a_gpu_that_was_passed_over_is_told_of_in_the_result(model):
    passed_over = replace(model, compute=replace(model.compute, remark="The GPU was not used."))
    without = reconstruct(make_stack(), calid(), model=model)
    assert reconstruct(make_stack(), calid(), model=passed_over).warnings == (
        *without.warnings,
        "The GPU was not used.",
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_shipped_weights_held_in_bfloat16_give_the_bits_that_rounding_at_every_call_gives(monkeypatch, mode):
    monkeypatch.setattr("calid_core.models.device._processor_has_bfloat16", lambda: True)
    synthesising._model_of.cache_clear()
    held, rounded = synthesising.ready_model(Device.CPU), load_model("cpu")
    synthesising._model_of.cache_clear()
    assert held.conditional.denoiser.entry.weight.dtype == torch.bfloat16
    assert rounded.conditional.denoiser.entry.weight.dtype == torch.float32
    stack = make_stack(np.float32, phases=2)
    first, second = (reconstruct(stack, calid(mode=mode), model=m) for m in (held, rounded))
    assert first.intensity.tobytes() == second.intensity.tobytes()
    assert first.half_width.tobytes() == second.half_width.tobytes()


def test_half_widths_are_rounded_to_float16_as_numpy_rounds_them_and_limited_to_it():
    bits = np.random.default_rng(0).integers(0, 2**31, 200_000, dtype=np.uint32).view(np.float32)
    widths = np.concatenate([bits[~np.isnan(bits)], np.float32([0.0, 65519.0, 65520.0, 3e-8, np.inf])])
    found = synthesising.limited(widths, np.float16)
    assert found.tobytes() == np.minimum(widths, 65504.0).astype(np.float16).tobytes()
    assert found.max() == 65504.0
    assert np.isfinite(synthesising.limited(widths, np.float32).max())


def test_an_absent_device_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    synthesising._model_of.cache_clear()
    with pytest.raises((SettingsError, CheckpointError)):
        reconstruct(make_stack(), calid(device=Device.CUDA))


def beating_stack():
    """Six slices with a bright disc whose radius is smallest at phase 4 of 10."""
    rows, columns = np.indices((64, 64)) - 32
    radius = 10.0 - 4.0 * np.cos((np.arange(10) - 4) * 2 * np.pi / 10)
    disc = np.hypot(rows, columns)[None] <= radius[:, None, None]
    intensity = np.where(disc, 200, 60).astype(np.int16)
    noise = np.random.default_rng(0).integers(0, 10, (10, 6, 64, 64))
    geometry = Geometry.from_spacing((10.0, 1.5, 1.5), (6, 64, 64))
    stack = make_stack()
    return CineStack(
        (intensity[:, None] + noise).astype(np.int16), geometry, np.arange(10) * 30.0, stack.source
    )


def test_end_systole_is_where_the_blood_covers_the_smallest_area():
    assert end_systole(beating_stack()) == 4
    assert end_systole(beating_stack().with_phases((0, 9))) == 1


def test_end_systole_is_looked_for_in_the_heart_and_in_the_middle_slices():
    rows, columns = np.indices((64, 64))
    phases, slices = np.arange(10)[:, None], np.arange(9)
    # Beyond the middle slices, and in one of them that beats less, the heart is smallest at phase 9.
    smallest = np.where((slices == 3) | (slices == 4), 4, 9)
    radius = 9.0 - np.where(slices == 5, 4.0, 5.0) * np.cos((phases - smallest) * 2 * np.pi / 10)
    disc = np.hypot(rows - 20, columns - 20) < radius[..., None, None]
    intensity = np.where(disc, 1000.0, 300.0).astype(np.float32)
    # Below it changes a large part that is as bright as nothing else, and less than the heart.
    intensity[:, :, 36:] = (650 + 150 * np.cos((phases - 4) * 2 * np.pi / 10))[..., None, None]
    geometry = Geometry.from_spacing((8.0, 1.5, 1.5), (9, 64, 64))
    stack = CineStack(intensity, geometry, np.arange(10) * 80.0, Source("beating", "phantom"))
    assert end_systole(stack) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [("all", tuple(range(10))), ("ED,ES", (0, 4)), ("5, 0,5", (0, 5)), ("es", (4,)), ("ED,7", (0, 7))],
)
def test_phases_are_found_by_name_and_number(text, expected):
    phases, remarks = parse_phases(text, beating_stack())
    assert phases == expected
    assert len(remarks) == text.lower().count("ed") + text.lower().count("es")


@pytest.mark.parametrize(
    ("text", "message"), [("0,10", "phases 0 to 9"), ("systole", "must be all"), ("-1", "must be all")]
)
def test_phases_that_are_not_there_are_refused(text, message):
    with pytest.raises(SettingsError, match=message):
        parse_phases(text, beating_stack())


@pytest.mark.parametrize(("stated", "told"), [(8.0, 8.0), (None, 0.0)])
def test_the_model_is_told_the_thickness_or_that_none_is_stated(model, monkeypatch, stated, told):
    seen, synthesise = [], synthesising.synthesise_cine

    def recorded(model, cine, fractions, order, positions, *others, **named):
        seen.append(positions.thickness)
        return synthesise(model, cine, fractions, order, positions, *others, **named)

    monkeypatch.setattr(synthesising, "synthesise_cine", recorded)
    reconstruct(make_stack(phases=1, thickness=stated), calid(), model=model)
    assert seen == [told]


def test_the_model_is_told_when_phases_that_are_not_even_were_acquired(model, monkeypatch):
    seen = []
    monkeypatch.setattr(
        synthesising,
        "synthesise_cine",
        lambda model, cine, fractions, *_, **__: seen.append(fractions) or iter(()),
    )
    stack = replace(make_stack(phases=3), phase_times=np.array([0.0, 30.0, 90.0]))
    reconstruct(stack, calid(), model=model)
    np.testing.assert_array_equal(seen[0], stack.cycle_fractions)
    assert seen[0][2] == pytest.approx(3 * seen[0][1])


def test_a_hidden_slice_has_no_say_in_how_it_is_made_again(model):
    stack = make_stack(np.float32, slices=3, phases=1)
    values = stack.intensity.copy()
    values[:, 1] = 1000.0
    other = CineStack(values, stack.geometry, stack.phase_times, stack.source)
    window, settings = window_about((0, 6, 0, 5), 0, (6, 5)), calid(mode=Mode.FIDELITY)
    first, second = (
        next(synthesised(each, window, settings, (0,), CancelToken(), model)) for each in (stack, other)
    )
    np.testing.assert_array_equal(first, second)


def test_hidden_slices_are_asked_for_at_their_places_among_those_about_them(model, monkeypatch):
    asked = []
    monkeypatch.setattr(synthesis, "synthesise_cine", lambda *told, **_: asked.append(told) or iter(()))
    affine = np.diag([10.0, 1.5, 1.5, 1.0])
    geometry = Geometry(affine, (4, 6, 5), np.array([0.0, 10.0, 25.0, 35.0]))
    values = np.random.default_rng(0).random((3, 4, 6, 5))
    stack = CineStack(values, geometry, np.arange(3) * 40.0, Source("test", "phantom", thickness=8.0))
    window = window_about((0, 6, 0, 5), 0, (6, 5))
    assert not list(synthesised(stack, window, calid(), (2, 0), CancelToken(), model))
    _, _, fractions, order, positions, targets, _ = asked[0]
    np.testing.assert_array_equal(fractions, stack.cycle_fractions)
    assert order == (2, 0)
    assert positions == synthesis.SlicePositions((0.0, 25.0, 35.0, 0.0, 10.0, 35.0), 8.0)
    assert targets == [synthesis.Target(0, 0.4), synthesis.Target(4, 0.6)]


def test_beyond_what_the_model_was_shown_a_slice_made_again_is_linear(model):
    values = np.random.default_rng(3).integers(100, 900, (1, 4, 40, 56)).astype(np.int16)
    geometry = Geometry.from_spacing((10.0, 20.0, 20.0), (4, 40, 56))
    stack = CineStack(values, geometry, np.zeros(1), Source("test", "phantom"))
    found = leave_one_out(stack, calid(mode=Mode.FIDELITY), model=model)
    linear = leave_one_out(stack, calid(method=Method.LINEAR))
    top, bottom, left, right = found.made_within
    differ = np.argwhere((found.made != linear.made).any(axis=(0, 1)))
    assert differ.min(axis=0).tolist() == [top, left]
    assert (differ.max(axis=0) + 1).tolist() == [bottom, right]
