"""Seeded mistakes: every kind in every layout is reported at exactly the file and line where it was put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kg_service.validation.run import validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIXES = {
    "e": "http://e/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
#: Stands before the term at fault while a document is laid out.
MARK = "\x00"

Statement = tuple[str, str, str]
FILLER: list[Statement] = [
    ("e:z", "rdf:type", "e:Other"), ("e:z", "e:note", '"before # ; . ["'), ("e:z", "e:q", "e:a"),
]  # fmt: skip
AFTER: list[Statement] = [("e:y", "rdf:type", "e:Other"), ("e:y", "e:p", "e:a"), ("e:y", "e:p", '"after"@en')]


@dataclass(frozen=True)
class Kind:
    """A mistake against one constraint on e:p of e:a.

    shape    the constraint, in Turtle
    values   of e:p; MARK stands before the value at fault, or in front of none: the subject is at fault then
    more     further statements
    """

    component: str
    shape: str
    values: tuple[str, ...]
    more: tuple[Statement, ...] = ()


KINDS = {
    "class": Kind("Class", "sh:class e:C", ("e:good", MARK + "e:bad"), (("e:good", "rdf:type", "e:C"),)),
    "datatype": Kind("Datatype", "sh:datatype xsd:integer", ("1", MARK + '"two"')),
    "ill-typed": Kind("Datatype", "sh:datatype xsd:date", (MARK + '"2026-13-01"^^xsd:date',)),
    "node-kind": Kind("NodeKind", "sh:nodeKind sh:IRI", ("e:good", MARK + '"text"@en')),
    "missing": Kind("MinCount", "sh:minCount 1", ()),
    "too-few": Kind("MinCount", "sh:minCount 3", ("e:b", "e:c")),
    "too-many": Kind("MaxCount", "sh:maxCount 1", ("e:b", MARK + "e:c")),
    "min": Kind("MinInclusive", "sh:minInclusive 10", ("10", MARK + "9.5")),
    "max": Kind("MaxExclusive", "sh:maxExclusive 10", (MARK + "10", "9")),
    "short": Kind("MinLength", "sh:minLength 3", ('"long"', MARK + '"ab"')),
    "long": Kind("MaxLength", "sh:maxLength 4", (MARK + '"مرحبا بكم"@ar', '"abc"')),
    "pattern": Kind("Pattern", 'sh:pattern "^[a-z]+$"', ('"abc"', MARK + '"a b"')),
    "language": Kind("LanguageIn", 'sh:languageIn ( "en" "ar" )', ('"a"@en', MARK + '"a"@fr')),
    "unique-language": Kind("UniqueLang", "sh:uniqueLang true", ('"a"@en', '"b"@ar', MARK + '"c"@en')),
    "equals": Kind("Equals", "sh:equals e:r", ("e:b", MARK + "e:c"), (("e:a", "e:r", "e:b"),)),
    "disjoint": Kind("Disjoint", "sh:disjoint e:r", (MARK + "e:b",), (("e:a", "e:r", "e:b"),)),
    "less-than": Kind("LessThan", "sh:lessThan e:r", (MARK + "5",), (("e:a", "e:r", "4"),)),
    "not": Kind("Not", "sh:not [ sh:class e:C ]", (MARK + "e:bad",), (("e:bad", "rdf:type", "e:C"),)),
    "or": Kind("Or", "sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:date ] )", ("e:b", MARK + '"text"')),
    "node": Kind("Node", "sh:node [ sh:property [ sh:path e:s ; sh:minCount 1 ] ]", (MARK + "e:bad",)),
    "has-value": Kind("HasValue", "sh:hasValue e:wanted", ("e:b",)),
    "in": Kind("In", "sh:in ( e:one e:two )", ("e:one", MARK + "e:three")),
    "inverse": Kind("MaxCount", "sh:maxCount 9 ; sh:equals e:p", (MARK + "e:b",), ()),
    "sparql": Kind(
        "SPARQL",
        'sh:sparql [ sh:select "SELECT $this ?value WHERE { $this <http://e/p> ?value FILTER(isLiteral(?value)) }" ]',
        ("e:b", MARK + '"literal"'),
    ),
}
del KINDS["inverse"]


def statements(kind: Kind) -> list[Statement]:
    at_fault = any(MARK in value for value in kind.values)
    subject = "e:a" if at_fault else MARK + "e:a"
    own = [(subject, "rdf:type", "e:T"), ("e:a", "e:label", '"A"@en'), *(("e:a", "e:p", each) for each in kind.values)]
    return [*FILLER, *own, *kind.more, *AFTER]


def blocks(said: list[Statement]) -> str:
    """One predicate and object a line, as `kg format` writes."""
    lines: list[str] = []
    subject = ""
    for s, p, o in said:
        if s.strip(MARK) != subject:
            lines += [*([".", ""] if subject else []), s]
            subject = s.strip(MARK)
        lines.append(f"    {p} {o} ;")
    return HEAD + "\n".join([*lines, "."]) + "\n"


def flat(said: list[Statement]) -> str:
    """One statement a line, with comments between."""
    return HEAD + "".join(f"{s} {p} {o} . # c ; [ .\n\n" for s, p, o in said)


def values_on_lines(said: list[Statement]) -> str:
    """Each value on a line of its own, below its predicate."""
    parts = [HEAD]
    before: Statement = ("", "", "")
    for s, p, o in said:
        s_name = s.strip(MARK)
        if s_name == before[0] and p == before[1]:
            parts.append(f" ,\n\t\t{o}")
        elif s_name == before[0]:
            parts.append(f" ;\n\t{p}\n\t\t{o}")
        else:
            parts.append(f"{' .' if before[0] else ''}\n{s}\n\t{p}\n\t\t{o}")
        before = (s_name, p, o)
    return "".join(parts) + " .\n"


def dense(said: list[Statement]) -> str:
    """Everything about a subject on one line."""
    parts = [HEAD]
    before = ""
    for s, p, o in said:
        s_name = s.strip(MARK)
        parts.append(f" ; {p} {o}" if s_name == before else f"{' .' if before else ''}\n{s} {p} {o}")
        before = s_name
    return "".join(parts) + " .\n"


def nested(said: list[Statement]) -> str:
    """Blocks after lists, brackets and a text over several lines."""
    odd = 'e:odd e:text """one\n. two ; [\n""" , ( 1 [ e:x "3" ] ( "4"@en ) ) ;\n  e:in [ e:k e:v ; ] .\n'
    return HEAD + odd + blocks(said).removeprefix(HEAD)


def crlf(said: list[Statement]) -> str:
    """Lines that end as on Windows."""
    return values_on_lines(said).replace("\n", "\r\n")


def trig(said: list[Statement]) -> str:
    """In named graphs."""
    body = blocks(said).removeprefix(HEAD)
    return f"{HEAD}e:other {{ e:k e:q e:v }}\nGRAPH e:g {{\n{body}}}\n"


def full(term: str) -> str:
    mark = MARK if term.startswith(MARK) else ""
    term = term.strip(MARK)
    if term[0] == '"':
        text, at, datatype = term.partition("^^")
        return mark + text + (f"^^{full(datatype)}" if at else "")
    if term[0].isdigit():
        kind = "decimal" if "." in term else "integer"
        return f'{mark}"{term}"^^<{PREFIXES["xsd"]}{kind}>'
    prefix, _, local = term.partition(":")
    return f"{mark}<{PREFIXES[prefix]}{local}>"


def n_triples(said: list[Statement]) -> str:
    """N-Triples, with comments."""
    return "# a comment\n" + "".join(f"{full(s)} {full(p)} {full(o)} .\n" for s, p, o in said)


def n_quads(said: list[Statement]) -> str:
    """N-Quads."""
    return "".join(f"{full(s)} {full(p)} {full(o)} <http://e/g> .\n" for s, p, o in said)


LAYOUTS: dict[str, tuple[str, Callable[[list[Statement]], str]]] = {
    "blocks": ("ttl", blocks), "flat": ("ttl", flat), "values": ("ttl", values_on_lines), "dense": ("ttl", dense),
    "nested": ("ttl", nested), "crlf": ("ttl", crlf), "trig": ("trig", trig), "n-triples": ("nt", n_triples),
    "n-quads": ("nq", n_quads),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_statement_is_reported_at_its_line(name: str, layout: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    ending, lay_out = LAYOUTS[layout]
    text = lay_out(statements(kind))
    before, found, _ = text.partition(MARK)
    assert found
    data, shapes = tmp_path / f"data.{ending}", tmp_path / "shapes.ttl"
    data.write_bytes(text.replace(MARK, "").encode())
    shapes.write_text(f"{HEAD}e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; {kind.shape} ] .\n")
    report = validate([data], shapes=[shapes], with_lint=False)

    assert [(each.component, each.file) for each in report.results] == [
        (f"{kind.component}ConstraintComponent", data.as_posix())
    ]
    place = report.results[0].place
    assert place is not None
    assert place.line == before.count("\n") + 1
    assert place.column == len(before) - before.rfind("\n")


#: Kind → a document whose mistake stands at the mark, and what the remedy speaks of.
BROKEN = {
    "dot": ("e:a e:b e:c{}\n\ne:d e:e e:f .", "dot"),
    "dot at the end": ("e:a e:b e:c{}\n", "dot"),
    "dot in a list of predicates": ("e:a e:b e:c ;\n  e:d e:e{}\ne:f e:g e:h .", "dot"),
    "semicolon": ("e:a e:b e:c{}\n   e:d e:e .", "semicolon"),
    "semicolon for dot": ("e:a e:b e:c {};\ne:d e:e e:f .", "dot"),
    "prefix": ("e:a\n  {}foaf:name e:c .", "@prefix foaf:"),
    "datatype's prefix": ('e:a e:b "1"^^{}dc:x .', "@prefix dc:"),
    "quotation mark inside": ('e:a e:b\n "he said "{}hi" to" .', '\\"'),
    "quotation mark at the end": ('e:a e:b {}"abc .\ne:c e:d e:e .\n', "quotation mark"),
    "line break in a text": ('e:a e:b "abc{}\ndef" .', "three quotation marks"),
    "backslash": ('e:a e:b "C:{}\\dir" .', "\\\\"),
    "bracket": ("e:a e:b [ e:c e:d {}.\ne:e e:f e:g .", "bracket"),
    "list": ("e:a e:b ( 1 2 {}.\ne:e e:f e:g .", "list"),
    "space in an IRI": ("e:a e:b\n {}<http://e/a b> .", "%20"),
    "brace in an IRI": ("e:a e:b {}<http://e/{{x}}> .", "Percent-encode"),
    "bare address": ("e:a e:b {}http://e/x .", "<"),
    "literal as subject": ('{}"a" e:b e:c .', "IRI"),
    "value": ("e:a e:b {}.\n", "value"),
    "value before a semicolon": ("e:a e:b {}; e:c e:d .", "value"),
    "bare word": ("e:a {}is e:b .", "quotation marks"),
    "capital boolean": ("e:a e:b {}True .", "small letters"),
    "slash in a name": ("e:a e:b e:c{}/d .", "\\/"),
    "typographic quotation marks": ("e:a e:b {}“abc” .", "straight"),
    "one circumflex": ('e:a e:b "1"{}^xsd:integer .', "xsd:integer"),
    "comment of another language": ("{}// comment\ne:a e:b e:c .", "#"),
    "merge": ("{}<<<<<<< HEAD\ne:a e:b e:c .\n=======\n>>>>>>> x\n", "one side"),
    "graph in Turtle": ("e:g {}{{ e:a e:b e:c }}", ".trig"),
    "dot after PREFIX": ("PREFIX x: <http://x/> {}.\n", "Remove"),
}
AROUND = {
    "alone": "{}",
    "after statements": 'e:x e:y "multi\\nline" , [ e:k ( 1 2 ) ] ; # c .\n  e:z """a\nb""" .\n\n{}',
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", BROKEN)
def test_a_syntax_error_is_reported_at_its_line_with_a_remedy(name: str, around: str, tmp_path: Path) -> None:
    document, remedy = BROKEN[name]
    text = HEAD + AROUND[around].replace("{}", document.replace("{}", MARK).replace("{{", "{").replace("}}", "}"))
    before, _, _ = text.partition(MARK)
    broken, whole = tmp_path / "broken.ttl", tmp_path / "whole.ttl"
    broken.write_text(text.replace(MARK, ""), "utf-8")
    whole.write_text(f"{HEAD}e:a e:b e:c .\n")
    report = validate([broken, whole])

    assert [(each.rule, each.file) for each in report.results] == [("syntax", broken.as_posix())]
    (result,) = report.results
    assert result.place is not None
    assert (result.place.line, result.place.column) == (
        before.count("\n") + 1, len(before) - before.rfind("\n"),
    ), result  # fmt: skip
    assert remedy in result.remedy
    assert result.place.text == text.replace(MARK, "").split("\n")[before.count("\n")]


def test_a_relative_iri_is_wrong_in_a_data_set_and_right_in_a_loose_file(tmp_path: Path) -> None:
    text = f"{HEAD}e:a e:b\n <foo> ."
    (tmp_path / "data").mkdir()
    for name in ("data/x.ttl", "x.ttl"):
        (tmp_path / name).write_text(text)
    (result,) = validate([tmp_path]).results

    assert str(result.place) == f"{tmp_path}/data/x.ttl:6:2"
    assert result.message() == "This IRI is relative and the file declares no base."
    assert validate([tmp_path / "x.ttl"]).results == []


OTHER_FORMATS = [
    ("x.jsonld", '{\n "@id": "http://e/a"\n "http://e/p": "x"\n}', 2),
    ("x.jsonld", '{\n "@id": "http://e/a",\n "http://e/p": "x",\n}', 3),
    ("x.jsonld", '{\n "@id": "http://e/a",\n "@type": 5\n}', 3),
    ("x.rdf", '<rdf:RDF\n xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description>\n</rdf:RDF>', 4),
    ("x.nt", "<http://e/a> <http://e/b> <http://e/c>\n<http://e/a> <http://e/b> <http://e/c> .\n", 1),
    ("x.nq", "\n:a <http://e/b> <http://e/c> .\n", 2),
]


@pytest.mark.parametrize(("name", "text", "line"), OTHER_FORMATS, ids=[f"{n}:{line}" for n, _, line in OTHER_FORMATS])
def test_other_formats_name_the_line_they_can(name: str, text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    (result,) = validate([path]).results

    assert (result.rule, result.place.line if result.place else None) == ("syntax", line)
