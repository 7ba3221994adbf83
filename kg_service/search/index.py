"""An index of labels in SQLite: built once from rows, read by anyone; knows texts and IRIs, no RDF and no engine.

    build_index(path, rows)                        makes the file, in memory that does not grow with the rows
    index = open_index(path)                       opens it for reading
    hits = index.search("Qazaqstan", ["kk"])       what bears that name, best first, one hit a thing
    hits.total, hits.is_complete, hits.hits[0].iri, .label, .language, .name, .classes

A search blocks for some milliseconds and may be made from any thread.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import quote

from kg_service.search.folding import fold
from kg_service.search.ranking import Candidate, name_of, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["Classed", "Hit", "Hits", "LabelIndex", "Labelled", "Row", "build_index", "open_index"]

#: Characters and words of a search that are looked at, and labels that are ranked for it.
_LONGEST, _WORDS, _RANKED = 200, 12, 5_000
_LAST = "\U0010ffff"

_STAGING = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TEMP TABLE staged (iri TEXT, text TEXT, language TEXT, rank INTEGER, folded TEXT);
CREATE TEMP TABLE staged_class (iri TEXT, class TEXT);
"""
#: Labels are numbered by length, so that where there are too many to rank the longest are left out.
_FINAL = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
INSERT INTO thing (iri) SELECT DISTINCT iri FROM staged ORDER BY iri;
CREATE TABLE label (
    id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, rank INTEGER NOT NULL,
    folded TEXT NOT NULL
);
INSERT INTO label (thing, text, language, rank, folded)
    SELECT thing.id, text, language, MIN(rank), folded FROM staged JOIN thing USING (iri)
    GROUP BY thing.id, text, language ORDER BY length(folded), folded, thing.id, language;
CREATE INDEX label_folded ON label (folded);
CREATE INDEX label_thing ON label (thing);
CREATE VIRTUAL TABLE words USING fts5 (
    folded, content='label', content_rowid='id', prefix='1 2 3',
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
_COLUMNS = "label.thing, label.text, label.language, label.rank, label.folded"
_OF_CLASS = (
    " AND EXISTS (SELECT 1 FROM thing_class JOIN class ON class.id = thing_class.class"
    " WHERE thing_class.thing = label.thing AND class.iri = :class)"
)
_BEGINNING = f"SELECT {_COLUMNS}, 0.0 FROM label WHERE folded >= :first AND folded < :last"  # noqa: S608 - fixed names
_ALL_WORDS = f"SELECT {_COLUMNS}, bm25(words) FROM words JOIN label ON label.id = words.rowid WHERE words MATCH :words"  # noqa: S608 - the same

#: A thing has some labels, of which a few hundred are enough to choose from.
_NAMES = f"SELECT {_COLUMNS}, 0.0 FROM label WHERE thing = ? ORDER BY rank, id LIMIT 500"  # noqa: S608 - the same


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


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    label, language   the label that fits the search best; "" is no language
    name              what the reader calls it, which may be another label
    """

    iri: str
    label: str
    language: str
    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits.

    total        things found
    is_complete  whether these are all; else the search was so general that only so many were looked at
    """

    total: int
    hits: tuple[Hit, ...]
    is_complete: bool = True


class LabelIndex:
    """An index that is open for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, connection.close)

    def search(
        self,
        text: str,
        languages: Sequence[str] = (),
        *,
        class_iri: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Hits:
        """Return what bears a name: it whole first, then what begins so, then what has all its words, the last begun.

        languages   the reader's, the best first; they settle ties, and then the shorter label does
        class_iri   only things of this class
        A text without a letter or digit finds nothing; of a very long one the beginning counts.
        """
        folded = " ".join(fold(text[:_LONGEST]).split()[:_WORDS])
        if not folded:
            return Hits(0, ())
        quoted = [f'"{word}"' for word in folded.split()]
        named = {"first": folded, "last": folded + _LAST, "words": f"{' '.join(quoted)}*", "class": class_iri}
        extra = _OF_CLASS if class_iri is not None else ""
        with self._lock:
            found: list[Candidate] = []
            is_complete = True
            for statement in (_BEGINNING, _ALL_WORDS):
                rows = self._connection.execute(f"{statement}{extra} LIMIT {_RANKED + 1}", named).fetchall()
                found += [Candidate(*row) for row in rows[:_RANKED]]
                is_complete = is_complete and len(rows) <= _RANKED
            best = rank(found, folded, text.strip().casefold(), languages)
            page = tuple(self._hit(each, languages) for each in best[offset : offset + limit])
        return Hits(len(best), page, is_complete)

    def close(self) -> None:
        """Close the file."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hit(self, best: Candidate, languages: Sequence[str]) -> Hit:
        [iri] = self._connection.execute("SELECT iri FROM thing WHERE id = ?", (best.thing,)).fetchone()
        classes = self._connection.execute(
            "SELECT iri FROM thing_class JOIN class ON class.id = class WHERE thing = ? ORDER BY iri", (best.thing,)
        )
        labels = self._connection.execute(_NAMES, (best.thing,))
        name = name_of((Candidate(*row) for row in labels), languages)
        return Hit(iri, best.text, best.language, name, tuple(each for (each,) in classes))


def build_index(path: Path, rows: Iterable[Row]) -> None:
    """Make an index of labels in a file that is not there yet; classes of things without a label are left out."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_STAGING)
        connection.execute("BEGIN")
        for row in rows:
            if isinstance(row, Classed):
                connection.execute("INSERT INTO staged_class VALUES (?, ?)", row)
            elif folded := fold(row.text):
                connection.execute("INSERT INTO staged VALUES (?, ?, ?, ?, ?)", (*row, folded))
        connection.execute("COMMIT")
        connection.executescript(f"BEGIN; {_FINAL} COMMIT;")


def open_index(path: Path) -> LabelIndex:
    """Open an index for reading. Nobody may change it meanwhile; once open, its file may be unlinked.

    Raises OSError where there is none.
    """
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute("SELECT 1 FROM label LIMIT 1")
    except sqlite3.Error as error:
        raise OSError(f"{path} is no index of labels: {error}") from error
    return LabelIndex(connection)
