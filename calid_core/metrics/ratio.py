"""A quotient that may have nothing to divide by."""


def ratio(value: float, reference: float) -> float:
    """``value / reference``; NaN where ``reference`` is 0, so that means leave it out."""
    return value / reference if reference else float("nan")
