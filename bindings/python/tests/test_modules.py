"""The modules with the old names: core, proc, codec, vq, metrics, data, viz."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY, draw
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

import pc15
import pc15codec
import pc15core
import pc15data
import pc15metrics
import pc15proc
import pc15viz
import pc15vq
from pc15codec import tiling


def test_seeds() -> None:
    assert [pc15core.to_int64_signed(v) for v in (0, 2**63, 2**64 - 1, 2**64, -1)] == [0, -(2**63), -1, 0, -1]
    assert pc15core.derive_seed64(1234, "image.png", 7) == pc15core.derive_seed64(1234, "image.png", 7)
    seeds = {pc15core.derive_seed64(s, n, k) for s in range(5) for n in ("a", "b") for k in range(50)}
    assert len(seeds) == 500 and all(-(2**63) <= s < 2**63 for s in seeds)
    assert pc15core.derive_seed64(0, "1") != pc15core.derive_seed64(0, 1)
    assert pc15core.derive_seed64(1234, "image.png", 0) == 8396744940665622297


def test_missing_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PC15_ALLOW_CPU_TESTS", raising=False)
    with pytest.raises(RuntimeError, match="^Manque: no_such_module$"):
        pc15core.require("no_such_module")
    if not pc15.cuda_available():
        with pytest.raises(RuntimeError, match="^Manque: GPU CUDA$"):
            pc15core.require_cuda()
        with pytest.raises(RuntimeError, match="^Manque: GPU CUDA$"):
            pc15proc.render("stripes", 8, 8, device="cuda")
    report = pc15core.environment()
    assert report["pc15"] == pc15.version() == pc15.__version__ and report["numpy"] == np.__version__


def test_catalogue() -> None:
    names = pc15proc.list_generators()
    assert len(names) == len(set(names)) >= 40 and "stripes" in names
    by_name = {g.name: g for g in pc15proc.audit()}
    assert by_name["perlin"].has_noise and not by_name["stripes"].has_noise
    assert by_name["marble"].has_warp and not by_name["stripes"].has_warp
    for entry in by_name.values():
        assert entry.doc and all(p.minimum <= p.default <= p.maximum for p in entry.params), entry.name
        assert set(entry.ranges) == {p.name for p in entry.params}


@pytest.mark.parametrize("name", pc15proc.list_generators())
def test_every_generator_renders(name: str) -> None:
    first = pc15proc.render(name, 24, 40, {"seed": 5})
    assert first.shape == (1, 1, 24, 40) and first.dtype == np.float32
    assert first.min() >= -1 and first.max() <= 1 and np.ptp(first) > 0
    assert np.array_equal(first, pc15proc.render(name, 24, 40, {"seed": 5}, device="cpu"))
    codec = pc15proc.ParamCodec(name, precision=2, frame=64)
    exact = codec.dequantise(codec.quantise({}))
    assert codec.deserialize(codec.serialize(exact)) == exact


def test_batches_of_renders() -> None:
    params = {"period": [8.0, 16.0, 32.0], "angle": 30, "seed": 1}
    batch = pc15proc.render("waves_dir", 32, 32, params, batch=2, dtype=np.float16)
    assert batch.shape == (3, 1, 32, 32) and batch.dtype == np.float16
    single = pc15proc.render("waves_dir", 32, 32, [{"period": 16.0, "angle": 30}], dtype=np.float16)
    assert np.array_equal(batch[1:2], single)
    assert not np.array_equal(pc15proc.render("perlin", 32, 32, {"seed": 1}), pc15proc.render("perlin", 32, 32, {"seed": 2}))


@pytest.mark.parametrize(("name", "params", "size"), [
    ("nothing", {}, (8, 8)), ("stripes", {"perod": 3}, (8, 8)), ("stripes", {"period": 1e9}, (8, 8)),
    ("stripes", {"profile": "zigzag"}, (8, 8)), ("stripes", {"period": float("nan")}, (8, 8)), ("stripes", {}, (0, 8)),
    ("stripes", {}, (8, 65536)), ("stripes", {"period": [1, 2], "angle": [1, 2, 3]}, (8, 8)),
    ("stripes_multiscale", {"octaves": 1.5}, (8, 8)),
])
def test_bad_renders_are_refused(name: str, params: dict[str, object], size: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        pc15proc.render(name, *size, params)


def test_param_codec() -> None:
    codec = pc15proc.ParamCodec("stripes")
    packed = codec.serialize({"period": 20, "angle": 45, "profile": "triangle"} if "triangle" in
                             codec.generator.params[3].choices else {"period": 20, "angle": 45})
    values = codec.deserialize(packed)
    assert abs(float(values["period"]) - 20) < 0.1 and isinstance(values["profile"], str) and len(packed) < 20
    for bad in (packed[:-1], packed + b"\0", b""):
        with pytest.raises(pc15.DataError):
            codec.deserialize(bad)
    with pytest.raises((TypeError, ValueError)):
        codec.dequantise([0.5] * 6)
    with pytest.raises(pc15.UsageError):
        codec.dequantise([0])
    with pytest.raises(pc15.UsageError):
        pc15proc.ParamCodec("stripes", precision=9).quantise({})


@pytest.mark.parametrize(("height", "width", "tile", "overlap"), [(100, 130, 32, 8), (64, 64, 64, 0), (1, 1, 32, 16), (257, 33, 64, 32)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_tiling_is_the_identity(height: int, width: int, tile: int, overlap: int, dtype: type) -> None:
    picture = draw(height, width)
    plane = picture if dtype == np.uint8 else (picture / 127.5 - 1).astype(dtype) + np.asarray(1e-3, dtype)
    cfg = tiling.TileGridCfg(tile, overlap)
    patches, grid = pc15codec.tile_image(plane[None, None], cfg)
    assert patches.shape == (grid.count, 1, tile, tile) and patches.dtype == dtype
    again = pc15codec.blend_tiles(patches, grid, cfg)
    assert again.shape == (1, 1, height, width)
    if dtype == np.float64:
        assert np.abs(again[0, 0] - plane).max() < 1e-15
    else:
        assert np.array_equal(again[0, 0], plane)


def test_float_and_byte_tiles_blend_alike() -> None:
    cfg = tiling.TileGridCfg(32, 12)
    patches, grid = tiling.tile_image(draw(70, 90), cfg)
    changed = np.random.default_rng(1).integers(0, 256, patches.shape, np.uint8)
    exact = tiling.blend_tiles(changed.astype(np.float64), grid, cfg)
    assert np.abs(tiling.blend_tiles(changed, grid, cfg) - exact).max() <= 1.01
    for bad in (tiling.TileGridCfg(31, 0), tiling.TileGridCfg(32, 17), tiling.TileGridCfg(2000, 0)):
        with pytest.raises(pc15.UsageError):
            tiling.tile_image(draw(9, 9), bad)
    with pytest.raises(ValueError):
        tiling.blend_tiles(changed[:-1], grid, cfg)


def test_encode_y() -> None:
    luma = (draw(120, 100) / 127.5 - 1).astype(np.float32)[None, None]
    cfg = {"tile": 64, "overlap": 8, "lambda": 0.015, "alpha": 0.7, "seed": 1234, "beam": 2, "early_exit": 300, "residual": True,
           "residual_cap": 0, "effort": 1, "device": "auto", "threads": 1}
    result = pc15codec.encode_y(luma, cfg)
    assert set(result) == {"bitstream", "bpp", "stats", "tile_map"}
    assert result["bpp"] == pytest.approx(8 * len(result["bitstream"]) / luma.size)
    assert result["bitstream"] == pc15codec.encode_y(luma, cfg)["bitstream"]
    again = pc15codec.decode_y(result["bitstream"])
    assert again.shape == luma.shape and again.dtype == np.float32
    assert pc15metrics.psnr(luma, again) == pytest.approx(result["stats"]["psnr_y"], abs=1e-6)
    info = pc15codec.info(result["bitstream"])
    assert (info.tile, info.overlap, info.seed) == (64, 8, 1234)
    for bad in ({"tiles": 3}, {"quality": 500}, {"lambda": -1}):
        with pytest.raises(ValueError):
            pc15codec.encode_y(luma, bad)
    for shape in (np.zeros((2, 1, 8, 8), np.float32), np.full((1, 1, 8, 8), 1.5), np.zeros((8,))):
        with pytest.raises((TypeError, ValueError)):
            pc15codec.encode_y(shape)


def test_encode_image(parrots: np.ndarray) -> None:
    result = pc15codec.encode_image(parrots[:100, :120], effort=1, icc=b"profile")
    assert pc15codec.decode_image(result["bitstream"]).shape == (100, 120, 3)
    assert pc15.metadata(result["bitstream"]).icc == b"profile"
    text = pc15codec.disasm(result["bitstream"])
    assert pc15codec.info(pc15codec.asm(text)).width == 120


def test_vector_quantisation() -> None:
    rng = np.random.default_rng(3)
    samples = rng.normal(0, 1, (500, 3)) + rng.integers(0, 4, (500, 1)) * 10
    book = pc15vq.train_qv(samples, 3, 8, 42, levels=2)
    assert (book.dims, book.entries, book.levels) == (3, 8, 2) and book.points(0).shape == (8, 3)
    indices, offsets = pc15vq.quantize_params(samples, book)
    assert indices.shape == (500, 2) and indices.min() >= 0 and indices.max() < 8
    exact = pc15vq.dequantize_params(indices, offsets, book)
    assert np.abs(exact - samples).max() < 1e-12
    fine = pc15vq.dequantize_params(indices, None, book)
    coarse = pc15vq.dequantize_params(indices, None, book, use_levels=1)
    assert np.mean((fine - samples) ** 2) < np.mean((coarse - samples) ** 2)
    data = pc15vq.serialize(book)
    again = pc15vq.deserialize(data)
    assert pc15vq.serialize(again) == data
    assert np.array_equal(pc15vq.quantize_params(samples, again)[0], indices)
    assert pc15vq.serialize(pc15vq.train_qv(samples, 3, 8, 42, levels=2, threads=2)) == data
    single = pc15vq.train_qv(samples.astype(np.float32), 3, 8, 42)
    assert pc15vq.quantize_params(samples.astype(np.float32), single)[0].shape == (500, 1)
    for bad in (data[:-1], data + b"x", b"", bytes(len(data))):
        with pytest.raises(pc15.DataError):
            pc15vq.deserialize(bad)
    for arguments in ((samples, 7, 8, 1), (samples[:3], 3, 8, 1), (np.full((9, 3), np.nan), 3, 2, 1), (samples, 0, 8, 1), (samples, 3, 0, 1)):
        with pytest.raises(ValueError):
            pc15vq.train_qv(*arguments)
    with pytest.raises(ValueError):
        pc15vq.dequantize_params(indices + 8, None, book)


def test_semantic_packs() -> None:
    wave = next(p for p in pc15vq.packs("waves_dir") if p.name == "wave")
    assert wave.params == ("period", "angle", "phase")
    samples = [{"period": 8.0 + k % 3, "angle": 10.0 * (k % 4), "phase": 0.0} for k in range(40)]
    book = pc15vq.train_qv(samples, wave, 12, 0)
    indices, offsets = pc15vq.quantize_params(samples, book)
    again = pc15vq.unpack_matrix(pc15vq.dequantize_params(indices, offsets, book), wave)
    assert again == samples and book.distortion < 1e-12
    with pytest.raises(ValueError, match="sample 0 lacks"):
        pc15vq.pack_matrix([{"period": 1}], wave)


def test_measures_against_scikit_image(parrots: np.ndarray) -> None:
    a = pc15data.luma_u8(parrots)
    rng = np.random.default_rng(0)
    b = np.clip(a + rng.normal(0, 9, a.shape), 0, 255).astype(np.uint8)
    assert pc15metrics.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), abs=1e-9)
    theirs = structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True)[1]
    assert pc15metrics.ssim(a, b) == pytest.approx(theirs[5:-5, 5:-5].mean(), abs=1e-9)  # windows inside the image
    assert pc15metrics.mse(a, b) == pytest.approx(np.mean((a.astype(float) - b) ** 2), abs=1e-9)
    alpha = 0.7
    expected = alpha * (1 - pc15metrics.ssim(a, b)) + (1 - alpha) * pc15metrics.mse(a, b) / 255**2
    assert pc15metrics.distortion(a, b, alpha) == pytest.approx(expected, abs=1e-12)
    assert pc15metrics.psnr(a, a) == math.inf and pc15metrics.ssim(a, a) == 1 and pc15metrics.ms_ssim(a, a) == pytest.approx(1)
    assert 0 < pc15metrics.ms_ssim(a, b) < 1
    colour = np.clip(parrots + rng.normal(0, 9, parrots.shape), 0, 255).astype(np.uint8)
    assert pc15metrics.psnr(parrots, colour) == pytest.approx(peak_signal_noise_ratio(parrots, colour), abs=1e-9)
    for bad in ((a, b[:-1]), (a, parrots), (a, "x")):
        with pytest.raises((TypeError, ValueError)):
            pc15metrics.ssim(*bad)
    with pytest.raises(ValueError):
        pc15metrics.distortion(a, b, 1.5)


def test_bd_rate() -> None:
    anchor = [(0.1 * 1.5**k, 25 + 2.0 * k + 0.1 * k * k) for k in range(6)]
    assert pc15metrics.bd_rate(anchor, [(rate * 0.8, quality) for rate, quality in anchor]) == pytest.approx(-20, abs=1e-6)
    assert math.isnan(pc15metrics.bd_rate(anchor, [(rate, quality + 100) for rate, quality in anchor]))
    with pytest.raises(ValueError):
        pc15metrics.bd_rate(anchor[:2], anchor)


def test_reading_images(tmp_path: Path) -> None:
    picture = draw(20, 30, 3)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    Image.fromarray(picture).save(tmp_path / "turned.png", exif=exif)
    assert np.array_equal(pc15data.read_image(tmp_path / "turned.png"), np.rot90(picture, -1))
    luma = pc15data.to_luma_tensor(tmp_path / "turned.png")
    assert luma.shape == (1, 1, 30, 20) and luma.dtype == np.float32 and np.abs(luma).max() <= 1
    Image.fromarray(picture).quantize(16).save(tmp_path / "palette.png")
    assert pc15data.read_image(tmp_path / "palette.png").shape == (20, 30, 3)
    Image.fromarray(picture[:, :, 0].astype(np.uint16) * 257).save(tmp_path / "deep.png")
    with pytest.raises(ValueError, match="8 bits"):
        pc15data.read_image(tmp_path / "deep.png")
    for k in range(3):
        (tmp_path / f"sub{k}").mkdir()
        Image.fromarray(picture).save(tmp_path / f"sub{k}" / "x.jpg")
    found = pc15data.scan_images(tmp_path)
    assert len(found) == 6 and found == sorted(found)
    with pytest.raises(FileNotFoundError):
        pc15data.scan_images(tmp_path / "nowhere")


def test_symlinks(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    link = tmp_path / "deep" / "link"
    pc15data.ensure_symlink(tmp_path / "a", link)
    pc15data.ensure_symlink(tmp_path / "a", link)
    pc15data.ensure_symlink(tmp_path / "b", link)
    assert link.read_text() == "b" and len(list(link.parent.iterdir())) == 1
    with pytest.raises(FileExistsError):
        pc15data.ensure_symlink(tmp_path / "b", tmp_path / "a")


def test_lmdb_cache(tmp_path: Path) -> None:
    pytest.importorskip("lmdb")
    with pc15data.LmdbCache(tmp_path / "cache.lmdb", max_bytes=1 << 20) as cache:
        cache.put("a/b.png", b"123")
        assert cache.get("a/b.png") == b"123" and cache.get("c") is None
        assert cache.get_or("c", lambda: b"made") == b"made" and cache.get("c") == b"made"
        assert sorted(cache.names()) == ["a/b.png", "c"] and len(cache) == 2
        with pytest.raises(ValueError):
            cache.get("")
    with pc15data.LmdbCache(tmp_path / "cache.lmdb", read_only=True) as cache:
        assert cache.get("a/b.png") == b"123"


def test_sheets() -> None:
    sheet = pc15viz.montage(np.stack([draw(16, 20, seed=k) for k in range(5)]), 3, list("abcde"))
    assert sheet.size == (3 * 26 + 6, 2 * 36 + 6)
    assert np.array_equal(np.asarray(sheet)[6:22, 6:26], draw(16, 20))
    assert pc15viz.montage(np.zeros((2, 8, 9, 3), np.uint8), 9).mode == "RGB"
    assert pc15viz.gallery(32).size[0] > 8 * 32
    for bad in (np.zeros((0, 4, 4), np.uint8), np.zeros((2, 4, 4)), np.zeros((4, 4), np.uint8)):
        with pytest.raises(ValueError):
            pc15viz.montage(bad, 2)


def test_plots(tmp_path: Path, brick: np.ndarray) -> None:
    pytest.importorskip("matplotlib")
    Image.fromarray(brick[:48, :64]).save(tmp_path / "brick.png")
    rows = [row for codec in ("pc15", "jpeg") for row in
            pc15metrics.summarize_codec([tmp_path / "brick.png"], codec, [20, 50, 80], root=tmp_path)]
    pc15metrics.write_rows(rows, tmp_path / "m.csv", tmp_path / "m.json")
    assert pc15metrics.read_rows(tmp_path / "m.csv")[0].image == "brick.png"
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text())))) == 6
    pc15viz.plot_rd(tmp_path / "m.csv", tmp_path / "rd.png")
    stripes = pc15proc.render_u8("stripes", 200, 100, {"period": 23, "angle": 20})[0]
    checks = pc15proc.render_u8("checkerboard", 200, 100, {"cell": 17, "cell2": 17})[0]
    picture = np.hstack([stripes, checks])
    data = pc15.encode(picture, effort=3, tile=100, overlap=0)
    assert {"stripes", "checkerboard"} & set(" ".join(pc15viz.plot_tile_map(data, tmp_path / "map.png")).split())
    shown = pc15viz.preview_tile_vs_synth(picture, data, 0, tmp_path / "tile.png")
    assert shown["mse"] < 40 and shown["generators"], shown  # its program draws stripes
    wide = pc15.encode(stripes, effort=3)
    assert pc15viz.preview_tile_vs_synth(stripes, wide, None, tmp_path / "wide.png")["mse"] < 40
    assert sum(pc15viz.plot_tile_map(wide, tmp_path / "widemap.png").values()) >= 1
    for name in ("rd.png", "map.png", "tile.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.width > 800 and len(picture.convert("RGB").getcolors(1 << 24) or ()) > 50
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="no table of metrics"):
        pc15viz.plot_rd(tmp_path / "bad.csv", tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()
    with pytest.raises(ValueError):
        pc15viz.preview_tile_vs_synth(picture, data, 99, tmp_path / "x.png")


def test_the_sample_folder_is_there() -> None:
    assert (REPOSITORY / "samples/parrots.png").is_file()
