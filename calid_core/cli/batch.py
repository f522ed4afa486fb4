"""One input after the other: what fails on one, a person's fault or a defect, does not cost the others."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TypeVar

from calid_core.cli import explain
from calid_core.cli.progress_display import ProgressDisplay
from calid_core.errors import CalidError, Cancelled
from calid_core.progress import ProgressCallback

logger = logging.getLogger(__name__)

Made = TypeVar("Made")


def attempt(title: str, display: ProgressDisplay, work: Callable[[ProgressCallback], Made]) -> Made | None:
    """What ``work`` makes of one input; None where it failed, which is told on standard error.

    Parameters
    ----------
    title
        What the input is called in lines about it.
    work
        Given what to tell its progress to.

    Raises
    ------
    Cancelled
        The run was stopped.
    """
    display.start(title)
    try:
        return work(display.show)
    except Cancelled:
        raise
    except (CalidError, OSError, MemoryError) as error:
        display.stop()
        print(f"{title}: failed: {explain(error)}", file=sys.stderr)
    except Exception as error:
        # A defect met by one input must not cost a night's work on the others.
        display.stop()
        logger.exception("unexpected error")
        print(f"{title}: failed unexpectedly: {error}", file=sys.stderr)
    finally:
        display.stop()
    return None
