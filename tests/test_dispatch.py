"""Who gets which worker, over many orders of events: no request is lost, none is answered twice or for another."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from kg_service.config import Limits
from kg_service.errors import Problem
from kg_service.evaluation import worker_link
from kg_service.evaluation.call import Answer, Call
from kg_service.evaluation.dispatch import Dispatcher
from kg_service.evaluation.frames import FrameKind, answer_frame, frame
from kg_service.evaluation.inbox import Inbox
from kg_service.evaluation.worker_link import Worker

if TYPE_CHECKING:
    from collections.abc import Callable


class Idle(Exception):
    """A process would sleep here until bytes come."""


class Process:
    """A worker process, and both ends of its socket: it goes on only when it is told to."""

    def __init__(self) -> None:
        self.received, self.sent = bytearray(), bytearray(frame(FrameKind.READY, bytes(4)))
        self.is_open = True
        self.content: dict[str, Any] | None = None
        self.inbox = Inbox(self, lambda: None)  # type: ignore[arg-type]  # all of a socket that it uses

    def setsockopt(self, *_: object) -> None: ...

    def recv(self, _: int, flags: int = 0) -> bytes:
        if not self.received:
            raise BlockingIOError if flags else Idle
        data, self.received = bytes(self.received), bytearray()
        return data

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def write(self, data: bytes) -> None:
        self.received += data

    def is_closing(self) -> bool:
        return not self.is_open

    def abort(self) -> None:
        self.is_open = False

    def go_on(self, *, look: bool) -> None:
        """Take the next request, or answer the one that was taken: with its name."""
        if self.content is None:
            self.content = self.inbox.next(look=look)
        else:
            self.sent += answer_frame(1, b"", self.content["name"].encode())
            self.content = None


class World:
    """A dispatcher with a clock of its own, and its processes."""

    def __init__(self, patched: pytest.MonkeyPatch, *, size: int) -> None:
        patched.setattr(worker_link, "allow", lambda *_, **__: None)
        self.now: float = 1000.0
        patched.setattr("kg_service.evaluation.dispatch.time.monotonic", lambda: self.now)
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.links: list[tuple[Worker, Process]] = []
        self.outcomes: dict[str, list[Answer | Problem]] = {}
        self.calls: dict[str, Call] = {}
        self.dispatcher = Dispatcher(Limits(queue=20), self, size=size, replace=self.replace)  # type: ignore[arg-type]
        for _ in range(size + 2):
            self.make()
        self.hear_all()

    def call_later(self, delay: float, do: Callable[[], None]) -> World:
        self.timers.append((self.now + delay, do))
        return self

    def cancel(self) -> None:
        """Forget the timer: a dispatcher has one at most."""
        self.timers.clear()

    def make(self) -> None:
        worker = Worker(len(self.links), on_ready=self.dispatcher.add, on_free=self.dispatcher.is_free)
        process = Process()
        worker.connection_made(process)  # type: ignore[arg-type]
        self.links.append((worker, process))

    def replace(self, _: Worker) -> None:
        self.make()

    def ask(self, client: str) -> None:
        name = f"{client}{len(self.calls)}"
        outcomes = self.outcomes[name] = []
        request = {"name": name}
        call = Call(request, client, self.now, self.now + 30, outcomes.append, self.dispatcher.withdraw, None)
        self.calls[name] = call
        try:
            self.dispatcher.place(call, self.now)
        except Problem as problem:
            outcomes.append(problem)

    def hear(self, number: int) -> None:
        worker, process = self.links[number]
        data, process.sent = bytes(process.sent), bytearray()
        if data and process.is_open:
            worker.data_received(data)

    def go_on(self, number: int, *, look: bool) -> bool:
        process = self.links[number][1]
        try:
            process.go_on(look=look)
        except Idle:
            return False
        return process.is_open

    def let_pass(self, seconds: float) -> None:
        self.now += seconds
        if self.timers and self.timers[0][0] <= self.now:
            self.timers.pop()[1]()

    def hear_all(self) -> None:
        for number in range(len(self.links)):
            self.hear(number)

    def settle(self) -> None:
        """Let everything come to its end, quickly."""
        for _ in range(200):
            busy = [self.go_on(number, look=True) for number in range(len(self.links))]
            if not any(busy):
                self.hear_all()
                if self.dispatcher.load == (0, 0):
                    return
            self.hear_all()
            self.let_pass(0.0001)


def test_a_request_that_comes_back_to_a_worker_is_not_the_one_that_was_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(monkeypatch, size=1)
    world.ask("a")
    world.let_pass(0.003)
    world.ask("reserve")
    world.go_on(0, look=False)
    world.go_on(0, look=False)
    world.hear(0)
    world.ask("b")
    world.ask("c")
    for _ in range(3):  # takes b, answers it, takes c; none of it heard
        world.go_on(0, look=False)
    world.let_pass(0.003)  # c, seemingly behind a slow one, is withdrawn
    assert world.dispatcher.load == (2, 1)
    world.hear(0)  # and given to the same worker, which is seemingly free
    assert world.dispatcher.load == (2, 0)
    world.settle()

    assert [(name, len(told)) for name, told in world.outcomes.items()] == [
        ("a0", 1), ("reserve1", 1), ("b2", 1), ("c3", 1),
    ]  # fmt: skip


#: Event → how often, of so many.
EVENTS = {"ask": 30, "go on": 40, "hear": 20, "pass": 15, "leave": 1, "grow": 1, "die": 1}
STEPS = 5_000


@pytest.mark.parametrize("seed", range(12))
def test_every_request_has_one_answer_and_its_own(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world, left = World(monkeypatch, size=1 + seed % 2), set[str]()
    chance = random.Random(seed)  # noqa: S311 - the same each time
    for event in chance.choices([*EVENTS], [*EVENTS.values()], k=STEPS):
        number = chance.choice([each for each, (_, process) in enumerate(world.links) if process.is_open])
        wanted = [each for each in world.calls.values() if each.is_wanted]
        assert sum(world.dispatcher.load) == len(wanted)
        match event:
            case "ask" if len(wanted) < 3 + seed % 4:
                world.ask(chance.choice("ab"))
            case "go on":
                world.go_on(number, look=chance.random() < 0.5)
            case "hear":
                world.hear(number)
            case "pass":
                world.let_pass(chance.choice([0.0002, 0.0015, 0.003]))
            case "grow":
                world.links[number][1].sent += frame(FrameKind.GROWN)
            case "die" if world.dispatcher.has(worker := world.links[number][0]):
                world.dispatcher.end(worker, "died")
            case "leave" if wanted:
                call = chance.choice(wanted)
                left.add(call.request["name"])
                call.is_wanted = False
                world.dispatcher.withdraw(call)
    world.settle()

    assert world.dispatcher.load == (0, 0)
    assert len(world.outcomes) > STEPS // 50
    for name, outcomes in world.outcomes.items():
        told = [each.body if isinstance(each, Answer) else each for each in outcomes]
        assert told == ([] if name in left else [name.encode()])
