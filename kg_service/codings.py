"""The table of content codings (RFC 9110 §8.4.1): what compresses a result, and which one a client gets."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CODINGS", "Compressor", "compressor", "preferred_coding"]


class Compressor(Protocol):
    """What compresses one result, piece by piece."""

    def compress(self, data: bytes | bytearray, /) -> bytes:
        """Take a piece; return what is ready."""

    def flush(self) -> bytes:
        """Return the rest."""


def _gzip() -> Compressor:
    return zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)


def _zstd() -> Compressor:
    import zstandard  # noqa: PLC0415 - optional

    return zstandard.ZstdCompressor(level=3).compressobj()


class _Brotli:
    """Brotli's compressor under the names that the others have."""

    def __init__(self) -> None:
        import brotli  # noqa: PLC0415 - optional

        self._compressor = brotli.Compressor(quality=4)

    def compress(self, data: bytes | bytearray) -> bytes:
        compressed: bytes = self._compressor.process(bytes(data))
        return compressed

    def flush(self) -> bytes:
        compressed: bytes = self._compressor.finish()
        return compressed


#: Content coding → what makes a compressor and the module it needs; the quickest for its size first.
_ALL: dict[str, tuple[Callable[[], Compressor], str]] = {
    "zstd": (_zstd, "zstandard"),
    "br": (_Brotli, "brotli"),
    "gzip": (_gzip, "zlib"),
}
#: Those that this installation has.
CODINGS = tuple(name for name, (_, module) in _ALL.items() if find_spec(module) is not None)

_ELEMENT = re.compile(r"\s*([A-Za-z*-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")


def compressor(name: str) -> Compressor:
    """Return a new compressor for one result."""
    return _ALL[name][0]()


@lru_cache(maxsize=256)
def preferred_coding(accept_encoding: str, offered: tuple[str, ...] = CODINGS) -> str | None:
    """Choose a content coding, or None for none (RFC 9110 §12.5.3); a header that cannot be read asks for none.

    offered   the codings to choose from, the best first

    >>> preferred_coding("gzip;q=0.5, deflate")
    'gzip'
    """
    weights: dict[str, float] = {}
    for element in accept_encoding.split(","):
        match = _ELEMENT.fullmatch(element)
        if match is not None:
            weights[match[1].lower()] = float(match[2] or 1)
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    found = [(weights.get(name, weights.get("*", 0.0)), name) for name in offered]
    weight, name = max(found, key=lambda pair: pair[0], default=(0.0, ""))
    return name if weight > 0 and weight >= weights.get("identity", 0.0) else None
