"""Libraries without their warnings, which quote what the files say of a patient, and how the files are called."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

STDERR = 2
_lock = Lock()
_lock_of_stderr = Lock()
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


@contextmanager
def native_output_silenced() -> Iterator[None]:
    """Nothing that libraries in C write to stderr themselves goes anywhere; for the length of one call of them.

    Their codecs know no other way: thousands of lines for a damaged series, file names among them. What other threads write there
    meanwhile is lost, too.
    """
    with _lock_of_stderr, ExitStack() as restored:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a window without a console has no stderr
            yield
            return
        restored.callback(os.close, kept)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        restored.callback(os.close, nowhere)
        os.dup2(nowhere, STDERR)
        restored.callback(os.dup2, kept, STDERR)
        yield
