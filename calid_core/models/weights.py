"""Where the shipped weights lie, and the manifest that names them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calid_core.errors import CheckpointError
from calid_core.io.atomic import write_text
from calid_core.paths import is_file

MANIFEST = "manifest.json"
MODEL = "calid"
"""Name of CaLID in the manifest."""
RENEW = "export weights anew or reinstall CaLID"
VARIABLE = "CALID_WEIGHTS"
"""Environment variable that names the folder of the model where no other is chosen."""


def weights_directory() -> Path:
    """Folder of the shipped weights: beside the package in a source checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "resources" / "models"
    return checkout if checkout.is_dir() else package / "resources" / "models"


def model_directory(chosen: Path | None = None) -> Path:
    """Folder of the model that runs: the ``chosen`` one, else that of ``CALID_WEIGHTS``, else that of the shipped weights.

    It holds what ``calid train export`` writes. The segmenter is always the shipped one.
    """
    named = os.environ.get(VARIABLE)
    return chosen or (Path(named) if named else weights_directory())


def content_hash(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class ManifestEntry:
    """One model of a manifest: its files in order, each with its SHA-256."""

    name: str
    files: tuple[tuple[str, str], ...]

    @property
    def model_id(self) -> str:
        """Name of the content: the first 12 digits of the hash over all files."""
        return hashlib.sha256("".join(digest for _, digest in self.files).encode()).hexdigest()[:12]


def read_entry(directory: Path, name: str) -> ManifestEntry:
    """Entry ``name`` of the manifest in ``directory``.

    Raises
    ------
    CheckpointError
        No manifest, or one that does not name the model.
    """
    path = directory / MANIFEST
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["models"][name]["files"]
        return ManifestEntry(name, tuple((str(file), str(digest)) for file, digest in files.items()))
    except FileNotFoundError:
        raise CheckpointError(f"no model weights at {path}; {_remedy(directory)}") from None
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise CheckpointError(f"{path} does not describe the model {name!r}; {_remedy(directory)}") from None


def _remedy(directory: Path) -> str:
    """What to do about a folder without a manifest that can be used."""
    if str(directory) == str(Path(os.environ.get(VARIABLE, ""))):
        return f"{VARIABLE} names it: unset it, or let it name the folder that 'calid train export' wrote"
    shipped = directory == weights_directory()
    return "reinstall CaLID" if shipped else "give the folder that 'calid train export' wrote"


def model_id_in(directory: Path) -> str:
    """Identity of the CaLID model in a folder; empty where there is none."""
    try:
        return read_entry(directory, MODEL).model_id
    except CheckpointError:
        return ""


def write_entry(directory: Path, name: str, files: tuple[str, ...]) -> ManifestEntry:
    """Add or replace ``name`` in the manifest of ``directory``, hashing ``files`` that lie there."""
    path = directory / MANIFEST
    manifest: dict[str, Any] = {"format": 1, "models": {}}
    if path.exists():
        manifest = json.loads(path.read_text(encoding="utf-8"))
    entry = ManifestEntry(name, tuple((file, content_hash(directory / file)) for file in files))
    manifest["models"][name] = {"id": entry.model_id, "files": dict(entry.files)}
    write_text(path, json.dumps(manifest, indent=2) + "\n")
    return entry


def verified_files(directory: Path, entry: ManifestEntry) -> tuple[Path, ...]:
    """Paths of an entry's files after checking that they are there and undamaged.

    Raises
    ------
    CheckpointError
        A file that is missing or differs from the manifest.
    """
    paths = []
    for file, digest in entry.files:
        path = directory / file
        if not is_file(path):
            raise CheckpointError(f"model weights {path} are missing; {RENEW}")
        if content_hash(path) != digest:
            raise CheckpointError(
                f"model weights {path} are damaged (content differs from {MANIFEST}); {RENEW}"
            )
        paths.append(path)
    return tuple(paths)
