"""Messages and their Chinese: complete, in step with the code, compiled; and no Chinese in the code beside them."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import pickle
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from xtanalysis import text
from xtanalysis.text import bilingual, either, in_language, listed, message, nmessage, nsay, pmessage, psay, say

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "xtanalysis"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

spec = importlib.util.spec_from_file_location("words", ROOT / "scripts" / "words.py")
assert spec is not None
assert spec.loader is not None
words = importlib.util.module_from_spec(spec)
spec.loader.exec_module(words)

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "text")
KNOWN: Catalog = words.catalogue()
SAID: Catalog = words.collected()
ENTRIES: list[Message] = [entry for entry in KNOWN if entry.id]

# What reads Chinese, and which.
READS_CHINESE = {
    "report/wording/sentences.py": "the last sign of a region's name",
    "statements/meaning.py": "what an indicator's name says of prices",
    "study/assumption.py": "years, and names of scenarios, as users write them",
    "targets/places.py": "names of cities, which end in 市",
    "report/projection_sheets.py": "the marks at which a line may end",
    "report/figures.py": "the bracket before which a name is folded",
    "report/charts/alt.py": "the full stop at which a text ends",
    "cli/decompose.py": "years as tables write them",
    "data/file_keys.py": "a word in place of an amount",
    "data/file_schema.py": "patterns of periods, and a word of measures",
    "data/reference.py": "names that bureaus use in turn",
    "report/html.py": "the full stop at which a sentence ends",
    "statements/assumptions.py": "plan and years as a scenario's file writes them",
    "statements/days.py": "days as bureaus write them",
    "statements/period.py": "periods as bureaus write them",
    "statements/readers/delimited.py": "the comma of full width",
    "statements/readers/entries.py": "notes and totals under a table",
    "statements/readers/figures.py": "numbers as bureaus write them",
    "statements/readers/labels.py": "heads of tables",
    "statements/readers/layout.py": "heads of tables",
    "statements/readers/marks.py": "marks of footnotes",
    "statements/readers/titles.py": "titles of tables",
    "statements/readers/series.py": "heads of tables",
    "statements/rows.py": "words for the calibre of the target; days",
    "study/facts.py": "a head that frames may have",
    "targets/book.py": "the number of firms behind a figure, in its note",
    "targets/quarters.py": "quarters as bureaus write them",
    "targets/releases.py": "the census in a figure's vintage",
}
# Chinese that is no translation.
NEEDS_CHINESE = {
    "targets/owners.py": "a note on figures, which have their notes in Chinese",
    "report/sweeps/index.py": "the Chinese name of Chinese",
    "report/scorecard/files.py": "the name of a file, one in both languages",
    "targets/words.py": "offices of statistics, as figures name their publishers",
    "cli/check.py": "a word of tables, in the help of a command",
    "cli/examples.py": "examples of commands",
    "data/writing.py": "signs with which a formula begins",
    "report/word.py": "names of fonts",
    "statements/form.py": "the blank form, which has one language",
    "statements/offices.py": "names of offices, by which plans and figures name them",
    "statements/request.py": "an id of a table",
    "statements/setup.py": "the files of a new workspace, which have one language",
}


def key(entry: Message) -> tuple[object, object]:
    return entry.id, entry.context


def holes(pattern: str) -> set[str]:
    """The placeholders of a message."""
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def both_of(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_the_catalogue_holds_what_the_code_says_and_no_more() -> None:
    said, known = {key(entry) for entry in SAID if entry.id}, {key(entry) for entry in ENTRIES}
    assert not said - known, "run make words, then write the Chinese"
    assert not known - said, "run make words: the code says these no longer"


def test_collecting_again_changes_no_byte() -> None:
    assert words.as_po(words.updated(KNOWN, SAID)) == words.PO.read_bytes()


def test_every_id_can_be_collected() -> None:
    """Ids are literals, and stand outside of f-strings, in which Babel looks for none."""
    wrong = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(n) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for n in ast.walk(f)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in words.KEYWORDS:
                places = (place if isinstance(place, int) else place[0] for place in words.KEYWORDS[node.func.id])
                if id(node) in inside or not all(isinstance(node.args[at - 1], ast.Constant) for at in places):
                    wrong.append(f"{path.relative_to(PACKAGE)}, line {node.lineno}")
    assert not wrong


def test_every_message_has_chinese_with_the_same_placeholders() -> None:
    lacking = [entry.id for entry in ENTRIES if not all(both_of(entry.string)) or entry.fuzzy]
    assert not lacking
    other = [
        (entry.id, entry.string)
        for entry in ENTRIES
        if any(holes(chinese) != holes(both_of(entry.id)[-1]) for chinese in both_of(entry.string))
    ]
    assert not other


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    made = words.as_mo(words.updated(KNOWN, SAID))
    assert words.PO.with_suffix(".mo").read_bytes() == made, "run make words"


def chinese_of(path: Path) -> list[str]:
    """Chinese in a module that is neither explained (docstrings) nor part of a message's id."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in words.KEYWORDS:
            aside |= {id(argument) for argument in node.args}
    return [
        f"line {node.lineno}: {node.value[:30]}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in aside
        and CHINESE.search(node.value)
    ]


def test_chinese_stands_in_the_catalogue() -> None:
    free = {**READS_CHINESE, **NEEDS_CHINESE}
    found = {path.relative_to(PACKAGE).as_posix(): chinese_of(path) for path in MODULES}
    assert not {name: told for name, told in found.items() if told and name not in free}
    assert not [name for name in free if not found.get(name)], "these hold no Chinese: take them off the list"


def test_a_message_is_its_english_and_is_told_in_chinese() -> None:
    made = message("at most {most:,}", most=12_000)
    assert made == "at most 12,000"
    assert (in_language(made, "en"), in_language(made, "zh")) == ("at most 12,000", "不超过12,000")
    assert in_language("its own", "zh") == "its own"
    assert say("zh", "the cell is empty") == "单元格为空"


def test_a_context_tells_two_wordings_apart() -> None:
    assert psay("zh", "between names", ", ") == "、"
    assert psay("zh", "between clauses", ", ") == "，"
    assert in_language(pmessage("between clauses", ", "), "zh") == "，"


@pytest.mark.parametrize(("count", "english"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_one_takes_the_singular(count: int, english: str) -> None:
    assert nsay("en", "{count} file", "{count} files", count) == english
    assert nmessage("{count} file", "{count} files", count) == english
    assert nsay("zh", "{count} file", "{count} files", count) == f"{count}个文件"


def test_values_that_are_messages_are_told_in_the_same_language() -> None:
    names = [message("region"), bilingual("xyz", "某指标")]
    assert listed(names) == "region, xyz"
    assert in_language(message("not installed: {missing}", missing=listed(names)), "zh") == "未安装：地区、某指标"
    assert in_language(either(names), "zh") == "地区或某指标"


@pytest.mark.parametrize(
    "made", [message("at most {most:,}", most=7), nmessage("{count} file", "{count} files", 1), bilingual("a", "甲"),
             listed([bilingual("a", "甲"), "b"])], ids=str
)  # fmt: skip
def test_messages_survive_a_process(made: text.Message) -> None:
    again = pickle.loads(pickle.dumps(made))
    assert (again, in_language(again, "zh")) == (made, in_language(made, "zh"))


def test_the_standard_library_reads_the_compiled_catalogue() -> None:
    with words.PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("the cell is empty") == "单元格为空"
