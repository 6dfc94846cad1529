"""Parameters of a generator that mean something together, as "wave": period, angle, phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pc15 import native
from pc15._errors import check
from pc15proc._audit import find


@dataclass(frozen=True)
class Pack:
    """A semantic pack of a generator and the names of its parameters."""

    generator: str
    name: str
    params: tuple[str, ...]
    doc: str


def packs(generator: str) -> list[Pack]:
    """The packs of a generator."""
    entry = find(generator)
    found = []
    for index, name in enumerate(entry.packs):
        positions = np.empty(16, np.uint32)
        status, count = native.pc15_generator_pack_params(entry.number, index, positions)
        check(status)
        params = tuple(entry.params[int(p)].name for p in positions[:count])
        found.append(Pack(generator, name, params, native.pc15_generator_pack_doc(entry.number, index)))
    return found


def pack_matrix(samples: Sequence[Mapping[str, Any]], names: Pack | Sequence[str]) -> npt.NDArray[np.float64]:
    """Dicts of parameters as samples x names."""
    keys = names.params if isinstance(names, Pack) else tuple(names)
    for number, sample in enumerate(samples):
        missing = [key for key in keys if key not in sample]
        if missing:
            raise ValueError(f"sample {number} lacks {', '.join(missing)}")
    return np.array([[float(sample[key]) for key in keys] for sample in samples], np.float64).reshape(len(samples), len(keys))


def unpack_matrix(matrix: npt.ArrayLike, names: Pack | Sequence[str]) -> list[dict[str, float]]:
    """The other way round."""
    keys = names.params if isinstance(names, Pack) else tuple(names)
    return [dict(zip(keys, row, strict=True)) for row in np.asarray(matrix, np.float64).tolist()]
