"""Arrays in and out: what counts as a picture, and when it has to be copied.

uint8 arrays whose pixels lie side by side are handed to the library where they are, with any row stride. Everything
else (floats, planar layouts, bool) is converted once. Tensors come through DLPack; torch is never imported unless the
caller names one of its types.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import native

FORMATS = {"Y": native.PC15_FORMAT_Y, "RGB": native.PC15_FORMAT_RGB, "RGBA": native.PC15_FORMAT_RGBA}
CHANNELS = {1: "Y", 3: "RGB", 4: "RGBA"}

U8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Pixels:
    """A picture as the library takes it: `array` is H x W or H x W x C uint8, rows of adjacent pixels."""

    array: U8
    format: int
    width: int
    height: int
    stride: int


def is_torch_dtype(dtype: object) -> bool:
    return type(dtype).__module__ == "torch"


def to_numpy(data: Any) -> npt.NDArray[Any]:
    """An array, tensor or anything with DLPack or the buffer protocol as a numpy array, without a copy where the
    memory is the processor's."""
    if isinstance(data, np.ndarray):
        return data
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(data, torch.Tensor):
        tensor = data.detach().cpu()
        return np.asarray((tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy())  # numpy has no bfloat16
    if hasattr(data, "__array__") or hasattr(data, "__array_interface__"):
        return np.asarray(data)
    if hasattr(data, "__dlpack__"):
        return np.from_dlpack(data)
    if isinstance(data, (list, tuple)):
        return np.asarray(data)
    if isinstance(data, (bytes, bytearray, str)) or data is None:
        raise TypeError(f"an image array is wanted, not {type(data).__name__}")
    try:
        return np.asarray(memoryview(data))
    except TypeError:
        raise TypeError(f"an image array is wanted, not {type(data).__name__}") from None


def float_to_u8(array: npt.NDArray[Any], low: float, high: float) -> U8:
    """Reals in [low, high] as 0...255, rounded to the nearest. Anything outside, NaN included, is refused."""
    if array.size and not (np.min(array) >= low and np.max(array) <= high):
        raise ValueError(f"float pixels must lie in [{low:g}, {high:g}] and be no NaN")
    scaled = (array.astype(np.float32, copy=False) - np.float32(low)) * np.float32(255.0 / (high - low))
    samples: U8 = np.rint(scaled).astype(np.uint8)
    return samples


def u8_to_float(array: U8, dtype: npt.DTypeLike, low: float, high: float) -> npt.NDArray[Any]:
    """0...255 as reals in [low, high]."""
    work: Any = np.float64 if np.dtype(dtype) == np.float64 else np.float32
    scaled: npt.NDArray[np.floating[Any]] = array.astype(work)
    scaled *= work((high - low) / 255.0)
    scaled += work(low)
    return scaled.astype(dtype, copy=False)


def u8_to_tensor(array: U8, dtype: Any, low: float, high: float) -> Any:
    """The same as a torch tensor, value for value."""
    torch = sys.modules["torch"]
    if not dtype.is_floating_point:
        raise TypeError(f"dtype must be uint8 or a float type, not {dtype}")
    work = np.float64 if dtype == torch.float64 else np.float32
    return torch.from_numpy(u8_to_float(array, work, low, high)).to(dtype)


def _as_u8(array: npt.NDArray[Any]) -> U8:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind == "f":
        return float_to_u8(array, 0.0, 1.0)
    raise TypeError(f"pixels must be uint8, bool or float in [0, 1], not {array.dtype}: the format has 8 bits per sample")


def _rows_ready(array: U8) -> bool:
    """True when the pixels of a row lie side by side and rows do not overlap."""
    if 0 in array.shape:
        return False
    width = array.shape[1]
    if array.ndim == 2:
        return (width == 1 or array.strides[1] == 1) and (array.shape[0] == 1 or abs(array.strides[0]) >= width)
    channels = array.shape[2]
    return (
        (channels == 1 or array.strides[2] == 1)
        and (width == 1 or array.strides[1] == channels)
        and (array.shape[0] == 1 or abs(array.strides[0]) >= width * channels)
    )


def _describe(array: U8) -> Pixels:
    height, width = array.shape[:2]
    channels = array.shape[2] if array.ndim == 3 else 1
    stride = array.strides[0] if height > 1 else width * channels
    return Pixels(array, channels, width, height, stride)


def _check_shape(array: npt.NDArray[Any]) -> None:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in CHANNELS):
        raise ValueError(f"pixels must be H x W or H x W x 1, 3 or 4, not {' x '.join(map(str, array.shape)) or 'a scalar'}")
    if 0 in array.shape or max(array.shape[:2]) > 65535:
        raise ValueError(f"an image has 1...65535 pixels a side, not {array.shape[1]} x {array.shape[0]}")


def pixels_in(data: Any) -> Pixels:
    """A picture to encode."""
    array = to_numpy(data)
    _check_shape(array)
    samples = _as_u8(array)
    if not _rows_ready(samples):
        samples = np.ascontiguousarray(samples)
    return _describe(samples)


def planes_in(data: Any) -> U8:
    """A grey plane H x W for measures and tiling; floats in [0, 1] and the layouts of pixels_in."""
    pixels = pixels_in(data)
    if pixels.format != native.PC15_FORMAT_Y:
        raise ValueError("a grey plane H x W is wanted")
    return pixels.array.reshape(pixels.height, pixels.width)


def shape_of(format_: int, width: int, height: int) -> tuple[int, ...]:
    return (height, width) if format_ == native.PC15_FORMAT_Y else (height, width, format_)


def _shared(out: Any) -> npt.NDArray[Any]:
    """The memory of a caller's array. What can only be had as a copy is refused: nobody would see what is written."""
    if isinstance(out, np.ndarray):
        return out
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(out, torch.Tensor):
        if out.device.type != "cpu":
            raise TypeError(f"out must lie in the memory of the processor, not on {out.device}")
        return np.asarray(out.detach().numpy())
    if hasattr(out, "__array_interface__"):
        return np.asarray(out)
    if hasattr(out, "__dlpack__"):
        return np.from_dlpack(out)
    try:
        return np.asarray(memoryview(out))
    except TypeError:
        raise TypeError(f"out must be an array whose memory can be written, not {type(out).__name__}") from None


def pixels_out(out: Any, format_: int, width: int, height: int) -> Pixels:
    """The caller's array to decode into: uint8, the right shape, rows of adjacent pixels. Any writable object with
    the buffer protocol will do; flat ones are taken as contiguous rows."""
    array = _shared(out)
    shape = shape_of(format_, width, height)
    if array.dtype != np.uint8:
        raise TypeError(f"out must be uint8, not {array.dtype}")
    if not array.flags.writeable:
        raise ValueError("out is read-only")
    if array.ndim == 1 and array.size == int(np.prod(shape)) and array.flags.c_contiguous:
        array = array.reshape(shape)
    if array.shape == (height, width, 1):
        array = array[:, :, 0]
    if array.shape != shape:
        raise ValueError(f"out must have the shape {shape}, not {array.shape}")
    if not _rows_ready(array):
        raise ValueError("the pixels of a row of out must lie side by side")
    return _describe(array)


def new_pixels(format_: int, width: int, height: int) -> Pixels:
    return _describe(np.empty(shape_of(format_, width, height), np.uint8))


def finish(array: U8, dtype: object) -> Any:
    """A decoded picture as the dtype that was asked for: uint8 as it is, floats in [0, 1], torch types as tensors."""
    if is_torch_dtype(dtype):
        torch = sys.modules["torch"]
        return torch.from_numpy(array) if dtype is torch.uint8 else u8_to_tensor(array, dtype, 0.0, 1.0)
    kind = np.dtype(dtype)  # type: ignore[call-overload]
    if kind == np.uint8:
        return array
    if kind.kind != "f":
        raise TypeError(f"dtype must be uint8 or a float type, not {kind}")
    return u8_to_float(array, kind, 0.0, 1.0)
