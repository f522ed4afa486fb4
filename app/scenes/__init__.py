"""The heart in 3D, in VTK and without Qt: every scene draws into any pyvista plotter, with or without a display."""
