"""Run as ``python -m xtanalysis``."""

from xtanalysis.cli import main

if __name__ == "__main__":
    main()
