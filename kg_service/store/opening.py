"""Opening a remote store; what talks HTTP is loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.errors import ToolFailed
from kg_service.store.address import read_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg_service.config import Limits
    from kg_service.store.client import Client
    from kg_service.store.remote import RemoteStore

__all__ = ["connect", "open_remote"]


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
