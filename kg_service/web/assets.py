"""Scripts, fonts and the style sheet: what has a hash in its name is kept for ever, and sent as it was packed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles

from kg_service.codings import preferred_coding
from kg_service.web.templates import SECURITY

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

__all__ = ["Assets"]

_FOLDER = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
#: Coding of content → what the packed file's name ends in, the smallest first.
_PACKED = {"br": ".br", "gzip": ".gz"}


class Assets(StaticFiles):
    """The folder static/; of what the front end's build made there are packed copies."""

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or that the client holds it. Raises HTTPException 404."""
        built = path.startswith("built/") and "-" in path
        packed = self._packed(path, scope) if built else None
        response = await super().get_response(packed or path, scope)
        if packed is not None:
            response.headers["Content-Encoding"] = next(name for name, end in _PACKED.items() if packed.endswith(end))
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = _FOR_EVER if built else "no-cache"
        response.headers["X-Content-Type-Options"] = SECURITY["X-Content-Type-Options"]
        return response

    def _packed(self, path: str, scope: Scope) -> str | None:
        """Return the path of the packed copy that the client takes, if there is one."""
        coding = preferred_coding(Headers(scope=scope).get("accept-encoding", ""), tuple(_PACKED))
        found = f"{path}{_PACKED[coding]}" if coding is not None else ""
        return found if found and self.lookup_path(found)[1] is not None else None
