"""A report in which everything is out to break a format, and what the formats make of it."""

from __future__ import annotations

from typing import Any

from kg_service.validation.reports import WRITERS, Options
from kg_service.validation.results import Blame, Place, Report, Result, Severity

__all__ = ["report", "written"]

ARABIC = Place("data/ä b:,.ttl", 12, 5, 9, '\tعربي ex:p "x" ;\n', blame=Blame("3f2a1b9c", "Ann <a@e>", "2026-01-01"))
EMOJI = Place("data/b.ttl", 3, 4, 6, "漢字 \U0001f600e\u0301x \x1b[31m \u202e")


def report() -> Report:
    """Return results of all severities, with and without a place, whose every text is out to break a format."""
    found = Report(
        results=[
            Result(
                Severity.VIOLATION,
                "S01",
                {"en": "100% <b>sure</b>,\nnot {0} or [x](1): ]]> `a` ::error::x", "ar": "للتوقيع تاريخ"},
                name="Signing's date",
                detail="ex:date needs at least 1.",
                remedy="Add a date, please.",
                focus="http://e/b?x=1&y=2",
                label="اسم <script>alert(1)</script>",
                path="^<http://e/p>/<http://e/q>",
                value='"مرحبا\\n<i>"@ar',
                graph="http://e/graph#s1",
                shape="http://e/shape",
                component="MinCountConstraintComponent",
                place=ARABIC,
                related=(Place("data/b.ttl", 3, 1, 4, "漢字 e\u0301x", note="first stated here"),),
                details=(Result(Severity.VIOLATION, "S02", {"en": "Inner."}, focus="_:b0", component="X"),),
                suggestions=("http://e/c", "http://e/d"),
            ),
            Result(
                Severity.WARNING,
                "S23",
                {"en": "No label.", "ru": "Нет метки."},
                focus="_:b1",
                value="_:b1",
                shape="_:s",
                component="SPARQLConstraintComponent",
                place=EMOJI,
            ),
            Result(
                Severity.INFO, "syntax", {"en": "Not \x07 parsed\r"}, component="Syntax", place=Place("data/c.jsonld")
            ),
            Result(Severity.WARNING, "L1", {}, detail="A detail.", focus="javascript:alert(1)", component="LintX"),
        ],
        notices=["something was\nnot checked ::error::x"],
        files=2,
        triples=7,
        passages_verified=1,
        known=3,
    )
    found.sort()
    return found


def written(name: str, found: Report | None = None, **options: Any) -> str:
    return WRITERS[name].write(report() if found is None else found, Options(**options))
