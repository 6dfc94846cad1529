"""The native calls: arrays in and out, regions, scales, threads, progress, cancellation."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import draw
from hypothesis import given, settings
from hypothesis import strategies as st

import pc15


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lossless_gives_every_sample_back(channels: int) -> None:
    picture = draw(61, 83, channels)
    data = pc15.encode(picture, lossless=True)
    assert np.array_equal(pc15.decode(data), picture)
    info = pc15.info(data)
    assert (info.width, info.height, info.channels, info.lossless) == (83, 61, channels, True)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3, 4]), st.integers(0, 2**32), st.data())
@settings(max_examples=60, deadline=None)
def test_lossless_of_any_layout(height: int, width: int, channels: int, seed: int, data: st.DataObject) -> None:
    shape = (height, width) if channels == 1 else (height, width, channels)
    picture = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    view = data.draw(st.sampled_from(["plain", "flipped", "mirrored", "padded", "fortran", "step"]))
    given_ = {
        "plain": lambda: picture,
        "flipped": lambda: picture[::-1].copy()[::-1],
        "mirrored": lambda: picture[:, ::-1].copy()[:, ::-1],
        "padded": lambda: np.pad(picture, ((0, 0), (0, 7), *[(0, 0)] * (channels > 1)))[:, :width],
        "fortran": lambda: np.asfortranarray(picture),
        "step": lambda: np.repeat(picture, 2, 0)[::2],
    }[view]()
    assert np.array_equal(given_, picture)
    assert np.array_equal(pc15.decode(pc15.encode(given_, lossless=True, effort=1)), picture)


def test_bytes_do_not_depend_on_layout_or_threads(parrots: np.ndarray, parrots_file: bytes) -> None:
    padded = np.zeros((512, 900, 3), np.uint8)
    padded[:, :768] = parrots
    assert pc15.encode(padded[:, :768], effort=1, threads=1) == parrots_file
    assert pc15.encode(parrots[::-1].copy()[::-1], effort=1, threads=2) == parrots_file
    first = pc15.decode(parrots_file, threads=1)
    assert np.array_equal(first, pc15.decode(parrots_file, threads=4))


def test_out_is_decoded_into(parrots_file: bytes) -> None:
    plain = pc15.decode(parrots_file)
    out = np.empty((512, 768, 3), np.uint8)
    assert pc15.decode(parrots_file, out=out) is out
    assert np.array_equal(out, plain)
    flipped = np.empty_like(out)
    pc15.decode(parrots_file, out=flipped[::-1])
    assert np.array_equal(flipped[::-1], plain)
    wide = np.full((512, 800, 3), 7, np.uint8)
    pc15.decode(parrots_file, out=wide[:, 16:784])
    assert np.array_equal(wide[:, 16:784], plain)
    assert (wide[:, :16] == 7).all() and (wide[:, 784:] == 7).all()
    flat = bytearray(plain.nbytes)
    assert pc15.decode(parrots_file, out=flat) is flat
    assert flat == plain.tobytes()


class AlwaysCopied:
    """An array that can only be read, by copying it."""

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return np.empty((512, 768, 3), np.uint8)


@pytest.mark.parametrize("out", [
    np.empty((512, 767, 3), np.uint8), np.empty((512, 768), np.uint8), np.empty((512, 768, 3), np.float32),
    np.empty((512, 768, 6), np.uint8)[:, :, ::2], np.empty(12, np.uint8), bytearray(5), bytes(512 * 768 * 3), "text", object(),
    np.broadcast_to(np.uint8(0), (512, 768, 3)), AlwaysCopied(),
])
def test_bad_out_is_refused(parrots_file: bytes, out: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        pc15.decode(parrots_file, out=out)


def test_out_has_its_own_dtype(parrots_file: bytes) -> None:
    out = np.empty((512, 768, 3), np.uint8)
    assert pc15.decode(parrots_file, out=out, dtype=np.dtype("u1")) is out
    with pytest.raises(TypeError, match="float32"):
        pc15.decode(parrots_file, out=out, dtype=np.float32)


def test_out_may_not_be_the_file(parrots_file: bytes) -> None:
    room = bytearray(parrots_file) + bytes(512 * 768 * 3)
    with pytest.raises(ValueError, match="overlap"):
        pc15.decode(memoryview(room)[: len(parrots_file)], out=np.frombuffer(room, np.uint8)[: 512 * 768 * 3])


def test_arrays_own_their_memory(parrots_file: bytes) -> None:
    file = bytearray(parrots_file)
    picture = pc15.decode(file)
    assert picture.base is None and picture.flags.owndata and picture.flags.writeable
    before = picture.copy()
    file[:] = bytes(len(file))
    del file
    gc.collect()
    assert np.array_equal(picture, before)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats(dtype: type) -> None:
    picture = draw(40, 50, 3)
    data = pc15.encode((picture / 255).astype(np.float64), lossless=True)
    assert np.array_equal(pc15.decode(data), picture)
    floats = pc15.decode(data, dtype=dtype)
    assert floats.dtype == dtype and floats.min() >= 0 and floats.max() <= 1
    assert np.abs(floats.astype(np.float64) - picture / 255).max() < 1e-3
    assert np.array_equal(pc15.decode(pc15.encode(floats.astype(dtype), lossless=True)), picture)


def test_bool_and_formats() -> None:
    mask = draw(32, 32) > 128
    assert np.array_equal(pc15.decode(pc15.encode(mask, lossless=True)) > 128, mask)
    data = pc15.encode(draw(32, 33, 4), lossless=True)
    assert pc15.decode(data).shape == (32, 33, 4)
    assert pc15.decode(data, format="RGB").shape == (32, 33, 3)
    assert pc15.decode(data, format="Y").shape == (32, 33)


def test_targets() -> None:
    picture = draw(160, 120, 3)
    full = len(pc15.encode(picture, effort=1))
    small = pc15.encode(picture, effort=1, target_bytes=full * 2 // 3)
    assert len(small) <= full * 2 // 3
    done = pc15.Encoder(effort=1, target_ssim=0.9)
    done.encode(picture)
    assert done.stats.ssim_y >= 0.9


@pytest.mark.parametrize("picture", [
    np.zeros((0, 5), np.uint8), np.zeros((5, 0, 3), np.uint8), np.zeros(5, np.uint8), np.zeros((4, 4, 2), np.uint8),
    np.zeros((2, 4, 4, 3), np.uint8), np.zeros((1, 65536), np.uint8), np.uint8(3), np.zeros((4, 4), np.uint16),
    np.zeros((4, 4), np.int8), np.zeros((4, 4), np.int64), np.zeros((4, 4), np.complex64), np.zeros((4, 4), "S1"),
    np.full((4, 4), np.nan), np.full((4, 4), 1.01), np.full((4, 4), -0.01), np.full((4, 4), np.inf),
    np.array([[None]]), None, "text", b"bytes", 5, object(), [[[]]], {"a": 1},
])
def test_bad_pictures_are_refused(picture: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        pc15.encode(picture)


@pytest.mark.parametrize(("params", "error"), [
    ({"quality": 101}, pc15.UsageError), ({"quality": float("nan")}, pc15.UsageError), ({"quality": -1e300}, pc15.UsageError),
    ({"quality": "high"}, TypeError), ({"effort": 0}, pc15.UsageError), ({"effort": 1.5}, TypeError), ({"tile": 31}, pc15.UsageError),
    ({"tile": 64, "overlap": 40}, pc15.UsageError), ({"tile": 2**70}, pc15.UsageError), ({"threads": -1}, pc15.UsageError),
    ({"chroma": "411"}, pc15.UsageError), ({"qualty": 5}, pc15.UsageError), ({"tolerant": 1}, pc15.UsageError),
    ({"lossless": True, "grain": 5}, pc15.UsageError), ({"max_memory": 1000}, pc15.ResourceError), ({"text": 5}, Exception),
    ({"target_bytes": 900, "target_psnr": 30.0}, pc15.UsageError), ({"target_ssim": 1.5}, pc15.UsageError),
    ({"exif": 3.5}, TypeError), ({"device": "tpu"}, ValueError), ({"lambda_": 0}, pc15.UsageError),
])
def test_bad_parameters_are_refused(params: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        pc15.encode(draw(40, 40), **params)


def test_parameters_by_name() -> None:
    with pc15.Encoder(quality=75, chroma="444", tune="psnr", lossless=False) as encoder:
        assert encoder.get("quality") == 75 and encoder.get("chroma") == 1 and encoder.get("tune") == 1
        encoder.set(lambda_=0.015)
        assert encoder.get("lambda") == pytest.approx(0.015)
    table = pc15.parameters()
    assert table["quality"].default == 60 and table["chroma"].choices == ("420", "444") and table["early_exit"].encoder


def test_region_equals_crop(parrots_file: bytes) -> None:
    whole = pc15.decode(parrots_file)
    assert np.array_equal(pc15.decode_region(parrots_file, 100, 200, 150, 99), whole[200:299, 100:250])
    assert np.array_equal(pc15.decode_region(parrots_file, 767, 511, 1, 1), whole[511:, 767:])
    out = np.empty((20, 30, 3), np.uint8)
    pc15.decode_region(parrots_file, 5, 6, 30, 20, out=out)
    assert np.array_equal(out, whole[6:26, 5:35])


@pytest.mark.parametrize("region", [
    (-1, 0, 5, 5), (0, 0, 0, 5), (760, 0, 9, 5), (0, 512, 1, 1), (0, 0, 2**40, 1), (2**32 - 1, 0, 2, 2), (0, 0, 65535, 65535),
])
def test_bad_regions_are_refused(parrots_file: bytes, region: tuple[int, int, int, int]) -> None:
    with pytest.raises(pc15.UsageError):
        pc15.decode_region(parrots_file, *region)


@pytest.mark.parametrize("scale", [0.25, 0.5, 1, 2, 4, 8])
def test_scales(brick: np.ndarray, scale: float) -> None:
    data = pc15.encode(brick[:70, :90], effort=1)
    width, height = pc15.scaled_size(90, 70, scale)
    picture = pc15.decode_scaled(data, scale)
    assert picture.shape == (height, width)
    assert np.array_equal(pc15.decode_scaled(data, scale, (3, 2, 9, 7)), picture[2:9, 3:12])


@pytest.mark.parametrize("scale", [0, -1, 3, 16, 0.1, float("nan"), float("inf")])
def test_bad_scales_are_refused(parrots_file: bytes, scale: float) -> None:
    with pytest.raises(pc15.UsageError):
        pc15.decode_scaled(parrots_file, scale)


def test_stats_and_maps(brick: np.ndarray) -> None:
    with pc15.Encoder(effort=2, quality=40) as encoder:
        data = encoder.encode(brick)
        stats, tiles, generators = encoder.stats, encoder.tiles, encoder.generator_stats
    assert stats.bytes_total == len(data) and stats.bpp == pytest.approx(8 * len(data) / brick.size)
    import pc15metrics

    decoded = pc15.decode(data)
    assert stats.psnr_y == pytest.approx(pc15metrics.psnr(brick, decoded), abs=1e-6)
    assert stats.ssim_y == pytest.approx(pc15metrics.ssim(brick, decoded), abs=1e-6)
    assert len(tiles) == stats.tiles == 9 and {g.generator for g in generators} >= {"brick", "perlin"}


def test_stats_need_an_encode() -> None:
    with pc15.Encoder() as encoder, pytest.raises(pc15.UsageError):
        _ = encoder.stats


def test_progress_and_its_cancellation(parrots: np.ndarray) -> None:
    seen: list[tuple[int, int]] = []
    data = pc15.encode(parrots, effort=1, threads=2, progress=lambda done, total: seen.append((done, total)))
    assert seen and seen == sorted(seen) and seen[-1][0] <= seen[-1][1]
    with pytest.raises(pc15.CancelledError):
        pc15.encode(parrots, effort=1, progress=lambda *_: True)
    with pytest.raises(pc15.CancelledError):
        pc15.decode(data, progress=lambda *_: True)

    def fail(_done: int, _total: int) -> None:
        raise LookupError("mine")

    with pc15.Encoder(effort=1) as encoder:
        with pytest.raises(LookupError, match="mine"):
            encoder.encode(parrots, progress=fail)
        assert encoder.encode(parrots) == data  # the handle is whole


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT raises, also where a shell started this as a background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("threads", [1, 2])
def test_keyboard_interrupt_ends_an_encode(parrots: np.ndarray, threads: int) -> None:
    encoder = pc15.Encoder(effort=9, threads=threads)
    started = time.monotonic()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(np.tile(parrots, (2, 2, 1)))
    assert time.monotonic() - started < 2.5
    timer.join()
    encoder.set(effort=1)
    assert pc15.decode(encoder.encode(parrots[:64, :64])).shape == (64, 64, 3)


def test_metadata_outlive_a_cancelled_call(parrots: np.ndarray) -> None:
    with pc15.Encoder(effort=1) as encoder:
        encoder.set_metadata(text="kept")
        with pytest.raises(pc15.CancelledError):
            encoder.encode(parrots, progress=lambda *_: True)
        with pytest.raises(pc15.UsageError):
            encoder.set(quality=1000)
        assert pc15.metadata(encoder.encode(parrots[:100])).text == "kept"


def test_cancel_from_another_thread(parrots: np.ndarray) -> None:
    encoder = pc15.Encoder(effort=9)
    failure: list[BaseException] = []

    def work() -> None:
        try:
            encoder.encode(np.tile(parrots, (2, 2, 1)))
        except pc15.CancelledError as error:
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    encoder.cancel()
    thread.join(5)
    assert not thread.is_alive() and failure


def test_busy_handle_is_refused(parrots: np.ndarray) -> None:
    encoder = pc15.Encoder(effort=9)
    thread = threading.Thread(target=lambda: pytest.raises(pc15.CancelledError, encoder.encode, np.tile(parrots, (2, 2, 1))))
    thread.start()
    time.sleep(0.2)
    with pytest.raises(pc15.BusyError):
        encoder.encode(parrots)
    with pytest.raises(pc15.BusyError):
        encoder.close()
    encoder.cancel()
    thread.join()
    encoder.close()
    with pytest.raises(ValueError, match="closed"):
        encoder.encode(parrots)
    encoder.close()


def test_the_file_is_pinned_while_it_is_decoded(parrots_file: bytes) -> None:
    """Resizing a bytearray during the call must be refused, not done under the library's feet."""
    file, refused = bytearray(parrots_file), []

    def resize(_done: int, _total: int) -> None:
        try:
            file.extend(b"x")
        except BufferError:
            refused.append(True)

    picture = pc15.decode(file, progress=resize)
    assert refused and len(file) == len(parrots_file)
    assert np.array_equal(picture, pc15.decode(parrots_file))


def test_the_gil_is_released(parrots: np.ndarray) -> None:
    """Another thread goes on counting while this one encodes."""
    count, stop = [0], threading.Event()

    def tick() -> None:
        while not stop.is_set():
            count[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    before, started = count[0], time.monotonic()
    pc15.encode(parrots[:256, :250], effort=2)
    ticks, seconds = count[0] - before, time.monotonic() - started
    stop.set()
    thread.join()
    assert ticks > 0.15 * seconds / 0.001


class OnlyDlpack:
    """What torch, jax and cupy arrays have in common."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **kwargs: object) -> object:
        return self._array.__dlpack__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)


def test_dlpack_and_buffers() -> None:
    picture = draw(30, 40, 3)
    data = pc15.encode(picture, lossless=True)
    assert pc15.encode(OnlyDlpack(picture), lossless=True) == data
    assert pc15.encode(memoryview(picture), lossless=True) == data
    assert pc15.encode(picture.tolist() and np.array(picture.tolist(), np.uint8), lossless=True) == data
    out = np.empty_like(picture)
    pc15.decode(memoryview(data), out=memoryview(out))
    assert np.array_equal(out, picture)


def test_auto_touches_no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process may fork after it encoded or decoded with device="auto"."""
    def refuse() -> None:
        raise AssertionError("a device was looked for")
    monkeypatch.setattr(pc15.native, "pc15_device_count", refuse)
    picture = draw(20, 20)
    assert pc15.decode(pc15.encode(picture, device="auto"), device="auto").shape == picture.shape


def test_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PC15_ALLOW_CPU_TESTS", raising=False)
    picture = draw(20, 20)
    assert pc15.encode(picture, device="cpu") == pc15.encode(picture, device="auto")
    if not pc15.cuda_available():
        with pytest.raises(RuntimeError, match="^Manque: GPU CUDA$"):
            pc15.encode(picture, device="cuda")
        monkeypatch.setenv("PC15_ALLOW_CPU_TESTS", "1")
        assert pc15.encode(picture, device="cuda") == pc15.encode(picture, device="cpu")


def test_memory_does_not_grow(brick: np.ndarray) -> None:
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    picture = brick[:128, :128]

    def work(rounds: int) -> None:
        for _ in range(rounds):
            data = pc15.encode(picture, effort=1, procedural=False)
            pc15.decode(data)
            pc15.metadata(data)
            with pytest.raises(pc15.DataError):
                pc15.decode(data[:-9])

    work(60)
    gc.collect()
    before = resident()
    work(300)
    gc.collect()
    assert resident() - before < 6 << 20
