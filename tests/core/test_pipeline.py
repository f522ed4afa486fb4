import sys
from dataclasses import replace

import numpy as np
import pytest

from calid_core.cine import CineStack, Source, View
from calid_core.errors import Cancelled, GeometryError, InputError, SettingsError
from calid_core.examination import dense_remark, findings
from calid_core.filling import write_slices
from calid_core.geometry import Geometry
from calid_core.pipeline import reconstruct
from calid_core.progress import CancelToken, Progress, Stage, thinned
from calid_core.provenance import SliceOrigin
from calid_core.settings import Device, Method, Mode, ReconstructionSettings

INTERPOLATIONS = (Method.NEAREST, Method.LINEAR, Method.CUBIC)


def make_stack(dtype=np.int16, *, slices=4, phases=3, offsets=None, pitch=10.0, thickness=8.0):
    geometry = Geometry.from_spacing((pitch, 1.5, 1.5), (slices, 6, 5), known=True)
    if offsets is not None:
        geometry = Geometry(geometry.affine, geometry.shape, np.array(offsets))
    rng = np.random.default_rng(3)
    values = rng.integers(0, 120, (phases, slices, 6, 5)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        values += rng.random(values.shape).astype(dtype)
    return CineStack(values, geometry, np.arange(phases) * 40.0, Source("test", "phantom", thickness))


def settings(method=Method.LINEAR, spacing=2.5):
    return ReconstructionSettings(method=method, slice_spacing=spacing)


@pytest.mark.parametrize("method", INTERPOLATIONS)
@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float16, np.float32, np.float64]
)
def test_acquired_slices_come_back_bit_identical_in_the_type_of_the_input(method, dtype):
    stack = make_stack(dtype)
    result = reconstruct(stack, settings(method))
    assert result.intensity.dtype == dtype
    assert result.acquired_indices == (0, 4, 8, 12)
    assert result.intensity[:, ::4].tobytes() == stack.intensity.tobytes()
    assert result.passes_through()


@pytest.mark.parametrize("method", INTERPOLATIONS)
def test_made_slices_stay_within_the_range_of_the_acquired_ones(method):
    stack = make_stack(np.int16)  # a type that could hold what overshoots
    spiky = np.where(stack.intensity > 60, 255, 0).astype(np.int16)
    result = reconstruct(CineStack(spiky, stack.geometry, stack.phase_times, stack.source), settings(method))
    expected = {0, 255} if method is Method.NEAREST else None
    assert expected is None or set(np.unique(result.intensity)) == expected
    assert (int(result.intensity.min()), int(result.intensity.max())) == (0, 255)


def test_methods_modes_and_devices_may_be_named():
    named = ReconstructionSettings(method="linear", mode="fidelity", device="cpu")
    assert named == ReconstructionSettings(method=Method.LINEAR, mode=Mode.FIDELITY, device=Device.CPU)
    assert reconstruct(make_stack(), named).settings.method is Method.LINEAR
    with pytest.raises(SettingsError, match="method is 'magic', must be one of nearest, linear"):
        ReconstructionSettings(method="magic")


def test_numbers_of_numpy_are_numbers_and_nothing_else_is():
    numpy = ReconstructionSettings(slice_spacing=np.float32(5), seed=np.int64(3))
    assert numpy.to_json() == ReconstructionSettings(slice_spacing=5, seed=3).to_json()
    for wrong in ({"slice_spacing": "5"}, {"slice_spacing": None}, {"steps": 2.5}, {"seed": True}):
        ((name, value),) = wrong.items()
        with pytest.raises(SettingsError, match=f"{name} is {value!r}, must be"):
            ReconstructionSettings(**wrong)


def test_linear_rounds_integers_to_the_nearest():
    stack = make_stack(np.int16, slices=2)
    result = reconstruct(stack, settings(spacing=5.0))
    halves = stack.intensity.astype(float).mean(axis=1)
    np.testing.assert_array_equal(result.intensity[:, 1], np.rint(halves))


@pytest.mark.parametrize(
    ("spacing", "slices", "expected"),
    [(2.5, 13, 2.5), (2.0, 16, 2.0), (3.0, 10, 10 / 3), (4.0, 7, 5.0), (6.0, 7, 5.0)],
)
def test_the_spacing_is_the_pitch_over_a_whole_number(spacing, slices, expected):
    geometry = reconstruct(make_stack(), settings(spacing=spacing)).geometry
    assert geometry.slices == slices
    assert geometry.pitch == pytest.approx(expected)
    assert geometry.length == pytest.approx(30.0)


@pytest.mark.parametrize("method", list(Method))
def test_a_spacing_of_the_pitch_or_more_returns_the_stack_as_it_is(method):
    stack = make_stack()
    seen = []
    result = reconstruct(stack, settings(method, 12.0), on_phase=lambda p, _: seen.append(p))
    np.testing.assert_array_equal(result.intensity, stack.intensity)
    assert {p.origin for p in result.provenance} == {SliceOrigin.ACQUIRED}
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("method", list(Method))
def test_one_slice_and_one_phase_are_returned_with_a_warning(method):
    result = reconstruct(make_stack(slices=1, phases=1), settings(method))
    assert result.geometry.slices == 1
    assert any("one slice" in warning for warning in result.warnings)


def test_a_missing_slice_is_filled_and_told():
    stack = make_stack(offsets=[0.0, 10.0, 30.0, 40.0])
    result = reconstruct(stack, settings(spacing=5.0))
    assert result.acquired_indices == (0, 2, 6, 8)
    assert result.passes_through()
    middle = result.provenance[4]
    assert [(s.index, s.distance) for s in middle.sources] == [(1, 10.0), (2, 10.0)]
    assert any("not evenly spaced" in w for w in result.warnings)
    assert any("Slices lie up to 20.0 mm apart" in w for w in result.warnings)


def test_slices_on_no_common_grid_are_refused_with_the_deviation():
    with pytest.raises(GeometryError, match=r"deviate by .* mm"):
        reconstruct(make_stack(offsets=[0.0, 7.0, 17.3, 29.9]), settings(spacing=5.0))


def test_provenance_names_the_neighbours_nearest_first():
    result = reconstruct(make_stack(), settings(spacing=2.5))
    entry = result.provenance[3]
    assert entry.origin is SliceOrigin.INTERPOLATED
    assert [(s.index, s.distance) for s in entry.sources] == [(1, 2.5), (0, 7.5)]
    nearest = reconstruct(make_stack(), settings(Method.NEAREST)).provenance[3]
    assert [s.index for s in nearest.sources] == [1]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused_with_their_place(value):
    stack = make_stack(np.float32)
    values = stack.intensity.copy()
    values[1, 2, 0, 0] = value
    bad = CineStack(values, stack.geometry, stack.phase_times, stack.source)
    with pytest.raises(InputError, match="slice 3 of phase 2 holds 1 values"):
        reconstruct(bad, settings())


def test_a_spacing_that_leaves_nothing_to_make_is_a_warning():
    result = reconstruct(make_stack(), settings(spacing=8.0))
    assert result.acquired_indices == (0, 1, 2, 3)
    assert (
        "A slice spacing of 8 mm leaves nothing to make between slices 10.0 mm apart; choose 6.6 mm or less."
        in result.warnings
    )
    assert not any("nothing to make" in w for w in reconstruct(make_stack(), settings(spacing=6.6)).warnings)


def test_intensities_beyond_single_precision_are_refused_with_the_value():
    stack = make_stack(np.float64)
    values = stack.intensity.copy()
    values[1, 2, 0, 0] = -3e39
    bad = CineStack(values, stack.geometry, stack.phase_times, stack.source)
    with pytest.raises(InputError, match=r"slice 3 of phase 2 holds an intensity of -3e\+39, limit 1e\+38"):
        reconstruct(bad, settings(Method.CALID))


@pytest.mark.parametrize("made_as", [np.float32, np.float64])
@pytest.mark.parametrize("dtype", [np.int32, np.uint32, np.int64, np.uint64])
def test_made_slices_at_the_ends_of_the_data_type_do_not_wrap_round(dtype, made_as):
    ends = np.iinfo(dtype)
    written = np.zeros((2, 1, 2), dtype)
    limits = (float(ends.min), float(ends.max))
    write_slices(written, np.array([[limits]], made_as), np.array([1]), limits)
    assert written[1, 0, 0] == ends.min
    assert float(written[1, 0, 1]) == pytest.approx(float(ends.max), rel=1e-12)


def test_phases_are_handed_over_complete_and_in_order():
    stack, seen = make_stack(), {}
    result = reconstruct(stack, settings(), on_phase=lambda p, v: seen.setdefault(p, v.copy()))
    assert list(seen) == [0, 1, 2]
    np.testing.assert_array_equal(np.stack(list(seen.values())), result.intensity)


def test_a_cancelled_run_raises_and_stops_before_the_next_phase():
    token, seen = CancelToken(), []

    def stop_after_first(phase, _):
        seen.append(phase)
        token.cancel()

    with pytest.raises(Cancelled):
        reconstruct(make_stack(), settings(), cancel=token, on_phase=stop_after_first)
    assert seen == [0]


def test_what_a_reader_must_know_is_in_the_warnings():
    stack = make_stack(slices=3, pitch=15.0)
    dark = CineStack(
        np.zeros_like(stack.intensity),
        Geometry.from_spacing((15.0, 1.5, 1.5), (3, 6, 5)),
        stack.phase_times,
        stack.source,
    )
    warnings = " ".join(reconstruct(dark, settings()).warnings)
    for part in ("only 3 slices", "15.0 mm apart", "not known", "3 of 3 phases have one intensity"):
        assert part in warnings
    assert reconstruct(make_stack(), settings()).warnings == ()


def test_thickness_is_missed_by_the_model_alone_and_another_view_is_told():
    unstated = make_stack(thickness=None)
    told = {
        method: "Slice thickness is not stated." in findings(stack, settings(method))
        for stack, method in ((unstated, Method.CALID), (unstated, Method.LINEAR))
    }
    assert told == {Method.CALID: True, Method.LINEAR: False}
    assert findings(make_stack(), settings(Method.CALID)) == ()
    (other,) = findings(replace(make_stack(), view=View.LONG_AXIS), settings())
    assert other.startswith("This is no short-axis stack but: ")


@pytest.mark.parametrize(("slices", "told"), [(3, False), (4, True)])
def test_a_few_slices_are_no_dense_volume(slices, told):
    assert bool(dense_remark(make_stack(slices=slices, pitch=1.5))) == told


def test_every_phase_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch):
    events: list[Progress] = []
    monkeypatch.setattr("calid_core.pipeline.thinned", lambda report: report)
    reconstruct(make_stack(), settings(), events.append)
    assert [(e.phase, e.phases) for e in events if e.phases] == [(1, 3), (2, 3), (3, 3)]


def test_progress_is_thinned_but_keeps_the_first_the_last_and_every_stage():
    events = []
    report = thinned(events.append, interval_s=3600.0)
    for step in range(100):
        report(Progress(Stage.SYNTHESISING, step, 100))
    report(Progress(Stage.SYNTHESISING, 100, 100))
    report(Progress(Stage.WRITING))
    assert [(e.stage, e.done) for e in events] == [
        (Stage.SYNTHESISING, 0),
        (Stage.SYNTHESISING, 100),
        (Stage.WRITING, 0),
    ]


def test_interpolation_needs_no_torch(tmp_path):
    import subprocess

    program = (
        "import sys, numpy as np\n"
        "from tests.core.test_pipeline import make_stack, settings\n"
        "from calid_core.pipeline import reconstruct\n"
        "reconstruct(make_stack(), settings())\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("method", INTERPOLATIONS)
def test_the_run_begins_at_the_phase_asked_for_and_ends_with_the_same_volume(method):
    stack, seen = make_stack(phases=4), []
    result = reconstruct(stack, settings(method), on_phase=lambda phase, _: seen.append(phase), first_phase=2)
    assert seen == [2, 3, 0, 1]
    np.testing.assert_array_equal(result.intensity, reconstruct(stack, settings(method)).intensity)


def test_some_phases_are_made_as_in_the_whole_cine():
    stack = make_stack(np.float32, phases=6)
    whole = reconstruct(stack, settings(Method.CUBIC))
    seen = []
    some = reconstruct(
        stack, settings(Method.CUBIC), on_phase=lambda phase, volume: seen.append(phase), phases=(4, 1, 4)
    )
    np.testing.assert_array_equal(some.intensity, whole.intensity[[1, 4]])
    np.testing.assert_array_equal(some.phase_times, stack.phase_times[[1, 4]])
    np.testing.assert_array_equal(some.acquired.intensity, stack.intensity[[1, 4]])
    assert seen == [0, 1]


def test_a_slice_that_a_spline_takes_away_from_the_sum_is_a_source_too():
    # Half-way between the first two of four slices a cubic weighs them by 5, 15, -5 and 1 sixteenths.
    entry = reconstruct(make_stack(), settings(Method.CUBIC, 5.0)).provenance[1]
    assert [s.index for s in entry.sources] == [0, 1, 2, 3]
