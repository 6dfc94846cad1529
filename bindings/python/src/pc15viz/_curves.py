"""Rate-distortion curves, by matplotlib."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from pc15core import require
from pc15metrics import Row, read_rows
from pc15wf import atomic_write

COLOURS = ("#1b6ca8", "#d1495b", "#3a7d44", "#edae49", "#6f4e7c", "#444444")


def figure(rows: int, cols: int, size: tuple[float, float]) -> tuple[Any, Any]:
    """A figure without a window system, and its axes."""
    module = require("matplotlib.figure", "matplotlib")
    made = module.Figure(figsize=size, layout="constrained")
    return made, made.subplots(rows, cols, squeeze=False)


def save(made: Any, png: str | Path) -> None:
    """Writes a figure atomically, without a date, so that the same figure gives the same bytes."""
    buffer = io.BytesIO()
    made.savefig(buffer, format="png", dpi=120, metadata={"Software": None})
    atomic_write(png, buffer.getvalue())


def _curves(rows: list[Row], measure: str) -> dict[str, list[tuple[float, float]]]:
    """Per codec the mean of rate and quality at each setting, by rising rate; exact files are left out."""
    groups: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in rows:
        value = getattr(row, measure)
        if math.isfinite(value):
            groups.setdefault((row.codec, row.setting), []).append((row.bpp, value))
    curves: dict[str, list[tuple[float, float]]] = {}
    for (codec, _setting), points in groups.items():
        bpp, quality = np.mean(points, axis=0)
        curves.setdefault(codec, []).append((float(bpp), float(quality)))
    return {codec: sorted(points) for codec, points in curves.items()}


def plot_rd(csv: str | Path, png: str | Path) -> None:
    """Rate against PSNR, SSIM and MS-SSIM of every codec in a table of metrics: a point per setting, the mean of its
    images."""
    rows = read_rows(csv)
    if not rows:
        raise ValueError(f"{csv}: the table is empty")
    made, axes = figure(1, 3, (13, 4.2))
    for axis, measure, title in zip(axes[0], ("psnr", "ssim", "ms_ssim"), ("PSNR-Y, dB", "SSIM-Y", "MS-SSIM-Y"), strict=True):
        for number, (codec, points) in enumerate(sorted(_curves(rows, measure).items())):
            bpp, quality = zip(*points, strict=True)
            axis.plot(bpp, quality, marker="o", markersize=4, linewidth=1.4, label=codec, color=COLOURS[number % len(COLOURS)])
        axis.set_xlabel("bits per pixel")
        axis.set_ylabel(title)
        axis.grid(alpha=0.3)
        if axis.lines:
            axis.legend()
    images = len({row.image for row in rows})
    made.suptitle(f"{images} image{'s' if images != 1 else ''}")
    save(made, png)
