"""The table of parameters, read from the library, so that names, ranges and texts live once."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from . import native
from ._errors import UsageError, check

_KINDS = {
    native.PC15_TYPE_INT: "int",
    native.PC15_TYPE_FIXED: "real",
    native.PC15_TYPE_BOOL: "bool",
    native.PC15_TYPE_ENUM: "enum",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of encoder or decoder; bounds in the units of the user (quality 0...100)."""

    id: int
    name: str
    kind: str
    minimum: float
    maximum: float
    default: float
    choices: tuple[str, ...]
    doc: str
    encoder: bool
    decoder: bool


def _choices(number: int, low: int, high: int) -> tuple[str, ...]:
    return tuple(native.pc15_param_choice(number, value) or str(value) for value in range(low, high + 1))


@functools.cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by its name with underscores."""
    table = {}
    for index in range(native.pc15_param_count()):
        status, number = native.pc15_param_id(index)
        check(status)
        status, low, high, default = native.pc15_param_bounds(number)
        check(status)
        kind, scale = _KINDS[native.pc15_param_type(number)], native.pc15_param_scale(number)
        scope = native.pc15_param_scope(number)
        real = kind == "real"
        name = native.pc15_param_name(number).replace("-", "_")
        table[name] = Parameter(
            id=number,
            name=name,
            kind=kind,
            minimum=low / scale if real else low,
            maximum=high / scale if real else high,
            default=default / scale if real else default,
            choices=_choices(number, low, high) if kind == "enum" else (),
            doc=native.pc15_param_doc(number),
            encoder=bool(scope & native.PC15_SCOPE_ENCODER),
            decoder=bool(scope & native.PC15_SCOPE_DECODER),
        )
    return table


def find(name: str, encoder: bool) -> Parameter:
    """A parameter by the name that Python code uses: `lambda_` is lambda, `-` may be `_`."""
    plain = name.rstrip("_").replace("-", "_")
    found = parameters().get(plain)
    if found is None or not (found.encoder if encoder else found.decoder):
        names = sorted(p.name for p in parameters().values() if (p.encoder if encoder else p.decoder))
        side = "encoder" if encoder else "decoder"
        raise UsageError(f"{name!r} is no parameter of the {side}; there are {', '.join(names)}", native.PC15_ERROR_UNKNOWN_PARAM)
    return found


def integer_value(parameter: Parameter, value: object) -> int | float:
    """A value as the library takes it: a real for `real`, else an integer. Choices by name too."""
    if parameter.kind == "enum" and isinstance(value, str):
        if value not in parameter.choices:
            raise UsageError(f"{parameter.name} is one of {', '.join(parameter.choices)}, not {value!r}",
                             native.PC15_ERROR_OUT_OF_RANGE)
        return int(parameter.minimum) + parameter.choices.index(value)
    if parameter.kind == "real":
        if isinstance(value, (int, float)) or hasattr(value, "__float__"):
            return float(value)
    elif isinstance(value, (int, bool)) or hasattr(value, "__index__"):
        return int(value)
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise TypeError(f"{parameter.name} is {parameter.kind}, not {type(value).__name__}")
