"""What readers are told, in both languages: English in the code, Chinese in a gettext catalogue.

A message's id is its English, with named placeholders (``"at least {count} figures"``). ``make words`` collects the ids
into ``zh/LC_MESSAGES/xtanalysis.po``, where their Chinese stands, and compiles it. Nothing is read before the first
Chinese word is asked for. `say` and its kin tell now; `message` and its kin make what is told later.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, Self

__all__ = [
    "Language",
    "Message",
    "bilingual",
    "either",
    "in_both",
    "in_language",
    "listed",
    "message",
    "name_in",
    "nmessage",
    "nsay",
    "pmessage",
    "psay",
    "say",
    "sentences",
]

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class _Catalogued:
    """An id (with its plural, and the number that chooses), its context, and what its placeholders stand for."""

    ids: tuple[str, ...]
    count: int = 1
    context: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, lang: Language) -> str:
        known = _catalogue(lang)
        if len(self.ids) > 1:
            pattern = known.ngettext(self.ids[0], self.ids[1], self.count)
        else:
            pattern = known.pgettext(self.context, self.ids[0]) if self.context else known.gettext(self.ids[0])
        return _filled(pattern, lang, self.values) if self.values else pattern


@dataclass(frozen=True, slots=True)
class _Bilingual:
    """A text that has its Chinese with it."""

    en: str
    zh: str

    def told(self, lang: Language) -> str:
        return name_in(self, lang)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Names, and what stands between them."""

    names: tuple[str, ...]
    mark: Message

    def told(self, lang: Language) -> str:
        return self.mark.told(lang).join(in_language(name, lang) for name in self.names)


class Message(str):
    """English text that is told in Chinese to who reads Chinese; the catalogue is asked when it is told."""

    _source: _Catalogued | _Bilingual | _Joined

    def __new__(cls, source: _Catalogued | _Bilingual | _Joined) -> Self:
        """Make the English text."""
        made = super().__new__(cls, source.told("en"))
        made._source = source
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._source,)

    def told(self, lang: Language, **values: object) -> str:
        """The text in a language; ``values`` fill the placeholders of a message that was made without any."""
        pattern = self._source.told(lang)
        return _filled(pattern, lang, values) if values else pattern

    def filled(self, **values: object) -> Message:
        """A message that was made without values, with them."""
        assert isinstance(self._source, _Catalogued)
        return Message(replace(self._source, values=values))


def say(lang: Language, msgid: str, /, **values: object) -> str:
    """A message told in a language; ``values`` fill its placeholders, without any its braces stay for later."""
    return _Catalogued((msgid,), values=values).told(lang)


def psay(lang: Language, context: str, msgid: str, /, **values: object) -> str:
    """`say` where one English has two wordings in Chinese, told apart by ``context``."""
    return _Catalogued((msgid,), 1, context, values).told(lang)


def nsay(lang: Language, one: str, many: str, count: int, /, **values: object) -> str:
    """`say` of a number of things: ``{count}`` is the number, and 1 takes ``one``."""
    return _Catalogued((one, many), count, values={"count": count, **values}).told(lang)


def message(msgid: str, /, **values: object) -> Message:
    """A message to be told later, in the reader's language (`in_language`); in itself it is the English text."""
    return Message(_Catalogued((msgid,), values=values))


def pmessage(context: str, msgid: str, /, **values: object) -> Message:
    """`message` where one English has two wordings in Chinese, told apart by ``context``."""
    return Message(_Catalogued((msgid,), 1, context, values))


def nmessage(one: str, many: str, count: int, /, **values: object) -> Message:
    """`message` of a number of things: ``{count}`` is the number, and 1 takes ``one``."""
    return Message(_Catalogued((one, many), count, values={"count": count, **values}))


def bilingual(en: object, zh: object) -> Message:
    """What is called otherwise in Chinese by a table, a file or a computation, not by the catalogue."""
    return Message(_Bilingual(str(en), str(zh)))


def listed(names: Sequence[str]) -> Message:
    """Names one after another: a, b, c."""
    return Message(_Joined(tuple(names), pmessage("between names", ", ")))


def either(names: Sequence[str]) -> Message:
    """Names of which one is meant: a or b or c."""
    return Message(_Joined(tuple(names), pmessage("between names", " or ")))


class _InBoth(Protocol):
    """An entry of the tables, a plan or a scenario."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def name_in(entry: _InBoth, lang: Language) -> str:
    """The name of an entry in a language."""
    return entry.zh if lang == "zh" else entry.en


def in_language(said: str, lang: Language) -> str:
    """A message in a language; any other text as it is."""
    return said.told(lang) if isinstance(said, Message) else str(said)


def all_in(words: Mapping[str, str], lang: Language) -> dict[str, str]:
    """A table of messages in a language."""
    return {key: in_language(said, lang) for key, said in words.items()}


def each_in(words: Sequence[str], lang: Language) -> tuple[str, ...]:
    """Messages in a row, such as the heads of a table, in a language."""
    return tuple(in_language(said, lang) for said in words)


def in_both(said: Message) -> dict[str, str]:
    """A message in both languages, as files hold it."""
    return {"zh": said.told("zh"), "en": said.told("en")}


def sentences(said: Sequence[str], lang: Language) -> str:
    """Sentences one after another; Chinese has no blank between them."""
    return ("" if lang == "zh" else " ").join(said)


def _filled(pattern: str, lang: Language, values: Mapping[str, object]) -> str:
    return pattern.format(**{name: v.told(lang) if isinstance(v, Message) else v for name, v in values.items()})


@cache
def _catalogue(lang: Language) -> gettext.NullTranslations:
    """The messages of a language; English is what the code says."""
    if lang == "en":
        return gettext.NullTranslations()
    with (Path(__file__).parent / lang / "LC_MESSAGES" / "xtanalysis.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
