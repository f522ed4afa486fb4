"""What a reader of a time must know about the machine it was taken on."""

from __future__ import annotations

import os

BUSY = 0.5
"""Load above which a machine is said to be shared."""


def machine_note() -> str:
    """Number of cores, and whether other work was running when this was asked."""
    cores = f"{os.cpu_count()} cores"
    if not hasattr(os, "getloadavg"):
        return cores
    load = os.getloadavg()[0]
    return f"{cores}, {f'shared with other work (load {load:.1f} before)' if load > BUSY else 'nothing else running'}"
