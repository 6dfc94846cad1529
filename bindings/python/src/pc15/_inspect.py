"""Looking into files: metadata, parts, tiles, programs as text, differences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import native
from ._decoder import Decoder, file_bytes, info
from ._encoder import METADATA, tile_from
from ._errors import check as check_status
from ._types import BLENDS, SOURCES, Difference, LayerInfo, Metadata, Part, TileInfo

IMAGE_PROGRAM: int = native.PC15_TILE_IMAGE


@contextmanager
def _opened(data: Any, tolerant: bool = False) -> Iterator[tuple[Decoder, Any]]:
    """A decoder with the file open; the bytes stay pinned as long."""
    with Decoder(tolerant=tolerant) as decoder:
        view = memoryview(file_bytes(data))  # held: the library borrows the bytes until the file is closed
        with decoder._exclusive():
            decoder._check(native.pc15_decoder_open(decoder._pointer, view), native.PC15_NOTE_DAMAGED)
            try:
                yield decoder, decoder._pointer
            finally:
                native.pc15_decoder_close(decoder._pointer)
                view.release()


def _item(decoder: Decoder, pointer: Any, number: int) -> bytes | None:
    status, size = native.pc15_decoder_metadata_get(pointer, number, None)
    if status in (native.PC15_ERROR_NOT_FOUND, native.PC15_ERROR_CRC, native.PC15_ERROR_TRUNCATED):
        return None
    decoder._check(status, native.PC15_NOTE_DST_TOO_SMALL)
    item = bytearray(size)
    status, _ = native.pc15_decoder_metadata_get(pointer, number, item)
    decoder._check(status)
    return bytes(item)


def metadata(data: Any, *, tolerant: bool = False) -> Metadata:
    """ICC profile, EXIF, XMP and text of a file, as they were stored. Tolerant: damaged items are None, and the
    head of a file up to its pixels is enough."""
    with _opened(data, tolerant) as (decoder, pointer):
        items = {name: _item(decoder, pointer, number) for name, number in METADATA.items()}
    text = items["text"]
    return Metadata(items["icc"], items["exif"], items["xmp"], None if text is None else text.decode())


def replace_metadata(data: Any, **items: bytes | str | None) -> bytes:
    """The file with items (icc, exif, xmp, text) set, replaced or (None) removed; the picture is copied byte for byte."""
    current = bytes(memoryview(file_bytes(data)))
    with Decoder() as decoder:
        for name, item in items.items():
            if name not in METADATA:
                raise ValueError(f"{name!r} is none of {', '.join(METADATA)}")
            content = item.encode() if isinstance(item, str) else item
            if name == "exif" and content is not None:
                content = content.removeprefix(b"Exif\0\0")
            with decoder._exclusive():
                status, buffer = native.pc15_metadata_replace(decoder._pointer, current, METADATA[name], content)
                decoder._check(status)
                current = native.pc15_buffer_bytes(buffer)
                native.pc15_buffer_free(buffer)
    return current


def parts(data: Any, *, tolerant: bool = False) -> list[Part]:
    """The parts of a file in order; every byte belongs to exactly one."""
    raw, found = native.pc15_part_info(), []
    with _opened(data, tolerant) as (decoder, pointer):
        status, count = native.pc15_decoder_part_count(pointer)
        decoder._check(status)
        for index in range(count):
            decoder._check(native.pc15_decoder_part_info(pointer, index, raw))
            found.append(Part(native.pc15_part_name(raw.kind), raw.number, bool(raw.intact), raw.offset, raw.size))
    return found


def tiles(data: Any) -> list[TileInfo]:
    """The tile map of a file, in scan order; empty when it has no programs."""
    raw, found = native.pc15_tile_info(), []
    with _opened(data) as (decoder, pointer):
        status, count = native.pc15_decoder_tile_count(pointer)
        decoder._check(status)
        for index in range(count):
            decoder._check(native.pc15_decoder_tile_info(pointer, index, raw))
            found.append(tile_from(raw))
    return found


def _layer(raw: Any) -> LayerInfo:
    names, spec = [], native.pc15_generator_param()
    for index in range(raw.param_count):
        check_status(native.pc15_generator_param_info(raw.generator, index, spec))
        names.append(spec.name)
    return LayerInfo(native.pc15_generator_name(raw.generator), SOURCES[raw.source], raw.precision, BLENDS[raw.blend],
                     raw.seed if raw.seed_explicit else None, tuple(raw.contrast),
                     dict(zip(names, raw.params[: raw.param_count], strict=True)))


def layers(data: Any, tile: int | None) -> list[LayerInfo]:
    """The layers of the program that a tile renders, bottom first; None is the image-wide program. Empty when there is
    no program."""
    number = IMAGE_PROGRAM if tile is None else tile
    if not info(data).has_programs:
        return []
    field, raw, found = native.pc15_field_info(), native.pc15_layer_info(), []
    with _opened(data) as (decoder, pointer):
        status = native.pc15_decoder_field_info(pointer, number, field)
        if status == native.PC15_ERROR_NOT_FOUND:
            return []
        decoder._check(status)
        for index in range(field.layer_count):
            decoder._check(native.pc15_decoder_layer_info(pointer, number, index, raw))
            found.append(_layer(raw))
    return found


def disassemble(data: Any) -> str:
    """The programs of a file as text (docs/program-text.md)."""
    file = file_bytes(data)
    with Decoder() as decoder, decoder._exclusive():
        status, buffer = native.pc15_program_disassemble(decoder._pointer, file)
        decoder._check(status)
        text: bytes = native.pc15_buffer_bytes(buffer)
        native.pc15_buffer_free(buffer)
    return text.decode()


def assemble(text: str) -> bytes:
    """The file that a program text describes. UsageError messages begin with line:column."""
    with Decoder() as decoder, decoder._exclusive():
        status, buffer = native.pc15_program_assemble(decoder._pointer, text.encode())
        decoder._check(status)
        file: bytes = native.pc15_buffer_bytes(buffer)
        native.pc15_buffer_free(buffer)
    return file


def diff(a: Any, b: Any) -> Difference:
    """The first difference of two files, and the part of each that lies there. Any bytes will do."""
    raw = native.pc15_difference()
    check_status(native.pc15_diff(file_bytes(a), file_bytes(b), raw))
    if raw.identical:
        return Difference(True, None, None, None, None, None)
    known = [(native.pc15_part_name(kind), number) if kind >= 0 else (None, None)
             for kind, number in ((raw.kind_a, raw.number_a), (raw.kind_b, raw.number_b))]
    return Difference(False, raw.offset, known[0][0], known[0][1], known[1][0], known[1][1])
