"""Provenance files and derived DICOM series."""

import errno
import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from calid_core.checks.alignment import align
from calid_core.checks.input_checks import check_input
from calid_core.cine import CineStack, Source
from calid_core.contouring.heart_box import Box
from calid_core.datasets.cases import BoxSource, Case
from calid_core.errors import DicomError, InputError, OutputError
from calid_core.evaluation.holdout import hold_out
from calid_core.geometry import Geometry
from calid_core.io import load, read_stack, scan
from calid_core.io.atomic import remedy_of
from calid_core.io.derived_dicom import UNCHANGED, write_dicom
from calid_core.io.derived_volume import write_reconstruction
from calid_core.io.sidecar import write_sidecar
from calid_core.io.volume import write_volume
from calid_core.io.volume_files import check_sidecar, sidecar_of
from calid_core.judgement import Decision, Judgement
from calid_core.marks import slice_name
from calid_core.pipeline import reconstruct
from calid_core.provenance import SliceOrigin, SliceProvenance, SourceSlice
from calid_core.real_values import RealScale
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, Mode, ReconstructionSettings
from tests.core.dicom_files import MR, Cine, enhanced, save

LINEAR = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)


def reconstruction(stack: CineStack, method: Method = Method.CALID) -> Reconstruction:
    """One slice, the mean of its neighbours, in the middle of every gap."""
    geometry, index = stack.geometry.densified(stack.geometry.pitch / 2)
    origin = SliceOrigin.SYNTHESISED if method is Method.CALID else SliceOrigin.INTERPOLATED
    volumes, provenance = [], []
    for place in index:
        low, high = int(np.floor(place)), int(np.ceil(place))
        volumes.append(
            (stack.intensity[:, low] / 2 + stack.intensity[:, high] / 2).astype(stack.intensity.dtype)
        )
        half = stack.geometry.pitch / 2
        sources = (SourceSlice(low, half), SourceSlice(high, half))
        acquired = SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(low, 0.0),))
        provenance.append(acquired if low == high else SliceProvenance(origin, sources))
    return Reconstruction(
        intensity=np.stack(volumes, axis=1),
        geometry=geometry,
        phase_times=stack.phase_times,
        provenance=tuple(provenance),
        settings=ReconstructionSettings(method=method, slice_spacing=5.0, seed=7),
        acquired=stack,
        model_id="0123abcd",
        seconds=1.5,
        warnings=("only a test",),
    )


@pytest.fixture
def from_dicom(tmp_path: Path) -> Reconstruction:
    def with_invalid_date(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.Manufacturer, dataset.ScanningSequence = "SCANNER", "GR"

    Cine(edit=with_invalid_date, description="cine SA").write(tmp_path / "in")
    for path in (tmp_path / "in").iterdir():  # an invalid date as bytes: pydicom refuses to write it
        content = path.read_bytes()
        tag = b"\x08\x00\x20\x00DA\x08\x0020120000"
        place = content.index(b"\x08\x00\x60\x00CS")
        path.write_bytes(content[:place] + tag + content[place:])
    return reconstruction(read_stack(tmp_path / "in"))


@pytest.fixture
def from_volume() -> Reconstruction:
    values = np.random.default_rng(1).normal(0.0, 3.0, (2, 3, 4, 5)).astype(np.float32)
    geometry = Geometry.from_spacing((10, 1.5, 1.25), (3, 4, 5))
    return reconstruction(CineStack(values, geometry, np.array([0.0, 40.0]), Source("a", "NIfTI")))


def test_values_that_pydicom_finds_invalid_are_not_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Cine().write(tmp_path / "in")
    for path in (tmp_path / "in").iterdir():  # as bytes: pydicom warns of them where it writes them, too
        content = path.read_bytes().replace(b"1.2.3.4", b"1.02.34").replace(b"SECRET^NAME", b"A=B=C=D=E=F")
        place = content.index(b"\x18\x00\x50\x00DS")
        path.write_bytes(content[:place] + b"\x10\x00\x10\x10AS\x04\x0051 Y" + content[place:])
    write_dicom(reconstruction(read_stack(tmp_path / "in")), tmp_path / "out")
    assert not caplog.records


def written(folder: Path) -> list[Dataset]:
    """Slices of the first phase, then those of the next."""
    files = [dcmread(path) for path in folder.iterdir()]
    phases = len({float(file.TriggerTime) for file in files})
    return sorted(files, key=lambda d: ((d.InstanceNumber - 1) % phases, d.InstanceNumber))


def test_instance_numbers_run_through_the_phases_of_a_slice_first(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    files = sorted(
        (dcmread(path) for path in (tmp_path / "out").iterdir()), key=lambda d: int(d.InstanceNumber)
    )
    assert [int(d.InstanceNumber) for d in files] == list(range(1, 9 * 4 + 1))
    times = [float(d.TriggerTime) for d in files]
    assert times == sorted(set(times)) * 9
    assert len({tuple(d.ImagePositionPatient) for d in files[:4]}) == 1


def test_a_derived_series_reads_back_as_the_reconstruction(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    assert write_dicom(from_dicom, tmp_path / "out") == 9 * 4
    stack = read_stack(tmp_path / "out")
    np.testing.assert_array_equal(stack.intensity, from_dicom.intensity)
    np.testing.assert_allclose(stack.geometry.affine, from_dicom.geometry.affine, atol=1e-5)
    np.testing.assert_allclose(stack.phase_times, from_dicom.phase_times)
    assert [s.origin for s in stack.slice_states] == [p.origin for p in from_dicom.provenance]
    assert "4 of 9 slices were made by a computer, not acquired." in stack.source.steps


def test_every_statement_of_a_derived_series_on_its_grid_and_phases_agrees(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    files, slices = written(tmp_path / "out"), from_dicom.geometry.slices
    places = np.array([file.ImagePositionPatient for file in files[:slices]], float)
    pitch = np.linalg.norm(np.diff(places, axis=0), axis=1)
    np.testing.assert_allclose(np.diff([float(f.SliceLocation) for f in files[:slices]]), pitch, atol=1e-4)
    np.testing.assert_allclose(
        [float(f.SpacingBetweenSlices) for f in files[:-1:slices]], pitch[0], atol=1e-4
    )
    assert [file.TemporalPositionIdentifier for file in files[::slices]] == [1, 2, 3, 4]
    assert {file.NumberOfTemporalPositions for file in files} == {4}
    # The second slice, made between the first two acquired ones.
    near = "slice 2 of 9 from acquired slice 1 at 5.00 mm, slice 2 at 5.00 mm"
    assert near in files[1].DerivationDescription


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [(np.int16, -900, 32000), (np.int32, -900, 32000), (np.int32, 0, 65000)]
)
def test_whole_numbers_of_either_sign_keep_their_values(
    tmp_path: Path, from_volume: Reconstruction, dtype: type, low: int, high: int
) -> None:
    values = np.linspace(low, high, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5).astype(dtype)
    made = reconstruction(replace(from_volume.acquired, intensity=values))
    write_dicom(made, tmp_path / "out")
    for number, file in enumerate(written(tmp_path / "out")):
        phase, slice_ = divmod(number, 5)
        told = file.pixel_array * float(file.get("RescaleSlope", 1)) + float(file.get("RescaleIntercept", 0))
        np.testing.assert_allclose(told, made.intensity[phase, slice_], atol=0 if low < 0 else 1)


def test_an_image_that_is_the_same_everywhere_keeps_its_value(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    write_dicom(replace(from_volume, intensity=np.full_like(from_volume.intensity, 2.5)), tmp_path / "out")
    for file in written(tmp_path / "out"):
        assert (file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept) == 2.5).all()


def test_a_window_that_no_source_states_shows_nearly_all_intensities(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    source = replace(from_volume.acquired.source, real=RealScale(2.0, 500.0))
    write_dicom(replace(from_volume, acquired=replace(from_volume.acquired, source=source)), tmp_path / "out")
    file, values = written(tmp_path / "out")[0], 2.0 * from_volume.acquired.intensity[0] + 500.0
    low, high = (float(file.WindowCenter) + side * float(file.WindowWidth) / 2 for side in (-1, 1))
    assert values.min() <= low < high <= values.max()
    assert ((values >= low) & (values <= high)).mean() > 0.95


def test_negative_pixels_of_an_inverted_grey_scale_keep_their_real_values(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    values = np.linspace(-900, 1100, 2 * 3 * 4 * 5).reshape(2, 3, 4, 5).astype(np.int16)
    real = RealScale(-2.0, 5.0)
    stack = replace(
        from_volume.acquired, intensity=values, source=replace(from_volume.acquired.source, real=real)
    )
    made = reconstruction(stack)
    write_dicom(made, tmp_path / "out")
    for number, file in enumerate(written(tmp_path / "out")):
        phase, slice_ = divmod(number, 5)
        told = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
        np.testing.assert_array_equal(told, 5.0 - 2.0 * made.intensity[phase, slice_].astype(float))
        assert file.PhotometricInterpretation == "MONOCHROME1"


def test_a_slice_that_was_resampled_in_time_stays_acquired_and_marked(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    provenance = list(from_dicom.provenance)
    provenance[2] = replace(provenance[2], resampled_phases=(1, 3))
    write_dicom(replace(from_dicom, provenance=tuple(provenance)), tmp_path / "out")
    stack = read_stack(tmp_path / "out")
    assert stack.provenance[2] == SliceProvenance(SliceOrigin.ACQUIRED, (SourceSlice(1, 0.0),), (1, 3))
    assert stack.made_slices == (1, 3, 5, 7)


def aligned(stack: CineStack) -> CineStack:
    """The second slice moved by 1.2 mm along rows and -2.5 mm along columns."""
    shifts = np.zeros((stack.slices, 2))
    shifts[1] = -1.2, 2.5
    return align(stack, shifts)


def test_a_moved_slice_is_not_written_as_acquired_and_keeps_its_patient(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    made = reconstruct(aligned(from_dicom.acquired), LINEAR)
    write_dicom(made, tmp_path / "out")
    unmoved, moved = written(tmp_path / "out")[0], written(tmp_path / "out")[2]
    assert (unmoved.SyntheticData, unmoved.ImageComments) == ("NO", UNCHANGED)
    assert moved.SyntheticData == "YES"
    assert moved.ImageComments == "Acquired slice, moved in plane - research use only, not for diagnosis"
    assert moved.PatientName == "SECRET^NAME"
    assert "cine SA" in moved.SeriesDescription
    again = read_stack(tmp_path / "out")
    assert again.made_slices == (1, 3, 5, 7)
    assert again.provenance[2] == replace(made.provenance[2], sources=(SourceSlice(1, 0.0),))
    assert [s.moved for s in again.slice_states] == [None, None, (1.2, -2.5), *[None] * 6]
    assert not again.resampled_slices


def test_a_slice_that_lies_aside_is_not_called_unchanged_in_any_file(tmp_path: Path) -> None:
    cine = Cine(slices=3)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 1:
            aside = cine.position(1) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path / "in")
    made = reconstruct(read_stack(tmp_path / "in"), LINEAR)
    assert any("shifted by whole pixels" in warning for warning in made.warnings)
    shifted = [slice_ for slice_, entry in enumerate(made.provenance) if entry.shifted != (0, 0)]
    (index,) = shifted
    write_dicom(made, tmp_path / "out")
    comment = written(tmp_path / "out")[index].ImageComments
    assert comment == "Acquired slice, shifted in plane by whole pixels, 0 rows and 2 columns cut off"
    assert written(tmp_path / "out")[0].ImageComments == UNCHANGED
    assert read_stack(tmp_path / "out").shifted_slices == (index,)
    write_reconstruction(tmp_path / "out.nii", made)
    told = json.loads(sidecar_of(tmp_path / "out.nii").read_text(encoding="utf-8"))
    assert told["input"]["frames_as_acquired"] is False
    assert told["slices"][index]["shifted_pixels"] == [0, 2]
    assert read_stack(tmp_path / "out.nii").shifted_slices == (index,)


def test_of_frames_of_a_slice_only_those_that_were_shifted_are_said_to_be(tmp_path: Path) -> None:
    cine = Cine(slices=3)

    def displaced(dataset: Dataset, slice_: int, phase: int) -> None:
        if slice_ == 1 and phase == 2:
            aside = cine.position(1) + 2 * cine.spacing[1] * cine.row_direction
            dataset.ImagePositionPatient = [f"{v:.6f}" for v in aside]

    cine.edit = displaced
    cine.write(tmp_path / "in")
    made = reconstruct(read_stack(tmp_path / "in"), LINEAR)
    (index,) = (slice_ for slice_, entry in enumerate(made.provenance) if entry.shifted != (0, 0))
    write_dicom(made, tmp_path / "out")
    frames = written(tmp_path / "out")[index :: made.geometry.slices]
    assert [frame.ImageComments == UNCHANGED for frame in frames] == [True, True, False, True]
    assert ["cut off" in frame.DerivationDescription for frame in frames] == [False, False, True, False]
    expected = ((0, 0), (0, 0), (0, 2), (0, 0))
    assert read_stack(tmp_path / "out").slice_states[index].shifts == expected
    write_reconstruction(tmp_path / "out.nii", made)
    assert read_stack(tmp_path / "out.nii").slice_states[index].shifts == expected


def test_the_sidecar_of_moved_slices_claims_nothing_unchanged(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    made = reconstruct(aligned(from_volume.acquired), LINEAR)
    write_reconstruction(tmp_path / "out.nii", made)
    told = json.loads(sidecar_of(tmp_path / "out.nii").read_text(encoding="utf-8"))
    assert made.passes_through()
    assert told["acquired_slices_unchanged"] is False
    assert told["input"]["frames_as_acquired"] is False
    assert [s["moved_in_plane"] for s in told["slices"]] == [None, None, [1.2, -2.5], None, None]
    assert read_stack(tmp_path / "out.nii").provenance[2].moved == (1.2, -2.5)


def test_what_another_program_calls_synthetic_is_not_taken_for_acquired(tmp_path: Path) -> None:
    def synthetic(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.add_new(0x0008001C, "CS", "YES" if slice_ == 1 else "NO")

    Cine(edit=synthetic).write(tmp_path / "in")
    stack = read_stack(tmp_path / "in")
    (made,) = stack.made_slices
    # By number among the acquired: the next one is not counted past the made one.
    sources = tuple(SourceSlice(i, 10.0) for i in (made - 1, made))
    assert stack.provenance[made] == SliceProvenance(SliceOrigin.SYNTHESISED, sources)


@pytest.mark.parametrize("suffix", [".nii.gz", ".nii", ".nrrd", ".mha", ".mhd"])
@pytest.mark.parametrize("method", [Method.CALID, Method.LINEAR])
def test_a_volume_that_was_saved_is_known_again(tmp_path: Path, suffix: str, method: Method) -> None:
    values = np.random.default_rng(1).normal(0.0, 3.0, (2, 3, 4, 5)).astype(np.float32)
    geometry = Geometry.from_spacing((10, 1.5, 1.25), (3, 4, 5))
    source = Source("a", "NIfTI", rr_interval=900.0)
    made = reconstruction(CineStack(values, geometry, np.array([19.0, 61.0]), source), method)
    path = tmp_path / f"out{suffix}"
    write_reconstruction(path, made)
    stack = read_stack(path)
    assert [s.origin for s in stack.slice_states] == [p.origin for p in made.provenance]
    assert not stack.resampled_slices
    np.testing.assert_array_equal(stack.phase_times, made.phase_times)
    assert stack.cycle == made.acquired.cycle
    provenance = (replace(made.provenance[0], resampled_phases=(1,)), *made.provenance[1:])
    write_reconstruction(path, replace(made, provenance=provenance))
    again = read_stack(path)
    assert [s.resampled_phases for s in again.slice_states] == [(1,), (), (), (), ()]
    assert again.provenance[0].origin_at(1) is SliceOrigin.INTERPOLATED
    # Without the file beside it nothing tells which slices were acquired.
    sidecar_of(path).unlink()
    alone = read_stack(path)
    assert {s.origin for s in alone.slice_states} == {made.provenance[1].origin}
    assert len(alone.made_slices) == 5
    assert any("the JSON file of its name" in step for step in alone.source.steps)


def test_nothing_is_made_from_slices_that_were_made(tmp_path: Path, from_dicom: Reconstruction) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    stack = read_stack(tmp_path / "out")
    with pytest.raises(InputError, match=r"4 of 9 slices were made by a computer.*open the series"):
        reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=1.0))
    with pytest.raises(InputError, match="not acquired"):
        hold_out(Case("x", "y", stack, Box((0, 4), (0, 4)), BoxSource.ESTIMATED))
    assert check_input(stack).findings[0].message.startswith("4 of 9 slices were made")


def test_derived_files_join_the_study_under_new_uids(tmp_path: Path, from_dicom: Reconstruction) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    sources = [dcmread(path) for path in (tmp_path / "in").iterdir()]
    files = written(tmp_path / "out")
    for name in ("StudyInstanceUID", "FrameOfReferenceUID", "PatientID", "PatientName"):
        assert {str(d[name].value) for d in files} == {str(d[name].value) for d in sources}
    assert len({d.SeriesInstanceUID for d in files}) == 1
    assert {d.SeriesInstanceUID for d in files}.isdisjoint(d.SeriesInstanceUID for d in sources)
    assert len({d.SOPInstanceUID for d in files}) == len(files)
    assert {d.SOPInstanceUID for d in files}.isdisjoint(d.SOPInstanceUID for d in sources)


@pytest.mark.parametrize("charset", [None, "ISO_IR 100", "ISO_IR 144"])
def test_names_and_remarks_keep_their_letters(tmp_path: Path, charset: str | None) -> None:
    name = {None: "Muller^Anna", "ISO_IR 100": "Müller^Anna", "ISO_IR 144": "Иванова^Анна"}[charset]
    Cine().write(tmp_path / "in")
    for path in (tmp_path / "in").iterdir():
        file = dcmread(path)
        if charset:
            file.SpecificCharacterSet = charset
        file.PatientName = name
        file.save_as(path)
    made = reconstruction(read_stack(tmp_path / "in"))
    write_dicom(made, tmp_path / "out", judged={1: Judgement(Decision.REJECT, "AB", "", "schräg, Сердце")})
    files = [dcmread(path) for path in (tmp_path / "out").iterdir()]
    assert {str(file.PatientName) for file in files} == {name}
    remarked = [file for file in files if "Slice rejected by AB: schräg, Сердце" in file.ImageComments]
    assert len(remarked) == len(made.phase_times)


def test_a_derived_average_names_no_seed(tmp_path: Path, from_dicom: Reconstruction) -> None:
    average = replace(from_dicom, settings=replace(from_dicom.settings, mode=Mode.FIDELITY))
    write_dicom(average, tmp_path / "out")
    said = [file.DerivationDescription for file in written(tmp_path / "out")]
    assert all("mode fidelity" in text and "seed" not in text and "steps" not in text for text in said)


def test_derived_files_say_what_they_are(tmp_path: Path, from_dicom: Reconstruction) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    for number, file in enumerate(written(tmp_path / "out")):
        acquired = number % 9 % 2 == 0
        assert file.SOPClassUID == MR
        assert list(file.ImageType[:2]) == ["DERIVED", "SECONDARY"]
        assert file.SyntheticData == ("NO" if acquired else "YES")
        assert file.SeriesNumber >= 9000
        assert file.SeriesDescription == "cine SA AI-interpolated - NOT FOR DIAGNOSTIC USE"
        assert "model 0123abcd" in file.DerivationDescription
        assert "steps 1, samples 1, seed 7" in file.DerivationDescription
        assert file.Manufacturer == "CaLID"
        assert file.ContributingEquipmentSequence[0].Manufacturer == "SCANNER"
        assert file.ScanningSequence == "GR"
        assert file.NominalInterval == 800
        assert not file.get("StudyDate")  # 20120000 is no date


def test_source_images_are_the_neighbours_at_the_same_phase(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    sources = {d.SOPInstanceUID: d for d in (dcmread(path) for path in (tmp_path / "in").iterdir())}
    for file in written(tmp_path / "out"):
        near = [sources[item.ReferencedSOPInstanceUID] for item in file.SourceImageSequence]
        assert len(near) == (2 if file.SyntheticData == "YES" else 1)
        assert {float(d.TriggerTime) for d in near} == {float(file.TriggerTime)}
        middle = np.mean([np.array(d.ImagePositionPatient, dtype=float) for d in near], axis=0)
        np.testing.assert_allclose(np.array(file.ImagePositionPatient, dtype=float), middle, atol=1e-4)


def test_interpolated_series_do_not_claim_to_be_ai(tmp_path: Path, from_volume: Reconstruction) -> None:
    write_dicom(reconstruction(from_volume.acquired, Method.LINEAR), tmp_path / "out")
    assert written(tmp_path / "out")[0].SeriesDescription == "Interpolated - NOT FOR DIAGNOSTIC USE"


def test_without_dicom_input_the_patient_is_anonymous(tmp_path: Path, from_volume: Reconstruction) -> None:
    write_dicom(from_volume, tmp_path / "out")
    files = written(tmp_path / "out")
    assert {(str(d.PatientName), d.PatientID) for d in files} == {("ANONYMOUS", "ANONYMOUS")}
    assert len({d.StudyInstanceUID for d in files}) == 1
    assert "position and orientation in the patient are unknown" in files[0].DerivationDescription


@pytest.mark.parametrize("kept", ["PatientName", "PatientID"])
def test_what_the_source_does_not_tell_of_its_patient_is_not_made_up(tmp_path: Path, kept: str) -> None:
    def half(dataset: Dataset, slice_: int, phase: int) -> None:
        del dataset.PatientName, dataset.PatientID
        setattr(dataset, kept, "Doe^Jane")

    Cine(edit=half).write(tmp_path / "in")
    write_dicom(reconstruction(read_stack(tmp_path / "in")), tmp_path / "out")
    told = [
        {name: str(d[name].value or "") for name in ("PatientName", "PatientID")}
        for d in written(tmp_path / "out")
    ]
    assert all(own == {"PatientName": "", "PatientID": "", kept: "Doe^Jane"} for own in told)


def test_a_place_that_was_made_up_is_not_taken_for_known(tmp_path: Path, from_volume: Reconstruction) -> None:
    write_dicom(from_volume, tmp_path / "out")
    again = read_stack(tmp_path / "out")
    assert not again.geometry.known
    assert again.source.thickness is None
    assert any("not known" in step for step in again.source.steps)
    assert again.made_slices == (1, 3)
    alike = [np.corrcoef(again.intensity[0, 0].flat, i.flat)[0, 1] for i in from_volume.intensity[0]]
    assert np.argmax(alike) == 0  # not from apex to base


@pytest.mark.parametrize("name", ["dicom", "volume.nii.gz"])
def test_slices_of_an_opened_reconstruction_are_called_and_lie_as_before(
    tmp_path: Path, from_dicom: Reconstruction, name: str
) -> None:
    write_dicom(from_dicom, tmp_path / "dicom")
    write_reconstruction(tmp_path / "volume.nii.gz", from_dicom)
    again = read_stack(tmp_path / name)
    for index, (now, before) in enumerate(zip(again.provenance, from_dicom.provenance, strict=True)):
        assert slice_name(now, index) == slice_name(before, index)
        assert [s.index for s in now.sources] == [s.index for s in before.sources]
        np.testing.assert_allclose(
            [s.distance for s in now.sources], [s.distance for s in before.sources], atol=1e-3
        )


def test_float_intensities_survive_within_one_step_of_16_bits(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    write_dicom(from_volume, tmp_path / "out")
    intensity = from_volume.intensity
    step = float(intensity.max() - intensity.min()) / 65535
    for number, file in enumerate(written(tmp_path / "out")):
        phase, slice_ = divmod(number, 5)
        values = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
        np.testing.assert_allclose(values, intensity[phase, slice_], atol=step)


def test_source_files_that_are_gone_are_an_error_and_nothing_is_left(
    tmp_path: Path, from_dicom: Reconstruction
) -> None:
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    with pytest.raises(DicomError, match="load the series again"):
        write_dicom(from_dicom, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path, from_volume: Reconstruction) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        OutputError, match="cannot write into out: its folder is a file; choose another place"
    ):
        write_dicom(from_volume, tmp_path / "file" / "out")


def test_a_disk_that_fills_while_dicom_is_written_is_told_with_its_remedy(
    tmp_path: Path, from_volume: Reconstruction, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(FileIO):
        def write(self, data: object, /) -> int:
            if self.tell() > 1000:  # within the header, where pydicom wraps what is raised
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    monkeypatch.setattr("pydicom.filebase.open", FullDisk, raising=False)
    with pytest.raises(OutputError) as refused:
        write_dicom(from_volume, tmp_path / "out")
    assert (
        str(refused.value)
        == "cannot write DICOM files: the disk is full; free some space or choose another place"
    )
    assert not any(tmp_path.iterdir())


def test_an_unknown_refusal_is_told_by_its_first_line(tmp_path: Path) -> None:
    assert (
        remedy_of(tmp_path, OSError("odd\nTraceback (most recent call last)")) == "odd; choose another place"
    )


def test_the_sidecar_traces_every_slice(tmp_path: Path, from_dicom: Reconstruction) -> None:
    write_sidecar(tmp_path / "a.json", from_dicom)
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [s["origin"] for s in content["slices"]] == ["acquired", "synthesised"] * 4 + ["acquired"]
    assert content["slices"][3]["sources"] == [{"slice": 1, "distance": 5.0}, {"slice": 2, "distance": 5.0}]
    for slice_ in content["slices"]:
        np.testing.assert_allclose(
            slice_["position"], from_dicom.geometry.slice_position(slice_["index"]), atol=1e-3
        )
    assert content["settings"] == from_dicom.settings.to_dict()
    assert content["model_id"] == "0123abcd"
    assert content["acquired_slices_unchanged"] is True
    assert content["warnings"] == ["only a test"]
    assert content["input"]["phases"] == 4
    assert "not for diagnosis" in content["notice"]


def test_the_sidecar_names_neither_patient_nor_files(tmp_path: Path, from_dicom: Reconstruction) -> None:
    write_sidecar(tmp_path / "a.json", from_dicom)
    content = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "SECRET" not in content
    assert str(tmp_path) not in content
    assert ".dcm" not in content


def test_an_unwritable_sidecar_is_an_output_error(tmp_path: Path, from_volume: Reconstruction) -> None:
    with pytest.raises(OutputError, match="create it first"):
        write_sidecar(tmp_path / "no" / "a.json", from_volume)


def test_a_series_made_of_a_scan_beside_it_is_not_taken_for_the_scan(
    from_dicom: Reconstruction, tmp_path: Path
) -> None:
    write_dicom(from_dicom, tmp_path / "in")
    stack = read_stack(tmp_path / "in")
    assert stack.intensity.shape == from_dicom.acquired.intensity.shape
    made = next(s for s in scan([tmp_path / "in"]).series if s.made)
    assert made.slices == from_dicom.geometry.slices
    assert not any("twice" in message for message in made.messages)


def test_rounded_pixels_are_not_called_copies(from_volume: Reconstruction, tmp_path: Path) -> None:
    write_dicom(from_volume, tmp_path / "out")
    file = written(tmp_path / "out")[0]
    bound = float(re.search(r"rounded to 16 bits \(by (\S+) at most\)", file.ImageComments)[1])  # type: ignore[index]
    values = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
    assert 0 < np.abs(values - from_volume.intensity[0, 0]).max() <= 1.01 * bound


@pytest.mark.parametrize(("keyword", "value"), [("PatientWeight", b"70,5"), ("FlipAngle", b"abc ")])
def test_invalid_decimals_of_the_scan_are_left_out(tmp_path: Path, keyword: str, value: bytes) -> None:
    def invalid(dataset: Dataset, slice_: int, phase: int) -> None:
        tag = Tag(keyword)
        dataset._dict[tag] = RawDataElement(tag, "DS", len(value), value, 0, False, True)

    Cine(edit=invalid).write(tmp_path / "in")
    write_dicom(reconstruction(read_stack(tmp_path / "in")), tmp_path / "out")
    assert keyword not in written(tmp_path / "out")[0]


def test_the_json_file_of_something_else_is_not_replaced(from_volume: Reconstruction, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text('{"EchoTime": 0.0015}')
    with pytest.raises(OutputError, match=r"case\.json is there and is not the JSON of a result"):
        write_reconstruction(tmp_path / "case.nii.gz", from_volume)
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]
    (tmp_path / "case.json").unlink()
    write_reconstruction(tmp_path / "case.nii.gz", from_volume)
    write_reconstruction(tmp_path / "case.nii.gz", from_volume)
    with pytest.raises(OutputError, match=r"where the slices of case\.nii\.gz come from"):
        write_reconstruction(tmp_path / "case.nrrd", from_volume)


def test_a_result_does_not_replace_what_it_was_made_of(tmp_path: Path, from_volume: Reconstruction) -> None:
    stack = from_volume.acquired
    write_volume(tmp_path / "a.nii", stack.intensity, stack.geometry, stack.phase_times)
    made, before = reconstruction(read_stack(tmp_path / "a.nii")), (tmp_path / "a.nii").read_bytes()
    (tmp_path / "hard.nii").hardlink_to(tmp_path / "a.nii")
    for name in ("a.nii", "hard.nii"):
        with pytest.raises(OutputError, match=rf"{name} is the acquired file itself; choose another name"):
            write_reconstruction(tmp_path / name, made)
    assert (tmp_path / "a.nii").read_bytes() == before
    assert str(tmp_path) not in repr(made.acquired)
    write_reconstruction(tmp_path / "b.nii", made)


def test_what_a_reader_rejected_is_said_when_it_is_opened_again(
    from_dicom: Reconstruction, tmp_path: Path
) -> None:
    judged = {
        1: Judgement(Decision.REJECT, "AB", "", "ghost"),
        2: Judgement(Decision.REJECT, "AB", "2026-11-23T07:50:00.123456Z"),
        3: Judgement(Decision.ACCEPT, "AB", ""),
        None: Judgement(Decision.REJECT, "AB", ""),
    }
    write_dicom(from_dicom, tmp_path / "dicom", judged=judged)
    write_reconstruction(tmp_path / "volume.nii.gz", from_dicom, judged)
    for path in (tmp_path / "dicom", tmp_path / "volume.nii.gz"):
        opened = read_stack(path)
        assert "A reader rejected S2, A2 and the whole." in opened.source.steps
        assert dict(opened.judged) == judged
    write_reconstruction(tmp_path / "unread.nii.gz", from_dicom)
    assert not any("reader" in step for step in read_stack(tmp_path / "unread.nii.gz").source.steps)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_result_saved_before_and_after_its_review_opens_both_ways(
    from_dicom: Reconstruction, tmp_path: Path, names: tuple[str, str]
) -> None:
    before, after = names
    (tmp_path / "out").mkdir()
    write_dicom(from_dicom, tmp_path / "out" / before)
    ghost = Judgement(Decision.REJECT, "AB", "", "ghost")
    write_dicom(from_dicom, tmp_path / "out" / after, judged={1: ghost})
    found = scan([tmp_path / "out"])
    assert not found.problems
    assert sorted(load(s).judged for s in found.series) == [(), ((1, ghost),)]


def test_two_results_of_one_study_are_both_whole_and_no_repeats_of_each_other(
    from_dicom: Reconstruction, tmp_path: Path
) -> None:
    write_dicom(from_dicom, tmp_path / "first")
    write_dicom(reconstruct(from_dicom.acquired, LINEAR), tmp_path / "second")
    found = scan([tmp_path / "first", tmp_path / "second"]).series
    assert [s.slices for s in found] == [9, 9]
    assert "twice" not in "".join(message for s in found for message in s.messages)


def test_an_inverted_grey_scale_is_saved_inverted_with_the_same_real_values(tmp_path: Path) -> None:
    def inverted(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.RescaleSlope, dataset.RescaleIntercept = "2", "5"

    Cine(edit=inverted).write(tmp_path / "in")
    made = reconstruction(read_stack(tmp_path / "in"))
    write_dicom(made, tmp_path / "out")
    saved, opened = dcmread(next((tmp_path / "out").iterdir())), read_stack(tmp_path / "out")
    assert (saved.PhotometricInterpretation, saved.RescaleSlope, saved.RescaleIntercept) == (
        "MONOCHROME1",
        2,
        5,
    )
    np.testing.assert_array_equal(opened.intensity, made.intensity)
    assert opened.source.real == made.acquired.source.real


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
@pytest.mark.parametrize("scale", [(1.0, 0.0), (2.0, 5.0)])
def test_real_values_survive_within_one_step_of_16_bits_whatever_their_type_and_scale(
    tmp_path: Path, dtype: type, scale: tuple[float, float]
) -> None:
    values = np.random.default_rng(1).uniform(-60_000, 30_000, (2, 3, 4, 5)).astype(dtype)
    source = Source("a", "NIfTI", real=RealScale(*scale))
    geometry = Geometry.from_spacing((10, 1.5, 1.25), (3, 4, 5))
    made = reconstruction(CineStack(values, geometry, np.array([0.0, 40.0]), source))
    write_dicom(made, tmp_path / "out")
    slope, intercept = scale
    step = slope * float(np.ptp(made.intensity)) / 65535
    for number, file in enumerate(written(tmp_path / "out")):
        phase, slice_ = divmod(number, 5)
        told = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
        np.testing.assert_allclose(told, made.intensity[phase, slice_] * slope + intercept, atol=step)


@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd"])
def test_results_come_back_in_real_values_in_every_format(
    tmp_path: Path, from_volume: Reconstruction, suffix: str
) -> None:
    real = RealScale(0.123456789, -1000.123456)  # more digits than NIfTI's header has
    source = replace(from_volume.acquired.source, real=real)
    made = replace(from_volume, acquired=replace(from_volume.acquired, source=source))
    path = tmp_path / f"out{suffix}"
    write_reconstruction(path, made)
    stack = read_stack(path)
    np.testing.assert_array_equal(stack.intensity, made.intensity)
    assert stack.source.real == real


def test_a_nifti_header_counts_where_its_scale_is_not_the_one_beside_it(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    write_reconstruction(tmp_path / "out.nii", from_volume)
    content = bytearray((tmp_path / "out.nii").read_bytes())
    content[112:120] = np.array((0.5, 3.0), "<f4").tobytes()
    (tmp_path / "out.nii").write_bytes(content)
    assert read_stack(tmp_path / "out.nii").source.real == RealScale(0.5, 3.0)


def test_the_scale_of_other_values_than_those_of_a_volume_is_not_taken(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    source = replace(from_volume.acquired.source, real=RealScale(1.5, -20.0))
    made = replace(from_volume, acquired=replace(from_volume.acquired, source=source))
    write_reconstruction(tmp_path / "out.mha", made)
    doubled = from_volume.intensity.astype(np.float64)
    write_volume(tmp_path / "out.mha", doubled, from_volume.geometry, from_volume.phase_times)
    assert read_stack(tmp_path / "out.mha").source.real == RealScale()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["output"]["phase_times"].reverse(),
        lambda told: told["output"].update(shape=[5, 5, 4]),
        lambda told: told["slices"][0].update(phases_resampled_in_time=[2]),
        lambda told: told["slices"][2].update(moved_in_plane=[0.0, float("inf")]),
        lambda told: told["slices"][0].update(phases_resampled_in_time=[float("inf")]),
        lambda told: told["output"].update(phase_times=[0.0, float("inf")]),
        lambda told: told["output"].update(phase_times=[0.0, 1e300]),
        lambda told: told["output"].update(phase_times=[0.0, 10**400]),
        lambda told: told["input"].update(rr_interval=-5),
        lambda told: told["input"].update(rr_interval=float("inf")),
        lambda told: told["input"].update(rr_interval=10**400),
        lambda told: told["input"].update(intensity_scale={"slope": 0, "intercept": 1}),
    ],
    ids=[
        "times that fall",
        "another matrix",
        "a phase that is not there",
        "an endless movement",
        "an endless phase",
        "a time that does not end",
        "a time that is none",
        "a time of 401 digits",
        "a negative heart cycle",
        "an endless heart cycle",
        "a heart cycle of 401 digits",
        "a slope of 0",
    ],
)
def test_a_file_beside_a_volume_that_does_not_fit_it_is_not_believed(
    tmp_path: Path, from_volume: Reconstruction, spoil: Callable[[dict[str, Any]], None]
) -> None:
    write_reconstruction(tmp_path / "out.nii", from_volume)
    told = json.loads(sidecar_of(tmp_path / "out.nii").read_text(encoding="utf-8"))
    spoil(told)
    sidecar_of(tmp_path / "out.nii").write_text(json.dumps(told))
    assert len(read_stack(tmp_path / "out.nii").made_slices) == 5


def test_a_file_beside_a_volume_that_goes_too_deep_does_not_end_the_scan(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    write_reconstruction(tmp_path / "out.nii", from_volume)
    sidecar_of(tmp_path / "out.nii").write_text("[" * 100_000)
    assert len(read_stack(tmp_path / "out.nii").made_slices) == 5
    with pytest.raises(OutputError, match=r"out\.json is there and is not the JSON of a result"):
        check_sidecar(tmp_path / "out.nii")


def test_frames_of_one_file_are_referred_to_by_their_numbers(tmp_path: Path) -> None:
    save(enhanced(Cine()), tmp_path / "all.dcm")
    (tmp_path / "all.dcm#7").write_text("another file")
    write_dicom(reconstruction(read_stack(tmp_path / "all.dcm")), tmp_path / "out")
    for number, file in enumerate(written(tmp_path / "out")):
        phase, slice_ = divmod(number, 9)
        if slice_ % 2 == 0:
            (source,) = file.SourceImageSequence
            # In the file, the five slices of a phase run from apex to base; frames count from 1.
            assert source.ReferencedFrameNumber == 5 * phase + (4 - slice_ // 2) + 1


def test_a_place_that_was_not_known_stays_unknown_whatever_the_header_says(
    tmp_path: Path, from_volume: Reconstruction
) -> None:
    path = tmp_path / "a.nii"
    write_reconstruction(path, from_volume)
    content = bytearray(path.read_bytes())
    content[252:256] = b"\1\0\1\0"  # qform and sform codes, as older versions wrote them
    path.write_bytes(content)
    stack = read_stack(path)
    assert not stack.geometry.known
    assert (
        "position and orientation were not known when it was written, says the JSON file beside it"
        in stack.source.steps
    )
    sidecar_of(path).unlink()
    assert read_stack(path).geometry.known


def test_what_one_file_says_of_burned_in_texts_and_lossy_compression_holds_for_all_that_is_derived(
    tmp_path: Path,
) -> None:
    def marked(dataset: Dataset, slice_: int, phase: int) -> None:
        dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
        dataset.IssuerOfPatientID, dataset.PatientIdentityRemoved = "CLINIC", "YES"
        dataset.DeidentificationMethod = "by hand"
        if (slice_, phase) == (1, 1):
            dataset.BurnedInAnnotation, dataset.LossyImageCompression = "YES", "01"
            dataset.LossyImageCompressionRatio, dataset.LossyImageCompressionMethod = "10", "ISO_10918_1"

    Cine(edit=marked).write(tmp_path / "in")
    write_dicom(reconstruction(read_stack(tmp_path / "in")), tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        derived = dcmread(path)
        assert derived.BurnedInAnnotation == "YES"
        assert derived.LossyImageCompression == "01"
        assert derived.LossyImageCompressionRatio == 10
        assert derived.LossyImageCompressionMethod == "ISO_10918_1"
        assert derived.IssuerOfPatientID == "CLINIC"
        assert (derived.PatientIdentityRemoved, derived.DeidentificationMethod) == ("YES", "by hand")


def test_where_no_file_speaks_of_burned_in_texts_or_compression_nothing_derived_claims_them(
    from_dicom: Reconstruction, tmp_path: Path
) -> None:
    write_dicom(from_dicom, tmp_path / "out")
    derived = dcmread(next((tmp_path / "out").iterdir()))
    assert derived.BurnedInAnnotation == "NO"
    assert "LossyImageCompression" not in derived
