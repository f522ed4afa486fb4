"""The open review as a session, and how a session's choices are applied to the state."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import calid_core
from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.controllers.controller import Controller
from app.layers import ACQUIRED, Layer, Run
from app.open_series import OpenSeries
from app.review.verdicts import now
from app.sessions.saved_measurement import SavedMeasurement
from app.sessions.session import SavedRun, Session, SourceImages, SourcePath, Views
from app.state.compare_state import CompareMode
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


def apply_views(controller: Controller, views: Views, runs: Mapping[str, Run]) -> None:
    """Show things as they were; runs that are not there are left out.

    Parameters
    ----------
    runs
        Runs by key.
    """
    state, display, playback = controller.state, controller.display, controller.playback
    comparing, navigation = controller.comparing, controller.navigation
    show_layers(controller, views, runs)
    comparing.set_mode(CompareMode[views.compare_mode])
    comparing.set_swipe(views.swipe)
    comparing.set_rate(views.flicker_rate)
    display.set_layout(ViewLayout[views.layout])
    display.set_tool(Tool[views.tool])
    controller.series.opening_place.stay()
    navigation.go_to_phase(min(views.phase, max(0, state.phases - 1)))
    display.set_window(views.window[0], views.window[1])
    display.set_zoom(views.zoom)
    display.set_pan(views.pan[0], views.pan[1])
    display.set_long_axis_angle(views.long_axis_angle)
    for wished, shown, toggle in (
        (views.inverted, state.inverted, display.toggle_inverted),
        (views.interpolation, state.interpolation, display.toggle_interpolation),
        (views.annotations_visible, state.annotations_visible, display.toggle_annotations),
        (views.crosshair_visible, state.crosshair_visible, display.toggle_crosshair),
        (views.contours_visible, state.contours_visible, display.toggle_contours),
        (views.uncertainty_visible, state.uncertainty_visible, display.toggle_uncertainty),
        (views.linked, state.linked, display.toggle_linked),
    ):
        if wished != shown:
            toggle()
    playback.set_rate(views.fps_wanted)
    playback.set_loop_mode(LoopMode[views.loop_mode])
    playback.set_play_mode(PlayMode[views.play_mode])


def show_layers(controller: Controller, views: Views, runs: Mapping[str, Run]) -> None:
    """Show the runs that were shown, where they were looked at; the acquired slices in place of one that is not there.

    Parameters
    ----------
    runs
        Runs by key.
    """

    def layer(key: str) -> Layer:
        return runs[key].layer if key in runs else ACQUIRED

    wanted = [layer(key) for key in views.compare if not key or key in runs]
    controller.display.show_layer(layer(views.layer))
    controller.comparing.compare(tuple(dict.fromkeys(wanted)))
    controller.navigation.go_to_position(np.array(views.position))
