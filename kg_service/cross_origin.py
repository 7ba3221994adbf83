"""What scripts of other origins may read: everything, for the service only answers (Fetch standard §3.3)."""

from __future__ import annotations

__all__ = ["CORS", "EXPOSED", "INERT"]

#: Header fields that scripts may read, beside those that they always may.
EXPOSED = ("ETag", "Link", "Location", "Retry-After", "X-Rows", "X-More-Rows")
#: The header fields that say so, the same for every request.
CORS = (("access-control-allow-origin", "*"), ("access-control-expose-headers", ", ".join(EXPOSED)))
#: Data are never taken for a page, and where a browser shows them as one, nothing in them runs (CSP level 3 §6.3.2).
INERT = (("x-content-type-options", "nosniff"), ("content-security-policy", "default-src 'none'; sandbox"))
