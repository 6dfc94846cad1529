"""The catalogue of generators, read from the library."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pc15 import native
from pc15._errors import UsageError, check

_KINDS = {
    native.PC15_TYPE_INT: "int",
    native.PC15_TYPE_FIXED: "float",
    native.PC15_TYPE_BOOL: "bool",
    native.PC15_TYPE_ENUM: "enum",
}
# Parameters that displace the coordinates a generator is drawn in.
_WARPS = {"amplitude", "twist"}


@dataclass(frozen=True)
class ParamAudit:
    """One parameter of a generator. `step` is the finest distance of two values, at the default."""

    name: str
    kind: str
    minimum: float
    maximum: float
    default: float
    step: float
    unit: str
    choices: tuple[str, ...]
    doc: str


@dataclass(frozen=True)
class GeneratorAudit:
    """One generator. has_noise: its picture depends on a seed; has_warp: a parameter displaces its coordinates."""

    name: str
    number: int
    params: tuple[ParamAudit, ...]
    has_noise: bool
    has_warp: bool
    packs: tuple[str, ...]
    doc: str

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        return {p.name: (p.minimum, p.maximum) for p in self.params}


def _param(number: int, index: int) -> ParamAudit:
    raw = native.pc15_generator_param()
    check(native.pc15_generator_param_info(number, index, raw))
    kind = _KINDS[raw.type]
    choices: tuple[str, ...] = ()
    if kind == "enum":
        values = range(int(raw.min), int(raw.max) + 1)
        choices = tuple(native.pc15_generator_param_choice(number, index, value) or str(value) for value in values)
    return ParamAudit(raw.name, kind, raw.min, raw.max, raw._def, raw.step, raw.unit, choices, raw.doc)


def _generator(number: int) -> GeneratorAudit:
    params = tuple(_param(number, index) for index in range(native.pc15_generator_param_count(number)))
    packs = tuple(native.pc15_generator_pack_name(number, index) for index in range(native.pc15_generator_pack_count(number)))
    return GeneratorAudit(native.pc15_generator_name(number), number, params, bool(native.pc15_generator_is_seeded(number)),
                          any(p.name in _WARPS for p in params), packs, native.pc15_generator_doc(number))


@functools.cache
def _catalogue() -> dict[str, GeneratorAudit]:
    found = {}
    for index in range(native.pc15_generator_count()):
        status, number = native.pc15_generator_id(index)
        check(status)
        generator = _generator(number)
        found[generator.name] = generator
    return found


def audit() -> list[GeneratorAudit]:
    """Every generator with its parameters and ranges."""
    return list(_catalogue().values())


def list_generators() -> list[str]:
    """The names of all generators."""
    return list(_catalogue())


def find(name: str) -> GeneratorAudit:
    """The generator of this name."""
    found = _catalogue().get(name)
    if found is None:
        raise UsageError(f"{name!r} is no generator; see pc15proc.list_generators()", native.PC15_ERROR_NOT_FOUND)
    return found
