"""Automatic contours of the left ventricle: where the frozen segmenter sees it, as one chamber with outlines and areas."""
