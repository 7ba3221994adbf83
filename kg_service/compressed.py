"""Files as they are or compressed: `.gz`, `.bz2` and `.zst` after the ending of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.errors import DataInvalid, ToolFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

__all__ = ["COMPRESSED", "Pieces", "open_compressed", "plain_name", "read_file"]

_PIECE = 256 * 1024


def _gzip(stream: IO[bytes]) -> Iterator[bytes]:
    import gzip  # noqa: PLC0415 - only for such a file

    with gzip.GzipFile(fileobj=stream) as content:
        while piece := content.read(_PIECE):
            yield piece


def _bzip2(stream: IO[bytes]) -> Iterator[bytes]:
    import bz2  # noqa: PLC0415 - the same

    with bz2.BZ2File(stream) as content:
        while piece := content.read(_PIECE):
            yield piece


def _zstandard(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        import zstandard  # noqa: PLC0415 - needs the extra `codings`
    except ModuleNotFoundError as error:
        raise ToolFailed("A .zst file needs the extra `codings`: pip install 'kg-service[codings]'.") from error
    frame = None
    while piece := stream.read(_PIECE):
        while piece:  # frame by frame; one alone would be taken for the whole
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(piece)
            piece = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame is not None:
        raise ValueError("it ends too early")


#: Ending → how the content of such a file is read, piece by piece.
COMPRESSED: dict[str, Callable[[IO[bytes]], Iterator[bytes]]] = {".gz": _gzip, ".bz2": _bzip2, ".zst": _zstandard}


class Pieces:
    """What a compressed file holds, as a file that a parser reads; only a piece of it is ever in memory."""

    def __init__(self, path: Path) -> None:
        self._pieces = _pieces(path)
        self._piece, self._place = b"", 0

    def read(self, size: int = -1, /) -> bytes:
        """Return some bytes, at most `size`; b"" at the end. Raises as `read_file` does."""
        if self._place == len(self._piece):
            self._piece, self._place = next((piece for piece in self._pieces if piece), b""), 0
        end = len(self._piece) if size is None or size < 0 else self._place + size
        start, self._place = self._place, min(end, len(self._piece))
        return self._piece[start : self._place]


def plain_name(path: Path) -> Path:
    """Return the path without the ending of a compression.

    >>> from pathlib import Path
    >>> plain_name(Path("a/b.ttl.gz")).as_posix()
    'a/b.ttl'
    """
    return path.with_suffix("") if path.suffix.lower() in COMPRESSED else path


def open_compressed(path: Path) -> Pieces | None:
    """Return what a compressed file holds, to be read; None for a file that is not compressed."""
    return Pieces(path) if path.suffix.lower() in COMPRESSED else None


def read_file(path: Path) -> bytes:
    """Return what a file holds. Raises DataInvalid (exit 1) where it is not what its ending says."""
    return b"".join(_pieces(path)) if path.suffix.lower() in COMPRESSED else path.read_bytes()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        try:
            yield from COMPRESSED[path.suffix.lower()](stream)
        except (MemoryError, ToolFailed):
            raise
        except Exception as error:  # each library has its own
            raise DataInvalid(f"{path} cannot be decompressed: {str(error).rstrip('.')}.") from error
