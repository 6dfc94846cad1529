"""Image files by Pillow, upright (EXIF orientation), as bytes or as luma."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from pc15._arrays import U8, pixels_in, u8_to_float


def read_image(path: str | Path | IO[bytes]) -> U8:
    """A file as H x W or H x W x 3 or 4. Grey stays grey; palettes and other models become RGB or RGBA."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image)
        mode = upright.mode
        if mode in ("1", "I;16", "I", "F"):
            target = "L"
        elif mode in ("LA", "PA", "La", "RGBa") or "transparency" in upright.info:
            target = "RGBA"
        else:
            target = mode if mode in ("L", "RGB", "RGBA") else "RGB"
        if mode in ("I;16", "I", "F"):
            raise ValueError(f"{path}: {mode} has more than 8 bits per sample, which the format does not hold")
        return np.asarray(upright if mode == target else upright.convert(target))


def luma_u8(image: Any) -> U8:
    """BT.601 luma, rounded, of an image as read_image gives it."""
    array = pixels_in(image).array
    if array.ndim == 2:
        return array
    if array.shape[2] == 1:
        return array[:, :, 0]
    weights = np.array([0.299, 0.587, 0.114])
    luma: U8 = np.rint(array[:, :, :3] @ weights).astype(np.uint8)
    return luma


def to_luma_tensor(path: str | Path) -> npt.NDArray[np.float32]:
    """The luma of an image file as [1, 1, H, W] float32 in [-1, 1]."""
    luma = luma_u8(read_image(path))
    return np.asarray(u8_to_float(luma, np.float32, -1.0, 1.0)[None, None])
