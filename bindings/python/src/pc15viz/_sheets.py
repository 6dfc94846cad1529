"""Sheets of pictures, by Pillow alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pc15._arrays import to_numpy
from pc15proc import list_generators, render_u8

GAP = 6
LABEL = 14


def montage(u8_batch: Any, cols: int, labels: Sequence[str] = ()) -> Image.Image:
    """Pictures side by side: B x H x W or B x H x W x 3 bytes, or [B, 1, H, W]."""
    batch = to_numpy(u8_batch)
    if batch.ndim == 4 and batch.shape[1] == 1 and batch.shape[3] not in (1, 3):
        batch = batch[:, 0]
    if batch.ndim == 4 and batch.shape[3] == 1:
        batch = batch[..., 0]
    if batch.dtype != np.uint8 or batch.ndim not in (3, 4) or (batch.ndim == 4 and batch.shape[3] != 3) or len(batch) == 0:
        raise ValueError(f"a batch B x H x W or B x H x W x 3 of uint8 is wanted, not {batch.dtype} {list(batch.shape)}")
    if cols < 1:
        raise ValueError("cols is at least 1")
    if labels and len(labels) != len(batch):
        raise ValueError(f"{len(labels)} labels for {len(batch)} pictures")
    height, width = batch.shape[1:3]
    cols = min(cols, len(batch))
    rows = -(-len(batch) // cols)
    cell = height + GAP + (LABEL if labels else 0)
    sheet = Image.new("L" if batch.ndim == 3 else "RGB", (cols * (width + GAP) + GAP, rows * cell + GAP),
                      255 if batch.ndim == 3 else (255, 255, 255))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default()
    for number, picture in enumerate(batch):
        x, y = GAP + number % cols * (width + GAP), GAP + number // cols * cell
        sheet.paste(Image.fromarray(picture), (x, y))
        if labels:
            draw.text((x, y + height + 1), labels[number], fill=0, font=font)
    return sheet


def gallery(size: int = 128, cols: int = 8) -> Image.Image:
    """A sheet of all generators with their defaults."""
    names = list_generators()
    pictures = np.concatenate([render_u8(name, size, size, {"seed": 1}) for name in names])
    return montage(pictures, cols, names)
