"""SimpleITK, imported on first use (0.4 s) and told not to print warnings to the terminal."""

import SimpleITK as sitk

__all__ = ["sitk"]

# ITK writes file names, which may identify a patient, straight to stderr.
sitk.ProcessObject.SetGlobalWarningDisplay(False)
