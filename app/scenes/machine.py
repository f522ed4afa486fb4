"""Whether OpenGL runs on a graphics processor or in software."""

import re

import pyvista as pv

SOFTWARE_RENDERERS = (
    "llvmpipe",
    "softpipe",
    "swrast",
    "software",
    "swiftshader",
    "basic render",
    "gdi generic",
)
"""Parts of the names that Mesa, Google and Microsoft give to OpenGL on the CPU."""


def renderer_name(plotter: pv.BasePlotter) -> str:
    """Name of the OpenGL renderer, as the driver gives it; empty when there is no OpenGL context."""
    # A window has a context, and so a driver to ask, only after it was rendered.
    plotter.render_window.Render()
    report = str(plotter.render_window.ReportCapabilities())
    found = re.search(r"OpenGL renderer string:\s*(.+)", report)
    return found.group(1).strip() if found else ""


def is_software(name: str) -> bool:
    """Whether a renderer of this name computes on the CPU; one that has no name is taken for it."""
    return not name or any(part in name.lower() for part in SOFTWARE_RENDERERS)
