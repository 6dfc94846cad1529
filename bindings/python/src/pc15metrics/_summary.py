"""Rate and quality of many files, as CSV and JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import pc15
from pc15._arrays import U8
from pc15data import luma_u8, read_image
from pc15wf._files import atomic_write
from pc15wf._journal import load_manifest
from pc15wf._manifest import DONE

from ._measures import ms_ssim, psnr, ssim


@dataclass(frozen=True)
class Row:
    """One coded file. PSNR, SSIM and MS-SSIM are of BT.601 luma; PSNR is infinite when it is exact."""

    image: str
    codec: str
    setting: str
    width: int
    height: int
    bytes: int
    bpp: float
    psnr: float
    ssim: float
    ms_ssim: float


def _row(image: str, codec: str, setting: str, size: int, source: U8, decoded: U8) -> Row:
    a, b = luma_u8(source), luma_u8(decoded)
    height, width = a.shape
    return Row(image, codec, setting, width, height, size, 8 * size / (width * height), psnr(a, b), ssim(a, b), ms_ssim(a, b))


def _write_csv(rows: Sequence[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(Row)])
    for row in rows:
        writer.writerow([f"{v:.8g}" if isinstance(v, float) else v for v in dataclasses.astuple(row)])
    return buffer.getvalue()


def _mean(values: Iterable[float]) -> float | None:
    finite = [v for v in values if math.isfinite(v)]
    return float(np.mean(finite)) if finite else None


def write_rows(rows: Sequence[Row], out_csv: str | Path, out_json: str | Path) -> None:
    """The rows as CSV, and as JSON with the means per codec and setting. An exact PSNR is inf in the one, null in the
    other, and left out of the means."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.codec, row.setting), []).append(row)
    means = [{"codec": codec, "setting": setting, "images": len(group),
              **{name: _mean(getattr(r, name) for r in group) for name in ("bpp", "psnr", "ssim", "ms_ssim")}}
             for (codec, setting), group in groups.items()]
    plain: list[dict[str, Any]] = [
        {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in dataclasses.asdict(row).items()}
        for row in rows
    ]
    atomic_write(out_csv, _write_csv(rows))
    atomic_write(out_json, json.dumps({"means": means, "rows": plain}, indent=1) + "\n")


def read_rows(path: str | Path) -> list[Row]:
    """The rows of a CSV file. ValueError when it is none."""
    kinds = {field.name: {"int": int, "float": float}.get(str(field.type), str) for field in dataclasses.fields(Row)}
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or set(kinds) - set(reader.fieldnames):
            raise ValueError(f"{path}: no table of metrics; its first line must name {', '.join(kinds)}")
        rows = []
        for line in reader:
            try:
                rows.append(Row(**{name: kind(line[name]) for name, kind in kinds.items()}))
            except (TypeError, ValueError):
                raise ValueError(f"{path}:{reader.line_num}: a line that is no row of metrics") from None
    return rows


def summarize_batch(manifest_json: str | Path, out_csv: str | Path, out_json: str | Path, *,
                    progress: Callable[[str], None] | None = None) -> list[Row]:
    """Decodes every file that a batch has done, compares it with its source, writes both tables."""
    manifest = load_manifest(manifest_json)
    rows = []
    for key, item in manifest.items.items():
        path = manifest.output(key)
        if item.state != DONE or path is None:
            continue
        data = path.read_bytes()
        setting = path.stem.rsplit("_", 2)[1]
        rows.append(_row(key, "pc15", setting, len(data), read_image(manifest.source(key)), pc15.decode(data)))
        if progress is not None:
            progress(key)
    if not rows:
        raise ValueError(f"{manifest_json}: nothing is done yet")
    write_rows(rows, out_csv, out_json)
    return rows


def _code(pixels: U8, codec: str, quality: float) -> tuple[int, U8]:
    """Bytes and decoded pixels of one image by a codec."""
    if codec == "pc15":
        data = pc15.encode(pixels, quality=quality)
        return len(data), pc15.decode(data)
    image = Image.fromarray(pixels)
    if image.mode == "RGBA" and codec == "jpeg":
        image = image.convert("RGB")
    buffer = io.BytesIO()
    settings: dict[str, dict[str, Any]] = {"jpeg": {"progressive": True, "optimize": True}, "webp": {"method": 6}}
    options = settings.get(codec, {})
    image.save(buffer, codec.upper(), quality=round(quality), **options)
    with Image.open(io.BytesIO(buffer.getvalue())) as decoded:
        return len(buffer.getvalue()), np.asarray(decoded.convert(image.mode))


def summarize_codec(images: Iterable[str | Path], codec: str, qualities: Sequence[float], *, root: str | Path = ".",
                    progress: Callable[[str], None] | None = None) -> list[Row]:
    """Codes images at several qualities by pc15, or by jpeg, webp or avif of Pillow, for curves."""
    if codec not in ("pc15", "jpeg", "webp", "avif"):
        raise ValueError(f"codec {codec!r} is none of pc15, jpeg, webp, avif")
    if codec != "pc15":
        Image.init()
        if codec.upper() not in Image.SAVE:
            raise RuntimeError(f"Manque: {codec} (this Pillow was built without it)")
    rows = []
    for path in images:
        pixels = read_image(path)
        name = Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else Path(path).name
        for quality in qualities:
            size, decoded = _code(pixels, codec, quality)
            rows.append(_row(name, codec, f"q{quality:g}", size, pixels, decoded))
        if progress is not None:
            progress(name)
    return rows


__all__ = ["Row", "read_rows", "summarize_batch", "summarize_codec", "write_rows"]
