"""Parameters of a request: decoded once from its bytes, each single-valued one taken once; pure."""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from kg_service.errors import MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["REPEATED", "SINGLE", "parameters", "readable", "single", "timeout_hint"]

#: Parameters of a query operation: those that may come once, and those that may be repeated.
SINGLE = ("query", "format", "timeout", "limit-rows", "bom")
REPEATED = ("default-graph-uri", "named-graph-uri")

_TIMEOUT = re.compile(rb"(?:^|&)timeout=(\d{1,7}(?:\.\d{1,6})?)(?:&|$)")


def timeout_hint(encoded: bytes) -> float | None:
    """Return the seconds that a request is ready to wait, before it is read; what is no such number tells nothing."""
    found = _TIMEOUT.search(encoded) if b"timeout=" in encoded else None
    return float(found[1]) or None if found is not None else None


_NAMES = {name.encode(): name for name in (*SINGLE, *REPEATED)}


def parameters(encoded: bytes, *, source: str = "query string") -> list[tuple[str, str]]:
    """Decode application/x-www-form-urlencoded once, in order.

    Raises MalformedRequest (400) where the bytes are no UTF-8.
    """
    if not encoded:
        return []
    try:
        pairs = [each.partition(b"=") for each in encoded.split(b"&") if each]
        return [(_NAMES.get(name) or _unquoted(name), _unquoted(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise MalformedRequest(f"The {source} is not percent-encoded UTF-8.") from error


def readable(encoded: bytes) -> list[tuple[str, str]]:
    """Return what can be read of a query string, for pages, which are also shown where it cannot be read whole."""
    try:
        return parameters(encoded)
    except (MalformedRequest, ValueError):
        return parse_qsl(encoded.decode("latin-1"), keep_blank_values=True, errors="replace")


def _unquoted(encoded: bytes) -> str:
    """Decode one name or value; an escape that is none stays as it is."""
    if encoded.isascii() and b"\n" not in encoded and b"\r" not in encoded:
        # Quoted-printable with another sign: the library's decoder of it is many times faster than that of URLs.
        decoded = a2b_qp(encoded.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"="))
        if len(decoded) == len(encoded) - 2 * encoded.count(b"%"):  # each escape was one
            return decoded.decode()
    return unquote_plus(encoded.decode("ascii"), "utf-8", "strict")


def single(pairs: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return the only value of a parameter, or None; raises MalformedRequest where it is repeated."""
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise MalformedRequest(f"The parameter {name!r} was sent {len(values)} times; send it once.")
    return values[0] if values else None
