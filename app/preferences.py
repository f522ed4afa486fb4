"""What survives a restart: recent files, settings of the last run, window geometry. Local to this machine."""

import json
import os
from pathlib import Path

from platformdirs import user_data_path
from PySide6.QtCore import QByteArray, QSettings

from calid_core.errors import SettingsError
from calid_core.paths import is_folder, is_there
from calid_core.settings import ReconstructionSettings

RECENT_LIMIT = 10
LAYOUT_VERSION = 1
"""Raised whenever docks or toolbars change, so that an old arrangement is not applied to a new window."""


class Preferences:
    """Typed access to the stored settings; a stored value that is damaged counts as not stored.

    Parameters
    ----------
    settings
        The store; by default that of the application and user.
    """

    def __init__(self, settings: QSettings | None = None) -> None:
        self._own_store = settings is not None
        self._settings = settings or QSettings()

    def recent_paths(self) -> tuple[Path, ...]:
        """Files and folders opened lately that still exist, newest first."""
        stored = self._settings.value("recent", [])
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return tuple(path for path in (Path(str(name)) for name in names) if is_there(path))

    def add_recent(self, paths: tuple[Path, ...]) -> None:
        """Put files and folders on top of the recent list."""
        self._settings.sync()  # other windows put theirs there meanwhile
        new = [Path(os.path.realpath(path)) for path in paths]
        kept = [*new, *(path for path in self.recent_paths() if path not in new)]
        self._settings.setValue("recent", [str(path) for path in kept[:RECENT_LIMIT]])

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._settings.remove("recent")

    def reconstruction(self) -> ReconstructionSettings:
        """Settings of the last run, or the defaults."""
        stored = self._settings.value("reconstruction", "")
        try:
            return ReconstructionSettings.from_json(str(stored)) if stored else ReconstructionSettings()
        except SettingsError:
            return ReconstructionSettings()

    def set_reconstruction(self, settings: ReconstructionSettings) -> None:
        """Keep the settings of a run."""
        self._settings.setValue("reconstruction", settings.to_json())

    def window_geometry(self) -> QByteArray | None:
        """Place and size of the window; None where nothing is stored."""
        return self._bytes("window/geometry")

    def window_state(self) -> QByteArray | None:
        """Arrangement of docks and toolbars; None where nothing is stored or the window has changed since."""
        if self._settings.value("window/version", 0, int) != LAYOUT_VERSION:
            return None
        return self._bytes("window/state")

    def set_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Keep place, size and arrangement of the window."""
        self._settings.setValue("window/geometry", geometry)
        self._settings.setValue("window/state", state)
        self._settings.setValue("window/version", LAYOUT_VERSION)

    def folder(self) -> Path:
        """Folder of the last file dialog, or the home folder."""
        stored = Path(str(self._settings.value("folder", "")) or Path.home())
        return stored if is_folder(stored) else Path.home()

    def set_folder(self, folder: Path) -> None:
        """Keep the folder of a file dialog."""
        self._settings.setValue("folder", str(folder))

    def flag(self, name: str) -> bool:
        """A yes/no choice, such as ``tour_taken``; no while nobody has made it."""
        return bool(self._settings.value(f"flags/{name}", False, bool))

    def set_flag(self, name: str, value: bool) -> None:
        """Keep a yes/no choice."""
        self._settings.setValue(f"flags/{name}", value)

    def text(self, name: str, default: str) -> str:
        """A choice by name, such as the layout."""
        return str(self._settings.value(f"choices/{name}", default))

    def set_text(self, name: str, value: str) -> None:
        """Keep a choice by name."""
        self._settings.setValue(f"choices/{name}", value)

    def reviews_folder(self) -> Path:
        """Where unfinished reviews are kept: beside a store of one's own, else among the data of the program."""
        if self._own_store:
            return Path(self._settings.fileName()).parent / "reviews"
        return user_data_path("calid", appauthor=False) / "reviews"

    def key_changes(self) -> dict[str, str]:
        """Keys a person changed, by action; an empty text for an action that has none any more."""
        try:
            stored = json.loads(str(self._settings.value("keys", "{}")))
        except json.JSONDecodeError:
            return {}
        if not isinstance(stored, dict):
            return {}
        return {name: keys for name, keys in stored.items() if isinstance(keys, str)}

    def set_key_changes(self, changes: dict[str, str]) -> None:
        """Keep the keys that differ from the defaults."""
        self._settings.setValue("keys", json.dumps(changes))

    def _bytes(self, key: str) -> QByteArray | None:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else None
