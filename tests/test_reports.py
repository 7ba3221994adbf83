"""Every format over one report with everything nasty in it; those for people word by word."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nasty import report, written

from kg_service.validation.reports import WRITERS
from kg_service.validation.reports.quotation import quotation, underline
from kg_service.validation.results import Place, Report


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("found", [report(), Report(files=1)], ids=["nasty", "clean"])
def test_every_format_writes_the_same_text_twice_and_knows_no_raw_control(name: str, found: Report) -> None:
    text = written(name, found)

    assert text == written(name, Report.from_json(json.loads(json.dumps(found.as_json()))))
    assert text.endswith("\n")
    assert "\x1b" not in text
    assert text.encode()


@pytest.mark.parametrize("name", ["text", "sarif", "junit", "github", "gitlab", "html"])
def test_every_format_for_people_speaks_the_language_asked_for(name: str) -> None:
    assert "Нет метки" in written(name, language="ru")
    assert "No label" in written(name, language="kk")


@pytest.mark.parametrize("name", ["text", "sarif", "junit", "github", "gitlab"])
def test_files_are_named_from_the_root_of_the_repository(name: str) -> None:
    assert "graphs/mine/data/b.ttl" in written(name, root="graphs/mine")


TEXT = """\
data/b.ttl: 1 warning

data/b.ttl:3:4: warning S23 No label.
  3 | 漢字 \U0001f600e\u0301x ␛[31m ⟨U+202E⟩
    |      ^^^
  focus   _:b1

data/c.jsonld: 1 note

data/c.jsonld: info syntax Not ␇ parsed␍

data/ä b:,.ttl: 1 violation

data/ä b:,.ttl:12:5: violation S01 100% <b>sure</b>,
  | not {0} or [x](1): ]]> `a` ::error::x
  12 | \tعربي ex:p "x" ;
     | \t   ^^^^
  detail  ex:date needs at least 1.
  focus   <http://e/b?x=1&y=2>  اسم <script>alert(1)</script>
  path    ^<http://e/p>/<http://e/q>
  value   "مرحبا\\n<i>"@ar
  remedy  Add a date, please.
  did you mean <http://e/c> or <http://e/d>?
  blame   3f2a1b9c Ann <a@e>, 2026-01-01
  see     data/b.ttl:3:1: first stated here
  3 | 漢字 e\u0301x
    | ^^^^^
    violation S02 Inner.
      focus   _:b0

in no file: 1 warning

warning L1 A detail.
  focus   <javascript:alert(1)>

note: something was not checked ::error::x
1 violation, 2 warnings, 1 note in 2 files, 7 triples, 1 passage verified against its text, 3 known results not shown
"""


def test_the_text_report_is_for_people() -> None:
    assert written("text") == TEXT


def test_colours_come_only_where_they_are_asked_for() -> None:
    coloured = written("text", colour=True)

    assert "\x1b[31m\x1b[1mviolation\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == TEXT


@pytest.mark.parametrize(
    ("text", "column", "end", "pointer"),
    [
        ("ab", 2, 3, " ^"),
        ("ab", 3, None, "  ^"),
        ("ab", 9, 12, "  ^"),
        ("\ta\tb", 3, 4, "\t ^"),
        ("\ta\tb", 2, 5, "\t^\t^"),
        ("漢b", 2, 3, "  ^"),
        ("a\u0301b", 3, 4, " ^"),
        ("\u200fab", 2, 4, "^^"),
        ("x" * 500 + "y" + "z" * 500, 501, 502, " " * 61 + "^"),
    ],
)
def test_the_pointer_stands_under_the_columns(text: str, column: int, end: int | None, pointer: str) -> None:
    quoted = quotation(Place("f", 1, column, end, text))

    assert quoted is not None
    assert underline(quoted) == pointer
    assert len("".join(quoted)) <= 165


def test_the_json_report_holds_everything() -> None:
    document = json.loads(written("json"))

    assert Report.from_json(document).as_json() == report().as_json()
    assert document["counts"] == {"violation": 1, "warning": 2, "info": 1}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.shown = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "link"):
            self.open.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            assert not name.startswith("on")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


def test_html_shows_markup_of_others_as_text() -> None:
    page = Page(written("html"))

    assert page.open == []
    assert not {"script", "i", "link", "img"} & set(page.tags)
    assert "اسم <script>alert(1)</script>" in page.shown
    assert "100% <b>sure</b>,\nnot {0}" in page.shown
    assert not [link for link in page.links if not link.startswith(("#", "http://e/"))]


def test_html_links_every_index_to_a_result_that_is_there() -> None:
    page = Page(written("html"))
    inside = [link[1:] for link in page.links if link.startswith("#")]

    assert len(page.ids) == len(set(page.ids))
    assert set(inside) == {f"result-{number}" for number in range(1, 5)} <= set(page.ids)
    assert {"violation", "warning", "info"} <= set(page.ids)


def test_html_of_a_clean_report_says_so() -> None:
    assert "Everything that was checked conforms." in Page(written("html", Report(files=1))).shown
    assert "Nothing new was found." in Page(written("html", Report(files=1, known=2))).shown


def test_every_format_says_what_it_is() -> None:
    endings = {name: writer.ending for name, writer in WRITERS.items()}

    assert all(re.fullmatch(r"[a-z]+/[a-z+]+", writer.media_type) and writer.help for writer in WRITERS.values())
    assert {Path(f"report.{ending}").suffix for ending in endings.values()} == {
        ".txt", ".json", ".sarif", ".xml", ".ttl", ".html",
    }  # fmt: skip
