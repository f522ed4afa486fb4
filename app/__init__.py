"""The CaLID desktop viewer: Qt and VTK over ``calid_core``."""
