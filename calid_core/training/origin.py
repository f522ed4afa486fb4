"""What a training came from, kept in its state: to refuse another autoencoder and to notice other settings or data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calid_core.errors import CheckpointError
from calid_core.models.weights import content_hash
from calid_core.plain import to_plain

DIGITS = 12
"""Digits of a content hash that are told."""
PACK = "pack"
"""Name of the training pack among settings."""


@dataclass(frozen=True)
class Origin:
    """What a training came from; what is empty is not known, as in states of earlier versions.

    Parameters
    ----------
    autoencoder
        Content hash of the autoencoder that the networks are trained beside.
    settings
        Names and values of the configuration and the data, names dotted where they are nested.
    """

    autoencoder: str = ""
    settings: tuple[tuple[str, str], ...] = ()

    def check_autoencoder(self, wanted: str, state: Path) -> None:
        """``CheckpointError`` where ``state``, which came from here, was trained beside another autoencoder than ``wanted``."""
        if self.autoencoder and wanted and self.autoencoder != wanted:
            raise CheckpointError(
                f"{state} was trained beside the autoencoder {self.autoencoder[:DIGITS]}, here it is {wanted[:DIGITS]}; "
                "take runs of one autoencoder, or put back the autoencoder.safetensors that this one was trained with"
            )

    def other_pack(self, now: str) -> str:
        """That the pack was another one than that of the digest ``now``, in words; empty where it was not or is not known."""
        before = dict(self.settings).get(PACK, now)
        return f"{PACK} was {before}, is {now}" if now and before != now else ""

    def first_difference(self, now: Origin) -> str:
        """The first setting that is another one ``now``, in words; empty where none is or none is known."""
        before, after = dict(self.settings), dict(now.settings)
        for name in before | after if before and after else ():
            if before.get(name) != after.get(name):
                return f"{name} was {before.get(name, 'not set')}, is {after.get(name, 'not set')}"
        return ""


def origin_of(config: object, data: Mapping[str, Path | None], autoencoder: Path | None = None) -> Origin:
    """Origin of a training with ``config`` on the files ``data``, by what they are called, beside an ``autoencoder``."""
    digests = [(name, digest_of(path)) for name, path in data.items() if path is not None]
    return Origin(
        content_hash(autoencoder) if autoencoder else "", (*digests, *_named_values(to_plain(config)))
    )


def digest_of(path: Path) -> str:
    """What a file of data is called in an origin."""
    return content_hash(path)[:DIGITS]


def _named_values(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _named_values(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)
