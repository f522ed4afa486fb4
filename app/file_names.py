"""Names that the save dialogs propose: they tell runs apart and hold nothing of a patient."""

from app.layers import Layer, Run
from calid_core.settings import Method


def proposed_name(name: str, layer: Layer, run: Run | None) -> str:
    """``reconstruction-calid-realism``, ``cine-linear-held-out``; ``name`` itself for the series that was opened.

    Parameters
    ----------
    name
        What is saved.
    layer, run
        What it is of, and the run of that; None where there is none.
    """
    if run is None:
        return name
    settings = run.settings
    parts = [name, settings.method.value]
    parts += [settings.mode.value] if settings.method is Method.CALID else []
    parts += ["held-out"] if layer.held_out else []
    return "-".join(parts)
