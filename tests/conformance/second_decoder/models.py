"""Chapters 5.1, 6.3 and 6.4: models that travel in a file.

Made from docs/bitstream.md and docs/bitstream-entropy.md alone.
"""

from cells import FAMILY, frozen_tables, symbols_of
from container_model import CORRUPT, TRUNCATED, UNSUPPORTED, Refused, need
from entropy import ONE, Model, Stream, uniform, weighted
from grain import read_grain

OWN = 255
AGES = (0, 12, 32)
QUARTERS = (65536, 77936, 92682, 110218)


def factor(ratio):
    octave = ratio >> 2
    value = QUARTERS[ratio & 3]
    return value << octave if octave >= 0 else (value + (1 << (-octave - 1))) >> -octave


def read_head(payload, most):
    need(len(payload) >= 4, TRUNCATED)
    need(len(payload) <= most)
    need(payload[0] == 1, UNSUPPORTED)


def read_ratios(stream, models, n):
    out, context = [], 0
    for _ in range(n):
        k = stream.symbol(models[context])
        ratio = k - 7
        if k == 15:
            ratio = stream.bits(7) - 48
            need(8 <= abs(ratio) <= 48)
        out.append(ratio)
        context = 1 if abs(ratio) <= 1 else 2
    return out


def read_tables(payload):
    """Per family the models of a pass, by name."""
    read_head(payload, 65536)
    base = payload[1]
    need(base < 5)
    need(payload[2] or payload[3])
    stream = Stream(payload[4:], 5)
    lanes, counts = frozen_tables()
    changed = [[uniform(2) for _ in FAMILY] for _ in range(2)]
    age, ratio = uniform(3), [uniform(16) for _ in range(3)]
    out = []
    for family in range(2):
        models, at = {}, 0
        for group, (name, count, size) in enumerate(FAMILY):
            models[name] = []
            for i in range(count):
                n = symbols_of(name, i, family, size)
                model = Model([int(v) for v in lanes[base, family, at, : n - 1]], int(counts[base, family, at]))
                if stream.symbol(changed[family][group]):
                    start = AGES[stream.symbol(age)]
                    borders = [0] + model.inner + [ONE]
                    ratios = read_ratios(stream, ratio, n)
                    model = weighted([(borders[s + 1] - borders[s]) * factor(ratios[s]) for s in range(n)], start)
                models[name].append(model)
                at += 1
        out.append(models)
    stream.finish()
    return out


def read_codebook(payload):
    """(id, entries): tuples of numbers."""
    read_head(payload, 16384)
    entries, dims = payload[2] + 1, payload[3]
    need(1 <= dims <= 8)
    stream = Stream(payload[4:], 5)
    classes = [uniform(16) for _ in range(dims)]
    before, out = [0] * dims, []
    for _ in range(entries):
        for d in range(dims):
            k = stream.symbol(classes[d])
            if k == 15:
                v = stream.bits(8) * 256
                v += stream.bits(8)
                need(v >= 1 << 14)
            else:
                v = (1 << (k - 1)) + (stream.bits(k - 1) if k > 1 else 0) if k else 0
            number = before[d] + (-(v + 1) // 2 if v & 1 else v // 2)
            before[d] = (number + 32768) % 65536 - 32768
        out.append(tuple(before))
    stream.finish()
    return payload[1], out


def read_models(opened):
    """(tables or None, codebooks by id, grain map or None) of a file that was opened strictly."""
    h = opened.header
    tables = None
    if h.step and h.tables == OWN:
        payloads = [payload for kind, _, _, payload in opened.sections if kind == b"TABL"]
        need(payloads)
        try:
            tables = read_tables(payloads[0])
        except Refused:
            if len(payloads) == 1 or payloads[0] == payloads[1]:
                raise
            tables = read_tables(payloads[1])
    codebooks, grain = {}, None
    for kind, _, _, payload in opened.sections:
        if kind == b"CODE":
            number, entries = read_codebook(payload)
            need(codebooks.setdefault(number, entries) == entries, CORRUPT)
        if kind == b"GRAI":
            grain = read_grain(payload, h)
    if 0 in codebooks:
        need(len(codebooks[0]) == 64)
        for shape in codebooks[0]:
            need(len(shape) == 4 and 0 <= shape[0] <= 2 and 0 <= shape[1] <= 28 and 0 <= shape[2] <= 28)
            need(4 <= shape[3] <= 36)
    return tables, codebooks, grain
