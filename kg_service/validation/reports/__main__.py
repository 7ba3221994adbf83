"""Write a report, read as JSON from standard input, in the format named: for a process that must not load the engine.

python -m kg_service.validation.reports turtle < report.json
"""

from __future__ import annotations

import json
import sys

from kg_service.validation.reports import WRITERS, Options
from kg_service.validation.results import Report

if __name__ == "__main__":
    found = Report.from_json(json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(WRITERS[sys.argv[1]].write(found, Options()).encode())
