"""What ``xtanalysis`` and ``python -m xtanalysis`` run: signals are heard before anything else is loaded."""

import signal
import sys

from xtanalysis.stopping import deafen, hear, stop_behind

__all__ = ["main"]


def main() -> None:
    """Run the command line and end with its exit code (:mod:`xtanalysis.cli.ending`)."""
    try:
        hear()  # imports take most of a short command's time
        from xtanalysis.cli import main as command

        try:
            command()
        finally:
            deafen()
    except (KeyboardInterrupt, RuntimeError) as error:  # while the command line was loaded, or while its end was told
        stop = stop_behind(error)
        if stop is None:
            raise
        sys.exit(128 + signal.SIGINT if isinstance(stop, KeyboardInterrupt) else stop.code)


if __name__ == "__main__":
    main()
