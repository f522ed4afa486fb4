"""CaLID: reconstruction of dense cardiac MR volumes and cines from sparse short-axis slices.

Research use only; not for diagnosis.
"""

__version__ = "0.1.0"
