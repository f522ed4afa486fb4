"""Plain values and back: what is no value of the annotated type is refused by name."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from calid_core.arrays import FloatArray
from calid_core.errors import InputError, SettingsError
from calid_core.plain import from_plain, to_plain
from calid_core.settings import Mode


@dataclass(frozen=True)
class Part:
    """One value of every kind that is kept."""

    pair: tuple[float, float]
    mode: Mode = Mode.REALISM
    numbers: tuple[int, ...] = ()
    pairs: tuple[tuple[str, float] | None, ...] = ()
    text: str | None = None
    array: FloatArray | None = None
    picture: bytes = field(default=b"", metadata={"stored": False})

    def __post_init__(self) -> None:
        if self.pair[0] > self.pair[1]:
            raise ValueError(f"pair is {self.pair}, must be in order")


@dataclass(frozen=True)
class Whole:
    """Holds parts."""

    parts: tuple[Part, ...]


def test_every_kind_of_value_comes_back_but_pictures():
    part = Part((1.0, float("inf")), Mode.FIDELITY, (1, 2), (("a", 2.0), None), "x", np.eye(2), b"picture")
    again = from_plain(Whole, to_plain(Whole((part,))), "it", InputError).parts[0]
    np.testing.assert_array_equal(again.array, np.eye(2))
    assert (again.pair, again.mode, again.numbers, again.pairs, again.text, again.picture) == (
        (1.0, float("inf")),
        Mode.FIDELITY,
        (1, 2),
        (("a", 2.0), None),
        "x",
        b"",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pair": [1.0]}, "whole.parts[0].pair is [1.0], must be a list of 2"),
        ({"pair": [1, "x"]}, "whole.parts[0].pair[1] is 'x', must be a number"),
        ({"pair": [2, 1]}, "whole.parts[0].pair is (2.0, 1.0), must be in order"),
        ({"pair": [1, 10**400]}, "must be a number within double precision"),
        ({"mode": "magic"}, "whole.parts[0].mode is 'magic', must be one of realism, fidelity"),
        ({"numbers": [True]}, "whole.parts[0].numbers[0] is True, must be int"),
        ({"pairs": [["a"]]}, "whole.parts[0].pairs[0] is ['a'], must be a list of 2"),
        ({"text": 1}, "whole.parts[0].text is 1, must be str"),
        ({"array": [[1.0], [1.0, 2.0]]}, "whole.parts[0].array is no regular array of numbers"),
        ({"picture": ""}, "unknown entry whole.parts[0].picture; known are pair, mode"),
    ],
)
def test_what_is_no_value_of_its_type_is_refused_by_name(change: dict[str, Any], message: str):
    plain = {"parts": [{"pair": [1, 2]} | change]}
    with pytest.raises(SettingsError, match=re.escape(message)):
        from_plain(Whole, plain, "whole", SettingsError)


def test_a_name_that_is_missing_is_told():
    with pytest.raises(InputError, match=r"^whole\.parts\[0\] lacks pair$"):
        from_plain(Whole, {"parts": [{}]}, "whole", InputError)
    with pytest.raises(InputError, match=r"^it lacks parts$"):
        from_plain(Whole, {}, "", InputError)
