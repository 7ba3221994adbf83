"""Several front processes on one port: made by forking, started again when they die; this process loads nothing.

The first checks the data set, at the start and at each reload, and the others follow, so that it is checked once.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg_service.errors import EXIT_TOOL
from kg_service.web.hangup import HANGUP, Terminal
from kg_service.web.listening import bind, free_addresses
from kg_service.web.observe import MOMENTARY
from kg_service.web.tally import Tally

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

__all__ = ["Front", "supervise"]

_log = logging.getLogger("kg_service.supervisor")
#: Seconds that a front has to close its workers, beside those that requests have to end.
_CLOSING_S = 5
#: Seconds before a front that could not start is started again: at first, and at most.
_AGAIN_S, _AGAIN_MOST_S = 0.5, 30


@dataclass(frozen=True, slots=True)
class Front:
    """What a front process knows of the others.

    number      its place; 0 is the first, which checks the data set for all
    sockets     bound, not yet listening
    tally       counters, with its own part taken
    announces   whether it says where the service is
    """

    number: int
    sockets: list[socket.socket]
    tally: Tally
    announces: bool
    parent: int
    reports: int

    def report(self, **found: Any) -> None:
        """Tell the supervisor what is served: its hash, and whether that is what the files say."""
        os.write(self.reports, json.dumps({"number": self.number, "found": found}).encode() + b"\n")

    def is_orphan(self) -> bool:
        """Tell whether the supervisor has gone; Linux ends us then, other systems do not."""
        return os.getppid() != self.parent


@dataclass(slots=True)
class _Place:
    """One front's place: the process in it, and what it told."""

    number: int
    process: int | None = None
    found: dict[str, Any] | None = None
    starts: int = 0
    due: float | None = None
    delay_s: float = 0.0


def supervise(count: int, host: str, port: int, grace_s: float) -> Front:
    """Run `count` front processes until told to stop; returns in each of them, and never in this process.

    Raises WrongUsage (exit 2) where the platform cannot share a port, SystemRefused (exit 3) where it is taken, and
    SystemExit at the end.
    """
    supervisor = _Supervisor([_Place(number) for number in range(count)], free_addresses(host, port), grace_s)
    front = supervisor.run()
    if front is None:
        sys.exit(supervisor.status)
    return front


class _Ears:
    """What the supervisor hears: signals, and lines that fronts write."""

    def __init__(self) -> None:
        self.signals: list[int] = []
        self._wanted = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD} | ({HANGUP} if HANGUP else set())
        self._reads, self.writes = os.pipe()
        self._wakes, self._wake = os.pipe()
        for descriptor in (self._reads, self._wakes, self._wake):
            os.set_blocking(descriptor, False)
        for each in self._wanted:
            signal.signal(each, lambda number, _: self.signals.append(number))
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self.open()

    def open(self) -> None:
        """Let signals in."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._wanted)

    def shut(self) -> None:
        """Keep signals back."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self._wanted)

    def listen(self, seconds: float | None) -> bytes:
        """Wait for anything; return what fronts wrote."""
        ready, _, _ = select.select([self._reads, self._wakes], [], [], seconds)
        heard = {descriptor: os.read(descriptor, 65_536) for descriptor in ready}
        return heard.get(self._reads, b"")

    def let_go(self) -> None:
        """Hear nothing any more, in a process forked from the supervisor; SIGHUP stays held back."""
        signal.set_wakeup_fd(-1)
        for descriptor in (self._reads, self._wakes, self._wake):
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too, and the supervisor tells us to stop
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD})


@dataclass(slots=True)
class _Supervisor:
    places: list[_Place]
    addresses: list[tuple[int, Any]]
    grace_s: float
    status: int = 0
    asked: bool = False
    stops: float | None = None
    settled: bool = False
    told: bytes = b""

    def run(self) -> Front | None:
        """Start and watch the fronts; returns the front in each of them, None here at the end."""
        held = bind(self.addresses)  # keeps the port ours while no front listens
        tally, terminal, ears, own = Tally(len(self.places)), Terminal(), _Ears(), os.getpid()
        self.places[0].due = time.monotonic()
        while self.stops is None or any(place.process is not None for place in self.places):
            for place in self.due():
                ears.shut()  # the front must not answer as we do
                place.process, place.starts = os.fork(), place.starts + 1
                if place.process == 0:
                    ears.let_go()
                    announces = place.number == 0 and place.starts == 1
                    front = Front(place.number, bind(self.addresses), tally, announces, own, ears.writes)
                    return _become(front)
                ears.open()
            self.hear(ears.listen(self.wait_s()))
            while ears.signals:
                self.obey(ears.signals.pop(0), terminal)
            self.reap(tally)
            if self.stops is not None and time.monotonic() > self.stops:
                self.tell(signal.SIGKILL)
        for each in held:
            each.close()
        return None

    def due(self) -> Iterator[_Place]:
        """Yield the places whose front is to be started now."""
        for place in self.places:
            if self.stops is None and place.due is not None and place.due <= time.monotonic():
                place.due = None
                yield place

    def wait_s(self) -> float | None:
        """Return the seconds until something is due, None for none."""
        times = [place.due for place in self.places if place.due is not None and self.stops is None]
        times += [self.stops] if self.stops is not None else []
        return max(0.0, min(times) - time.monotonic()) if times else None

    def obey(self, number: int, terminal: Terminal) -> None:
        """Answer a signal that came to us."""
        if number == HANGUP and not terminal.has_gone():
            self.asked = True
            self.tell(number, self.places[:1])
        elif number != signal.SIGCHLD:
            self.tell(signal.SIGTERM if self.stops is None else signal.SIGKILL)
            self.stops = self.stops or time.monotonic() + self.grace_s + _CLOSING_S

    def tell(self, number: int, places: list[_Place] | None = None) -> None:
        """Send a signal to fronts, all by default."""
        for place in self.places if places is None else places:
            if place.process is not None:
                os.kill(place.process, number)  # not reaped yet, so the number is still this child's

    def hear(self, data: bytes) -> None:
        """Take in what fronts report; the others follow the first, and the first one that has found something newer."""
        *lines, self.told = (self.told + data).split(b"\n")
        first = self.places[0]
        for line in lines:
            report = json.loads(line)
            place, found = self.places[report["number"]], report["found"]
            is_new, place.found, place.delay_s = place.found is None, found, 0.0
            if not self.settled:
                self.settled = True
                for other in self.places[1:]:
                    other.due = time.monotonic()
            elif place is first:
                behind = [each for each in self.places[1:] if each.found is not None and each.found != found]
                self.tell(HANGUP or 0, self.places[1:] if self.asked else behind)
                self.asked = False
            elif is_new and first.found is not None and first.found != found:
                self.tell(HANGUP or 0, [first])

    def reap(self, tally: Tally) -> None:
        """Collect the processes that have ended; a front is started again."""
        while True:
            try:
                process, wait_status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            for place in self.places:
                if place.process == process:
                    tally.clear(place.number, MOMENTARY)
                    self.bury(place, os.waitstatus_to_exitcode(wait_status))

    def bury(self, place: _Place, status: int) -> None:
        """Note an ended front, and when the next is started; the service ends where none is left that could."""
        was_well, place.process, place.found = place.found is not None, None, None
        if self.stops is not None:
            return
        none_left = all(each.process is None for each in self.places)
        if not self.settled or (none_left and not was_well and status > 0):
            if status <= 0:
                _log.error("the first front process was ended by signal %s", -status)
            self.status, self.stops = status if status > 0 else EXIT_TOOL, time.monotonic() + _CLOSING_S
            self.tell(signal.SIGTERM)
            return
        place.delay_s = 0.0 if was_well else min(_AGAIN_MOST_S, max(_AGAIN_S, 2 * place.delay_s))
        place.due = time.monotonic() + place.delay_s
        _log.error("front process %s ended with status %s; another is started", place.number, status)


def _become(front: Front) -> Front:
    """Make this process a front that ends with the supervisor."""
    from kg_service.evaluation.confinement import die_with_parent  # noqa: PLC0415 - not on every platform

    die_with_parent()
    if front.is_orphan():  # it died before the line above
        os._exit(EXIT_TOOL)
    front.tally.take(front.number)
    return front
