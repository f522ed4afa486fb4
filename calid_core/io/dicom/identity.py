"""Who was examined and when: for the reader's eyes, and to keep studies without a UID apart. Never logged."""

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from calid_core.io.dicom import values

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

IDENTITY_TAGS = {
    "study_date": 0x00080020,
    "study_time": 0x00080030,
    "patient_name": 0x00100010,
    "patient_id": 0x00100020,
    "birth_date": 0x00100030,
    "study_uid": 0x0020000D,
}


def identity(dataset: "Dataset") -> str:
    """``Doe, Jane · 12345 · 2012-05-31``; parts that are not stated are left out."""
    name = values.words(dataset, IDENTITY_TAGS["patient_name"]).split("=")[0]
    date = values.text(dataset, IDENTITY_TAGS["study_date"])
    if re.fullmatch(r"\d{8}", date):
        date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    parts = (
        ", ".join(filter(None, name.split("^"))),
        values.words(dataset, IDENTITY_TAGS["patient_id"]),
        date,
    )
    return " · ".join(filter(None, parts))


def unnamed_study(dataset: "Dataset") -> str:
    """Digest of name, birth date and moment of the study where it has no UID; else empty, as where nothing is stated."""
    if values.text(dataset, IDENTITY_TAGS["study_uid"]):
        return ""
    names = ("patient_name", "birth_date", "study_date", "study_time")
    told = [values.text(dataset, IDENTITY_TAGS[name]) for name in names]
    return sha256("\0".join(told).encode()).hexdigest() if any(told) else ""
