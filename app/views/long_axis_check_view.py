"""An acquired long-axis cine, or what a layer shows on its plane; the check supplies both on one grid."""

from enum import Enum

import numpy as np

from app.core_words import in_widest_digits
from app.layers import ACQUIRED, Layer, Run, Volume
from app.measure.samplers import Sampler
from app.palette import LONG_AXIS_LINES
from app.presets import UNASKED, percentile_window
from app.rendering.image_plane import ImagePlane, slice_plane
from app.rendering.orientation import edge_letters
from app.rendering.slice_origin import ORIGIN_WORDS
from app.state.viewer_state import ViewerState
from app.translation import tr, tr_later
from app.views.annotations import Annotations
from app.views.badge import Badge
from app.views.picture import Picture, UncertaintyMap
from app.views.plane_view import PlaneView
from app.views.slice_painter import ReferenceLine
from calid_core.arrays import FloatArray
from calid_core.checks.results import LongAxis, LongAxisImages
from calid_core.provenance import SliceOrigin, made_by
from calid_core.settings import Method

DIMMED = 0.3
"""Brightness of the acquired view around the volume, in every picture of a check."""
AROUND = tr_later("dim: outside the stack")


class OnPlane(Enum):
    """What is shown on the plane of the long-axis cine."""

    ACQUIRED = tr_later("acquired")
    RUN = tr_later("run")
    LINEAR = tr_later("linear")


class LongAxisCheckView(PlaneView):
    """One of the three pictures of a long-axis check, at the phase that was matched with the one on the screen.

    Parameters
    ----------
    state
        Phase, zoom and tool.
    run
        The run that was checked.
    check
        What the check found; its images are there.
    what
        Which picture.
    """

    def __init__(
        self,
        state: ViewerState,
        run: Run,
        check: LongAxis,
        what: OnPlane,
    ) -> None:
        self._run, self._check, self._what = run, check, what
        images = check.images
        if images is None:
            raise ValueError("the check keeps no images")
        self._images_of_check: LongAxisImages = images
        self._values = {
            OnPlane.ACQUIRED: images.acquired,
            OnPlane.RUN: images.resliced,
            OnPlane.LINEAR: images.linear,
        }[what]
        self._inside = np.asarray(images.inside, dtype=bool)
        self._acquired_window = percentile_window(images.acquired, *UNASKED)
        self._window_here = (
            self._acquired_window
            if what is OnPlane.ACQUIRED
            else percentile_window(self._values[:, self._inside], *UNASKED)
        )
        own = what is OnPlane.ACQUIRED
        self._real = images.real if own else run.acquired.source.real
        super().__init__(state, run.layer)
        self.setAccessibleName(tr("Long-axis check") + f", {tr(what.value)}")

    @property
    def layer(self) -> Layer:
        """Measurements on the acquired view are those of the acquired layer."""
        return ACQUIRED if self._what is OnPlane.ACQUIRED else self._run.layer

    @property
    def compared_name(self) -> str:
        """What a comparison calls this view."""
        return {OnPlane.ACQUIRED: tr("Acquired long axis"), OnPlane.LINEAR: tr("Linear")}.get(
            self._what, self._run.label
        )

    @property
    def synthesised(self) -> bool:
        """Of the picture of the run alone."""
        return self._what is OnPlane.RUN and super().synthesised

    @property
    def is_judged(self) -> bool:
        """The picture of the run, not that of linear interpolation beside it."""
        return self._what is OnPlane.RUN and super().is_judged

    @property
    def moment(self) -> int:
        """Index among the phases of the check that lies nearest to the phase on the screen, around the cycle."""
        phases = max(1, self.state.phases)
        apart = np.abs(np.array(self._check.matched_phases) - self.state.phase)
        return int(np.minimum(apart, phases - apart).argmin())

    def _plane(self) -> ImagePlane:
        return slice_plane(self._images_of_check.geometry, 0)

    def _build_picture(self, volume: Volume) -> Picture:
        plane, moment = self._plane(), self.moment
        values = self._with_surroundings(np.nan_to_num(self._values[moment]), moment)
        return Picture(
            values=values,
            plane=plane,
            fit=plane.extent,
            centre=plane.to_patient((np.array(plane.shape) - 1) / 2),
            known=True,
            badge=self._badge(),
            name=f"{self._check.label}, {tr(self._what.value)}",
            window=self._window_here,
            there=self._inside,
            real=self._real,
        )

    def _with_surroundings(self, values: FloatArray, moment: int) -> FloatArray:
        """The picture inside the volume, and dimmed around it the acquired view: nothing there flickers."""
        centre, width = self._acquired_window
        share = (self._images_of_check.acquired[moment] - (centre - width / 2)) / width
        low = self._window_here[0] - self._window_here[1] / 2
        around = low + DIMMED * np.clip(share, 0.0, 1.0) * self._window_here[1]
        shown: FloatArray = np.where(self._inside, values, around).astype(np.float32)
        return shown

    def _badge(self) -> Badge:
        if self._what is OnPlane.ACQUIRED:
            word = tr(ORIGIN_WORDS[SliceOrigin.ACQUIRED])
            return Badge((SliceOrigin.ACQUIRED,), word, tr(AROUND), SliceOrigin.ACQUIRED.value)
        made = made_by(self._run.settings.method if self._what is OnPlane.RUN else Method.LINEAR)
        return Badge(
            (SliceOrigin.ACQUIRED, made),
            tr("RESLICED"),
            tr("from short-axis slices") + f" · {tr(AROUND)}",
            f"{SliceOrigin.ACQUIRED.value}+{made.value}",
        )

    def sampler(self, picture: Picture) -> Sampler | None:
        """None: the pictures belong to a check, not to a layer, so nothing is measured on them."""
        return None

    def _build_lines(self, picture: Picture, volume: Volume) -> tuple[ReferenceLine, ...]:
        return ()

    def _overlay_values(self, overlay: UncertaintyMap, picture: Picture) -> FloatArray:
        raise ValueError("a long-axis check has no overlay")

    @property
    def overlay(self) -> UncertaintyMap | None:
        """None: the uncertainty lies on the grid of the run."""
        return None

    def annotations(self, picture: Picture, volume: Volume | None) -> Annotations:
        """How well the pictures match, and at which phases."""
        check, moment = self._check, self.moment
        scores = (
            tr("Match of {label}: {score:.2f}").format(label=self._run.label, score=check.score[moment]),
            tr("Match of linear: {score:.2f}").format(score=check.linear_score[moment]),
            _moment_text(check.matched_phases[moment], check.phases[moment]),
        )
        widest = _moment_text(max(check.matched_phases), max(check.phases))
        return Annotations(
            title=tr("Long-axis check"),
            title_colour=LONG_AXIS_LINES[0],
            subtitle=(check.label if self.state.names_shown else "", self.compared_name),
            lower_left=scores,
            widest_left=(*scores[:-1], in_widest_digits(widest)),
            lower_right=(tr("Zoom {zoom:.0f} %").format(zoom=self.framing.zoom * 100),),
            letters=edge_letters(picture.plane),
        )


def _moment_text(phase: int, own: int) -> str:
    """Phases from 0, of the stack and of the long-axis cine."""
    return tr("Phase {phase} · long-axis phase {own}").format(phase=phase + 1, own=own + 1)


def check_views(
    state: ViewerState, run: Run, check: LongAxis
) -> tuple[LongAxisCheckView, LongAxisCheckView, LongAxisCheckView]:
    """Acquired, run and linear."""
    acquired, made, linear = (LongAxisCheckView(state, run, check, what) for what in OnPlane)
    return acquired, made, linear
