"""A validation result, the places it names and a report of them, as values; knows no engine and no output format."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum
from typing import Any

__all__ = ["Blame", "Place", "Report", "Result", "Severity"]


class Severity(IntEnum):
    """The severities of SHACL §2.1.4, worst last."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        """The name in messages and options."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Blame:
    """Who last changed a line, and in which commit; `date` is the author's, ISO 8601."""

    commit: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a file.

    line, column, end_column   1-based, in Unicode code points, `end_column` exclusive; None where not to be had
    text   the whole line, for quoting; "" where not known
    note   what this place has to do with the result; "" for the result's own place
    """

    file: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    text: str = ""
    note: str = ""
    blame: Blame | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2), or one of the checks beside the shapes.

    rule       short id of the rule, such as S01, or the shape's local name
    name       the rule's name for people; "" where it has none
    messages   language tag → message; "" where none is given
    detail     what the constraint says of this value, in the engine's terms
    remedy     what to do about it
    focus, path, value   an IRI, `_:label`, or a literal in N-Triples form; `path` may be a SPARQL property path
    graph      IRI of the named graph that holds the statement at fault, where it is known
    shape, component   IRI of the shape, local name of the constraint component or of the check
    parameter  IRI that the constraint compares with: the other property of sh:equals and the like
    targets    predicates by which the shape finds its focus nodes (sh:targetObjectsOf)
    node       label of the result in the report's graph; "" for what is no result of a shape
    label      the focus node's label
    place      where the statement at fault stands; None where no file states it
    related    further places: the other statement, the other files that describe the node
    details    what really failed inside a composite constraint (sh:detail)
    suggestions   IRIs that may have been meant
    fingerprint   the same for the same mistake when lines move; set by Report.sort
    """

    severity: Severity
    rule: str
    messages: dict[str, str]
    name: str = ""
    detail: str = ""
    remedy: str = ""
    focus: str = ""
    label: str = ""
    path: str = ""
    value: str = ""
    graph: str = ""
    shape: str = ""
    component: str = ""
    parameter: str = ""
    targets: tuple[str, ...] = ()
    node: str = ""
    place: Place | None = None
    related: tuple[Place, ...] = ()
    details: tuple[Result, ...] = ()
    suggestions: tuple[str, ...] = ()
    fingerprint: str = ""

    def message(self, language: str = "en") -> str:
        """Return the message in this language, else in its primary one, in English, in any, else the detail."""
        known = {tag.lower(): text for tag, text in self.messages.items()}
        wanted = language.lower()
        tags = (wanted, wanted.partition("-")[0], "en", "", *sorted(known))
        return next((known[tag] for tag in tags if tag in known), self.detail)

    @property
    def file(self) -> str:
        """The file at fault; "" where none is known."""
        return self.place.file if self.place else ""

    @property
    def order(self) -> tuple[Any, ...]:
        """The order in a report: file by file, line by line; then by rule, focus node, path and value."""
        place = (self.place.line or 0, self.place.column or 0) if self.place else (0, 0)
        return self.file, *place, -self.severity, self.rule, self.focus, self.path, self.value, self.shape

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            **asdict(self),
            "severity": self.severity.word,
            "details": [each.as_json() for each in self.details],
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Result:
        """Return the result that `as_json` wrote down."""
        return cls(
            **{
                **document,
                "severity": Severity[document["severity"].upper()],
                "place": _place(document["place"]) if document["place"] else None,
                "related": tuple(_place(each) for each in document["related"]),
                "details": tuple(cls.from_json(each) for each in document["details"]),
                "targets": tuple(document["targets"]),
                "suggestions": tuple(document["suggestions"]),
            }
        )


@dataclass(slots=True)
class Report:
    """All results on one data set, in a stable order, and notices of what was not checked.

    known   results left out because a baseline knows them, or because no change since a revision caused them
    graph   the results of the shapes as a SHACL validation report, N-Triples
    names   path as shown → name that stays the same wherever the command is run, for fingerprints
    """

    results: list[Result] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    files: int = 0
    triples: int = 0
    passages_verified: int = 0
    known: int = 0
    graph: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def sort(self) -> None:
        """Put results into the order of files and lines, and give each its fingerprint."""
        self.results.sort(key=lambda each: each.order)
        seen: Counter[str] = Counter()
        for index, result in enumerate(self.results):
            key = _key(result, self.names.get(result.file, result.file))
            self.results[index] = replace(result, fingerprint=_digest(f"{key}\0{seen[key]}"))
            seen[key] += 1

    def count(self, severity: Severity) -> int:
        """Return how many results have this severity."""
        return sum(each.severity is severity for each in self.results)

    def fails(self, fail_on: Severity) -> bool:
        """Tell whether a result is at least as bad as `fail_on`."""
        return any(each.severity >= fail_on for each in self.results)

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "conforms": not self.results and not self.known,
            "counts": {severity.word: self.count(severity) for severity in reversed(Severity)},
            "known": self.known,
            "files": self.files,
            "triples": self.triples,
            "passages_verified": self.passages_verified,
            "notices": self.notices,
            "results": [each.as_json() for each in self.results],
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Report:
        """Return the report that `as_json` wrote down."""
        names = ("notices", "files", "triples", "passages_verified", "known")
        found = {name: document[name] for name in names}
        if not all(isinstance(found[name], int) for name in names[1:]) or not isinstance(found["notices"], list):
            raise TypeError("this is no report")
        results = [Result.from_json(each) for each in document["results"]]
        return cls(results, **found, graph=document.get("graph", ""))


def _place(document: dict[str, Any]) -> Place:
    blame = document["blame"]
    return Place(**{**document, "blame": Blame(**blame) if blame else None})


def _key(result: Result, file: str) -> str:
    """Name the mistake by what it is about, never by where it stands; a nameless node by its line's text."""
    terms = [result.focus, result.path, result.value, result.shape]
    nameless = any(term.startswith("_:") for term in terms[:3]) or not result.focus
    text = result.place.text.strip() if nameless and result.place else ""
    named = ["_:" if term.startswith("_:") else term for term in terms]
    return "\0".join([result.rule, result.component, *named, file, text])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
