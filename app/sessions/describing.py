"""The open review as a session: its images, runs, verdicts, measurements and how things are shown."""

import os
from pathlib import Path

import calid_core
from app.layers import Layer
from app.open_series import OpenSeries
from app.review.verdicts import now
from app.sessions.saved_measurement import SavedMeasurement
from app.sessions.session import SavedRun, Session, SourceImages, SourcePath, Views
from app.state.review_state import ReviewState
from app.state.viewer_state import ViewerState
from calid_core.cine import CineStack
from calid_core.identity import stack_digest


def describe_session(
    state: ViewerState,
    reviews: ReviewState,
    measurements: tuple[SavedMeasurement, ...],
    *,
    with_reviews: bool = True,
) -> Session | None:
    """The active series with absolute paths, without pixels and their digests; None while no stack is open.

    Parameters
    ----------
    measurements
        As a session keeps them.
    with_reviews
        Whether verdicts are part of it.
    """
    series, stack = state.active_series, state.active_stack
    if series is None or stack is None:
        return None
    images = describe_images(series, stack, None)
    return Session(
        program=calid_core.__version__,
        saved=now(),
        images=images,
        runs=tuple(
            SavedRun(
                key, run.settings, run.reconstruction.model_id if run.reconstruction else "", "", run.checks
            )
            for key, run in reviews.runs.items()
        ),
        views=describe_views(state, reviews),
        reviews=reviews.reviews_of(images.digest) if with_reviews else (),
        reader=reviews.reader,
        measurements=measurements,
    )


def describe_images(series: OpenSeries, stack: CineStack, folder: Path | None) -> SourceImages:
    """The acquired stack: its digest, size, where it was opened from, and how it was aligned."""
    _, _, rows, columns = stack.intensity.shape
    return SourceImages(
        digest=stack_digest(stack),
        label=series.label[:4096],
        slices=stack.slices,
        phases=stack.phases,
        rows=rows,
        columns=columns,
        paths=tuple(source_path(path, folder) for path in series.paths),
        moved=tuple(state.moved for state in stack.slice_states) if stack.moved_slices else (),
    )


def source_path(path: Path, folder: Path | None) -> SourcePath:
    """A path as a session keeps it: relative where it lies below the session's folder."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - symbolic links are kept as they are
    if folder is not None and absolute.is_relative_to(folder.absolute()):
        return SourcePath(relative=absolute.relative_to(folder.absolute()).as_posix(), absolute=str(absolute))
    return SourcePath(absolute=str(absolute))


def describe_views(state: ViewerState, reviews: ReviewState) -> Views:
    """How things are shown, with runs named by key."""

    def key(layer: Layer) -> str:
        return reviews.key_of(state.run(layer.run_id))

    x, y, z = state.position
    return Views(
        layer=key(state.layer),
        compare=tuple(key(layer) for layer in state.compare_layers),
        position=(float(x), float(y), float(z)),
        phase=state.phase,
        window=(float(state.window[0]), float(state.window[1])),
        inverted=state.inverted,
        interpolation=state.interpolation,
        annotations_visible=state.annotations_visible,
        crosshair_visible=state.crosshair_visible,
        contours_visible=state.contours_visible,
        uncertainty_visible=state.uncertainty_visible,
        linked=state.linked,
        zoom=state.zoom,
        pan=(float(state.pan[0]), float(state.pan[1])),
        long_axis_angle=state.long_axis_angle,
        fps_wanted=state.fps_wanted,
        layout=state.layout.name,
        tool=state.tool.name,
        loop_mode=state.loop_mode.name,
        play_mode=state.play_mode.name,
        compare_mode=state.compare.mode.name,
        swipe=float(state.compare.swipe),
        flicker_rate=float(state.compare.rate),
    )
