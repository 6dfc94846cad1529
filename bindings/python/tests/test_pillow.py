"""The Pillow plugin. The same file runs under the oldest and the newest supported Pillow (scripts/test-python)."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import draw
from PIL import Image, ImageFile

import pc15
import pc15.pillow


def saved(image: Image.Image, **options: object) -> io.BytesIO:
    buffer = io.BytesIO()
    image.save(buffer, "PC15", **options)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_round_trip(tmp_path: Path, mode: str, channels: int) -> None:
    picture = draw(50, 70, channels)
    path = tmp_path / "a.pc15"
    Image.fromarray(picture).save(path, lossless=True)
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("PC15", mode, (70, 50))
        assert image.get_format_mimetype() == "image/x-pc15"
        assert np.array_equal(np.asarray(image), picture)
    assert path.read_bytes() == pc15.encode(picture, lossless=True)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_files_larger_than_their_pixels(tmp_path: Path, channels: int) -> None:
    """Pillow would map such a file into memory as if it were the pixels."""
    picture = np.random.default_rng(0).integers(0, 256, (40, 50) if channels == 1 else (40, 50, channels), np.uint8)
    path = tmp_path / "a.pc15"
    Image.fromarray(picture).save(path, lossless=True)
    assert path.stat().st_size > picture.size
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), picture)


def test_options_reach_the_encoder() -> None:
    image = Image.fromarray(draw(64, 64, 3))
    pixels = np.asarray(image)
    assert saved(image, quality=30, effort=1).getvalue() == pc15.encode(pixels, quality=30, effort=1)
    assert saved(image, **{"lambda": 0.02, "effort": 1}).getvalue() == pc15.encode(pixels, lambda_=0.02, effort=1)
    with pytest.raises(ValueError):
        saved(image, quality=300)


@pytest.mark.parametrize(("mode", "result"), [("1", "L"), ("P", "RGB"), ("LA", "RGBA"), ("PA", "RGBA"), ("RGBX", "RGB")])
def test_modes_without_loss(mode: str, result: str) -> None:
    base = Image.fromarray(draw(20, 24, 3))
    image = base.convert("P").convert(mode) if mode == "PA" else base.convert(mode)
    if mode in ("LA", "PA"):
        image.putalpha(Image.fromarray(draw(20, 24)))
    with Image.open(saved(image, lossless=True)) as again:
        assert again.mode == result
        assert again.tobytes() == image.convert(result).tobytes()


@pytest.mark.parametrize("mode", ["F", "I", "I;16", "CMYK", "LAB", "HSV"])
def test_modes_that_would_lose_something(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "x.pc15"
    with pytest.raises(OSError, match="cannot write mode"):
        Image.new(mode, (8, 8)).save(path)
    assert not path.exists() or path.stat().st_size == 0  # Pillow makes and removes the file


def test_metadata_both_ways() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description"
    xmp, icc = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", bytes(range(256)) * 40
    image = Image.fromarray(draw(40, 60, 3))
    buffer = saved(image, exif=exif, xmp=xmp, icc_profile=icc, effort=1)
    assert pc15.metadata(buffer.getvalue()).exif == exif.tobytes().removeprefix(b"Exif\0\0")
    with Image.open(buffer) as again:
        assert again.getexif()[0x0112] == 6 and again.getexif()[0x010E] == "a description"
        assert again.info["xmp"] == xmp and again.info["icc_profile"] == icc
        third = saved(again, exif=again.info["exif"], effort=1)
    with Image.open(third) as image:
        assert image.info["icc_profile"] == icc and image.info["xmp"] == xmp and image.getexif()[0x0112] == 6


class Counting(io.BytesIO):
    """Counts what is read."""

    total = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.total += len(data)
        return data


def test_opening_reads_the_head_alone(parrots_file: bytes) -> None:
    file = Counting(parrots_file)
    image = Image.open(file)
    assert image.size == (768, 512) and file.total < 5000 < len(parrots_file)
    image.load()
    assert file.total >= len(parrots_file)


def test_draft(parrots: np.ndarray, parrots_file: bytes) -> None:
    with Image.open(io.BytesIO(parrots_file)) as image:
        image.draft("RGB", (300, 200))
        assert image.size == (384, 256)
        assert np.array_equal(np.asarray(image), pc15.decode_scaled(parrots_file, 0.5))
    with Image.open(io.BytesIO(parrots_file)) as image:
        image.draft("L", (10, 10))
        assert image.size == (192, 128) and image.mode == "L"
        assert np.array_equal(np.asarray(image), pc15.decode_scaled(parrots_file, 0.25, format="Y"))
    with Image.open(io.BytesIO(parrots_file)) as image:
        assert image.draft("RGB", (700, 500)) is not None and image.size == (768, 512)
    with Image.open(io.BytesIO(parrots_file)) as image:
        image.thumbnail((100, 100))  # calls draft
        assert image.size == (100, 67)


def test_threads_share_an_image(parrots_file: bytes) -> None:
    expected = pc15.decode(parrots_file)
    image = Image.open(io.BytesIO(parrots_file))
    found: list[bool] = []

    def work() -> None:
        image.load()
        found.append(np.array_equal(np.asarray(image), expected))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8


def test_the_pixels_outlive_the_file(tmp_path: Path, parrots_file: bytes) -> None:
    path = tmp_path / "a.pc15"
    path.write_bytes(parrots_file)
    image = Image.open(path)
    image.load()
    path.unlink()
    crop = image.crop((0, 0, 10, 10))
    copy = image.copy()
    image.close()
    assert np.array_equal(np.asarray(crop), pc15.decode(parrots_file)[:10, :10]) and copy.size == (768, 512)


def test_damage(tmp_path: Path, parrots_file: bytes) -> None:
    for data in (b"PC15\x8f", b"PC15\xf0", parrots_file[:70]):
        try:
            with Image.open(io.BytesIO(data)) as image, pytest.raises(OSError):
                image.load()
        except OSError:
            pass  # refused at once: as good
    middle = bytearray(parrots_file)
    middle[len(middle) // 2] ^= 1
    with Image.open(io.BytesIO(middle)) as image, pytest.raises(OSError, match="damaged"):
        image.load()
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(io.BytesIO(b"PC15" + bytes(100)))


def test_registration(parrots_file: bytes) -> None:
    Image.init()
    assert Image.EXTENSION[".pc15"] == "PC15" and Image.MIME["PC15"] == "image/x-pc15"
    with pytest.raises(ValueError):
        pc15.pillow.register(nonsense=1)
    pc15.pillow.register(max_pixels=10)
    try:
        with Image.open(io.BytesIO(parrots_file)) as image, pytest.raises(OSError):
            image.load()
    finally:
        pc15.pillow.register(max_pixels=2**29)
    with Image.open(io.BytesIO(parrots_file)) as image:
        image.load()
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
