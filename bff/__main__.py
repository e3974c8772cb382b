"""The program: `bff`, or `python -m bff`."""

import sys

from bff.commands import main

if __name__ == "__main__":
    sys.exit(main())
