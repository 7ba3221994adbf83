"""Reading the body of a request, within a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.errors import BodyTooLarge

if TYPE_CHECKING:
    from starlette.types import Receive

__all__ = ["read_body"]


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """Read a request's body, at most `limit` bytes and what percent-encoding adds; None where the client has gone.

    Raises BodyTooLarge (413) as soon as it is longer.
    """
    most = 3 * limit + 10_000
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > most:
            raise BodyTooLarge(f"The body is longer than {most} bytes.", headers={"Connection": "close"})
        parts.append(part)
    return b"".join(parts)
