"""The kernel that a worker keeps: what a run leaves behind is put back, or it ends; bytes are those of fresh ones."""

from __future__ import annotations

import asyncio
import random
import sys
from ast import literal_eval
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_core.utils import run_sync

from xtanalysis.data.paths import notebooks_dir, scenario_notebook
from xtanalysis.report.sweeps import kernels, leaks
from xtanalysis.report.sweeps.job import Job
from xtanalysis.report.sweeps.kernels import Kernel, is_shipped, kernel_for, kernel_kept
from xtanalysis.report.sweeps.pool import run_jobs
from xtanalysis.report.sweeps.runner import WARM, run_notebook

LEAKS = "xtanalysis.report.sweeps.leaks"
# All that can be put back: settings, names, counters, folder, environment, random state.
POISON = """
import gc, locale, logging, os, random, sys, tempfile, warnings
import matplotlib as mpl, matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns
mpl.rcParams.update({'font.size': 3, 'axes.facecolor': 'red', 'svg.hashsalt': 'x', 'figure.dpi': 31})
sns.set_theme(style='darkgrid')
plt.figure(); plt.plot([1, 2])
pd.set_option('display.max_rows', 2); pd.set_option('display.precision', 1)
np.set_printoptions(precision=1); np.seterr(all='raise')
random.seed(1); np.random.seed(1)
os.environ['LANG'] = 'de_DE'; os.environ['TZ'] = 'Asia/Tokyo'; os.environ['XTANALYSIS_WORKSPACE'] = '/nowhere'
os.environ.pop('HOME', None)
os.chdir(tempfile.gettempdir())
sys.path.insert(0, '/nowhere'); sys.argv.append('x'); sys.setrecursionlimit(5000)
warnings.simplefilter('error'); logging.getLogger().setLevel(logging.DEBUG); logging.disable(logging.CRITICAL)
gc.disable(); gc.set_threshold(1, 1, 1); os.umask(0o77)
get_ipython().display_formatter.formatters['text/plain'].for_type(float, lambda *told: told[1].text('seven'))
get_ipython().display_formatter.mimebundle_formatter.for_type(int, lambda *told, **more: {})
view = display = Markdown = figures = region = list = print = 7
"""
STAYS = {
    "threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(999,), daemon=True).start()",
    "cell hooks": "get_ipython().events.register('pre_run_cell', lambda info: None)",
    "transformers": "get_ipython().input_transformers_post.append(lambda lines: lines)",
    "magics": "get_ipython().register_magic_function(lambda line: None, magic_name='leaky')",
    "interpreter's hooks": "import sys\nsys.excepthook = lambda *told: None",
    "tracing": "import sys\nsys.setprofile(lambda *told: None)",
    "signals": "import signal\nsignal.signal(signal.SIGTERM, lambda *told: None)",
    "logging's handlers": "import logging\nlogging.getLogger().addHandler(logging.NullHandler())",
    "widgets": "import ipywidgets\nipywidgets.IntSlider()",
    "open files": "import tempfile\nleak = __import__('sys').leak = open(tempfile.mkstemp()[1])",
    "modules of the user's": "import sys\nmine = sys.modules['mine'] = type(sys)('mine')\nmine.__file__ = '/x.py'",
    "pandas": "import pandas\npandas.DataFrame.to_html = lambda self: 'no'",
    "xtanalysis.statements.met": "import xtanalysis.statements.met as m\nm.met = lambda *told: True",
    "builtins": "import builtins\nbuiltins.ascii = repr",
}  # fmt: skip


def _poison(kernel: Kernel, code: str) -> None:
    kernel.ask(f"exec({code!r}, get_ipython().user_ns)")


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    made = Kernel("python3", shipped=True)
    made.learn()
    yield made
    made.close()


def test_settings_are_put_back(kernel: Kernel, tmp_path: Path) -> None:
    settings = f"__import__('importlib').import_module({LEAKS!r})._all_settings()"
    kernel.call(LEAKS, "begin", str(tmp_path))
    before = kernel.ask(settings)
    _poison(kernel, POISON)
    assert kernel.ask(settings) != before
    assert kernel.ask("str(display)") == "'7'"
    assert kernel.call(LEAKS, "restore") == "[]"
    kernel.call(LEAKS, "begin", str(tmp_path))
    assert kernel.ask(settings) == before
    os_and_names = "[__import__('os').getcwd(), __import__('gc').isenabled(), 'view' in globals(), print(end='')]"
    assert literal_eval(kernel.ask(os_and_names)) == [str(tmp_path), True, False, None]
    rest = "[__import__('pandas').get_option('display.max_rows'), __import__('logging').root.manager.disable,"
    assert literal_eval(kernel.ask(rest + "__import__('matplotlib.pyplot').pyplot.get_fignums()]")) == [60, 0, []]
    assert kernel.ask("get_ipython().execution_count") == "1"
    assert kernel.ask("1.5") == "1.5"


def test_random_numbers_are_never_those_of_the_last_run(kernel: Kernel, tmp_path: Path) -> None:
    drawn = set()
    for _ in range(3):
        _poison(kernel, "import random, numpy\nrandom.seed(1); numpy.random.seed(1)")
        kernel.call(LEAKS, "begin", str(tmp_path))
        drawn.add(kernel.ask("(__import__('random').random(), float(__import__('numpy').random.rand()))"))
    assert len(drawn) == 3


@pytest.mark.parametrize("what", STAYS)
def test_what_cannot_be_put_back_is_told(kernel: Kernel, what: str) -> None:
    kernel.ask("1")
    before = kernel.call(LEAKS, "restore")
    _poison(kernel, STAYS[what])
    assert what in kernel.call(LEAKS, "restore")
    assert what not in before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which files are open")
def test_fonts_of_an_environment_that_is_a_link_may_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.mkdir()
    link.symlink_to(there)
    with (there / "font.ttf").open("w"):
        assert str(there.resolve() / "font.ttf") in set(leaks._open_files())
        monkeypatch.setattr(sys, "prefix", str(link))
        assert str(there.resolve() / "font.ttf") not in set(leaks._open_files())


def test_a_kernel_is_kept_until_something_stays_or_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = str(scenario_notebook())

    def process(code: str = "", *, fails: bool = False) -> str:
        with kernel_for(shipped, "python3", reuse=True) as lent:
            _poison(lent, code)
            lent.failed = fails
            return lent.ask("__import__('os').getpid()")

    with kernel_kept():
        first = process(POISON)
        assert process() == first
        assert process(STAYS["threads"]) == first
        second = process()
        assert second != first
        assert process(fails=True) == second
        assert process() != second


def test_only_a_shipped_notebook_meets_a_kept_kernel(tmp_path: Path) -> None:
    own = tmp_path / "own.ipynb"
    own.write_bytes(scenario_notebook().read_bytes())
    assert is_shipped(own)
    own.write_bytes(own.read_bytes() + b"\n")
    assert not is_shipped(own)
    assert not is_shipped(tmp_path / "nowhere.ipynb")
    with kernel_kept():
        pids = set()
        for _ in range(2):
            with kernel_for(str(own), "python3", reuse=True) as lent:
                pids.add(lent.ask("__import__('os').getpid()"))
    assert len(pids) == 2


RUNS: dict[str, dict[str, Any]] = {
    "10_evidence": {"as_of": "2021-05-06"},
    "30_scenario_report": {
        "as_of": "2021-05-06",
        "scenario": "downturn",
        "to": 2025,
        "draws": 100,
        "out": "projection",
    },
    "51_body": {"quarter": "2025Q3", "draws": 0, "lang": "en"},
    "80_own_city": {"as_of": "2021-05-06", "to": 2025, "draws": 100},
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What each shipped notebook gives in a kernel of its own."""
    folder = tmp_path_factory.mktemp("fresh")
    for name, given in RUNS.items():
        run_notebook(notebooks_dir() / f"{name}.ipynb", folder / name, given, cwd=folder)
    return {name: (folder / name).read_bytes() for name in RUNS}


@pytest.mark.slow
def test_the_bytes_of_fresh_kernels_after_poison_in_any_order(fresh: dict[str, bytes], tmp_path: Path) -> None:
    order = [*RUNS, *RUNS]
    random.Random(8).shuffle(order)
    with kernel_kept():
        for i, name in enumerate(order):
            with kernel_for(str(scenario_notebook()), "python3", reuse=True) as lent:
                _poison(lent, POISON + STAYS["threads"] * (i == 3))
            run_notebook(notebooks_dir() / f"{name}.ipynb", tmp_path / "o", RUNS[name], engine=WARM, cwd=tmp_path)
            assert (tmp_path / "o").read_bytes() == fresh[name], (i, name)


@pytest.mark.slow
def test_the_bytes_of_fresh_kernels_from_eight_workers(
    fresh: dict[str, bytes], tmp_path: Path, server: Any, make_notebook: Callable[..., Path]
) -> None:
    poison = make_notebook("n: int = 1", POISON, *STAYS.values())
    shipped = [(name, notebooks_dir() / f"{name}.ipynb", RUNS[name]) for name in RUNS] * 3
    todo = [*shipped, *[("poison", poison, {"n": i}) for i in range(4)]]
    random.Random(8).shuffle(todo)
    jobs = [
        Job(
            name=f"{i}-{name}",
            parameters=given,
            recorded=given,
            told={},
            inputs="",
            notebook=path,
            folder=tmp_path / "out",
            engine=WARM,
        )
        for i, (name, path, given) in enumerate(todo)
    ]
    ended = [*run_jobs(jobs, 8, server)]
    assert sorted(f.job.name for f in ended) == sorted(job.name for job in jobs)
    for finished in ended:
        assert finished.record is not None, finished.trouble
        name = finished.job.name.partition("-")[2]
        if name != "poison":
            assert finished.record.status == "done", finished.record.cause
            found = tmp_path / "out" / "runs" / finished.job.name / "notebook.ipynb"
            assert found.read_bytes() == fresh[name]


def test_a_reply_that_wakes_nobody_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As zmq's sockets do where one thing is sent while another is awaited: without a limit they wait for ever."""
    monkeypatch.setattr(kernels, "_LOOK", 0.01)
    channel, looked = SimpleNamespace(), []

    async def get_msg(timeout: float | None = None) -> str:
        assert timeout is not None
        looked.append(timeout)
        await asyncio.sleep(timeout)
        if len(looked) < 3:
            raise Empty
        return "reply"

    channel.get_msg = get_msg
    kernels._keep_looking(channel)
    assert run_sync(channel.get_msg)() == "reply"
    assert len(looked) == 3
    looked.clear()
    with pytest.raises(Empty):
        run_sync(channel.get_msg)(timeout=0.015)
    assert sum(looked) <= 0.015
