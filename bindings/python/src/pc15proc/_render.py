"""Rendering generators, several at a time; the library runs without the GIL, so threads help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from pc15 import native
from pc15._arrays import U8, is_torch_dtype, u8_to_float, u8_to_tensor
from pc15._device import device_params
from pc15._errors import UsageError, check
from pc15core import to_int64_signed

from ._codec import ParamCodec

ParamSets = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


def _expand(params: ParamSets) -> list[dict[str, Any]]:
    """One dict per picture. In a single dict every value may be a sequence: one entry per picture."""
    if params is None:
        return [{}]
    if not isinstance(params, Mapping):
        return [dict(one) for one in params]
    several = {k: list(v) for k, v in params.items() if not isinstance(v, str) and np.ndim(v) > 0}
    lengths = {len(v) for v in several.values()}
    if len(lengths) > 1:
        raise ValueError(f"the parameters are sequences of different lengths: {sorted(lengths)}")
    count = lengths.pop() if lengths else 1
    return [{k: several[k][i] if k in several else v for k, v in params.items()} for i in range(count)]


def _render_one(codec: ParamCodec, params: Mapping[str, Any], dst: U8) -> None:
    seed = to_int64_signed(int(params.get("seed", 0)))
    values = codec._values({k: v for k, v in params.items() if k != "seed"})
    height, width = dst.shape
    status = native.pc15_generator_render(codec.generator.number, values, seed, width, height, dst, 0)
    check(status, f"{codec.generator.name} at {width} x {height}: {native.pc15_status_doc(status)}")


def render_u8(name: str, H: int, W: int, params: ParamSets = None, batch: int = 16, device: object = "auto") -> U8:
    """Pictures of a generator as B x H x W bytes, the same on every machine. `params` is a dict, whose values may be
    sequences, or a list of dicts; "seed" among them is the seed of generators with noise. At most `batch` are drawn at
    a time."""
    device_params(device)  # checked alone: rendering is the processor's
    if not (1 <= H <= 65535 and 1 <= W <= 65535):
        raise UsageError(f"{W} x {H}: a picture has 1...65535 pixels a side", native.PC15_ERROR_OUT_OF_RANGE)
    if batch < 1:
        raise ValueError("batch is at least 1")
    codec, sets = ParamCodec(name, frame=max(H, W)), _expand(params)
    pictures = np.empty((len(sets), H, W), np.uint8)
    if len(sets) < 2:
        for one, dst in zip(sets, pictures, strict=True):
            _render_one(codec, one, dst)
        return pictures
    with ThreadPoolExecutor(min(batch, len(sets))) as pool:
        list(pool.map(lambda pair: _render_one(codec, *pair), zip(sets, pictures, strict=True)))
    return pictures


def render(name: str, H: int, W: int, params: ParamSets = None, batch: int = 16, device: object = "auto",
           dtype: Any = np.float32) -> Any:
    """Pictures of a generator as [B, 1, H, W] in [-1, 1]; see render_u8. A torch dtype gives a tensor."""
    pictures = render_u8(name, H, W, params, batch, device)[:, None]
    if is_torch_dtype(dtype):
        return u8_to_tensor(pictures, dtype, -1.0, 1.0)
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"dtype must be a float type, not {np.dtype(dtype)}")
    floats: npt.NDArray[Any] = u8_to_float(pictures, dtype, -1.0, 1.0)
    return floats
