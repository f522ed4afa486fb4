"""Real data, unpacked once per machine into the temporary folder, never into the project."""

import getpass
import shutil
import tarfile
import tempfile
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def _unpacked(name: str) -> Path:
    archive = DATA / f"{name}.tar.xz"
    if not archive.is_file():
        pytest.skip(f"../shared/data/{archive.name} is not here")
    folder = (
        Path(tempfile.gettempdir())
        / f"calid-real-data-{getpass.getuser()}"
        / f"{name}-{archive.stat().st_size}"
    )
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent))
        with tarfile.open(archive) as opened:
            opened.extractall(fresh, filter="data")
        try:
            fresh.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(fresh)
    return folder


@pytest.fixture(scope="session")
def sunnybrook() -> Path:
    """Folder with ``dicom`` (four patients) and ``contours``."""
    return _unpacked("sunnybrook")


@pytest.fixture(scope="session")
def pig() -> Path:
    """Folder with ``pig/short-axis``, ``pig/long-axis`` and ``pig/contours``."""
    return _unpacked("pig")


@pytest.fixture(scope="session")
def bivme() -> Path:
    """Folder with one patient in eleven series."""
    return _unpacked("bivme")


@pytest.fixture(scope="session")
def acdc() -> Path:
    """Folder with one folder per patient."""
    folder = DATA / "acdc"
    if not folder.is_dir():
        pytest.skip("../shared/data/acdc is not here")
    return folder
