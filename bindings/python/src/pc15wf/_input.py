"""Reads images through a child process, so that a hostile file costs one error and not the worker."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pc15._arrays import U8

ATTEMPTS = 3
_CHILD = Path(__file__).with_name("_input_child.py")


@dataclass(frozen=True)
class Limits:
    """What an input may cost."""

    max_bytes: int = 1 << 30
    max_pixels: int = 1 << 28
    memory: int = 4 << 30
    seconds: float = 60.0


@dataclass(frozen=True)
class Source:
    """A decoded input, upright, and what identifies its file."""

    pixels: U8
    icc: bytes
    size: int
    mtime_ns: int
    digest: str


class InputError(ValueError):
    """An input that cannot be used."""


class _ChildDied(Exception):
    pass


class InputReader:
    """A child that decodes one image after another. One thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen([sys.executable, "-I", str(_CHILD), str(self.limits.memory)],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                           cwd="/")
        return self._child

    def read(self, path: Path) -> Source:
        """Decodes a file. InputError says what is wrong with it."""
        for _ in range(ATTEMPTS):  # others than the file may have killed the child
            try:
                return self._ask(path)
            except _ChildDied:
                pass
        raise InputError("crashes its decoder, or needs more memory or time than the limits")

    def _ask(self, path: Path) -> Source:
        child = self._start()
        assert child.stdin is not None
        request = {"path": os.fspath(path), "max_bytes": self.limits.max_bytes, "max_pixels": self.limits.max_pixels,
                   "seconds": self.limits.seconds}
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            self.close()
            raise _ChildDied from None
        deadline = time.monotonic() + self.limits.seconds
        head: dict[str, Any] = json.loads(self._line(deadline))
        if "error" in head:
            raise InputError(head["error"])
        icc = bytes(self._bytes(head["icc"], deadline))
        count = head["width"] * head["height"] * head["channels"]
        shape = (head["height"], head["width"]) + ((head["channels"],) if head["channels"] > 1 else ())
        pixels = np.frombuffer(self._bytes(count, deadline), np.uint8).reshape(shape)
        return Source(pixels, icc, head["bytes"], head["mtime_ns"], head["digest"])

    def _some(self, view: memoryview, deadline: float) -> int:
        """Reads at least one byte."""
        child = self._child
        assert child is not None and child.stdout is not None
        wait = deadline - time.monotonic()
        if wait <= 0 or not select.select([child.stdout], [], [], wait)[0]:
            self.close()
            raise InputError(f"takes more than {self.limits.seconds:g} s to decode")
        got = os.readv(child.stdout.fileno(), [view])
        if got == 0:
            self.close()
            raise _ChildDied
        return got

    def _bytes(self, count: int, deadline: float) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        done = 0
        while done < count:
            done += self._some(view[done:], deadline)
        return data

    def _line(self, deadline: float) -> bytes:
        line = bytearray()
        one = bytearray(1)
        while not line.endswith(b"\n"):
            self._some(memoryview(one), deadline)
            line += one
        return bytes(line)

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        pass
            child.wait()

    def __del__(self) -> None:
        self.close()  # when its thread ends


_readers = threading.local()


def reader(limits: Limits) -> InputReader:
    """This thread's reader."""
    found: InputReader | None = getattr(_readers, "reader", None)
    if found is None or found.limits != limits:
        if found is not None:
            found.close()
        found = _readers.reader = InputReader(limits)
    return found
