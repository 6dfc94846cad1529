"""Decoding: the class Decoder and the one-call functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from . import native
from ._arrays import FORMATS, U8, Pixels, finish, new_pixels, pixels_out
from ._batch import each, failure, raise_first
from ._device import device_params
from ._errors import check as check_status
from ._errors import DataError, ResourceError, UsageError
from ._handle import Handle
from ._rows import bands
from ._types import CELLS, ImageInfo, RepairReport
from ._types import COLORS

Progress = Callable[[int, int], object]


def info_from(raw: Any) -> ImageInfo:
    """A pc15_image_info as an ImageInfo."""
    return ImageInfo(raw.width, raw.height, COLORS[raw.color], bool(raw.has_alpha), raw.natural_format, raw.depth,
                     bool(raw.lossless), raw.form == native.PC15_FORM_COMPACT, raw.version, bool(raw.has_programs),
                     bool(raw.has_residual), raw.residual_step16 / 16, raw.tile, raw.overlap, raw.tile_cols,
                     raw.tile_rows, raw.cell, raw.cell_cols, raw.cell_rows, raw.seed, raw.planned_memory)


def file_bytes(data: Any) -> Any:
    """A file as the library takes it: contiguous bytes."""
    if isinstance(data, (bytes, bytearray)):
        return data
    view = memoryview(data)
    if not view.c_contiguous:
        raise ValueError("the bytes of a file must be contiguous")
    return view


def info(data: Any) -> ImageInfo:
    """What a file says about itself; its head is enough (64 bytes, or the whole of a compact file)."""
    raw = native.pc15_image_info()
    status = native.pc15_probe(file_bytes(data), None, raw)
    if status != native.PC15_OK:
        if status == native.PC15_NOTE_NEED_INPUT:
            raise DataError(f"the file is cut short: its head needs {raw.bytes_needed} bytes", native.PC15_ERROR_TRUNCATED)
        check_status(status)
    return info_from(raw)


def check(data: Any) -> bool:
    """True when the bytes begin like a PC15 file. Says nothing about the rest; `verify` does."""
    head = bytes(memoryview(file_bytes(data)).cast("B")[:5])
    return head in (b"PC15\x8f", b"PC15\xf0")


def scaled_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Size of a picture decoded at a scale of 1/4, 1/2, 1, 2, 4 or 8."""
    status, w, h = native.pc15_scaled_size(width, height, scale_log2(scale))
    if status != native.PC15_OK:
        raise UsageError(f"{width} x {height} at scale {scale:g}: the result is no picture", status)
    return w, h


def scale_log2(scale: float) -> int:
    low, high = native.PC15_SCALE_LOG2_MIN, native.PC15_SCALE_LOG2_MAX
    power = round(math.log2(scale)) if scale > 0 and math.isfinite(scale) else high + 1
    if not low <= power <= high or 2.0**power != scale:
        raise UsageError(f"scale {scale:g} is none of 0.25, 0.5, 1, 2, 4, 8", native.PC15_ERROR_OUT_OF_RANGE)
    return power


def _format(name: str | None, natural: int) -> int:
    if name is None:
        return natural
    if name not in FORMATS:
        raise ValueError(f"format {name!r} is none of {', '.join(FORMATS)}")
    number: int = FORMATS[name]
    return number


class Decoder(Handle):
    """A decoder that keeps its parameters from file to file. Returned arrays own their memory."""

    _kind = "decoder"

    def __init__(self, *, device: object = "auto", **params: Any) -> None:
        super().__init__(**device_params(device), **params)

    def decode(self, data: Any, *, format: str | None = None, out: Any = None, dtype: Any = np.uint8,
               progress: Progress | None = None) -> Any:
        """The whole picture as H x W or H x W x C. `format` is "Y", "RGB" or "RGBA", None the file's own; `out` a
        uint8 array to decode into; `dtype` uint8, a float type (values in [0, 1]) or a torch type."""
        return self._picture(data, None, 1.0, format, out, dtype, progress)

    def decode_region(self, data: Any, x: int, y: int, width: int, height: int, *, format: str | None = None,
                      out: Any = None, dtype: Any = np.uint8, progress: Progress | None = None) -> Any:
        """The rectangle at (x, y): that crop of the whole picture, at the price of the cells that it touches."""
        return self._picture(data, (x, y, width, height), 1.0, format, out, dtype, progress)

    def decode_scaled(self, data: Any, scale: float, region: tuple[int, int, int, int] | None = None, *,
                      format: str | None = None, out: Any = None, dtype: Any = np.uint8,
                      progress: Progress | None = None) -> Any:
        """The picture at 1/4 to 8 times its size, programs rendered anew. `region` (x, y, width, height) is in
        pixels of the scaled picture."""
        head = info(data)
        whole = (0, 0, *scaled_size(head.width, head.height, scale))
        return self._picture(data, region if region is not None else whole, scale, format, out, dtype, progress)

    def _picture(self, data: Any, region: tuple[int, int, int, int] | None, scale: float, format: str | None,
                 out: Any, dtype: Any, progress: Progress | None) -> Any:
        if out is not None and dtype is not np.uint8 and str(dtype) not in ("uint8", "torch.uint8"):
            raise TypeError(f"out takes uint8 and no dtype {dtype}")
        file = file_bytes(data)
        head = info(file)
        power = scale_log2(scale)
        x, y, width, height = region if region is not None else (0, 0, head.width, head.height)
        for value in (x, y, width, height):
            if not 0 <= value < 2**32:
                raise UsageError(f"the region {x},{y},{width},{height} lies outside the picture",
                                 native.PC15_ERROR_OUT_OF_RANGE)
        if width < 1 or height < 1:
            raise UsageError(f"a region of {width} x {height} pixels is empty", native.PC15_ERROR_OUT_OF_RANGE)
        number = _format(format, head.channels)
        self._check_room(head, region, power, width, height)
        target = new_pixels(number, width, height) if out is None else pixels_out(out, number, width, height)
        if out is not None and np.may_share_memory(target.array, np.frombuffer(file, np.uint8)):
            raise ValueError("out must not overlap the file")
        with self._exclusive():
            self._work(lambda: self._decode(file, region is None, power, x, y, target), progress, width * height)
        return out if out is not None else finish(target.array, dtype)

    def _check_room(self, head: ImageInfo, region: object, power: int, width: int, height: int) -> None:
        """Refuses what lies outside before memory for it is taken."""
        if region is None:
            limit = self.get("max_pixels")
            if head.width * head.height > limit:
                raise ResourceError(f"{head.width} x {head.height} pixels are more than max_pixels {limit}",
                                    native.PC15_ERROR_LIMIT)
            return
        status, wide, high = native.pc15_scaled_size(head.width, head.height, power)
        if status == native.PC15_OK and (width > wide or height > high):
            raise UsageError(f"a region of {width} x {height} lies outside the {wide} x {high} of the picture",
                             native.PC15_ERROR_OUT_OF_RANGE)

    def _decode(self, file: Any, whole: bool, power: int, x: int, y: int, p: Pixels) -> None:
        status = native.pc15_pixels_decode(self._pointer, file, whole, power, x, y, p.format, p.width, p.height,
                                           p.stride, p.array)
        self._check(status, native.PC15_NOTE_DAMAGED)

    def decode_batch(self, files: Iterable[Any], *, format: str | None = None, out: Any = None, dtype: Any = np.uint8,
                     return_exceptions: bool = False, progress: Progress | None = None) -> Any:
        """The pictures of many files, each as decode() gives it, as a list. `out` is a uint8 stack N x H x W (x C) or
        a list of arrays, decoded into and returned. Small pictures are decoded one to a thread (`threads=`). A file
        that fails stops no other: then the first error is raised when all are done, or with return_exceptions each
        stands in the list in the place of its picture (and with `out` the list is returned)."""
        if out is not None and dtype is not np.uint8:
            raise TypeError(f"out takes uint8 and no dtype {dtype}")

        def prepare(index: int, data: Any) -> tuple[Any, Pixels]:
            file = file_bytes(data)
            head = info(file)
            number = _format(format, head.channels)
            self._check_room(head, None, 0, head.width, head.height)
            if out is None:
                return file, new_pixels(number, head.width, head.height)
            return file, pixels_out(out[index], number, head.width, head.height)

        ready, where, results = each(files, prepare, return_exceptions)
        work = [(file, (p.array, p.format, p.width, p.height, p.stride)) for file, p in ready]
        pixels = sum(p.width * p.height for _, p in ready)
        with self._exclusive():
            status, found = self._work(lambda: native.pc15_batch_decode(self._pointer, work), progress, pixels)
            message = self._message()
        if status == native.PC15_NOTE_CANCELLED:
            raise failure(0, status, message)
        for index, one, (_, target) in zip(where, found, ready, strict=True):
            good = one in (native.PC15_OK, native.PC15_NOTE_DAMAGED)
            results[index] = finish(target.array, dtype) if good else failure(index, one)
        if not return_exceptions:
            raise_first(results)
        return results if out is None or return_exceptions else out

    def decode_rows(self, data: Any, *, format: str | None = None) -> Iterator[tuple[int, U8]]:
        """The picture from top to bottom as pairs (y, rows): arrays of at most 64 rows that own their memory. The
        picture is never whole in memory. A thread decodes at most three bands ahead; until the generator is used up
        or closed the decoder is busy. Damage is raised after the rows before it, or with tolerant= not at all
        (see damage)."""
        file = file_bytes(data)
        head = info(file)
        number = _format(format, head.channels)

        def decode(receive: Callable[[int, int, bytearray], bool]) -> None:
            with self._exclusive():
                status = native.pc15_decode_rows(self._pointer, file, number, receive)
                self._check(status, native.PC15_NOTE_DAMAGED)

        return bands(decode, self.cancel, number, head.width)

    def repair(self, data: Any) -> tuple[bytes, RepairReport]:
        """A whole file of a damaged one, and what was done: what is intact is kept as it is, a lost cell shows the
        programs. Raises DataError when nothing can be saved."""
        file = file_bytes(data)
        raw = native.pc15_repair_report()
        with self._exclusive():
            status, buffer = self._work(lambda: native.pc15_repair(self._pointer, file, raw), None, 1 << 62)
            self._check(status, native.PC15_NOTE_DAMAGED)
            try:
                whole: bytes = native.pc15_buffer_bytes(buffer)
            finally:
                native.pc15_buffer_free(buffer)
        return whole, RepairReport(status == native.PC15_OK, bool(raw.index_rebuilt), raw.cells, raw.cells_lost,
                                   raw.programs, raw.programs_lost, raw.sections_lost)

    def damage(self) -> U8:
        """The state of every cell after the last decode, cell_rows x cell_cols flattened: 0 intact, 1 lost, 2 not
        needed (pc15.CELLS)."""
        with self._exclusive():
            status, count = native.pc15_decoder_damage(self._pointer, None)
            self._check(status, native.PC15_NOTE_DST_TOO_SMALL)
            cells = np.empty(count, np.uint8)
            if count:
                status, _ = native.pc15_decoder_damage(self._pointer, cells)
                self._check(status)
        return cells

    def verify(self, data: Any) -> None:
        """Checks every CRC and decodes everything without keeping it; raises DataError unless the file is whole."""
        file = file_bytes(data)
        with self._exclusive():
            self._check(self._work(lambda: native.pc15_verify(self._pointer, file), None, 1 << 62))


def decode(data: Any, *, format: str | None = None, out: Any = None, dtype: Any = np.uint8, device: object = "auto",
           progress: Progress | None = None, **params: Any) -> Any:
    """The picture of a .pc15 file as a numpy array that owns its memory; see Decoder.decode."""
    with Decoder(device=device, **params) as decoder:
        return decoder.decode(data, format=format, out=out, dtype=dtype, progress=progress)


def decode_region(data: Any, x: int, y: int, width: int, height: int, *, format: str | None = None, out: Any = None,
                  dtype: Any = np.uint8, device: object = "auto", progress: Progress | None = None, **params: Any) -> Any:
    """A rectangle of the picture; see Decoder.decode_region."""
    with Decoder(device=device, **params) as decoder:
        return decoder.decode_region(data, x, y, width, height, format=format, out=out, dtype=dtype, progress=progress)


def decode_scaled(data: Any, scale: float, region: tuple[int, int, int, int] | None = None, *, format: str | None = None,
                  out: Any = None, dtype: Any = np.uint8, device: object = "auto", progress: Progress | None = None,
                  **params: Any) -> Any:
    """The picture at 1/4 to 8 times its size; see Decoder.decode_scaled."""
    with Decoder(device=device, **params) as decoder:
        return decoder.decode_scaled(data, scale, region, format=format, out=out, dtype=dtype, progress=progress)


def decode_batch(files: Iterable[Any], *, format: str | None = None, out: Any = None, dtype: Any = np.uint8,
                 device: object = "auto", return_exceptions: bool = False, progress: Progress | None = None,
                 **params: Any) -> Any:
    """The pictures of many files; see Decoder.decode_batch."""
    with Decoder(device=device, **params) as decoder:
        return decoder.decode_batch(files, format=format, out=out, dtype=dtype, return_exceptions=return_exceptions,
                                    progress=progress)


def decode_rows(data: Any, *, format: str | None = None, device: object = "auto", **params: Any) -> Iterator[tuple[int, U8]]:
    """The picture from top to bottom as pairs (y, rows); see Decoder.decode_rows."""
    with Decoder(device=device, **params) as decoder:
        yield from decoder.decode_rows(data, format=format)


def repair(data: Any, **params: Any) -> tuple[bytes, RepairReport]:
    """A whole file of a damaged one, and what was done; see Decoder.repair."""
    with Decoder(**params) as decoder:
        return decoder.repair(data)


def verify(data: Any, **params: Any) -> None:
    """Raises DataError unless the file is whole."""
    with Decoder(**params) as decoder:
        decoder.verify(data)


__all__ = ["CELLS", "Decoder", "check", "decode", "decode_batch", "decode_region", "decode_rows", "decode_scaled", "info",
           "repair", "scaled_size", "verify"]
