"""What the short way has learnt from requests that went the long one: their answers' keys, and their header blocks."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from kg_service.codings import preferred_coding
from kg_service.web.context import is_host
from kg_service.web.sparql import rest_of_key

if TYPE_CHECKING:
    from kg_service.web.cache import Kept
    from kg_service.web.context import Context

__all__ = ["Fields", "Known"]

#: A request with one of these takes the long way.
_LONG_WAY = frozenset(
    {
        b"authorization", b"connection", b"content-length", b"cookie", b"expect", b"forwarded", b"if-none-match",
        b"proxy-connection", b"range", b"transfer-encoding", b"upgrade", b"x-forwarded-for", b"x-forwarded-host",
        b"x-forwarded-proto",
    }
)  # fmt: skip
#: Header blocks known at once, and the longest: bytes.
_BLOCKS, _BLOCK = 1_000, 4_096


class Fields(NamedTuple):
    """What the header block of a request says.

    base     address of the endpoint
    rest     what stands in a request's key beside its query string
    """

    base: str
    accept: str
    coding: str | None
    rest: bytes


class Known:
    """What one service has learnt from requests: the keys of their answers, and what their header blocks say.

    line         pattern of a request line that asks the endpoint; its group is the query string
    most_bytes   bound on the requests remembered; the oldest go first
    """

    def __init__(self, context: Context, root_path: str, most_bytes: int) -> None:
        self.context = context
        root = root_path.rstrip("/")
        self.address = f"{root}/sparql"
        paths = "|".join(re.escape(f"{each}/sparql") for each in dict.fromkeys((root, "")))
        self.line = re.compile(rf"GET (?:{paths})/?\?([!\"$-~]*) HTTP/1\.1".encode())
        self.blocks: OrderedDict[bytes, Fields] = OrderedDict()
        self._most_bytes = most_bytes
        self._size = 0
        self._version = ""
        self._keys: OrderedDict[bytes, bytes] = OrderedDict()

    def answer(self, request: bytes) -> Kept | None:
        """Return the answer kept for these bytes, or None."""
        key = self._keys.get(request)
        if key is None:
            return None
        return self.context.cache.get(key) if self._is_current() else None

    def remember(self, request: bytes, key: bytes) -> None:
        """Note that these bytes ask for what has this key."""
        self._is_current()
        if request not in self._keys:
            self._size += len(request) + len(key)
        self._keys[request] = key
        while self._size > self._most_bytes:
            dropped, its_key = self._keys.popitem(last=False)
            self._size -= len(dropped) + len(its_key)

    def _is_current(self) -> bool:
        """Tell whether the keys are of the data set served now; forget them where it has been loaded again."""
        version = self.context.facts["hash"]
        if self._version == version:
            return True
        self._version, self._size = version, 0
        self._keys.clear()
        return False

    def learn(self, request: bytes, headers: list[tuple[bytes, bytes]], scheme: str) -> None:
        """Note what the header block of a request says, where requests with it may take the short way."""
        fields = dict(headers)
        block = request[request.find(b"\r\n") :]
        if len(fields) != len(headers) or not _LONG_WAY.isdisjoint(fields) or len(block) > _BLOCK:
            return
        host, accept, codings = (fields.get(name) for name in (b"host", b"accept", b"accept-encoding"))
        if host is None or not is_host(host):
            return
        base = f"{scheme}://{host.decode('latin-1')}{self.address}"
        coding = preferred_coding(codings.decode("latin-1")) if codings else None
        accept = accept or b""
        rest = rest_of_key(b"", b"", base.encode("latin-1"), accept)
        self.blocks[block] = Fields(base, accept.decode("latin-1"), coding, rest)
        if len(self.blocks) > _BLOCKS:
            self.blocks.popitem(last=False)
