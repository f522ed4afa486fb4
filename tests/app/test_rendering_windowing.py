"""Grey levels follow the DICOM formulas for every data type."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.windowing import Windowing


def dicom_linear(x: float, centre: float, width: float) -> float:
    """PS3.3 C.11.2.1.2.1, written out as the standard does, for output 0 to 255."""
    if x <= centre - 0.5 - (width - 1) / 2:
        return 0.0
    if x > centre - 0.5 + (width - 1) / 2:
        return 255.0
    return ((x - (centre - 0.5)) / (width - 1) + 0.5) * 255.0


@given(
    st.integers(-2000, 2000),
    st.floats(-1000, 1000),
    st.floats(1, 4000),
    st.sampled_from(["int16", "int32", "int64"]),
)
def test_whole_numbers_follow_the_dicom_linear_function(
    x: int, centre: float, width: float, dtype: str
) -> None:
    grey = Windowing(np.dtype(dtype), centre, width).apply(np.array([x], dtype=dtype))
    assert abs(int(grey[0]) - dicom_linear(x, centre, width)) <= 0.5 + 1e-6


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16"])
def test_the_table_gives_every_value_its_own_grey(dtype: str) -> None:
    info = np.iinfo(dtype)
    values = np.arange(info.min, info.max + 1).astype(dtype)
    grey = Windowing(np.dtype(dtype), 40, 80).apply(values)
    expected = np.array([dicom_linear(float(v), 40, 80) for v in values])
    assert np.abs(grey - expected).max() <= 0.5 + 1e-6


def test_big_endian_values_give_the_same_greys() -> None:
    values = np.array([[-5, 0], [7, 300]], dtype="<i2")
    little = Windowing(values.dtype, 50, 200).apply(values)
    big = values.astype(">i2")
    assert np.array_equal(Windowing(big.dtype, 50, 200).apply(big), little)


def test_real_numbers_follow_the_dicom_linear_exact_function() -> None:
    values = np.array([-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0], dtype=np.float32)
    grey = Windowing(values.dtype, 0.5, 1.0).apply(values)
    assert grey.tolist() == [0, 0, 64, 128, 191, 255, 255]


def test_a_missing_value_is_black() -> None:
    values = np.array([np.nan, 1.0], dtype=np.float64)
    assert Windowing(values.dtype, 0.5, 1.0).apply(values).tolist() == [0, 255]


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_inverted_is_the_negative(dtype: str) -> None:
    values = np.arange(100).astype(dtype)
    plain = Windowing(values.dtype, 50, 60).apply(values)
    negative = Windowing(values.dtype, 50, 60, inverted=True).apply(values)
    assert np.array_equal(negative, 255 - plain)


def test_the_narrowest_window_is_a_threshold() -> None:
    values = np.array([9, 10, 11], dtype=np.int16)
    assert Windowing(values.dtype, 10.5, 1).apply(values).tolist() == [0, 0, 255]


def test_the_result_goes_into_the_given_array() -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4)
    out = np.empty((3, 4), dtype=np.uint8)
    assert Windowing(values.dtype, 6, 12).apply(values[:, ::1], out) is out
    assert out[2, 3] == 255


def test_another_data_type_is_refused() -> None:
    with pytest.raises(ValueError, match="made for int16, got float32"):
        Windowing(np.dtype("int16"), 1, 2).apply(np.zeros(3, dtype=np.float32))
