"""pydicom without its warnings, which quote what the files say of a patient."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

_lock = Lock()
_depth = 0
_restored = ExitStack()
"""What the last block that ends gives back: filters and logger belong to the process, and blocks of several threads overlap."""


@contextmanager
def pydicom_silenced() -> Iterator[None]:
    """Nothing that pydicom warns of or logs goes anywhere; values are judged by us, one by one.

    Around a block, or a decorator of whatever opens files with pydicom; in any number of threads.
    """
    global _depth
    with _lock:
        if _depth == 0:
            _restored.enter_context(_silenced())
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _restored.close()


@contextmanager
def _silenced() -> Iterator[None]:
    logger = logging.getLogger("pydicom")
    before, logger.propagate = logger.propagate, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.propagate = before
