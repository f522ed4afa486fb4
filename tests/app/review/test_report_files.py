"""Reports: what they say, that they hold no name, and that every page carries the notice."""

import json
import re
import subprocess
import threading
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication

from app.controllers.reconstruction import new_run
from app.layers import Layer, Volume
from app.measure.shapes import Measurement
from app.messages import BANNER, NOTICE
from app.reports import pdf as report_pdf
from app.reports.content import ReportInput, gather_review
from app.reports.files import write_report
from app.reports.pdf import keep_headings_with_text
from app.review.verdicts import Review, Verdict, now
from app.sessions.saved_measurement import SavedMeasurement, place_measurement
from calid_core.checks.pass_through import check_pass_through
from calid_core.checks.report import CheckReport
from calid_core.checks.results import Finding, InputChecks, Severity, SliceRank
from calid_core.errors import OutputError
from calid_core.identity import reconstruction_key
from calid_core.judgement import Decision
from calid_core.pipeline import reconstruct
from calid_core.progress import CancelToken
from calid_core.provenance import SliceOrigin, SliceState
from calid_core.settings import Method, ReconstructionSettings
from tests.app.conftest import make_stack
from tests.app.full_disk import room_for

SETTINGS = ReconstructionSettings(method=Method.LINEAR, slice_spacing=2.0)
FINDING = Finding(
    "alignment", Severity.ATTENTION, "Slice A2 lies 5.0 mm beside its neighbours.", 1, None, 5.0, "mm"
)


@pytest.fixture(scope="module")
def asked() -> ReportInput:
    """Slice I3 rejected with a remark, I8 ranked first by the checks, the whole accepted."""
    stack = make_stack(rows=48, columns=40)
    stack = replace(stack, source=replace(stack.source, label="DOE^JANE"))
    result = reconstruct(stack, SETTINGS)
    shifts = np.zeros((4, 2))
    shifts[1] = (3.0, -4.0)
    checks = CheckReport(
        "DOE^JANE",
        4,
        5,
        10.0,
        input=InputChecks((FINDING,), shifts, np.ones(4)),
        ranking=(SliceRank(False, 7, 7, 1.7, ("the septum is thin",), 2),),
        needs_attention=True,
    )
    run = replace(new_run(1, 1, stack, SETTINGS).finished(result, check_pass_through(result)), checks=checks)
    review = (
        Review(reconstruction_key(result))
        .with_verdict(2, Verdict(Decision.REJECT, "AB", now(), "<b>thin</b> & pale"))
        .with_verdict(None, Verdict(Decision.ACCEPT, "AB", now()))
    )
    volume = Volume.of_run(run)
    return ReportInput(
        stack, run, review.run_key, volume, review, "AB", (1500.0, 3000.0), 3, measured(volume)
    )


def measured(volume: Volume) -> tuple[tuple[Measurement, Volume], ...]:
    """A distance of 3, 4, 5 on S3 and a rectangle on A2, whose mean is 1000 · phase + 100 + column; at phases 1 and 3."""
    distance = SavedMeasurement("DISTANCE", ((0.0, 0.0, -4.0), (3.0, 4.0, -4.0)), slice_index=2)
    region = SavedMeasurement("RECTANGLE", ((6.0, 3.0, -10.0), (12.0, 9.0, -10.0)), slice_index=5, phase=2)
    placed = [place_measurement(saved, Layer(1), volume) for saved in (distance, region)]
    return tuple((m, volume) for m in placed if m is not None)


def written(asked: ReportInput, path: Path) -> Path:
    write_report(asked, path, CancelToken())
    return path


def shown(command: list[object]) -> str:
    try:
        return subprocess.run(
            [str(c) for c in command], capture_output=True, text=True, encoding="utf-8", check=True
        ).stdout
    except FileNotFoundError:
        pytest.skip(f"{command[0]} is not there")


def test_rejected_slices_are_pictured_first_and_then_the_worst_by_the_checks(asked: ReportInput) -> None:
    content = gather_review(asked, CancelToken())
    headings = [row.heading for row in content.pictures]
    assert headings[0].startswith("Interpolated slice I3 ")
    # No check tells of a phase, and a verdict has none.
    assert ", as shown when the report was made" in headings[0]
    assert headings[1] == "Interpolated slice I8 · phase 3 of 5 · score 1.7"
    assert [picture.title for picture in content.pictures[0].pictures] == [
        "ACQUIRED A1",
        "INTERPOLATED I3",
        "ACQUIRED A2",
    ]


def test_a_doubtful_slice_is_pictured_even_where_it_was_accepted(asked: ReportInput) -> None:
    accepted = asked.review.with_verdict(7, Verdict(Decision.ACCEPT, "AB", now()))
    content = gather_review(replace(asked, review=accepted), CancelToken())
    assert "I8 · phase 3 of 5 · score 1.7" in content.pictures[1].heading


def test_the_json_report_holds_verdicts_proof_scores_and_notice(asked: ReportInput, tmp_path: Path) -> None:
    report = json.loads(written(asked, tmp_path / "r.json").read_text(encoding="utf-8"))
    assert report["notice"] == NOTICE
    assert report["acquired_slices_unchanged"] is True
    assert report["verdict"]["decision"] == "accept"
    assert report["slices_checked"] == {
        "accepted": 0,
        "accepted_with_remark": 0,
        "rejected": 1,
        "to_check": 12,
        "not_checked": 11,
        "remarked_without_verdict": 0,
    }
    judged = [line for line in report["slices"] if line["verdict"]]
    assert [(line["name"], line["verdict"]["reader"]) for line in judged] == [("I3", "AB")]
    assert report["slices"][7]["score"] == 1.7
    assert report["findings"] == ["⚠ Slice A2 lies 5.0 mm beside its neighbours."]


def test_the_json_report_of_aligned_slices_claims_nothing_unchanged(
    asked: ReportInput, tmp_path: Path
) -> None:
    states = list(asked.stack.slice_states)
    states[1] = SliceState(moved=(3.0, 0.0))
    aligned = replace(asked, stack=replace(asked.stack, slice_states=tuple(states)))
    report = json.loads(written(aligned, tmp_path / "r.json").read_text(encoding="utf-8"))
    assert report["acquired_slices_unchanged"] is False


@pytest.mark.parametrize("suffix", [".pdf", ".html", ".json"])
def test_an_old_report_survives_a_disk_that_is_full(asked: ReportInput, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_bytes(b"old")
    with room_for(2000), pytest.raises(OutputError, match=f"cannot write r{suffix}"):
        written(asked, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_claims_nothing_of_checks_that_did_not_run(asked: ReportInput, tmp_path: Path) -> None:
    assert asked.run is not None
    proof = check_pass_through(asked.run.reconstruction)
    proven = CheckReport("DOE^JANE", 4, 5, 10.0, pass_through=proof)
    told = replace(asked, run=replace(asked.run, checks=proven))
    assert (
        json.loads(written(told, tmp_path / "r.json").read_text(encoding="utf-8"))["needs_attention"] is None
    )
    page = written(told, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "nothing needs attention" not in page
    assert "bit-identical" in page
    assert "No other check has run" in page


@pytest.mark.parametrize("suffix", [".json", ".html"])
def test_no_report_holds_the_name_of_the_series(asked: ReportInput, tmp_path: Path, suffix: str) -> None:
    assert "DOE" not in written(asked, tmp_path / f"r{suffix}").read_text(encoding="utf-8")


def test_verdicts_on_slices_that_need_no_check_are_counted_too(asked: ReportInput, tmp_path: Path) -> None:
    """Slices 0 and 5 are acquired; 2, 3 and 4 were made."""
    accepted, remarked = (Verdict(Decision.ACCEPT, "AB", now(), remark) for remark in ("", "pale"))
    rejected, undecided = (
        Verdict(decision, "AB", now(), "thin") for decision in (Decision.REJECT, Decision.OPEN)
    )
    review = Review(asked.key)
    said = {0: rejected, 5: remarked, 2: rejected, 3: accepted, 4: remarked, 6: undecided}
    for index, verdict in said.items():
        review = review.with_verdict(index, verdict)
    judged = replace(asked, review=review)
    counted = json.loads(written(judged, tmp_path / "r.json").read_text(encoding="utf-8"))["slices_checked"]
    assert counted == {
        "accepted": 1,
        "accepted_with_remark": 2,
        "rejected": 2,
        "to_check": 12,
        "not_checked": 9,
        "remarked_without_verdict": 1,
    }
    page = written(judged, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<b>3 of 12 checked</b>, 9 not checked" in page
    assert "1 accepted, 2 accepted with remark, 2 rejected, 1 remarked without a verdict" in page
    assert "<b>… remarked</b>" in page


def test_the_html_report_is_one_file_and_escapes_what_was_typed(asked: ReportInput, tmp_path: Path) -> None:
    page = written(asked, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;thin&lt;/b&gt; &amp; pale" in page
    assert "<script" not in page
    assert "http" not in page
    assert page.count("data:image/png;base64,") >= 4
    assert page.count(NOTICE) == 2  # at its head and at the foot of every page
    assert "<td>+3.0</td><td>-4.0</td>" in page


def test_measurements_are_listed_with_their_slice_and_its_origin(asked: ReportInput, tmp_path: Path) -> None:
    listed = json.loads(written(asked, tmp_path / "r.json").read_text(encoding="utf-8"))["tables"][
        "Measurements"
    ]
    assert [(m["Kind"], m["On"], m["Phase"], m["Origin"]) for m in listed] == [
        ("distance", "I3", "1", "interpolated"),
        ("rectangle", "A2", "3", "acquired"),
    ]
    assert listed[0]["Value"] == "5.0 mm"
    # Columns 4 to 8 at phase 3, where it was drawn, while phase 4 is on the screen: 2000 + 100 + 6.
    assert listed[1]["Value"].startswith("2106 ± 1.41 (2104 to 2108), 25 pixels")
    page = written(asked, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<td>distance</td><td>5.0 mm</td><td>I3</td><td>1</td><td>interpolated</td>" in page
    assert "are those of the phase that each was drawn at" in page


def test_qt_has_nothing_to_say_of_a_pdf_that_is_written_in_the_background(
    qtlog: Any, qapp: object, asked: ReportInput, tmp_path: Path
) -> None:
    worker = threading.Thread(target=written, args=(asked, tmp_path / "report.pdf"))
    worker.start()
    worker.join()
    assert not [record.message for record in qtlog.records]


def test_every_page_of_the_pdf_carries_the_notice(qapp: object, asked: ReportInput, tmp_path: Path) -> None:
    path = written(asked, tmp_path / "r.pdf")
    assert path.read_bytes().startswith(b"%PDF")
    text = shown(["pdftotext", path, "-"])
    pages = text.rstrip("\f").split("\f")
    assert len(pages) >= 3
    assert all(NOTICE in page for page in pages)
    assert "rejected" in text
    assert "bit-identical" in text
    assert "DOE" not in text


@pytest.mark.parametrize("origin", [SliceOrigin.INTERPOLATED, SliceOrigin.SYNTHESISED])
@pytest.mark.parametrize("suffix", [".pdf", ".html", ".json"])
def test_reports_tell_of_synthesised_slices_only_where_there_are_some(
    qapp: object, asked: ReportInput, tmp_path: Path, suffix: str, origin: SliceOrigin
) -> None:
    assert asked.run is not None
    made = asked.run.reconstruction
    assert made is not None
    provenance = tuple(
        entry if entry.origin is SliceOrigin.ACQUIRED else replace(entry, origin=origin)
        for entry in made.provenance
    )
    told = replace(asked, run=replace(asked.run, reconstruction=replace(made, provenance=provenance)))
    path = written(told, tmp_path / f"r{suffix}")
    text = shown(["pdftotext", path, "-"]) if suffix == ".pdf" else path.read_text(encoding="utf-8")
    expected, other = (BANNER, NOTICE) if origin is SliceOrigin.SYNTHESISED else (NOTICE, BANNER)
    assert expected in text
    assert other not in text


@pytest.mark.parametrize("rows", range(1, 40))
def test_no_heading_stands_alone_at_the_foot_of_a_page(qapp: object, rows: int) -> None:
    height = 300.0
    document = QTextDocument()
    table = "<table>" + "<tr><td>filling</td></tr>" * rows + "</table>"
    document.setHtml(table + "<h2>Heading</h2><p>Explanation</p>" + table)
    document.setPageSize(QSizeF(400.0, height))
    keep_headings_with_text(document, height)
    places = {}
    block = document.begin()
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).top() + block.layout().lineAt(0).y()
        places[block.text()] = top // height
        block = block.next()
    assert places["Heading"] == places["Explanation"]


@pytest.mark.parametrize("rows", range(20, 40))
def test_a_short_table_stands_on_one_page_with_its_heading(qapp: object, rows: int) -> None:
    document, height = QTextDocument(), 500.0
    filling = "<table>" + "<tr><td>filling</td></tr>" * rows + "</table>"
    table = (
        "<table>" + "".join(f"<tr><td>{name}</td></tr>" for name in ("head", "first", "last")) + "</table>"
    )
    document.setHtml(f"{filling}<h2>Volume</h2><p>Note</p>{table}<p>Text</p>")
    document.setPageSize(QSizeF(400.0, height))
    keep_headings_with_text(document, height)
    places = {}
    block = document.begin()
    while block.isValid():
        top = document.documentLayout().blockBoundingRect(block).top() + block.layout().lineAt(0).y()
        places[block.text()] = top // height
        block = block.next()
    assert len({places[name] for name in ("Volume", "Note", "head", "first", "last")}) == 1


@pytest.mark.parametrize("rows", range(1, 40))
def test_a_heading_that_begins_a_page_takes_no_text_below_it_away(qapp: object, rows: int) -> None:
    """Every line is laid out below the one before: one that Qt left out has no height."""
    height = 300.0
    document = QTextDocument()
    document.setDefaultStyleSheet(".page { page-break-before: always; }")
    table = "<table>" + "<tr><td>filling</td></tr>" * rows + "</table>"
    part = f"<h2>Heading</h2><p>Explanation</p>{table}"
    document.setHtml(
        f'{table}{part}<h2 class="page">Heading</h2><p>Text</p>{table}{part * 2}<ul><li>Item</li></ul>'
    )
    document.setPageSize(QSizeF(400.0, height))
    keep_headings_with_text(document, height)
    layout, block, bottom = document.documentLayout(), document.begin(), 0.0
    while block.isValid():
        place = layout.blockBoundingRect(block)
        if block.text():
            assert place.height() > 0, block.text()
            assert place.top() >= bottom, block.text()
            bottom = place.bottom()
        block = block.next()


def test_the_pdf_holds_every_heading_paragraph_and_list_entry_of_the_html(
    qapp: object, asked: ReportInput, tmp_path: Path
) -> None:
    assert asked.run.checks is not None
    findings = tuple(replace(FINDING, message=f"Finding {number}.") for number in range(22))
    input_ = replace(asked.run.checks.input, findings=findings)
    checked = replace(asked, run=replace(asked.run, checks=replace(asked.run.checks, input=input_)))
    page = written(checked, tmp_path / "r.html").read_text(encoding="utf-8")
    expected = re.findall(r"<(?:h2|h3|p|li)\b[^>]*>(.*?)</(?:h2|h3|p|li)>", page, re.DOTALL)
    pages = shown(["pdftotext", written(checked, tmp_path / "r.pdf"), "-"])
    text = "".join(pages.split())
    assert len(expected) > 30
    for part in expected:
        words = unescape(re.sub(r"<[^>]*>", "", part))
        assert "".join(words.split())[:40] in text, words


def test_headings_of_the_pdf_keep_their_distance_from_a_table_above(
    qapp: object, asked: ReportInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below a table whose last cells hold nothing as well as below one that is full."""
    tops = []

    def look(document: QTextDocument, height: float) -> None:
        block = document.begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == 2:
                tops.append(block.blockFormat().topMargin())
            block = block.next()

    monkeypatch.setattr(report_pdf, "keep_headings_with_text", look)
    written(asked, tmp_path / "r.pdf")
    assert len(tops) > 5
    assert min(tops) > 0


def test_a_verdict_is_dated_to_the_minute_and_its_remark_has_room(asked: ReportInput, tmp_path: Path) -> None:
    judged = replace(
        asked,
        review=Review(asked.key).with_verdict(
            2, Verdict(Decision.REJECT, "AB", "2026-11-29T16:15:55.000001Z", "thin")
        ),
    )
    page = written(judged, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<td>2026-11-29 16:15</td><td>thin</td>" in page


def test_numbers_and_times_of_the_table_of_slices_are_broken_nowhere(
    qapp: object, asked: ReportInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: dict[str, int] = {}

    def look(document: QTextDocument, height: float) -> None:
        document.pageCount()  # lays everything out
        block = document.begin()
        while block.isValid():
            lines[block.text()] = block.layout().lineCount()
            block = block.next()

    monkeypatch.setattr(report_pdf, "keep_headings_with_text", look)
    review = asked.review
    for index in range(16):
        review = review.with_verdict(
            index, Verdict(Decision.ACCEPT, "AB", f"2026-11-29T16:{index + 10}:00.000000Z")
        )
    content = gather_review(replace(asked, review=review), CancelToken())
    far = tuple(replace(line, offset=line.offset + 100.0) for line in content.slices)
    report_pdf.write_pdf(replace(content, slices=far), tmp_path / "r.pdf")
    for index, line in enumerate(far):
        assert lines[f"{line.offset:.1f}"] == 1
        assert lines[f"2026-11-29 16:{index + 10}"] == 1


def test_the_text_of_the_pdf_is_dark_whatever_the_theme(
    qapp: QApplication, asked: ReportInput, tmp_path: Path
) -> None:
    before = QApplication.palette()
    light = QPalette(QColor("white"), QColor("black"))
    light.setColor(QPalette.ColorRole.Text, QColor("white"))
    QApplication.setPalette(light)
    try:
        path = written(asked, tmp_path / "r.pdf")
    finally:
        QApplication.setPalette(before)
    shown(["pdftoppm", "-r", 50, "-f", 1, "-l", 1, "-gray", path, tmp_path / "p"])
    page = np.asarray(Image.open(next(tmp_path.glob("p*.pgm"))))
    title = page[: page.shape[0] // 10]
    assert title.min() < 80
