"""Lets `python -m bikorders` do what the `bikorders` command does."""

import sys

from bikorders.cli import main

if __name__ == "__main__":
    sys.exit(main())
