"""What a derived DICOM series takes over from the files it was made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.cine import CineStack, FrameReference
from calid_core.errors import DicomError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

STUDY_TAGS = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge", "PatientSize",
    "PatientWeight", "StudyInstanceUID", "StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID",
    "AccessionNumber", "StudyDescription", "PatientPosition", "BodyPartExamined", "IssuerOfPatientID",
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
)  # fmt: skip
SCAN_TAGS = (
    "ScanningSequence", "SequenceVariant", "ScanOptions", "MRAcquisitionType", "RepetitionTime", "EchoTime",
    "EchoTrainLength", "FlipAngle", "MagneticFieldStrength", "NominalInterval", "HeartRate", "LowRRValue", "HighRRValue",
)  # fmt: skip
EQUIPMENT_TAGS = (
    "Manufacturer",
    "ManufacturerModelName",
    "InstitutionName",
    "StationName",
    "SoftwareVersions",
)
LOSSY_TAGS = ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod")
FRAME_TAGS = ("SOPClassUID", "SOPInstanceUID", "FrameOfReferenceUID", "BurnedInAnnotation", *LOSSY_TAGS)
DATES = {"PatientBirthDate", "StudyDate"}


@dataclass(frozen=True, eq=False)
class SourceFrame:
    """Identity and placement of an acquired frame.

    Parameters
    ----------
    sop_class, sop_uid
        UIDs of its file.
    frame
        Frame number from 1 in a multi-frame file, else None.
    frame_of_reference
        UID.
    """

    sop_class: str
    sop_uid: str
    frame: int | None
    frame_of_reference: str


@dataclass(frozen=True, eq=False)
class SourceStudy:
    """What the acquired files hand down.

    Parameters
    ----------
    header
        Header of one acquired file; None where the source was not DICOM.
    frames
        ``[slice][phase]``; empty where the source was not DICOM.
    burned_in
        Whether a file states that its pixels hold texts: what is made of them may hold them, too.
    lossy
        Header of a file that states a lossy compression, which nothing undoes; None where none does.
    """

    header: "Dataset | None"
    frames: tuple[tuple[SourceFrame, ...], ...]
    burned_in: bool = False
    lossy: "Dataset | None" = None

    @property
    def frame_of_reference(self) -> str:
        """The one frame of reference of all frames; empty where they differ (anonymised) or have none."""
        uids = {frame.frame_of_reference for frames in self.frames for frame in frames}
        return uids.pop() if len(uids) == 1 else ""


def read_source(stack: CineStack) -> SourceStudy:
    """Headers of the files that a stack came from.

    Raises
    ------
    DicomError
        A file has gone since.
    """
    if not stack.slice_frames:
        return SourceStudy(None, ())
    headers: dict[Path, Dataset] = {}
    frames = tuple(tuple(_frame(reference, headers) for reference in slice_) for slice_ in stack.slice_frames)
    first = stack.slice_frames[0][0].path
    burned_in = any(_stated(header, "BurnedInAnnotation") == "YES" for header in headers.values())
    lossy = (header for header in headers.values() if _stated(header, "LossyImageCompression") == "01")
    return SourceStudy(_read(first, ()), frames, burned_in, next(lossy, None))


def copy_valid(source: "Dataset", target: "Dataset", keywords: Sequence[str]) -> None:
    """Copy elements that are there and hold a valid value."""
    for keyword in keywords:
        try:
            value = source.get(keyword)
            if value is None or str(value) == "" or (keyword in DATES and not _is_date(str(value))):
                continue
            setattr(target, keyword, value)
        except Exception:  # pydicom raises nearly anything on invalid values
            continue


def _stated(header: "Dataset", keyword: str) -> str:
    """A code in capitals; empty where there is none that can be read."""
    try:
        return str(header.get(keyword, "")).strip().upper()
    except Exception:  # pydicom raises nearly anything on invalid values
        return ""


def _is_date(value: str) -> bool:
    try:
        datetime.strptime(value, "%Y%m%d")
    except ValueError:
        return False
    return True


def _frame(reference: FrameReference, headers: "dict[Path, Dataset]") -> SourceFrame:
    if reference.path not in headers:
        headers[reference.path] = _read(reference.path, FRAME_TAGS)
    header = headers[reference.path]
    return SourceFrame(
        str(header.get("SOPClassUID", "")),
        str(header.get("SOPInstanceUID", "")),
        None if reference.frame is None else reference.frame + 1,
        str(header.get("FrameOfReferenceUID", "")),
    )


def _read(path: Path, keywords: Sequence[str]) -> "Dataset":
    from pydicom import dcmread

    try:
        return dcmread(path, stop_before_pixels=True, specific_tags=list(keywords) or None, force=True)
    except OSError as error:
        raise DicomError(
            f"an acquired DICOM file is gone ({error.strerror}); load the series again"
        ) from error
