"""What is said of a stack before anything is made from it, and where each remark begins."""

from dataclasses import replace

import numpy as np
import pytest

from calid_core.checks.input_checks import check_input
from calid_core.checks.results import Finding
from calid_core.cine import CineStack, Source, View
from calid_core.examination import findings
from calid_core.geometry import Geometry
from calid_core.settings import Method, ReconstructionSettings


@pytest.fixture(autouse=True)
def resembling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stack is like the training patients."""
    monkeypatch.setattr("calid_core.checks.input_checks.outside", lambda *_, **__: (0.0, ()))


def stack_of(
    slices: int = 4,
    phases: int = 10,
    spacing: tuple[float, float, float] = (12.0, 2.0, 2.0),
    thickness: float | None = 9.0,
    *,
    offsets: tuple[float, ...] | None = None,
    known: bool = True,
    view: View = View.SHORT_AXIS,
) -> CineStack:
    """Noise; by default all that is remarked on is at its limit."""
    values = np.random.default_rng(3).uniform(100, 900, (phases, slices, 16, 20))
    geometry = Geometry.from_spacing(spacing, values.shape[1:], known=known)
    if offsets is not None:
        geometry = replace(geometry, slice_offsets=np.array(offsets))
    return CineStack(
        values, geometry, np.arange(phases) * 40.0, Source("test", "NIfTI", thickness=thickness), view
    )


def said(stack: CineStack, check: str | None = None) -> list[Finding]:
    return [f for f in check_input(stack).findings if check in (None, f.check)]


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_said_of_a_stack_that_is_at_every_limit_however_it_is_turned(seed):
    stack = stack_of()
    turned = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    affine = np.eye(4)
    affine[:3, :3] = turned * stack.geometry.spacing
    turned_stack = replace(stack, geometry=replace(stack.geometry, affine=affine))
    assert said(turned_stack) == []
    assert findings(turned_stack, ReconstructionSettings(method=Method.LINEAR)) == ()
