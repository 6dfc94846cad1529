#!/usr/bin/env python3
"""Compares the Python calls with the C interface, in one process and turn by turn.

    bench/throughput.py --library build/release/libpc15.so [--image samples/parrots.png] [--rounds 15]

Prints JSON: the ratio of numpy's time to C's for encode plus decode (the median over rounds of the ratio of a round, and
of the fastest of each), what Python allocated beyond the picture and the file (tracemalloc sees numpy's memory), and how
much faster four Python threads decode than one, beside four processes. Both sides make a handle per call; C is called
through ctypes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
from PIL import Image

import pc15


class CImage(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("format", ctypes.c_int32), ("width", ctypes.c_uint32), ("height", ctypes.c_uint32),
                ("stride", ctypes.c_int64), ("data_size", ctypes.c_uint64), ("reserved", ctypes.c_uint64 * 2), ("data", ctypes.c_void_p)]


class Library:
    """Just enough of pc15.h."""

    def __init__(self, path: str) -> None:
        self.c = ctypes.CDLL(path)
        self.c.pc15_buffer_data.restype = ctypes.c_void_p
        self.c.pc15_buffer_size.restype = ctypes.c_size_t

    @staticmethod
    def image(array: np.ndarray) -> CImage:
        height, width, channels = array.shape
        return CImage(ctypes.sizeof(CImage), channels, width, height, 0, array.nbytes, (0, 0), array.ctypes.data)

    def encode(self, array: np.ndarray, effort: int) -> bytes:
        handle, buffer, image = ctypes.c_void_p(), ctypes.c_void_p(), self.image(array)
        assert self.c.pc15_encoder_create(None, ctypes.byref(handle)) == 0
        assert self.c.pc15_encoder_set_param(handle, 301, ctypes.c_int64(effort)) == 0
        assert self.c.pc15_encode_image_buffer(handle, ctypes.byref(image), ctypes.byref(buffer)) == 0
        data = ctypes.string_at(self.c.pc15_buffer_data(buffer), self.c.pc15_buffer_size(buffer))
        self.c.pc15_buffer_free(buffer)
        self.c.pc15_encoder_destroy(handle)
        return data

    def decode(self, data: bytes, array: np.ndarray) -> None:
        handle, image = ctypes.c_void_p(), self.image(array)
        assert self.c.pc15_decoder_create(None, ctypes.byref(handle)) == 0
        assert self.c.pc15_decode_image(handle, data, ctypes.c_size_t(len(data)), ctypes.byref(image)) == 0
        self.c.pc15_decoder_destroy(handle)


def seconds(call: Callable[[], object]) -> float:
    """Processor time of the whole process: other programs on the machine do not count."""
    started = time.process_time()
    call()
    return time.process_time() - started


def ratios(library: Library, picture: np.ndarray, effort: int, rounds: int) -> dict[str, float]:
    room = np.empty_like(picture)
    data = library.encode(picture, effort)
    assert data == pc15.encode(picture, effort=effort)

    def c() -> None:
        library.decode(library.encode(picture, effort), room)

    def python() -> None:
        pc15.decode(pc15.encode(picture, effort=effort))

    times: list[tuple[float, float]] = []
    for k in range(rounds):
        pair = (seconds(c), seconds(python)) if k % 2 else tuple(reversed((seconds(python), seconds(c))))
        times.append((pair[0], pair[1]))
    decode = [(seconds(lambda: library.decode(data, room)), seconds(lambda: pc15.decode(data, out=room))) for _ in range(4 * rounds)]
    return {"encode_decode_median_ratio": round(statistics.median(p / c for c, p in times), 4),
            "encode_decode_fastest_ratio": round(min(p for _, p in times) / min(c for c, _ in times), 4),
            "decode_median_ratio": round(statistics.median(p / c for c, p in decode), 4),
            "c_encode_decode_ms": round(1e3 * min(c for c, _ in times), 2)}


def allocations(picture: np.ndarray, effort: int) -> dict[str, int]:
    """Peak of Python's and numpy's memory beyond what must be there."""
    large = np.tile(picture, (4, 4, 1))
    data = pc15.encode(large, effort=effort, procedural=False)
    tracemalloc.start()
    pc15.encode(large, effort=effort, procedural=False)
    encode = tracemalloc.get_traced_memory()[1] - len(data)
    tracemalloc.reset_peak()
    decoded = pc15.decode(data)
    decode = tracemalloc.get_traced_memory()[1] - decoded.nbytes
    tracemalloc.stop()
    return {"picture_bytes": large.nbytes, "file_bytes": len(data), "encode_extra_bytes": encode, "decode_extra_bytes": decode}


FILE = b""


def _process(data: bytes) -> None:
    global FILE
    FILE = data


def _decode_one(_number: int) -> None:
    pc15.decode(FILE)


def threads(picture: np.ndarray, count: int, rounds: int) -> dict[str, float]:
    """Wall-clock times of `count` decodes by one thread, by four, and by four processes, turn by turn. Processes share
    no interpreter, so what they gain over one thread is what the machine has to give just then; the ratio of threads to
    processes holds on a busy machine too."""
    data = pc15.encode(picture, effort=1)
    work = range(count)
    _process(data)
    times: list[tuple[float, float, float]] = []
    with ThreadPoolExecutor(4) as pool, ProcessPoolExecutor(4, multiprocessing.get_context("spawn"), _process, (data,)) as processes:
        list(processes.map(_decode_one, work))
        for _ in range(rounds):
            started = time.perf_counter()
            for item in work:
                _decode_one(item)
            alone = time.perf_counter()
            list(pool.map(_decode_one, work))
            four = time.perf_counter()
            list(processes.map(_decode_one, work))
            times.append((alone - started, four - alone, time.perf_counter() - four))
    return {"four_threads_speedup_best": round(max(a / t for a, t, _ in times), 3),
            "four_threads_speedup_median": round(statistics.median(a / t for a, t, _ in times), 3),
            "four_processes_speedup_median": round(statistics.median(a / p for a, _, p in times), 3),
            "threads_over_processes_median": round(statistics.median(p / t for _, t, p in times), 3),
            "rounds": rounds, "processors": len(os.sched_getaffinity(0)), "load": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True)
    parser.add_argument("--image", default="samples/parrots.png")
    parser.add_argument("--effort", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    picture = np.asarray(Image.open(arguments.image).convert("RGB"))
    report = {"image": arguments.image, "effort": arguments.effort,
              **ratios(Library(arguments.library), picture, arguments.effort, arguments.rounds),
              **allocations(picture, arguments.effort), **threads(picture, 40, arguments.rounds)}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
