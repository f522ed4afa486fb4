"""The methods that can be evaluated, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from calid_core.errors import SettingsError
from calid_core.evaluation.calid import Calid
from calid_core.evaluation.interpolations import BLUR_SIGMA, Interpolation
from calid_core.evaluation.prediction import EvaluatedMethod
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

BASELINES = ("nearest", "linear", "cubic", "linear-blur")

_BUILDERS: dict[str, Callable[[ReconstructionSettings], EvaluatedMethod]] = {
    "nearest": lambda _: Interpolation("nearest", Method.NEAREST),
    "linear": lambda _: Interpolation("linear", Method.LINEAR),
    "cubic": lambda _: Interpolation("cubic", Method.CUBIC),
    "linear-blur": lambda _: Interpolation("linear-blur", Method.LINEAR, BLUR_SIGMA),
    "calid": lambda s: Calid("calid", replace(s, mode=Mode.REALISM)),
    "calid-fidelity": lambda s: Calid("calid-fidelity", replace(s, mode=Mode.FIDELITY)),
    "calid-frames": lambda s: Calid("calid-frames", replace(s, mode=Mode.REALISM), frame_by_frame=True),
}


def method_names() -> tuple[str, ...]:
    """Every name that ``build_methods`` understands."""
    return tuple(_BUILDERS)


def build_methods(
    names: Sequence[str], *, device: Device = Device.AUTO, seed: int = 0
) -> tuple[EvaluatedMethod, ...]:
    """The methods of these names, in order and without repeats; ``SettingsError`` for an unknown name."""
    unknown = [name for name in names if name not in _BUILDERS]
    if unknown:
        raise SettingsError(f"unknown methods {', '.join(unknown)}; known are {', '.join(_BUILDERS)}")
    settings = ReconstructionSettings(device=device, seed=seed)
    return tuple(_BUILDERS[name](settings) for name in dict.fromkeys(names))
