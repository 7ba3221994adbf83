"""What a report format is, and what may be asked of it; knows no format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg_service.validation.results import Report, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Options", "Writer"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of a report.

    language   of messages, where they are given in it
    colour     whether the text goes to a terminal that shows colours
    root       path of the current folder from the root of the repository, put before each file's name
    fail_on    the least severity that counts as a failure, in formats that tell failures apart
    """

    language: str = "en"
    colour: bool = False
    root: str = ""
    fail_on: Severity = Severity.VIOLATION


@dataclass(frozen=True, slots=True)
class Writer:
    """One row: a way to write a report.

    write       the whole report as text; the same report gives the same text
    media_type  as sent in Content-Type, without charset
    ending      of a file's name
    help        one line for people
    in_repository  whether files are named from the root of the repository, as what CI makes of it needs
    loads_engine   whether writing it loads the engine, as the process that owns a socket never does
    """

    write: Callable[[Report, Options], str]
    media_type: str
    ending: str
    help: str
    in_repository: bool = False
    loads_engine: bool = False
