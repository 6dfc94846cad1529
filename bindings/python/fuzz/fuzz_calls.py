#!/usr/bin/env python3
"""Random calls through the extension: mutated files, odd buffers, wild numbers, the private functions of pc15.native
included. An exception is a right answer; a crash, a sanitizer report or a wrong picture is a finding.

    fuzz/fuzz_calls.py --calls 1000000 --seed 1

Under AddressSanitizer: fuzz/run-asan builds the extension with it and runs this. The seed and the number of the call are
printed every 100,000 calls; the same seed gives the same calls.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import pc15
from pc15 import native

Call = Callable[[random.Random], object]
WILD = (0, 1, -1, 2, 3, 4, 7, 8, 32, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64, -(2**63))


def seeds() -> list[bytes]:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:40, :56]
    grey = (127 + 100 * np.sin(x / 4 + y / 9)).astype(np.uint8)
    colour = np.clip(np.stack([grey, grey[::-1], 255 - grey], -1) + rng.normal(0, 5, (40, 56, 3)), 0, 255)
    colour = colour.astype(np.uint8)
    alpha = np.dstack([colour, grey])
    return [pc15.encode(grey, effort=1), pc15.encode(grey, effort=1, compact=False, text="note", icc=b"icc"), pc15.encode(colour, effort=1),
            pc15.encode(colour, lossless=True), pc15.encode(alpha, effort=1, chroma="444"), pc15.encode(grey, effort=2, tile=32, overlap=8),
            pc15.assemble(pc15.disassemble(pc15.encode(grey, effort=2, tile=32, overlap=8)))]


FILES: list[bytes] = []


def number(rng: random.Random) -> Any:
    kind = rng.random()
    if kind < 0.5:
        return rng.randint(0, 60)
    if kind < 0.9:
        return rng.choice(WILD)
    return rng.choice((0.5, float("nan"), float("inf"), -0.0, 1e300, None, "x", b"y", [], True))


def file(rng: random.Random) -> Any:
    data = bytearray(rng.choice(FILES))
    for _ in range(rng.choice((0, 0, 1, 1, 2, 8))):
        kind = rng.random()
        if kind < 0.6 and data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif kind < 0.75:
            del data[rng.randrange(len(data) + 1) :]
        elif kind < 0.9:
            data += rng.randbytes(rng.randint(1, 30))
        elif data:
            k = rng.randrange(len(data))
            data[k : k + 4] = rng.randbytes(4)
    return rng.choice((bytes, bytearray, memoryview))(data) if rng.random() < 0.97 else rng.choice((None, "x", 5, np.zeros(9), b""))


def array(rng: random.Random) -> Any:
    if rng.random() < 0.05:
        return rng.choice((None, "x", b"yy", 3, [1, 2], [[1, 2], [3, 4]], object()))
    shape = tuple(rng.choice((0, 1, 2, 3, 4, 9, 33)) for _ in range(rng.choice((1, 2, 2, 2, 3))))
    if rng.random() < 0.4:
        shape = (*shape[:2], rng.choice((1, 3, 4)))
    made = np.zeros(shape, rng.choice((np.uint8, np.uint8, np.uint8, np.float32, np.float64, np.int32, np.int16, np.uint16, np.bool_)))
    if made.size and rng.random() < 0.7:
        made.flat[rng.randrange(made.size)] = rng.choice((1, 0.5))
    cut = rng.random()
    if cut < 0.15 and made.ndim > 1:
        made = made[:, ::-1]
    elif cut < 0.3:
        made = made[::-1]
    elif cut < 0.4:
        made = made[::2]
    elif cut < 0.5:
        made = np.ascontiguousarray(made.T) if rng.random() < 0.5 else made.T
    if rng.random() < 0.1:
        made.flags.writeable = False
    return made


def keywords(rng: random.Random, encoder: bool) -> dict[str, Any]:
    names = [p.name for p in pc15.parameters().values() if (p.encoder if encoder else p.decoder) and p.name not in ("threads", "effort", "max_memory")]
    return {rng.choice(names): number(rng) for _ in range(rng.choice((0, 0, 1, 2)))}


DECODER = pc15.Decoder(max_pixels=1 << 20)
ENCODER = pc15.Encoder(effort=1, procedural=False)


def private(rng: random.Random) -> object:
    """A function of pc15.native with arguments of any kind; handles that live, since a dead pointer is no bug of ours."""
    name = rng.choice(PRIVATE)
    function = getattr(native, name)
    arguments: list[Any] = []
    for parameter in SIGNATURES[name]:
        if parameter == "decoder":
            arguments.append(DECODER._pointer)
        elif parameter == "encoder":
            arguments.append(ENCODER._pointer)
        elif parameter in STRUCTS:
            arguments.append(STRUCTS[parameter]() if rng.random() < 0.95 else None)
        elif parameter in ("data", "a", "b", "text", "item"):
            arguments.append(file(rng))
        elif parameter in ("dst", "pixels", "plane", "patches", "rows_a", "rows_b", "map", "values", "steps", "indices", "offsets", "positions"):
            arguments.append(array(rng))
        else:
            arguments.append(number(rng))
    try:
        return function(*arguments)
    finally:
        native.pc15_decoder_reset(DECODER._pointer)
        native.pc15_encoder_reset(ENCODER._pointer)


STRUCTS = {"info": native.pc15_image_info, "difference": native.pc15_difference, "grid": native.pc15_grid, "param": native.pc15_generator_param,
           "stats": native.pc15_generator_stats, "limits": native.pc15_limits}
SKIPPED = ("create", "destroy", "free", "cancel", "set_progress", "open", "set_param", "default_params", "decoder_info", "encoder_stats",
           "model", "codebook", "vq_", "_swig", "pc15_buffer", "part_info", "tile_info", "field_info", "layer_info", "result", "encode_y")


def _private_functions() -> dict[str, list[str]]:
    import inspect

    found = {}
    for name, value in vars(native).items():
        if name.startswith("pc15_") and inspect.isfunction(value) and not any(part in name for part in SKIPPED):
            names = [p for p in inspect.signature(value).parameters]
            found[name] = names
    return found


SIGNATURES = _private_functions()
PRIVATE = list(SIGNATURES)


def calls() -> list[tuple[int, Call]]:
    """Weight and call."""
    import pc15codec
    import pc15metrics
    import pc15proc
    import pc15vq

    names = pc15proc.list_generators()
    return [
        (20, lambda r: DECODER.decode(file(r), format=r.choice((None, "Y", "RGB", "RGBA", "x")), out=array(r) if r.random() < 0.2 else None)),
        (8, lambda r: DECODER.decode_region(file(r), number(r), number(r), number(r), number(r))),
        (5, lambda r: DECODER.decode_scaled(file(r), r.choice((0.25, 0.5, 1, 2, number(r))))),
        (5, lambda r: pc15.decode(file(r), tolerant=True, max_pixels=1 << 20)),
        (8, lambda r: pc15.info(file(r))),
        (4, lambda r: pc15.metadata(file(r), tolerant=r.random() < 0.5)),
        (4, lambda r: pc15.parts(file(r), tolerant=r.random() < 0.5)),
        (3, lambda r: pc15.tiles(file(r))),
        (3, lambda r: pc15.layers(file(r), number(r))),
        (5, lambda r: pc15.diff(file(r), file(r))),
        (3, lambda r: pc15.disassemble(file(r))),
        (3, lambda r: pc15.assemble(r.choice(("picture 8x8 gray\nimage {\n layer stripes(period=%s)\n}\n" % number(r), "x", "", "picture 9x9")))),
        (3, lambda r: pc15.replace_metadata(file(r), text=r.choice(("a", None)))),
        (6, lambda r: ENCODER.encode(array(r))),
        (2, lambda r: pc15.encode(array(r), effort=1, procedural=False, **keywords(r, True))),
        (3, lambda r: pc15proc.render_u8(r.choice(names), r.choice((1, 8, 33)), r.choice((1, 8, 33)), {"seed": number(r), "period": number(r)})),
        (3, lambda r: pc15proc.ParamCodec(r.choice(names), number(r), number(r)).deserialize(file(r))),
        (3, lambda r: pc15codec.tile_image(array(r), pc15codec.TileGridCfg(r.choice((32, 40, number(r))), r.choice((0, 8, number(r)))))),
        (5, lambda r: pc15metrics.ssim(array(r), array(r))),
        (3, lambda r: pc15metrics.psnr(array(r), array(r))),
        (2, lambda r: pc15vq.deserialize(file(r))),
        (2, lambda r: pc15vq.train_qv(array(r), r.choice((1, 2, 3)), r.choice((1, 2, 5)), 1)),
        (2, lambda r: pc15.Model.load(file(r))),
        (40, private),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    np.seterr(all="ignore")
    FILES.extend(seeds())
    rng = random.Random(arguments.seed)
    weights, table = zip(*calls(), strict=True)
    answers = {"returned": 0, "refused": 0}
    started = time.monotonic()
    expected = (TypeError, ValueError, RuntimeError, OverflowError, MemoryError, BufferError, AttributeError, IndexError)
    for count, call in enumerate(rng.choices(table, weights, k=arguments.calls), 1):
        try:
            call(rng)
            answers["returned"] += 1
        except pc15.InternalError:
            raise
        except expected:
            answers["refused"] += 1
        if count % 100_000 == 0:
            print(f"seed {arguments.seed}: {count} calls, {answers}, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{arguments.calls} calls, {answers['returned']} returned, {answers['refused']} refused, 0 crashes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
