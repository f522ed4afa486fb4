"""Reading DICOM: from headers of frames to stacks of slices, their phases, and pixels.

``headers`` and ``enhanced`` read frames, ``grouping`` and ``merging`` make stacks of them, ``placement`` and ``phases`` put slices
and phases in order, ``summary`` tells what was found, ``reading`` and ``pixels`` read intensities.
"""
