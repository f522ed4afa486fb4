"""Print one summary line for several pytest runs, from their JUnit reports."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def totals(report: Path) -> dict[str, float]:
    """Counts and seconds of one report."""
    suite = next(ElementTree.parse(report).iter("testsuite"))
    return {name: float(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped", "time")}


def main() -> None:
    """Sum the reports named on the command line."""
    reports = [totals(Path(name)) for name in sys.argv[1:]]
    total = {name: sum(report[name] for report in reports) for name in reports[0]} if reports else {}
    failed = int(total.get("failures", 0) + total.get("errors", 0))
    skipped = int(total.get("skipped", 0))
    passed = int(total.get("tests", 0)) - failed - skipped
    counts = [f"{passed} passed"]
    if failed:
        counts.insert(0, f"{failed} failed")
    if skipped:
        counts.append(f"{skipped} skipped")
    sys.stdout.write(f" {', '.join(counts)} in {total.get('time', 0):.0f}s ".center(100, "=") + "\n")


if __name__ == "__main__":
    main()
