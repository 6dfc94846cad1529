"""Long calls that Ctrl-C can end.

The library runs without the GIL, but Python handles signals on the main thread only, between bytecodes. So a long
call of the main thread moves to a helper thread; the main thread waits, and when an exception interrupts the wait it
cancels the call, which then ends within milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

# Decoding fewer pixels takes some 0.1 s; a thread of its own costs 4 % of a decode of 0.4 megapixels (its memory is cold).
SHORT_PIXELS = 1 << 22


def interruptible(call: Callable[[], Any], cancel: Callable[[], object], pixels: int) -> Any:
    """The result of `call()`; `cancel` must make it return early."""
    if pixels <= SHORT_PIXELS or threading.current_thread() is not threading.main_thread():
        return call()
    outcome: list[Any] = []
    failure: list[BaseException] = []

    # Not Thread.join: interrupted, it may take a running thread for finished (bpo-45274).
    over = threading.Event()

    def body() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # handed to the caller's thread below
            failure.append(error)
        finally:
            over.set()

    threading.Thread(target=body, name="pc15", daemon=True).start()
    try:
        over.wait()
    except BaseException:
        cancel()
        _outlast(over)
        raise
    if failure:
        raise failure[0]
    return outcome[0]


def _outlast(over: threading.Event) -> None:
    """Waits whatever comes: the call still uses the caller's memory."""
    while not over.is_set():
        try:
            over.wait()
        except BaseException:  # noqa: BLE001 - a second Ctrl-C changes nothing, the first is on its way
            continue


class Progress:
    """A user's callback `progress(done, total)` as the library wants it. It may return True to cancel; what it
    raises cancels too and is raised again by the call."""

    def __init__(self, callback: Callable[[int, int], object]) -> None:
        self._callback = callback
        self.failure: BaseException | None = None

    def __call__(self, done: int, total: int) -> bool:
        try:
            return self._callback(done, total) is True
        except BaseException as error:  # raised again when the call is over
            self.failure = error
            return True
