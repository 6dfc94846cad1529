"""Devices, errors, seeds and the report of the environment."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
from importlib import import_module
from types import ModuleType
from typing import Any

import pc15
from pc15 import (
    BusyError,
    CancelledError,
    DataError,
    DeviceError,
    InternalError,
    OutOfMemoryError,
    Pc15Error,
    ResourceError,
    UsageError,
    cuda_available,
    resolve_device,
)

OPTIONAL = ("bjontegaard", "distributed", "lmdb", "matplotlib", "skimage", "torch")


def to_int64_signed(value: int) -> int:
    """The 64 low bits of a whole number as a signed one: 2**63 is -2**63."""
    low = int(value) & (2**64 - 1)
    return low - 2**64 if low >= 2**63 else low


def derive_seed64(seed: int, *slot: int | str) -> int:
    """A signed 64-bit seed for a slot (an image, a tile, a number), from a seed and what names the slot. The same on
    every machine and in every version: BLAKE2b of the parts, each with its kind and length."""
    digest = hashlib.blake2b(digest_size=8, person=b"pc15-seed")
    for part in (to_int64_signed(seed), *slot):
        if isinstance(part, str):
            data, kind = part.encode(), b"s"
        else:
            data, kind = to_int64_signed(part).to_bytes(8, "little", signed=True), b"i"
        digest.update(kind + len(data).to_bytes(8, "little") + data)
    return int.from_bytes(digest.digest(), "little", signed=True)


def require_cuda() -> None:
    """Raises RuntimeError("Manque: GPU CUDA") when there is no GPU to use."""
    resolve_device("cuda")


def require(name: str, symbol: str | None = None) -> ModuleType:
    """An optional module; RuntimeError("Manque: <symbol>") when it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise RuntimeError(f"Manque: {symbol or name}") from error


def _version(module: str) -> str | None:
    if importlib.util.find_spec(module) is None:
        return None
    try:
        return importlib.metadata.version({"skimage": "scikit-image", "PIL": "pillow"}.get(module, module))
    except importlib.metadata.PackageNotFoundError:
        return "?"


def environment() -> dict[str, Any]:
    """What a bug report should hold: versions, processor, what is installed. Starts no GPU."""
    return {
        "pc15": pc15.__version__,
        "library": pc15.build_info(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cuda": cuda_available(),
        "numpy": _version("numpy"),
        "pillow": _version("PIL"),
        **{name: _version(name) for name in OPTIONAL},
    }


__all__ = [
    "BusyError",
    "CancelledError",
    "DataError",
    "DeviceError",
    "InternalError",
    "OutOfMemoryError",
    "Pc15Error",
    "ResourceError",
    "UsageError",
    "cuda_available",
    "derive_seed64",
    "environment",
    "require",
    "require_cuda",
    "resolve_device",
    "to_int64_signed",
]
