"""The pages for readers name files, targets and commands that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

from xtanalysis.cli import LazyGroup
from xtanalysis.targets.verdict_words import MARKS, word_text

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
# Places in the repository; ID, NAME and NN stand for the reader's own, data/processed is built.
PLACE = re.compile(
    r"`((?:xtanalysis|tests|docs|data/raw|scripts|requirements|notebooks)(?![^`]*(?:ID|NN|NAME))/[\w./-]*\w/?)`"
)
MAKE = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)?)\b")
COMMAND = re.compile(r"^(?:!|\t\$\(PY\) -m )?xtanalysis ([a-z]+)(.*?)(?:#.*)?$", re.MULTILINE)
CODE = re.compile(r"```(?:sh|bash|\{code-cell\} ipython3)\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> str:
    return "\n".join(block or inline for block, inline in CODE.findall(read(page)))


def written(page: Path) -> str:
    """Where a page writes commands: all of a Makefile, the code of others."""
    return read(page) if page.name == "Makefile" else code_of(page)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):", read(ROOT / "Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = read(page)
    broken = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    broken += [place for place in PLACE.findall(text) if not (ROOT / place).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    assert set(MAKE.findall(code_of(page))) <= targets()


@pytest.mark.parametrize(
    "page", [page for page in [*PAGES, ROOT / "Makefile"] if COMMAND.search(written(page))], ids=lambda page: page.name
)
def test_commands_and_options_exist(page: Path) -> None:
    group = LazyGroup()
    context = click.Context(group)
    used = COMMAND.findall(written(page))
    for name, rest in used:
        command = group.get_command(context, name)
        assert command is not None, f"no command {name}"
        options = {text for parameter in command.params for text in parameter.opts} | {"--help"}
        assert set(re.findall(r"(--[a-z-]+)", rest)) <= options, name


def test_both_first_pages_give_the_same_commands() -> None:
    english, chinese = ([line.split("#")[0].split() for line in code_of(page).splitlines()] for page in READMES)
    starts = ("make", "xtanalysis", "uv", "conda", "pip", "python3", "papermill")
    assert [line for line in english if line and line[0] in starts] == [
        line for line in chinese if line and line[0] in starts
    ]


def test_help_says_each_target_in_a_line() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    listed = [line.split()[1] for line in said.splitlines() if line.startswith("make ")]
    assert set(listed) == targets()
    assert {"help", "setup", "report", "lab", "test", "lint", "bench", "bench-batch", "train", "lock", "clean"} <= set(
        listed
    )


def test_the_glossary_calls_verdicts_what_the_pages_call_them() -> None:
    rows = {tuple(re.split(r"\s*\|\s*", line)[1:3]) for line in read(ROOT / "docs" / "glossary.md").splitlines()}
    assert {(word_text(word, "zh"), word_text(word, "en")) for word in MARKS} <= rows
