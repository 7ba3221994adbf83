"""How an index of labels is made in SQLite, out of rows; what it is searched for is known elsewhere."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from kg_service.search.folding import fold, stems

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Classed", "Labelled", "Row", "build_index"]

_STAGING = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TEMP TABLE staged (iri TEXT, text TEXT, language TEXT, rank INTEGER, folded TEXT, stems TEXT);
CREATE TEMP TABLE staged_class (iri TEXT, class TEXT);
"""
#: Labels are numbered by length, so that where there are too many to rank the longest are left out.
_FINAL = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
INSERT INTO thing (iri) SELECT DISTINCT iri FROM staged ORDER BY iri;
CREATE TABLE label (
    id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, rank INTEGER NOT NULL,
    folded TEXT NOT NULL, stems TEXT NOT NULL
);
INSERT INTO label (thing, text, language, rank, folded, stems)
    SELECT thing.id, text, language, MIN(rank), folded, stems FROM staged JOIN thing USING (iri)
    GROUP BY thing.id, text, language ORDER BY length(folded), folded, thing.id, language;
CREATE INDEX label_folded ON label (folded);
CREATE INDEX label_thing ON label (thing);
CREATE VIRTUAL TABLE words USING fts5 (
    folded, stems, content='label', content_rowid='id', prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
INSERT INTO words (words) VALUES ('rebuild');
INSERT INTO words (words) VALUES ('optimize');
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
INSERT INTO class (iri) SELECT DISTINCT class FROM staged_class ORDER BY class;
CREATE TABLE thing_class (thing INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (thing, class)) WITHOUT ROWID;
INSERT OR IGNORE INTO thing_class
    SELECT thing.id, class.id FROM staged_class JOIN thing USING (iri) JOIN class ON class.iri = staged_class.class;
DROP TABLE staged;
DROP TABLE staged_class;
"""


class Labelled(NamedTuple):
    """A label of a thing; `language` is "" where it has none; the lower the rank, the more it is the thing's name."""

    iri: str
    text: str
    language: str
    rank: int


class Classed(NamedTuple):
    """A class of a thing."""

    iri: str
    class_iri: str


Row = Labelled | Classed


def build_index(path: Path, rows: Iterable[Row]) -> None:
    """Make an index of labels in a file that is not there yet; classes of things without a label are left out."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_STAGING)
        connection.execute("BEGIN")
        for row in rows:
            if isinstance(row, Classed):
                connection.execute("INSERT INTO staged_class VALUES (?, ?)", row)
            elif folded := fold(row.text):
                bare = " ".join(stem for word in folded.split() for stem in stems(word))
                connection.execute("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?)", (*row, folded, bare))
        connection.execute("COMMIT")
        connection.executescript(f"BEGIN; {_FINAL} COMMIT;")
