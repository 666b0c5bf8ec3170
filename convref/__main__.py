"""`python -m convref` is `convref`."""

import sys

from convref.cli import main

if __name__ == "__main__":
    sys.exit(main())
