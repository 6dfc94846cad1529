"""Parameters as a file holds them: whole steps on a grid, and those packed into bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pc15 import native
from pc15._errors import UsageError, check

from ._audit import ParamAudit, find

Value = float | int | bool | str
Params = Mapping[str, Any]


def real_value(param: ParamAudit, value: Any) -> float:
    """A parameter's value as the library takes it; an enumeration by name or number."""
    if param.kind == "enum" and isinstance(value, str):
        if value not in param.choices:
            raise UsageError(f"{param.name} is one of {', '.join(param.choices)}, not {value!r}",
                             native.PC15_ERROR_OUT_OF_RANGE)
        return param.minimum + param.choices.index(value)
    number = float(value)
    if param.kind != "float" and not number.is_integer():
        raise UsageError(f"{param.name} is {param.kind}, not {value!r}", native.PC15_ERROR_OUT_OF_RANGE)
    if not param.minimum <= number <= param.maximum:
        raise UsageError(f"{param.name} {number:g} is outside {param.minimum:g}...{param.maximum:g}",
                         native.PC15_ERROR_OUT_OF_RANGE)
    return number


def python_value(param: ParamAudit, number: float) -> Value:
    """The other way round."""
    if param.kind == "enum":
        return param.choices[int(number - param.minimum)]
    if param.kind == "bool":
        return bool(number)
    return int(number) if param.kind == "int" else number


class ParamCodec:
    """The parameters of one generator at a precision (0 fine ... 7 coarse) and a frame, the longer side in pixels of
    the tile that it describes. Parameters are a dict; what is left out has its default."""

    def __init__(self, generator: str, precision: int = 0, frame: int = 256) -> None:
        self.generator = find(generator)
        self.precision = precision
        self.frame = frame

    def _values(self, params: Params) -> npt.NDArray[np.float64]:
        unknown = set(params) - {p.name for p in self.generator.params}
        if unknown:
            names = ", ".join(p.name for p in self.generator.params)
            raise UsageError(f"{self.generator.name} has no parameter {', '.join(sorted(unknown))}; it has {names}",
                             native.PC15_ERROR_NOT_FOUND)
        return np.array([real_value(p, params[p.name]) if p.name in params else p.default
                         for p in self.generator.params], np.float64)

    def quantise(self, params: Params) -> npt.NDArray[np.int32]:
        """The steps of the nearest values on the grid."""
        values = self._values(params)
        steps = np.empty(len(values), np.int32)
        check(native.pc15_params_quantise(self.generator.number, self.precision, self.frame, values, steps))
        return steps

    def dequantise(self, steps: npt.ArrayLike) -> dict[str, Value]:
        """The values of steps."""
        whole = np.asarray(steps)
        if whole.dtype.kind not in "iu" or np.any(whole.astype(np.int32) != whole):
            raise TypeError("steps are whole numbers of 32 bits")
        exact = np.ascontiguousarray(whole, np.int32)
        values = np.empty(exact.size, np.float64)
        check(native.pc15_params_dequantise(self.generator.number, exact, values))
        return {p.name: python_value(p, v) for p, v in zip(self.generator.params, values.tolist(), strict=True)}

    def serialize(self, params: Params) -> bytes:
        """Quantised and packed: fixed-length fields (docs/abi.md)."""
        steps = self.quantise(params)
        status, size = native.pc15_params_pack(self.generator.number, self.precision, self.frame, steps, None)
        check(status if status != native.PC15_NOTE_DST_TOO_SMALL else native.PC15_OK)
        packed = bytearray(size)
        status, _ = native.pc15_params_pack(self.generator.number, self.precision, self.frame, steps, packed)
        check(status)
        return bytes(packed)

    def deserialize(self, data: bytes) -> dict[str, Value]:
        """The values of packed parameters; DataError when the bytes are none."""
        steps = np.empty(len(self.generator.params), np.int32)
        check(native.pc15_params_unpack(self.generator.number, self.precision, self.frame, data, steps))
        return self.dequantise(steps)
