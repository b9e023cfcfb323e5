"""``xtanalysis explore``: the explorer as a page of its own, served on this machine by Voilà."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from xtanalysis.cli import told_language, workspace_here
from xtanalysis.cli.names import scenario_names
from xtanalysis.cli.notebooks import in_language
from xtanalysis.cli.options import as_of_option, facts_option, own_plan_option, region_option
from xtanalysis.data.paths import notebooks_dir
from xtanalysis.errors import BadInput, Problem
from xtanalysis.text import Language, message, say

__all__ = ["command"]

NOTEBOOK = "70_explore.ipynb"
HERE = "127.0.0.1"
PATIENCE = 60  # seconds for a server on a busy machine
IN_ADDRESS = ("scenario", "as_of")
TEMPLATE = "xtanalysis"
# Voilà's own page takes a font of icons from a server elsewhere; ours is the same page without it.
PAGE = """{% extends "voila/templates/lab/index.html.j2" %}
{% block notebook_css %}{{ super() | replace("https://cdn.jsdelivr.net/", "data:text/css,") }}{% endblock %}
"""


@click.command("explore")
@region_option
@own_plan_option
@click.option(
    "--scenario",
    default="baseline",
    show_default=True,
    shell_complete=scenario_names,
    help="Id of a shipped scenario, or a YAML file, to start from.",
)
@as_of_option
@click.option("--to", type=int, show_default="the plan's last, or five years on", help="Last year.")
@facts_option
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the page.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(), show_default=True, help="Folder for scenarios, reports."
)
@click.option("--port", type=int, show_default="a free one", help="Port on this machine.")
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
def command(
    region: str,
    plan: str | None,
    scenario: str,
    as_of: dt.datetime | None,
    to: int | None,
    facts: tuple[Path, ...],
    lang: Language,
    out: Path,
    port: int | None,
    no_browser: bool,
) -> None:
    """Serve the explorer to the browser of this machine, until Ctrl-C.

    The page's address takes region, plan, scenario, as_of, to and lang: …/?scenario=downturn&as_of=2021-05-06.
    """
    if missing := [name for name in ("voila", "plotly", "anywidget") if importlib.util.find_spec(name) is None]:
        what = message("the explorer needs packages that are not installed")
        raise BadInput(Problem(what, found=", ".join(missing), fix='pip install "xtanalysis[explore]"'))
    click.echo(say(lang, "checking the inputs …"), err=True)
    given: dict[str, Any] = {
        "region": region, "plan": plan or "", "scenario": scenario, "as_of": f"{as_of:%Y-%m-%d}" if as_of else "",
        "to": to or 0, "lang": lang, "facts": [str(path.resolve()) for path in facts], "out": str(out.resolve()),
    }  # fmt: skip
    given = _checked(given)
    folder = Path(tempfile.mkdtemp(prefix="xtanalysis-explore-"))
    try:
        book = _parametrised(folder, given)
        _serve(book, given, port or _free_port(), lang=lang, browser=not no_browser)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Refuse here, in words, what the page could only refuse in a traceback; paths become whole ones."""
    from xtanalysis.cli.questions import ask_of_figures, tell
    from xtanalysis.statements.file_questions import plan_questions, scenario_questions
    from xtanalysis.statements.plans import load_plan, plan_of
    from xtanalysis.statements.request import LAST_YEAR
    from xtanalysis.statements.scenarios import load_scenario
    from xtanalysis.study.facts import load_facts

    facts = load_facts(given["region"], as_of=given["as_of"] or None, extra=given["facts"])
    plan = load_plan(given["plan"]) if given["plan"] else plan_of(facts.region)
    assumed = load_scenario(
        given["scenario"], region=facts.region, as_of=facts.as_of, plan=plan, to=given["to"] or LAST_YEAR
    )
    tell([*plan_questions(plan), *scenario_questions(assumed, assumed.id)], told_language())
    ask_of_figures([Path(name) for name in given["facts"]], facts.region, told_language())
    whole = {n: str(Path(given[n]).resolve()) for n in ("plan", "scenario") if Path(given[n]).suffix}
    return {**given, "region": facts.region, **whole}


def _parametrised(folder: Path, given: dict[str, Any]) -> Path:
    """A copy of the notebook with its parameters, beside the workspace that it belongs to where there is one."""
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    book = parameterize_notebook(load_notebook_node(str(notebooks_dir() / NOTEBOOK)), given, report_mode=True)
    book.cells = in_language(book.cells, given["lang"])
    path = folder / NOTEBOOK
    nbformat.write(book, path)
    return path


def _serve(book: Path, given: dict[str, Any], port: int, *, lang: Language, browser: bool) -> None:
    """Start Voilà, wait for it, open the page; end it when the user does."""
    workspace = workspace_here()
    pages = book.parent / "voila" / "templates" / TEMPLATE
    pages.mkdir(parents=True)
    (pages / "index.html.j2").write_text(PAGE, encoding="utf-8")
    (pages / "conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    environment = {
        **os.environ,
        "JUPYTER_PATH": os.pathsep.join([str(book.parent), os.environ.get("JUPYTER_PATH", "")]),
    }
    command = [
        sys.executable, "-m", "voila", str(book), f"--port={port}", f"--Voila.ip={HERE}", "--no-browser",
        "--show_tracebacks=True", f"--template={TEMPLATE}",
    ]  # fmt: skip
    click.echo(say(lang, "starting the page's server …"), err=True)
    log = book.with_name("voila.log")
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command,
            stdout=stream,
            stderr=stream,
            env=environment,
            cwd=None if workspace is None else workspace.folder,
        )
    try:
        asked = {name: given[name] for name in IN_ADDRESS if given[name] and not Path(str(given[name])).suffix}
        _wait(server, port, log)
        address = f"http://{HERE}:{port}/?{urlencode(asked)}"
        ready = say(lang, "open {}  (Ctrl-C ends it)")
        click.echo(ready.format(address))
        if browser:
            webbrowser.open(address)
        server.wait()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the port answers; the page itself is made when it is asked for."""
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://{HERE}:{port}/voila/static/", timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    what = message("the page's server did not start")
    raise BadInput(Problem(what, found=said[-1][:300] if said else message("nothing")))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HERE, 0))
        number: int = found.getsockname()[1]
        return number
