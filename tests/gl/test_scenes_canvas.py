import os
import subprocess
import sys

WITHOUT_OPENGL = """
from app.scenes.canvas import Canvas, NoOpenGLError
try:
    Canvas(64, 48)
except NoOpenGLError as error:
    print("told:", error)
"""


def test_a_machine_without_opengl_gets_an_explanation_and_no_crash() -> None:
    # VTK then makes a window of a class that says it supports OpenGL and crashes when it renders.
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
        "__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent",
        "VTK_DEFAULT_OPENGL_WINDOW": "vtkEGLRenderWindow",
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPENGL],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "told: 3D needs OpenGL 3.2" in done.stdout
