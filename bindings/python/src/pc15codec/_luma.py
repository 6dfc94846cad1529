"""The old names: luma [1, 1, H, W] float in [-1, 1] to bytes and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import pc15
from pc15._arrays import U8, float_to_u8, is_torch_dtype, to_numpy, u8_to_float, u8_to_tensor

from ._image import report

CFG_KEYS = ("tile", "overlap", "lambda", "alpha", "seed", "beam", "early_exit", "residual", "residual_cap", "quality",
            "effort", "device", "threads")


def luma_u8(img_y: Any) -> U8:
    """A luma image as H x W bytes: floats in [-1, 1], or bytes, with or without the two leading axes of 1."""
    array = to_numpy(img_y)
    if array.ndim == 4 and array.shape[:2] == (1, 1):
        array = array[0, 0]
    elif array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 2:
        raise ValueError(f"luma must be [1, 1, H, W] or [H, W], not {list(array.shape)}")
    if array.dtype.kind == "f":
        return float_to_u8(array, -1.0, 1.0)
    if array.dtype != np.uint8:
        raise TypeError(f"luma must be float in [-1, 1] or uint8, not {array.dtype}")
    return array


def encode_y(img_y: Any, cfg: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Encodes luma. Returns bitstream (bytes), bpp, stats (dict) and tile_map (one dict per tile). `cfg` may hold
    tile, overlap, lambda, alpha, seed, beam, early_exit, residual, residual_cap, quality, effort, device, threads."""
    settings = {k: v for k, v in dict(cfg or {}).items() if v is not None}
    unknown = set(settings) - set(CFG_KEYS)
    if unknown:
        raise ValueError(f"cfg has unknown keys {', '.join(sorted(map(str, unknown)))}; it may have {', '.join(CFG_KEYS)}")
    with pc15.Encoder(device=settings.pop("device", "auto"), **settings) as encoder:
        return report(encoder, encoder.encode(luma_u8(img_y)))


def decode_y(bitstream: Any, device: object = "auto", dtype: Any = np.float32) -> Any:
    """The luma of a file as [1, 1, H, W] in [-1, 1]; a torch dtype gives a tensor."""
    luma = pc15.decode(bitstream, format="Y", device=device)[None, None]
    if is_torch_dtype(dtype):
        return u8_to_tensor(luma, dtype, -1.0, 1.0)
    return u8_to_float(luma, dtype, -1.0, 1.0)
