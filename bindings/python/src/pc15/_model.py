"""Models: probability tables of the residual and codebooks, as bytes that can be published."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import numpy.typing as npt

from . import native
from ._errors import error_class


class Model:
    """Tables and codebooks for an encoder. Model() is the one that the library holds; Model.load(bytes) another."""

    def __init__(self) -> None:
        status, self._pointer = native.pc15_model_create()
        if status != native.PC15_OK:
            raise error_class(status)(native.pc15_status_doc(status), status)
        weakref.finalize(self, native.pc15_model_destroy, self._pointer)
        self._check(native.pc15_model_load_frozen(self._pointer))

    def _check(self, status: int, *notes: int) -> None:
        if status != native.PC15_OK and status not in notes:
            _, message = native.pc15_model_last_error(self._pointer)
            text = message or native.pc15_status_doc(status)
            raise error_class(status)(f"{native.pc15_status_name(status)}: {text}", status)

    @classmethod
    def load(cls, data: Any) -> Model:
        """The model in bytes that `dump` or tools/train_tables wrote."""
        model = cls()
        model._check(native.pc15_model_import(model._pointer, data))
        return model

    def dump(self) -> bytes:
        """The model as bytes."""
        status, size = native.pc15_model_export(self._pointer, None)
        self._check(status, native.PC15_NOTE_DST_TOO_SMALL)
        data = bytearray(size)
        status, _ = native.pc15_model_export(self._pointer, data)
        self._check(status)
        return bytes(data)

    @property
    def tables(self) -> list[tuple[float, int]]:
        """Per table set the quantiser step that it was made for, in grey levels, and its bytes in a file."""
        status, count = native.pc15_model_table_count(self._pointer)
        self._check(status)
        found = []
        for index in range(count):
            status, step16, size = native.pc15_model_table_info(self._pointer, index)
            self._check(status)
            found.append((step16 / 16, size))
        return found

    def set_codebook(self, number: int, entries: Any) -> None:
        """Sets codebook `number`, an E x D array of small integers; None removes it."""
        if entries is None:
            self._check(native.pc15_model_set_codebook(self._pointer, number, None, 1))
            return
        values = np.asarray(entries)
        if values.ndim != 2:
            raise ValueError("a codebook is an array of entries x dims")
        if values.size and not np.array_equal(values.astype(np.int16), values):
            raise ValueError("the entries of a codebook are whole numbers of 16 bits")
        flat = np.ascontiguousarray(values, np.int16)
        self._check(native.pc15_model_set_codebook(self._pointer, number, flat, values.shape[1]))

    def codebook(self, number: int) -> npt.NDArray[np.int16] | None:
        """Codebook `number` as entries x dims, None when there is none."""
        status, count, dims = native.pc15_model_codebook(self._pointer, number, None)
        if status == native.PC15_ERROR_NOT_FOUND:
            return None
        self._check(status, native.PC15_NOTE_DST_TOO_SMALL)
        values = np.empty(count, np.int16)
        status, _, dims = native.pc15_model_codebook(self._pointer, number, values)
        self._check(status)
        return values.reshape(-1, dims)
