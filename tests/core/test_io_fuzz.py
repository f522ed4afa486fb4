"""Whatever the bytes are, reading ends in a stack or in an InputError."""

import struct
import tempfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import RLELossless

from calid_core.errors import CalidError, InputError
from calid_core.geometry import Geometry
from calid_core.io import load, read_stack, scan
from calid_core.io.volume import write_volume
from tests.core.dicom_files import Cine, save

FUZZ = settings(max_examples=60, deadline=None)
HEADER = 1200
"""Bytes in which all headers of the test files lie."""


@cache
def dicom_bytes() -> bytes:
    target = BytesIO()
    save(Cine().dataset(1, 2), target)  # type: ignore[arg-type]
    return target.getvalue()


@cache
def compressed_bytes() -> bytes:
    dataset = dcmread(BytesIO(dicom_bytes()))
    dataset.compress(RLELossless, generate_instance_uid=False)
    target = BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


@cache
def volume_bytes(suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        values = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
        geometry = Geometry.from_spacing((10, 1, 1), (3, 4, 5), known=True)
        write_volume(path, values, geometry, np.array([0.0, 40.0]))
        return path.read_bytes()


VALID: dict[str, Callable[[], bytes]] = {
    ".dcm": dicom_bytes,
    ".rle": compressed_bytes,
    ".nii": lambda: volume_bytes(".nii"),
    ".nii.gz": lambda: volume_bytes(".nii.gz"),
    ".nrrd": lambda: volume_bytes(".nrrd"),
    ".mha": lambda: volume_bytes(".mha"),
}


def try_to_read(content: bytes, suffix: str) -> None:
    """Read a file and everything found in it; anything but a ``CalidError`` is a defect."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        try:
            for summary in scan([path]).series:
                stack = load(summary)
                assert stack.intensity.size > 0
        except CalidError:
            pass


@pytest.mark.parametrize("suffix", VALID)
@FUZZ
@given(data=st.data())
def test_a_file_cut_anywhere_raises_nothing_but_calid_errors(suffix: str, data: st.DataObject) -> None:
    content = VALID[suffix]()
    try_to_read(content[: data.draw(st.integers(0, len(content) - 1))], suffix)


@pytest.mark.parametrize("suffix", VALID)
@FUZZ
@given(data=st.data())
def test_changed_bytes_raise_nothing_but_calid_errors(suffix: str, data: st.DataObject) -> None:
    content = bytearray(VALID[suffix]())
    places = st.integers(0, min(HEADER, len(content)) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        content[place] = byte
    try_to_read(bytes(content), suffix)


@pytest.mark.parametrize("suffix", [*VALID, ""])
@FUZZ
@given(content=st.binary(max_size=600))
def test_random_bytes_raise_nothing_but_calid_errors(suffix: str, content: bytes) -> None:
    try_to_read(content, suffix)


@FUZZ
@given(content=st.binary(max_size=400))
def test_random_bytes_behind_a_dicom_preamble_raise_nothing_but_calid_errors(content: bytes) -> None:
    try_to_read(bytes(128) + b"DICM" + content, "")


def test_a_jpeg_named_dcm_is_named_for_what_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "photo.dcm").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500))
    with pytest.raises(InputError, match=r"1 file ignored: named \.dcm but no DICOM"):
        scan([tmp_path])


def test_an_empty_folder_says_what_to_choose(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder is empty; choose a folder with DICOM"):
        scan([tmp_path])


def test_a_path_that_does_not_exist_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        scan([tmp_path / "no"])


def test_a_folder_without_images_says_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(InputError, match=r"notes\.txt: 1 file ignored: no images; choose a DICOM"):
        scan([tmp_path / "notes.txt"])
    with pytest.raises(InputError, match=r"nothing readable among 2 files: .*empty.*no images"):
        scan([tmp_path])


def test_a_file_that_may_not_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Cine().write(tmp_path)
    real_open = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self == paths[0]:
            raise PermissionError(13, "Permission denied")
        return real_open(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    found = scan([tmp_path])
    assert [p.message for p in found.problems] == [
        "1 file could not be read: Permission denied; check its permissions"
    ]


def test_a_gzipped_volume_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    content = bytearray(volume_bytes(".nii.gz"))
    content[-8:-4] = struct.pack("<I", 12345)
    (tmp_path / "a.nii.gz").write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"a\.nii\.gz"):
        read_stack(tmp_path / "a.nii.gz")
