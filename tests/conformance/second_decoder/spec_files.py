"""Writes the packed conformance vectors, valid and invalid, and their table, all by the second decoder.

    spec_files.py FOLDER

Where random_files.py draws, this goes through the specification in order: every generator, warp, palette and mask
with all its parameters at the lower and at the upper end of their grid, finest and coarsest precision; every picture
size from 1 to a tile and a pixel; every field of the preamble at its ends; drawn records until each symbol of each
place in the syntax has come up; then broken containers, fields, numbers and records. FOLDER/vectors.pack.gz holds
the files one after the other, each behind its size (u32); FOLDER/vectors.tsv a line for each, as the other folders.
The same numbers give the same files. scripts/make-vectors runs it; a test holds the library against the table.
"""

import gzip
import os
import random
import struct
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

import container_model as container  # noqa: E402
import make_container_vectors as containers  # noqa: E402
import programs  # noqa: E402
from check_vectors import answer  # noqa: E402
from container_model import LOSSLESS, Header, write_compact, write_full  # noqa: E402
from random_files import Source, break_one, drawn_cells, drawn_programs, drawn_record, drawn_sections  # noqa: E402

VALID, INVALID = 1060, 560  # at least so many of each


def write(h, records, sections=(), full=True):
    if not full and not sections:
        data = write_compact(h, records)
        if len(data) <= 1024:
            return data
    return write_full(h, records, sections)


class Places(Source):
    """Remembers which symbols came up at which place of the syntax: {(function, line, set size): symbols}."""

    seen = {}

    def symbol(self, model):
        s = super().symbol(model)
        frame = sys._getframe(1)
        while frame.f_code.co_name == "symbol":
            frame = frame.f_back
        Places.seen.setdefault((frame.f_code.co_name, frame.f_lineno, model.size), set()).add(s)
        return s


class Aimed(Places):
    """Draws a program with at least one layer whose preset is `number`, parameters at one end of their grids."""

    def __init__(self, rng, number, high, precision):
        super().__init__(rng, 5, 0.02)
        self.number, self.high, self.precision, self.reader, self.met = number, high, precision, None, False
        self.target, self.layer = None, 0

    def bits(self, n):
        if self.forced_bits:
            value = self.forced_bits.pop(0)
        else:
            value = self.rng.getrandbits(2 if n == 7 else n)  # lists of atoms are short
        self.ranges.append((value << (15 - n), 1 << (15 - n)))
        return value

    def wish(self, model):
        """The symbol that the aim asks for here, or None."""
        m, family = self.reader.models, (self.number >> 4) - 10
        if model is m.layer_count:
            return 2 if family == 2 else 1 + self.rng.randrange(2)
        if model is m.precision:
            return self.precision
        if family < 0:
            kernel = self.number >> 4
            return kernel if model is m.kernel else self.number & 15 if model is m.preset[kernel] else None
        if model is not m.modifier[family]:
            return None
        return 0 if family == 2 and self.layer == 0 else (self.number & 15) + 1  # some masks need a layer below

    def symbol(self, model):
        if self.reader is not None and not self.forced:
            wish = self.wish(model)
            if wish is not None:
                self.forced = [wish]
        return super().symbol(model)

    def push(self, n, value):
        if n > 15:
            self.forced_bits += [value >> 15, value & 32767]
        elif n:
            self.forced_bits.append(value)

    def push_magnitude(self, value):
        length = value.bit_length()
        self.forced.append(min(length, 15))
        if length >= 15:
            self.push(3, length - 15)
        if length >= 2:
            self.push(length - 1, value - (1 << (length - 1)))

    def aim(self, reader, kind, lo, hi, shift):
        """Forces the symbols that RecordReader.index turns into `lo` or `hi`."""
        k = hi if self.high else lo
        if kind in ("period", "cell", "period2", "cell2"):
            n = k.bit_length() - 1
            self.forced += [0] * kind.endswith("2") + [hi.bit_length() - 1 - n]
            self.push(n, k - (1 << n))
        elif kind in ("angle", "angle2"):
            self.forced.append(8)
            self.push(18 - shift, k)
        elif kind in ("phase", "phase2"):
            self.forced.append(4)
            self.push(reader.catalogue.fraction["phase"] - shift, k)
        elif kind in programs.POSITIONS:
            self.push_magnitude(abs(k))
            if k:
                self.push(1, int(k < 0))
        elif kind in programs.MAGNITUDES:
            self.push_magnitude(k)
        else:
            self.push((hi - lo).bit_length(), k - lo)


def aimed_program(rng, h, number, high, precision):
    """The payload of an image-wide program as Aimed draws it."""
    source = Aimed(rng, number, high, precision)
    methods = {name: getattr(programs.RecordReader, name) for name in ("index", "parameters", "geometry", "program")}

    def aimed_index(self, kind, lo, hi, shift, grid):
        if source.target is not None and kind in source.target:
            source.aim(self, kind, lo, hi, shift)
        k = methods["index"](self, kind, lo, hi, shift, grid)
        assert source.target is None or kind not in source.target or k == (hi if high else lo), (kind, lo, hi, shift, k)
        return k

    def aimed_parameters(self, preset, precision, extent):
        source.target = {p.name for p in preset.parameters} if preset.number == number else None
        try:
            return methods["parameters"](self, preset, precision, extent)
        finally:
            source.target = None
            source.met |= preset.number == number

    def begin(self, slot, flat):
        source.reader, source.met = self, False
        source.forced, source.forced_bits = [], []
        program = methods["program"](self, slot, flat)
        programs.need(source.met)
        return program

    def aimed_geometry(self, slot, layer):
        source.layer = layer
        return methods["geometry"](self, slot, layer)

    aimed = {"index": aimed_index, "parameters": aimed_parameters, "geometry": aimed_geometry, "program": begin}
    try:
        for name, method in aimed.items():
            setattr(programs.RecordReader, name, method)
        payload, _ = drawn_record(lambda data: programs.read_image_program(data, h), source)
    finally:
        for name, method in methods.items():
            setattr(programs.RecordReader, name, method)
    assert payload is not None, hex(number)
    return payload


def every_generator():
    rng = random.Random(1)
    for number in sorted(programs.CATALOGUE.presets):
        for high in (False, True):
            for precision in (0, 7):
                h = Header(width=rng.choice([9, 20, 33]), height=rng.choice([7, 18, 24]), image=1,
                           colour=rng.choice([0, 0, 2]), seed=rng.getrandbits(62))
                name = programs.CATALOGUE.presets[number].name
                yield f"{name}_{'high' if high else 'low'}_{precision}", write(
                    h, [aimed_program(rng, h, number, high, precision)], full=False)


def drawn_picture(rng, h, with_cells):
    exact = bool(h.tools & LOSSLESS)
    records = []
    tiles = drawn_programs(rng, h, records)
    if h.step:
        drawn_cells(rng, h, tiles, records)
    assert bool(h.step) == (with_cells or exact)
    return records


def every_size():
    rng = random.Random(2)
    for side in range(1, 34):
        for kind in range(3):
            h = Header(width=side, height=rng.randrange(1, 34), tile=32, overlap=rng.choice([0, 8, 16]), cell_log2=7)
            if rng.randrange(2):
                h.width, h.height = h.height, h.width
            h.colour, h.alpha, h.tiles = rng.randrange(3), rng.randrange(2), int(kind == 0 or rng.randrange(2))
            if kind == 1:
                h.step, h.tools, h.chroma = rng.choice([1, 64, 900]), rng.randrange(8), rng.choice([8, 128])
            if kind == 2:
                h.step, h.tools, h.colour = 16, LOSSLESS, rng.choice([0, 3])
            yield f"size_{side}_{('programs', 'cells', 'exact')[kind]}", write(
                h, drawn_picture(rng, h, kind > 0), full=rng.randrange(2) == 0)


def every_field():
    rng = random.Random(3)
    ends = {"tile": (32, 33, 1023, 1024), "overlap": (0, 1, 15, 16), "cell_log2": (7, 8, 9), "rows": (1, 2, 254, 255),
            "seed": (0, 1, -1, (1 << 63) - 1, -(1 << 63)), "content": (0, (1 << 32) - 1),
            "step": (1, 2, 15, 16, 17, 65534, 65535), "chroma": (8, 9, 31, 32, 33, 127, 128), "tables": (0, 1, 2, 3, 4),
            "tools": [t for t in range(32) if not t & LOSSLESS], "colour": (0, 1, 2), "alpha": (0, 1),
            "revision": (1, 2, 3, 255), "optional": (0, 1, 65535)}
    for name, values in ends.items():
        for value in values:
            for other in range(3):
                h = Header(width=rng.choice([5, 34, 40]), height=rng.choice([3, 33, 48]), tile=32, overlap=8, cell_log2=7,
                           colour=rng.randrange(3), tiles=rng.randrange(2))
                if other or name in ("step", "chroma", "tables", "tools"):
                    h.step = rng.choice([3, 200])
                h.image = int(not h.tiles and not h.step)
                setattr(h, name, value)
                yield f"{name}_{value}", write(h, drawn_picture(rng, h, h.step != 0), drawn_sections(rng, h))


def drawn_valid():
    """More pictures of many cells and tiles, for as long as they are asked for."""
    n = 0
    while True:
        rng = random.Random(1000 + n)
        h = Header(width=rng.choice([40, 70, 131, 150]), height=rng.choice([17, 40, 66]), tile=rng.choice([32, 48, 96]),
                   overlap=rng.choice([0, 5, 16]), cell_log2=7, rows=rng.choice([1, 2]), colour=rng.randrange(3),
                   alpha=rng.randrange(2), tiles=n % 2, image=rng.randrange(2), seed=rng.getrandbits(40))
        if n % 3 == 0:
            h.step, h.tools, h.tables = rng.choice([20, 300, 5000]), rng.randrange(8) | 16, rng.randrange(5)
            h.width, h.height = rng.choice([(131, 9), (20, 131), (60, 20)])
        h.image |= int(not h.tiles and not h.step)
        yield "drawn", write(h, drawn_picture(rng, h, h.step != 0), drawn_sections(rng, h))
        n += 1


def hostile_fields():
    """Every field of the preamble at values around its ends, every checksum right."""
    rng = random.Random(5)
    h = Header(width=40, height=33, tile=32, overlap=8, cell_log2=7, step=40, tiles=1)
    good = write_full(h, drawn_picture(rng, h, True), [(b"NOTE", 0, b"hi")])
    index = struct.unpack("<I", good[56:60])[0]
    copy = len(good) - 16 - struct.unpack("<I", good[-12:-8])[0]
    fields = [(8, 1), (9, 1), (10, 1), (11, 1), (12, 4), (16, 4), (20, 4), (24, 2), (26, 2), (40, 2), (42, 1), (43, 1),
              (44, 1), (45, 1), (48, 8), (56, 4)]
    for at, size in fields:
        most, own = (1 << 8 * size) - 1, int.from_bytes(good[at : at + size], "little")
        values = {0, 1, own - 1, own + 1, most - 1, most, most >> 1, (most >> 1) + 1, 1 << 16, (1 << 16) - 1, 7, 10, 33}
        for value in sorted(v for v in values if 0 <= v <= most and v != own):
            data = bytearray(good)
            data[at : at + size] = value.to_bytes(size, "little")
            data[60:64] = container.u32(zlib.crc32(bytes(data[:60])))
            data[copy : copy + 64] = data[:64]
            yield f"field_{at}_{value}", bytes(data)
    assert good[copy : copy + 64 + index] == good[: 64 + index]


def broken_containers():
    rng = random.Random(6)
    while True:
        file = containers.random_file(rng)
        if len(file) < 1200:
            yield "container", containers.mutate(rng, file)


def broken_records():
    n = 0
    while True:
        rng = random.Random(5000 + n)
        h = Header(width=rng.choice([20, 40, 60]), height=rng.choice([9, 33]), tile=32, overlap=8, cell_log2=7,
                   colour=rng.randrange(3), alpha=rng.randrange(2), tiles=1)
        if n % 2:
            h.step, h.tools = rng.choice([20, 600]), rng.randrange(8) | 16 * rng.randrange(2)
        if n % 6 == 5:
            h.step, h.tools, h.colour = 16, LOSSLESS, rng.choice([0, 3])
        records = drawn_picture(rng, h, bool(h.step))
        break_one(rng, records)
        yield "record", write(h, records)
        n += 1


class Pack:
    def __init__(self, folder):
        self.table = open(os.path.join(folder, "vectors.tsv"), "w", encoding="utf-8", newline="\n")
        self.bytes, self.counts = bytearray(), {True: 0, False: 0}

    def add(self, name, data, only=None):
        """Adds a file unless it is not of the wanted verdict."""
        status, y, rgba = answer(data)
        valid = status == "PC15_OK"
        if only is not None and valid != only:
            return
        self.counts[valid] += 1
        self.bytes += struct.pack("<I", len(data)) + data
        self.table.write("%04d_%s\t%s\t%08x\t%s\t%s\n" % (sum(self.counts.values()) - 1, name[:50], status,
                                                        zlib.crc32(data), y, rgba))

    def close(self, folder):
        self.table.close()
        with open(os.path.join(folder, "vectors.pack.gz"), "wb") as file:
            file.write(gzip.compress(bytes(self.bytes), 9, mtime=0))


def main():
    if len(sys.argv) != 2:
        print("usage: spec_files.py FOLDER")
        return 2
    import random_files
    random_files.Source = Places
    pack = Pack(sys.argv[1])
    for family in (every_generator, every_size, every_field):
        for name, data in family():
            pack.add(name, data)
        print("%-16s %s" % (family.__name__, pack.counts), flush=True)
    more = drawn_valid()
    while pack.counts[True] < VALID:
        pack.add(*next(more), only=True)
    for name, data in hostile_fields():
        pack.add(name, data, only=False)
    print("hostile_fields   %s" % pack.counts, flush=True)
    families = [broken_containers(), broken_records()]
    while pack.counts[False] < INVALID:
        for family in families:
            pack.add(*next(family), only=False)
    pack.close(sys.argv[1])
    drawn = sum(len(s) for s in Places.seen.values())
    print("%d valid, %d invalid; %d of %d symbols at %d places of the syntax" % (
        pack.counts[True], pack.counts[False], drawn, sum(size for _, _, size in Places.seen), len(Places.seen)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
