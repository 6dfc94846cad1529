"""Many pictures in one call, pictures as bands of rows, and repair."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest
from conftest import draw

import pc15


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    return [draw(40 + 9 * k, 70 - 5 * k, (1, 3, 4)[k % 3], k) for k in range(8)]


@pytest.fixture(scope="module")
def files(pictures: list[np.ndarray]) -> list[bytes]:
    return [pc15.encode(p, effort=1, text="of all") for p in pictures]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_batch_is_as_many_single_calls(pictures: list[np.ndarray], files: list[bytes], threads: int) -> None:
    with pc15.Encoder(effort=1, threads=threads) as encoder:
        encoder.set_metadata(text="of all")
        assert encoder.encode_batch(iter(pictures)) == files
        with pytest.raises(pc15.UsageError):
            _ = encoder.stats
    for got, file in zip(pc15.decode_batch(files, threads=threads), files, strict=True):
        np.testing.assert_array_equal(got, pc15.decode(file))
    assert pc15.encode_batch([]) == [] and pc15.decode_batch([]) == []


def test_stacks(parrots: np.ndarray) -> None:
    stack = np.stack([parrots[y : y + 64, y : y + 64] for y in range(0, 200, 20)])
    files = pc15.encode_batch(stack, effort=1, threads=2)
    assert files[3] == pc15.encode(stack[3], effort=1)
    out = np.zeros_like(stack)
    assert pc15.decode_batch(files, out=out, threads=2) is out
    np.testing.assert_array_equal(out[7], pc15.decode(files[7]))
    floats = pc15.decode_batch(files, dtype=np.float32, format="Y")
    np.testing.assert_array_equal(floats[1], pc15.decode(files[1], dtype=np.float32, format="Y"))
    with pytest.raises(ValueError, match="shape"):
        pc15.decode_batch(files, out=np.zeros((10, 64, 64), np.uint8))


def test_errors_have_their_places(pictures: list[np.ndarray], files: list[bytes]) -> None:
    wrong = list(pictures)
    wrong[2] = wrong[2].astype(np.uint16)
    found = pc15.encode_batch(wrong, effort=1, return_exceptions=True)
    assert isinstance(found[2], TypeError) and found[3] == pc15.encode(pictures[3], effort=1)
    with pytest.raises(TypeError):
        pc15.encode_batch(wrong, effort=1)
    broken = list(files)
    broken[1] = b"nothing like it"
    broken[4] = files[4][:-9] + bytes([files[4][-9] ^ 1]) + files[4][-8:]
    with pc15.Decoder() as decoder:
        got = decoder.decode_batch(broken, return_exceptions=True)
        assert [isinstance(g, pc15.DataError) for g in got] == [k in (1, 4) for k in range(8)]
        np.testing.assert_array_equal(got[5], pc15.decode(files[5]))
        with pytest.raises(pc15.DataError):
            decoder.decode_batch(broken[2:])
        np.testing.assert_array_equal(decoder.decode(files[0]), pc15.decode(files[0]))  # not poisoned


def test_a_batch_can_be_cancelled(pictures: list[np.ndarray]) -> None:
    calls: list[tuple[int, int]] = []
    pc15.encode_batch(pictures, effort=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls) and calls[-1][0] == calls[-1][1]
    with pytest.raises(pc15.CancelledError):
        pc15.encode_batch(pictures, effort=1, progress=lambda *_: True)


@pytest.mark.parametrize("format", [None, "Y", "RGBA"])
def test_rows_are_the_picture(parrots: np.ndarray, parrots_file: bytes, format: str | None) -> None:
    bands = list(pc15.decode_rows(parrots_file, format=format))
    assert bands[0][0] == 0 and all(1 <= len(rows) <= 64 for _, rows in bands)
    assert all(a + len(rows) == b for (a, rows), (b, _) in zip(bands, bands[1:], strict=False))
    picture = np.concatenate([rows for _, rows in bands])
    np.testing.assert_array_equal(picture, pc15.decode(parrots_file, format=format))
    bands[0][1][:] = 0  # the caller's own


def test_rows_given_up_and_damage(parrots_file: bytes) -> None:
    threads = threading.active_count()
    with pc15.Decoder(threads=2) as decoder:
        rows = decoder.decode_rows(parrots_file)
        next(rows)
        with pytest.raises(pc15.BusyError):
            decoder.decode(parrots_file)
        rows.close()
        assert decoder.decode(parrots_file).shape == (512, 768, 3)
        next(decoder.decode_rows(parrots_file))  # forgotten
        gc.collect()
        decoder.verify(parrots_file)
    assert threading.active_count() == threads
    broken = bytearray(parrots_file)
    cell = [p for p in pc15.parts(parrots_file) if p.kind == "cell"][-1]
    broken[cell.offset + cell.size // 2] ^= 8
    with pytest.raises(pc15.DataError):
        list(pc15.decode_rows(broken))
    with pc15.Decoder(tolerant=True) as decoder:
        assert sum(len(rows) for _, rows in decoder.decode_rows(broken)) == 512
        assert decoder.damage().sum() == 1
    with pytest.raises(ValueError, match="format"):
        pc15.decode_rows(parrots_file, format="CMYK").__next__()


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_encoding_from_rows(channels: int) -> None:
    picture = draw(150, 70, channels)
    expected = pc15.encode(picture, effort=1, text="t")
    for step in (1, 7, 64, 150):
        bands = (picture[y : y + step] for y in range(0, 150, step))
        assert pc15.encode_rows(bands, 150, effort=1, text="t") == expected
    made = []

    def again() -> list[object]:
        made.append(0)
        return [picture[:70], picture[70:]]

    assert pc15.encode_rows(again, 150, effort=1, text="t") == expected and len(made) >= 2
    turned = picture[::-1]  # rows of any stride
    assert pc15.encode_rows([turned[:60], turned[60:]], 150, effort=1) == pc15.encode(turned, effort=1)
    with pc15.Encoder(effort=1) as encoder:
        file = pc15.encode(picture, effort=1)
        back = (rows for _, rows in pc15.decode_rows(file))
        assert encoder.encode_rows(back, 150) == encoder.encode(pc15.decode(file))
        assert encoder.stats.width == 70


def test_rows_that_are_wrong() -> None:
    picture = draw(100, 40, 3)

    def failing() -> object:
        yield picture[:70]
        raise OSError("disk on fire")

    with pc15.Encoder(effort=1) as encoder:
        with pytest.raises(OSError, match="disk on fire"):
            encoder.encode_rows(failing(), 100)
        with pytest.raises(ValueError, match="end at 70 of 100"):
            encoder.encode_rows([picture[:70]], 100)
        others = iter([[picture], [picture[::-1]]])
        with pytest.raises(pc15.UsageError, match="other ones"):
            encoder.encode_rows(lambda: next(others), 100)
        with pytest.raises(ValueError, match="30 rows more"):
            encoder.encode_rows([picture], 70)
        with pytest.raises(ValueError, match="another width"):
            encoder.encode_rows([picture[:50], picture[50:, :30]], 100)
        with pytest.raises(ValueError, match="65535"):
            encoder.encode_rows([picture], 0)
        assert encoder.encode_rows([picture], 100) == pc15.encode(picture, effort=1)


def test_repair(parrots_file: bytes) -> None:
    whole, report = pc15.repair(parrots_file)
    assert whole == parrots_file and report.complete and report.cells_lost == 0
    broken = bytearray(parrots_file)
    cell = [p for p in pc15.parts(parrots_file) if p.kind == "cell"][2]
    broken[cell.offset + cell.size // 2] ^= 8
    mended, report = pc15.repair(broken)
    assert not report.complete and (report.cells, report.cells_lost) == (6, 1)
    pc15.verify(mended)
    np.testing.assert_array_equal(pc15.decode(mended), pc15.decode(broken, tolerant=True))
    with pytest.raises(pc15.DataError):
        pc15.repair(b"no file at all" * 20)
