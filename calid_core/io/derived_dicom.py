"""A reconstruction as a new DICOM series of the same study (VIEWER: MR Image Storage, marked as synthetic)."""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import calid_core
from calid_core.errors import OutputError
from calid_core.io.atomic import remedy_of
from calid_core.io.derived_pixels import display_window, encoded, pixel_code
from calid_core.io.derived_source import (
    EQUIPMENT_TAGS,
    LOSSY_TAGS,
    SCAN_TAGS,
    STUDY_TAGS,
    SourceFrame,
    SourceStudy,
    copy_valid,
    read_source,
)
from calid_core.io.dicom.headers import DERIVATION_LENGTH, IN_TIME, UNPLACED
from calid_core.io.dicom.pixel_format import EXPLICIT
from calid_core.io.silence import pydicom_silenced
from calid_core.judgement import Judgement, judgement_comment
from calid_core.paths import is_folder
from calid_core.progress import CancelToken, Progress, ProgressCallback, Stage, ignore_progress
from calid_core.provenance import Shift, SliceOrigin, movement_text, shift_text
from calid_core.real_values import STORED, RealScale
from calid_core.reconstruction import Reconstruction
from calid_core.settings import Method, Mode

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileMetaDataset

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
FIRST_SERIES_NUMBER = 9000
DESCRIPTION_LENGTH = 64
COMMENT_LENGTH = 10240
"""Longest value of VR LT, characters."""
UNCHANGED = "Acquired slice, copied unchanged"


@pydicom_silenced()
def write_dicom(
    reconstruction: Reconstruction,
    folder: Path,
    *,
    judged: Mapping[int | None, Judgement] | None = None,
    on_progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> int:
    """Write one file per slice and phase, all or none, and return their number.

    The series belongs to the study of the acquired files and shares their frame of reference; acquired slices are
    copies with Synthetic Data NO, all others (and those that were moved in plane or resampled in time) are marked YES. Without acquired DICOM files the patient is anonymous
    and the study new.

    Parameters
    ----------
    folder
        Made if it does not exist; files already there stay.
    judged
        What a reader said of an output slice (None: of the whole); in Image Comments.

    Raises
    ------
    OutputError
        The folder cannot be written.
    DicomError
        The acquired files are gone.
    """
    series = _Series(reconstruction, read_source(reconstruction.acquired), judged or {})
    total = len(reconstruction.phase_times) * reconstruction.geometry.slices
    workplace = _workplace(folder)
    try:
        for number in range(total):
            if cancel is not None:
                cancel.raise_if_cancelled()
            phase, slice_ = divmod(number, reconstruction.geometry.slices)
            name = f"{series.uid[-8:]}_slice{slice_:03d}_phase{phase:03d}.dcm"
            series.instance(phase, slice_).save_as(workplace / name, enforce_file_format=True)
            on_progress(Progress(Stage.WRITING, number + 1, total))
        folder.mkdir(exist_ok=True)
        for file in sorted(workplace.iterdir()):
            file.replace(folder / file.name)
    except OSError as error:
        raise OutputError(f"cannot write DICOM files: {remedy_of(folder, error)}") from error
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return total


def _workplace(folder: Path) -> Path:
    place = folder if is_folder(folder) else folder.parent
    try:
        return Path(tempfile.mkdtemp(prefix=".calid-", dir=place))
    except OSError as error:
        raise OutputError(f"cannot write into {folder.name}: {remedy_of(place, error)}") from error


class _Series:
    """The parts that all instances share, and the instances."""

    def __init__(
        self, reconstruction: Reconstruction, source: SourceStudy, judged: Mapping[int | None, Judgement]
    ) -> None:
        from pydicom.uid import generate_uid

        self._result, self._source, self._judged = reconstruction, source, judged
        self._now = datetime.now(UTC).astimezone()
        self._code = pixel_code(reconstruction)
        self.uid = str(generate_uid(prefix=None))
        self._study_uid = str(generate_uid(prefix=None))
        self._frame_of_reference = source.frame_of_reference or str(generate_uid(prefix=None))

    def instance(self, phase: int, slice_: int) -> "Dataset":
        """Data set of one slice at one phase, ready to be saved."""
        from pydicom.dataset import Dataset
        from pydicom.uid import generate_uid

        dataset = Dataset()
        dataset.SOPClassUID = MR_IMAGE_STORAGE
        dataset.SOPInstanceUID = str(generate_uid(prefix=None))
        dataset.file_meta = _file_meta(dataset.SOPInstanceUID)
        self._patient_and_study(dataset)
        self._series_and_equipment(dataset)
        self._origin(dataset, phase, slice_)
        self._plane(dataset, slice_)
        self._scan_and_timing(dataset, phase)
        self._pixels(dataset, phase, slice_)
        # As scanners number cines: viewers that sort by it play the phases of a slice.
        dataset.InstanceNumber = slice_ * len(self._result.phase_times) + phase + 1
        return dataset

    def _patient_and_study(self, dataset: "Dataset") -> None:
        # Of the source or of a reader's remark: UTF-8 holds every text.
        dataset.SpecificCharacterSet = "ISO_IR 192"
        for keyword in (
            "PatientBirthDate",
            "PatientSex",
            "StudyDate",
            "StudyTime",
            "StudyID",
            "AccessionNumber",
        ):
            setattr(dataset, keyword, "")
        dataset.ReferringPhysicianName = ""
        # What a source leaves open stays so: a name made up beside its ID would file it under another patient.
        dataset.PatientName = dataset.PatientID = "ANONYMOUS" if self._source.header is None else ""
        dataset.StudyInstanceUID = self._study_uid
        dataset.PatientPosition, dataset.BodyPartExamined = "", "HEART"
        if self._source.header is not None:
            copy_valid(self._source.header, dataset, STUDY_TAGS)

    def _series_and_equipment(self, dataset: "Dataset") -> None:
        from pydicom.dataset import Dataset

        source = self._result.acquired.source
        label = (source.description or source.label) if self._source.header is not None else ""
        made = "AI-interpolated" if self._result.settings.method is Method.CALID else "Interpolated"
        notice = f"{made} - NOT FOR DIAGNOSTIC USE"
        dataset.Modality = "MR"
        dataset.SeriesInstanceUID = self.uid
        dataset.SeriesNumber = FIRST_SERIES_NUMBER + self._acquired_series_number() % 1000
        dataset.SeriesDescription = f"{label[: DESCRIPTION_LENGTH - len(notice) - 1]} {notice}".strip()
        dataset.SeriesDate = dataset.ContentDate = dataset.InstanceCreationDate = f"{self._now:%Y%m%d}"
        dataset.SeriesTime = dataset.ContentTime = dataset.InstanceCreationTime = f"{self._now:%H%M%S}"
        dataset.FrameOfReferenceUID = self._frame_of_reference
        dataset.PositionReferenceIndicator = ""
        dataset.Manufacturer, dataset.ManufacturerModelName = "CaLID", "CaLID"
        dataset.SoftwareVersions = calid_core.__version__
        if self._source.header is not None:
            equipment = Dataset()
            equipment.Manufacturer = "unknown"
            copy_valid(self._source.header, equipment, EQUIPMENT_TAGS)
            equipment.PurposeOfReferenceCodeSequence = [_code("109101", "Acquisition Equipment")]
            dataset.ContributingEquipmentSequence = [equipment]

    def _acquired_series_number(self) -> int:
        header = self._source.header
        number = "" if header is None else str(header.get("SeriesNumber", "") or "")
        return int(number) if number.isdecimal() else 0

    def _origin(self, dataset: "Dataset", phase: int, slice_: int) -> None:
        provenance = self._result.provenance[slice_]
        resampled = phase in provenance.resampled_phases
        acquired = provenance.origin_at(phase) is SliceOrigin.ACQUIRED
        dataset.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
        dataset.SyntheticData = "NO" if acquired else "YES"
        dataset.BurnedInAnnotation = "YES" if self._source.burned_in else "NO"
        if self._source.lossy is not None:
            copy_valid(self._source.lossy, dataset, LOSSY_TAGS)
        dataset.DerivationDescription = _derivation(self._result, slice_, phase)
        dataset.DerivationCodeSequence = [_code("113085", "Spatial resampling")]
        comment = (
            _acquired_comment(provenance.shift_at(phase), self._code.rounding)
            if acquired
            else "Acquired slice, moved in plane - research use only, not for diagnosis"
            if provenance.moved is not None
            else "Acquired slice, interpolated in time - research use only, not for diagnosis"
            if resampled
            else f"{provenance.origin.name.capitalize()} slice - research use only, not for diagnosis"
        )
        said = judgement_comment(self._judged.get(slice_), self._judged.get(None))
        dataset.ImageComments = ". ".join(filter(None, (comment, said)))[:COMMENT_LENGTH]
        if self._source.frames:
            dataset.SourceImageSequence = [
                _reference(self._source.frames[source.index][phase]) for source in provenance.sources
            ]

    def _plane(self, dataset: "Dataset", slice_: int) -> None:
        geometry = self._result.geometry
        dataset.ImagePositionPatient = [_decimal(v) for v in geometry.slice_position(slice_)]
        # The row direction of DICOM points along increasing columns (PS3.3 C.7.6.2.1.1).
        directions = (*geometry.axes[:, 2], *geometry.axes[:, 1])
        dataset.ImageOrientationPatient = [_decimal(v) for v in directions]
        dataset.PixelSpacing = [_decimal(v) for v in geometry.spacing[1:]]
        thickness = self._result.acquired.source.thickness
        dataset.SliceThickness = None if thickness is None else _decimal(thickness)
        dataset.SpacingBetweenSlices = _decimal(geometry.pitch)
        dataset.SliceLocation = _decimal(geometry.slice_offsets[slice_])

    def _scan_and_timing(self, dataset: "Dataset", phase: int) -> None:
        result = self._result
        dataset.ScanningSequence, dataset.SequenceVariant, dataset.ScanOptions = "RM", "NONE", "CG"
        dataset.MRAcquisitionType, dataset.EchoTime, dataset.EchoTrainLength = "2D", None, None
        dataset.RepetitionTime, dataset.AcquisitionNumber = None, None
        if self._source.header is not None:
            copy_valid(self._source.header, dataset, SCAN_TAGS)
        # One time per phase for all slices: readers that group by it find whole volumes. A copied slice's own time is
        # that of its source image.
        dataset.TriggerTime = _decimal(result.phase_times[phase])
        dataset.TemporalPositionIdentifier = phase + 1
        dataset.NumberOfTemporalPositions = dataset.CardiacNumberOfImages = len(result.phase_times)
        if result.acquired.source.rr_interval:
            dataset.NominalInterval = round(result.acquired.source.rr_interval)

    def _pixels(self, dataset: "Dataset", phase: int, slice_: int) -> None:
        code = self._code
        values = encoded(self._result.intensity[phase, slice_], code)
        real = self._result.acquired.source.real.after(code.intensity)
        inverted = (
            real.slope < 0
        )  # low real values are bright: as in the source, the pixels are mirrored with them
        if inverted:
            values = code.mirror - values.astype("int32")
            real = real.after(RealScale(-1.0, code.mirror))
        dataset.SamplesPerPixel = 1
        dataset.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
        dataset.Rows, dataset.Columns = values.shape
        dataset.BitsAllocated = dataset.BitsStored = 16
        dataset.HighBit, dataset.PixelRepresentation = 15, int(code.signed)
        if real != STORED:
            dataset.RescaleSlope, dataset.RescaleIntercept = _decimal(real.slope), _decimal(real.intercept)
            dataset.RescaleType = "US"
        centre, width = display_window(self._result.acquired)
        dataset.WindowCenter, dataset.WindowWidth = _decimal(centre), _decimal(max(width, 1e-6))
        dataset.PixelData = values.astype("<i2" if code.signed else "<u2").tobytes()


def _acquired_comment(shift: Shift, rounding: float) -> str:
    """What to say of a frame of an acquired slice whose pixels are those of its source but for rounding and shifting."""
    changes = [f"rounded to 16 bits (by {rounding:.2g} at most)"] if rounding else []
    changes += [shift_text(shift)] if shift != (0, 0) else []
    return f"Acquired slice, {', '.join(changes)}" if changes else UNCHANGED


def _derivation(result: Reconstruction, slice_: int, phase: int) -> str:
    """What was done, in at most ``DERIVATION_LENGTH`` characters."""
    settings, provenance = result.settings, result.provenance[slice_]
    near = ", ".join(f"slice {s.index + 1} at {s.distance:.2f} mm" for s in provenance.sources)
    parts = [
        f"CaLID {calid_core.__version__}, method {settings.method.value}",
        f"{provenance.origin.word} slice {slice_ + 1} of {result.geometry.slices} from acquired {near}",
        f"slice spacing {result.geometry.pitch:.3f} mm",
    ]
    if settings.method is Method.CALID:
        parts.append(f"model {result.model_id or 'unnamed'}, mode {settings.mode.value}, on {result.device}")
        if settings.mode is Mode.REALISM:
            parts.append(settings.sampling)
    if provenance.shift_at(phase) != (0, 0):
        parts.append(shift_text(provenance.shift_at(phase)))
    if provenance.moved is not None:
        parts.append(movement_text(provenance.moved))
    if phase in provenance.resampled_phases:
        parts.append(f"this phase {IN_TIME} from acquired frames of the slice")
    if not result.geometry.known:
        parts.append(UNPLACED)
    return ("; ".join(parts) + ". Research use only, not for diagnosis.")[:DERIVATION_LENGTH]


def _reference(frame: SourceFrame) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = frame.sop_class, frame.sop_uid
    if frame.frame is not None:
        item.ReferencedFrameNumber = frame.frame
    item.PurposeOfReferenceCodeSequence = [_code("121322", "Source image for image processing operation")]
    return item


def _code(value: str, meaning: str) -> "Dataset":
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _file_meta(sop_uid: str) -> "FileMetaDataset":
    from pydicom.dataset import FileMetaDataset

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MR_IMAGE_STORAGE, sop_uid
    meta.TransferSyntaxUID = EXPLICIT
    return meta


def _decimal(value: float) -> str:
    """Decimal string of at most 16 characters (VR DS)."""
    from pydicom.valuerep import format_number_as_ds

    return str(format_number_as_ds(float(value)))
