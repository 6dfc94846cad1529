"""Writes files that bring models, valid and broken, and their table, both by the second decoder.

    model_files.py FOLDER

As random_files.py: the readers of 6.3, 6.4 and chapter 9 run over a source that chooses symbols. The files have no
programs. scripts/make-vectors runs it; a test holds the library against the table.
"""

import os
import random
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

import cells  # noqa: E402
import models  # noqa: E402
import numpy as np  # noqa: E402
from check_vectors import answer  # noqa: E402
from container_model import Header, Refused, write_full  # noqa: E402
from decode import plane_shapes  # noqa: E402
from entropy import Stream  # noqa: E402
from random_files import Source  # noqa: E402

CRITICAL = 1


def drawn(module, read, source):
    """(payload, what `read` gives) of a random stream, or (None, None)."""
    module.Stream = lambda data, rate: source
    try:
        for _ in range(200):
            source.ranges.clear()
            try:
                result = read()
                return source.payload(), result
            except Refused:
                pass
        return None, None
    finally:
        module.Stream = Stream


class Chooser(Source):
    """Draws the symbols of models: few changes, so that sections stay as small as real ones, and few escapes."""

    def symbol(self, model):
        rare = {2: 0.85, 16: 0.9}.get(model.size, 0)
        chosen = self.rng.randrange(model.size)
        if self.rng.random() < rare:
            chosen = 0 if model.size == 2 else self.rng.randrange(4, 11)
        self.state = ([0] + model.inner)[chosen]
        return Stream.symbol(self, model)

    def bits(self, n):
        value = self.rng.getrandbits(n)
        if n == 7:  # an escaped ratio
            value = 48 + self.rng.choice([-1, 1]) * self.rng.randrange(8, 49)
        elif n == 8:  # the high byte of a long number
            value |= 64
        self.ranges.append((value << (15 - n), 1 << (15 - n)))
        return value


def drawn_tables(rng, base, step):
    head = bytes([1, base]) + step.to_bytes(2, "little")
    payload, tables = drawn(models, lambda: models.read_tables(head + b"any"), Chooser(rng, 5, 0))
    return head + payload, tables


def drawn_codebook(rng, number, entries, dims):
    head = bytes([1, number, entries - 1, dims])
    payload, _ = drawn(models, lambda: models.read_codebook(head + b"any"), Chooser(rng, 5, 0))
    return head + payload


def drawn_cells(rng, h, tables):
    records = []
    shapes = plane_shapes(h)
    predictions = [np.full((rows, width), 128, np.int64) for width, rows, _ in shapes]
    side = 1 << h.cell_log2
    columns = -(-h.width // side)
    for i in range(h.counts()[2]):
        x, y = i % columns * side, i // columns * side
        source = Source(rng, 6, rng.choice([0, 0.02, 0.2]))
        payload, _ = drawn(cells, lambda: cells.Cell(h, b"any", x, y, predictions, tables), source)
        records.append(payload if payload and rng.random() < 0.9 else b"")
    return records


def drawn_header(rng):
    return Header(width=rng.choice([7, 40, 130, 200]), height=rng.choice([5, 48, 90, 129]), cell_log2=7,
                  colour=rng.choice([0, 1, 2]), alpha=rng.choice([0, 0, 1]), step=rng.choice([1, 40, 128, 500, 3000]),
                  chroma=rng.choice([8, 32, 128]), tools=rng.randrange(8), tables=255)


def flip(payload, at):
    return payload[:at] + bytes([payload[at] ^ 0x40]) + payload[at + 1 :]


# What is done to (header, sections) of a valid file with two copies of its tables.
def breakages(rng, tables, codebook, other):
    table, code = (b"TABL", CRITICAL, tables), (b"CODE", CRITICAL, codebook)

    def twice(payload):
        return [(b"TABL", CRITICAL, payload)] * 2

    return {
        "none": lambda h: [],
        "one": lambda h: [table],
        "three": lambda h: [table] * 3,
        "other_copy": lambda h: [table, (b"TABL", CRITICAL, flip(tables, 9))],
        "not_critical": lambda h: [(b"TABL", 0, tables)],
        "version": lambda h: twice(b"\2" + tables[1:]),
        "base": lambda h: twice(tables[:1] + b"\5" + tables[2:]),
        "step": lambda h: twice(tables[:2] + b"\0\0" + tables[4:]),
        "short": lambda h: twice(tables[:3]),
        "head_alone": lambda h: twice(tables[:4]),
        "cut": lambda h: twice(tables[:-2]),
        "longer": lambda h: twice(tables + b"\0\0"),
        "flip_a": lambda h: twice(flip(tables, 6)),
        "flip_b": lambda h: twice(flip(tables, rng.randrange(8, len(tables)))),
        "flip_c": lambda h: twice(flip(tables, rng.randrange(8, len(tables)))),
        "number_5": lambda h: [setattr(h, "tables", 5), table][1:],
        "number_254": lambda h: [setattr(h, "tables", 254), table][1:],
        "frozen_number": lambda h: [setattr(h, "tables", 1), (b"TABL", CRITICAL, b"junk")][1:],
        "code": lambda h: [table, code, table, code],
        "code_twin": lambda h: [table, code, (b"CODE", CRITICAL, other)],
        "code_version": lambda h: [table, (b"CODE", CRITICAL, b"\0" + codebook[1:])],
        "code_dims": lambda h: [table, (b"CODE", CRITICAL, codebook[:3] + b"\x09" + codebook[4:])],
        "code_cut": lambda h: [table, (b"CODE", CRITICAL, codebook[:-1])],
        "code_short": lambda h: [table, (b"CODE", CRITICAL, codebook[:2])],
        "code_flip": lambda h: [table, (b"CODE", CRITICAL, flip(codebook, 7))],
        "code_not_critical": lambda h: [table, (b"CODE", 2, codebook)],
        "code_many": lambda h: [table] + [code] * 33,
    }


def valid_file(number):
    rng = random.Random(number)
    h = drawn_header(rng)
    payload, tables = drawn_tables(rng, rng.randrange(5), h.step)
    sections = [(b"TABL", CRITICAL, payload)] * rng.choice([1, 2])
    for k in range(rng.choice([0, 1, 2])):
        book = drawn_codebook(rng, 9 * k + 1, rng.choice([1, 64, 256]), rng.choice([1, 4, 8]))
        sections.insert(rng.randrange(len(sections) + 1), (b"CODE", CRITICAL, book))
    return write_full(h, drawn_cells(rng, h, tables), sections)


def broken_file(number, name):
    rng = random.Random(1000)
    h = drawn_header(rng)
    payload, tables = drawn_tables(rng, 2, h.step)
    records = drawn_cells(rng, h, tables)
    if name == "frozen_number":  # cells that need no tables: the section has no effect
        records = [b""] * len(records)
    codebook, other = (drawn_codebook(rng, 7, 64, 4) for _ in range(2))
    rng = random.Random(number)
    return write_full(h, records, breakages(rng, payload, codebook, other)[name](h))


def main():
    if len(sys.argv) != 2:
        print("usage: model_files.py FOLDER")
        return 2
    files = [("valid", valid_file)] * 20
    files += [(name, lambda number, name=name: broken_file(number, name)) for name in breakages(None, b"", b"", b"")]
    with open(os.path.join(sys.argv[1], "vectors.tsv"), "w", encoding="utf-8", newline="\n") as table:
        for number, (kind, make) in enumerate(files):
            name = "%03d_%s.pc15" % (number, kind)
            data = make(number)
            with open(os.path.join(sys.argv[1], name), "wb") as file:
                file.write(data)
            status, y, rgba = answer(data)
            table.write("%s\t%s\t%08x\t%s\t%s\n" % (name, status, zlib.crc32(data), y, rgba))
    return 0


if __name__ == "__main__":
    sys.exit(main())
