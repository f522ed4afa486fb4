from unittest.mock import Mock

import pytest
import torch

from calid_core.errors import DeviceMemoryError, SettingsError
from calid_core.models import device
from calid_core.models.device import choose_device
from calid_core.settings import Device


@pytest.fixture
def bare_machine(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_auto_takes_the_cpu_where_there_is_nothing_else(bare_machine):
    assert choose_device(Device.AUTO).device == torch.device("cpu")


@pytest.mark.parametrize("wish", [Device.CUDA, Device.MPS])
def test_an_absent_device_is_refused_with_what_there_is(bare_machine, wish):
    with pytest.raises(SettingsError, match=f"{wish.value} is not available here; there is cpu"):
        choose_device(wish)


@pytest.fixture
def kernels(monkeypatch):
    """Has both GPUs; what it is set to runs instead of a kernel on them."""
    ran = Mock()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Old GPU")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    monkeypatch.setattr(device, "run_small_kernels", ran)
    device.refusal.cache_clear()
    yield ran
    device.refusal.cache_clear()


def test_auto_prefers_cuda_to_mps_to_the_cpu(kernels, monkeypatch):
    assert choose_device(Device.AUTO).device == torch.device("cuda")
    assert device.available_devices() == (Device.CUDA, Device.MPS, Device.CPU)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device(Device.AUTO).device == torch.device("mps")


@pytest.mark.parametrize(("feature", "expected"), [("avx512_bf16", torch.bfloat16), ("avx2", torch.float32)])
def test_the_cpu_runs_in_bfloat16_only_where_it_multiplies_it(bare_machine, monkeypatch, feature, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {feature: True})
    chosen = choose_device(Device.CPU)
    assert chosen.precision == expected
    assert chosen.label == f"CPU, {str(expected).removeprefix('torch.')}"


NO_KERNELS = "CUDA error: no kernel image is available for execution on the device"


def without_kernels(gpu: torch.device) -> None:
    if gpu.type == "cuda":
        raise RuntimeError(f"{NO_KERNELS}\nCompile with TORCH_USE_CUDA_DSA")


def test_auto_passes_over_a_gpu_that_cannot_run_kernels_and_says_why(kernels, monkeypatch):
    kernels.side_effect = without_kernels
    chosen = choose_device(Device.AUTO)
    assert chosen.device == torch.device("mps")
    assert f"The GPU (cuda) was not used: {NO_KERNELS}; to use it, install a PyTorch" in chosen.remark
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    chosen = choose_device(Device.AUTO)
    assert chosen.device == torch.device("cpu")
    assert NO_KERNELS in chosen.remark


def test_a_gpu_that_is_asked_for_and_cannot_run_kernels_is_refused_with_the_reason(kernels):
    kernels.side_effect = without_kernels
    with pytest.raises(SettingsError, match=f"device cuda cannot be used: {NO_KERNELS}; .* choose cpu"):
        choose_device(Device.CUDA)


def test_a_gpu_is_tried_once_and_the_cpu_never(kernels):
    for _ in range(3):
        choose_device(Device.CUDA)
        assert not choose_device(Device.CPU).remark
    kernels.assert_called_once_with(torch.device("cuda"))


def test_small_kernels_run_where_there_is_a_processor():
    device.run_small_kernels(torch.device("cpu"))


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."), DeviceMemoryError),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), RuntimeError),
    ],
)
def test_weights_without_room_are_a_matter_of_memory_and_other_faults_are_not(monkeypatch, error, raised):
    def refuse(*arguments, **options):
        raise error

    network = torch.nn.Linear(1, 1)
    monkeypatch.setattr(torch.nn.Module, "to", refuse)
    with pytest.raises(raised) as caught:
        device.move(network, torch.device("cuda"))
    assert isinstance(caught.value, DeviceMemoryError) == (raised is DeviceMemoryError)
