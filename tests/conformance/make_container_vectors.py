#!/usr/bin/env python3
"""Writes container vectors with the verdict of container_model.py: make_container_vectors.py OUT [COUNT]

OUT holds, per vector: u16 length and text of its name, u32 size and bytes of the file, i32 strict status,
i32 tolerant status, u32 digest of what tolerant opening gives. The same arguments give the same bytes.
"""

import random
import struct
import sys

import container_model as model


def random_header(rng):
    h = model.Header(width=rng.choice((1, 7, 64, 128, 129, 255, 257, 300, 513)),
                     height=rng.choice((1, 9, 64, 127, 128, 256, 260, 400)), tile=rng.choice((32, 64, 256, 256, 1024)),
                     cell_log2=rng.choice((7, 8, 9)), rows=rng.choice((1, 2, 4, 255)), colour=rng.randrange(3),
                     alpha=rng.randrange(2), seed=rng.choice((0, 1, -1, (1 << 63) - 1, -(1 << 63), rng.getrandbits(40))),
                     content=rng.getrandbits(32), step=rng.choice((0, 0, 1, 65535, rng.getrandbits(12))),
                     chroma=rng.choice((8, 32, 128)), tables=rng.choice((0, 0, 3)), tools=rng.randrange(8),
                     image=rng.randrange(2), tiles=rng.randrange(2), revision=rng.choice((1, 1, 2, 255)),
                     optional=rng.choice((0, 0, 0x8001)))
    h.overlap = rng.choice((0, h.tile // 2, min(24, h.tile // 2)))
    return h


def random_file(rng):
    h = random_header(rng)
    records = [rng.randbytes(rng.choice((0, 1, 5, 40, 150))) for _ in range(sum(h.counts()))]
    if rng.randrange(3) == 0:
        file = model.write_compact(h, records)
        if len(file) <= 1024:
            return file
    kinds = [b"ICCP", b"EXIF", b"XMP ", b"TEXT", b"NOTE", b"TEXT", rng.randbytes(4), b"zz\x00\x00"]
    rng.shuffle(kinds)
    sections = [(k, rng.choice((0, 2)), rng.randbytes(rng.randrange(60))) for k in kinds[: rng.choice((0, 0, 1, 3, 8))]]
    return model.write_full(h, records, sections)


def reseal(file, upto):
    """Repairs the CRC of the preamble and, when `upto` says so, of the index."""
    file = bytearray(file)
    if upto > 1:
        size = struct.unpack("<I", file[56:60])[0]
        if 5 <= size <= len(file) - 64:
            file[60 + size : 64 + size] = model.u32(model.crc(bytes(file[64 : 60 + size])))
    file[60:64] = model.u32(model.crc(bytes(file[:60])))
    return bytes(file)


def mutate(rng, file):
    """One hostile or accidental change; compact files are resealed, full ones at the front or at both ends."""
    kind = rng.randrange(9)
    data = bytearray(file)
    at = rng.randrange(len(data))
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at] = rng.randrange(256)
    elif kind == 2:
        del data[at:]
    elif kind == 3:
        data += rng.randbytes(rng.randrange(1, 30))
    elif kind == 4:
        end = min(len(data), at + rng.randrange(1, 80))
        data[at:end] = bytes(end - at)
    elif file[4] == 0xF0:
        body = bytearray(file[:-4])
        for _ in range(rng.randrange(1, 3)):
            body[rng.randrange(5, min(len(body), 24))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
        data = bytearray(bytes(body) + model.u32(model.crc(bytes(body))))
    else:
        index = min(struct.unpack("<I", file[56:60])[0], len(file) - 80)
        low, high = ((8, 60), (64, 60 + index))[rng.randrange(2)]
        for _ in range(rng.randrange(1, 3)):
            data[rng.randrange(low, max(high, low + 1))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
        data = bytearray(reseal(bytes(data), 2))
        backup = struct.unpack("<I", file[-12:-8])[0]
        if kind > 6 and backup >= 64 + index:  # the copies agree with the front
            start = len(file) - 16 - backup
            data[start : start + 64 + index] = data[: 64 + index]
    return bytes(data)


def vectors(count):
    rng = random.Random(15)
    for i in range(count):
        file = random_file(rng)
        yield f"valid-{i}", file
        for k in range(6):
            file_k = mutate(rng, file)
            if rng.randrange(4) == 0 and file_k[:5] == file[:5] and len(file_k) == len(file):
                file_k = mutate(rng, file_k)
            yield f"changed-{i}-{k}", file_k
    for data in (b"", b"P", b"PC15", b"PC15\x8f", b"PC15\xf0", b"PC16\x8f\r\n\x1a" + bytes(80), b"PC15\x0f\r\n\x1a" + bytes(80)):
        yield "short-" + data.hex()[:24], data


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    tally = {}
    with open(sys.argv[1], "wb") as out:
        for name, file in vectors(count):
            strict, tolerant, digest = model.judge(file)
            assert not name.startswith("valid") or strict == tolerant == 0, name
            tally[strict] = tally.get(strict, 0) + 1
            out.write(struct.pack("<H", len(name)) + name.encode() + struct.pack("<I", len(file)) + file)
            out.write(struct.pack("<iiI", strict, tolerant, digest))
    print(f"{sum(tally.values())} vectors; strict status: count", dict(sorted(tally.items())))


if __name__ == "__main__":
    main()
