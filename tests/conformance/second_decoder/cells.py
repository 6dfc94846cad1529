"""Chapter 9: the cells.

Made from docs/bitstream-residual.md alone; the frozen distributions are read from src/entropy/cell_tables.inc.
"""

import os
import re
from functools import lru_cache

import numpy as np

from entropy import Model, Stream, need, uniform
from palette import Indices, read_colours
from predict import CFL, add_luma, clip8, predict, read_references, residual

TABLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "src", "entropy", "cell_tables.inc")
FAMILY = (("partition", 27, 6), ("procedural", 3, 2), ("mode", 36, (14, 15)), ("delta", 9, 4), ("cfl", 2, 16),
          ("step", 3, 15), ("eob", 168, 12), ("eob_bit", 12, 2), ("transform", 18, 4), ("last", 35, 15),
          ("level", 420, 16))
DELTA_SYMBOLS = (2, 4, 4, 4, 4, 4, 4, 4, 3)
K = (32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097)
MODE_CLASS = (0, 1, 2, 1, 1, 4, 3, 3, 3, 4, 4, 5, 5, 5, 0)
PROCEDURAL_CLASS = 1
SIZE_CLASS = {4: 0, 5: 0, 6: 1, 7: 1, 8: 2, 9: 3, 10: 4}
GRADE = [0, 1, 2, 3, 4, 5, 5, 6, 6] + [7] * 3 + [8] * 5 + [9] * 8 + [10] * 15 + [11] * 40
ZONE = [0, 1, 2, 3, 3] + [4] * 4 + [5] * 8 + [6] * 60


def log2(n):
    return n.bit_length() - 1


def symbols_of(name, index, family, size):
    if name == "partition":
        return 4 if index >= 18 else 6
    if name == "delta":
        return DELTA_SYMBOLS[index]
    return size[family] if name == "mode" else size


@lru_cache(None)
def frozen_tables(path=TABLES):
    """kLanes as [set, family, model, 15] and kCounts as [set, family, model]."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    models = sum(count for _, count, _ in FAMILY)

    def numbers(name):
        body = re.search(name + r"(?:\[\w+\])+ = ([^;]*);", text).group(1)
        return np.array(re.findall(r"-?\d+", body), dtype=np.int64)

    counts = numbers("kCounts").reshape(-1, 2, models)
    return numbers("kLanes").reshape(len(counts), 2, models, -1), counts


def table_sets():
    return len(frozen_tables()[1])


def family_models(table_set, family, own):
    """The start of a pass; `own` are the models that the file brings, per family, or None."""
    if own:
        return {name: [Model(m.inner, m.count) for m in models] for name, models in own[family].items()}
    lanes, counts = frozen_tables()
    out, at = {}, 0
    for name, count, size in FAMILY:
        out[name] = []
        for i in range(count):
            n = symbols_of(name, i, family, size)
            inner = [int(v) for v in lanes[table_set, family, at, : n - 1]]
            out[name].append(Model(inner, int(counts[table_set, family, at])))
            at += 1
    return out


def scaled_step(s, e):
    v, o = s * K[e & 7], e >> 3
    return max(1, min(65535, (v << o if o >= 0 else v >> -o) >> 15))


@lru_cache(None)
def scan(w, h):
    """Positions (x, y) in scan order."""
    kx, ky = 64 // w, 64 // h
    unit = min(kx, ky)

    def order(position):
        x, y = position
        key = x * kx + y * ky
        return key, y if key // unit % 2 == 0 else x

    return sorted(((x, y) for y in range(h) for x in range(w)), key=order)


class Border:
    """What a pass remembers along one side of the cell, in units of 4 samples."""

    def __init__(self, units, components):
        self.cls, self.log, self.procedural, self.valid = [0] * units, [0] * units, [0] * units, [False] * units
        self.palette = [0] * units
        self.energy = [[0] * units for _ in range(components)]

    def set(self, at, units, cls, log, procedural, energies, palette=0):
        for u in range(at, at + units):
            self.palette[u] = palette
            self.cls[u], self.log[u], self.procedural[u], self.valid[u] = cls, log, procedural, True
            for memory, value in zip(self.energy, energies):
                memory[u] = value

    def grade(self, at, log):
        if not self.valid[at] or self.log[at] >= log:
            return 0
        return 1 if self.log[at] == log - 1 else 2

    def mean(self, component, at, n):
        return (2 * sum(self.energy[component][at : at + n]) + n) // (2 * n)


class Pass:
    """One pass over a cell (9.3). `planes` are the reconstructions of its components, filled here."""

    def __init__(self, cell, kind, step):
        self.cell, self.kind, self.step = cell, kind, step
        self.chroma = kind == "chroma"
        self.shift = 1 if self.chroma and cell.header.colour == 1 else 0
        self.width, self.height = cell.width >> self.shift, cell.height >> self.shift
        count = 2 if self.chroma else 1
        self.planes = [np.zeros((self.height, self.width), np.int64) for _ in range(count)]
        self.done = np.zeros((self.height // 4, self.width // 4), bool)
        self.models = family_models(cell.header.tables, 1 if self.chroma else 0, cell.own_tables)
        self.above, self.left = Border(self.width // 4, count), Border(self.height // 4, count)
        self.stream = cell.stream
        self.leaves, self.fixed = [], []
        self.palette = self.read_palette() if cell.header.tools & 16 else None

    def read_palette(self):
        """The colours of the pass by their index, None for the index 0; None without colours."""
        s = self.stream
        count = s.bits(8)
        s.rate = 5
        colours = [tuple(c) for c in read_colours(s, count, len(self.planes))]
        s.rate = 6
        keys = [c[::-1] for c in colours]
        need(all(a < b for a, b in zip(keys, keys[1:])))
        self.number = {c: i + 1 for i, c in enumerate(colours)}
        self.indices = Indices(self.width, self.height, count + 1, 1, self.luma_at if self.chroma else None)
        self.use = [uniform(2) for _ in range(3)]
        return [None] + colours if count else None

    def luma_at(self, x, y):
        if not self.shift:
            return [int(self.cell.luma[y, x])]
        return [int(v) for v in self.cell.luma[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].ravel()]

    def palette_leaf(self, x, y, w, h):
        """A leaf of indices (9.8)."""
        self.stream.rate = 5
        for j in range(y, y + h):
            for i in range(x, x + w):
                v = self.indices.read(self.stream, i, j)
                for plane, value in zip(self.planes, self.palette[v]):
                    plane[j, i] = value
        self.stream.rate = 6
        zeros = [0] * len(self.planes)
        self.above.set(x >> 2, w // 4, 0, log2(w), 0, zeros, 1)
        self.left.set(y >> 2, h // 4, 0, log2(h), 0, zeros, 1)
        self.fixed.append((x, y, w, h))

    def note_leaf(self, x, y, w, h):
        """The samples of another leaf as indices."""
        for j in range(y, y + h):
            for i in range(x, x + w):
                colour = tuple(int(plane[j, i]) for plane in self.planes)
                self.indices.set(i, j, self.number.get(colour, 0))

    def run(self):
        side = 64 >> self.shift
        previous = 0
        for y in range(0, self.height, side):
            for x in range(0, self.width, side):
                place = (x // side, y // side)
                if self.kind == "luma" and self.cell.header.tools & 1:
                    sign = 0 if previous < 0 else 1 if previous == 0 else 2
                    previous = self.stream.symbol(self.models["step"][sign]) - 7
                    self.cell.offsets[place] = previous
                offset = 0 if self.kind == "alpha" else self.cell.offsets.get(place, 0)
                self.block_step = scaled_step(self.step, offset)
                for ry in range(y, y + side, 32):
                    for rx in range(x, x + side, 32):
                        self.node(rx, ry, 32)

    def node(self, x, y, n):
        if x >= self.width or y >= self.height:
            return
        partition = 3
        if x + n <= self.width and y + n <= self.height:
            level = 5 - log2(n)
            above, left = self.above.grade(x >> 2, log2(n)), self.left.grade(y >> 2, log2(n))
            partition = self.stream.symbol(self.models["partition"][level * 9 + above * 3 + left])
        half, quarter = n // 2, n // 4
        if partition == 3:
            for dy in (0, half):
                for dx in (0, half):
                    if n == 8:
                        self.leaf(x + dx, y + dy, 4, 4)
                    else:
                        self.node(x + dx, y + dy, half)
            return
        w, h = ((n, n), (n, half), (half, n), None, (n, quarter), (quarter, n))[partition]
        for dy in range(0, n, h):
            for dx in range(0, n, w):
                self.leaf(x + dx, y + dy, w, h)

    def leaf(self, x, y, w, h):
        if x >= self.width or y >= self.height:
            return
        ux, uy, s = x >> 2, y >> 2, self.stream
        if self.palette and s.symbol(self.use[self.above.palette[ux] + self.left.palette[uy]]):
            self.palette_leaf(x, y, w, h)
        else:
            self.predicted_leaf(x, y, w, h)
            if self.palette:
                self.note_leaf(x, y, w, h)
        self.done[uy : uy + h // 4, ux : ux + w // 4] = True
        self.leaves.append((x, y, w, h))

    def predicted_leaf(self, x, y, w, h):
        ux, uy, s = x >> 2, y >> 2, self.stream
        procedural = 0
        if self.cell.uses_programs and self.kind != "alpha":
            procedural = s.symbol(self.models["procedural"][self.above.procedural[ux] + self.left.procedural[uy]])
        if procedural:
            cls = PROCEDURAL_CLASS
            predictions = [self.cell.procedural(self, i, x, y, w, h) for i in range(len(self.planes))]
        else:
            cls, predictions = self.predict(x, y, w, h)
        energies, cb_end = [], 0
        for i, plane in enumerate(self.planes):
            end, kind, levels, energy = self.coefficients(i, x, y, w, h, cls, cb_end)
            if i == 0:
                cb_end = end
            out = predictions[i]
            if end:
                out = clip8(out + residual(levels, self.block_step, kind))
            plane[y : y + h, x : x + w] = out
            energies.append(energy)
        self.above.set(ux, w // 4, cls, log2(w), procedural, energies)
        self.left.set(uy, h // 4, cls, log2(h), procedural, energies)

    def predict(self, x, y, w, h):
        s = self.stream
        mode = s.symbol(self.models["mode"][self.above.cls[x >> 2] * 6 + self.left.cls[y >> 2]])
        direction = 0
        if 5 <= mode <= 13:
            delta = s.symbol(self.models["delta"][mode - 5])
            direction = 2 + delta if mode == 5 else 4 * (mode - 6) + 4 + delta
        alphas = []
        if mode == CFL:
            for i in range(2):
                k = s.symbol(self.models["cfl"][i])
                alphas.append(k - 8 if k < 8 else k - 7)
        out = []
        for i, plane in enumerate(self.planes):
            p = predict(read_references(plane, self.done, x, y, w, h), w, h, mode, direction)
            if mode == CFL:
                p = add_luma(p, self.luma(x, y, w, h), alphas[i])
            out.append(p)
        return MODE_CLASS[mode], out

    def luma(self, x, y, w, h):
        luma = self.cell.luma
        if not self.shift:
            return 8 * luma[y : y + h, x : x + w]
        part = luma[2 * y : 2 * (y + h), 2 * x : 2 * (x + w)]
        return 2 * (part[::2, ::2] + part[1::2, ::2] + part[::2, 1::2] + part[1::2, 1::2])

    def energy_context(self, i, ux, uy, w, h):
        top, left = self.above.valid[ux], self.left.valid[uy]
        if not top and not left:
            return 7
        above_mean = self.above.mean(i, ux, w // 4) if top else 0
        left_mean = self.left.mean(i, uy, h // 4) if left else 0
        return (above_mean + left_mean + 1) >> 1 if top and left else above_mean + left_mean

    def coefficients(self, i, x, y, w, h, cls, cb_end):
        """(end of block, type, levels, energy) of component i."""
        s, m = self.stream, self.models
        logs = log2(w) + log2(h)
        state = 0 if i == 0 else 1 if cb_end == 0 else 2
        energy = self.energy_context(i, x >> 2, y >> 2, w, h)
        end = k = s.symbol(m["eob"][state * 56 + (logs - 4) * 8 + energy])
        if k >= 3:
            t = s.symbol(m["eob_bit"][k])
            end = 1 + (1 << (k - 2)) + (t << (k - 3)) + (s.bits(k - 3) if k > 3 else 0)
        need(end <= w * h)
        if end == 0:
            return 0, 0, None, 0
        kind = s.symbol(m["transform"][(log2(max(w, h)) - 2) * 6 + cls]) if max(w, h) <= 16 else 0
        levels, total = self.levels(end, w, h, SIZE_CLASS[logs])
        return end, kind, levels, 1 + min(5, log2(1 + ((64 * total) >> logs)))

    def levels(self, end, w, h, size):
        s, last, level = self.stream, self.models["last"], self.models["level"]
        # Capped magnitudes, with a margin of zeros for the positions outside.
        capped = [[0] * (w + 2) for _ in range(h + 2)]
        out = np.zeros((h, w), np.int64)
        total = 0
        order = scan(w, h)
        for at in range(end - 1, -1, -1):
            x, y = order[at]
            context = size * 7 + ZONE[x + y]
            if at == end - 1:
                magnitude = s.symbol(last[context]) + 1
            else:
                row, below = capped[y], capped[y + 1]
                near = row[x + 1] + row[x + 2] + below[x] + below[x + 1] + capped[y + 2][x]
                magnitude = s.symbol(level[context * 12 + GRADE[near]])
            if magnitude == 15:
                magnitude += self.exp_golomb() - 1
                need(magnitude <= 32767)
            if magnitude:
                capped[y][x] = min(15, magnitude)
                total += magnitude
                out[y, x] = -magnitude if s.bits(1) else magnitude
        return out, total

    def exp_golomb(self):
        zeros = 0
        while zeros < 15 and self.stream.bits(1) == 0:
            zeros += 1
        return (1 << zeros) + (self.stream.bits(zeros) if zeros else 0)


class Cell:
    """One record decoded: `planes` of samples and, for chapter 10, leaves, strength and steps per plane."""

    def __init__(self, header, payload, x, y, prediction, own_tables=None):
        self.header, self.x, self.y, self.prediction, self.own_tables = header, x, y, prediction, own_tables
        side = 1 << header.cell_log2
        self.width = (min(side, header.width - x) + 7) & ~7
        self.height = (min(side, header.height - y) + 7) & ~7
        self.bare = len(payload) == 0
        self.planes, self.leaves, self.fixed, self.steps, self.offsets = [], [], [], [], {}
        if self.bare:
            return
        self.stream = Stream(payload, 6)
        self.uses_programs = self.stream.bits(1)
        self.strength = self.stream.bits(3)
        need(self.strength <= 4)
        step_raise = 0
        if self.stream.bits(1):
            step_raise = self.stream.bits(5)
            need(step_raise > 0)
        self.superblocks = -(-self.width // 64), -(-self.height // 64)
        self.loop = [self.read_loop() for _ in range(2 if header.colour else 1)] if header.tools & 4 else []
        step = scaled_step(header.step, 2 * step_raise)
        self.run("luma", step)
        self.luma = self.planes[0]
        if header.colour:
            self.run("chroma", max(1, min(65535, (step * header.chroma + 16) >> 5)))
        if header.alpha:
            self.run("alpha", step)
        self.stream.finish()

    def read_loop(self):
        """Sets of loop filters of one family."""
        count = self.superblocks[0] * self.superblocks[1]
        if not self.stream.bits(1):
            return [0] * count
        model = uniform(5)
        return [self.stream.symbol(model) for _ in range(count)]

    def loop_choice(self, family, x, y):
        """(set, step) of a superblock."""
        step = scaled_step(self.steps[family], self.offsets.get((x, y), 0))
        return self.loop[family][y * self.superblocks[0] + x], step

    def run(self, kind, step):
        one = Pass(self, kind, step)
        one.run()
        for plane in one.planes:
            self.planes.append(plane)
            self.leaves.append(one.leaves)
            self.fixed.append(one.fixed)
            self.steps.append(step)

    def procedural(self, one, component, x, y, w, h):
        plane = self.prediction[1 + component if one.chroma else 0]
        rows = np.minimum((self.y >> one.shift) + y + np.arange(h), plane.shape[0] - 1)
        columns = np.minimum((self.x >> one.shift) + x + np.arange(w), plane.shape[1] - 1)
        return plane[rows[:, None], columns[None, :]]
