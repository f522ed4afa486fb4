"""Puts the 3D view into the window; imported only after the first paint, because it loads VTK."""

from app.controllers.controller import Controller
from app.views.volume_view import VolumeView
from app.window.main_window import MainWindow


def add_volume_view(window: MainWindow, controller: Controller) -> VolumeView:
    """Make the 3D view, connect its intents, and let it go when the window closes."""
    view = VolumeView(controller.state)
    view.slice_step_requested.connect(controller.navigation.step_slice)
    view.phase_step_requested.connect(controller.navigation.step_phase)
    view.rendered.connect(controller.playback.count_painted)
    view.maximise_requested.connect(window.grid.toggle_maximised)
    window.closing.connect(view.close_scene)
    window.grid.set_volume_view(view)
    return view
