"""Opening a store: in memory, from an index on disk, or a remote one; what talks HTTP is loaded only for that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kg_service.errors import SystemRefused, ToolFailed
from kg_service.loading import load_store, open_source
from kg_service.memory import memory_left
from kg_service.snapshots import LABELS, open_snapshot, source_bytes
from kg_service.store.address import read_address
from kg_service.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kg_service.config import Limits
    from kg_service.store.client import Client
    from kg_service.store.remote import RemoteStore

__all__ = ["connect", "open_local", "open_remote"]

_log = logging.getLogger("kg_service.store")
_MIB = 1024 * 1024
#: Measured while a million quads are loaded from TriG.
_MEMORY_FOR_A_BYTE = 20


def open_local(places: Sequence[Path], limits: Limits, tell: Callable[[str], None] | None = None) -> EmbeddedStore:
    """Return the store over a data set's files: in memory, or above a size from an index on disk, built once.

    tell   is given lines on the progress of a build
    Where no index can be made, for want of space or leave to write, the data set is loaded into memory.
    Raises SystemRefused where it would not fit there either.
    """
    if limits.snapshot and (size := source_bytes(places)) > limits.snapshot * _MIB:
        try:
            snapshot = open_snapshot(places, tell)
        except SystemRefused as problem:
            _require_room(size * _MEMORY_FOR_A_BYTE, problem)
            _log.warning("the data set is loaded into memory: %s", problem.detail)
        else:
            facts = snapshot.facts | {"labels": str(snapshot.folder / LABELS)}
            return EmbeddedStore(snapshot, facts, limits, snapshot.graphs)
    store, facts, graphs = load_store(open_source(places))
    return EmbeddedStore(store, facts, limits, graphs)


def _require_room(needed: int, problem: SystemRefused) -> None:
    """Raise SystemRefused where there is less memory than that: half loaded, all that runs here would end."""
    left = memory_left()
    if left is not None and left < needed:
        detail = f"In memory the data set would need some {needed // _MIB} MiB; {left // _MIB} MiB are left."
        raise SystemRefused(f"{problem.detail} {detail}") from problem


def connect(address: str, *, timeout_s: float) -> Client:
    """Return a client for `sparql+http(s)://…`. Raises WrongUsage for another address, ToolFailed without the extra."""
    try:
        from kg_service.store.client import Client  # noqa: PLC0415 - needs the extra `remote`
    except ModuleNotFoundError as error:
        raise ToolFailed("A remote store needs the extra `remote`: pip install 'kg-service[remote]'.") from error
    return Client(read_address(address), timeout_s=timeout_s)


def open_remote(address: str, places: Sequence[Path], limits: Limits) -> RemoteStore:
    """Return the store that holds the data set of a folder.

    Raises RemoteUnavailable where it does not answer, DataInvalid where it does not hold the data set.
    """
    with connect(address, timeout_s=limits.timeout) as client:
        from kg_service.store.remote import RemoteStore  # noqa: PLC0415 - the same
        from kg_service.transfer import remote_facts  # noqa: PLC0415 - the same

        return RemoteStore(client, remote_facts(places, client), limits)
