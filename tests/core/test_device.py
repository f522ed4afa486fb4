import pytest
import torch

from calid_core.errors import SettingsError
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


def test_auto_prefers_cuda_to_mps_to_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device.available_devices() == (Device.CUDA, Device.MPS, Device.CPU)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device(Device.AUTO).device == torch.device("mps")


@pytest.mark.parametrize(("feature", "expected"), [("avx512_bf16", torch.bfloat16), ("avx2", torch.float32)])
def test_the_cpu_runs_in_bfloat16_only_where_it_multiplies_it(bare_machine, monkeypatch, feature, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {feature: True})
    chosen = choose_device(Device.CPU)
    assert chosen.precision == expected
    assert chosen.label == f"CPU, {str(expected).removeprefix('torch.')}"
