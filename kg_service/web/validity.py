"""Whether the data set is valid: the cached report of the same files tells, or a child process validates them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.children import child_command, child_environment
from kg_service.errors import DataInvalid, Problem
from kg_service.validation.results import Report, Severity
from kg_service.web.context import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


__all__ = ["Validity", "refusal", "told"]

_log = logging.getLogger("kg_service.validity")
#: Results told where a data set is refused; the report has them all.
_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Validity:
    """The check of one data set.

    allow_invalid   whether it is served even where it has violations
    """

    places: Sequence[Path]
    sources: Path | None = None
    allow_invalid: bool = False

    def refuses(self, report: Report) -> bool:
        """Tell whether files with this report are not to be served."""
        return report.fails(Severity.VIOLATION) and not self.allow_invalid

    def verdict(self, report: Report | None) -> Verdict:
        """Return what a report says of the data set; None stands for a validation that itself failed."""
        from kg_service.validation.reports.words import plural  # noqa: PLC0415 - a report is there

        if report is None:
            sentence = "The validation itself failed; run `kg validate` to see why."
            return Verdict("unknown", sentence, ready=self.allow_invalid)
        violations, warnings = report.count(Severity.VIOLATION), report.count(Severity.WARNING)
        if violations:
            if self.allow_invalid:
                _log.warning("the data set has %s; see /validation", plural(violations, "violation"))
            sentence = f"The data set has {plural(violations, 'violation')}; `kg validate` lists them."
            return Verdict("invalid", sentence, ready=self.allow_invalid)
        return Verdict("valid", f"No violations, {plural(warnings, 'warning')}.", ready=True)

    async def report(self) -> Report | None:
        """Return the report of the files as they are now, or None where the validation itself failed."""
        return await self.known() or await self._run()

    async def known(self) -> Report | None:
        """Return the cached report of the files as they are now, or None."""
        from kg_service.validation import cache  # noqa: PLC0415 - the service listens sooner

        try:
            return await asyncio.to_thread(cache.load, self.places, self.sources)
        except (OSError, Problem):  # a file vanished while it was read
            return None

    async def _run(self) -> Report | None:
        arguments = [argument for place in self.places for argument in ("--dataset", str(place))]
        if self.sources is not None:
            arguments += ["--sources", str(self.sources)]
        arguments += ["--config", os.devnull]  # the data set's own file may name other sources than these
        # Settings of a validation by hand, such as its baseline or --quiet, are none of the service's.
        environment = child_environment(with_settings=False)
        process = await asyncio.create_subprocess_exec(
            *child_command("kg_service.web.checking", str(os.getpid()), "--format", "json", *arguments),
            env=environment,
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
            found = Report.from_json(json.loads(output))
        except (KeyError, TypeError, ValueError):
            _log.error("validation failed: %s", errors.decode("utf-8", "replace")[-2000:])
            return None
        # What was cached has the engine's own graph too; where nothing can be cached this is all there is.
        return await self.known() or found


def told(report: Report, *, colour: bool = False) -> str:
    """Return the first violations of a report and its summary, for a terminal or the log."""
    from kg_service.validation.reports import Options  # noqa: PLC0415 - only where something is wrong
    from kg_service.validation.reports.text import describe  # noqa: PLC0415 - the same
    from kg_service.validation.reports.words import plural, summary  # noqa: PLC0415 - the same

    violations = [each for each in report.results if each.severity is Severity.VIOLATION]
    lines = [*describe(violations[:_MOST_TOLD], Options(colour=colour))]
    if len(violations) > _MOST_TOLD:
        lines += [f"and {plural(len(violations) - _MOST_TOLD, 'more violation')}; `kg validate` lists them all", ""]
    return "\n".join([*lines, summary(report)])


def refusal(report: Report) -> DataInvalid:
    """Return the problem that ends a service whose data set is not to be served."""
    from kg_service.validation.reports.words import plural  # noqa: PLC0415 - only where something is wrong

    violations = plural(report.count(Severity.VIOLATION), "violation")
    return DataInvalid(f"The data set has {violations} and is not served; --allow-invalid serves it all the same.")
