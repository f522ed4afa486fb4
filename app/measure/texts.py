"""Measurements in words: value, unit, phase, and whether it was made on an acquired slice."""

from collections.abc import Callable

from app.layers import Volume
from app.measure.regions import RegionStatistics
from app.measure.samplers import LongAxisSampler
from app.measure.shapes import Measurement, Shape
from app.rendering.slice_origin import origin_word
from app.translation import tr, tr_later
from calid_core.provenance import SliceOrigin

LONG_AXIS = tr_later("long axis at {angle:.0f}°")


def value_text(measurement: Measurement, region: RegionStatistics | None) -> str:
    """``34.2 mm``, ``87.5°``, ``812 ± 43 · 120 mm²``."""
    match measurement.shape:
        case Shape.ANGLE:
            return f"{measurement.angle:.1f}°"
        case Shape.DISTANCE | Shape.PROFILE:
            return f"{measurement.length:.1f} mm"
        case _ if region is None:
            return ""
        case _ if region.pixels == 0:
            return f"{region.area:.0f} mm²"
        case _:
            return f"{region.mean:.4g} ± {region.deviation:.3g} · {region.area:.0f} mm²"


def phase_text(measurement: Measurement, volume: Volume, shown: int) -> str:
    """``phase 1``: the phase that its value is of while another is shown.

    Empty for a profile, which runs over all phases, and in a cine of one phase.
    """
    if measurement.shape is Shape.PROFILE or len(volume.ready) == 1:
        return ""
    return tr("phase {phase}").format(phase=measurement.phase_of_value(shown) + 1)


def place_text(measurement: Measurement, words: Callable[[str], str] = tr) -> str:
    """``S17``, ``A4``, ``long axis at 30°``; ``words`` chooses the language."""
    sample = measurement.sample
    if isinstance(sample, LongAxisSampler):
        return words(LONG_AXIS).format(angle=sample.angle)
    return measurement.made_on


def made_on_text(measurement: Measurement, origin: SliceOrigin | None) -> str:
    """``S17 synthesised``, ``A4 acquired``, ``long axis at 30°``.

    ``origin`` is that of the phase that its value is of; None where from several kinds.
    """
    place = place_text(measurement)
    return place if origin is None else f"{place} {origin_word(origin)}"


def region_text(region: RegionStatistics | None) -> str:
    """Every statistic in one line; None where the phase is not made."""
    if region is None:
        return tr("phase not reconstructed yet")
    if region.pixels == 0:
        return tr("no pixel with data inside")
    return tr(
        "mean {mean:.4g}, SD {deviation:.3g}, {lowest:.4g} to {highest:.4g}, {pixels} pixels, {area:.0f} mm²"
    ).format(
        mean=region.mean,
        deviation=region.deviation,
        lowest=region.lowest,
        highest=region.highest,
        pixels=region.pixels,
        area=region.area,
    )


def caution_text(origin: SliceOrigin | None) -> str:
    """What a reader must know about pixels of an origin, None for several; empty for acquired ones."""
    if origin is None:
        return tr("through slices of several kinds")
    made = origin is not SliceOrigin.ACQUIRED
    return tr("on {origin} pixels").format(origin=origin_word(origin)) if made else ""
