"""A baseline: an earlier report whose results are known and do not fail the build again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg_service.errors import WrongUsage

if TYPE_CHECKING:
    from pathlib import Path

    from kg_service.validation.results import Report

__all__ = ["apply_baseline"]


def apply_baseline(report: Report, path: Path) -> None:
    """Leave out of the report what the baseline knows, and say how many of its results are gone.

    path   a report of `kg validate --format json` or `--format sarif`
    Raises WrongUsage (exit 2) where there is no such report.
    """
    known = _fingerprints(path)
    gone = known - {each.fingerprint for each in report.results}
    kept = [each for each in report.results if each.fingerprint not in known]
    report.known += len(report.results) - len(kept)
    report.results = kept
    if gone:
        many = "results of the baseline are" if len(gone) > 1 else "result of the baseline is"
        report.notices.append(f"{len(gone)} {many} mended; write {path} anew to keep it so.")


def _fingerprints(path: Path) -> set[str]:
    try:
        document: Any = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise WrongUsage(
            f"{path}: no such baseline; make one with `kg validate --format json --output {path}`."
        ) from error
    except (OSError, RecursionError, ValueError) as error:
        raise WrongUsage(f"{path} is no report of `kg validate --format json` or sarif: {error}.") from error
    try:
        if "runs" in document:
            return {
                fingerprint
                for run in document["runs"]
                for result in run["results"]
                for fingerprint in result["partialFingerprints"].values()
            }
        return {result["fingerprint"] for result in document["results"]}
    except (AttributeError, KeyError, TypeError) as error:
        raise WrongUsage(f"{path} is no report of `kg validate --format json` or sarif.") from error
