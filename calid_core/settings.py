"""What a person chooses for a reconstruction."""

import dataclasses
import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from calid_core.errors import SettingsError
from calid_core.plain import from_plain, to_plain
from calid_core.ranges import Range, check_ranges

DEFAULT_STEPS = 1
"""Denoiser evaluations per sample: the way from the warped neighbours is short, and more make no measured difference."""
RANGES = {
    "slice_spacing": Range(0.5, 20, unit="mm"),
    "steps": Range(1, 100),
    "samples": Range(1, 32),
    "seed": Range(0, 2**32 - 1),
}


class Method(Enum):
    """How missing slices are filled."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"
    CALID = "calid"


class Mode(Enum):
    """Which answer of the CaLID model is wanted."""

    REALISM = "realism"
    FIDELITY = "fidelity"


class Device(Enum):
    """Where the model runs; AUTO takes CUDA, else MPS, else the CPU."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


@dataclass(frozen=True)
class ReconstructionSettings:
    """Settings of one reconstruction.

    Parameters
    ----------
    method
        Interpolation or CaLID; a name such as ``"linear"`` becomes the ``Method``, likewise the names of a mode and a device.
    mode
        Realism: a sharp sample. Fidelity: the posterior mean. CaLID only.
    slice_spacing
        Wanted centre-to-centre distance in mm, 0.5 to 20.
    steps
        Denoiser evaluations per sample, 1 to 100. CaLID realism only.
    samples
        Samples drawn for the spread, 1 to 32. CaLID realism only.
    seed
        0 to 2**32 - 1.
    device
        Where the model runs.

    Raises
    ------
    SettingsError
        A value outside its range, or an unknown name.
    """

    method: Method = Method.CALID
    mode: Mode = Mode.REALISM
    slice_spacing: float = 2.0
    steps: int = DEFAULT_STEPS
    samples: int = 1
    seed: int = 0
    device: Device = Device.AUTO

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # 5 and 5.0 mm, numbers of numpy and Python have one JSON text
            value = from_plain(type(field.default), getattr(self, field.name), field.name, SettingsError)
            object.__setattr__(self, field.name, value)
        check_ranges(self, RANGES, SettingsError)

    @property
    def sampling(self) -> str:
        """How samples are drawn, in words that need no plural."""
        return f"steps {self.steps}, samples {self.samples}, seed {self.seed}"

    def to_json(self) -> str:
        """JSON object, one key per setting."""
        return json.dumps(self.to_dict(), indent=2)

    def to_dict(self) -> dict[str, str | int | float]:
        """Plain values by setting name."""
        values: dict[str, str | int | float] = to_plain(self)
        return values

    @classmethod
    def from_json(cls, text: str) -> "ReconstructionSettings":
        """Settings from ``to_json``; unknown names and wrong types raise ``SettingsError``."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise SettingsError(f"settings are not valid JSON: {error}") from error
        return cls.from_dict(values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ReconstructionSettings":
        """Settings from ``to_dict``; unknown names and wrong types raise ``SettingsError``."""
        return from_plain(cls, values, "settings", SettingsError)
