"""Choose a representation by the client's preference (RFC 9110 §12.5.1); pure, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg_service.errors import MalformedRequest, NotAcceptable
from kg_service.formats import Format, Kind, named, offered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MediaRange", "Representation", "languages", "negotiate", "parse_accept", "preferred", "wants_page"]

_HTML = "text/html"

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN}/{_TOKEN})")
_PARAMETER = re.compile(rf'\s*;\s*(?:({_TOKEN})\s*=\s*({_TOKEN}|"(?:[^"\\]|\\.)*"))?')
_END = re.compile(r"\s*(,|$)")
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$")
#: Headers as long as this are read anew each time; a table of them would take room.
_LONG = 300
#: Parameters that never make a representation of ours unacceptable: every text is UTF-8, profiles are hints.
_HINTS = frozenset({"profile", "version", "header"})


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of Accept: type/subtype or wildcard, parameters, weight 0…1."""

    media_type: str
    parameters: tuple[tuple[str, str], ...]
    weight: float

    def specificity(self, media_type: str) -> int | None:
        """Tell how closely the range fits: 3 exact with parameters … 0 any type; None where it does not."""
        if self.media_type == "*/*":
            return 0
        if self.media_type.endswith("/*"):
            return 1 if media_type.startswith(self.media_type[:-1]) else None
        if self.media_type != media_type:
            return None
        for name, value in self.parameters:
            if name == "charset" and value.lower() not in ("utf-8", "utf8"):
                return None
            if name != "charset" and name not in _HINTS:
                return None
        return 3 if self.parameters else 2


@dataclass(frozen=True, slots=True)
class Representation:
    """What was chosen: the row of the table and the media type under which the client knows it."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The value for Content-Type."""
        return self.format.content_type(self.media_type)


@lru_cache(maxsize=512)
def parse_accept(accept: str) -> tuple[MediaRange, ...]:
    """Read an Accept header; empty elements are skipped as RFC 9110 §5.6.1 asks.

    Raises MalformedRequest (400) where the header is no list of media ranges.

    >>> parse_accept("text/turtle;q=0.5, */*;q=0.1")[0].weight
    0.5
    """
    ranges: list[MediaRange] = []
    position = 0
    while position < len(accept):
        if end := re.compile(r"\s*(,|$)").match(accept, position):
            position = max(end.end(), position + 1)
            continue
        media = _RANGE.match(accept, position)
        if media is None:
            raise _malformed(accept, position)
        position = media.end()
        weight, parameters = 1.0, []
        while parameter := _PARAMETER.match(accept, position):
            position = parameter.end()
            if parameter[1] is None:
                continue
            name, value = parameter[1].lower(), parameter[2]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            if name == "q":
                if not _WEIGHT.match(value):
                    raise _malformed(accept, parameter.start())
                weight = float(value)
            else:
                parameters.append((name, value))
        end = _END.match(accept, position)
        if end is None:
            raise _malformed(accept, position)
        position = max(end.end(), position + 1) if end[1] else len(accept)
        ranges.append(MediaRange(media[1].lower(), tuple(parameters), weight))
    return tuple(ranges)


def preferred(accept: str, media_types: Sequence[str]) -> str | None:
    """Choose the media type that the client prefers, or None where it accepts none of them.

    accept       value of the Accept header; "" means no preference
    media_types  at least one, best first
    Each type gets the weight of the most specific range that fits it; ties keep the server's order.
    RFC 9110 §12.5.1
    """
    ranges = parse_accept(accept)
    if not ranges:
        return media_types[0]
    best, best_weight = None, 0.0
    for media_type in media_types:
        weight = _weight(ranges, media_type)
        if weight > best_weight:
            best, best_weight = media_type, weight
    return best


def wants_page(accept: str, *, format_name: str | None = None) -> bool:
    """Tell whether RDF is to be shown rather than sent: where HTML is asked for, or accepted before every RDF format.

    accept       value of the Accept header; "" means no preference
    format_name  value of the `format` parameter, which wins over the header
    """
    if format_name is not None:
        return format_name in ("html", _HTML)
    return preferred(accept, [*(row.media_type for row in offered(Kind.TRIPLES)), _HTML]) == _HTML


def negotiate(
    accept: str, kind: Kind, *, format_name: str | None = None, formats: Sequence[Format] | None = None
) -> Representation:
    """Choose how a result of this kind is written.

    accept       value of the Accept header; "" means no preference
    format_name  value of the `format` parameter, which wins over the header
    Raises NotAcceptable (406) with the list of what is offered; MalformedRequest (400) on a broken header.
    RFC 9110 §12.5.1; SPARQL 1.1 Protocol §2.1.5
    """
    if formats is None and len(accept) < _LONG and len(format_name or "") < _LONG:
        return _negotiate_again(accept, kind, format_name)
    return _negotiate(accept, format_name, kind, tuple(formats or offered(kind)))


@lru_cache(maxsize=512)
def _negotiate_again(accept: str, kind: Kind, format_name: str | None) -> Representation:
    return _negotiate(accept, format_name, kind, offered(kind))


def _negotiate(accept: str, format_name: str | None, kind: Kind, rows: tuple[Format, ...]) -> Representation:
    if format_name is not None:
        row = named(format_name, kind)
        if row is None or row not in rows:
            raise NotAcceptable(
                f"There is no format {format_name!r} for a result of kind {kind.value}.",
                accepted=[each.name for each in rows],
            )
        wanted = format_name.strip().lower()
        return Representation(row, wanted if wanted in row.also else row.media_type)
    # Main names first, then the other names: a client that takes anything gets the proper media type.
    names = [(row.media_type, row) for row in rows] + [(name, row) for row in rows for name in row.also]
    chosen = preferred(accept, [name for name, _ in names])
    if chosen is None:
        raise NotAcceptable(
            f"Accept: {accept[:200]} fits none of the media types offered for a result of kind {kind.value}.",
            accepted=[row.media_type for row in rows],
        )
    return Representation(next(row for name, row in names if name == chosen), chosen)


def languages(accept_language: str) -> list[str]:
    """Read Accept-Language as primary language subtags, best first; what cannot be read counts as nothing.

    >>> languages("kk-KZ, ru;q=0.8, *;q=0.1")
    ['kk', 'ru']
    """
    weighted: list[tuple[float, str]] = []
    for element in accept_language.split(","):
        match = re.fullmatch(r"\s*([A-Za-z]{2,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", element)
        if match is not None and (weight := float(match[2] or 1)) > 0:
            weighted.append((weight, match[1].lower()))
    return list(dict.fromkeys(tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])))


def _weight(ranges: Iterable[MediaRange], media_type: str) -> float:
    fitting = [(found, each.weight) for each in ranges if (found := each.specificity(media_type)) is not None]
    if not fitting:
        return 0.0
    closest = max(level for level, _ in fitting)
    return max(weight for level, weight in fitting if level == closest)


def _malformed(accept: str, position: int) -> MalformedRequest:
    return MalformedRequest(
        f"The Accept header is not a list of media ranges: {accept[:200]!r}, at character {position + 1}."
    )
