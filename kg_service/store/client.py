"""Talking to a remote engine by the SPARQL 1.1 Protocol: a connection kept, reads tried again, failures told."""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import time
from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urljoin

import httpx2

from kg_service.errors import (
    DeadlineExceeded,
    EvaluationFailed,
    QuerySyntaxError,
    RemoteUnavailable,
    ResultTooLarge,
    WrongUsage,
)
from kg_service.store.engines import CAPPED, PARTIAL, Engine, engine_of
from kg_service.store.pace import Pace, Received, Sent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from kg_service.store.address import Address

__all__ = ["Breaker", "Client"]

_TRIES, _PAUSE_S = 3, 0.1
_FAILURES, _OPEN_S = 5, 2.0
_WORDS = 400
_CONNECT_S = 5.0


class Breaker:
    """How often the engine failed in a row, shared by all workers that were forked after it was made.

    After some failures nobody asks for a while, so that a dead engine costs each request no more than a moment.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 16)

    def check(self, name: str) -> None:
        """Raise RemoteUnavailable (502) while nobody should ask."""
        failures, until = struct.unpack("qd", self._shared[:16])
        if failures >= _FAILURES and time.monotonic() < until:
            raise RemoteUnavailable(
                f"{name} has not answered {failures} times in a row; it is asked again in a moment.",
                headers={"Retry-After": str(max(1, round(until - time.monotonic())))},
            )

    def failed(self) -> None:
        """Count a failure. Two workers may count one together, which does no harm."""
        failures, _ = struct.unpack("qd", self._shared[:16])
        self._shared[:16] = struct.pack("qd", failures + 1, time.monotonic() + _OPEN_S)

    def succeeded(self) -> None:
        """Forget the failures."""
        if any(self._shared[:8]):
            self._shared[:16] = bytes(16)


class Client:
    """One process's connections to a remote store."""

    def __init__(self, address: Address, breaker: Breaker | None = None, *, timeout_s: float = 60.0) -> None:
        self.address = address
        self.engine: Engine = engine_of("")
        self._breaker = breaker or Breaker()
        self._timeout = timeout_s
        self._sessions: dict[int, httpx2.Client] = {}

    @property
    def session(self) -> httpx2.Client:
        """The connections of this process: those of the process that it was forked from are not its own."""
        process = os.getpid()
        if process not in self._sessions:
            self._sessions.clear()
            times = httpx2.Timeout(self._timeout, connect=min(_CONNECT_S, self._timeout))
            self._sessions[process] = httpx2.Client(auth=_Login(self.address), timeout=times, trust_env=False)
        return self._sessions[process]

    @contextlib.contextmanager
    def query(
        self, text: str, accept: str, default: Sequence[str] = (), named: Sequence[str] = ()
    ) -> Iterator[httpx2.Response]:
        """Ask a query by form POST, with the dataset named; the response's body has not been read yet.

        Raises RemoteUnavailable (502), DeadlineExceeded (504), QuerySyntaxError (400), EvaluationFailed (500).
        """
        form: dict[str, list[str]] = {"query": [text]}
        form |= {"default-graph-uri": [*default]} if default else {}
        form |= {"named-graph-uri": [*named]} if named else {}
        if self.engine.timeout is not None:
            name, units = self.engine.timeout
            form[name] = [str(int(self._timeout * units))]
        response = self._send(form, accept)
        try:
            self.engine = engine_of(response.headers.get("server", ""))
            if response.status_code != httpx2.codes.OK:
                raise self._refusal(response)
            _require_whole(response)
            yield response
        except SyntaxError as error:  # of whoever reads the body
            raise EvaluationFailed(f"{self.engine.name} sent what nobody can read: {error}.") from error
        except httpx2.TimeoutException as error:
            raise DeadlineExceeded(f"{self.address.shown} did not answer within {self._timeout:g} seconds.") from error
        except httpx2.HTTPError as error:
            raise EvaluationFailed(f"The answer of {self.address.shown} broke off: {_words(error)}.") from error
        finally:
            response.close()

    def put_graph(self, graph: str, content: bytes) -> None:
        """Replace a graph by triples in N-Triples, whole or not at all (Graph Store Protocol §5.3; else one update).

        Raises RemoteUnavailable (502), WrongUsage (exit 2) where the address says nothing of writing.
        """
        place = self._graph_store()
        if place:
            # N-Triples is Turtle, which every engine reads.
            self._write("PUT", place, params={"graph": graph}, content=content, media_type="text/turtle")
        else:
            text = f"DROP SILENT GRAPH <{graph}> ;\nINSERT DATA {{ GRAPH <{graph}> {{\n{content.decode()}}} }}"
            self._update(text)

    def delete_graph(self, graph: str) -> None:
        """Remove a graph, if it is there."""
        place = self._graph_store()
        if place:
            self._write("DELETE", place, params={"graph": graph})
        else:
            self._update(f"DROP SILENT GRAPH <{graph}>")

    def probe(self) -> Engine:
        """Ask something small, and learn which engine it is."""
        with self.query("ASK {}", "application/sparql-results+xml, */*;q=0.1"):
            return self.engine

    def _graph_store(self) -> str:
        if self.address.graph_store or self.address.update:
            return self.address.graph_store
        found = self.probe().graph_store
        if not found:
            raise WrongUsage(
                f"Where {self.address.shown} takes graphs is not known; add ?graph-store=URL or ?update=URL to it."
            )
        return urljoin(self.address.query, found)

    def _update(self, text: str) -> None:
        self._write("POST", self.address.update, content=text.encode(), media_type="application/sparql-update")

    def _write(
        self,
        method: str,
        place: str,
        *,
        params: dict[str, str] | None = None,
        content: bytes = b"",
        media_type: str = "",
    ) -> None:
        headers = {"content-length": str(len(content))} if content else {}
        headers |= {"content-type": media_type} if media_type else {}
        body = Sent(content, Pace(self._timeout)) if content else None
        try:
            response = self.session.request(method, place, params=params, content=body, headers=headers)
        except httpx2.TransportError as error:
            raise RemoteUnavailable(f"{place} cannot be reached: {_words(error)}.") from error
        absent = method == "DELETE" and response.status_code == httpx2.codes.NOT_FOUND
        if not response.is_success and not absent and response.status_code not in self.engine.done:
            words = " ".join(response.text.split())[:_WORDS]
            raise RemoteUnavailable(f"{place} refused to write ({response.status_code}): {words}")

    def _send(self, form: dict[str, list[str]], accept: str) -> httpx2.Response:
        """Send a read, and again where no answer came: the engine may have closed the connection meanwhile."""
        self._breaker.check(self.address.shown)
        for attempt in range(1, _TRIES + 1):
            request = self.session.build_request("POST", self.address.query, data=form, headers={"accept": accept})
            try:
                response = self.session.send(request, stream=True)
            except httpx2.TimeoutException as error:
                self._breaker.failed()
                raise DeadlineExceeded(
                    f"{self.address.shown} did not answer within {self._timeout:g} seconds."
                ) from error
            except httpx2.TransportError as error:
                if attempt == _TRIES:
                    self._breaker.failed()
                    raise RemoteUnavailable(f"{self.address.shown} cannot be reached: {_words(error)}.") from error
                time.sleep(_PAUSE_S * attempt)
            else:
                self._breaker.succeeded()
                response.stream = Received(cast("httpx2.SyncByteStream", response.stream), Pace(self._timeout))
                return response
        raise AssertionError("a try returns or raises")

    def _refusal(self, response: httpx2.Response) -> Exception:
        """Return the problem for a status other than 200, with what the engine says."""
        response.read()
        words = " ".join(response.text.split())[:_WORDS]
        name = self.engine.name
        match response.status_code:
            case 400:
                return QuerySyntaxError(f"{name} cannot read this query: {words}")
            case 408 | 504:
                return DeadlineExceeded(f"{name} gave up: {words}")
            case 429 | 502 | 503:
                return RemoteUnavailable(f"{name} is busy or down ({response.status_code}): {words}")
            case 401 | 403:
                return RemoteUnavailable(f"{name} refuses us ({response.status_code}); check user and password.")
            case status:
                return EvaluationFailed(f"{name} answered {status}: {words}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of this process."""
        session = self._sessions.pop(os.getpid(), None)
        if session is not None:
            session.close()


class _Login(httpx2.Auth):
    """Basic or digest authentication, whichever the engine asks for."""

    def __init__(self, address: Address) -> None:
        self._user, self._password = address.user, address.password
        self._digest = httpx2.DigestAuth(self._user, self._password)

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Send the request, and again with a name and password where they are asked for."""
        if not self._user:
            yield request
            return
        response = yield request
        if response.status_code != httpx2.codes.UNAUTHORIZED:
            return
        if response.headers.get("www-authenticate", "").lower().startswith("digest"):
            # The challenge is known: the flow begins where it answers it.
            flow = self._digest.auth_flow(request)
            next(flow)
            yield flow.send(response)
        else:
            yield next(httpx2.BasicAuth(self._user, self._password).auth_flow(request))


def _require_whole(response: httpx2.Response) -> None:
    """Raise the problem of a result that the engine says it cut short; whatever stands between may hide its name."""
    for header in CAPPED:
        if header in response.headers:
            raise ResultTooLarge(f"The engine gives at most {response.headers[header]} rows, and this result has more.")
    for header in PARTIAL:
        if header in response.headers:
            raise DeadlineExceeded("The engine ran out of time and sent a part of the result.")


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
