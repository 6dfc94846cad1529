#!/usr/bin/env python3
"""render_previews.py OUT: three generators to PNG, twice; the hashes of both times are equal on every machine."""

import hashlib
import sys
from pathlib import Path

import pc15core
import pc15proc
import pc15viz

GENERATORS = {"stripes": {"period": 24, "angle": 30}, "hex_grid": {"cell": 32}, "marble": {"period": 40}}


def render(out: Path) -> list[str]:
    hashes = []
    for name, params in GENERATORS.items():
        seed = pc15core.derive_seed64(1234, name)
        picture = pc15proc.render_u8(name, 256, 256, {**params, "seed": seed})
        pc15viz.montage(picture, 1, [name]).save(out / f"{name}.png")
        hashes.append(hashlib.sha256(picture.tobytes()).hexdigest())
    return hashes


if len(sys.argv) != 2:
    sys.exit("usage: render_previews.py OUT")
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
first, second = render(folder), render(folder)
for name, digest in zip(GENERATORS, first, strict=True):
    print(f"{name:10} {digest[:16]}")
sys.exit(0 if first == second else "the two times differ")
