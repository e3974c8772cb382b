"""The program: `bff`, or `python -m bff`."""

import sys

from bff.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
