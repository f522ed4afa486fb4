"""Enhanced multi-frame DICOM: every frame gets a flat header of its own (PS3.3 C.7.6.16)."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calid_core.cine import FrameReference
from calid_core.errors import DicomError
from calid_core.io.dicom import values
from calid_core.io.dicom.headers import TAGS, FrameHeader, frame_header
from calid_core.io.dicom.pixel_format import NotAnImage, PixelFormat

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# Functional group sequence, attribute in it, flat attribute it stands for.
MOVED = (
    ("PlanePositionSequence", "ImagePositionPatient", "position"),
    ("PlaneOrientationSequence", "ImageOrientationPatient", "orientation"),
    ("PixelMeasuresSequence", "PixelSpacing", "pixel_spacing"),
    ("PixelMeasuresSequence", "SliceThickness", "thickness"),
    ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime", "trigger_time"),
    ("CardiacSynchronizationSequence", "RRIntervalTimeNominal", "nominal_interval"),
    ("FrameContentSequence", "TemporalPositionIndex", "temporal_position"),
    ("FrameContentSequence", "FrameAcquisitionNumber", "acquisition_number"),
    ("FrameContentSequence", "FrameAcquisitionDateTime", "acquisition_datetime"),
    ("PixelValueTransformationSequence", "RescaleSlope", "slope"),
    ("PixelValueTransformationSequence", "RescaleIntercept", "intercept"),
    ("FrameVOILUTSequence", "WindowCenter", "window_centre"),
    ("FrameVOILUTSequence", "WindowWidth", "window_width"),
    ("MRImageFrameTypeSequence", "FrameType", "image_type"),
    ("MRImageFrameTypeSequence", "ComplexImageComponent", "component"),
    ("MREchoSequence", "EffectiveEchoTime", "echo_time"),
    ("MRModifierSequence", "InversionTimes", "inversion_time"),
    ("MRTimingAndRelatedParametersSequence", "FlipAngle", "flip_angle"),
)

OF_ALL_FRAMES = (
    "study_uid", "series_uid", "sop_uid", "frame_of_reference", "series_number", "series_description", "protocol_name",
    "character_set", "patient_name", "patient_id", "study_date", "image_type", "content_time", "synthetic", "derivation",
    "component", "study_time", "sequence_name", "pulse_sequence_name",
    "scanning_sequence", "birth_date",
)  # fmt: skip
"""Attributes outside of the functional groups."""


def split_frames(path: Path, dataset: "Dataset", pixels: PixelFormat) -> list[FrameHeader]:
    """Headers of the frames of a multi-frame file, in the order of its frames.

    Raises
    ------
    NotAnImage
        The frames have no place in the patient.
    DicomError
        The functional groups are damaged.
    """
    try:
        shared_items = list(dataset.get("SharedFunctionalGroupsSequence") or [])
        per_frame = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
    except Exception as error:  # pydicom raises nearly anything on damaged sequences
        raise DicomError(f"damaged functional groups ({type(error).__name__})") from error
    if not per_frame:
        raise NotAnImage("multi-frame images without a position of each frame")
    shared = shared_items[0] if shared_items else None
    frames = []
    for number, groups in enumerate(per_frame):
        flat = _flat(dataset, shared, groups, number, len(per_frame))
        frames.append(frame_header(FrameReference(path, number), flat, pixels))
    return frames


def _flat(
    dataset: "Dataset", shared: "Dataset | None", groups: "Dataset", number: int, count: int
) -> "Dataset":
    from pydicom.dataset import Dataset

    flat = Dataset()
    for name in OF_ALL_FRAMES:
        _copy_raw(dataset, flat, name)
    for sequence, attribute, name in MOVED:
        value = _value(groups, sequence, attribute)
        if value is None and shared is not None:
            value = _value(shared, sequence, attribute)
        if value is not None:
            _set_text(flat, name, value)
    _set_text(flat, "instance_number", _instance_number(dataset, number / count))
    return flat


def _instance_number(dataset: "Dataset", share: float) -> float:
    """Number by which frames of several files stand in the order of the files first, then by their share of the file, 0 to 1."""
    return (values.number(dataset, TAGS["instance_number"]) or 0.0) + share


def _value(groups: "Dataset", sequence: str, attribute: str) -> Any:
    try:
        items = groups.get(sequence)
        return items[0].get(attribute) if items else None
    except Exception as error:
        raise DicomError(f"damaged functional group {sequence} ({type(error).__name__})") from error


def _copy_raw(source: "Dataset", target: "Dataset", name: str) -> None:
    element = source.get_item(TAGS[name], keep_deferred=True)
    if element is not None:
        target._dict[element.tag] = element  # raw: nothing is converted, so nothing can fail


def _set_text(target: "Dataset", name: str, value: Any) -> None:
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    parts = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)
    if any(isinstance(part, float) and not math.isfinite(part) for part in parts):
        return
    content = "\\".join(str(part) for part in parts).encode()
    tag = Tag(TAGS[name])
    target._dict[tag] = RawDataElement(tag, "LO", len(content), content, 0, False, True)
