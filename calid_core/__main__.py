"""``python -m calid_core`` is ``calid``."""

from calid_core.cli import program

if __name__ == "__main__":
    program()
