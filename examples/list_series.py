"""What is in a folder: python examples/list_series.py FOLDER."""

import sys
from pathlib import Path

from calid_core.io import scan


def main() -> None:
    """Print every series with its size and what was noticed."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    found = scan([Path(sys.argv[1])])
    for number, series in enumerate(found.series, start=1):
        print(f"{number}: {series.label}, {series.view.value}, {series.size}")
        for message in series.messages:
            print(f"   {message}")
    for problem in found.problems:
        print(f"not used: {problem.message}")


if __name__ == "__main__":
    main()
