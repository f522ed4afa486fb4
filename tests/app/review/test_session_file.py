"""Session values and files: identical after a round trip, closed to everything that is no session."""

import contextlib
import json
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.choices import LoopMode, PlayMode, Tool, ViewLayout
from app.controllers.reconstruction import new_run
from app.jobs import Job, JobContext
from app.measure.shapes import Shape
from app.review.verdicts import Review, SliceVerdict, Verdict
from app.sessions.file import read_pixels, read_session, write_session
from app.sessions.json_text import MIGRATIONS, parse_session, session_text
from app.sessions.opening import present_paths
from app.sessions.pixels import with_digests
from app.sessions.run_restoring import differences, read_run, with_results
from app.sessions.saved_measurement import SavedMeasurement, SavedPlane
from app.sessions.session import (
    FORMAT_VERSION,
    SavedRun,
    Session,
    SourceImages,
    SourcePath,
    StoredPixels,
    Views,
)
from app.state.viewer_state import ViewerState
from calid_core.checks.pass_through import check_pass_through
from calid_core.checks.report import CheckReport
from calid_core.checks.results import SliceRank
from calid_core.cine import CineStack
from calid_core.errors import InputError
from calid_core.identity import run_key
from calid_core.judgement import Decision
from calid_core.pipeline import reconstruct
from calid_core.settings import Method, Mode, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.dense_runs import add_run

EXAMPLES = Path(__file__).parent / "sessions"
TIME = "2026-11-23T07:50:00.123456Z"
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
numbers = st.floats(-1e6, 1e6)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
readers = st.sampled_from(["AB", "Ö1"])
decided = st.sampled_from([Decision.ACCEPT, Decision.REJECT])
verdicts = st.builds(Verdict, decided, readers, st.just(TIME), texts) | st.builds(
    Verdict, st.just(Decision.OPEN), readers, st.just(TIME), texts.filter(bool)
)
reviews = st.builds(
    lambda key, entries: Review(key, tuple(SliceVerdict(i, v) for i, v in sorted(entries.items()))),
    digests,
    st.dictionaries(st.integers(0, 99), verdicts, max_size=5),
)
recipes = st.builds(
    ReconstructionSettings,
    method=st.sampled_from(Method),
    mode=st.sampled_from(Mode),
    slice_spacing=st.floats(0.5, 20),
    steps=st.integers(1, 100),
    seed=st.integers(0, 2**32 - 1),
)
ranks = st.builds(
    SliceRank, st.booleans(), st.integers(0, 50), st.none() | st.integers(0, 50), numbers, st.tuples(texts)
)
reports = st.builds(
    CheckReport,
    texts,
    st.integers(1, 99),
    st.integers(1, 99),
    numbers,
    ranking=st.lists(ranks, max_size=3).map(tuple),
)
runs = st.builds(SavedRun, digests, recipes, texts, digests, st.none() | reports)
views = st.builds(
    Views,
    layer=st.just("") | digests,
    compare=st.lists(digests, max_size=3).map(tuple),
    position=st.tuples(numbers, numbers, numbers),
    phase=st.integers(0, 49),
    window=st.tuples(numbers, st.floats(1e-6, 1e6)),
    inverted=st.booleans(),
    contours_visible=st.booleans(),
    zoom=st.floats(0.5, 20),
    pan=st.tuples(numbers, numbers),
    long_axis_angle=st.floats(-180, 180),
    layout=st.sampled_from(sorted(ViewLayout.__members__)),
    tool=st.sampled_from(sorted(Tool.__members__)),
    loop_mode=st.sampled_from(sorted(LoopMode.__members__)),
    play_mode=st.sampled_from(sorted(PlayMode.__members__)),
)
paths = st.builds(SourcePath, st.sampled_from(["", "images", "a/b.nii.gz"]), st.just("/data/x"))
images = st.builds(
    SourceImages, digests, texts, *[st.integers(1, 300)] * 4, paths=st.lists(paths, max_size=3).map(tuple)
)
coordinates = st.tuples(*[st.floats(-1e5, 1e5)] * 3)
planes = st.builds(SavedPlane, coordinates, st.floats(-360, 360))
measurements = st.builds(
    lambda shape, points, run, slice_index, plane: SavedMeasurement(
        shape, tuple(points[: 3 if shape == "ANGLE" else 2]), run, bool(run), slice_index, plane
    ),
    st.sampled_from(sorted(Shape.__members__)),
    st.tuples(coordinates, coordinates, coordinates),
    st.just("") | digests,
    st.none(),
    planes,
) | st.builds(
    SavedMeasurement,
    st.just("PROFILE"),
    st.tuples(coordinates, coordinates),
    slice_index=st.integers(0, 99),
    phase=st.integers(0, 99),
)
sessions = st.builds(
    Session,
    texts,
    st.just(TIME),
    images,
    st.lists(runs, max_size=3, unique_by=lambda r: r.key).map(tuple),
    views,
    st.lists(reviews, max_size=3, unique_by=lambda r: r.run_key).map(tuple),
    st.sampled_from(["", "AB"]),
    st.lists(measurements, max_size=4).map(tuple),
)


def example() -> Session:
    verdict = Verdict(Decision.REJECT, "AB", TIME, "apex blurred")
    run = SavedRun("b" * 64, ReconstructionSettings(method=Method.LINEAR), "", "c" * 64)
    return Session(
        "0.1.0",
        TIME,
        SourceImages("a" * 64, "SAX", 12, 25, 64, 60, (SourcePath("images", "/data/images"),)),
        (run,),
        Views(layer="b" * 64, position=(1.5, -2.25, 3.125), phase=3),
        (Review("b" * 64, (SliceVerdict(4, verdict),)),),
        "AB",
        (
            SavedMeasurement("DISTANCE", ((1.0, 2.0, 3.0), (4.0, 6.0, 3.0)), "b" * 64, slice_index=4),
            SavedMeasurement(
                "ANGLE", ((0.0,) * 3, (9.0, 0.0, 0.0), (9.0, 9.0, 0.0)), plane=SavedPlane((0.0,) * 3, 30.0)
            ),
        ),
    )


def plain() -> dict[str, Any]:
    return json.loads(session_text(example()))


def outcome(content: bytes) -> Session | str:
    """The session, or why there is none."""
    try:
        return parse_session(content)
    except InputError as error:
        return str(error)


def refused(changed: Any) -> str:
    content = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
    with pytest.raises(InputError) as caught:
        parse_session(content)
    assert str(caught.value).startswith("this session cannot be opened")
    return str(caught.value)


@given(sessions)
@settings(max_examples=50, deadline=None)
def test_fifty_sessions_saved_and_reopened_are_identical(
    tmp_path_factory: pytest.TempPathFactory, session: Session
) -> None:
    folder = tmp_path_factory.mktemp("session")
    write_session(folder / "a.calid", session)
    again = read_session(folder / "a.calid")
    write_session(folder / "b.calid", again)
    assert (folder / "a.calid").read_bytes() == (folder / "b.calid").read_bytes()
    assert session_text(again) == session_text(session)
    assert replace(again, runs=()) == replace(session, runs=())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.calid")), ids=lambda p: p.name)
def test_a_session_from_every_released_version_opens(path: Path) -> None:
    session = read_session(path)
    assert session.reader == "AB"
    assert [v.verdict.text for v in session.reviews[0].verdicts] == [
        "accepted",
        "rejected",
        "accepted with remark",
    ]
    assert session.runs[0].settings.method is Method.LINEAR


def test_measurements_came_with_version_2_and_version_1_opens_without() -> None:
    assert read_session(EXAMPLES / "v1.calid").measurements == ()
    kept = read_session(EXAMPLES / "v2.calid").measurements
    assert [m.shape for m in kept] == ["DISTANCE", "ANGLE", "PROFILE"]
    assert kept[2].plane == SavedPlane((0.0, 0.0, 0.0), 30.0)
    assert [m.phase for m in kept] == [0, 9, 4]


def test_a_measurement_of_a_file_that_names_no_phase_is_of_the_first() -> None:
    content = plain()
    for measurement in content["measurements"]:
        del measurement["phase"]
    assert [m.phase for m in parse_session(json.dumps(content).encode()).measurements] == [0, 0]


def test_every_older_version_has_a_migration_and_a_stored_example() -> None:
    assert set(MIGRATIONS) == set(range(1, FORMAT_VERSION))
    assert {p.name for p in EXAMPLES.glob("v*.calid")} >= {
        f"v{n}.calid" for n in range(1, FORMAT_VERSION + 1)
    }


def test_a_session_of_a_newer_version_says_that_the_program_is_too_old() -> None:
    assert "update CaLID" in refused({**plain(), "version": FORMAT_VERSION + 1})


@pytest.mark.parametrize("version", [None, 0, -1, "1", 1.0, True])
def test_a_version_that_is_none_is_refused(version: Any) -> None:
    refused({**plain(), "version": version})


@pytest.mark.parametrize("value", [None, 3, "x", [], True, {"a": 1}, [[[]]]])
@pytest.mark.parametrize("key", [k for k in plain() if k not in ("format", "version")])
def test_a_value_of_another_type_is_refused_or_as_good_as_the_old(key: str, value: Any) -> None:
    content = {**plain(), key: value}
    session = outcome(json.dumps(content).encode())
    if isinstance(session, str):
        assert "cannot be opened" in session
    else:
        assert type(getattr(session, key)) is type(getattr(example(), key))


@pytest.mark.parametrize(
    "path",
    ["../secret", "a/../../secret", "/etc/passwd", "..\\secret", "C:\\secret", "a/..", "C:/secret"],
)
def test_a_relative_path_out_of_the_folder_of_the_session_is_refused(path: str) -> None:
    content = plain()
    content["images"]["paths"] = [{"relative": path, "absolute": ""}]
    assert "outside its folder" in refused(content)


@pytest.mark.parametrize("moved", [[[1.0, 2.0]], [[1.0]] * 12, [[1.0, 2.0, 3.0]] * 12, [["NaN", 0.0]] * 12])
def test_an_alignment_that_is_none_is_refused(moved: list[list[Any]]) -> None:
    text = plain()
    assert parse_session(json.dumps(text).encode()).images.moved == ()
    text["images"]["moved"] = [None] * 11 + [[1.5, -2.25]]
    assert parse_session(json.dumps(text).encode()).images.moved == (*[None] * 11, (1.5, -2.25))
    text["images"]["moved"] = moved
    assert re.search(r"alignment|moved\[0\] is \[.*\], must be a list of 2", refused(text))


@pytest.mark.parametrize("path", ["//server/share", "\\\\server\\share", "http://x/y", "smb://x"])
def test_a_network_address_can_be_kept_and_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    content = plain()
    content["images"]["paths"] = [{"relative": "", "absolute": path}]
    session = parse_session(json.dumps(content).encode())
    asked: list[Path] = []
    for kind in ("is_file", "is_folder"):
        monkeypatch.setattr(f"app.sessions.opening.{kind}", lambda path: bool(asked.append(path)))
    assert present_paths(session.images, tmp_path) is None
    assert asked == []


@pytest.mark.parametrize(
    "path", ["study 12:30/cine.nii", "Müller/cine.nii", os.fsdecode(b"M\xfcller/cine.nii")]
)
def test_folders_of_any_name_are_kept(tmp_path: Path, path: str) -> None:
    session = example()
    images = replace(session.images, paths=(SourcePath(relative=path, absolute=f"/data/{path}"),))
    write_session(tmp_path / "a.calid", replace(session, images=images))
    assert read_session(tmp_path / "a.calid").images.paths == images.paths


def test_of_two_verdicts_on_a_slice_the_later_one_stands() -> None:
    def verdict(decision: Decision, minute: int) -> Verdict:
        return Verdict(decision, "AB", f"2026-11-23T07:{minute:02d}:00.000000Z")

    early = (
        Review("a" * 64)
        .with_verdict(1, verdict(Decision.ACCEPT, 1))
        .with_verdict(2, verdict(Decision.ACCEPT, 9))
    )
    late = (
        Review("a" * 64)
        .with_verdict(1, verdict(Decision.REJECT, 5))
        .with_verdict(None, verdict(Decision.REJECT, 6))
    )
    for joined in (early.joined(late), late.joined(early)):
        assert [(v.slice_index, v.verdict.decision) for v in joined.verdicts] == [
            (None, Decision.REJECT),
            (1, Decision.REJECT),
            (2, Decision.ACCEPT),
        ]


@pytest.mark.parametrize(
    ("part", "key", "value", "told"),
    [
        ("reviews", "run_key", "B" * 64, "the digest of a run is 'BBB"),
        ("measurements", "run", "b" * 63, "the digest of a run is 'bbb"),
        ("measurements", "slice_index", 100_000, "slice of a measurement is 100000, must be 0 to 99999"),
        ("measurements", "phase", -1, "phase of a measurement is -1, must be 0 to 99999"),
    ],
)
def test_a_digest_or_number_that_cannot_be_is_refused_with_what_it_is(
    part: str, key: str, value: Any, told: str
) -> None:
    content = plain()
    content[part][0][key] = value
    assert told in refused(content)


def test_unknown_names_doubled_names_and_numbers_that_are_none_are_refused() -> None:
    assert "unknown" in refused({**plain(), "surprise": 1})
    text = session_text(example())
    assert "twice" in refused(text.replace('"reader": "AB"', '"reader": "AB", "reader": "AB"').encode())
    assert "NaN" in refused(text.replace("1.5", "NaN", 1).encode())
    assert "large number" in refused(text.replace("1.5", "1e999", 1).encode())
    assert "large number" in refused(text.replace('"phase": 3', '"phase": ' + "9" * 5000).encode())


def test_deep_nesting_and_huge_sizes_are_refused() -> None:
    for depth in (100, 900, 100_000, 5_000_000):
        nested = b"[" * depth + b"]" * depth
        told = refused(session_text(example()).encode().replace(b'"AB"', nested, 1))
        assert len(told) < 300, depth
    assert "JSON" in refused(b'{"format": ' + b"[" * 100_000)
    assert "MB" in refused(b" " * (33 * 2**20))
    content = plain()
    content["images"]["rows"] = 2**40
    assert "impossible" in refused(content)
    content = plain()
    content["runs"] *= 200
    refused(content)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shape", "ACQUIRED"),
        ("points", [[1.0, 2.0, 3.0]]),
        ("points", [[1.0, 2.0, 3.0]] * 3),
        ("points", [[1.0, 2.0], [3.0, 4.0]]),
        ("points", [[1.0, 2.0, 1e300], [1.0, 2.0, 3.0]]),
        ("points", [["NaN", 2.0, 3.0], [1.0, 2.0, 3.0]]),
        ("slice_index", -1),
        ("slice_index", 2**70),
        ("slice_index", None),
        ("phase", -1),
        ("phase", 2**70),
        ("phase", 1.0),
        ("phase", True),
        ("phase", None),
        ("plane", {"position": [0.0, 0.0, 0.0], "angle": 1.0}),
        ("run", "../secret"),
        ("run", "B" * 64),
        ("origin", "acquired"),
    ],
)
def test_a_measurement_that_is_none_is_refused(key: str, value: Any) -> None:
    content = plain()
    content["measurements"][0][key] = value
    refused(content)


def test_more_measurements_than_a_person_makes_are_refused() -> None:
    content = plain()
    content["measurements"] = content["measurements"][:1] * 1001
    assert "limit 1000" in refused(content)


@given(st.binary(max_size=300))
@settings(max_examples=80, deadline=None)
def test_bytes_that_are_no_session_are_refused_with_a_message(content: bytes) -> None:
    refused(content)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_damaged_session_is_refused_with_a_message_or_is_still_a_session(data: st.DataObject) -> None:
    content = bytearray(session_text(example()).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = min(len(content), start + data.draw(st.integers(0, 30)))
        content[start:end] = data.draw(st.binary(max_size=10))
    session = outcome(bytes(content))
    assert isinstance(session, Session) or "cannot be opened" in session


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_session_with_any_json_anywhere_is_refused_or_a_session(data: st.DataObject) -> None:
    content = plain()
    place: Any = content
    for _ in range(data.draw(st.integers(0, 5))):
        inner = list(place.values()) if isinstance(place, dict) else place
        deeper = [value for value in inner if isinstance(value, dict | list) and value]
        if not deeper:
            break
        place = data.draw(st.sampled_from(deeper))
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
    place[key] = data.draw(anything)
    session = outcome(json.dumps(content).encode())
    assert isinstance(session, Session) or 0 < len(session) < 1000


# -- archives ------------------------------------------------------------------------------------------------


def stored(half_width: str = "") -> Session:
    run = replace(example().runs[0], pixels=StoredPixels("run-1.raw", "int16", half_width))
    return replace(example(), runs=(run,))


def test_pixels_come_back_bit_identical(tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(-30_000, 30_000, (3, 4, 5, 6)).astype(">i2")
    write_session(tmp_path / "s.calid", stored(), {"run-1.raw": values})
    assert read_session(tmp_path / "s.calid") == stored()
    again = read_pixels(tmp_path / "s.calid", "run-1.raw", "int16", (3, 4, 5, 6))
    assert np.array_equal(again, values)
    assert again.dtype == np.dtype("int16")


@pytest.mark.parametrize(("dtype", "widest"), [("float16", 800.0), ("float32", 4e6)])
def test_half_widths_of_any_range_come_back(tmp_path: Path, dtype: str, widest: float) -> None:
    stack = make_stack(phases=2, slices=3)
    made = reconstruct(stack, ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0))
    widths = np.random.default_rng(1).uniform(0.0, widest, made.intensity.shape).astype(dtype)
    widths[:, ::2] = 0.0
    run = replace(example().runs[0], settings=made.settings)
    session, pixels = with_digests(
        replace(example(), runs=(run,)),
        {run.key: replace(made, half_width=widths)},
        pixels=True,
        check=lambda: None,
    )
    write_session(tmp_path / "s.calid", session, pixels)
    result, proof, _ = read_run(
        tmp_path / "s.calid", stack, read_session(tmp_path / "s.calid").runs[0], JobContext(Job(""))
    )
    assert result.half_width is not None
    assert result.half_width.dtype == dtype
    assert np.array_equal(result.half_width, widths)
    assert np.array_equal(result.intensity, made.intensity)
    assert proof.identical


def test_a_run_that_is_back_has_the_proof_of_its_own_data(stack: CineStack) -> None:
    asked = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5.0)
    made = reconstruct(stack, asked)
    run = new_run(1, 1, stack, asked).finished(made, check_pass_through(made))
    assert run.checks is not None
    assert run.proof is not None
    ranking = (SliceRank(True, 1, 2, 1.0, ("as it was",)),)
    saved = replace(run.checks, ranking=ranking)
    assert with_results(saved, run) is saved
    values = np.array(made.intensity)
    values[:, 2] += 1
    broken = replace(made, intensity=values)
    other = new_run(1, 1, stack, asked).finished(broken, check_pass_through(broken))
    found = with_results(saved, other)
    assert found.pass_through == other.proof
    assert found.needs_attention


def test_pixels_of_another_size_are_refused(tmp_path: Path) -> None:
    write_session(tmp_path / "s.calid", stored(), {"run-1.raw": np.zeros((3, 4, 5, 6), np.int16)})
    for shape in ((3, 4, 5, 7), (2, 4, 5, 6)):
        with pytest.raises(InputError, match="do not fit"):
            read_pixels(tmp_path / "s.calid", "run-1.raw", "int16", shape)


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/b", "C:evil", "..\\evil", "run-2.raw", ".hidden"]
)
def test_an_archive_with_a_path_or_a_stranger_in_it_is_refused(tmp_path: Path, name: str) -> None:
    text = session_text(stored()).encode()
    made = archive(tmp_path / "s.calid", {"session.json": text, "run-1.raw": b"", name: b"x"})
    with pytest.raises(InputError, match="archive holds"):
        read_session(made)
    assert not (tmp_path.parent / "evil").exists()


def test_a_compression_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "a.calid", {"session.json": b" " * (64 * 2**20)})
    assert bomb.stat().st_size < 2**20
    with pytest.raises(InputError, match="MB"):
        read_session(bomb)
    text = session_text(stored()).encode()
    bomb = archive(tmp_path / "b.calid", {"session.json": text, "run-1.raw": b"\0" * (50 * 2**20)})
    with pytest.raises(InputError, match="do not fit"):
        read_pixels(bomb, "run-1.raw", "int16", (3, 4, 5, 6))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_archive_is_refused_with_a_message_or_still_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    path = folder / "s.calid"
    write_session(path, stored(), {"run-1.raw": np.arange(360, dtype=np.int16).reshape(3, 4, 5, 6)})
    content = bytearray(path.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    content[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    path.write_bytes(bytes(content))
    with contextlib.suppress(InputError):
        read_session(path)
        read_pixels(path, "run-1.raw", "int16", (3, 4, 5, 6))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file"):
        read_session(tmp_path)
    with pytest.raises(InputError, match="no file"):
        read_session(tmp_path / "nothing.calid")


def test_a_whole_number_of_mm_is_the_same_run_after_a_round_trip() -> None:
    asked = ReconstructionSettings(method=Method.LINEAR, slice_spacing=5)
    read = ReconstructionSettings.from_json(asked.to_json())
    assert run_key("a" * 64, asked) == run_key("a" * 64, read)


def test_weights_are_spoken_of_only_where_they_differ(state: ViewerState) -> None:
    run = state.run(add_run(state).run_id)
    assert run is not None
    for model_id, weights in (("", False), ("d" * 64, True)):
        saved = SavedRun("b" * 64, run.settings, model_id, "c" * 64)
        (told,) = differences("e" * 64, "c" * 64, saved, run)
        assert ("weights" in told) is weights
        assert "do not apply to this run" in told
