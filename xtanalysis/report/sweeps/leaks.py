"""What a run may leave behind in a kernel that another will use: remembered before, put back or told after.

Called inside the kernel (``kernels``). Put back are names, counters, settings of the libraries, environment, folder and
random state. What cannot be put back (threads, hooks, replaced functions, open files, widgets) is told, and the kernel
ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import locale
import logging
import os
import pickle
import random
import signal
import sys
import threading
import time
import types
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xtanalysis.data.dictionary import use_everywhere

__all__ = ["begin", "load", "remember", "restore", "use_tables"]

# What the scenario page needs, imported before its settings are remembered; other notebooks import what more they do.
_NEEDED = (
    "matplotlib.pyplot", "numpy", "pandas", "xtanalysis.report.closing", "xtanalysis.report.desk",
    "xtanalysis.report.figures", "xtanalysis.report.sections",
)  # fmt: skip
# Whose functions a run might replace.
_WATCHED = (
    "builtins",
    "datetime",
    "json",
    "math",
    "matplotlib",
    "numpy",
    "os",
    "pandas",
    "random",
    "time",
    "xtanalysis",
)
_WHOLE = ("xtanalysis",)  # of these the modules below too
_LESS_OFTEN = 100_000, 50, 100  # thresholds of the garbage collector: less searching

_settings: dict[str, Any] = {}
_fixed: dict[str, Any] = {}
_functions: dict[str, dict[str, int]] = {}
_printers: list[list[dict[Any, Any]]] = []


def load() -> None:
    """Import what pages need as a cell would, in which libraries see that they are in a notebook."""
    with _shell().builtin_trap:
        for name in _NEEDED:
            importlib.import_module(name)
        plt: Any = sys.modules["matplotlib.pyplot"]
        plt.close(plt.figure())


def remember() -> None:
    """Note how things are."""
    gc.set_threshold(*_LESS_OFTEN)
    gc.collect()
    gc.freeze()
    _settings.update(_all_settings())
    _printers[:] = [[dict(table) for table in _tables(formatter)] for formatter in _formatters()]
    _fixed.update(_all_fixed())
    _functions.update(_all_functions())


def begin(folder: str) -> None:
    """Start a run in its folder, with random numbers of its own."""
    os.chdir(folder)
    random.seed()
    sys.modules["numpy"].random.seed()


def use_tables(file: str) -> None:
    """Go by the reference tables of a pickle that the worker wrote."""
    use_everywhere(pickle.loads(Path(file).read_bytes()))


def restore() -> list[str]:
    """Put back what can be, and return the names of what cannot."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd

    use_everywhere(None)
    plt.close("all")
    shell = _shell()
    shell.reset(new_session=True)
    for formatter, known in zip(_formatters(), _printers, strict=True):
        for table, before in zip(_tables(formatter), known, strict=True):
            table.clear()
            table.update(before)
    warnings.filters[:] = _settings["warnings"]  # type: ignore[index]
    with warnings.catch_warnings():  # whose end lets Python see the filters anew
        warnings.simplefilter("ignore")  # of options that are going out of use
        pd.reset_option("all")
        mpl.rcParams.update(_settings["rcParams"])
    np.set_printoptions(**_settings["print"])
    np.seterr(**_settings["errors"])
    sys.path[:], sys.argv[:] = _settings["path"], _settings["argv"]
    sys.setrecursionlimit(_settings["recursion"])
    os.umask(_settings["umask"])
    logging.disable(logging.NOTSET)
    logging.root.setLevel(_settings["logging"])
    locale.setlocale(locale.LC_ALL, _settings["locale"])
    gc.enable()
    gc.set_threshold(*_LESS_OFTEN)
    if dict(os.environ) != _settings["environment"]:
        os.environ.clear()
        os.environ.update(_settings["environment"])
        if hasattr(time, "tzset"):
            time.tzset()
    left = [name for name, value in _all_fixed().items() if value != _fixed[name]]
    now = _all_functions()
    left += [module for module, known in _functions.items() if now.get(module) != known]
    _functions.update(now)  # with modules that were imported meanwhile
    return left


def _all_settings() -> dict[str, Any]:
    import matplotlib as mpl
    import numpy as np

    mask = os.umask(0)
    os.umask(mask)
    return {
        "argv": [*sys.argv],
        "environment": dict(os.environ),
        "errors": np.geterr(),
        "locale": locale.setlocale(locale.LC_ALL),
        "logging": logging.root.level,
        "path": [*sys.path],
        "print": np.get_printoptions(),
        "rcParams": dict(mpl.rcParams),
        "recursion": sys.getrecursionlimit(),
        "umask": mask,
        "warnings": [*warnings.filters],
    }


def _all_fixed() -> dict[str, Any]:
    """What nobody can put back from outside, as values that tell whether it has changed."""
    from comm import get_comm_manager

    shell = _shell()
    events = {name: sorted(_named(found)) for name, found in shell.events.callbacks.items()}
    transformers = [
        *shell.ast_transformers, *shell.input_transformers_post, *shell.input_transformer_manager.cleanup_transforms
    ]  # fmt: skip
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return {
        "threads": sorted(map(id, threading.enumerate())),
        "tasks": len(asyncio.all_tasks(_loop())) if _loop() else 0,
        "cell hooks": events,
        "transformers": [*map(id, transformers)],
        "magics": {kind: sorted(known) for kind, known in shell.magics_manager.magics.items()},
        "interpreter's hooks": [*map(id, (sys.excepthook, sys.displayhook, sys.stdout, sys.stderr, *sys.meta_path))],
        "tracing": [sys.gettrace(), sys.getprofile()],
        "signals": [*map(str, handlers)],
        "logging's handlers": [*map(id, logging.root.handlers)],
        "widgets": len(get_comm_manager().comms),
        "open files": sorted(_open_files()),
        "modules of the user's": sorted(_foreign()),
    }


def _formatters() -> list[Any]:
    """How the shell shows things: one formatter a kind of output, and the one for bundles."""
    shown = _shell().display_formatter
    return [*shown.formatters.values(), shown.mimebundle_formatter]


def _tables(formatter: Any) -> tuple[dict[Any, Any], ...]:
    return formatter.singleton_printers, formatter.type_printers, formatter.deferred_printers


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _open_files() -> Iterator[str]:
    """Regular files that are open, but for fonts of the installation, which stay so; only Linux says."""
    homes = _homes()
    for link in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):
            name = str(link.readlink())
            if name.startswith("/") and not name.startswith(homes) and Path(name).is_file():
                yield name


def _homes() -> tuple[str, ...]:
    """Where the installation lies, also by the real names: an environment may be a link, and open files tell theirs."""
    homes = (Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[3])
    return tuple(str(place) for home in homes for place in (home, home.resolve()))


def _named(hooks: Sequence[Any]) -> Iterator[str]:
    """Hooks by their names, but for those that matplotlib adds with its first figure."""
    for hook in hooks:
        name = f"{hook.__module__}.{hook.__qualname__}"
        if not name.startswith("matplotlib"):
            yield name


def _foreign() -> Iterator[str]:
    """Modules from elsewhere than the installation and this package."""
    homes = _homes()
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None)
        if file and not str(file).startswith(homes):
            yield name


def _all_functions() -> dict[str, dict[str, int]]:
    """For each module that is watched, its functions and those of its classes, by their identity."""
    found: dict[str, dict[str, int]] = {}
    for name, module in [*sys.modules.items()]:
        top = name.partition(".")[0]
        if not (name in _WATCHED or top in _WHOLE) or module is None:
            continue
        known = found[name] = {}
        for key, value in [*vars(module).items()]:
            if isinstance(value, type) and str(value.__module__).partition(".")[0] == top:
                known |= {f"{key}.{k}": id(v) for k, v in [*vars(value).items()] if isinstance(v, types.FunctionType)}
            if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
                known[key] = id(value)
    return found
