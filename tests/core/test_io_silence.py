import logging
import warnings

from calid_core.io.silence import pydicom_silenced


def test_blocks_of_several_threads_overlap_and_the_last_gives_everything_back(caplog):
    logger, before = logging.getLogger("pydicom"), list(warnings.filters)
    first, second = pydicom_silenced(), pydicom_silenced()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        inside = list(warnings.filters)
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        warnings.warn("Invalid value for VR PN: 'Doe^John'", stacklevel=1)
        logger.warning("Invalid value for VR PN: 'Doe^John'")
        second.__exit__(None, None, None)
        assert list(warnings.filters) == inside
        assert logger.propagate
        assert not seen
        warnings.warn("heard", stacklevel=1)
        assert len(seen) == 1
    assert not caplog.records
    assert list(warnings.filters) == before
