"""SIGHUP asks for the data set to be loaded again; it also tells that a terminal has gone, which ends the service."""

from __future__ import annotations

import os
import signal

__all__ = ["HANGUP", "Terminal", "hold_back", "let_through"]

#: The signal, or None on Windows.
HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)


def hold_back() -> None:
    """Keep the signal, which would end the process, until there is something that takes it."""
    if HANGUP is not None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {HANGUP})


def let_through() -> None:
    """Deliver the signal from now on, and one that has come meanwhile."""
    if HANGUP is not None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {HANGUP})


class Terminal:
    """The terminal that the process was started from, where it was."""

    def __init__(self) -> None:
        self._was_there = os.isatty(0)

    def has_gone(self) -> bool:
        """Tell whether it was closed."""
        return self._was_there and not os.isatty(0)
