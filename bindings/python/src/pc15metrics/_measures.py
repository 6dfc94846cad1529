"""Measures of the library, on 8-bit samples. Floats are taken to 8 bits first: [-1, 1] in the layout [..., 1, H, W],
[0, 1] in H x W and H x W x C. Of colour images PSNR and MSE are over all samples, SSIM is the mean of the channels;
use pc15data.luma_u8 first for luma."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pc15 import native
from pc15._arrays import U8, pixels_in, to_numpy
from pc15._errors import check
from pc15codec._luma import luma_u8


def _planes(image: Any) -> list[U8]:
    array = to_numpy(image)
    if array.ndim == 4 or (array.ndim == 3 and array.shape[0] == 1 and array.shape[2] not in (3, 4)):
        return [luma_u8(array)]
    pixels = pixels_in(array)
    if pixels.array.ndim == 2:
        return [pixels.array]
    return [np.ascontiguousarray(pixels.array[:, :, c]) for c in range(pixels.array.shape[2])]


def _pairs(a: Any, b: Any) -> list[tuple[U8, U8]]:
    first, second = _planes(a), _planes(b)
    if len(first) != len(second) or first[0].shape != second[0].shape:
        raise ValueError(f"the images differ in shape: {first[0].shape} x {len(first)} and {second[0].shape} x {len(second)}")
    return list(zip(first, second, strict=True))


def _measure(kind: int, a: U8, b: U8, alpha: float = 0.5) -> float:
    height, width = a.shape
    status, result = native.pc15_measure(kind, a, a.strides[0] if height > 1 else 0, b, b.strides[0] if height > 1 else 0,
                                         width, height, alpha)
    check(status)
    return float(result)


def mse(a: Any, b: Any) -> float:
    """Mean squared error in squared grey levels."""
    return float(np.mean([_measure(native.PC15_MEASURE_MSE, x, y) for x, y in _pairs(a, b)]))


def psnr(a: Any, b: Any) -> float:
    """10 log10(255^2 / MSE) dB; infinite for equal images."""
    error = mse(a, b)
    return math.inf if error == 0 else 10 * math.log10(255.0**2 / error)


def ssim(a: Any, b: Any) -> float:
    """Structural similarity (Wang 2004): Gaussian 11 x 11, sigma 1.5."""
    return float(np.mean([_measure(native.PC15_MEASURE_SSIM, x, y) for x, y in _pairs(a, b)]))


def ms_ssim(a: Any, b: Any) -> float:
    """Multi-scale SSIM (Wang 2003); below 176 x 176 pixels as many scales as fit."""
    return float(np.mean([_measure(native.PC15_MEASURE_MS_SSIM, x, y) for x, y in _pairs(a, b)]))


def distortion(a: Any, b: Any, alpha: float = 0.5) -> float:
    """alpha (1 - SSIM) + (1 - alpha) MSE / 255^2, alpha in 0...1."""
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha {alpha} is outside 0...1")
    return float(np.mean([_measure(native.PC15_MEASURE_DISTORTION, x, y, alpha) for x, y in _pairs(a, b)]))
