"""Pictures as bands of rows: a push interface of the library as a Python generator."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ._arrays import U8, shape_of

# Bands that wait for the consumer: the next is decoded while it works on one.
AHEAD = 2


def bands(decode: Callable[[Callable[[int, int, bytearray], bool]], object], cancel: Callable[[], object], format_: int,
          width: int) -> Iterator[tuple[int, U8]]:
    """Runs `decode(receive)` on a thread of its own and yields (y, rows) in order. What it raises is raised here after
    the rows that came before; when the generator is closed early the decode is cancelled and waited for."""
    channel: queue.Queue[tuple[int, U8] | BaseException | None] = queue.Queue(AHEAD)
    over = threading.Event()

    def receive(y: int, count: int, rows: bytearray) -> bool:
        channel.put((y, np.frombuffer(rows, np.uint8).reshape(shape_of(format_, width, count))))
        return over.is_set()

    def body() -> None:
        end: BaseException | None = None
        try:
            decode(receive)
        except BaseException as error:  # raised again by the consumer
            end = error
        channel.put(end)

    thread = threading.Thread(target=body, name="pc15-rows", daemon=True)
    thread.start()
    item: Any = ()
    try:
        while isinstance(item := channel.get(), tuple):
            yield item
        if item is not None:
            raise item
    finally:
        if isinstance(item, tuple):  # given up early
            over.set()
            cancel()
            while isinstance(channel.get(), tuple):
                pass
        thread.join()
