"""Encoding: the class Encoder and the one-call function encode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import native
from ._arrays import Pixels, pixels_in
from ._batch import each, failure, raise_first
from ._device import device_params
from ._handle import Handle
from ._model import Model
from ._rows import Source
from ._types import EncodeStats, GeneratorStats, TileInfo

METADATA = {
    "icc": native.PC15_METADATA_ICC,
    "exif": native.PC15_METADATA_EXIF,
    "xmp": native.PC15_METADATA_XMP,
    "text": native.PC15_METADATA_TEXT,
}


def tile_from(raw: Any) -> TileInfo:
    """A pc15_tile_info as a TileInfo."""
    names = tuple(native.pc15_generator_name(g) for g in raw.generators[: raw.layer_count] if g >= 0)
    return TileInfo(raw.number, raw.x, raw.y, raw.width, raw.height, native.pc15_tile_mode_name(raw.mode), names,
                    raw.bits, raw.renders, bool(raw.early_exit), raw.distortion)


class Encoder(Handle):
    """An encoder that keeps its parameters from picture to picture and tells what the last encode did."""

    _kind = "encoder"

    def __init__(self, *, device: object = "auto", **params: Any) -> None:
        chosen = device_params(device)
        if chosen["device"] != native.PC15_DEVICE_AUTO:  # "auto" is the processor until a card was measured
            params = {**chosen, **params}
        self._shape = (0, 0)
        self._metadata: dict[str, bytes] = {}
        super().__init__(**params)

    def set_metadata(self, *, icc: object = None, exif: object = None, xmp: object = None, text: str | None = None) -> None:
        """Metadata of the files from now on; b"" or "" removes an item, None leaves it. EXIF begins with its TIFF
        header; a leading "Exif\\0\\0" is dropped."""
        items = {"icc": icc, "exif": exif, "xmp": xmp, "text": text.encode() if text is not None else None}
        with self._exclusive():
            for name, item in items.items():
                if item is None:
                    continue
                data = bytes(item) if not isinstance(item, str) else item.encode()  # type: ignore[call-overload]
                if name == "exif":
                    data = data.removeprefix(b"Exif\0\0")
                self._check(native.pc15_encoder_set_metadata(self._pointer, METADATA[name], data))
                self._metadata[name] = data

    def _reset(self) -> None:
        """The library forgets metadata then, this class does not."""
        super()._reset()
        for name, data in self._metadata.items():
            native.pc15_encoder_set_metadata(self._pointer, METADATA[name], data)

    def set_model(self, model: Model | None) -> None:
        """Codes with trained tables from now on, which travel in the files; None goes back to the library's."""
        with self._exclusive():
            self._check(native.pc15_encoder_set_model(self._pointer, None if model is None else model._pointer))

    def encode(self, image: Any, *, progress: Callable[[int, int], object] | None = None) -> bytes:
        """The file of a picture: H x W or H x W x 1, 3 or 4 of uint8, bool, or float in [0, 1]. `progress(done,
        total)` is called on a worker thread and may return True to cancel."""
        pixels = pixels_in(image)
        effort = int(self.get("effort"))
        with self._exclusive():
            self._shape = (pixels.width, pixels.height)
            # Against decoding: effort 1 takes some 5 times as long, every further one at least 3 times the last.
            cost = 5 * 3 ** (effort - 1) * pixels.width * pixels.height
            data: bytes = self._work(lambda: self._encode(pixels), progress, cost)
            return data

    def _encode(self, p: Pixels) -> bytes:
        status, buffer = native.pc15_pixels_encode(self._pointer, p.array, p.format, p.width, p.height, p.stride)
        self._check(status)
        try:
            data: bytes = native.pc15_buffer_bytes(buffer)
            return data
        finally:
            native.pc15_buffer_free(buffer)

    def encode_batch(self, images: Iterable[Any], *, return_exceptions: bool = False,
                     progress: Callable[[int, int], object] | None = None) -> list[Any]:
        """The files of many pictures, each as encode() makes it, with the parameters and metadata of this encoder:
        `images` is a stack N x H x W (x C) or any iterable of pictures. Small ones are coded one to a thread
        (`threads=`). One that fails stops no other: then the first error is raised when all are done, or with
        return_exceptions each stands in the list in the place of its file. `stats` and `tiles` know nothing of a
        batch."""
        ready, where, results = each(images, lambda _, image: pixels_in(image), return_exceptions)
        cost = 5 * 3 ** (int(self.get("effort")) - 1) * sum(p.width * p.height for p in ready)
        pictures = [(p.array, p.format, p.width, p.height, p.stride) for p in ready]
        with self._exclusive():
            status, found = self._work(lambda: native.pc15_batch_encode(self._pointer, pictures), progress, cost)
            message = self._message()
        if status == native.PC15_NOTE_CANCELLED:
            raise failure(0, status, message)
        for index, (one, data) in zip(where, found, strict=True):
            results[index] = data if one == native.PC15_OK else failure(index, one)
        if not return_exceptions:
            raise_first(results)
        return results

    def encode_rows(self, rows: Iterable[Any] | Callable[[], Iterable[Any]], height: int, *,
                    progress: Callable[[int, int], object] | None = None) -> bytes:
        """The file of a picture of `height` rows that comes as an iterable of bands, arrays h x W or h x W x C of any h:
        the bytes of encode() of the whole, which is never in memory as an array. What the iterable raises is raised
        here. A function that makes such iterables, each with the same rows, is called several times, so that the
        library holds some rows of the picture and not all of it, unless there is no residual or a CUDA device searches."""
        if not 1 <= height <= 65535:
            raise ValueError(f"an image has 1...65535 rows, not {height}")
        source = Source(rows, height)
        cost = 5 * 3 ** (int(self.get("effort")) - 1) * source.width * height
        with self._exclusive():
            self._shape = (source.width, height)
            try:
                data: bytes = self._work(lambda: self._encode_rows(source, height), progress, cost)
            except BaseException:
                if source.failure is not None:
                    raise source.failure from None
                raise
        source.check_end()
        return data

    def _encode_rows(self, source: Source, height: int) -> bytes:
        status, size = native.pc15_rows_encode(self._pointer, source.format, source.width, height, source.again, source, None)
        self._check(status, native.PC15_NOTE_DST_TOO_SMALL)
        data = bytearray(size)
        status, _ = native.pc15_encoder_result(self._pointer, data)
        self._check(status)
        return bytes(data)

    @property
    def stats(self) -> EncodeStats:
        """What the last encode did."""
        raw = native.pc15_stats()
        with self._exclusive():
            self._check(native.pc15_encoder_stats(self._pointer, raw))
        width, height = self._shape
        return EncodeStats(width, height, raw.bytes_total, raw.bytes_programs, raw.bytes_cells,
                           8.0 * raw.bytes_total / (width * height), raw.psnr_y, raw.ssim_y, raw.tiles,
                           raw.tiles_with_program, raw.early_exits, raw.renders, raw.peak_memory_bytes)

    @property
    def tiles(self) -> list[TileInfo]:
        """The tile map of the last encode, in scan order."""
        found, raw = [], native.pc15_tile_info()
        with self._exclusive():
            status, count = native.pc15_encoder_tile_count(self._pointer)
            self._check(status)
            for index in range(count):
                self._check(native.pc15_encoder_tile_info(self._pointer, index, raw))
                found.append(tile_from(raw))
        return found

    @property
    def generator_stats(self) -> list[GeneratorStats]:
        """What the search of the last encode spent on every generator."""
        found, raw = [], native.pc15_generator_stats()
        with self._exclusive():
            for index in range(native.pc15_generator_count()):
                _, number = native.pc15_generator_id(index)
                self._check(native.pc15_encoder_generator_stats(self._pointer, number, raw))
                found.append(GeneratorStats(native.pc15_generator_name(number), raw.hypotheses, raw.tiles,
                                            raw.early_exits, raw.renders, raw.bits, raw.distortion))
        return found


def encode(
    image: Any,
    *,
    icc: object = None,
    exif: object = None,
    xmp: object = None,
    text: str | None = None,
    model: Model | None = None,
    device: object = "auto",
    progress: Callable[[int, int], object] | None = None,
    **params: Any,
) -> bytes:
    """The .pc15 file of a picture. Parameters by name: quality, lambda_, alpha, effort, target_bytes, lossless,
    threads, ...; all are in pc15.parameters()."""
    with Encoder(device=device, **{"measure": 0, **params}) as encoder:  # nobody sees its statistics
        encoder.set_metadata(icc=icc, exif=exif, xmp=xmp, text=text)
        if model is not None:
            encoder.set_model(model)
        return encoder.encode(image, progress=progress)


def encode_batch(images: Iterable[Any], *, return_exceptions: bool = False,
                 progress: Callable[[int, int], object] | None = None, **params: Any) -> list[Any]:
    """The files of many pictures; see Encoder.encode_batch."""
    with Encoder(**params) as encoder:
        return encoder.encode_batch(images, return_exceptions=return_exceptions, progress=progress)


def encode_rows(rows: Iterable[Any] | Callable[[], Iterable[Any]], height: int, *, icc: object = None, exif: object = None, xmp: object = None,
                text: str | None = None, progress: Callable[[int, int], object] | None = None, **params: Any) -> bytes:
    """The file of a picture that comes as an iterable of bands of rows, or as a function that makes such iterables; see
    Encoder.encode_rows."""
    with Encoder(**params) as encoder:
        encoder.set_metadata(icc=icc, exif=exif, xmp=xmp, text=text)
        return encoder.encode_rows(rows, height, progress=progress)
