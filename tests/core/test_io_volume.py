"""NIfTI, NRRD and MetaImage in and out, with SimpleITK and the header formulas as judges."""

import bz2
import errno
import gzip
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from calid_core.cine import View
from calid_core.errors import GeometryError, InputError, OutputError
from calid_core.geometry import Geometry
from calid_core.io import load, read_stack, scan
from calid_core.io.volume import NOTICES, write_volume
from calid_core.io.volume_headers import read_header
from calid_core.io.volume_times import phase_times, sequence_values
from calid_core.provenance import SliceOrigin
from calid_core.real_values import RealScale

SUFFIXES = [".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd"]
SHAPE = (3, 5, 6, 7)


def cine(dtype: str = "int16") -> np.ndarray:
    values = np.random.default_rng(3).integers(0, 200, SHAPE)
    return values.astype(dtype)


def oblique(*, mirrored: bool = False) -> Geometry:
    axes = Rotation.from_euler("xyz", [20, 35, -50], degrees=True).as_matrix()
    affine = np.eye(4)
    affine[:3, :3] = axes * np.array([-9.5 if mirrored else 9.5, 1.25, 1.5])
    affine[:3, 3] = (10.5, -20.25, 33.0)
    return Geometry(affine, SHAPE[1:])


def write(path: Path) -> None:
    write_volume(path, cine(), oblique(), np.arange(3) * 30.0)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str, mirrored: bool) -> None:
    geometry, times = oblique(mirrored=mirrored), np.array([0.0, 35.0, 70.0])
    path = tmp_path / f"out{suffix}"
    write_volume(path, cine(), geometry, times)
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity, cine())
    assert stack.intensity.dtype == np.int16
    np.testing.assert_allclose(stack.geometry.affine, geometry.affine, atol=1e-5)
    np.testing.assert_allclose(stack.phase_times, times, rtol=1e-6)
    assert stack.geometry.known


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("phases", [1, 3])
def test_a_place_that_is_not_known_is_not_written(tmp_path: Path, suffix: str, phases: int) -> None:
    geometry = Geometry(oblique().affine, SHAPE[1:], known=False)
    path = tmp_path / f"out{suffix}"
    write_volume(
        path,
        cine()[:phases],
        geometry,
        np.arange(phases) * 35.0,
        description=NOTICES[SliceOrigin.SYNTHESISED],
    )
    stack = read_stack(path)
    assert not stack.geometry.known
    np.testing.assert_array_equal(stack.intensity, cine()[:phases])
    np.testing.assert_allclose(stack.geometry.spacing, geometry.spacing, rtol=1e-6)
    np.testing.assert_allclose(stack.phase_times, np.arange(phases) * 35.0, rtol=1e-6)
    image = sitk.ReadImage(str(path))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image).reshape(phases, *SHAPE[1:]), cine()[:phases])
    np.testing.assert_allclose(np.abs(image.GetDirection()), np.eye(image.GetDimension()).ravel())
    assert {p.name for p in tmp_path.iterdir()} <= {path.name, "out.raw"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_simpleitk_finds_voxels_at_the_same_place(tmp_path: Path, suffix: str) -> None:
    geometry = oblique()
    path = tmp_path / f"out{suffix}"
    write_volume(path, cine()[:1], geometry, np.zeros(1))
    image = sitk.ReadImage(str(path))
    assert image.GetDimension() == 3
    assert image[6, 2, 4] == cine()[0, 4, 2, 6]
    np.testing.assert_allclose(
        image.TransformIndexToPhysicalPoint((6, 2, 4)), geometry.to_patient((4, 2, 6)), atol=1e-4
    )


def test_nifti_holds_ras_millimetres_and_seconds(tmp_path: Path) -> None:
    geometry = oblique()
    times = np.array([0.0, 35.0, 70.0])
    write_volume(tmp_path / "out.nii", cine(), geometry, times, description=NOTICES[SliceOrigin.SYNTHESISED])
    header = (tmp_path / "out.nii").read_bytes()[:348]
    rows = np.array(struct.unpack("<12f", header[280:328])).reshape(3, 4)
    place = rows @ np.array([6.0, 2.0, 4.0, 1.0])
    np.testing.assert_allclose(place, geometry.to_patient((4, 2, 6)) * (-1, -1, 1), atol=1e-4)
    assert struct.unpack("<f", header[92:96])[0] == pytest.approx(0.035)  # pixdim[4]
    assert header[123] & 0x38 == 8  # NIFTI_UNITS_SEC
    assert header[148:228].rstrip(b"\0").decode() == NOTICES[SliceOrigin.SYNTHESISED]


@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd", ".mha"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32", "float64"])
def test_the_data_type_is_kept(tmp_path: Path, suffix: str, dtype: str) -> None:
    path = tmp_path / f"out{suffix}"
    write_volume(path, cine(dtype), oblique(), np.arange(3) * 30.0)
    assert scan([path]).series[0].dtype == dtype
    assert read_stack(path).intensity.dtype == np.dtype(dtype)


def nifti(
    path: Path,
    values: np.ndarray,
    *,
    pixdim: tuple[float, ...],
    sform: np.ndarray | None = None,
    qform_code: int = 0,
    qoffset: tuple[float, float, float] = (0.0, 0.0, 0.0),
    units: int = 0,
    slope: float = 1.0,
    order: str = "<",
) -> Path:
    """A NIfTI-1 file from the bytes of its header; ``values`` are ``(…, slices, rows, columns)``."""
    header = bytearray(352)
    struct.pack_into(order + "i", header, 0, 348)
    struct.pack_into(order + "8h", header, 40, values.ndim, *values.shape[::-1], *[1] * (7 - values.ndim))
    codes = {"int16": (4, 16), "float32": (16, 32), "uint8": (2, 8)}
    struct.pack_into(order + "2h", header, 70, *codes[values.dtype.name])
    struct.pack_into(order + "8f", header, 76, 1.0, *pixdim, *[1.0] * (7 - len(pixdim)))
    struct.pack_into(order + "3f", header, 108, 352.0, slope, 0.0)
    header[123] = units
    struct.pack_into(order + "2h", header, 252, qform_code, 0 if sform is None else 1)
    struct.pack_into(order + "3f", header, 268, *qoffset)
    if sform is not None:
        struct.pack_into(order + "12f", header, 280, *sform[:3].ravel())
    header[344:348] = b"n+1\0"
    content = bytes(header) + values.astype(values.dtype.newbyteorder(order)).tobytes()
    path.write_bytes(gzip.compress(content) if path.name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["sform", "qform"])
def test_a_nifti_2_file_is_read(tmp_path: Path, order: str, form: str) -> None:
    header = bytearray(544)
    struct.pack_into(order + "i8s2h", header, 0, 540, b"n+2\0\r\n\x1a\n", 4, 16)
    struct.pack_into(order + "8q", header, 16, 4, 7, 6, 5, 3, 1, 1, 1)
    struct.pack_into(order + "8d", header, 104, -1.0, 1.5, 1.25, 10.0, 0.04, 1.0, 1.0, 1.0)
    struct.pack_into(order + "q2d", header, 168, 544, 0.1, -3.7)
    header[240:251] = b"any comment"
    struct.pack_into(order + "2i", header, 344, int(form == "qform"), int(form == "sform"))
    struct.pack_into(order + "6d", header, 352, 0.0, 0.0, 1.0, 90.0, 80.0, -40.0)  # by 180° about z
    struct.pack_into(order + "12d", header, 400, -1.5, 0, 0, 90, 0, -1.25, 0, 80, 0, 0, -10, -40)
    struct.pack_into(order + "i", header, 500, 2 + 8)  # mm, s
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(bytes(header) + cine().astype(order + "i2").tobytes()))
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity, cine())
    assert stack.intensity.dtype == np.int16
    np.testing.assert_allclose(stack.geometry.to_patient((2, 1, 3)), (-90 + 4.5, -80 + 1.25, -40 - 20))
    np.testing.assert_allclose(stack.phase_times, (0, 40, 80))
    assert stack.source.real == RealScale(0.1, -3.7)
    assert read_header(path).description == "any comment"


def test_a_header_without_the_mark_of_nifti_is_refused(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine(), pixdim=(1.5, 1.25, 10.0, 40.0))
    path.write_bytes(path.read_bytes().replace(b"n+1\0", bytes(4), 1))
    with pytest.raises(
        InputError, match=r"^a\.nii has no NIfTI header \(it may be of Analyze 7\.5\); save it as"
    ):
        scan([path])


@pytest.mark.parametrize("dim", [(0, 7, 6, 5), (8, 7, 6, 5), (3, -7, 6, 5)])
def test_axes_that_cannot_be_are_refused(tmp_path: Path, dim: tuple[int, ...]) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0))
    content = bytearray(path.read_bytes())
    struct.pack_into("<4h", content, 40, *dim)
    path.write_bytes(content)
    with pytest.raises(
        InputError, match=rf"^a\.nii claims {dim[0]} axes of {dim[1]} × 6 × 5 .*damaged, copy"
    ):
        scan([path])


@pytest.mark.parametrize("components", [3, 6])
def test_values_of_a_vector_image_are_phases_where_they_are_no_colours(
    tmp_path: Path, components: int
) -> None:
    values = np.resize(cine(), (components, 1, *SHAPE[1:]))
    path = nifti(tmp_path / "a.nii", values, pixdim=(1.5, 1.25, 10.0))
    content = bytearray(path.read_bytes())
    struct.pack_into("<h", content, 68, 1007)  # NIFTI_INTENT_VECTOR, as ITK writes sequences
    path.write_bytes(content)
    if components == 3:
        with pytest.raises(InputError, match="is a colour image"):
            scan([path])
    else:
        np.testing.assert_array_equal(read_stack(path).intensity, values[:, 0])


def test_a_unit_sform_does_not_hide_the_spacing(tmp_path: Path) -> None:
    path = nifti(
        tmp_path / "acdc.nii.gz", cine()[0], pixdim=(1.5, 1.25, 10.0), sform=np.diag([-1.0, -1, 1, 1])
    )
    stack = read_stack(path)
    np.testing.assert_allclose(stack.geometry.spacing, (10.0, 1.25, 1.5))
    assert not stack.geometry.known
    assert any("unit spacing" in step for step in stack.source.steps)


def test_a_true_sform_is_believed(tmp_path: Path) -> None:
    sform = np.diag([-1.5, -1.25, 10.0, 1.0])
    sform[:3, 3] = (90, 80, -40)
    stack = read_stack(nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0), sform=sform))
    assert stack.geometry.known
    np.testing.assert_allclose(stack.geometry.to_patient((2, 1, 3)), [-90 + 4.5, -80 + 1.25, -40 + 20])


def test_forms_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    sform = np.diag([1.5, 1.25, 10.0, 1.0])
    sform[:3, 3] = (30, 0, 40)
    form = {"pixdim": (1.5, 1.25, 10.0), "sform": sform, "qform_code": 1}
    apart = nifti(tmp_path / "a.nii", cine()[0], **form)  # type: ignore[arg-type]
    told = [m for m in scan([apart]).series[0].messages if "qform" in m]
    assert told == ["sform and qform of the NIfTI header place it up to 50 mm apart: the sform is taken"]
    alike = nifti(tmp_path / "b.nii", cine()[0], qoffset=(30, 0, 40), **form)  # type: ignore[arg-type]
    assert not any("qform" in m for m in scan([alike]).series[0].messages)


@pytest.mark.parametrize("qform_code", [0, 1])
def test_the_sform_counts_and_not_pixdim(tmp_path: Path, qform_code: int) -> None:
    sform = np.diag([-2.0, -2.0, 10.0, 1.0])
    sform[:3, 3] = (100, 50, -30)
    path = nifti(
        tmp_path / "a.nii",
        cine()[0],
        pixdim=(1.5, 1.5, 8.0),
        sform=sform,
        qform_code=qform_code,
        qoffset=(100, 50, -30),
    )
    stack = read_stack(path)
    assert stack.geometry.known
    np.testing.assert_allclose(stack.geometry.spacing, (10.0, 2.0, 2.0))
    np.testing.assert_allclose(
        stack.geometry.to_patient((4, 5, 6)), (-100 + 2 * 6, -50 + 2 * 5, -30 + 10 * 4)
    )
    told = "pixdim of the NIfTI header says 1.5 × 1.5 × 8 mm, its sform 2 × 2 × 10 mm: the sform is taken"
    assert told in stack.source.steps
    assert any(": the sform is taken" in step and "apart" in step for step in stack.source.steps) == bool(
        qform_code
    )


@pytest.mark.parametrize("pixdim", [(-1.5, 1.25, -10.0), (float("nan"), 1.25, 10.0)])
def test_what_pixdim_cannot_mean_does_not_change_an_sform(tmp_path: Path, pixdim: tuple[float, ...]) -> None:
    sform = np.diag([-1.5, -1.25, 10.0, 1.0])
    stack = read_stack(nifti(tmp_path / "a.nii", cine()[0], pixdim=pixdim, sform=sform))
    np.testing.assert_allclose(stack.geometry.to_patient((4, 5, 6)), (9.0, 6.25, 40.0))
    assert any("pixdim" in step for step in stack.source.steps) == np.isnan(pixdim[0])


@pytest.mark.parametrize("pixdim", [(float("nan"), 1.25, 10.0), (0.0, 1.25, 10.0)])
@pytest.mark.parametrize("qform_code", [0, 1])
def test_spacing_that_is_none_is_refused(tmp_path: Path, pixdim: tuple[float, ...], qform_code: int) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=pixdim, qform_code=qform_code)
    with pytest.raises(
        InputError,
        match=r"^a\.nii (has a spacing of (nan|0) × 1.25 × 10 mm; set|cannot be placed: the qform)",
    ):
        scan([path])


def test_the_other_form_is_taken_where_one_makes_no_sense(tmp_path: Path) -> None:
    pixdim = (1.5, 1.25, 10.0)
    for sform, fault in ((np.eye(4), "has unit spacing"), (np.full((4, 4), np.nan), "is not finite")):
        path = nifti(
            tmp_path / "a.nii", cine()[0], pixdim=pixdim, sform=sform, qform_code=1, qoffset=(1, 2, 3)
        )
        stack = read_stack(path)
        np.testing.assert_allclose(stack.geometry.to_patient((1, 1, 1)), (-2.5, -3.25, 13.0))
        assert f"the sform of the NIfTI header {fault}: the qform is taken" in stack.source.steps


def test_a_sheared_volume_is_refused_with_its_remedy(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sform = np.diag([1.5, 1.25, 10.0, 1.0])
    sform[0, 2] = 5.0
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0), sform=sform)
    with pytest.raises(InputError, match=r"a.nii has axes that are not at right angles.* resample it"):
        scan([path])
    assert capfd.readouterr() == ("", "")


def test_a_packed_file_may_be_named_as_if_it_were_not(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine(), pixdim=(1.5, 1.25, 10.0, 40.0), units=16)
    path.write_bytes(gzip.compress(path.read_bytes()))
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity, cine())
    np.testing.assert_allclose(stack.geometry.spacing, (10.0, 1.25, 1.5))


def test_a_unit_sform_of_a_unit_volume_is_true(tmp_path: Path) -> None:
    stack = read_stack(nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.0, 1.0, 1.0), sform=np.eye(4)))
    assert stack.geometry.known


def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0))
    np.testing.assert_array_equal(read_stack(str(path)).intensity[0], cine()[0])


def test_without_form_codes_the_orientation_is_unknown(tmp_path: Path) -> None:
    stack = read_stack(nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0)))
    assert not stack.geometry.known
    np.testing.assert_allclose(stack.geometry.spacing, (10.0, 1.25, 1.5))


@pytest.mark.parametrize(
    ("step", "units", "expected", "said"),
    [
        (40.0, 16, 40.0, ""),
        (40000.0, 24, 40.0, ""),
        (0.04, 16, 40.0, "taken for s"),
        (0.04, 8, 40.0, ""),
        (40.0, 0, 40.0, "taken for ms"),
        (0.04, 0, 40.0, "taken for s"),
        (40.0, 8, 40.0, "taken for ms"),
        (1.0, 0, 1000 / 3, "not believable"),
    ],
)
def test_the_time_unit_is_stated_or_guessed_aloud(
    tmp_path: Path, step: float, units: int, expected: float, said: str
) -> None:
    path = nifti(tmp_path / "a.nii", cine(), pixdim=(1.5, 1.25, 10.0, step), sform=np.eye(4), units=units)
    stack = read_stack(path)
    np.testing.assert_allclose(stack.phase_times, np.arange(3) * expected, rtol=1e-5)
    assert said in " ".join(stack.source.steps)
    assert said or "taken for" not in " ".join(stack.source.steps)


@pytest.mark.parametrize(
    ("pixdim", "message"),
    [
        (
            (1500.0, 1250.0, 10000.0),
            "a.nii has pixels of 1500 mm, must be 0.05 to 20 mm; set the spacing or its unit",
        ),
        ((0.0015, 0.0015, 0.01), "a.nii has pixels of 0.0015 mm, must be 0.05"),
        ((1.5, 1.25, 10000.0), "a.nii has slices at a distance of 10000 mm, must be 0.05 to 100 mm"),
    ],
)
def test_a_spacing_in_another_unit_is_refused(
    tmp_path: Path, pixdim: tuple[float, ...], message: str
) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=pixdim)
    with pytest.raises(InputError, match=f"^{message}"):
        scan([path])


def test_the_pitch_of_a_single_plane_means_nothing(tmp_path: Path) -> None:
    (series,) = scan([nifti(tmp_path / "a.nii", cine()[0, :1], pixdim=(1.5, 1.25, 400.0))]).series
    assert series.slices == 1


def test_values_that_are_not_finite_are_replaced_and_counted(tmp_path: Path) -> None:
    values = cine("float32")
    values[1, 2, 3, 4], values[0, 0, 0, 0] = np.nan, np.inf
    path = nifti(tmp_path / "a.nii", values, pixdim=(1.5, 1.25, 10.0, 40.0), sform=np.eye(4))
    stack = read_stack(path)
    assert np.isfinite(stack.intensity).all()
    assert stack.intensity[1, 2, 3, 4] == np.nanmin(values)
    assert any("2 values that are not finite" in step for step in stack.source.steps)


def test_a_scale_factor_is_kept_apart_from_stored_values(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii.gz", cine()[0], pixdim=(1.5, 1.25, 10.0), slope=2.5)
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity[0], cine()[0])
    assert stack.intensity.dtype == np.int16
    assert stack.source.real == RealScale(2.5, 0.0)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_the_scale_is_written_for_other_readers(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_volume(path, cine(), oblique(), np.array([0.0, 35.0, 70.0]), real=RealScale(2.0, 5.0))
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity, cine())
    assert stack.source.real == RealScale(2.0, 5.0)
    np.testing.assert_allclose(sitk.GetArrayFromImage(sitk.ReadImage(path)), cine() * 2.0 + 5.0)


def test_the_scale_has_all_digits_of_the_header(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0), slope=0.00123456789)
    slope = float(np.float32(0.00123456789))
    assert read_stack(path).source.real == RealScale(slope, 0.0)


def test_a_big_endian_file_holds_the_same_values(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine()[0], pixdim=(1.5, 1.25, 10.0), sform=np.eye(4), order=">")
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity[0], cine()[0])
    assert stack.intensity.dtype.isnative


def test_labels_beside_images_are_no_images(tmp_path: Path) -> None:
    for name in ("p_frame01.nii.gz", "p_frame01_gt.nii.gz", "p_frame01-labels.nii.gz"):
        nifti(tmp_path / name, cine()[0], pixdim=(1.5, 1.25, 10.0))
    (tmp_path / "Info.cfg").write_text("ED: 1\n")
    found = scan([tmp_path])
    assert [s.label for s in found.series] == ["p_frame01"]
    assert {p.message for p in found.problems} == {
        "2 files ignored: segmentations by their names (_gt, _seg, _label, _mask)",
        "1 file ignored: no images",
    }


def test_a_labels_file_asked_for_by_name_opens(tmp_path: Path) -> None:
    assert read_stack(nifti(tmp_path / "p_gt.nii", cine()[0], pixdim=(1.5, 1.25, 10.0))).slices == 5


def test_several_files_in_a_folder_are_several_series(tmp_path: Path) -> None:
    nifti(tmp_path / "sa.nii", cine(), pixdim=(1.5, 1.25, 10.0, 40.0))
    nifti(tmp_path / "la_4ch.nii", cine(), pixdim=(1.5, 1.25, 10.0, 40.0))
    views = {s.label: s.view for s in scan([tmp_path]).series}
    assert views == {"sa": View.SHORT_AXIS, "la_4ch": View.LONG_AXIS}
    assert read_stack(tmp_path).source.label == "sa"


def test_a_slicer_sequence_is_a_cine(tmp_path: Path) -> None:
    values = cine()
    lines = [
        "NRRD0005", "type: short", "dimension: 4", "space: left-posterior-superior", "sizes: 3 7 6 5",
        "space directions: none (1.5,0,0) (0,1.25,0) (0,0,10)", "kinds: list domain domain domain",
        "endian: little", "encoding: raw", "space origin: (1,2,3)", "axis 0 index type:=numeric",
        "axis 0 index unit:=ms", "axis 0 index values:=0 31 65",
    ]  # fmt: skip
    content = ("\n".join(lines) + "\n\n").encode() + np.ascontiguousarray(
        np.moveaxis(values, 0, -1)
    ).tobytes()
    (tmp_path / "a.seq.nrrd").write_bytes(content)
    stack = read_stack(tmp_path / "a.seq.nrrd")
    np.testing.assert_array_equal(stack.intensity, values)
    np.testing.assert_allclose(stack.geometry.spacing, (10, 1.25, 1.5))


@pytest.mark.parametrize(
    ("space", "signs"),
    [
        ("left-posterior-superior-time", (1, 1, 1)),
        ("right-anterior-superior-time", (-1, -1, 1)),
        ("RAST", (-1, -1, 1)),
        ("left-anterior-superior-time", (1, -1, 1)),
    ],
)
def test_a_cine_in_a_space_with_time_lies_where_its_header_says(
    tmp_path: Path, space: str, signs: tuple[int, ...]
) -> None:
    lines = [
        "NRRD0004", "type: short", "dimension: 4", f"space: {space}", "sizes: 7 6 5 3",
        "space directions: (1.5,0,0,0) (0,1.25,0,0) (0,0,10,0) (0,0,0,40)", "kinds: domain domain domain domain",
        "endian: little", "encoding: raw", "space origin: (1,2,3,0)",
    ]  # fmt: skip
    (tmp_path / "a.nrrd").write_bytes(("\n".join(lines) + "\n\n").encode() + cine().tobytes())
    geometry = read_stack(tmp_path / "a.nrrd").geometry
    assert geometry.known
    place = np.array([1 + 4 * 1.5, 2 + 2 * 1.25, 3 + 3 * 10])
    np.testing.assert_allclose(geometry.to_patient((3, 2, 4)), place * signs)


def test_a_time_axis_outside_of_the_space_is_refused_with_its_remedy(tmp_path: Path) -> None:
    lines = [
        "NRRD0004", "type: short", "dimension: 4", "space: left-posterior-superior", "sizes: 7 6 5 3",
        "space directions: (1.5,0,0) (0,1.25,0) (0,0,10) none", "kinds: domain domain domain time",
        "endian: little", "encoding: raw", "space origin: (1,2,3)",
    ]  # fmt: skip
    (tmp_path / "a.nrrd").write_bytes(("\n".join(lines) + "\n\n").encode() + cine().tobytes())
    with pytest.raises(
        InputError, match=r"a.nrrd has a time axis without a place.* left-posterior-superior-time"
    ):
        scan([tmp_path / "a.nrrd"])


@pytest.mark.parametrize(
    ("shape", "message"),
    [((6, 7), "is a 2D image"), ((2, 3, 5, 6, 7), "has 5 axes")],
)
def test_images_of_other_dimensions_are_refused(tmp_path: Path, shape: tuple[int, ...], message: str) -> None:
    path = nifti(tmp_path / "a.nii", np.zeros(shape, np.int16), pixdim=(1.5, 1.25, 10.0))
    with pytest.raises(InputError, match=message):
        scan([path])


def test_a_colour_volume_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mha"
    sitk.WriteImage(sitk.GetImageFromArray(np.zeros((5, 6, 7, 3), np.uint8), isVector=True), str(path))
    with pytest.raises(InputError, match="colour image"):
        scan([path])


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_a_truncated_volume_is_an_input_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_volume(path, cine(), oblique(), np.arange(3) * 30.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(InputError):
        read_stack(path)


PACKED_FILES = {".nrrd": "a.nrrd", ".nhdr": "a.raw.gz", ".mha": "a.mha", ".mhd": "a.zraw"}


def packed(path: Path) -> tuple[np.ndarray, Path]:
    """What is written to a packed volume, and the file in which the last bytes of it are."""
    values = np.random.default_rng(1).integers(0, 500, (5, 24, 32)).astype(np.int16)
    sitk.WriteImage(sitk.GetImageFromArray(values), str(path), useCompression=True)
    return values, path.with_name(PACKED_FILES[path.suffix])


@pytest.mark.parametrize("suffix", PACKED_FILES)
@pytest.mark.parametrize("damage", ["zeros", "checksum", "end"])
def test_a_damaged_packed_volume_is_an_input_error(tmp_path: Path, suffix: str, damage: str) -> None:
    values, file = packed(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(read_stack(tmp_path / f"a{suffix}").intensity[0], values)
    content = bytearray(file.read_bytes())
    if damage == "zeros":
        content[-1000:-488] = bytes(512)
    elif damage == "checksum":
        content[-7] ^= 0x40  # of gzip; of zlib within the last code
        content[-2] ^= 0x40  # of zlib; of gzip within the length
    else:
        del content[-4:]
    file.write_bytes(content)
    with pytest.raises(InputError, match=rf"^a{suffix} is truncated or damaged \(.*\); copy it again"):
        read_stack(tmp_path / f"a{suffix}")


def test_what_precedes_packed_intensities_is_passed_over(tmp_path: Path) -> None:
    values, path = packed(tmp_path / "a.nrrd")
    header, _, content = path.read_bytes().partition(b"\n\n")
    unpacked = gzip.decompress(content)
    parts = gzip.compress(bytes(3) + unpacked[:1000]) + gzip.compress(unpacked[1000:])
    path.write_bytes(header + b"\nline skip: 1\nbyte skip: 3\n\na line\n" + parts)
    np.testing.assert_array_equal(read_stack(path).intensity[0], values)


@pytest.mark.parametrize("encoding", ["bzip2", "BZ2"])
def test_a_volume_packed_in_a_way_that_is_not_read_is_named_with_its_remedy(
    tmp_path: Path, encoding: str
) -> None:
    _, path = packed(tmp_path / "a.nrrd")
    header, _, content = path.read_bytes().partition(b"\n\n")
    header = header.replace(b"encoding: gzip", b"encoding: " + encoding.encode())
    path.write_bytes(header + b"\n\n" + bz2.compress(gzip.decompress(content)))
    with pytest.raises(
        InputError, match=r"^a\.nrrd is packed with bzip2, which is not read; .* encoding gzip or raw$"
    ):
        read_stack(path)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("size", [[], ["CompressedDataSize = 0"], ["CompressedDataSize = {}"]])
@pytest.mark.parametrize(("suffix", "before"), [(".mha", 0), (".mhd", 0), (".mhd", 7)])
def test_packed_metaimage_intensities_are_found_wherever_the_header_has_them(
    tmp_path: Path, suffix: str, before: int, size: list[str], swapped: bool
) -> None:
    values = np.random.default_rng(1).integers(0, 500, (5, 24, 32)).astype(np.int16)
    content = zlib.compress(values.astype(">i2" if swapped else "<i2").tobytes())
    lines = [
        "ObjectType = Image",
        "NDims = 3",
        "CompressedData = True",
        *size,
        f"BinaryDataByteOrderMSB = {swapped}",
    ]
    lines += [f"HeaderSize = {before}"] if before else []
    lines += [
        "DimSize = 32 24 5",
        "ElementType = MET_SHORT",
        f"ElementDataFile = {'LOCAL' if suffix == '.mha' else 'a.zraw'}",
    ]
    header = "\n".join([*lines, ""]).format(len(content)).encode()
    path = tmp_path / f"a{suffix}"
    path.write_bytes(header + content if suffix == ".mha" else header)
    (tmp_path / "a.zraw").write_bytes(bytes(before) + content)
    np.testing.assert_array_equal(read_stack(path).intensity[0], values)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "lines",
    [
        "BinaryDataByteOrderMSB : {}\nElementDataFile : LOCAL",
        "\tBinaryDataByteOrderMSB\t=\t{}\nElementDataFile\t= LOCAL",
        "  BinaryDataByteOrderMSB := {}\n  ElementDataFile =LOCAL",
        "BinaryDataByteOrderMSB = {}\nElementByteOrderMSB = False\nElementDataFile = LOCAL",
        "BinaryDataByteOrderMSB = False\nBinaryDataByteOrderMSB = {}\nElementDataFile = LOCAL",
        "ElementByteOrderMSB = {}\nElementDataFile = LOCAL",
    ],
)
def test_metaimage_lines_are_taken_as_itk_takes_them(
    tmp_path: Path, lines: str, packed: bool, swapped: bool
) -> None:
    values = np.random.default_rng(1).integers(0, 500, (5, 24, 32)).astype(np.int16)
    content = values.astype(">i2" if swapped else "<i2").tobytes()
    size = f"CompressedData : True\nCompressedDataSize:{len(zlib.compress(content))}\n" if packed else ""
    header = (
        "ObjectType = Image\nNDims : 3\nDimSize : 32 24 5\nElementSpacing:1.5 1.5 8\nOffset\t= 1 2 3\nTransformMatrix : 1 0 0 0 1 0 0 0 1\n"
        f"{size}ElementType: MET_SHORT\n{lines.format(swapped)}\n"
    )
    path = tmp_path / "a.mha"
    path.write_bytes(header.encode() + (zlib.compress(content) if packed else content))
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity[0], values)
    np.testing.assert_array_equal(stack.intensity[0], sitk.GetArrayFromImage(sitk.ReadImage(str(path))))
    assert stack.geometry.known


@pytest.mark.parametrize(
    ("line", "message"),
    [("HeaderSize = -1", "HeaderSize -1, but 0 or more"), ("Comment = c", "in several files")],
)
def test_packed_metaimage_intensities_that_cannot_be_found_are_refused(
    tmp_path: Path, line: str, message: str
) -> None:
    _, path = packed(tmp_path / "a.mhd")
    files = "a.zraw" if line.startswith("HeaderSize") else "a%d.zraw 0 4 1"
    header = (
        (tmp_path / "a.mhd")
        .read_text()
        .replace("ElementDataFile = a.zraw", f"{line}\nElementDataFile = {files}")
    )
    (tmp_path / "a.mhd").write_text(header)
    for index in range(5):
        (tmp_path / f"a{index}.zraw").write_bytes(path.read_bytes())
    with pytest.raises(InputError, match=message):
        read_stack(tmp_path / "a.mhd")


@pytest.mark.parametrize(
    ("suffix", "vector"), [(".nrrd", False), (".nrrd", True), (".mha", False), (".mha", True)]
)
def test_packed_intensities_are_those_that_itk_reads(tmp_path: Path, suffix: str, vector: bool) -> None:
    path = tmp_path / f"a{suffix}"
    written = (
        np.random.default_rng(1).normal(size=(5, 6, 7, 9) if vector else (9, 5, 6, 7)).astype(np.float32)
    )
    sitk.WriteImage(sitk.GetImageFromArray(written, isVector=vector), str(path), useCompression=True)
    read = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    np.testing.assert_array_equal(read_stack(path).intensity, np.moveaxis(read, -1, 0) if vector else read)


def test_a_packed_volume_that_swells_is_refused(tmp_path: Path) -> None:
    _, path = packed(tmp_path / "a.nrrd")
    header, _, content = path.read_bytes().partition(b"\n\n")
    path.write_bytes(header + b"\n\n" + gzip.compress(gzip.decompress(content) + bytes(2**20)))
    with pytest.raises(
        InputError, match=r"^a\.nrrd is truncated or damaged \(more is packed in it than twice"
    ):
        read_stack(path)


@pytest.mark.parametrize("suffix", [".nhdr", ".mhd"])
def test_a_header_without_its_data_file_is_told_from_a_damaged_one(tmp_path: Path, suffix: str) -> None:
    write_volume(tmp_path / f"a{suffix}", cine(), oblique(), np.arange(3) * 30.0)
    (tmp_path / "a.raw").unlink()
    with pytest.raises(InputError, match=rf"a{suffix} is a header alone: a.raw is not beside it; copy both"):
        read_stack(tmp_path / f"a{suffix}")


def test_an_existing_file_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.nii.gz"
    path.write_bytes(b"old")

    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("calid_core.io.volume._compress", full_disk)
    with pytest.raises(OutputError, match="disk is full"):
        write_volume(path, cine(), oblique(), np.arange(3) * 30.0)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("suffix", "other"), [(".mhd", ".nhdr"), (".nhdr", ".mhd")])
def test_intensities_of_another_header_are_not_replaced(tmp_path: Path, suffix: str, other: str) -> None:
    data, header = tmp_path / "x.raw", tmp_path / f"x{suffix}"
    data.write_bytes(b"something else")
    with pytest.raises(OutputError, match=rf"x\.raw is there and not of x{suffix}; choose another name"):
        write(header)
    assert [path.name for path in tmp_path.iterdir()] == ["x.raw"]
    data.unlink()
    write(header)
    write(header)  # its own
    with pytest.raises(OutputError, match=rf"x\.raw is there and not of x{other}"):
        write(tmp_path / f"x{other}")
    write(tmp_path / f"y{other}")
    text = (tmp_path / f"y{other}").read_bytes().replace(b"y.raw", b"x.raw")
    (tmp_path / f"x{other}").write_bytes(text)
    with pytest.raises(OutputError, match=rf"x\.raw belongs to x{other}, too"):
        write(header)
    np.testing.assert_array_equal(read_stack(header).intensity, cine())


@pytest.mark.parametrize("name", ["x.MHA", "x.Mhd", "x.NHDR", "x.NRRD", "x.NII"])
def test_a_suffix_in_capitals_writes_the_file_of_that_name_alone(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    beside = {"x.raw"} if name in ("x.Mhd", "x.NHDR") else set()
    assert {path.name for path in tmp_path.iterdir()} == {name} | beside
    np.testing.assert_array_equal(read_stack(tmp_path / name).intensity, cine())


def test_a_file_that_another_program_holds_is_not_blamed_on_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, _target: Path) -> None:  # as Windows does
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "held.nii"
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="the folder is not writable"):
        write(path)
    path.write_bytes(b"old")
    with pytest.raises(
        OutputError, match=r"cannot write held\.nii: it is open in another program or write-prot"
    ):
        write(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist; create it first"):
        write_volume(tmp_path / "no" / "out.nii", cine(), oblique(), np.arange(3) * 30.0)


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="its suffix must be one of"):
        write_volume(tmp_path / "out.xyz", cine(), oblique(), np.arange(3) * 30.0)


def test_uneven_slices_cannot_be_written(tmp_path: Path) -> None:
    geometry = Geometry(oblique().affine, SHAPE[1:], np.array([0, 9.5, 19, 38, 47.5]))
    with pytest.raises(GeometryError, match="reconstruct the stack first"):
        write_volume(tmp_path / "out.nii", cine(), geometry, np.arange(3) * 30.0)


def test_a_metaimage_header_that_crashes_itk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mha"
    write_volume(path, cine(), oblique(), np.arange(3) * 30.0)
    path.write_bytes(path.read_bytes().replace(b"NDims = 4", b"NDims =-4"))
    with pytest.raises(InputError, match="does not begin like a MetaImage file"):
        scan([path])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.nrrd", "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 4 3\nspacings: 1.5 1.5 10\nencoding: raw\nendian: little\n\n"),
        ("a.mha", "ObjectType = Image\nNDims = 3\nDimSize = 4 4 3\nElementSpacing = 1.5 1.5 10\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"),
    ],
)  # fmt: skip
def test_a_header_without_directions_leaves_the_orientation_unknown(
    tmp_path: Path, name: str, header: str
) -> None:
    (tmp_path / name).write_bytes(header.encode() + np.arange(48, dtype="<i2").tobytes())
    stack = read_stack(tmp_path / name)
    assert stack.geometry.shape == (3, 4, 4)
    assert not stack.geometry.known
    assert any("no orientation" in step for step in stack.source.steps)


NRRD = (
    "NRRD0004\ntype: short\ndimension: 3\nspace: LPS\nsizes: 4 4 3\nspace units: {}\n"
    "space directions: (.15,0,0) (0,.15,0) (0,0,1)\nspace origin: (-1,2,3)\nencoding: raw\nendian: little\n\n"
)
METAIMAGE = (
    "ObjectType = Image\nNDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = -1 2 3\nElementSpacing = .15 .15 1\n"
    "DimSize = 4 4 3\nDistanceUnits = {}\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
)


@pytest.mark.parametrize(
    ("name", "header", "said"),
    [
        ("a.nrrd", NRRD.replace("space origin: (-1,2,3)\n", ""), {"no position in the NRRD header"}),
        ("a.nrrd", NRRD.replace("space", "Space"), set()),
        ("a.mha", METAIMAGE.replace("Offset = -1 2 3\n", ""), {"no position in the MetaImage header"}),
        ("a.mha", METAIMAGE.replace("Offset", "Position").replace("Spacing", "Size"), set()),
        (
            "a.mha",
            METAIMAGE.replace("ElementSpacing = .15 .15 1\n", ""),
            {"no spacing in the MetaImage header: 1 mm is assumed"},
        ),
        *(
            (
                "a.nrrd",
                "NRRD0004\ntype: short\ndimension: 3\nsizes: 4 4 3\nencoding: raw\nendian: little\n" + spacings,
                {"no orientation and no position in the NRRD header", "no spacing in the NRRD header: 1 mm is assumed"},
            )
            for spacings in ("\n", "spacings: 1.5 1.5 nan\n\n")
        ),
    ],
)  # fmt: skip
def test_what_a_header_does_not_state_is_not_made_up_silently(
    tmp_path: Path, name: str, header: str, said: set[str]
) -> None:
    path, unit = tmp_path / name, '"mm" "mm" "mm"' if name == "a.nrrd" else "mm"
    path.write_bytes(header.format(unit).encode() + np.arange(48, dtype="<i2").tobytes())
    (series,) = scan([path]).series
    assert set(series.messages) == said
    assert series.known == (not said)


@pytest.mark.parametrize(
    ("name", "header", "millimetres"),
    [
        ("a.nrrd", NRRD.format('"cm" "cm" "cm"'), 10),
        ("a.nrrd", NRRD.format('"mm" "mm" "mm"'), 1),
        ("a.nrrd", NRRD.format('"" "" ""'), 1),
        ("a.mha", METAIMAGE.format("cm"), 10),
        ("a.mha", METAIMAGE.format("?"), 1),
    ],
)
def test_lengths_in_another_unit_are_brought_to_millimetres(
    tmp_path: Path, name: str, header: str, millimetres: int
) -> None:
    (tmp_path / name).write_bytes(header.encode() + np.arange(48, dtype="<i2").tobytes())
    stack = read_stack(tmp_path / name)
    np.testing.assert_allclose(stack.geometry.spacing, np.array((1, 0.15, 0.15)) * millimetres)
    np.testing.assert_allclose(
        stack.geometry.to_patient((2, 0, 1)), np.array((-0.85, 2, 5)) * millimetres, rtol=1e-6
    )
    assert any("lengths are in cm" in step for step in stack.source.steps) == (millimetres == 10)


def test_axes_of_different_units_are_refused_with_their_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.nrrd"
    path.write_bytes(NRRD.format('"mm" "mm" "cm"').encode() + np.arange(48, dtype="<i2").tobytes())
    with pytest.raises(InputError, match=r"^a\.nrrd has lengths in mm and cm; save it with all"):
        scan([path])


@pytest.mark.parametrize(
    ("slope", "expected"), [("-1.5", RealScale(-1.5, 20.0)), ("0", RealScale()), ("nan", RealScale())]
)
def test_a_metaimage_header_tells_real_values(tmp_path: Path, slope: str, expected: RealScale) -> None:
    lines = f"ElementToIntensityFunctionSlope = {slope}\nElementToIntensityFunctionOffset = 20\nElementType"
    values = np.arange(48, dtype="<i2")
    (tmp_path / "a.mha").write_bytes(
        METAIMAGE.format("mm").replace("ElementType", lines).encode() + values.tobytes()
    )
    stack = read_stack(tmp_path / "a.mha")
    np.testing.assert_array_equal(stack.intensity.ravel(), values)
    assert stack.source.real == expected


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.nrrd", NRRD.format('"mm" "mm" "mm"').replace("raw", "gzip")),
        ("a.mha", METAIMAGE.format("mm").replace("Offset", "CompressedData = True\nOffset")),
    ],
)
def test_a_file_that_cannot_hold_what_it_declares_is_refused_before_room_is_made_for_it(
    tmp_path: Path, name: str, header: str
) -> None:
    path = tmp_path / name
    path.write_bytes(header.replace("4 4 3", "2000 2000 1000").encode() + gzip.compress(b"abc"))
    with pytest.raises(InputError, match=rf"^{name} claims 8000000000 bytes of intensities, which \d+ bytes"):
        scan([path])
    detached = tmp_path / "other.raw"
    detached.write_bytes(bytes(4 * 4 * 3 * 2))
    line = f"data file: {detached.name}\n\n" if name == "a.nrrd" else f"ElementDataFile = {detached.name}\n"
    start = header.replace("gzip", "raw").replace("CompressedData = True\n", "").rstrip("\n")
    path.write_text(start.replace("ElementDataFile = LOCAL", "").rstrip("\n") + "\n" + line)
    assert read_stack(path).intensity.shape == (1, 3, 4, 4)
    assert detached.absolute() in read_stack(path).files


def test_what_follows_the_values_of_a_packed_file_takes_no_memory(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", cine(), pixdim=(1.5, 1.25, 10.0, 40.0), units=16)
    with gzip.open(tmp_path / "b.nii.gz", "wb", compresslevel=1) as packed:
        packed.write(path.read_bytes())
        for _ in range(64):
            packed.write(bytes(2**20))
    (series,) = scan([tmp_path / "b.nii.gz"]).series
    tracemalloc.start()
    try:
        stack = load(series)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(stack.intensity, cine())
    assert most < 2**24


@pytest.mark.parametrize(
    ("unit", "step", "interval", "said"),
    [
        ("s", 0.04, 40.0, ""),
        ("ms", 40.0, 40.0, ""),
        ("", 40.0, 40.0, "taken for ms"),
        ("", 0.04, 40.0, "taken for s"),
        ("", 1.0, 200.0, "not believable"),
    ],
)
def test_index_values_of_a_sequence_are_times_where_they_can_be(
    unit: str, step: float, interval: float, said: str
) -> None:
    times, messages = phase_times(5, 0.0, unit, np.arange(5) * step)
    assert np.diff(times) == pytest.approx([interval] * 4)
    assert any(said in message for message in messages) if said else not messages


def test_an_index_value_without_end_is_no_time() -> None:
    assert sequence_values({"axis 0 index values": "0 40 80 120 inf"}, 5) is None
    times, messages = phase_times(5, 0.0, "ms")
    assert np.isfinite(times).all()
    assert any("not believable" in message for message in messages)


def test_a_header_takes_its_place_after_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda file, target: moved.append(file.name) or replace(file, target)
    )
    write_volume(tmp_path / "out.mhd", cine(), oblique(), np.arange(3) * 30.0)
    assert moved == ["out.raw", "out.mhd"]
