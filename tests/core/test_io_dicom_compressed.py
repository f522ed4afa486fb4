"""Code streams of compressed DICOM files; they are written by imagecodecs and pydicom."""

import sys
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import get_encoder
from pydicom.uid import (
    UID,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from calid_core.errors import DicomError, InputError
from calid_core.io import read_stack, scan
from calid_core.io.dicom.headers import read_frames
from calid_core.io.dicom.pixels import read_frame
from tests.core.dicom_files import Cine, enhanced, save


def _run_lengths(values: np.ndarray, bits: int) -> bytes:
    rows, columns = values.shape
    return get_encoder(RLELossless).encode(
        values,
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=8 * values.itemsize,
        bits_stored=bits,
        pixel_representation=int(values.dtype.kind == "i"),
        photometric_interpretation="MONOCHROME2",
    )


def _lossless(predictor: int) -> Callable[[np.ndarray, int], bytes]:
    def encode(values: np.ndarray, bits: int) -> bytes:
        return imagecodecs.jpeg8_encode(
            _unsigned(values, bits), lossless=True, predictor=predictor, bitspersample=bits
        )

    return encode


def _unsigned(values: np.ndarray, bits: int) -> np.ndarray:
    """Stored bits of values, which JPEG takes for unsigned ones."""
    return (values.astype(np.int64) & (2**bits - 1)).astype(f"u{values.itemsize}")


ENCODERS: dict[UID, Callable[[np.ndarray, int], bytes]] = {
    RLELossless: _run_lengths,
    JPEGLossless: _lossless(4),
    JPEGLosslessSV1: _lossless(1),
    JPEGLSLossless: lambda values, bits: imagecodecs.jpegls_encode(_unsigned(values, bits)),
    JPEG2000Lossless: lambda values, bits: imagecodecs.jpeg2k_encode(
        values, codecformat="j2k", reversible=True, level=0
    ),
    HTJ2KLossless: lambda values, bits: imagecodecs.htj2k_encode(values, reversible=True),
}
LOSSLESS = list(ENCODERS)


def _pixels(bits: int, signed: bool, frames: int = 1) -> np.ndarray:
    """``(frames, 16, 24)`` values that use all bits."""
    values = np.random.default_rng(bits).integers(0, 2**bits, (frames, 16, 24))
    return (values - signed * 2 ** (bits - 1)).astype(f"{'i' if signed else 'u'}{1 if bits <= 8 else 2}")


def _file(path: Path, syntax: UID, values: np.ndarray, bits: int, packed: list[bytes]) -> Dataset:
    """One frame, or an enhanced file of several slices, of code streams made elsewhere."""
    cine = Cine(slices=len(values), phases=1)
    dataset = enhanced(cine) if len(values) > 1 else cine.datasets()[0]
    save(dataset, path)
    dataset.Rows, dataset.Columns = values.shape[1:]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8 * values.itemsize, bits, bits - 1
    dataset.PixelRepresentation = int(values.dtype.kind == "i")
    _set_streams(dataset, syntax, encapsulate(packed))
    dataset.save_as(path, enforce_file_format=True)
    return dataset


def _set_streams(dataset: Dataset, syntax: UID, element: bytes) -> None:
    dataset.PixelData = element
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.keyword)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 13, 16])
def test_lossless_streams_come_out_as_stored(tmp_path: Path, syntax: UID, bits: int, signed: bool) -> None:
    values = _pixels(bits, signed)
    _file(tmp_path / "a", syntax, values, bits, [ENCODERS[syntax](values[0], bits)])
    (frame,) = read_frames(tmp_path / "a")
    stored = read_frame(frame)
    assert stored.dtype == values.dtype
    np.testing.assert_array_equal(stored, values[0])


def test_lossy_jpeg_of_12_bits_is_decoded(tmp_path: Path) -> None:
    values = np.broadcast_to(np.linspace(0, 4095, 24).astype(np.uint16), (1, 16, 24))
    stream = imagecodecs.jpeg8_encode(values[0], level=95, bitspersample=12)
    _file(tmp_path / "a", JPEGExtended12Bit, values, 12, [stream])
    np.testing.assert_allclose(read_frame(read_frames(tmp_path / "a")[0]), values[0], atol=60)


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1])
@pytest.mark.parametrize("layout", ["one fragment", "three fragments", "three and a table", "extended table"])
def test_frames_are_found_in_every_layout_of_fragments(tmp_path: Path, syntax: UID, layout: str) -> None:
    values = _pixels(16, False, frames=5)
    streams = [ENCODERS[syntax](frame, 16) for frame in values]
    dataset = _file(tmp_path / "a", syntax, values, 16, streams)
    if layout == "extended table":
        element, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(
            streams
        )
    else:
        element = encapsulate(
            streams, fragments_per_frame=1 if "one" in layout else 3, has_bot="table" in layout
        )
    _set_streams(dataset, syntax, element)
    dataset.save_as(tmp_path / "a", enforce_file_format=True)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity[0], values[::-1])


def test_a_wrong_offset_table_mixes_up_no_frames(tmp_path: Path) -> None:
    values = _pixels(16, False, frames=5)
    _file(tmp_path / "a", RLELossless, values, 16, [_run_lengths(frame, 16) for frame in values])
    content = (tmp_path / "a").read_bytes()
    at = content.index(b"\xe0\x7f\x10\x00") + 20
    (tmp_path / "a").write_bytes(content[:at] + bytes(20) + content[at + 20 :])
    np.testing.assert_array_equal(read_stack(tmp_path).intensity[0], values[::-1])


def test_each_frame_of_files_at_the_same_places_is_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []
    decode = imagecodecs.jpegls_decode

    def counting(data: bytes) -> np.ndarray:
        decoded.append(data)
        return decode(data)

    monkeypatch.setattr(imagecodecs, "jpegls_decode", counting)
    for name in ("one", "two"):
        values = _pixels(16, False, frames=5) ^ np.uint16(name == "two")
        streams = [imagecodecs.jpegls_encode(frame) for frame in values]
        _file(tmp_path / name, JPEGLSLossless, values, 16, streams)
    scan([tmp_path])
    assert len(decoded) == 10


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.keyword)
def test_damaged_streams_raise_dicom_errors_alone(
    tmp_path: Path, syntax: UID, capfd: pytest.CaptureFixture[str]
) -> None:
    values = _pixels(8, False)
    stream = ENCODERS[syntax](values[0], 8)
    damage = np.random.default_rng(1)
    said = []
    for _ in range(100):
        damaged = bytearray(stream)
        damaged[damage.integers(len(stream))] = damage.integers(256)
        _file(tmp_path / "a", syntax, values, 8, [bytes(damaged[: damage.integers(20, len(stream))])])
        try:
            read_frame(read_frames(tmp_path / "a")[0])
        except DicomError as error:
            said.append(str(error))
    assert said
    assert all("copy or export" in message for message in said)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("part", ["package", "codec"])
def test_imagecodecs_that_cannot_be_loaded_is_named_and_no_pixels_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    values = _pixels(8, False)
    _file(tmp_path / "a", JPEGLSLossless, values, 8, [ENCODERS[JPEGLSLossless](values[0], 8)])
    (frame,) = read_frames(tmp_path / "a")
    if part == "package":
        monkeypatch.setitem(sys.modules, "imagecodecs", None)
    else:
        monkeypatch.setattr(
            imagecodecs, "jpegls_decode", raising(imagecodecs.DelayedImportError("jpegls_decode"))
        )
    with pytest.raises(DicomError, match=r"need imagecodecs, which cannot be loaded .*pip install"):
        read_frame(frame)


def test_memory_that_runs_out_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = _pixels(8, False)
    _file(tmp_path / "a", JPEGLSLossless, values, 8, [ENCODERS[JPEGLSLossless](values[0], 8)])
    monkeypatch.setattr(imagecodecs, "jpegls_decode", raising(MemoryError()))
    with pytest.raises(MemoryError):
        read_frame(read_frames(tmp_path / "a")[0])


def raising(error: Exception) -> Callable[[bytes], np.ndarray]:
    """A decoder that fails."""

    def decode(stream: bytes) -> np.ndarray:
        raise error

    return decode


def test_a_jpeg_of_a_precision_that_cannot_be_is_called_damaged(tmp_path: Path) -> None:
    values = _pixels(8, False)
    stream = bytearray(ENCODERS[JPEGLosslessSV1](values[0], 8))
    stream[stream.index(b"\xff\xc3") + 4] = 136  # ends the process in the decoder of GDCM
    _file(tmp_path / "a", JPEGLosslessSV1, values, 8, [bytes(stream)])
    with pytest.raises(
        DicomError, match=r"JPEG Lossless.* are damaged; copy or export the files again.* dcmdjpeg"
    ):
        read_frame(read_frames(tmp_path / "a")[0])


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless])
def test_a_small_stream_that_claims_a_huge_image_is_refused(tmp_path: Path, syntax: UID) -> None:
    values = _pixels(16, False)
    stream = bytearray(ENCODERS[syntax](values[0], 16))
    if syntax == JPEG2000Lossless:
        at = stream.index(b"\xff\x51") + 6
        stream[at : at + 8] = stream[at + 16 : at + 24] = 2 * (12000).to_bytes(4, "big")
    else:
        at = stream.index(b"\xff\xf7") + 5
        stream[at : at + 4] = 2 * (12000).to_bytes(2, "big")
    _file(tmp_path / "a", syntax, np.broadcast_to(values[:, :1, :1], (1, 12000, 12000)), 16, [bytes(stream)])
    with pytest.raises(
        InputError, match="12000 × 12000 pixels, but the compressed pixels are too few for it"
    ):
        scan([tmp_path])


def test_more_rows_than_a_slice_can_have_are_refused(tmp_path: Path) -> None:
    dataset = Cine(slices=1, phases=1).datasets()[0]
    dataset.Rows = 20000
    dataset.PixelData = bytes(20000 * 8 * 2)
    save(dataset, tmp_path / "a")
    with pytest.raises(InputError, match="20000 × 8 pixels, limit 16384"):
        scan([tmp_path])
