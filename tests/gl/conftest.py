from collections.abc import Iterator

import pytest

from app.scenes.canvas import Canvas


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    """A small picture to render into."""
    made = Canvas(240, 200)
    yield made
    made.close()
