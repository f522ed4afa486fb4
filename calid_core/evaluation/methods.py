"""The methods that can be evaluated, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.errors import SettingsError
from calid_core.evaluation.calid import Calid
from calid_core.evaluation.interpolations import BLUR_SIGMA, Interpolation
from calid_core.evaluation.prediction import EvaluatedMethod
from calid_core.models.weights import (
    MODEL,
    content_hash,
    model_directory,
    model_id_in,
    read_entry,
    weights_directory,
)
from calid_core.settings import DEFAULT_STEPS, Device, Method, Mode, ReconstructionSettings

if TYPE_CHECKING:
    from calid_core.models.checkpoint import CalidModel

BASELINES = ("nearest", "linear", "cubic", "linear-blur")
WITHOUT_MODEL = (*BASELINES, "regression")
"""Methods that run nothing of CaLID's model."""
MAYBE_TRAINED_ON = (
    "Own patients may be among those that these weights were trained on, and score too well then: --patients validation leaves "
    "out patients of ACDC and Sunnybrook only."
)


@dataclass(frozen=True)
class MethodOptions:
    """What methods with a network need.

    Parameters
    ----------
    device
        Where they run.
    seed
        Seed of samples.
    steps
        Denoiser evaluations of CaLID's realism.
    weights
        Folder of CaLID's model; None for ``model_directory()``.
    comparators
        Folder with the weights of trained comparators; None: they are not available.

    Raises
    ------
    SettingsError
        A value outside its range.
    """

    device: Device = Device.AUTO
    seed: int = 0
    steps: int = DEFAULT_STEPS
    weights: Path | None = None
    comparators: Path | None = None

    def __post_init__(self) -> None:
        _settings(self)


def _settings(options: MethodOptions, mode: Mode = Mode.REALISM) -> ReconstructionSettings:
    return ReconstructionSettings(mode=mode, device=options.device, seed=options.seed, steps=options.steps)


def _calid(name: str, mode: Mode, options: MethodOptions, *, frame_by_frame: bool = False) -> Calid:
    model = None
    if options.weights is not None:
        # What cannot be used is told before patients are read.
        from calid_core.synthesising import ready_model

        model = ready_model(options.device, options.weights)
    return Calid(name, _settings(options, mode), frame_by_frame, model)


# Networks, and torch with them, are imported only where one is asked for.


def _model(options: MethodOptions) -> CalidModel:
    from calid_core.models.checkpoint import load_model

    return load_model(options.device.value, options.weights)


def _latent(name: str, options: MethodOptions, *, on_sphere: bool) -> EvaluatedMethod:
    from calid_core.evaluation.comparators.latent import LatentInterpolation

    model = _model(options)
    return LatentInterpolation(name, model.autoencoder, model.compute, on_sphere)


def _regression(options: MethodOptions) -> EvaluatedMethod:
    from calid_core.evaluation.comparators.regression import Regression, RegressionConfig, RegressionNetwork
    from calid_core.evaluation.comparators.weights import comparator_file, load_comparator
    from calid_core.models.device import choose_device

    compute = choose_device(options.device)
    path = comparator_file(_folder(options), "regression")
    network = load_comparator(path, RegressionNetwork(RegressionConfig()), compute.device)
    return Regression(network, compute)


def _published(options: MethodOptions) -> EvaluatedMethod:
    from calid_core.evaluation.comparators.published import Published, PublishedConfig, PublishedNetwork
    from calid_core.evaluation.comparators.weights import comparator_file, load_comparator
    from calid_core.models.checkpoint import AUTOENCODER_FILE

    model = _model(options)
    config = PublishedConfig(latent_channels=model.autoencoder.config.latent_channels)
    path = comparator_file(_folder(options), "calid-published")
    beside = content_hash(model_directory(options.weights) / AUTOENCODER_FILE)
    network = load_comparator(path, PublishedNetwork(config), model.device, autoencoder=beside)
    return Published(network, model.autoencoder, model.compute, options.seed)


def _folder(options: MethodOptions) -> Path:
    if options.comparators is None:
        raise SettingsError("trained comparators need the folder of their weights; give --comparators DIR")
    return options.comparators


_BUILDERS: dict[str, Callable[[MethodOptions], EvaluatedMethod]] = {
    "nearest": lambda _: Interpolation("nearest", Method.NEAREST),
    "linear": lambda _: Interpolation("linear", Method.LINEAR),
    "cubic": lambda _: Interpolation("cubic", Method.CUBIC),
    "linear-blur": lambda _: Interpolation("linear-blur", Method.LINEAR, BLUR_SIGMA),
    "calid": lambda options: _calid("calid", Mode.REALISM, options),
    "calid-fidelity": lambda options: _calid("calid-fidelity", Mode.FIDELITY, options),
    "calid-frames": lambda options: _calid("calid-frames", Mode.REALISM, options, frame_by_frame=True),
    "calid-fidelity-frames": lambda options: _calid(
        "calid-fidelity-frames", Mode.FIDELITY, options, frame_by_frame=True
    ),
    "latent-linear": lambda options: _latent("latent-linear", options, on_sphere=False),
    "latent-spherical": lambda options: _latent("latent-spherical", options, on_sphere=True),
    "regression": _regression,
    "calid-published": _published,
}


def method_names() -> tuple[str, ...]:
    """Every name that ``build_methods`` understands."""
    return tuple(_BUILDERS)


def build_methods(names: Sequence[str], options: MethodOptions | None = None) -> tuple[EvaluatedMethod, ...]:
    """The methods of these names, in order and without repeats.

    Raises
    ------
    SettingsError
        No name, an unknown one, or a trained comparator without the folder of its weights.
    CheckpointError
        Weights that a method needs are missing.
    """
    unknown = [name for name in names if name not in _BUILDERS]
    if unknown or not names:
        raise SettingsError(
            f"unknown methods {', '.join(unknown) or '(none given)'}; known are {', '.join(_BUILDERS)}"
        )
    return tuple(_BUILDERS[name](options or MethodOptions()) for name in dict.fromkeys(names))


def model_remarks(names: Sequence[str], options: MethodOptions) -> tuple[str, ...]:
    """Which model the methods ``names`` run, where it is not the shipped one, and whom that may have been trained on.

    Raises
    ------
    CheckpointError
        There is none.
    """
    folder = model_directory(options.weights)
    if folder == weights_directory() or set(names) <= set(WITHOUT_MODEL):
        return ()
    model_id = read_entry(folder, MODEL).model_id
    if model_id == model_id_in(weights_directory()):
        return ()
    return (f"The weights of CaLID are {model_id}, not the shipped ones.", MAYBE_TRAINED_ON)
