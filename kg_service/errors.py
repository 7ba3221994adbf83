"""Every way to fail, as one table: name, HTTP status, exit code, remedy; knows nothing of HTTP or terminals."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["EXIT_DATA", "EXIT_TOOL", "EXIT_USAGE", "PROBLEMS", "Problem"]

EXIT_DATA, EXIT_USAGE, EXIT_TOOL = 1, 2, 3


class Problem(Exception):
    """A failure that a client or a user is told about (RFC 9457).

    detail   what was received, and what would be accepted
    line, column   1-based place in the query or file, where there is one
    headers  extra HTTP headers, such as Retry-After or Allow
    members  extension members of the problem document
    """

    slug: ClassVar[str] = "problem"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = EXIT_TOOL
    remedy: ClassVar[str] = "Try again; if it happens again, report it with the time of the request."
    clause: ClassVar[str] = "RFC 9110 §15.6.1"

    def __init__(
        self,
        detail: str,
        *,
        line: int | None = None,
        column: int | None = None,
        headers: dict[str, str] | None = None,
        **members: str | float | list[str],
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line
        self.column = column
        self.headers = headers or {}
        self.members = members

    def document(self, *, base: str = "", instance: str | None = None) -> dict[str, object]:
        """Return the members of the problem document; `type` is `<base>/errors/<slug>`."""
        document: dict[str, object] = {
            "type": f"{base}/errors/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if instance is not None:
            document["instance"] = instance
        if self.line is not None:
            document["line"] = self.line
        if self.column is not None:
            document["column"] = self.column
        return document | self.members


class MalformedRequest(Problem):
    """The request's parameters or headers cannot be understood."""

    slug, title, status, exit_code = "malformed-request", "Malformed request", 400, EXIT_USAGE
    remedy = "Send each single-valued parameter once, percent-encoded as UTF-8."
    clause = "SPARQL 1.1 Protocol §2.1"


class QuerySyntaxError(Problem):
    """The text is no SPARQL query; line and column tell where it stops being one."""

    slug, title, status, exit_code = "query-syntax", "The query cannot be parsed", 400, EXIT_DATA
    remedy = "Look at the line and column given; a brace, a dot or a PREFIX is the usual cause."
    clause = "SPARQL 1.1 Query §19"


class QueryTooComplex(Problem):
    """The query is nested deeper, or made of more tokens, than the engine can take safely."""

    slug, title, status, exit_code = "query-too-complex", "The query is too complex", 400, EXIT_DATA
    remedy = "Flatten the query, use VALUES in place of long alternatives, or ask in several queries."
    clause = "SPARQL 1.1 Protocol §2.1.4"


class Refused(Problem):
    """The operation is not offered here: SERVICE, LOAD, updates."""

    slug, title, status, exit_code = "refused", "This operation is not offered", 403, EXIT_USAGE
    remedy = "Run federated queries from your own engine; change the data in its git folder."
    clause = "SPARQL 1.1 Protocol §4"


class NotFound(Problem):
    """Nothing is known under this address."""

    slug, title, status, exit_code = "not-found", "Not found", 404, EXIT_USAGE
    remedy = "Check the address; the start page lists what there is."
    clause = "RFC 9110 §15.5.5"


class MethodNotAllowed(Problem):
    """The resource does not know this method; `Allow` lists those it knows."""

    slug, title, status, exit_code = "method-not-allowed", "Method not allowed", 405, EXIT_USAGE
    remedy = "Use one of the methods in the Allow header."
    clause = "RFC 9110 §15.5.6"


class NotAcceptable(Problem):
    """None of the offered representations suits the Accept header or the format parameter."""

    slug, title, status, exit_code = "not-acceptable", "No acceptable representation", 406, EXIT_USAGE
    remedy = "Accept one of the media types listed, or leave the header out."
    clause = "RFC 9110 §15.5.7"


class BodyTooLarge(Problem):
    """The request's body or query text is longer than this service reads."""

    slug, title, status, exit_code = "body-too-large", "The request is too large", 413, EXIT_USAGE
    remedy = "Shorten the query; long VALUES lists can be split over several requests."
    clause = "RFC 9110 §15.5.14"


class UnsupportedMediaType(Problem):
    """The body comes in a media type that this resource does not read."""

    slug, title, status, exit_code = "unsupported-media-type", "Unsupported media type", 415, EXIT_USAGE
    remedy = "Send application/sparql-query, or application/x-www-form-urlencoded with query=…"
    clause = "SPARQL 1.1 Protocol §2.1"


class TooManyRequests(Problem):
    """One client has more requests waiting than one client may have."""

    slug, title, status = "too-many-requests", "Too many requests at once", 429
    remedy = "Wait for the seconds in Retry-After, and send fewer requests at the same time."
    clause = "RFC 6585 §4"


class Busy(Problem):
    """Every worker is busy and the queue is full, or the service is still starting."""

    slug, title, status = "busy", "The service is busy", 503
    remedy = "Wait for the seconds in Retry-After and send the request again."
    clause = "RFC 9110 §15.6.4"


class RemoteUnavailable(Problem):
    """The engine behind the service is down, busy, or refuses it."""

    slug, title, status = "remote-unavailable", "The remote store is not available", 502
    remedy = "Start the engine or correct its address; the service asks it again by itself."
    clause = "RFC 9110 §15.6.3"


class DeadlineExceeded(Problem):
    """The query was stopped at its deadline."""

    slug, title, status, exit_code = "deadline-exceeded", "The query ran out of time", 504, EXIT_DATA
    remedy = "Make the patterns more selective, add LIMIT, or ask for a longer timeout up to the server's."
    clause = "RFC 9110 §15.6.5"


class MemoryExceeded(Problem):
    """The query was stopped because it needed more memory than it may use."""

    slug, title, status, exit_code = "memory-exceeded", "The query ran out of memory", 507, EXIT_DATA
    remedy = "Join the patterns by shared variables, and sort or group fewer solutions."
    clause = "RFC 4918 §11.5"


class ResultTooLarge(Problem):
    """The result is longer than this service sends; where a part had been sent, the connection was broken off."""

    slug, title, status, exit_code = "result-too-large", "The result is too long", 507, EXIT_DATA
    remedy = "Ask for fewer solutions with LIMIT or limit-rows, or download the whole data set."
    clause = "RFC 4918 §11.5"


class EvaluationFailed(Problem):
    """The engine failed on this query; the reason is in the service's log."""

    slug, title = "evaluation-failed", "The query could not be evaluated"
    remedy = "Simplify the query step by step; the part that makes it fail is worth a report."
    clause = "SPARQL 1.1 Protocol §2.1.7"


class InternalError(Problem):
    """The service itself is at fault."""

    slug, title = "internal-error", "The service failed"
    remedy = "Report it with the time of the request; the log tells what happened."


class DataSyntaxError(Problem):
    """A file of the data set cannot be parsed."""

    slug, title, exit_code = "data-syntax", "A file of the data set cannot be parsed", EXIT_DATA
    remedy = "Mend the file at the line and column given; nothing is served until all files parse."
    clause = "RDF 1.1 Turtle §6"


class DataInvalid(Problem):
    """The data set breaks a rule that the service relies on."""

    slug, title, exit_code = "data-invalid", "The data set cannot be used as it is", EXIT_DATA
    remedy = "Change the data as the message says; `kg validate` lists further faults."
    clause = "README, Layout"


class WrongUsage(Problem):
    """The command line or a setting asks for something that does not exist."""

    slug, title, status, exit_code = "wrong-usage", "Wrong usage", 400, EXIT_USAGE
    remedy = "See `kg --help`."
    clause = "README, Commands"


class CheckFailed(Problem):
    """A file is not in canonical layout, or cannot be brought into it without loss."""

    slug, title, exit_code = "format-check", "A file is not formatted", EXIT_DATA
    remedy = "Run `kg format`; a comment that shares its line with a statement goes on a line of its own."
    clause = "README, Commands"


class ToolFailed(Problem):
    """A program that the command relies on is missing or failed."""

    slug, title = "tool-failed", "A program failed"
    remedy = "Install the program named, or leave out the option that needs it."
    clause = "README, Commands"


class SystemRefused(Problem):
    """The system does not give what the command needs: a port, a file, room on disk or in memory."""

    slug, title = "system-refused", "The system refuses what is needed"
    remedy = "Make room, free the port, or give leave to read and write; or name another place."
    clause = "README, Commands"


PROBLEMS: tuple[type[Problem], ...] = tuple(Problem.__subclasses__())
