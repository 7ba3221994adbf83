"""Whether the served data set is valid: a child process validates it, or the cached report of the same files tells."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg_service.children import child_command, child_environment
from kg_service.versions import read_cached, source_fingerprint, write_cached

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg_service.web.context import Context

__all__ = ["Validity"]

_log = logging.getLogger("kg_service.validity")


@dataclass(frozen=True, slots=True)
class Validity:
    """The check of one data set."""

    places: Sequence[Path]
    sources: Path | None = None

    async def check(self, context: Context) -> None:
        """Set the context's validity and report; never fails the service."""
        fingerprint, name = context.facts["fingerprint"], self._report_name()
        report = read_cached(fingerprint, name)
        if report is None:
            report = await self._run()
            if report is None:
                context.validity = ("unknown", "The validation itself failed; run `kg validate` to see why.")
                return
            write_cached(fingerprint, name, report)
        context.report = report
        violations = report["counts"]["violation"]
        if violations:
            context.validity = (
                "invalid",
                f"The data set has {violations} violations; `kg validate` lists them.",
            )
            _log.warning("the data set has %s violations; see /validation", violations)
        else:
            context.validity = ("valid", f"No violations, {report['counts']['warning']} warnings.")

    def _report_name(self) -> str:
        """Name the report after the source texts at hand, so that it is made anew when one changes."""
        if self.sources is None:
            return "report.json"
        texts = ((path.name, path) for path in self.sources.glob("*.txt"))
        return f"report-{source_fingerprint(texts)[:16]}.json"

    async def _run(self) -> dict[str, Any] | None:
        arguments = [argument for place in self.places for argument in ("--dataset", str(place))]
        if self.sources is not None:
            arguments += ["--sources", str(self.sources)]
        process = await asyncio.create_subprocess_exec(
            *child_command("kg_service", "validate", "--format", "json", *arguments),
            env=child_environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, errors = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        try:
            report: dict[str, Any] = json.loads(output)
        except ValueError:
            _log.error("validation failed: %s", errors.decode("utf-8", "replace")[-2000:])
            return None
        return report
