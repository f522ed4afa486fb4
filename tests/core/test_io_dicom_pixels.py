"""Pixels and multi-frame headers of DICOM files in every way of storing them that we meet."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filereader import read_file_meta_info
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from calid_core.errors import InputError
from calid_core.io import load, read_stack, scan
from calid_core.real_values import RealScale
from tests.core.dicom_files import Cine, enhanced, pixel_values, save, set_pixels


def expected(slices: int = 5, phases: int = 4, size: tuple[int, int] = (6, 8)) -> np.ndarray:
    """``(phases, slices, rows, columns)`` as written by ``Cine``, base first."""
    return np.array([[pixel_values(s, p, *size) for s in reversed(range(slices))] for p in range(phases)])


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_uncompressed_syntaxes_hold_the_same_stack(tmp_path: Path, syntax: str) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        save(dataset, tmp_path / f"{number}", syntax)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected())


def test_big_endian_pixels_come_out_in_native_order(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
        dataset["PixelData"].VR = "OW"
        save(dataset, tmp_path / f"{number}", ExplicitVRBigEndian)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, expected())
    assert stack.intensity.dtype.isnative


@pytest.mark.parametrize("kind", ["OW", "OB"])
def test_big_endian_pixels_of_8_bits_come_out_in_order(tmp_path: Path, kind: str) -> None:
    values = np.arange(2 * 5 * 7, dtype=np.uint8).reshape(2, 5, 7)  # frames of an odd size
    dataset = enhanced(Cine(slices=2, phases=1))
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = 5, 7, 2
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    stored = values.tobytes()
    dataset.PixelData = np.frombuffer(stored, "<u2").astype(">u2").tobytes() if kind == "OW" else stored
    dataset["PixelData"].VR = kind
    save(dataset, tmp_path / "a.dcm", ExplicitVRBigEndian)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity[0], values[::-1])


@pytest.mark.parametrize(
    ("true", "stated"),
    [(ExplicitVRLittleEndian, ImplicitVRLittleEndian), (ImplicitVRLittleEndian, ExplicitVRLittleEndian)],
)
@pytest.mark.parametrize("padding", [0, 16])
def test_pixels_begin_where_the_data_set_says_if_the_stated_syntax_is_wrong(
    tmp_path: Path, true: UID, stated: UID, padding: int
) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        if padding:
            dataset.add_new(0xFFFCFFFC, "OB", bytes(padding))
        path = tmp_path / f"{number}"
        save(dataset, path, true)
        meta = read_file_meta_info(path)
        rest = path.read_bytes()[144 + meta.FileMetaInformationGroupLength :]
        meta.TransferSyntaxUID = stated
        with path.open("wb") as file:
            file.write(bytes(128) + b"DICM")
            write_file_meta_info(file, meta)
            file.write(rest)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected())


def test_run_length_compressed_pixels_are_decoded(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        path = tmp_path / f"{number}"
        save(dataset, path)
        dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.save_as(path, enforce_file_format=True)
    assert scan([tmp_path]).series[0].transfer_syntax == "RLE Lossless"
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected())


def test_compressed_pixels_come_out_as_stored_in_spite_of_a_rescale(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        path = tmp_path / f"{number}"
        dataset.RescaleSlope, dataset.RescaleIntercept = "0.37", "-12.5"
        save(dataset, path)
        dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.save_as(path, enforce_file_format=True)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, expected())
    assert stack.source.real == RealScale(0.37, -12.5)


@pytest.mark.parametrize(("compressor", "name"), [("JPEG2000", "JPEG 2000"), ("JPEG", "JPEG Lossless")])
def test_lossless_jpeg_pixels_are_decoded(tmp_path: Path, compressor: str, name: str) -> None:
    cine = Cine(rows=32, columns=40)
    for number, dataset in enumerate(cine.datasets()):
        plain, packed = tmp_path / "plain.dcm", tmp_path / f"{number}.dcm"
        save(dataset, plain)
        writer = sitk.ImageFileWriter()
        writer.SetImageIO("GDCMImageIO")
        writer.KeepOriginalImageUIDOn()
        writer.SetUseCompression(True)
        writer.SetCompressor(compressor)
        writer.SetFileName(str(packed))
        writer.Execute(sitk.ReadImage(str(plain)))
        plain.unlink()
    assert name in scan([tmp_path]).series[0].transfer_syntax
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[1, 0], pixel_values(4, 1, 32, 40))


def test_negative_values_keep_their_sign(tmp_path: Path) -> None:
    def signed(dataset: Dataset, slice_: int, phase: int) -> None:
        set_pixels(dataset, pixel_values(slice_, phase).astype(np.int16) - 3000)

    Cine(edit=signed).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.intensity.dtype == np.int16
    np.testing.assert_array_equal(stack.intensity, expected().astype(np.int16) - 3000)


def test_overlay_bits_above_the_stored_ones_are_dropped(tmp_path: Path) -> None:
    def overlaid(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelData = (pixel_values(slice_, phase) % 4096 | 0x8000).astype("<u2").tobytes()
        dataset.BitsStored, dataset.HighBit = 12, 11

    Cine(edit=overlaid).write(tmp_path)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected() % 4096)


def test_pixels_at_the_high_end_of_their_words_are_moved_down(tmp_path: Path) -> None:
    def high(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PixelData = (pixel_values(slice_, phase) % 4096 << 4).astype("<u2").tobytes()
        dataset.BitsStored, dataset.HighBit = 12, 15

    Cine(edit=high).write(tmp_path)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected() % 4096)


def test_a_high_bit_that_the_pixels_contradict_is_named(tmp_path: Path) -> None:
    def wrong(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.BitsStored, dataset.HighBit = 12, 15

    Cine(edit=wrong).write(tmp_path)
    with pytest.raises(InputError, match=r"HighBit 15 does not fit the pixels.* set HighBit to 11"):
        read_stack(tmp_path)


def test_inverted_grey_scale_is_turned_over_and_said(tmp_path: Path) -> None:
    def inverted(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.BitsStored, dataset.HighBit = 13, 12

    Cine(edit=inverted).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, 8191 - expected())
    assert any("MONOCHROME1" in step for step in stack.source.steps)


def test_what_comes_in_beside_a_slice_of_inverted_grey_scale_is_dark(tmp_path: Path) -> None:
    cine = Cine()

    def edited(dataset: Dataset, slice_: int, phase: int) -> None:
        set_pixels(dataset, pixel_values(slice_, phase).astype(np.int16))
        dataset.PhotometricInterpretation = "MONOCHROME1"
        if slice_ == 2:
            aside = cine.position(2) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = edited
    cine.write(tmp_path)
    slice_ = read_stack(tmp_path).intensity[0, 2]
    upright = -1 - pixel_values(2, 0).astype(np.int16)
    np.testing.assert_array_equal(slice_[:, 2:], upright[:, :-2])
    assert (slice_[:, :2] == upright.min()).all()


@pytest.mark.parametrize(("signed", "mirror"), [(False, 8191), (True, -1)])
def test_the_window_of_an_inverted_grey_scale_is_turned_over_with_it(
    tmp_path: Path, signed: bool, mirror: int
) -> None:
    def inverted(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 13, 12, int(signed)
        dataset.RescaleSlope, dataset.RescaleIntercept = "2", "5"
        # Stored values 100 ± 50.
        dataset.WindowCenter, dataset.WindowWidth = "205", "200"

    Cine(edit=inverted).write(tmp_path)
    assert read_stack(tmp_path).source.window == (mirror - 100.0, 100.0)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("slopes", [("2", "2"), ("2", "0.5")], ids=["one slope", "two slopes"])
def test_real_values_of_an_inverted_grey_scale_are_those_of_the_file(
    tmp_path: Path, signed: bool, slopes: tuple[str, str]
) -> None:
    def inverted(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 13, 12, int(signed)
        dataset.RescaleSlope, dataset.RescaleIntercept = slopes[slice_ % 2], "5"
        dataset.WindowCenter, dataset.WindowWidth = "205", "200"

    Cine(slices=4, phases=2, edit=inverted).write(tmp_path)
    stack = read_stack(tmp_path)
    assert stack.source.real.slope < 0
    stated = np.array([float(slopes[s % 2]) for s in reversed(range(4))])[:, None, None]
    real = stack.source.real.to_real(stack.intensity)
    np.testing.assert_array_equal(real, stated * expected(slices=4, phases=2) + 5)
    assert stack.source.window is not None
    assert stack.source.real.window_to_real(stack.source.window) == (205.0, 200.0)


def test_a_slope_beyond_what_numbers_can_be_is_named(tmp_path: Path) -> None:
    def steep(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.RescaleSlope, dataset.RescaleIntercept = "1e308", "5"
        dataset.WindowCenter, dataset.WindowWidth = "205", "200"

    Cine(edit=steep).write(tmp_path)
    with pytest.raises(InputError, match=r"rescale slope 1e\+308 is too steep for its 16 bits"):
        read_stack(tmp_path)


def test_compressed_monochrome1_is_inverted_once(tmp_path: Path) -> None:
    for name, compressed in (("plain", False), ("compressed", True)):
        for number, dataset in enumerate(Cine(rows=32, columns=32).datasets()):
            save(dataset, tmp_path / "frame.dcm")
            dataset.PhotometricInterpretation = "MONOCHROME1"
            dataset.BitsStored, dataset.HighBit = 13, 12
            if compressed:
                dataset.compress(RLELossless, generate_instance_uid=False)
            (tmp_path / name).mkdir(exist_ok=True)
            dataset.save_as(tmp_path / name / f"{number}.dcm", enforce_file_format=True)
    plain, compressed_stack = (read_stack(tmp_path / name) for name in ("plain", "compressed"))
    np.testing.assert_array_equal(plain.intensity, 8191 - expected(size=(32, 32)))
    np.testing.assert_array_equal(compressed_stack.intensity, plain.intensity)


def test_a_common_rescale_is_kept_apart_from_stored_values(tmp_path: Path) -> None:
    def rescaled(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = "2.5", "-10"
        dataset.WindowCenter, dataset.WindowWidth = "240", "500"

    Cine(edit=rescaled).write(tmp_path)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, expected())
    assert stack.source.real == RealScale(2.5, -10.0)
    assert stack.source.window == (100.0, 200.0)


def test_rescale_slopes_that_differ_are_applied_and_said(tmp_path: Path) -> None:
    def rescaled(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = str(1 + slice_), "5"

    Cine(edit=rescaled).write(tmp_path)
    stack = read_stack(tmp_path)
    factors = np.arange(5, 0, -1)[None, :, None, None]
    np.testing.assert_allclose(stack.intensity, expected() * factors + 5)
    assert stack.intensity.dtype == np.float32
    assert any("rescale slopes differ" in step for step in stack.source.steps)


def test_an_unreadable_frame_has_the_real_values_of_the_one_in_its_place(tmp_path: Path) -> None:
    def rescaled(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = str(1 + phase), "0"

    paths = Cine(edit=rescaled).write(tmp_path)
    summary = scan([tmp_path]).series[0]
    paths[0].unlink()
    stack = load(summary)
    (slice_,) = stack.resampled_slices
    (phase,) = stack.slice_states[slice_].resampled_phases
    equal = [np.array_equal(stack.intensity[phase, slice_], other) for other in stack.intensity[:, slice_]]
    assert sum(equal) == 2


def test_a_phase_interpolated_in_time_does_not_wrap_around_in_the_scale_of_its_neighbour(
    tmp_path: Path,
) -> None:
    def rescaled(dataset: Dataset, slice_: int, phase: int) -> None:
        brightest = 1000.0 + 300.0 * np.sin(2 * np.pi * phase / 10)
        set_pixels(dataset, np.full((6, 8), 65535, np.uint16))
        dataset.RescaleSlope, dataset.RescaleIntercept = f"{brightest / 65535:.12f}", "0"

    cine = Cine(slices=4, phases=10, trigger_step=80.0, edit=rescaled)
    for number, dataset in enumerate(cine.datasets()):
        if number != 11:  # the second phase of the second slice
            save(dataset, tmp_path / f"{number}")
    stack = read_stack(tmp_path)
    (slice_,) = stack.resampled_slices
    (phase,) = stack.slice_states[slice_].resampled_phases
    true = 1000.0 + 300.0 * np.sin(2 * np.pi * phase / 10)
    np.testing.assert_allclose(stack.intensity[phase, slice_], true, rtol=0.02)


def packed(dataset: Dataset, path: Path) -> None:
    """Save run-length compressed."""
    save(dataset, path)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True)


@pytest.mark.parametrize("kind", ["colour", "float"])
def test_pixels_that_are_no_stored_grey_levels_are_named(tmp_path: Path, kind: str) -> None:
    def other(dataset: Dataset, slice_: int, phase: int) -> None:
        if kind == "colour":
            dataset.PhotometricInterpretation = "PALETTE COLOR"
        else:
            dataset.BitsAllocated = 32
            dataset.FloatPixelData = pixel_values(slice_, phase).astype("<f4").tobytes()
            del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation

    Cine(edit=other).write(tmp_path)
    named = {"colour": "colour images", "float": "images of 32-bit floating-point pixels"}
    with pytest.raises(InputError, match=f"20 files ignored: {named[kind]}"):
        scan([tmp_path])


def test_an_unknown_compression_is_named_with_its_remedy(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        path = tmp_path / f"{number}"
        save(dataset, path)
        dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.100"  # MPEG2
        dataset.save_as(path, enforce_file_format=True)
    with pytest.raises(
        InputError, match="MPEG2 Main Profile / Main Level cannot be decoded; export the images uncompressed"
    ):
        scan([tmp_path])


def test_compressed_pixels_that_are_cut_off_are_called_so(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine(rows=32, columns=32).datasets()):
        packed(dataset, tmp_path / f"{number}")
    path = tmp_path / "3"
    path.write_bytes(path.read_bytes()[:-300])
    assert [p.message for p in scan([tmp_path]).problems] == [
        "1 file could not be read: the file is truncated: compressed pixels are missing at its end; copy or export it again"
    ]


CODE_STREAMS = {
    JPEG2000Lossless: b"\xff\x4f\xff\x51" + bytes([0, 41, 0, 0, *(0, 0, 0, 8), *(0, 0, 0, 6)]) + bytes(30),
    JPEGLosslessSV1: b"\xff\xd8\xff\xe0\0\x04ab\xff\xc3\0\x0b\x10" + bytes([0, 6, 0, 8]) + bytes(30),
    JPEGLSLossless: b"\xff\xd8\xff\xf7\0\x0b\x10" + bytes([0, 6, 0, 8]) + bytes(30),
}


@pytest.mark.parametrize("syntax", [RLELossless, *CODE_STREAMS])
def test_compressed_pixels_of_another_size_than_the_header_says_are_refused(
    tmp_path: Path, syntax: UID
) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        save(dataset, tmp_path / f"{number}")
        if syntax == RLELossless:
            dataset.compress(RLELossless, generate_instance_uid=False)
        else:
            dataset.PixelData = encapsulate([CODE_STREAMS[syntax]])
            dataset["PixelData"].is_undefined_length = True
            dataset.file_meta.TransferSyntaxUID = syntax
        dataset.Rows = dataset.Columns = 16000
        dataset.save_as(tmp_path / f"{number}", enforce_file_format=True)
    with pytest.raises(
        InputError, match="20 files could not be read: its header says 16000 × 16000 pixels, but the compr"
    ):
        scan([tmp_path])


def test_a_deflated_file_is_inflated_to_the_end_of_its_pixels_only(tmp_path: Path) -> None:
    (dataset,) = Cine(slices=1, phases=1).datasets()
    dataset.PixelData += bytes(2**28)
    save(dataset, tmp_path / "a", DeflatedExplicitVRLittleEndian)
    del dataset
    tracemalloc.start()
    try:
        stack = load(scan([tmp_path]).series[0])
        assert tracemalloc.get_traced_memory()[1] < 2**27
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(stack.intensity[0, 0], pixel_values(0, 0))


def test_a_deflated_file_that_is_cut_off_or_damaged_is_called_so(tmp_path: Path) -> None:
    for number, dataset in enumerate(Cine(rows=32, columns=32).datasets()):
        save(dataset, tmp_path / f"{number}", DeflatedExplicitVRLittleEndian)
    whole = (tmp_path / "3").read_bytes()
    (tmp_path / "3").write_bytes(whole[:-300])
    (tmp_path / "4").write_bytes(whole[:340] + bytes(20) + whole[360:])
    problems = sorted(p.message for p in scan([tmp_path]).problems)
    assert problems == [
        "1 file could not be read: a deflated DICOM file is damaged; copy it again",
        "1 file could not be read: the file is truncated: pixels are missing at its end",
    ]


def test_damaged_compressed_pixels_are_called_so_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number, dataset in enumerate(Cine().datasets()):
        save(dataset, tmp_path / f"{number}")
        dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
        dataset.PixelData = encapsulate([b"\xff\x4f\xff\x51" + bytes(100)])
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(tmp_path / f"{number}", enforce_file_format=True)
    with pytest.raises(InputError, match=r"are damaged; copy or export the files again.* dcm2niix"):
        read_stack(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_an_enhanced_multi_frame_file_is_a_stack(tmp_path: Path) -> None:
    save(enhanced(Cine()), tmp_path / "all.dcm")
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, expected())
    np.testing.assert_allclose(stack.phase_times, [0, 40, 80, 120])
    assert stack.source.rr_interval == 640
    assert stack.geometry.pitch == pytest.approx(10, abs=1e-4)
    assert stack.thickness == 8


def test_what_follows_the_pixels_of_an_enhanced_file_is_not_taken_for_frames(tmp_path: Path) -> None:
    dataset = enhanced(Cine())
    dataset.PixelData = dataset.PixelData[: 15 * 96]
    dataset.NumberOfFrames = 15
    dataset.DataSetTrailingPadding = b"\7" * 500
    save(dataset, tmp_path / "all.dcm")
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity[:3], expected()[:3])
    np.testing.assert_array_equal(stack.intensity[3], expected()[0])  # the next one round the cycle
    assert any("describes more frames than the 15 it has" in step for step in stack.source.steps)
    dataset.NumberOfFrames = 20
    save(dataset, tmp_path / "all.dcm")
    with pytest.raises(InputError, match="pixels are missing at its end"):
        read_stack(tmp_path)


@pytest.mark.parametrize("stated", [None, 17])
def test_frames_of_an_enhanced_file_that_states_fewer_are_read(tmp_path: Path, stated: int | None) -> None:
    dataset = enhanced(Cine())
    dataset.NumberOfFrames = stated
    save(dataset, tmp_path / "all.dcm")
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected())


def test_a_compressed_enhanced_file_is_the_same_stack(tmp_path: Path) -> None:
    dataset = enhanced(Cine())
    save(dataset, tmp_path / "all.dcm")
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(tmp_path / "all.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(read_stack(tmp_path).intensity, expected())


def test_a_compressed_enhanced_file_keeps_the_rescale_of_every_frame(tmp_path: Path) -> None:
    dataset = enhanced(Cine())
    for number, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        transformation = Dataset()
        transformation.RescaleSlope, transformation.RescaleIntercept = f"{1 + 0.3 * number:.1f}", "3"
        groups.PixelValueTransformationSequence = [transformation]
    packed(dataset, tmp_path / "all.dcm")
    slopes = (
        1 + 0.3 * np.arange(20).reshape(4, 5)[:, ::-1, None, None]
    )  # phases in front of slices, base first
    np.testing.assert_allclose(read_stack(tmp_path).intensity, expected() * slopes + 3, rtol=1e-6)


def test_an_enhanced_file_without_frame_places_is_ignored_and_named(tmp_path: Path) -> None:
    dataset = enhanced(Cine())
    del dataset.PerFrameFunctionalGroupsSequence
    save(dataset, tmp_path / "all.dcm")
    with pytest.raises(InputError, match="multi-frame images without a position"):
        scan([tmp_path])


def test_an_enhanced_file_says_what_was_made_and_whose_it_is(tmp_path: Path) -> None:
    dataset = enhanced(Cine(patient="Doe^Jane"))
    dataset.SyntheticData, dataset.StudyDate = "YES", "20120531"
    dataset.PatientName, dataset.PatientID = "Doe^Jane", "123"
    save(dataset, tmp_path / "all.dcm")
    (series,) = scan([tmp_path]).series
    assert series.identity == "Doe, Jane · 123 · 2012-05-31"
    assert len(load(series).made_slices) == 5


def test_an_ordinary_file_with_an_empty_sequence_of_functional_groups_is_read_as_such(tmp_path: Path) -> None:
    def with_sequence(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PerFrameFunctionalGroupsSequence = []

    Cine(edit=with_sequence).write(tmp_path / "placed")
    np.testing.assert_array_equal(read_stack(tmp_path / "placed").intensity, expected())

    def without_place(dataset: Dataset, slice_: int, phase: int) -> None:
        with_sequence(dataset, slice_, phase)
        del dataset.ImagePositionPatient
        dataset.SliceLocation = str(10.0 * slice_)

    Cine(edit=without_place).write(tmp_path / "unplaced")
    (series,) = scan([tmp_path / "unplaced"]).series
    assert (series.slices, series.phases, series.known) == (5, 4, False)


def test_enhanced_files_of_one_frame_each_are_a_stack(tmp_path: Path) -> None:
    for slice_ in range(3):
        for phase in range(2):
            cine = Cine(slices=1, phases=1, origin=tuple(Cine().position(slice_)))  # type: ignore[arg-type]
            dataset = enhanced(cine)
            group = dataset.PerFrameFunctionalGroupsSequence[0]
            group.CardiacSynchronizationSequence[0].NominalCardiacTriggerDelayTime = 100.0 * phase
            save(dataset, tmp_path / f"{slice_}-{phase}.dcm")
    assert read_stack(tmp_path).intensity.shape == (2, 3, 6, 8)


def _components(group: Dataset, kind: str) -> None:
    frame_type = Dataset()
    frame_type.FrameType, frame_type.ComplexImageComponent = ["ORIGINAL", "PRIMARY", "FLOW", "NONE"], kind
    group.MRImageFrameTypeSequence = [frame_type]


def _velocity(group: Dataset, kind: str) -> None:
    frame_type = Dataset()
    value = "VELOCITY" if kind == "PHASE" else "FLOW"
    frame_type.FrameType = ["ORIGINAL", "PRIMARY", value, "PHASE_CONTRAST"]
    frame_type.ComplexImageComponent = "MAGNITUDE"
    group.MRImageFrameTypeSequence = [frame_type]


@pytest.mark.parametrize("tell", [_components, _velocity])
def test_magnitude_and_phase_frames_of_one_enhanced_file_are_two_stacks(
    tmp_path: Path, tell: Callable[[Dataset, str], None]
) -> None:
    magnitude, phase = enhanced(Cine()), enhanced(Cine())
    for group in magnitude.PerFrameFunctionalGroupsSequence:
        tell(group, "MAGNITUDE")
    for group in phase.PerFrameFunctionalGroupsSequence:
        tell(group, "PHASE")
    magnitude.PerFrameFunctionalGroupsSequence.extend(phase.PerFrameFunctionalGroupsSequence)
    magnitude.PixelData += (5000 - np.frombuffer(phase.PixelData, np.uint16)).tobytes()
    magnitude.NumberOfFrames = 40
    save(magnitude, tmp_path / "flow.dcm")
    stacks = [load(series).intensity for series in scan([tmp_path]).series]
    assert len(stacks) == 2
    for wanted in (expected(), 5000 - expected()):
        assert any(np.array_equal(stack, wanted) for stack in stacks)


def test_one_component_stated_of_the_whole_file_holds_for_its_frames(tmp_path: Path) -> None:
    for name, component in (("magnitude", "MAGNITUDE"), ("phase", "PHASE")):
        dataset = enhanced(Cine())
        dataset.ComplexImageComponent = component
        if component == "PHASE":
            dataset.PixelData = (5000 - np.frombuffer(dataset.PixelData, np.uint16)).tobytes()
        save(dataset, tmp_path / f"{name}.dcm")
    assert [(s.slices, s.phases) for s in scan([tmp_path]).series] == [(5, 4), (5, 4)]


def test_enhanced_files_of_one_phase_each_are_ordered_by_their_instance_numbers(tmp_path: Path) -> None:
    for phase, name in enumerate(("im11", "im2", "im10", "im1")):
        dataset = enhanced(Cine(phases=1))
        for groups in dataset.PerFrameFunctionalGroupsSequence:
            del groups.CardiacSynchronizationSequence
        dataset.InstanceNumber = phase + 1
        set_pixels(dataset, np.array([pixel_values(slice_, phase) for slice_ in range(5)]))
        save(dataset, tmp_path / name)
    stack = read_stack(tmp_path)
    np.testing.assert_array_equal(stack.intensity, expected())
    assert any("phases ordered by instance number" in step for step in stack.source.steps)
