"""An index of labels in SQLite: built once from rows, read by anyone; knows texts and IRIs, no RDF and no engine.

    build_index(path, rows)                        makes the file, in memory that does not grow with the rows
    index = open_index(path)                       opens it for reading
    hits = index.search("Qazaqstan", ["kk"])       what bears that name, best first, one hit a thing
    hits.total, hits.is_complete, hits.hits[0].iri, .label, .language, .name, .classes

A search blocks for some milliseconds and may be made from any thread.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from kg_service.search.building import Classed, Labelled, Row, build_index
from kg_service.search.folding import fold, stems
from kg_service.search.nearness import closest, near_words, selections
from kg_service.search.ranking import Candidate, name_of, rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Classed", "Hit", "Hits", "LabelIndex", "Labelled", "Row", "build_index", "open_index"]

#: Characters and words of a search that are looked at, and labels that are ranked for it.
_LONGEST, _WORDS, _RANKED = 200, 12, 5_000
#: Where nothing is found: words looked at, known words that each is compared with, and labels looked at with these.
_MISSED, _COMPARED, _NEAR = 4, 6_000, 200
_LAST = "\U0010ffff"

_COLUMNS = "label.thing, label.text, label.language, label.rank, label.folded"
_OF_CLASS = (
    " AND EXISTS (SELECT 1 FROM thing_class JOIN class ON class.id = thing_class.class"
    " WHERE thing_class.thing = label.thing AND class.iri = :class)"
)
_BEGINNING = f"SELECT {_COLUMNS}, 0.0 FROM label WHERE folded >= :first AND folded < :last"  # noqa: S608 - fixed names
_ALL_WORDS = f"SELECT {_COLUMNS}, bm25(words) FROM words JOIN label ON label.id = words.rowid WHERE words MATCH :words"  # noqa: S608 - the same

_NEARLY = f"{_ALL_WORDS}{{}} LIMIT {_NEAR}"
_KNOWN = f"SELECT term FROM temp.known WHERE term >= ? AND term < ? LIMIT {_COMPARED + 1}"  # noqa: S608 - the same
#: A thing has some labels, of which a few hundred are enough to choose from.
_NAMES = f"SELECT {_COLUMNS}, 0.0 FROM label WHERE thing = ? ORDER BY rank, id LIMIT 500"  # noqa: S608 - the same


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
        named = {"first": folded, "last": folded + _LAST, "words": _all_of(folded.split()), "class": class_iri}
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

    def near(
        self, text: str, languages: Sequence[str] = (), *, class_iri: str | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """Return what comes near a name that nothing bears: other in a letter or two, or lacking one of its words.

        Arguments are as for `search`. It takes longer than that, but is as bounded.
        """
        words = list(dict.fromkeys(fold(text[:_LONGEST]).split()))[:_MISSED]
        forms = {word: known for word in words if (known := self._forms(word))}
        statement = _NEARLY.format(_OF_CLASS if class_iri is not None else "")
        found: list[Candidate] = []
        for level in selections([*forms]):
            for chosen in level if not found else ():
                asked = " AND ".join(f"({_any_of(forms[word])})" for word in chosen)
                with self._lock:
                    rows = self._connection.execute(statement, {"words": asked, "class": class_iri}).fetchall()
                found = [*found, *(Candidate(*row) for row in rows)]
        with self._lock:
            return tuple(self._hit(each, languages) for each in closest(found, forms)[:limit])

    def _forms(self, word: str) -> dict[str, int]:
        """Return known words that one may stand for, and in how many letters they differ; itself if one begins so."""
        with self._lock:
            begun = self._connection.execute(_KNOWN, (word, word + _LAST)).fetchone()
            for start in ("", word[:1], word[:2], word[:3]):
                known = self._connection.execute(_KNOWN, (start, start + _LAST)).fetchall()
                if len(known) <= _COMPARED:
                    break
        return ({word: 0} if begun else {}) | near_words(word, (each for (each,) in known[:_COMPARED]))

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


def _any_of(forms: Mapping[str, int]) -> str:
    return " OR ".join(f'"{form}"' if steps else f'"{form}"*' for form, steps in forms.items())


def _all_of(words: Sequence[str]) -> str:
    """Return what FTS5 is asked for labels with all of these words, the last of them begun; a stem stands for each."""
    *whole, last = ([word, *stems(word)] for word in words)
    groups = [" OR ".join(f'"{form}"' for form in forms) for forms in whole]
    return " AND ".join(f"({each})" for each in [*groups, " OR ".join(f'"{form}"*' for form in last)])


def open_index(path: Path) -> LabelIndex:
    """Open an index for reading. Nobody may change it meanwhile; once open, its file may be unlinked.

    Raises OSError where there is none.
    """
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute("SELECT stems FROM label LIMIT 1")
        connection.execute("CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, words, row)")
    except sqlite3.Error as error:
        raise OSError(f"{path} is no index of labels: {error}") from error
    return LabelIndex(connection)
