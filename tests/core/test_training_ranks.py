from argparse import Namespace
from unittest.mock import Mock

import pytest
import torch
from torch import distributed

from calid_core.errors import SettingsError
from calid_core.models.device import ComputeDevice
from calid_core.settings import Device
from calid_core.training import command, ranks
from calid_core.training.ranks import Ranks, joined_ranks


@pytest.fixture
def torchrun(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """The second of three processes on a machine with two GPUs; records what is done to them and to the group."""
    done = Mock()
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", done.set_device)
    monkeypatch.setattr(ranks, "choose_device", done.choose_device)
    monkeypatch.setattr(distributed, "is_torchelastic_launched", lambda: True)
    monkeypatch.setattr(distributed, "init_process_group", done.join)
    monkeypatch.setattr(distributed, "destroy_process_group", done.leave)
    monkeypatch.setattr(distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(distributed, "get_world_size", lambda: 3)
    return done


def calls(done: Mock) -> list[str]:
    return [name for name, _, _ in done.mock_calls]


@pytest.mark.parametrize("wish", [Device.AUTO, Device.CUDA])
def test_a_process_takes_its_own_gpu_before_anything_runs_on_one(torchrun, wish):
    with joined_ranks(wish) as joined:
        assert joined == Ranks(1, 3, 1)
    assert calls(torchrun) == ["set_device", "choose_device", "join", "leave"]
    torchrun.set_device.assert_called_once_with(1)
    torchrun.choose_device.assert_called_once_with(Device.CUDA)
    torchrun.join.assert_called_once_with("cpu:gloo,cuda:nccl")


@pytest.mark.parametrize("wish", [Device.CPU, Device.MPS])
def test_processes_on_a_cpu_touch_no_gpu(torchrun, wish):
    with joined_ranks(wish):
        pass
    assert calls(torchrun) == ["join", "leave"]
    torchrun.join.assert_called_once_with("gloo")


def test_more_processes_than_gpus_are_refused_with_their_number(torchrun, monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "2")
    message = "process 3 of this machine, which has 2 GPUs; give --nproc-per-node 2 or less"
    with pytest.raises(SettingsError, match=message), joined_ranks(Device.AUTO):
        pass
    assert calls(torchrun) == []


@pytest.mark.parametrize(
    ("count", "cuda", "wish", "taken"),
    [
        (2, False, Device.AUTO, Device.CPU),
        (2, True, Device.AUTO, Device.AUTO),
        (2, False, Device.CPU, Device.CPU),
        (1, False, Device.AUTO, Device.AUTO),
        (1, False, Device.MPS, Device.MPS),
    ],
)
def test_several_processes_without_cuda_train_on_the_cpu(monkeypatch, count, cuda, wish, taken):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert Ranks(0, count).wish(wish) is taken


def test_several_processes_do_not_share_the_gpu_of_an_apple():
    with pytest.raises(SettingsError, match="2 processes cannot train together on Apple's GPU"):
        Ranks(0, 2).wish(Device.MPS)


def test_a_run_of_several_processes_on_an_apple_is_on_the_cpu(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(
        command,
        "choose_device",
        lambda wish: ComputeDevice(
            torch.device("mps" if wish is Device.AUTO else wish.value), torch.float32, ""
        ),
    )
    words = Namespace(run_folder=tmp_path, device="auto", time_budget=1.0, resume=False, workers=1, updates=0)
    assert command._run_of(words, Ranks(0, 2), "calid").device.type == "cpu"
    assert command._run_of(words, Ranks(), "calid").device.type == "mps"
