"""What a training run is asked for: typed, frozen, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from calid_core.errors import SettingsError
from calid_core.models.config import AutoencoderConfig, ConditionalConfig
from calid_core.paths import cannot_be_opened, check_there
from calid_core.plain import from_plain
from calid_core.ranges import Range, check_ranges
from calid_core.training.augmentation import ViewLimits

COMMON = {
    "peak_rate": Range(0, above=True),
    "warmup": Range(0),
    "weight_decay": Range(0),
    "ema": Range(0, 1, below=True),
    "validate_every": Range(1),
    "seed": Range(0, 2**32 - 1),
}
"""What the values that both trainings have may be."""


@dataclass(frozen=True)
class AutoencoderTraining:
    """Training of the autoencoder."""

    model: AutoencoderConfig = field(default_factory=AutoencoderConfig)
    batch: int = 24
    crop: int = 96
    peak_rate: float = 1e-3
    warmup: int = 50
    weight_decay: float = 1e-4
    kl_weight: float = 1e-6
    gradient_weight: float = 0.5
    validate_every: int = 100
    squared_weight: float = 50.0
    ema: float = 0.998
    seed: int = 0

    def __post_init__(self) -> None:
        check_ranges(self, COMMON | {"batch": Range(1)})
        check_ranges(self, dict.fromkeys(("kl_weight", "gradient_weight", "squared_weight"), Range(0)))
        _check_crop(self.crop, self.model.factor)


@dataclass(frozen=True)
class CalidTraining:
    """Training of the conditional networks; the autoencoder is frozen.

    ``gap_shares`` are the shares of batches whose gap spans 2, 3 and 4 slice distances; ``targets`` is how many slices
    a batch synthesises; ``dense_share`` is the share of gaps from phantoms, where the pack has any. The denoiser is
    trained from ``earliest_time`` on, and validated from ``start_time`` on; not at all where ``flow_weight`` is 0. Outside the heart
    box a squared error counts ``surroundings_weight``; ``error_floor`` is that of ``losses.relative_error``. Where there are
    teachers, ``teacher_share`` of what the mean is drawn to is their prediction, the rest the true slice.
    """

    model: ConditionalConfig = field(default_factory=ConditionalConfig)
    views: ViewLimits = field(default_factory=ViewLimits)
    targets: int = 16
    crop: int = 96
    gap_shares: tuple[float, float, float] = (0.74, 0.16, 0.10)
    fine_pitch_weight: float = 2.5
    cine_weight: float = 0.5
    dense_share: float = 0.12
    peak_rate: float = 8e-4
    warmup: int = 100
    weight_decay: float = 1e-3
    surroundings_weight: float = 1.0
    error_floor: float = 0.01
    teacher_share: float = 0.8
    similarity_weight: float = 0.3
    latent_weight: float = 0.05
    flow_weight: float = 0.25
    interval_weight: float = 1.0
    warp_weight: float = 0.4
    roughness_weight: float = 0.02
    ema: float = 0.998
    start_time: float = 0.7
    earliest_time: float = 0.4
    validate_every: int = 250
    seed: int = 0

    def __post_init__(self) -> None:
        shares = {"dense_share": Range(0, 1, below=True), "teacher_share": Range(0, 1)}
        times = {"start_time": Range(0, 1), "earliest_time": Range(0, 1, below=True)}
        above = ("fine_pitch_weight", "cine_weight", "error_floor")
        weights = [f.name for f in fields(self) if f.name.endswith("_weight") and f.name not in above]
        check_ranges(self, COMMON | shares | times | {"targets": Range(1)})
        check_ranges(self, dict.fromkeys(above, Range(0, above=True)) | dict.fromkeys(weights, Range(0)))
        check_ranges(self, {"gap_shares": Range(0)})
        if not any(self.gap_shares):
            raise ValueError(f"gap_shares is {self.gap_shares}, one of them must be above 0")
        _check_crop(self.crop, self.model.divisor)


def _check_crop(crop: int, divisor: int) -> None:
    if crop < divisor or crop % divisor:
        raise ValueError(f"crop is {crop}, must be a multiple of {divisor}")


@dataclass(frozen=True)
class TrainingConfig:
    """Both trainings, as one file describes them."""

    autoencoder: AutoencoderTraining = field(default_factory=AutoencoderTraining)
    calid: CalidTraining = field(default_factory=CalidTraining)


def read_config(path: Path | None) -> TrainingConfig:
    """Configuration of a TOML file with the tables ``autoencoder`` and ``calid``; what it leaves out keeps its default.

    Raises
    ------
    InputError
        A file that is not there or cannot be opened.
    SettingsError
        No TOML, an unknown name, a value of another type or outside its range.
    """
    if path is None:
        return TrainingConfig()
    check_there(path)
    try:
        return from_plain(TrainingConfig, tomllib.loads(path.read_text(encoding="utf-8")), "", ValueError)
    except OSError as error:
        raise cannot_be_opened(path, error) from error
    except ValueError as error:
        raise SettingsError(f"{path} is no training configuration: {error}") from error
