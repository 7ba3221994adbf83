"""Where statements stand: the scanner against the engine's parser, over thousands of layouts, and its lines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import ROOT

from kg_service.layout import discover
from kg_service.loading import Parsed, parse_file
from kg_service.terms import RDF_FORMATS
from kg_service.turtle_scanner import find_statements
from kg_service.validation.places import OBJECT, PREDICATE, SUBJECT, SourceMap

if TYPE_CHECKING:
    from pathlib import Path

    from kg_service.layout import SourceFile

PREFIXES = "@prefix e: <http://e/> .\n@prefix : <http://e/d#> .\n@PREFIX x: <http://x/>\n".replace("@PREFIX", "PREFIX")
SPACES = [" ", "  ", "\n", "\n\n  ", "\t", ' # a . comment ; [ with " marks\n', "\r\n"]


class Writer:
    """Write random documents and remember, for each statement with names of its own, on which line its terms stand."""

    def __init__(self, seed: int, *, trig: bool) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.trig = trig
        self.parts: list[str] = [PREFIXES]
        self.number = 0
        self.lines: dict[str, int] = {}

    def line(self) -> int:
        return "".join(self.parts).count("\n") + 1

    def put(self, text: str, *, key: str = "") -> None:
        if key:
            self.lines[key] = self.line()
        self.parts.append(text)
        self.parts.append(self.random.choice(SPACES))

    def fresh(self) -> str:
        self.number += 1
        return f"n{self.number}"

    def document(self) -> str:
        for _ in range(self.random.randint(1, 4)):
            if self.trig and self.random.random() < 0.7:
                self.put(self.random.choice(["GRAPH e:g", "e:h", "<http://e/i>", "_:g", ""]))
                self.put("{")
                for _ in range(self.random.randint(0, 2)):
                    self.statement()
                self.put("}")
            else:
                self.statement()
        return "".join(self.parts)

    def statement(self) -> None:
        kind = self.random.random()
        if kind < 0.15:
            if not self.property_list(0) or self.random.random() < 0.5:
                self.predicates(0)
        elif kind < 0.25:
            self.collection(0)
            self.predicates(0)
        else:
            self.put(self.random.choice(["e:s", ":", "_:b1", "<http://e/a\\u0062>", "e:a\\,b", "e:x.y", "x:"]))
            self.predicates(0)
        self.put(".")

    def predicates(self, depth: int) -> None:
        for index in range(self.random.randint(1, 3)):
            if index:
                self.put(self.random.choice([";", ";", "; ;"]))
            name = self.fresh()
            self.put(f"e:{name}", key=f"p {name}") if self.random.random() < 0.8 else self.put("a")
            for value in range(self.random.randint(1, 3)):
                if value:
                    self.put(",")
                self.object(depth)
        if self.random.random() < 0.2:
            self.put(";")

    def object(self, depth: int) -> None:
        kind = self.random.random()
        if kind < 0.15 and depth < 3:
            self.property_list(depth + 1)
        elif kind < 0.3 and depth < 3:
            self.collection(depth + 1)
        else:
            name = self.fresh()
            quote = self.random.choice(['"', "'", '"""', "'''"])
            inner = (
                self.random.choice(["", "\n\n", '\\"', " # "])
                if len(quote) == 3
                else self.random.choice(["", "\\n", " ; ."])
            )
            tag = self.random.choice(["", "@en", "@ar-x-y", "^^e:t", "^^<http://e/t>", " ^^ e:t"])
            form = self.random.choice(["name", "name", "literal", "bare", "blank"])
            match form:
                case "name":
                    self.put(f"e:{name}", key=f"o {name}")
                case "literal":
                    self.put(f"{quote}{name}{inner}{quote}{tag}", key=f"o {name}")
                case "bare":
                    self.put(self.random.choice(["1", "-1.5", "+.5e3", "1.0E0", "true", "false"]))
                case _:
                    self.put("_:b2")

    def property_list(self, depth: int) -> bool:
        self.put("[")
        full = self.random.random() < 0.8
        if full:
            self.predicates(depth)
        self.put("]")
        return full

    def collection(self, depth: int) -> None:
        self.put("(")
        for _ in range(self.random.randint(0, 3)):
            self.object(depth)
        self.put(")")


def located(text: str, name: str, tmp_path: Path) -> tuple[list[ox.Quad], SourceMap]:
    path = tmp_path / name
    path.write_bytes(text.encode())
    (file,) = discover([path])
    quads = parse_file(file)
    return quads, SourceMap([Parsed(file, tuple(quads))])


@pytest.mark.parametrize("trig", [False, True], ids=["turtle", "trig"])
def test_every_statement_of_thousands_of_layouts_stands_where_it_was_written(trig: bool, tmp_path: Path) -> None:  # noqa: FBT001
    checked = 0
    for seed in range(1500):
        writer = Writer(seed, trig=trig)
        text = writer.document()
        quads, places = located(text, "x.trig" if trig else "x.ttl", tmp_path)
        for number, quad in enumerate(quads):
            local = quad.predicate.value.removeprefix("http://e/")
            if f"p {local}" in writer.lines:
                place = places.place(0, number, PREDICATE)
                assert place.column
                assert place.end_column
                assert (place.line, place.text[place.column - 1 : place.end_column - 1]) == (
                    writer.lines[f"p {local}"], f"e:{local}",
                ), (seed, text)  # fmt: skip
                checked += 1
            name = (
                quad.object.value.removeprefix("http://e/") if isinstance(quad.object, ox.NamedNode)
                else quad.object.value.partition("\n")[0].rstrip(' ".;#') if isinstance(quad.object, ox.Literal)
                else ""
            )  # fmt: skip
            if f"o {name}" in writer.lines:
                assert places.place(0, number, OBJECT).line == writer.lines[f"o {name}"], (seed, text)
                checked += 1

    assert checked > 15_000


@given(st.integers(min_value=10_000))
def test_the_scanner_finds_as_many_statements_as_the_parser(seed: int) -> None:
    text = Writer(seed, trig=False).document()
    found = find_statements(text)

    assert found.whole
    assert len(found) == len(list(ox.parse(text, format=RDF_FORMATS["ttl"])))


@given(st.text(alphabet=" \n.;,[](){}<>\"'@^#:aé", max_size=40))
def test_any_text_is_followed_or_given_up(text: str) -> None:
    found = find_statements(text)

    assert len(found.offsets) == 3 * len(found)
    assert all(0 <= offset < len(text) for offset in found.offsets)


def test_deep_nesting_needs_no_stack() -> None:
    assert find_statements("<a:a> <a:b> " + "[ <a:b> " * 50_000 + "1" + "]" * 50_000 + " .").whole


FILES = [file for file in discover([ROOT]) if file.format in ("ttl", "trig")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_statement_of_the_projects_files_stands_on_a_line_that_names_it(file: SourceFile) -> None:
    quads = parse_file(file)
    places = SourceMap([Parsed(file, tuple(quads))])
    for number, quad in enumerate(quads):
        place = places.place(0, number, OBJECT)
        assert place.line is not None
        if isinstance(quad.object, ox.Literal) and "\n" not in quad.object.value and '"' not in quad.object.value:
            assert quad.object.value in place.text.replace('\\"', '"').replace("\\\\", "\\")
        assert (places.place(0, number, SUBJECT).line or 0) <= place.line


RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
  <rdf:Description rdf:about="http://e/a">
    <e:p>one</e:p>
    <e:q rdf:resource="http://e/b"/>
  </rdf:Description>
</rdf:RDF>
"""
JSON_LD = """{
  "@context": {"e": "http://e/"},
  "@id": "e:a",
  "e:p": "one",
  "e:q": {
    "@id": "e:b"
  }
}
"""
LINES = [
    ("x.rdf", RDF_XML, {"http://e/p": 4, "http://e/q": 5}),
    ("x.jsonld", JSON_LD, {"http://e/p": 4, "http://e/q": 6}),
    ("x.nt", '\n# c\n<http://e/a> <http://e/p> "one" .\n', {"http://e/p": 3}),
    ("x.nq", '<e:a> <http://e/p> "1" <e:g> . # c\n_:a <http://e/q> _:b _:g .\n', {"http://e/p": 1, "http://e/q": 2}),
    ("x.ttl", "<http://e/a> <http://e/p> <<( <http://e/a> <http://e/p> 1 )>> .\n", {"http://e/p": None}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "lines"), LINES, ids=[each[0] for each in LINES])
def test_every_format_gives_the_line_it_can(name: str, text: str, lines: dict[str, int | None], tmp_path: Path) -> None:
    quads, places = located(text, name, tmp_path)
    found = {quad.predicate.value: places.place(0, number, OBJECT).line for number, quad in enumerate(quads)}

    assert found == lines
