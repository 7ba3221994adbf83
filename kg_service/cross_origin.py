"""What scripts of other origins may read: everything, for the service only answers (Fetch standard §3.3)."""

from __future__ import annotations

__all__ = ["CORS", "EXPOSED"]

#: Header fields that scripts may read, beside those that they always may.
EXPOSED = ("ETag", "Link", "Location", "Retry-After", "X-Rows", "X-More-Rows")
#: The header fields that say so, the same for every request.
CORS = (("access-control-allow-origin", "*"), ("access-control-expose-headers", ", ".join(EXPOSED)))
