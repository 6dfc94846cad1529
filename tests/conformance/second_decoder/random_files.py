"""Writes files whose symbols are drawn at random, and their table, both by the second decoder.

    random_files.py FOLDER

The readers of chapters 7 and 9 run over a source that chooses symbols instead of reading them; what they choose is
then coded by the writer's rule of 6.1. So every branch of the syntax is met, also those that no encoder takes. Some
files get a record broken behind an intact CRC. The same numbers give the same files. scripts/make-vectors runs it; a
test holds the library against the table.
"""

import copy
import os
import random
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

import cells  # noqa: E402
import grain  # noqa: E402
import lossless  # noqa: E402
import models  # noqa: E402
import palette  # noqa: E402
import programs  # noqa: E402
from check_vectors import answer  # noqa: E402
from container_model import LOSSLESS, Header, Refused, write_full  # noqa: E402
from decode import plane_shapes  # noqa: E402
from entropy import LOWEST, ONE, Stream  # noqa: E402
from render import Renderer  # noqa: E402

KINDS = ["programs"] * 150 + ["cells"] * 50 + ["lossless"] * 24 + ["broken"] * 40
# How often a part that broke a rule is drawn anew before the part around it is.
TRIES = {"program": 30, "layer": 30, "geometry": 200, "atoms": 60}


class Source(Stream):
    """Draws symbols by their probability, or `even`ly, and remembers their ranges."""

    def __init__(self, rng, rate, even):
        self.rng, self.rate, self.even, self.ranges = rng, rate, even, []
        self.forced, self.forced_bits = [], []  # values of the next symbols and bits

    def bits(self, n):
        value = self.forced_bits.pop(0) if self.forced_bits else self.rng.getrandbits(n)
        if n == 7 and self.rng.random() < 0.6:  # lists of atoms are short
            value &= 3
        self.ranges.append((value << (15 - n), 1 << (15 - n)))
        return value

    def symbol(self, model):
        self.state = self.rng.randrange(ONE)
        # In programs the sets of 4 to 8, 10 and 11 symbols choose generators and structure.
        even = self.even if self.rate != 5 or model.size not in (4, 5, 6, 7, 8, 10, 11) else 0.7
        if model.size == 2 and model.inner[0] > 0.95 * ONE:  # atoms are rare
            even = 0.4
        if self.forced or self.rng.random() < even:
            borders = [0] + model.inner + [ONE]
            s = self.forced.pop(0) if self.forced else self.rng.randrange(model.size)
            self.state = self.rng.randrange(borders[s], borders[s + 1])
        return super().symbol(model)

    def advance(self, start, frequency, slot):
        self.ranges.append((start, frequency))

    def finish(self):
        pass

    def payload(self):
        x, words = LOWEST, []
        for start, frequency in reversed(self.ranges):
            if x >= frequency << 17:
                words.append(x & 65535)
                x >>= 16
            x = ((x // frequency) << 15) + x % frequency + start
        return x.to_bytes(4, "little") + b"".join(w.to_bytes(2, "little") for w in reversed(words))


def patient(source, method, tries):
    """`method` of a record reader, drawn anew after a refusal."""

    def call(self, *arguments):
        models, drawn = copy.deepcopy(self.models), len(source.ranges)
        for _ in range(tries):
            try:
                return method(self, *arguments)
            except Refused:
                del source.ranges[drawn:]
                self.models.__dict__.update(copy.deepcopy(models).__dict__)
        raise Refused(0)

    return call


def patient_value(source, method):
    """Plane.value, drawn anew while it is above 255."""

    def call(self, model, low):
        inner, count, drawn = model.inner, model.count, len(source.ranges)
        while True:
            try:
                return method(self, model, low)
            except Refused:
                del source.ranges[drawn:]
                model.inner, model.count = inner, count

    return call


def possible_index(source, method):
    """Indices.read, with an index that the list has."""

    def call(self, s, x, y):
        slots = [i for i, v in enumerate(self.guess(x, y)[2]) if v >= self.least]
        if slots and source.rng.random() < 0.9:
            source.forced = [source.rng.choice(slots)]
        else:
            v = source.rng.randrange(self.least, self.count)
            source.forced = [6, v >> 8, v >> 4 & 15, v & 15]
            if self.count <= 16:
                del source.forced[1:3]
            elif self.count <= 256:
                del source.forced[1]
        return method(self, s, x, y)

    return call


def rising_colours(source, method):
    """Pass.read_palette, with a list that rises."""

    def call(self):
        rng, planes = source.rng, len(self.planes)
        most = rng.choice([0, 1, 3, 15, 40, 255])
        colours = sorted({rng.getrandbits(8 * planes) for _ in range(most)})
        source.forced_bits, before = [len(colours)], 0
        for colour in colours:
            for c in reversed(range(planes)):
                rise = (colour >> 8 * c) - (before >> 8 * c) & 255
                source.forced += [rise >> 4, rise & 15]
            before = colour
        return method(self)

    return call


def drawn_record(read, source):
    """(payload, what `read` gives) of a random record, or (None, None)."""
    methods = {name: getattr(programs.RecordReader, name) for name in TRIES}
    value, rate = lossless.Plane.value, source.rate
    programs.Stream = cells.Stream = lossless.Stream = lambda data, rate: source
    lossless.Plane.value = patient_value(source, value)
    index, colours = palette.Indices.read, cells.Pass.read_palette
    palette.Indices.read = possible_index(source, index)
    cells.Pass.read_palette = rising_colours(source, colours)
    for name, method in methods.items():
        setattr(programs.RecordReader, name, patient(source, method, TRIES[name]))
    try:
        for _ in range(200):
            source.ranges.clear()
            source.forced, source.forced_bits = [], []
            source.rate = rate  # a palette changes it
            try:
                result = read(b"any")
                return source.payload(), result
            except Refused:
                pass
        return None, None
    finally:
        programs.Stream = cells.Stream = lossless.Stream = Stream
        lossless.Plane.value = value
        palette.Indices.read, cells.Pass.read_palette = index, colours
        for name, method in methods.items():
            setattr(programs.RecordReader, name, method)


def drawn_header(rng, with_cells, exact):
    h = Header(width=rng.choice([1, 7, 31, 40, 64, 97, 130, 200]), height=rng.choice([1, 5, 33, 48, 90, 129]),
               tile=rng.choice([32, 33, 47, 64, 100, 256, 1024]), cell_log2=rng.choice([7, 7, 8]),
               rows=rng.choice([1, 2, 4]), colour=rng.choice([0, 1, 2]), alpha=rng.choice([0, 0, 1]),
               seed=rng.choice([0, rng.getrandbits(63), -rng.getrandbits(63)]), image=rng.choice([0, 1]),
               tiles=rng.choice([0, 1, 1]))
    h.overlap = rng.choice([0, 1, rng.randrange(h.tile // 2 + 1), h.tile // 2])
    if with_cells:
        h.step, h.chroma = rng.choice([1, 40, 128, 500, 3000, 65535]), rng.choice([8, 32, 128])
        h.tables, h.tools = rng.randrange(5), rng.randrange(8) | rng.choice([0, 0, 16])
        if exact:
            h.step, h.chroma, h.tables, h.tools, h.colour = 16, 32, 0, LOSSLESS, rng.choice([0, 3])
            h.width, h.height = min(h.width, 150), min(h.height, 60)
    else:
        h.image |= 1 - h.tiles
    if h.tiles_along(h.width) * h.tiles_along(h.height) > 60:
        h.tile, h.overlap = max(h.tile, 100), min(h.overlap, 20)
    return h


def drawn_programs(rng, h, records):
    """Appends the program records; gives what the tiles render."""
    even = rng.choice([0.02, 0.3, 0.6])
    image = None
    if h.image:
        payload, image = drawn_record(lambda data: programs.read_image_program(data, h), Source(rng, 5, even))
        assert payload is not None
        records.append(payload)
    if not h.tiles:
        return [image] * (h.tiles_along(h.width) * h.tiles_along(h.height))
    tiles = []
    for g in range(h.counts()[1]):
        payload = None
        if rng.random() < 0.9:
            source = Source(rng, 5, even)
            payload, rendered = drawn_record(lambda data: programs.read_group(data, h, image, g), source)
        if payload is None:
            payload, rendered = b"", programs.read_group(b"", h, image, g)
        records.append(payload)
        tiles += rendered
    return tiles


def drawn_cells(rng, h, tiles, records):
    renderer = Renderer(h, tiles)
    shapes = plane_shapes(h)[: 3 if h.colour else 1]
    predictions = [renderer.plane(p, w, rows, -shift) for p, (w, rows, shift) in enumerate(shapes)]
    exact = bool(h.tools & LOSSLESS)
    if h.colour == 3:
        predictions = lossless.to_planes(predictions)
    read = lossless.LosslessCell if exact else cells.Cell
    side = 1 << h.cell_log2
    columns = -(-h.width // side)
    for i in range(h.counts()[2]):
        payload = None
        if rng.random() < 0.85:
            x, y = i % columns * side, i // columns * side
            source = Source(rng, 7 if exact else 6, rng.choice([0, 0.02, 0.2]))
            payload, _ = drawn_record(lambda data: read(h, data, x, y, predictions), source)
        records.append(payload or b"")


class Script(Source):
    """A source that gives the values it was given."""

    def __init__(self, values):
        super().__init__(random.Random(0), 5, 0)
        self.values = iter(values)

    def symbol(self, model):
        s = next(self.values)
        borders = [0] + model.inner + [ONE]
        self.state = borders[s]
        return Stream.symbol(self, model)

    def bits(self, n):
        value = next(self.values)
        self.ranges.append((value << (15 - n), 1 << (15 - n)))
        return value


def shapes_payload(rng, breaks):
    """A codebook of atom shapes, valid unless one entry shall break the rules."""
    values, before = [], [0, 0, 0, 0]
    broken = rng.randrange(64) if breaks else -1
    for i in range(64):
        shape = [rng.randrange(3), rng.randrange(29), rng.randrange(29), rng.randrange(4, 37)]
        if i == broken:
            shape[rng.randrange(4)] = 40
        for was, now in zip(before, shape):
            v = 2 * (now - was) if now >= was else 2 * (was - now) - 1
            k = v.bit_length()
            values += [k, v - (1 << (k - 1))] if k > 1 else [k]
        before = shape
    source = Script(values)
    models.Stream = lambda data, rate: source
    head = bytes([1, 0, 63, 4])
    models.read_codebook(head + b"any")
    models.Stream = Stream
    return head + source.payload()


def drawn_sections(rng, h):
    """Now and then a map of grain (which a lossless file may not have), and shapes of atoms."""
    sections = []
    if rng.random() < 0.25 and (not h.tools & LOSSLESS or rng.random() < 0.3):
        source = Source(rng, 5, rng.choice([0, 0.5]))
        grain.Stream = lambda data, rate: source
        grain.read_grain(b"any", h)
        grain.Stream = Stream
        payload = source.payload()
        sections.append((b"GRAI", 1, payload[:-2] if rng.random() < 0.1 else payload))
    if rng.random() < 0.3:
        sections.append((b"CODE", 1, shapes_payload(rng, rng.random() < 0.1)))
    return sections


def break_one(rng, records):
    """Damages a record that is not empty; the CRCs are made for the result."""
    chosen = rng.choice([i for i, payload in enumerate(records) if payload] or [0])
    payload = bytearray(records[chosen])
    at = rng.randrange(len(payload) or 1)
    way = rng.randrange(4)
    if way == 0 and payload:
        payload[at] ^= 1 << rng.randrange(8)
    elif way == 1:
        del payload[at:]
    elif way == 2:
        payload += bytes(rng.randrange(1, 4))
    else:
        payload[at : at + 4] = rng.randbytes(4)
    records[chosen] = bytes(payload)


def drawn_file(number, kind):
    rng = random.Random(number)
    with_cells = kind in ("cells", "lossless") or (kind == "broken" and number % 2 == 0)
    h = drawn_header(rng, with_cells, kind == "lossless" or number % 8 == 6)
    records = []
    tiles = drawn_programs(rng, h, records)
    if with_cells:
        drawn_cells(rng, h, tiles, records)
    if kind == "broken":
        break_one(rng, records)
        if not h.tools & LOSSLESS:
            h.tables = rng.choice([h.tables, h.tables, h.tables, 5])
    return write_full(h, records, drawn_sections(rng, h))


def main():
    if len(sys.argv) != 2:
        print("usage: random_files.py FOLDER")
        return 2
    with open(os.path.join(sys.argv[1], "vectors.tsv"), "w", encoding="utf-8", newline="\n") as table:
        for number, kind in enumerate(KINDS):
            name = "%03d_%s.pc15" % (number, kind)
            data = drawn_file(number, kind)
            with open(os.path.join(sys.argv[1], name), "wb") as file:
                file.write(data)
            status, y, rgba = answer(data)
            table.write("%s\t%s\t%08x\t%s\t%s\n" % (name, status, zlib.crc32(data), y, rgba))
    return 0


if __name__ == "__main__":
    sys.exit(main())
