"""The report as JSON: all that is known, in every language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg_service.validation.reports.writer import Options
    from kg_service.validation.results import Report

__all__ = ["write_json"]


def write_json(report: Report, _: Options) -> str:
    """Write what `Report.from_json` reads."""
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"
