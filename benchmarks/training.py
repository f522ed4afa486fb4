"""What scripts which train a network share: arguments, and the file of its weights."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import nn

from calid_core.io.atomic import check_folder, make_folder, replacing
from calid_core.models.checkpoint import LICENCE
from calid_core.models.device import choose_device
from calid_core.settings import Device
from calid_core.training.loop import Run


def add_run_arguments(parser: ArgumentParser) -> None:
    """Where and how long a training runs, and where its weights go."""
    parser.add_argument("--run", type=Path, required=True, help="folder of the state and log")
    parser.add_argument("--weights", type=Path, required=True, help="folder to write the weights to")
    on_top = "minutes in all; measuring on held-out patients at the end comes on top"
    parser.add_argument("--time-budget", type=float, required=True, metavar="MIN", help=on_top)
    parser.add_argument("--device", choices=[d.value for d in Device], default=Device.AUTO.value)
    parser.add_argument("--workers", type=int, default=1, help="threads of one core each; CPU only")


def run_of(arguments: Namespace) -> Run:
    """The run that ``add_run_arguments`` describes; ``OutputError`` where its weights could not be written."""
    check_folder(arguments.weights, "--weights")
    compute = choose_device(Device(arguments.device))
    return Run(
        arguments.run,
        compute.device,
        arguments.time_budget,
        workers=arguments.workers,
        precision=compute.precision,
    )


def save_network(path: Path, network: nn.Module, facts: Mapping[str, str] | None = None) -> None:
    """Write half-precision weights to ``path``, with their licence and ``facts`` about them; an old file survives a failure."""
    make_folder(path)
    tensors = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    with replacing(path) as temporary:
        temporary.write_bytes(save(tensors, {"licence": LICENCE, **(facts or {})}))
