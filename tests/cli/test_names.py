"""What commands list, copy and complete; every help has examples that parse, and one style of defaults."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from xtanalysis.cli import HELP, group, main
from xtanalysis.cli.batch import brief
from xtanalysis.cli.examples import EXAMPLES
from xtanalysis.cli.notebooks import in_language
from xtanalysis.cli.progress import Steps
from xtanalysis.data.dictionary import indicators, regions
from xtanalysis.data.paths import notebooks_dir, plans_dir, scenarios_dir
from xtanalysis.statements.plans import load_plan


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["xtanalysis", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


def stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("regions", list(regions())),
        ("indicators", list(indicators())),
        ("scenarios", stems(scenarios_dir())),
        ("plans", stems(plans_dir())),
    ],
)
def test_a_list_names_all_there_are(kind: str, ids: list[str]) -> None:
    printed = CliRunner().invoke(group, ["list", kind, "--json"], prog_name="xtanalysis")
    rows = json.loads(printed.output)
    assert [row["id"] for row in rows] == ids
    assert all(row["name"] for row in rows)
    for lang in ("zh", "en"):
        shown = CliRunner().invoke(group, ["list", kind, "--lang", lang], prog_name="xtanalysis").output
        assert ids[0] in shown
        assert ids[-1] in shown


def test_a_workspace_lists_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XTANALYSIS_WORKSPACE", raising=False)
    assert run(monkeypatch, "init", "合肥市", "--out", "here") == 0
    monkeypatch.chdir(tmp_path / "here")
    printed = CliRunner().invoke(group, ["list", "scenarios", "--json"], prog_name="xtanalysis").output
    assert json.loads(printed)[-1]["name"] == "工业投资零增长"


def test_notebooks_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert run(monkeypatch, "notebooks", "--out", str(out)) == 0
    shipped = {path.name: path.read_bytes() for path in notebooks_dir().glob("*.ipynb")}
    assert {path.name: path.read_bytes() for path in out.iterdir()} == shipped
    first = out / "00_start_here.ipynb"
    first.write_text("mine", encoding="utf-8")
    assert run(monkeypatch, "notebooks", "--out", str(out)) == 2
    assert capsys.readouterr().err.count("there already") == len(shipped)
    assert first.read_text(encoding="utf-8") == "mine"
    assert run(monkeypatch, "notebooks", "--out", str(out), "--only", "00", "--force") == 0
    assert first.read_bytes() == shipped[first.name]
    assert run(monkeypatch, "notebooks", "--out", str(tmp_path / "other"), "--only", "99") == 2
    assert not (tmp_path / "other").exists()


def completed(line: str) -> list[str]:
    """What a shell offers for the last word of a line, by click's own protocol."""
    *words, last = f"{line} |".removesuffix("|")[:-1].split(" ")
    complete = ShellComplete(group, {}, "xtanalysis", "_XTANALYSIS_COMPLETE")
    return [item.value for item in complete.get_completions(words[1:], last)]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("xtanalysis report --scenario do", ["downturn"]),
        ("xtanalysis project --plan xiang", ["xiangtan-2021-12"]),
        ("xtanalysis project --region 湘潭", ["湘潭市", "湘潭县"]),
        ("xtanalysis project --region xiangtan", ["湘潭市", "湘潭县"]),
        ("xtanalysis init 4303", ["湘潭市"]),
        ("xtanalysis project --explain energy", ["energy_intensity"]),
        ("xtanalysis forecast --indicator gdp_r", ["gdp_real"]),
        ("xtanalysis list pl", ["plans"]),
        ("xtanalysis notebo", ["notebooks"]),
    ],
)
def test_a_shell_completes(line: str, offered: list[str]) -> None:
    assert set(offered) <= set(completed(line))
    assert len(completed(line)) < 10


def test_targets_are_those_of_the_plan_named_on_the_line() -> None:
    offered = completed("xtanalysis project --plan example-zhuzhou --explain ")
    assert offered == [target.id for target in load_plan("example-zhuzhou").targets]
    assert completed("xtanalysis project --plan no-such-plan --explain ") == []


def test_a_file_of_ones_own_is_offered(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("id: own\n", encoding="utf-8")
    assert completed(f"xtanalysis report --scenario {tmp_path}/ow") == [f"{tmp_path}/own.yaml"]


@pytest.mark.parametrize("name", HELP)
def test_the_examples_parse(name: str) -> None:
    context = click.Context(group, info_name="xtanalysis")
    command = group.get_command(context, name)
    assert command is not None
    assert EXAMPLES[name]
    for line in EXAMPLES[name]:
        program, called, *arguments = shlex.split(line)
        assert (program, called) == ("xtanalysis", name)
        own = [a for a in arguments if not a.endswith((".xlsx", ".csv"))] if name == "report" else arguments
        own = [a for a in own if a != "--facts"] if name == "report" else own  # its files have to exist
        command.make_context(name, own, parent=context)
    told = command.get_help(click.Context(command, info_name=name)).partition("Examples:")[2]
    assert [line.strip() for line in told.splitlines() if line] == list(EXAMPLES[name])


@pytest.mark.parametrize("name", HELP)
def test_defaults_are_told_in_one_way(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert option.help, option.name
            assert "[" not in option.help, option.name
            assert "default" not in option.help.lower(), option.name
            set_ = option.to_info_dict()["default"] not in (None, False, ())
            assert option.show_default or not set_, option.name


def test_a_command_tells_its_progress_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal: a line at the start, one at the end, and none for every step between."""
    with Steps("replay") as show:
        assert capsys.readouterr().err == "replay …\n"
        for done in range(6):
            show.done(done, 5)
        show.say("scores")
    assert capsys.readouterr().err == "replay: 5/5\nscores\n"


@pytest.mark.parametrize("folders", [0, 5, 40])
def test_a_long_cause_keeps_what_was_found(folders: int) -> None:
    """A path that fills the line must not hide why its file was refused."""
    path, found = "/tmp" + "/a-folder-with-a-name" * folders + "/report.html", "[Errno 28] No space left on device"
    told = brief(f"{path}: this cannot be written; found '{found}'\nand more")
    assert told.endswith(f"this cannot be written; found '{found}'")
    assert told.startswith("/tmp/")
    assert len(told) <= 163


def test_prose_in_one_language(tmp_path: Path) -> None:
    """The other language's cells go, and the charts' language follows."""
    path = notebooks_dir() / "00_start_here.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    for lang, other in (("zh", "en"), ("en", "zh")):
        tags = {tag for cell in in_language(book["cells"], lang) for tag in cell["metadata"].get("tags", ())}
        assert tags == {f"lang-{lang}", "parameters"}
        asked = ["notebooks", "--out", str(tmp_path / lang), "--only", "00", "--lang", lang]
        CliRunner().invoke(group, asked, prog_name="xtanalysis")
        copy = (tmp_path / lang / path.name).read_text(encoding="utf-8")
        assert f'lang: str = \\"{lang}\\"' in copy
        assert f"lang-{other}" not in copy
