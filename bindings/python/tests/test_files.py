"""Files: damage of every kind, metadata, parts, programs as text, differences, models."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import REPOSITORY, draw

import pc15


@pytest.fixture(scope="module")
def small() -> bytes:
    return pc15.encode(draw(48, 56, 3), effort=1, compact=False, text="a note")


def test_every_truncation_is_refused(small: bytes) -> None:
    for size in range(len(small)):
        with pytest.raises(pc15.DataError):
            pc15.decode(small[:size])


def test_every_damaged_byte_is_refused(small: bytes) -> None:
    for position in range(len(small)):
        damaged = bytearray(small)
        damaged[position] ^= 0x10
        with pytest.raises(pc15.DataError):
            pc15.decode(damaged)
    with pytest.raises(pc15.DataError):
        pc15.decode(small + b"x")


@pytest.mark.parametrize("data", [b"", b"P", b"PC15", b"PC15\x8f", b"\x89PNG\r\n\x1a\n" + bytes(99), bytes(1000)])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(pc15.DataError):
        pc15.info(data)
    assert pc15.check(data) == data.startswith(b"PC15\x8f")


@pytest.mark.parametrize("data", [None, "text", 5, [1, 2], object(), np.zeros((4, 8), np.uint8)[:, ::2]])
def test_what_is_no_file(data: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        pc15.decode(data)


def test_tolerant_decoding_tells_what_is_lost(parrots_file: bytes) -> None:
    cell = next(p for p in pc15.parts(parrots_file) if p.kind == "cell" and p.number == 4)
    damaged = bytearray(parrots_file)
    damaged[cell.offset + 20] ^= 1
    with pytest.raises(pc15.DataError, match="cell 4"):
        pc15.decode(damaged)
    with pc15.Decoder(tolerant=True) as decoder:
        picture = decoder.decode(damaged)
        assert decoder.damage().tolist() == [0, 0, 0, 0, 1, 0]
    whole = pc15.decode(parrots_file)
    assert np.array_equal(picture[:240], whole[:240]) and not np.array_equal(picture, whole)
    pc15.verify(parrots_file)
    with pytest.raises(pc15.DataError):
        pc15.verify(damaged)


def test_limits() -> None:
    data = pc15.encode(draw(50, 60))
    for name, value in (("max_pixels", 2999), ("max_width", 59), ("max_height", 49), ("max_memory", 100)):
        with pytest.raises(pc15.Pc15Error):
            pc15.decode(data, **{name: value})
    assert pc15.decode(data, max_pixels=3000).shape == (50, 60)


def test_metadata_comes_back(small: bytes) -> None:
    items = {"icc": bytes(range(256)) * 5, "exif": b"MM\0*\0\0\0\x08", "xmp": b"<x:xmpmeta/>", "text": "héllo"}
    picture = draw(48, 56, 3)
    data = pc15.encode(picture, effort=1, compact=False, **items)
    found = pc15.metadata(data)
    assert (found.icc, found.exif, found.xmp, found.text) == tuple(items.values())
    assert pc15.metadata(pc15.encode(picture, exif=b"Exif\0\0MM\0*")).exif == b"MM\0*"
    changed = pc15.replace_metadata(data, icc=None, text="other")
    assert pc15.metadata(changed) == pc15.Metadata(None, items["exif"], items["xmp"], "other")
    assert np.array_equal(pc15.decode(changed), pc15.decode(data))
    assert pc15.metadata(small) == pc15.Metadata(text="a note")
    with pytest.raises(ValueError, match="thumbnail"):
        pc15.replace_metadata(data, thumbnail=b"")


def test_parts_cover_the_file(parrots_file: bytes) -> None:
    position = 0
    for part in pc15.parts(parrots_file):
        assert part.offset == position and part.intact
        position += part.size
    assert position == len(parrots_file)


def test_programs_as_text() -> None:
    text = (REPOSITORY / "examples/programs").glob("*")
    sources = [p.read_text() for p in sorted(text) if p.is_file()]
    assert sources
    for source in sources:
        data = pc15.assemble(source)
        assert pc15.assemble(pc15.disassemble(data)) == data
        assert pc15.info(data).has_programs
        assert any(pc15.layers(data, tile) for tile in (None, *range(len(pc15.tiles(data)))))
    with pytest.raises(pc15.UsageError, match=r"\d+:\d+: "):
        pc15.assemble("picture 8x8 gray\nnonsense\n")


def test_differences(small: bytes) -> None:
    assert pc15.diff(small, bytearray(small)).identical
    other = bytearray(small)
    other[-40] ^= 1
    found = pc15.diff(small, other)
    assert not found.identical and found.offset == len(small) - 40 and found.part_a is not None
    assert pc15.diff(small, small[:10]).offset == 10
    assert pc15.diff(b"a", b"b") == pc15.Difference(False, 0, None, None, None, None)
    assert pc15.diff(b"", b"").identical


def test_models() -> None:
    model = pc15.Model()
    data = model.dump()
    assert pc15.Model.load(data).dump() == data and len(model.tables) >= 1
    model.set_codebook(3, np.arange(12).reshape(6, 2))
    assert np.array_equal(pc15.Model.load(model.dump()).codebook(3), np.arange(12).reshape(6, 2))
    model.set_codebook(3, None)
    assert model.codebook(3) is None
    for bad in (b"", data[:-1], data + b"x", bytes(len(data))):
        with pytest.raises(pc15.DataError):
            pc15.Model.load(bad)
    for entries in (np.full((2, 2), 70000), np.zeros(3), np.zeros((2, 9), int), [[0.5, 1]]):
        with pytest.raises(ValueError):
            model.set_codebook(1, entries)
    picture = draw(64, 64)
    assert np.array_equal(pc15.decode(pc15.encode(picture, lossless=True, model=pc15.Model())), picture)


def test_errors_tell_what_they_are() -> None:
    import pickle

    with pytest.raises(pc15.DataError) as caught:
        pc15.decode(b"PC15\x8fxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
    error = caught.value
    assert error.name.startswith("PC15_") and error.status < 0 and isinstance(error, (ValueError, RuntimeError))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.status) == (type(error), str(error), error.status)
