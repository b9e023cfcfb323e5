"""The one loader of YAML: what is slipped or hostile is one message, and quick."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from xtanalysis.errors import BadInput
from xtanalysis.statements.yamlfile import DEEPEST, LONGEST_NUMBER, MOST_ALIASES, load_yaml

BOMB = "a: &a [1, 1]\n" + "".join(
    f"b{i}: &b{i} [{', '.join(['*' + ('a' if i == 0 else f'b{i - 1}')] * 10)}]\n" for i in range(90)
)


def load(folder: Path, text: str | bytes) -> object:
    path = folder / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_yaml(path, "plan").data


@pytest.mark.parametrize(
    ("text", "row", "what"),
    [
        ("a: 1\nb: {c: 1,\n  c: 2}\n", 3, "the key 'c' stands twice"),
        ("a: 1\na: 2\n", 2, "the key 'a' stands twice"),
        ("1: a\n'1': b\n", 2, "the key '1' stands twice"),
        ("a: {yes: 1, true: 2}\n", 1, "the key 'true' stands twice"),
        ("a: {~: 1, null: 2}\n", 1, "the key 'null' stands twice"),
        ("x: &x {b: 1}\na: {<<: *x, c: 1, c: 2}\n", 2, "the key 'c' stands twice"),
        # YAML 1.1 would make 8, 750 and 750.5 of these.
        ("a: 010\n", 1, "another number"),
        ("a: [12:30]\n", 1, "another number"),
        ("a: 12:30.5\n", 1, "another number"),
        ("a: -012\n", 1, "another number"),
        ("a: 2021-02-30\n", 1, "there is no such day: 2021-02-30"),
        ("b: 1\na: 2021-13-06\n", 2, "there is no such day: 2021-13-06"),
        ("a: !!int x\n", None, "invalid literal"),
        ("a: " + "9" * 5000 + "\n", 1, "so many digits"),
        ("a: [-" + "9" * 301 + "]\n", 1, "so many digits"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "could not determine a constructor"),
        ("a: " + "[" * 200_000, 1, "nested too deeply"),
        ("a: " + "{a: " * 30_000, 1, "nested too deeply"),
        ("a: " + "[" * DEEPEST + "]" * DEEPEST, 1, "nested too deeply"),
        ("a: &a 1\nb: [" + "*a, " * (MOST_ALIASES + 1) + "]\n", 2, "nested too deeply"),
        ("- a\n", None, "does not hold keys and values"),
        (b"\xff\xfea", None, "neither UTF-8"),
        (b"abcdefgh: \x00", None, "neither UTF-8"),
    ],
)
def test_slips_and_attacks(tmp_path: Path, text: str | bytes, row: int | None, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    assert what in problem.what
    assert (problem.file, problem.row) == ("mine.yaml", row)
    assert len(str(problem)) < 500


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_file_of_an_offices_editor_is_read(tmp_path: Path, encoding: str) -> None:
    data = load(tmp_path, "region: 湘潭市\na: [1_000, 0, -7, 0x1F, 1.50, '010', 2021-05-06]\n".encode(encoding))
    assert data == {"region": "湘潭市", "a": [1000, 0, -7, 31, 1.5, "010", dt.date(2021, 5, 6)]}


def test_merge_keys_and_shared_parts_still_work(tmp_path: Path) -> None:
    assert load(tmp_path, "x: &x {a: 1}\ny: {<<: *x, b: 2}\n") == {"x": {"a": 1}, "y": {"a": 1, "b": 2}}
    assert load(tmp_path, "a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
    assert load(tmp_path, "a: &a 1\nb: [" + "*a, " * MOST_ALIASES + "]\n")


def test_a_value_of_ten_to_the_ninety_nodes_is_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(BOMB + "id: *b80\n", encoding="utf-8")
    node = load_yaml(path, "plan")
    assert node.value("id") == ""
    assert node.problems[0].found == "a list of 10 entries"


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(BadInput, match="no regular file"):
        load_yaml(tmp_path / "pipe.yaml", "plan")


@pytest.mark.parametrize(
    "text",
    ["a: b: c", "a: [1, 2", "a: {b: 1", "a:\n\t- b", "- a\nb: c", "a: *y", "? [a]\n: b", "a: 1\n---\nb: 2", "a: @x",
     'a: "\\q"', "a: 'b", ": : :", "a: \x01", "a: 2021-02-30", "a: " + "9" * 400],
)  # fmt: skip
def test_slips_are_told_in_chinese(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    told = problem.text("zh")
    assert told.startswith("mine.yaml")
    assert not re.search(r"[a-z]{4,}", told.removeprefix("mine.yaml")), told


def test_the_largest_number_that_is_taken_is_a_float(tmp_path: Path) -> None:
    read = load(tmp_path, "a: " + "9" * LONGEST_NUMBER + "\n")
    assert float(read["a"]) == pytest.approx(1e300)  # type: ignore[index]
