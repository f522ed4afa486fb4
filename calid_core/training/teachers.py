"""Cross-fitting: what the mean is drawn to comes partly from networks that have not seen the patient.

A hidden slice is one draw about the mean that is wanted; on few patients a network learns the draws by heart. The prediction of a
teacher that was trained on other patients is a mean without any of that. Teacher ``k`` of ``n`` is trained without part ``k`` of the
patients, and teaches the student about that part alone. After Dao et al. 2021 (arXiv 2104.09732).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calid_core.errors import SettingsError
from calid_core.models.checkpoint import load_weights
from calid_core.models.conditional import ConditionalNetwork
from calid_core.models.config import ConditionalConfig
from calid_core.training.loop import state_file
from calid_core.training.pack import PackedVolume
from calid_core.training.state import read_average

LEAST_PARTS = 2


@dataclass(frozen=True)
class Part:
    """Part ``number`` of ``count`` parts of the patients, numbered from 0."""

    number: int
    count: int

    def __post_init__(self) -> None:
        if self.count < LEAST_PARTS or not 0 <= self.number < self.count:
            raise SettingsError(f"part {self.number}/{self.count} does not exist; 0/4 is the first of four")

    @classmethod
    def parse(cls, text: str) -> Part:
        """From ``number/count``.

        Raises
        ------
        SettingsError
            Text of another form, or no such part.
        """
        words = text.split("/")
        if len(words) != 2 or not all(word.isdecimal() for word in words):
            raise SettingsError(f"{text!r} is no part of the patients; write K/N, 0/4 for the first of four")
        return cls(int(words[0]), int(words[1]))

    def __call__(self, volumes: Sequence[PackedVolume]) -> set[str]:
        """The subjects of this part of those in ``volumes`` that are trained on."""
        subjects = sorted({volume.subject for volume in volumes if not volume.validation})
        return set(subjects[self.number :: self.count])


def without(part: Part, volumes: Sequence[PackedVolume]) -> tuple[PackedVolume, ...]:
    """``volumes`` without the patients of ``part``; those of validation stay."""
    left_out = part(volumes)
    return tuple(volume for volume in volumes if volume.subject not in left_out)


def lessons(volumes: Sequence[PackedVolume], count: int) -> tuple[tuple[PackedVolume, ...], ...]:
    """The volumes of each part that are trained on: what teacher ``k`` teaches."""
    parts = [Part(number, count)(volumes) for number in range(count)]
    return tuple(tuple(v for v in volumes if v.subject in part and not v.validation) for part in parts)


def read_teachers(runs: Sequence[Path], config: ConditionalConfig) -> tuple[ConditionalNetwork, ...]:
    """Averaged networks of the trainings in ``runs``, in evaluation mode.

    Raises
    ------
    SettingsError
        A single run.
    CheckpointError
        A run that is missing or of another size.
    """
    if len(runs) == 1:
        raise SettingsError(f"one teacher, {runs[0]}: there must be one for each of at least two parts")
    return tuple(_read(run, config) for run in runs)


def _read(run: Path, config: ConditionalConfig) -> ConditionalNetwork:
    network = ConditionalNetwork(config)
    path = state_file(run, "calid")
    load_weights(network, read_average(path)[0], path)
    return network.requires_grad_(False).eval()
