"""pydicom without its warnings, which quote what the files say of a patient."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pydicom_silenced() -> Iterator[None]:
    """Nothing that pydicom warns of or logs goes anywhere; values are judged by us, one by one.

    Around a block, or a decorator of whatever opens files with pydicom.
    """
    logger = logging.getLogger("pydicom")
    before, logger.propagate = logger.propagate, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.propagate = before
