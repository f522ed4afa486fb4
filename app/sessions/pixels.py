"""The pixels of runs in sessions: the made slices out of a reconstruction, and a reconstruction out of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from app.sessions.session import SavedRun, Session, StoredPixels
from calid_core.arrays import IntensityArray
from calid_core.cine import CineStack
from calid_core.identity import intensity_digest
from calid_core.provenance import SliceOrigin
from calid_core.reconstruction import Reconstruction


def made_slices(reconstruction: Reconstruction) -> list[int]:
    """Output slices that were not acquired."""
    return [i for i, p in enumerate(reconstruction.provenance) if p.origin is not SliceOrigin.ACQUIRED]


def with_digests(
    session: Session,
    reconstructions: Mapping[str, Reconstruction],
    *,
    pixels: bool,
    check: Callable[[], None],
) -> tuple[Session, dict[str, IntensityArray]]:
    """The session with the digest of every run, and the pixels of the made slices if they are asked for.

    Parameters
    ----------
    reconstructions
        By key.
    check
        Called between runs; raises ``Cancelled``.
    """
    runs, stored = [], {}
    for number, run in enumerate(session.runs, 1):
        check()
        result = reconstructions[run.key]
        changed = replace(run, digest=intensity_digest(result.intensity))
        if pixels:
            entry = f"run-{number}.raw"
            made = made_slices(result)
            stored[entry] = result.intensity[:, made]
            width_entry = ""
            if result.half_width is not None:
                width_entry = f"run-{number}.half-width.raw"
                stored[width_entry] = result.half_width[:, made]
            changed = replace(changed, pixels=_stored(result, entry, width_entry))
        runs.append(changed)
    return replace(session, runs=tuple(runs)), stored


def _stored(result: Reconstruction, entry: str, width_entry: str) -> StoredPixels:
    most_sources = max((len(p.sources) for p in result.provenance), default=1)
    return StoredPixels(
        entry=entry,
        dtype=result.intensity.dtype.newbyteorder("=").name,
        half_width=width_entry,
        half_width_dtype="float16" if result.half_width is None else result.half_width.dtype.name,
        reach=max(1, -(-most_sources // 2)),
        device=result.device,
        seconds=result.seconds,
        warnings=result.warnings,
    )


def restored(
    stack: CineStack, run: SavedRun, intensity: IntensityArray, half_width: IntensityArray | None
) -> Reconstruction:
    """A reconstruction from the pixels of its made slices; the acquired ones come from the stack."""
    from calid_core.filling import plan_filling, provenance

    plan = plan_filling(stack.geometry, run.settings.slice_spacing)
    assert run.pixels is not None
    shape = (stack.phases, *plan.geometry.shape)
    whole = np.empty(shape, stack.intensity.dtype)
    whole[:, plan.acquired], whole[:, plan.missing] = stack.intensity, intensity
    widths = None
    if half_width is not None:
        widths = np.zeros(shape, run.pixels.half_width_dtype)
        widths[:, plan.missing] = half_width
    return Reconstruction(
        intensity=whole,
        geometry=plan.geometry,
        phase_times=stack.phase_times,
        provenance=provenance(plan, run.settings.method, stack.provenance, run.pixels.reach),
        settings=run.settings,
        acquired=stack,
        model_id=run.model_id,
        device=run.pixels.device,
        seconds=run.pixels.seconds,
        half_width=widths,
        warnings=run.pixels.warnings,
    )


def missing_shape(stack: CineStack, run: SavedRun) -> tuple[int, ...]:
    """``(phases, made slices, rows, columns)`` of a run, from the stack and the settings alone."""
    from calid_core.filling import plan_filling

    plan = plan_filling(stack.geometry, run.settings.slice_spacing)
    return (stack.phases, len(plan.missing), *stack.geometry.shape[1:])
