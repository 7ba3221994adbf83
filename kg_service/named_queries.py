"""Named queries: files whose `#+` header documents them and types their parameters; values are bound as terms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg_service.errors import DataInvalid, MalformedRequest
from kg_service.parameters import REPEATED, SINGLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["STARTS", "VIEWS", "NamedQuery", "Parameter", "bind", "read_queries", "read_query"]

#: Keys of a header whose values are of a list → the values.
VIEWS = ("table", "map", "graph", "timeline", "bar")
STARTS = ("map", "question")
_CHOICES = {"view": VIEWS, "start": STARTS}

_HEADER = re.compile(r"#\+\s*([a-z-]+)(?:\s+([A-Za-z][A-Za-z0-9]*))?\s*:\s*(.*?)\s*$")
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]*\Z')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter: its variable, type (iri, string, integer, language) and meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A file of queries/: its name is the file's, its documentation the file's header.

    example   values of parameters under which the published answer holds
    expects_rows   whether it should find something; `#+ rows: none` says that finding nothing is right
    view    how its result is shown at first, one of VIEWS
    summaries   the summary by language; that without a language stands under ""
    start   what the start page does with it, one of STARTS: draw it as the map, list it as a question to try; else ""
    """

    name: str
    text: str
    summary: str
    question: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    example: dict[str, str] = field(default_factory=dict)
    expects_rows: bool = True
    view: str = "table"
    start: str = ""
    summaries: dict[str, str] = field(default_factory=dict)


def _quoted(value: str) -> str:
    escaped = re.sub(r'[\\"]', r"\\\g<0>", value).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


#: Type of a parameter → (what a value must look like, how it is written as a term).
_TYPES: dict[str, tuple[re.Pattern[str], Callable[[str], str]]] = {
    "iri": (_IRI, lambda value: f"<{value}>"),
    "string": (re.compile(r"[^\x00]*\Z", re.DOTALL), _quoted),
    "language": (_LANGUAGE, _quoted),
    "integer": (re.compile(r"[+-]?\d{1,18}\Z"), lambda value: value),
}


def read_query(path: Path) -> NamedQuery:
    """Read a named query. Raises DataInvalid (exit 1) with file and line for a header it cannot read."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        raise DataInvalid(f"{path}:{place}: the file is not UTF-8.", line=place) from error
    found: dict[str, str] = {}
    parameters: list[Parameter] = []
    example: dict[str, str] = {}
    summaries: dict[str, str] = {}
    for number, key, name, value in _header(path, text):
        if key == "parameter" and name:
            type_ = value.split(maxsplit=1)[0].rstrip(";,.") if value else ""
            if type_ not in _TYPES:
                known = ", ".join(_TYPES)
                raise DataInvalid(f"{path}:{number}: a parameter's type is one of {known}, not {type_!r}.", line=number)
            if name in (*SINGLE, *REPEATED):
                raise DataInvalid(
                    f"{path}:{number}: {name!r} is an option of every query; rename the parameter.", line=number
                )
            parameters.append(Parameter(name, type_, value.removeprefix(type_).lstrip(" ;,.")))
        elif key == "example":
            variable, _, term = value.partition("=")
            example[variable.strip()] = term.strip().removeprefix("<").removesuffix(">")
        elif key == "summary" and name:
            summaries[name] = value
        elif key in _CHOICES and value not in _CHOICES[key]:
            known = ", ".join(_CHOICES[key])
            raise DataInvalid(f"{path}:{number}: {key} is one of {known}, not {value!r}.", line=number)
        else:
            found[key] = value
    if not found.get("summary"):
        raise DataInvalid(f"{path}: the header has no `#+ summary: …`.")
    tags = tuple(tag.strip() for tag in found.get("tags", "").strip("[]").split(",") if tag.strip())
    question, rows = found.get("question", ""), found.get("rows", "")
    return NamedQuery(
        path.stem, text, found["summary"], question, tags, tuple(parameters), example, rows != "none",
        found.get("view", VIEWS[0]), found.get("start", ""), {"": found["summary"], **summaries},
    )  # fmt: skip


def _header(path: Path, text: str) -> Iterator[tuple[int, str, str | None, str]]:
    """Yield the lines of a header: number, key, name where the key has one, value."""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.startswith("#+"):
            match = _HEADER.match(line)
            if match is None:
                raise DataInvalid(f"{path}:{number}: a header line is `#+ key: value`.", line=number)
            yield number, *match.groups()  # type: ignore[misc]  # the pattern has these three groups


def read_queries(paths: Iterable[Path]) -> dict[str, NamedQuery]:
    """Read named queries, by name."""
    return {query.name: query for query in map(read_query, paths)}


def bind(query: NamedQuery, values: Mapping[str, str], prefixes: Mapping[str, str] | None = None) -> str:
    """Return the query with its parameters' values as terms in place of UNDEF in `VALUES ?name { UNDEF }`.

    prefixes   names that an IRI may be written with, as in country:kz
    Raises MalformedRequest (400, exit 2) for an unknown parameter or a value that does not fit its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    text = query.text
    for name, value in values.items():
        if name not in known:
            names = ", ".join(known) or "none"
            raise MalformedRequest(f"{query.name} has no parameter {name!r}; it has: {names}.")
        pattern, write = _TYPES[known[name].type]
        prefix, colon, local = value.partition(":")
        full = prefixes[prefix] + local if colon and prefixes and prefix in prefixes else value
        if not pattern.match(full if known[name].type == "iri" else value):
            raise MalformedRequest(f"{name}={value[:100]!r} is no {known[name].type}.")
        place = re.compile(rf"(VALUES\s+\?{name}\s*\{{\s*)UNDEF(\s*\}})", re.IGNORECASE)
        term = write(full if known[name].type == "iri" else value)
        parts = place.split(text)
        count = len(parts) // 3
        text = parts[0] + "".join(
            opening + term + closing + rest
            for opening, closing, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        )
        if not count:
            raise DataInvalid(f"{query.name} has no `VALUES ?{name} {{ UNDEF }}` for its parameter {name!r}.")
    return text
