"""``python -m nnweb``: the command line, where no ``nnweb`` is on the path."""

import sys

from nnweb.cli import main

if __name__ == "__main__":
    sys.exit(main())
