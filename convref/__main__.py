"""Entry point of `python -m convref`, which runs the command `convref`."""

import sys

from convref.cli import main

if __name__ == "__main__":
    sys.exit(main())
