"""``python -m calid_core`` is ``calid``."""

import sys

from calid_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
