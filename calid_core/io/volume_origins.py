"""Which slices of a volume file were acquired: told by the file that CaLID writes beside its own volumes."""

import json
from typing import Any

from calid_core.io.derived_volume import sidecar_of
from calid_core.io.sidecar import FORMAT
from calid_core.io.volume import INTERPOLATED_NOTICE, SYNTHESISED_NOTICE
from calid_core.io.volume_headers import VolumeHeader
from calid_core.provenance import SliceOrigin, made_sentence

NOTICES = {
    SYNTHESISED_NOTICE: SliceOrigin.SYNTHESISED,
    INTERPOLATED_NOTICE: SliceOrigin.INTERPOLATED,
}


def volume_origins(header: VolumeHeader) -> tuple[tuple[SliceOrigin, ...], tuple[str, ...]]:
    """By slice where it comes from, empty where all were acquired, and what to say about it."""
    told = _told_beside(header)
    if told is not None:
        sentence = made_sentence(told)
        return (told, (sentence,)) if sentence else ((), ())
    notice = NOTICES.get(header.description)
    if notice is None:
        return (), ()
    message = (
        f"made by a computer, says the header; which slices were acquired is not known, because {sidecar_of(header.path).name} "
        "is not beside it or does not fit: all are taken for made"
    )
    return (notice,) * header.geometry.slices, (message,)


def _told_beside(header: VolumeHeader) -> tuple[SliceOrigin, ...] | None:
    """What the JSON file beside a volume says; None where there is none that fits."""
    try:
        values: Any = json.loads(sidecar_of(header.path).read_text(encoding="utf-8"))
        told = tuple(SliceOrigin[s["origin"].upper()] for s in values["slices"])
        shape = (len(told), *header.geometry.shape[1:])
        fits = (
            values["format"] == FORMAT and tuple(values["output"]["shape"]) == shape == header.geometry.shape
        )
        return told if fits else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
