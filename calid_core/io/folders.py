"""Every file below a folder, links followed, and what was left out on the way."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from calid_core.io.summary import Problem
from calid_core.words import count_of

LITTER = ("._", ".DS_Store", ".directory", ".Spotlight-V100", ".Trash", ".fseventsd", ".localized", ".git")
"""How names begin of what systems leave in folders: nobody misses it."""
HIDDEN_FOLDER, HIDDEN_FILE, BROKEN_LINK = "hidden folder", "hidden file", "broken link"
HIDDEN = "left out (a dot begins the name; to open one, rename or choose it)"
WHY_LEFT_OUT = {HIDDEN_FOLDER: HIDDEN, HIDDEN_FILE: HIDDEN, BROKEN_LINK: "left out (leading nowhere)"}


class FolderSearch:
    """Walks through folders, through each of them once, however many links lead there."""

    def __init__(self) -> None:
        self._walked: set[Path] = set()
        self._left_out: Counter[str] = Counter()
        self._closed: list[Problem] = []

    def files_below(self, folder: Path) -> Iterator[Path]:
        """Every file below a folder in a fixed order; hidden ones are left out and counted.

        Links to folders are followed, save for those that lead back up, out of ``folder``.
        """
        top = folder.resolve()
        for root, folders, names in os.walk(folder, onerror=self._note_closed, followlinks=True):
            real = Path(root).resolve()
            if real in self._walked or (real != top and top.is_relative_to(real)):
                folders.clear()
                continue
            self._walked.add(real)
            folders[:] = sorted(name for name in folders if not self._hidden(name, HIDDEN_FOLDER))
            for name in sorted(names):
                path = Path(root, name)
                if self._hidden(name, HIDDEN_FILE):
                    continue
                if not _is_special(path):
                    yield path
                elif path.is_symlink() and not path.exists():
                    self._left_out[BROKEN_LINK] += 1

    def problems(self) -> list[Problem]:
        """What was left out so far."""
        counted = [
            Problem(f"{count_of(count, what)} {WHY_LEFT_OUT[what]}", count)
            for what, count in self._left_out.items()
        ]
        return [*self._closed, *counted]

    def _hidden(self, name: str, what: str) -> bool:
        if not name.startswith("."):
            return False
        if not name.startswith(LITTER):
            self._left_out[what] += 1
        return True

    def _note_closed(self, error: OSError) -> None:
        self._closed.append(
            Problem(f"a folder could not be opened ({error.strerror}); check its permissions")
        )


def _is_special(path: Path) -> bool:
    """Whether a path is a pipe or the like, which would block, or leads nowhere; a file that is closed is none."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except PermissionError:
        return False
    except OSError:
        return True
