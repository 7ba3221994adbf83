"""What operations need of a store, whether its quads are in memory, in an index on disk, or in a remote engine."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_service.config import Limits
    from kg_service.graph_list import Graphs
    from kg_service.protocol import Question
    from kg_service.statistics import Statistics

__all__ = ["Store", "Wanted", "Writer"]


class Wanted(NamedTuple):
    """How a result is to be written.

    formats      kind of result → short name of the format
    prefixes     the query's own, for the formats that know prefixes
    limit_rows   solutions wanted at most; headers then tell how many there are and whether there are more
    bom          whether CSV begins with a byte order mark
    head         header lines that the result brings along, before those that follow from it
    form         number of the query form (QueryForm.number)
    """

    formats: Mapping[str, str]
    prefixes: Mapping[str, str] = MappingProxyType({})
    limit_rows: int | None = None
    bom: bool = False
    head: bytes = b""
    form: int = 0


class Writer(Protocol):
    """Where a result goes: a head, then bytes."""

    def begin(self, head: bytes = b"", *, form: int = 0) -> None:
        """Fix what is sent before the first byte: the header lines that the result brings along.

        form   number of the query form that it answers (QueryForm.number); 0 where it answers no query
        """

    def write(self, chunk: bytes) -> int:
        """Take bytes of the result."""


class Store(Protocol):
    """What operations need of a store, embedded or remote.

    facts         what the front process knows of the data set
    graphs        all its named graphs, of which the facts list only the first
    reserve_mib   address space that the store itself may come to take, beside what a query may
    """

    facts: dict[str, Any]
    graphs: Graphs
    limits: Limits
    reserve_mib: int

    @property
    def store(self) -> Any:
        """The quads, read as a pyoxigraph store is read."""

    def open(self) -> None:
        """Open what processes forked from this one are to share."""

    @property
    def is_replaceable(self) -> bool:
        """Whether a new process would be as quick: this one holds nothing that took long to make."""

    def close(self) -> None:
        """Let go of what is held open."""

    @property
    def statistics(self) -> Statistics:
        """Counts over the default graph."""

    @property
    def made_schema(self) -> dict[str, Any] | None:
        """The schema document, where it was made beforehand."""

    @property
    def fragments(self) -> dict[str, list[str]]:
        """Document → its subjects `<document>#…`."""

    def evaluate(self, writer: Writer, question: Question, wanted: Wanted) -> None:
        """Evaluate a query and write its result in the format of its kind.

        Raises QuerySyntaxError with line and column; EvaluationFailed for what the engine refuses at run time.
        """
