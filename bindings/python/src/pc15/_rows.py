"""Pictures as bands of rows: the callbacks of the library as generators and iterators of Python."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ._arrays import U8, Pixels, pixels_in, shape_of

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


class Source:
    """The rows of an iterable of bands, as many at a time as the library asks for; from a function that makes one, as
    often as it asks for row 0. What the iterable raises, and what is wrong with its bands, ends the encode and waits in
    `failure`."""

    def __init__(self, rows: Iterable[Any] | Callable[[], Iterable[Any]], height: int) -> None:
        self._make = rows if callable(rows) else None
        self._height = height
        self._start(rows() if callable(rows) else rows)
        self.format, self.width = self._band.format, self._band.width
        self.failure: BaseException | None = None

    @property
    def again(self) -> bool:
        return self._make is not None

    def _start(self, rows: Iterable[Any]) -> None:
        self._rows = iter(rows)
        self._band: Pixels = self._take()
        self._used = self._next_row = 0

    def _take(self) -> Pixels:
        return pixels_in(next(self._rows))

    def __call__(self, y: int, count: int) -> bytes:
        try:
            return self._next(y, count)
        except StopIteration:
            self.failure = ValueError(f"the rows end at {y} of {self._height}")
        except BaseException as error:  # raised again when the call is over
            self.failure = error
        return b""

    def _next(self, y: int, count: int) -> bytes:
        if y < self._next_row and self._make is not None:
            self.check_end()
            self._start(self._make())
        if self._used == self._band.height:
            self._band, self._used = self._take(), 0
        if self._used == 0 and (self._band.format, self._band.width) != (self.format, self.width):
            raise ValueError(f"the band at row {y} has another width or number of channels than the first")
        first, self._used = self._used, min(self._used + count, self._band.height)
        self._next_row = y + self._used - first
        return self._band.array[first : self._used].tobytes()

    def check_end(self) -> None:
        if self._used < self._band.height:
            raise ValueError(f"the last band has {self._band.height - self._used} rows more than the height {self._height}")
