"""Content negotiation: the Accept matrix, and properties over generated headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_service.errors import MalformedRequest, NotAcceptable
from kg_service.formats import FORMATS, Kind, named, offered
from kg_service.negotiation import languages, negotiate, parse_accept

S, B, T = Kind.SOLUTIONS, Kind.BOOLEAN, Kind.TRIPLES
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

ACCEPT = [
    ("", S, "application/sparql-results+json"),
    ("*/*", S, "application/sparql-results+json"),
    ("*/*", T, "text/turtle"),
    ("text/*", S, "text/csv"),
    ("text/*", T, "text/turtle"),
    ("application/*", T, "application/n-triples"),
    ("application/json", S, "application/json"),
    ("application/json, application/sparql-results+json", S, "application/sparql-results+json"),
    ("application/sparql-results+xml", B, "application/sparql-results+xml"),
    ("text/csv;q=0.5, text/tab-separated-values", S, "text/tab-separated-values"),
    ("text/csv;q=0, */*", S, "application/sparql-results+json"),
    ("application/sparql-results+json;q=0, */*;q=0.1", S, "application/sparql-results+xml"),
    ("*/*;q=0.5, text/csv;q=0.4", S, "application/sparql-results+json"),
    ("text/csv;q=0.1, text/*;q=0.9", S, "text/tab-separated-values"),
    ("text/turtle;charset=utf-8", T, "text/turtle"),
    ("TEXT/Turtle", T, "text/turtle"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', T, "application/ld+json"),
    ("text/html, application/ld+json;q=0.2", T, "application/ld+json"),
    ("application/n-quads", T, "application/n-quads"),
    (" text/csv ;q=1.000 , ,", S, "text/csv"),
    (BROWSER, S, "text/html"),
    (BROWSER, T, "application/xml"),
    (
        "application/sparql-results+json,application/json;q=0.9,text/csv;q=0.8,*/*;q=0.1",
        S,
        "application/sparql-results+json",
    ),
]
NONE = [
    ("image/png", S),
    ("text/turtle", S),
    ("text/csv", T),
    ("*/*;q=0", S),
    ("text/turtle;charset=latin1", T),
    ("text/turtle;level=1", T),
]
BROKEN = [
    "text",
    "text/",
    "/csv",
    "text/csv;q=2",
    "text/csv;q=x",
    "text/csv text/tsv",
    "text/csv;q=0.1234",
    "text/csv;;;=",
    "\x00",
]


@pytest.mark.parametrize(("accept", "kind", "expected"), ACCEPT)
def test_the_clients_preference_is_chosen(accept: str, kind: Kind, expected: str) -> None:
    assert negotiate(accept, kind).media_type == expected


@pytest.mark.parametrize(("accept", "kind"), NONE)
def test_nothing_acceptable_is_406_with_what_is_offered(accept: str, kind: Kind) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, kind)

    assert caught.value.members["accepted"] == [row.media_type for row in offered(kind)]


@pytest.mark.parametrize("accept", BROKEN)
def test_a_broken_header_is_400(accept: str) -> None:
    with pytest.raises(MalformedRequest):
        parse_accept(accept)


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_every_format_is_found_by_each_of_its_names(row: object) -> None:
    format_ = next(each for each in FORMATS if each is row)
    for kind in format_.kinds:
        for name in (format_.name, format_.media_type):
            assert negotiate("image/png", kind, format_name=name).format is format_
        for name in format_.aliases:
            assert named(name, kind) is format_


def test_an_unknown_format_parameter_is_406() -> None:
    with pytest.raises(NotAcceptable, match="no format 'docx'"):
        negotiate("*/*", S, format_name="docx")


RANGES = st.lists(
    st.tuples(
        st.sampled_from([*(row.media_type for row in FORMATS), "*/*", "text/*", "application/*", "image/png"]),
        st.integers(0, 1000),
    ),
    max_size=6,
)


@given(RANGES, st.sampled_from(list(Kind)))
def test_a_format_with_weight_zero_is_never_chosen(ranges: list[tuple[str, int]], kind: Kind) -> None:
    accept = ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in ranges)
    refused = {name for name, weight in ranges if weight == 0} - {name for name, weight in ranges if weight}
    try:
        chosen = negotiate(accept, kind).media_type
    except NotAcceptable:
        return

    assert chosen not in refused


@given(RANGES, st.sampled_from(list(Kind)))
def test_what_is_chosen_is_in_the_table_and_of_the_kind(ranges: list[tuple[str, int]], kind: Kind) -> None:
    accept = ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in ranges)
    try:
        chosen = negotiate(accept, kind)
    except NotAcceptable:
        return

    assert kind in chosen.format.kinds
    assert chosen.media_type in (chosen.format.media_type, *chosen.format.also)


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(accept: str) -> None:
    try:
        ranges = parse_accept(accept)
    except MalformedRequest:
        return

    assert all(0 <= each.weight <= 1 for each in ranges)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("kk-KZ, ru;q=0.8, *;q=0.1", ["kk", "ru"]),
        ("en;q=0, ar", ["ar"]),
        ("!!", []),
        ("ru;q=0.1, ar;q=0.9", ["ar", "ru"]),
    ],
)
def test_languages_are_read_best_first(header: str, expected: list[str]) -> None:
    assert languages(header) == expected
