"""Codebooks of the library. A codebook does not change once it is made, so threads may share it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pc15 import native
from pc15._arrays import to_numpy
from pc15._errors import error_class
from pc15._run import interruptible

from ._packs import Pack, pack_matrix

Floats = npt.NDArray[np.float64]
Dims = int | Sequence[str] | Pack


class Codebook:
    """`levels` lists of `entries` points of `dims` numbers: level 0 stands for the samples, every further one for what
    the levels before it leave. `names` are the dimensions where they have names."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        status, self._pointer = native.pc15_codebook_create()
        if status != native.PC15_OK:
            raise error_class(status)(native.pc15_status_doc(status), status)
        weakref.finalize(self, native.pc15_codebook_destroy, self._pointer)
        self._lock = threading.Lock()
        self.names = names

    def _check(self, status: int, *notes: int) -> None:
        if status != native.PC15_OK and status not in notes:
            _, message = native.pc15_codebook_last_error(self._pointer)
            text = message or native.pc15_status_doc(status)
            raise error_class(status)(f"{native.pc15_status_name(status)}: {text}", status)

    def _shape(self) -> Any:
        raw = native.pc15_codebook_shape()
        self._check(native.pc15_codebook_info(self._pointer, raw))
        return raw

    @property
    def dims(self) -> int:
        return int(self._shape().dims)

    @property
    def entries(self) -> int:
        return int(self._shape().entries)

    @property
    def levels(self) -> int:
        return int(self._shape().levels)

    @property
    def distortion(self) -> float:
        """Mean squared distance of the training samples; 0 after deserialize."""
        return float(self._shape().distortion)

    def points(self, level: int = 0) -> Floats:
        """The entries of a level as entries x dims."""
        shape = self._shape()
        table = np.empty((shape.entries, shape.dims))
        for entry, row in enumerate(table):
            self._check(native.pc15_codebook_entry(self._pointer, level, entry, row))
        return table


def _names(dims: Dims) -> tuple[str, ...]:
    if isinstance(dims, Pack):
        return dims.params
    return () if isinstance(dims, int) else tuple(dims)


def _matrix(samples: Any, names: tuple[str, ...], dims: int) -> npt.NDArray[Any]:
    """Samples x dims, float32 kept, everything else float64."""
    if isinstance(samples, (list, tuple)) and samples and isinstance(samples[0], Mapping):
        if not names:
            raise ValueError("samples are dicts: name their dimensions")
        return pack_matrix(samples, names)
    array = to_numpy(samples)
    if array.size % dims:
        raise ValueError(f"{array.size} numbers are no samples of {dims} dimensions")
    kind = np.float32 if array.dtype in (np.float32, np.float16) else np.float64
    return np.ascontiguousarray(array, kind).reshape(-1, dims)


def train_qv(samples: Any, dims: Dims, k: int, seed: int, *, levels: int = 1, iterations: int = 50,
             threads: int = 1) -> Codebook:
    """A codebook of `k` entries per level. `samples` is N x dims numbers, or dicts when `dims` names their keys, as in
    ["period", "angle", "phase"] or a Pack. The result does not depend on threads."""
    names = _names(dims)
    count = len(names) if names else dims if isinstance(dims, int) else 0
    if count < 1:
        raise ValueError("dims is a positive number or names")
    matrix = _matrix(samples, names, count)
    codebook = Codebook(names)
    options = native.pc15_vq_options()
    options.entries, options.levels, options.iterations = k, levels, iterations
    options.threads, options.seed = threads, seed
    train = native.pc15_vq_train_f32 if matrix.dtype == np.float32 else native.pc15_vq_train
    status = interruptible(lambda: train(codebook._pointer, matrix, count, options),
                           lambda: native.pc15_codebook_cancel(codebook._pointer), matrix.size * k)
    codebook._check(status)
    return codebook


def quantize_params(batch: Any, codebook: Codebook, *, threads: int = 1) -> tuple[npt.NDArray[np.int32], Floats]:
    """Per sample its indices [N, levels] and its offsets [N, dims], the sample minus its entries."""
    dims, levels = codebook.dims, codebook.levels
    matrix = _matrix(batch, codebook.names, max(dims, 1))
    indices = np.empty((len(matrix), levels), np.int32)
    offsets = np.empty((len(matrix), dims))
    quantise = native.pc15_vq_quantise_f32 if matrix.dtype == np.float32 else native.pc15_vq_quantise
    with codebook._lock:
        codebook._check(quantise(codebook._pointer, matrix, threads, indices, offsets))
    return indices, offsets


def dequantize_params(indices: npt.ArrayLike, offsets: npt.ArrayLike | None, codebook: Codebook, *,
                      use_levels: int | None = None) -> Floats:
    """The samples of indices, with their offsets, or without (None) the nearest points. `use_levels` below the
    codebook's gives a coarser value, without offsets."""
    levels, dims = codebook.levels, codebook.dims
    whole = np.asarray(indices)
    if whole.dtype.kind not in "iu" or np.any(whole.astype(np.int32) != whole):
        raise TypeError("indices are whole numbers of 32 bits")
    exact = np.ascontiguousarray(whole, np.int32).reshape(-1, max(levels, 1))
    extra = None if offsets is None else np.ascontiguousarray(offsets, np.float64)
    values = np.empty((len(exact), dims))
    with codebook._lock:
        codebook._check(native.pc15_vq_dequantise(codebook._pointer, exact, extra,
                                                  levels if use_levels is None else use_levels, values))
    return values


def serialize(codebook: Codebook) -> bytes:
    """The codebook as bytes, the same on every machine (docs/abi.md)."""
    with codebook._lock:
        status, size = native.pc15_codebook_serialise(codebook._pointer, None)
        codebook._check(status, native.PC15_NOTE_DST_TOO_SMALL)
        data = bytearray(size)
        status, _ = native.pc15_codebook_serialise(codebook._pointer, data)
        codebook._check(status)
    return bytes(data)


def deserialize(data: Any, names: Sequence[str] = ()) -> Codebook:
    """The codebook of bytes; DataError when they are none."""
    codebook = Codebook(tuple(names))
    codebook._check(native.pc15_codebook_deserialise(codebook._pointer, data))
    if codebook.names and len(codebook.names) != codebook.dims:
        raise ValueError(f"{len(codebook.names)} names for a codebook of {codebook.dims} dimensions")
    return codebook
