"""Measurements in words: value, unit, and whether it was made on an acquired slice."""

from app.measure.regions import RegionStatistics
from app.measure.shapes import Measurement, Shape
from app.rendering.slice_origin import ORIGIN_WORDS
from calid_core.reconstruction import SliceOrigin


def value_text(measurement: Measurement, region: RegionStatistics | None) -> str:
    """``34.2 mm``, ``87.5°``, ``812 ± 43 · 120 mm²``."""
    match measurement.shape:
        case Shape.ANGLE:
            return f"{measurement.angle:.1f}°"
        case Shape.DISTANCE | Shape.PROFILE:
            return f"{measurement.length:.1f} mm"
        case _ if region is None:
            return ""
        case _:
            return f"{region.mean:.4g} ± {region.deviation:.3g} · {region.area:.0f} mm²"


def made_on_text(measurement: Measurement) -> str:
    """``S17 synthesised``, ``A4 acquired``, ``long axis``."""
    if measurement.origin is None:
        return measurement.made_on
    return f"{measurement.made_on} {ORIGIN_WORDS[measurement.origin].lower()}"


def region_text(region: RegionStatistics) -> str:
    """Every statistic in one line."""
    if region.pixels == 0:
        return "no pixel centre inside"
    return (
        f"mean {region.mean:.4g}, SD {region.deviation:.3g}, {region.lowest:.4g} to {region.highest:.4g}, "
        f"{region.pixels} pixels, {region.area:.1f} mm²"
    )


def caution_text(measurement: Measurement) -> str:
    """What a reader must know about where it was made; empty on acquired slices."""
    if measurement.origin is None:
        return "through slices of several kinds"
    made = measurement.origin is not SliceOrigin.ACQUIRED
    return f"on {ORIGIN_WORDS[measurement.origin].lower()} pixels" if made else ""
