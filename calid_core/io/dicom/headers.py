"""What is needed of each DICOM frame, read without its pixels."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from calid_core.cine import FrameReference
from calid_core.errors import DicomError
from calid_core.io.dicom import values
from calid_core.io.dicom.compressed import check_compressed
from calid_core.io.dicom.deflated import check_deflated, inflated_header
from calid_core.io.dicom.identity import IDENTITY_TAGS, identity, unnamed_study
from calid_core.io.dicom.pixel_format import (
    DEFLATED,
    PIXEL_TAGS,
    UNCOMPRESSED,
    NotAnImage,
    PixelFormat,
    number_of_frames,
    pixel_format,
    plain_syntax,
)
from calid_core.io.dicom.rescale import RESCALE_TAGS, Rescale, rescale
from calid_core.io.dicom.sequences import SEQUENCE_TAGS, PulseSequence, pulse_sequence
from calid_core.judgement import Judgement, told_judgements
from calid_core.provenance import Movement, Shift, SliceOrigin, told_movement, told_shift

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

OWN_DERIVATION = re.compile(r"\bCaLID\b.*?\b(acquired|interpolated|synthesised) slice \d", re.DOTALL)
"""What CaLID writes into Derivation Description."""
DERIVATION_LENGTH = 1024
"""Most characters that a Derivation Description may have (VR ST); what is longer was not written by CaLID."""
UNPLACED = "position and orientation in the patient are unknown and made up"
"""What it adds where slices had to be given some place: DICOM has no other way to say so."""
IN_TIME = "interpolated in time"
"""What it says of a phase of an acquired slice."""
TRANSFER_SYNTAX = 0x00020010
FARTHEST = 10_000.0
"""No image lies farther from the origin of patient coordinates than this, mm: scanners put it into the patient or near the magnet."""
Vector = tuple[float, float, float]

TAGS = {
    "image_type": 0x00080008,
    "sop_class": 0x00080016,
    "sop_uid": 0x00080018,
    "acquisition_time": 0x00080032,
    "synthetic": 0x0008001C,
    "acquisition_datetime": 0x0008002A,
    "content_time": 0x00080033,
    "series_description": 0x0008103E,
    "derivation": 0x00082111,
    "character_set": 0x00080005,
    "thickness": 0x00180050,
    "heart_rate": 0x00181088,
    "trigger_time": 0x00181060,
    "nominal_interval": 0x00181062,
    "stated_phases": 0x00181090,
    "protocol_name": 0x00181030,
    "series_uid": 0x0020000E,
    "series_number": 0x00200011,
    "acquisition_number": 0x00200012,
    "instance_number": 0x00200013,
    "position": 0x00200032,
    "orientation": 0x00200037,
    "frame_of_reference": 0x00200052,
    "temporal_position": 0x00200100,
    "slice_location": 0x00201041,
    "comments": 0x00204000,
    "nominal_trigger_delay": 0x00209153,
    "component": 0x00089208,
    "pixel_spacing": 0x00280030,
    "shared_groups": 0x52009229,
    "per_frame_groups": 0x52009230,
    **IDENTITY_TAGS,
    **RESCALE_TAGS,
    **SEQUENCE_TAGS,
}


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One frame.

    Parameters
    ----------
    reference
        File and frame within it.
    position, orientation
        ImagePositionPatient ``(3,)`` in mm and ImageOrientationPatient ``(6,)``.
    component
        ComplexImageComponent, such as PHASE; empty where not stated.
    located
        Whether position, orientation and pixel spacing were stated, and not made up by CaLID.
    directed
        Whether the orientation was.
    trigger_time, content_time, acquisition_time
        ms.
    rr_interval
        ms.
    own
        Whether CaLID wrote it.
    rescale
        What makes real values of its pixels, and the window to show them in.
    origin
        Not acquired where Synthetic Data says YES; CaLID's own files tell how they were made.
    resampled
        Whether it was acquired, but interpolated in time before it was written.
    moved
        By how much it was moved in plane before it was written; None where it was not.
    judged, whole_judged
        What a reader said in CaLID of the slice, and of all that was written with it; None where nothing.
    identity
        Name and ID of the patient and date of the study, for the reader's eyes alone.
    unnamed_study
        Digest of who was examined and when, where the UID of the study is empty; else empty.
    sequence
        How it was acquired.
    stated_phases
        Cardiac Number of Images; None where not stated.
    """

    reference: FrameReference
    pixels: PixelFormat
    patient: str
    study_uid: str
    series_uid: str
    sop_uid: str
    frame_of_reference: str
    series_number: int
    description: str
    image_type: tuple[str, ...]
    component: str
    position: Vector
    orientation: tuple[float, ...]
    spacing: tuple[float, float]
    located: bool
    directed: bool
    thickness: float | None
    trigger_time: float | None
    temporal_position: float | None
    content_time: float | None
    acquisition_time: float | None
    acquisition_number: float | None
    instance_number: float | None
    rr_interval: float | None
    rescale: Rescale
    sequence: PulseSequence
    own: bool = False
    origin: SliceOrigin = SliceOrigin.ACQUIRED
    resampled: bool = False
    moved: Movement | None = None
    shifted: Shift = (0, 0)
    judged: Judgement | None = None
    whole_judged: Judgement | None = None
    identity: str = field(default="", repr=False)
    unnamed_study: str = field(default="", repr=False)
    stated_phases: int | None = None

    @property
    def study(self) -> tuple[str, str]:
        """Patient and study; no two studies are alike in both."""
        return self.patient, self.study_uid or self.unnamed_study

    @property
    def label(self) -> str:
        """What its series is called."""
        return self.description or f"series {self.series_number}"


def looks_like_dicom(start: bytes) -> bool:
    """Whether the first 256 bytes of a file are those of DICOM, with or without its preamble."""
    if start[128:132] == b"DICM":
        return True
    # Without preamble a data set begins in group 0002 or 0008 with a low element number.
    return len(start) >= 8 and start[:2] in (b"\x02\x00", b"\x08\x00") and start[3] == 0 and start[2] <= 0x20


def read_frames(path: Path) -> list[FrameHeader]:
    """Headers of every frame of a DICOM file.

    Raises
    ------
    NotAnImage
        It is valid, but no grey-scale image with a place in the patient.
    DicomError
        It is damaged, or lies farther away than can be.
    """
    from pydicom import dcmread

    with path.open("rb") as file:
        header = inflated_header(file)
        try:
            dataset = dcmread(
                header,
                stop_before_pixels=True,
                specific_tags=[*TAGS.values(), *PIXEL_TAGS.values()],
                force=True,
            )
            stated = values.text(dataset.file_meta, TRANSFER_SYNTAX)
            syntax = plain_syntax(dataset) if stated in ("", *UNCOMPRESSED) else stated
        except Exception as error:  # pydicom raises nearly anything on damaged files
            raise DicomError(f"damaged DICOM header ({type(error).__name__})") from error
        syntax = syntax if header is file else DEFLATED
        pixels = pixel_format(header, dataset, syntax)
        if header is not file:
            check_deflated(file, pixels)
        elif syntax not in UNCOMPRESSED:
            check_compressed(file, pixels)
    grouped = TAGS["position"] not in dataset and _has_frame_groups(dataset)
    if number_of_frames(dataset) > 1 or grouped:
        from calid_core.io.dicom.enhanced import split_frames

        return split_frames(path, dataset, pixels)
    return [frame_header(FrameReference(path), dataset, pixels)]


def _has_frame_groups(dataset: "Dataset") -> bool:
    """Whether there are functional groups; some ordinary files carry an empty sequence of them."""
    try:
        return bool(dataset.get("PerFrameFunctionalGroupsSequence"))
    except Exception:  # pydicom raises nearly anything on damaged sequences
        return False


def frame_header(reference: FrameReference, dataset: "Dataset", pixels: PixelFormat) -> FrameHeader:
    """Header of a frame from a flat data set."""
    image_type = values.texts(dataset, TAGS["image_type"])
    if "MOSAIC" in image_type:
        raise NotAnImage("Siemens mosaics, each of many slices in one image (convert them with dcm2niix)")
    position, orientation, located = _placement(dataset)
    directed = located
    spacing = values.numbers(dataset, TAGS["pixel_spacing"], 2)
    if spacing is None or min(spacing) <= 0:
        spacing, located = (1.0, 1.0), False
    told = OWN_DERIVATION.search(values.text(dataset, TAGS["derivation"])[:DERIVATION_LENGTH])
    origin, resampled, moved = _origin(dataset, told)
    comments = "" if told is None else values.text(dataset, TAGS["comments"])
    judged, whole_judged = told_judgements(comments)
    return FrameHeader(
        reference=reference,
        pixels=pixels,
        patient=values.text(dataset, TAGS["patient_id"]),
        study_uid=values.text(dataset, TAGS["study_uid"]),
        series_uid=values.text(dataset, TAGS["series_uid"]),
        sop_uid=values.text(dataset, TAGS["sop_uid"]),
        frame_of_reference=values.text(dataset, TAGS["frame_of_reference"]),
        series_number=_whole(values.number(dataset, TAGS["series_number"])),
        description=values.words(dataset, TAGS["series_description"])
        or values.words(dataset, TAGS["protocol_name"]),
        image_type=image_type,
        component=values.text(dataset, TAGS["component"]).upper(),
        position=position,
        orientation=orientation,
        spacing=(spacing[0], spacing[1]),
        located=located,
        directed=directed,
        thickness=_positive(values.number(dataset, TAGS["thickness"])),
        trigger_time=_trigger_time(dataset),
        temporal_position=values.number(dataset, TAGS["temporal_position"]),
        content_time=values.clock(dataset, TAGS["content_time"]),
        acquisition_time=values.clock(dataset, TAGS["acquisition_time"])
        or values.clock(dataset, TAGS["acquisition_datetime"]),
        acquisition_number=values.number(dataset, TAGS["acquisition_number"]),
        instance_number=values.number(dataset, TAGS["instance_number"]),
        rr_interval=_rr_interval(dataset),
        rescale=rescale(dataset, pixels),
        own=told is not None,
        origin=origin,
        resampled=resampled,
        moved=moved,
        shifted=told_shift(values.text(dataset, TAGS["derivation"])) if told is not None else (0, 0),
        judged=judged,
        whole_judged=whole_judged,
        identity=identity(dataset),
        unnamed_study=unnamed_study(dataset),
        sequence=pulse_sequence(dataset),
        stated_phases=_whole(values.number(dataset, TAGS["stated_phases"])) or None,
    )


def _placement(dataset: "Dataset") -> tuple[Vector, tuple[float, ...], bool]:
    """Position, orientation, and whether they were stated; a slice location alone places a slice along an axis made up."""
    position = values.numbers(dataset, TAGS["position"], 3)
    orientation = values.numbers(dataset, TAGS["orientation"], 6)
    location = values.number(dataset, TAGS["slice_location"])
    if position is None or orientation is None or not _perpendicular(orientation):
        if location is None:
            raise NotAnImage("images without a position in the patient")
        position, orientation, located = (0.0, 0.0, location), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), False
    else:
        located = UNPLACED not in values.text(dataset, TAGS["derivation"])
        farthest = max(position, key=abs)
        if abs(farthest) > FARTHEST:
            raise DicomError(
                f"a position of {farthest:g} mm in the patient, limit {FARTHEST:g} mm; export it again"
            )
    return (position[0], position[1], position[2]), orientation, located


def _origin(dataset: "Dataset", told: re.Match[str] | None) -> tuple[SliceOrigin, bool, Movement | None]:
    """Where the slice comes from, as ``told`` by ``OWN_DERIVATION``, whether it was acquired but interpolated in time, and its movement."""
    if values.text(dataset, TAGS["synthetic"]).upper() != "YES":
        return SliceOrigin.ACQUIRED, False, None
    origin = SliceOrigin[told[1].upper()] if told else SliceOrigin.SYNTHESISED
    if origin is not SliceOrigin.ACQUIRED:
        return origin, False, None
    derivation = values.text(dataset, TAGS["derivation"])
    return origin, IN_TIME in derivation, told_movement(derivation)


def _perpendicular(orientation: Sequence[float]) -> bool:
    """Whether two direction cosines of length 1 stand at a right angle, with room for rounding."""
    row, column = orientation[:3], orientation[3:]
    lengths = math.hypot(*row), math.hypot(*column)
    cosine = sum(r * c for r, c in zip(row, column, strict=True))
    return all(abs(length - 1) < 0.1 for length in lengths) and abs(cosine) < 0.05


def _trigger_time(dataset: "Dataset") -> float | None:
    stated = values.number(dataset, TAGS["trigger_time"])
    return stated if stated is not None else values.double(dataset, TAGS["nominal_trigger_delay"])


def _rr_interval(dataset: "Dataset") -> float | None:
    interval = _positive(values.number(dataset, TAGS["nominal_interval"]))
    rate = _positive(values.number(dataset, TAGS["heart_rate"]))
    if interval is None and rate is not None:
        interval = 60000 / rate
    return interval if interval is not None and 200 <= interval <= 3000 else None


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


def _whole(value: float | None) -> int:
    return int(value) if value is not None else 0
