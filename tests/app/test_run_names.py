"""Names of runs in little room: what tells two of them apart stays longest."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from app.views.run_names import shortened


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "CaLID 2.0 mm, realism, seed 12",
            ("CaLID 2.0 mm, realism …12", "CaLID 2.0, realism …12", "CaLID …, realism …12"),
        ),
        ("CaLID 2.0 mm, fidelity", ("CaLID 2.0, fidelity", "CaLID …, fidelity")),
        ("Linear 5.0 mm", ()),
        ("Acquired", ()),
    ],
)
def test_a_name_loses_first_what_two_runs_share(qtbot: QtBot, name: str, texts: tuple[str, ...]) -> None:
    metrics = QFontMetricsF(QFont())
    for text in (name, *texts):
        room = metrics.horizontalAdvance(text)
        assert shortened(name, metrics, room) == text
    last = metrics.horizontalAdvance((name, *texts)[-1])
    elided = shortened(name, metrics, last - 1.0)
    assert elided[0] == name[0]
    assert metrics.horizontalAdvance(elided) <= last - 1.0
