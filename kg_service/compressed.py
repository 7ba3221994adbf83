"""Files as they are or compressed: `.gz`, `.bz2` and `.zst` after the ending of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_service.errors import DataInvalid, ToolFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["COMPRESSED", "plain_name", "read_file"]


def _gzip(content: bytes) -> bytes:
    import gzip  # noqa: PLC0415 - only for such a file

    return gzip.decompress(content)


def _bzip2(content: bytes) -> bytes:
    import bz2  # noqa: PLC0415 - the same

    return bz2.decompress(content)


def _zstandard(content: bytes) -> bytes:
    try:
        import zstandard  # noqa: PLC0415 - needs the extra `codings`
    except ModuleNotFoundError as error:
        raise ToolFailed("A .zst file needs the extra `codings`: pip install 'kg-service[codings]'.") from error
    found = bytearray()
    while content:  # frame by frame; one alone would be taken for the whole
        frame = zstandard.ZstdDecompressor().decompressobj()
        found += frame.decompress(content)
        if not frame.eof:
            raise ValueError("it ends too early")
        content = frame.unused_data
    return bytes(found)


#: Ending → how the content of such a file is read.
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {".gz": _gzip, ".bz2": _bzip2, ".zst": _zstandard}


def plain_name(path: Path) -> Path:
    """Return the path without the ending of a compression.

    >>> from pathlib import Path
    >>> plain_name(Path("a/b.ttl.gz")).as_posix()
    'a/b.ttl'
    """
    return path.with_suffix("") if path.suffix.lower() in COMPRESSED else path


def read_file(path: Path) -> bytes:
    """Return what a file holds. Raises DataInvalid (exit 1) where it is not what its ending says."""
    content = path.read_bytes()
    decompress = COMPRESSED.get(path.suffix.lower())
    if decompress is None:
        return content
    try:
        return decompress(content)
    except (MemoryError, ToolFailed):
        raise
    except Exception as error:  # each library has its own
        raise DataInvalid(f"{path} cannot be decompressed: {str(error).rstrip('.')}.") from error
