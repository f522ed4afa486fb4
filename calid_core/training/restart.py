"""From shipped weights back to a training state, so that training can go on where the machine it began on is gone."""

from __future__ import annotations

import copy
from pathlib import Path

import torch

from calid_core.errors import SettingsError
from calid_core.io.atomic import check_folder, make_folder, replacing
from calid_core.models.checkpoint import (
    AUTOENCODER_FILE,
    CONDITIONAL_FILE,
    ConditionalHeader,
    load_model,
    read_checkpoint,
)
from calid_core.models.weights import content_hash
from calid_core.training.loop import state_file
from calid_core.training.origin import Origin
from calid_core.training.state import Clock, save_state


def refuse_trained(run: Path, *, going_on: bool = False) -> None:
    """``SettingsError`` where ``run`` holds networks that lose their autoencoder if another is written, or, unless its own training is
    ``going_on``, an autoencoder.
    """
    state = state_file(run, "calid")
    for file in (state,) if going_on else (state, run / AUTOENCODER_FILE):
        if file.exists():
            raise SettingsError(
                f"{run} holds a training already ({file.name}); give another RUN, or move it away"
            )


def restart(run: Path, weights: Path, *, anew: bool = False) -> Clock:
    """Lay the weights in the folder ``weights`` into ``run`` as an autoencoder and a state to resume from.

    The optimiser starts anew: its moments are not shipped. So does the clock, and with it the learning rate, where ``anew`` is
    asked for. Returns the updates and seconds that count as spent.

    Raises
    ------
    SettingsError
        ``run`` holds a training already.
    CheckpointError
        Weights that are missing, damaged or of another version.
    OutputError
        ``run`` cannot be written.
    """
    check_folder(run, "RUN")
    refuse_trained(run)
    network = load_model("cpu", weights).conditional.requires_grad_(True)
    header, _ = read_checkpoint(weights / CONDITIONAL_FILE, ConditionalHeader)
    clock = Clock() if anew else Clock(header.training.steps, 60.0 * header.training.minutes)
    state = state_file(run, "calid")
    make_folder(state)
    with replacing(run / AUTOENCODER_FILE) as temporary:
        temporary.write_bytes((weights / AUTOENCODER_FILE).read_bytes())
    optimiser = torch.optim.AdamW(network.parameters())
    origin = Origin(content_hash(run / AUTOENCODER_FILE))
    save_state(state, network, copy.deepcopy(network), optimiser, clock, origin)
    return clock
