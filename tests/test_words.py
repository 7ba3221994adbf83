"""The words of the interface: every message of templates and scripts is translated; `KG_WORDS=1` adds new ones."""

from __future__ import annotations

import io
import os
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract
from worlds import ROOT

from kg_service.errors import PROBLEMS
from kg_service.web.reader import INTERFACE, _reader, fallbacks
from kg_service.web.templates import label_of
from kg_service.web.words import CATALOGUES, LOCALES, date, language_name, number, script_words, translations

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = sorted((ROOT / "kg_service" / "web" / "templates").glob("*.html"))
SCRIPTS = sorted((ROOT / "kg_service" / "ui" / "src").rglob("*.ts"))
HEADER = (
    "# Words of the pages; the messages are the English ones. `KG_WORDS=1 pytest tests/test_words.py` adds new ones."
)
UNKEPT = re.compile(r'"(Project-Id|Report-Msgid|POT-|PO-Rev|Last-Tr|Language-Team|Generated-By)')
HOLES = re.compile(r"%\(\w+\)s|\{\w+\}")
LETTERS = {"ru": re.compile("[а-яё]", re.IGNORECASE), "kk": re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE),
           "ar": re.compile("[ء-ي]")}  # fmt: skip
#: What is written alike in every language.
SAME = {"SPARQL", "API", "{seconds} s", "HTTP"}


@cache
def messages() -> Catalog:
    """Return what templates and scripts say."""
    found = Catalog(charset="utf-8")
    for path, line, text in [*of_templates(), *of_scripts(), *of_problems()]:
        found.add(text, locations=[(path, line)])
    return found


def of_templates() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    for path in TEMPLATES:
        with path.open("rb") as stream:
            for line, function, text, _ in babel_extract(stream, ("_", "ngettext"), (), {"newstyle_gettext": "true"}):
                given = [each for each in (text if isinstance(text, tuple) else (text,)) if each]
                if not given:
                    continue  # what is no text of the template itself stands in a table
                yield str(path.relative_to(ROOT)), line, (given[0], given[1]) if function == "ngettext" else given[0]


def of_scripts() -> Iterator[tuple[str, int, str]]:
    for path in SCRIPTS:
        with path.open("rb") as stream:
            for line, text, _, _ in extract("javascript", stream, {"_": None}, (), {"parse_template_string": "true"}):
                yield str(path.relative_to(ROOT)), line, str(text)


def of_problems() -> Iterator[tuple[str, int, str]]:
    for kind in PROBLEMS:
        yield "kg_service/errors.py", 1, kind.title
        yield "kg_service/errors.py", 1, kind.remedy


def catalogue(language: str) -> Catalog:
    path = CATALOGUES / f"{language}.po"
    with path.open("rb") as stream:
        found = read_po(stream, locale=language)
    if os.environ.get("KG_WORDS") == "1":
        found.update(messages(), no_fuzzy_matching=True)
        found.obsolete.clear()
        found.header_comment = HEADER
        written = io.BytesIO()
        write_po(written, found, width=120, ignore_obsolete=True, include_lineno=False)
        # Who translated it, and when, is known to git.
        kept = [line for line in written.getvalue().decode().splitlines() if not UNKEPT.match(line)]
        path.write_text("\n".join(kept).strip() + "\n", "utf-8")
    return found


def test_scripts_name_their_messages_as_text() -> None:
    written = sum(len(re.findall(r"(?<![\w.])_\(", path.read_text("utf-8"))) for path in SCRIPTS)
    literal = sum(len(re.findall(r'(?<![\w.])_\(\s*"', path.read_text("utf-8"))) for path in SCRIPTS)
    extracted = sum(1 for _ in of_scripts())

    assert extracted == literal
    assert written - literal == 1  # the function itself


@pytest.mark.parametrize("language", LOCALES)
def test_every_message_is_translated(language: str) -> None:
    known = catalogue(language)
    wanted = {message.id: message for message in messages() if message.id}

    assert {message.id for message in known if message.id} == set(wanted)
    assert [message.id for message in known if message.id and (not message.string or message.fuzzy)] == []
    assert [message.id for message in known if message.id and "" in texts(message.string)] == []


def texts(given: object) -> list[str]:
    """Return the forms of a message: one, or those of its numbers."""
    return [str(each) for each in given] if isinstance(given, list | tuple) else [str(given)]


@pytest.mark.parametrize("language", LOCALES)
def test_a_translation_keeps_what_is_filled_in_and_is_in_its_script(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        identity, said = texts(message.id), texts(message.string)
        holes = set(HOLES.findall(identity[-1]))
        for text in said:
            # "one row", said without its number, is how some languages count to one or two.
            assert set(HOLES.findall(text)) == holes or message.pluralizable, message.id
            assert set(HOLES.findall(text)) <= holes, message.id
            assert LETTERS[language].search(text) or text in SAME, message.id


@pytest.mark.parametrize("language", LOCALES)
def test_scripts_get_their_messages(language: str) -> None:
    wanted = {text for _, _, text in of_scripts()}

    assert set(script_words(language)) == wanted
    assert script_words("en") == {}


def test_numbers_dates_and_names_are_those_of_the_language() -> None:
    assert [number(1234567, each) for each in INTERFACE] == [
        "1,234,567",
        "1\u00a0234\u00a0567",
        "1\u00a0234\u00a0567",
        "1,234,567",
    ]
    assert [date("2026-11-26", each).replace("\u202f", " ") for each in INTERFACE] == [
        "November 26, 2026", "26 ноября 2026 г.", "2026 ж. 26 қараша", "26 نوفمبر 2026",
    ]  # fmt: skip
    assert [language_name("ka", each) for each in INTERFACE] == ["Georgian", "грузинский", "грузин тілі", "الجورجية"]
    assert language_name("tlh-x-none", "en")
    assert language_name("no tag", "en") == "no tag"


@pytest.mark.parametrize(("count", "words"), [(1, "1 строка"), (3, "3 строки"), (5, "5 строк"), (21, "21 строка")])
def test_a_count_takes_the_form_of_its_number(count: int, words: str) -> None:
    text = translations("ru").ungettext("%(num)s row.", "%(num)s rows.", count) % {"num": count}

    assert text == f"{words}."


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("en", "plain"),
        ("kk", "kazakh"),
        ("ru", "plain"),
        ("uz", "plain"),
        ("ar", "arabic"),
        ("fr", "plain"),
        ("ky, ar", "arabic"),
    ],
)
def test_a_label_without_a_language_comes_before_one_in_a_foreign_language(asked: str, label: str) -> None:
    chosen = label_of({"": "plain", "ar": "arabic", "kk": "kazakh"}, _reader("", asked))

    assert chosen is not None
    assert chosen["value"] == label


def test_who_reads_a_near_language_is_spoken_to_in_it() -> None:
    assert fallbacks("kk") == ("ru",)
    assert fallbacks("uz") == ("ru",)
    assert fallbacks("fr") == ()
    assert fallbacks("no tag!") == ()
