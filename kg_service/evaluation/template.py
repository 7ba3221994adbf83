"""The template process: loads the data set once, then forks workers from itself on demand and reaps them.

It has no thread of its own and holds no lock when it forks, so a copy of it is as clean as the original. An index on
disk is opened here, once for all workers: they share what it keeps in memory. The engine's threads, which are there for
writing, are not copied; reading needs none of them, and a worker ends without closing anything.
Run as `python -m kg_service.evaluation.template FD`; it speaks JSON lines on that socket and ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg_service.config import Limits
from kg_service.errors import Problem
from kg_service.evaluation.confinement import Memory, die_with_parent, forbid_network, give_back_memory
from kg_service.evaluation.processors import allow, interrupt_nobody
from kg_service.evaluation.worker import serve_requests, warm_up
from kg_service.loading import place_of
from kg_service.store.opening import open_local, open_remote

if TYPE_CHECKING:
    from kg_service.store.contract import Store

__all__ = ["main"]

_LAST_WORDS = 2_000


class Template:
    """The loaded data set and the workers forked from it.

    Commands, one JSON object a line: {"fork": number}, with the worker's socket attached; {"kill": number}.
    Reports: {"ready": facts, "network": how it was taken away} or {"failed": …} once;
    {"died": number, "signal": n, "words": text} for each death.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.numbers: dict[int, int] = {}
        self.words: dict[int, IO[bytes]] = {}
        self.pending = b""
        self.sockets: list[int] = []

    def run(self) -> None:
        """Load, report, then serve commands until the control socket closes; no worker outlives this."""
        configuration = json.loads(self.control.makefile("rb").readline())
        try:
            store, network = self.load(configuration)
        except Problem as problem:
            told = {"failed": place_of(problem), "slug": problem.slug, "others": problem.members.get("others", [])}
            self.report(told)
            return
        self.report({"ready": store.facts, "network": network})
        gc.collect()
        give_back_memory()  # what was needed for loading alone would be copied along with each worker
        allow(0, every=False)  # making workers takes some milliseconds, and nobody waits for them
        gc.freeze()  # what is loaded is never collected, so workers keep sharing its pages
        wakeup, wakeup_end = socket.socketpair()
        wakeup.setblocking(False)
        wakeup_end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup_end.fileno(), warn_on_full_buffer=False)
        selector = selectors.DefaultSelector()
        selector.register(self.control, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wakeup:
                    with contextlib.suppress(BlockingIOError):
                        wakeup.recv(4096)
                    self.reap()
                elif not self.obey(store, configuration):
                    self.kill_all()
                    return

    def load(self, configuration: dict[str, Any]) -> tuple[Store, str]:
        """Load the data set and make ready for forking; return it and how the network was taken away.

        Taken for good, and from all that is forked from here: only workers meet strangers' queries. That has to happen
        before the engine starts threads, and not at all where a remote store has to be asked.
        """
        places, limits = [Path(place) for place in configuration["places"]], Limits.of(configuration)
        if configuration.get("store"):
            return open_remote(configuration["store"], places, limits), "store"
        store = open_local(places, limits, self.tell if configuration.get("progress") else None)
        network = forbid_network()
        store.open()
        warm_up(store)
        return store, network

    def tell(self, line: str) -> None:
        """Tell on a terminal how loading goes on."""
        end = "\n" if line.startswith("counting") else ""  # the last step of a build
        print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)

    def obey(self, store: Store, configuration: dict[str, Any]) -> bool:
        """Carry out the commands that have arrived; False at the end of the control socket."""
        try:
            data, sockets, _, _ = socket.recv_fds(self.control, 65536, 64)
        except ConnectionError:  # closed with reports unread
            return False
        if not data:
            return False
        self.sockets += sockets
        self.pending += data
        *lines, self.pending = self.pending.split(b"\n")
        for line in lines:
            command = json.loads(line)
            if "fork" in command:
                self.fork(command, socket.socket(fileno=self.sockets.pop(0)), store, configuration)
            elif "kill" in command:
                for pid in self.process_of(command["kill"]):
                    os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still this child's
        return True

    def fork(
        self, command: dict[str, int], connection: socket.socket, store: Store, configuration: dict[str, Any]
    ) -> None:
        """Make a worker that serves requests on `connection`."""
        try:
            words = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
            pid = os.fork()
        except OSError as error:
            connection.close()
            self.report({"died": command["fork"], "signal": 0, "words": f"it could not be made: {error}"})
            return
        if pid == 0:
            code = 1
            try:
                self.become_worker(words)
                query_mib = configuration["memory"] + store.reserve_mib
                memory = Memory(query_mib=query_mib, growth_mib=configuration["growth"])
                serve_requests(connection, store, memory=memory, result_bytes=configuration["result_bytes"])
                code = 0
            except BaseException:
                traceback.print_exc()  # its last words
                raise
            finally:
                sys.stderr.flush()
                os._exit(code)
        connection.close()
        self.numbers[pid], self.words[pid] = command["fork"], words

    def process_of(self, number: int) -> list[int]:
        """Return the process of a worker, if it lives."""
        return [pid for pid, its_number in self.numbers.items() if its_number == number]

    def become_worker(self, words: IO[bytes]) -> None:
        """Let go of everything that is the template's."""
        die_with_parent()
        interrupt_nobody()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.control.close()
        os.dup2(words.fileno(), 2)
        for other in self.words.values():
            other.close()

    def reap(self) -> None:
        """Collect the workers that have ended and report each death with its last words."""
        while self.numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            number, words = self.numbers.pop(pid), self.words.pop(pid)
            with words:
                words.seek(max(0, words.seek(0, os.SEEK_END) - _LAST_WORDS))
                text = words.read().decode("utf-8", "replace").strip()
            self.report(
                {
                    "died": number,
                    "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                    "words": text,
                }
            )

    def report(self, content: dict[str, Any]) -> None:
        """Send one line to the service; where it has gone, the next read of a command tells."""
        with contextlib.suppress(ConnectionError):
            self.control.sendall(json.dumps(content).encode() + b"\n")

    def kill_all(self) -> None:
        """End every worker and wait for it."""
        for pid in self.numbers:
            os.kill(pid, signal.SIGKILL)
        for pid in self.numbers:
            os.waitpid(pid, 0)


def main() -> None:
    """Run the template on the socket whose descriptor is the only argument."""
    # Python warns of the engine's threads, which a worker does not need.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to handle
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # and so is the order to load again
    Template(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
