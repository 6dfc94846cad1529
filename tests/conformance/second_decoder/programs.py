"""Chapter 7: what the program records say.

Made from docs/bitstream-programs.md alone. The catalogue, the biases of the grids and the initial weights are
read from the tables of that document.
"""

import copy
import os
import re

from entropy import Stream, need, uniform, weighted

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs", "bitstream-programs.md")
SKIP, FLAT, PROGRAM, LEFT, UP = range(5)
IMAGE = -1
MAGNITUDES = ("softness", "length", "length2", "radius", "radius2", "thickness", "decay", "amplitude")
POSITIONS = ("skew", "center_x", "center_y", "offset", "twist", "tilt_x", "tilt_y")
WRAPS = {"angle": 18, "angle2": 18, "phase": 12, "phase2": 12}


def document_tables(path):
    """Rows of all tables of a Markdown file, each a list of cells."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("|")]


class Parameter:
    def __init__(self, name, lo, hi):
        self.name, self.lo, self.hi = name, lo, hi


class Preset:
    def __init__(self, number, name, seeded, parameters):
        self.number, self.name, self.seeded, self.parameters = number, name, seeded, parameters


class Catalogue:
    """7.3, 7.4 and the weights of 7.5. `fraction` is the number of fractional bits of a kind's grid."""

    def __init__(self, path=DOCUMENT):
        self.presets, self.bias, self.spatial, self.weights, self.fraction = {}, {}, {}, {}, {}
        for row in document_tables(path):
            if re.fullmatch(r"0x[0-9A-F]{2}", row[0]):
                self.add_preset(row)
            elif len(row) == 4 and (row[3] in ("yes", "no", "-")):
                power = re.match(r"[qf = ]*· 2\^-(\d+)|q / (\d+)", row[1].replace("frequency ", ""))
                for kind in re.sub(r"\([^)]*\)", "", row[0]).split(","):
                    if power:
                        self.fraction[kind.strip()] = int(power[1] or int(power[2]).bit_length() - 1)
                    self.bias[kind.strip()] = None if row[2] == "-" else int(row[2])
                    self.spatial[kind.strip()] = row[3] == "yes"
            elif len(row) == 2 and re.fullmatch(r"[0-9; ]+", row[1]):
                self.weights[row[0]] = [[int(w) for w in part.split()] for part in row[1].split(";")]

    def add_preset(self, row):
        name, seeded = re.fullmatch(r"(\w+)( \*)?", row[1]).groups()
        parameters = [Parameter(m[0], int(m[1]), int(m[2]))
                      for m in re.findall(r"(\w+) (-?\d+)…(-?\d+) \(-?\d+\)", row[2])]
        assert len(parameters) == row[2].count("…"), row
        number = int(row[0], 16)
        self.presets[number] = Preset(number, name, seeded is not None, parameters)

    def shift(self, kind, precision, extent):
        bias = self.bias[kind]
        if precision == 0 or bias is None:
            return 0
        e = next((n for n in range(6) if extent << n >= 1024), 5)
        return max(0, precision - bias) + (e if self.spatial[kind] else 0)


class Models:
    """The distributions of one record, at their initial weights."""

    def __init__(self, catalogue):
        w = catalogue.weights

        def one(name):
            return weighted(w[name][0])

        self.tile_mode = [weighted(part) for part in w["tile_mode[0…5]"]]
        self.level_class, self.field_order = one("level_class"), one("field_order")
        self.layer_count, self.kernel = one("layer_count"), one("kernel")
        self.source, self.source_layer = one("source"), one("source_layer")
        self.precision, self.blend, self.seed_mode = one("precision"), one("blend"), one("seed_mode")
        counts = [sum(number >> 4 == kernel for number in catalogue.presets) for kernel in range(10)]
        self.preset = [uniform(n) if n > 1 else None for n in counts]
        self.chroma_field, self.chroma_layer = uniform(2), uniform(2)
        self.contrast = [one("contrast[0, 1]"), one("contrast[0, 1]")]
        self.slope = [one("slope[0, 1]"), one("slope[0, 1]")]
        self.angle = [one("angle[0, 1]"), one("angle[0, 1]")]
        self.phase = [one("phase[0, 1]"), one("phase[0, 1]")]
        self.second_cell = uniform(2)
        self.length = {}
        for key, lists in w.items():
            if key.startswith("length of") and "others" not in key:
                for kind in key[len("length of"):].split(","):
                    self.length[kind.strip()] = weighted(lists[0])
        for kind in MAGNITUDES:
            self.length[kind] = one("length of the others")
        self.modifier = [weighted(part) for part in w["modifier[0…2]"]]
        self.profile_count, self.profile = one("profile_count"), [weighted(part) for part in w["profile[0…2]"]]
        self.has_delta, self.delta = one("has_delta"), [one("delta[0, 1]"), one("delta[0, 1]")]
        self.has_atoms, self.atom_shape = one("has_atoms"), [uniform(8), uniform(8)]
        self.atom_step, self.atom_amplitude = one("atom_step"), one("atom_amplitude")


class Modifier:
    """A warp, palette or mask: its name and its values."""

    def __init__(self, name, values):
        self.name, self.values = name, values


class Geometry:
    """A preset with its values, and the slot and layer number that give it frame and seed. `modifiers` are the
    warp, the palette and the mask, None where there is none."""

    def __init__(self, preset, precision, values, profile, modifiers, slot, layer):
        self.preset, self.precision, self.values, self.profile = preset, precision, values, profile
        self.modifiers, self.slot, self.layer = modifiers, slot, layer
        self.seed_mode = self.nudge = self.explicit = 0


class Layer:
    def __init__(self, geometry, blend, contrasts):
        self.geometry, self.blend, self.contrasts = geometry, blend, contrasts


class Program:
    """`field` and the contrasts of a layer are lists by plane; a missing plane has no coefficients of its own."""

    def __init__(self, slot, order, field, layers, atoms):
        self.slot, self.order, self.field, self.layers, self.atoms = slot, order, field, layers, atoms


class RecordReader:
    def __init__(self, data, header, image):
        self.stream, self.header, self.catalogue, self.image = Stream(data, 5), header, CATALOGUE, image
        self.models = Models(CATALOGUE)
        self.left = self.up = None

    def raw(self, n):
        if n == 0:
            return 0
        if n <= 15:
            return self.stream.bits(n)
        high = self.stream.bits(n - 15)
        return high << 15 | self.stream.bits(15)

    def magnitude(self, model, kept):
        length = self.stream.symbol(model)
        if length == 15:
            length += self.raw(3)
        if length < 2:
            return length
        n = length - 1
        d = max(0, n - kept)
        return (1 << n) + (self.raw(n - d) << d)

    def signed(self, model, kept):
        m = self.magnitude(model, kept)
        return -m if m and self.raw(1) else m

    def program(self, slot, flat):
        m, s = self.models, self.stream
        coarse = s.symbol(m.level_class)
        order = 0 if flat else s.symbol(m.field_order)
        chroma = s.symbol(m.chroma_field) if self.header.colour else 0
        step = 4 if coarse else 1
        field = []
        for plane in range(3 if chroma else 1):
            coefficients = [self.raw(7 if coarse else 9) * step]
            need(coefficients[0] <= 510)
            for _ in range((0, 2, 5)[order]):
                coefficients.append(self.signed(m.slope[plane > 0], 22) * step)
                need(-511 <= coefficients[-1] <= 511)
            field.append(coefficients)
        layers, atoms = [], []
        if not flat:
            for k in range(s.symbol(m.layer_count)):
                layers.append(self.layer(slot, k, coarse))
            atoms = self.atoms(slot)
        return Program(slot, order, field, layers, atoms)

    def extent(self, slot):
        return max(self.header.width, self.header.height) if slot == IMAGE else self.header.tile

    def atoms(self, slot):
        """Tuples (x, y, shape, orientation, phase, amplitude)."""
        m, s, atoms = self.models, self.stream, []
        if not s.symbol(m.has_atoms):
            return atoms
        half = self.extent(slot) // 2
        count, y, before = 1 + self.raw(7), -half, -half
        for _ in range(count):
            step = self.magnitude(m.atom_step, 22)
            y += step
            x = self.raw((2 * half).bit_length()) - half
            shape = 8 * s.symbol(m.atom_shape[0])
            shape += s.symbol(m.atom_shape[1])
            orientation, phase, negative = self.raw(4), self.raw(4), self.raw(1)
            amplitude = 1 + s.symbol(m.atom_amplitude)
            need(y <= half and x <= half and (step > 0 or x >= before))
            before = x
            atoms.append((x, y, shape, orientation, phase, -amplitude if negative else amplitude))
        return atoms

    def layer(self, slot, k, coarse):
        m, s = self.models, self.stream
        source = 0 if slot == IMAGE else s.symbol(m.source)
        if source:
            n = s.symbol(m.source_layer)
            origin = (None, self.left, self.up, self.image)[source]
            need(origin is not None and n < len(origin.layers))
            geometry = origin.layers[n].geometry
            if s.symbol(m.has_delta):
                geometry = self.delta(geometry)
        else:
            geometry = self.geometry(slot, k)
        mask = geometry.modifiers[2]
        need(k > 0 or mask is None or mask.name not in ("mask_threshold", "mask_kernel"))
        blend = s.symbol(m.blend)
        chroma = s.symbol(m.chroma_layer) if self.header.colour else 0
        contrasts = []
        for plane in range(3 if chroma else 1):
            contrasts.append(self.signed(m.contrast[plane > 0], 3 if coarse else 22))
            need(-511 <= contrasts[-1] <= 511)
        return Layer(geometry, blend, contrasts)

    def geometry(self, slot, layer):
        m, s = self.models, self.stream
        kernel = s.symbol(m.kernel)
        index = s.symbol(m.preset[kernel]) if m.preset[kernel] else 0
        preset = self.catalogue.presets[16 * kernel + index]
        precision = s.symbol(m.precision)
        extent = self.extent(slot)
        values = self.parameters(preset, precision, extent)
        profile = self.profile() if preset.name == "ridge" else []
        modifiers = []
        for family in range(3):
            n = s.symbol(m.modifier[family])
            which = self.catalogue.presets[0xA0 + 16 * family + n - 1] if n else None
            modifiers.append(Modifier(which.name, self.parameters(which, precision, extent)) if n else None)
        geometry = Geometry(preset, precision, values, profile, modifiers, slot, layer)
        warp = modifiers[0]
        if preset.seeded or (warp is not None and warp.name == "warp_noise"):
            geometry.seed_mode = s.symbol(m.seed_mode)
        if geometry.seed_mode == 1:
            geometry.nudge = self.raw(4)
        if geometry.seed_mode == 2:
            for _ in range(4):
                geometry.explicit = geometry.explicit << 16 | self.raw(16)
        return geometry

    def parameters(self, preset, precision, extent):
        grid, values = {}, {}
        for parameter in preset.parameters:
            shift = self.catalogue.shift(parameter.name, precision, extent)
            lo, hi = -(-parameter.lo >> shift), parameter.hi >> shift
            k = self.index(parameter.name, lo, hi, shift, grid)
            need(lo <= k <= hi)
            grid[parameter.name] = k
            values[parameter.name] = k << shift
        return values

    def profile(self):
        length = self.stream.symbol(self.models.profile_count)
        need(length > 0)
        count = (1 << (length - 1)) + self.raw(length - 1)
        need(count <= 32)
        profile = []
        for i in range(count):
            c = self.signed(self.models.profile[0 if i == 0 else 1 if i < 4 else 2], 22)
            need(-127 <= c <= 127)
            profile.append(c)
        need(profile[-1] != 0)
        return profile

    def delta(self, source):
        result = copy.copy(source)
        result.values = dict(source.values)
        extent = self.extent(source.slot)
        for parameter in source.preset.parameters:
            name = parameter.name
            spatial = self.catalogue.spatial[name]
            d = self.signed(self.models.delta[0 if spatial else 1], 22)
            value = source.values[name] + (d << self.catalogue.shift(name, source.precision, extent))
            if name in WRAPS:
                value &= (1 << WRAPS[name]) - 1
            need(parameter.lo <= value <= parameter.hi)
            result.values[name] = value
        return result

    def frequency(self, kind, hi):
        n = hi.bit_length() - self.stream.symbol(self.models.length[kind]) - 1
        need(n >= 0)
        return (1 << n) + self.raw(n)

    def index(self, kind, lo, hi, shift, grid):
        m, s = self.models, self.stream
        if kind in ("period", "cell"):
            return self.frequency(kind, hi)
        if kind in ("period2", "cell2"):
            if s.symbol(m.second_cell):
                return grid[kind[:-1]]
            return self.frequency(kind, hi)
        if kind in ("angle", "angle2"):
            j = s.symbol(m.angle[kind == "angle2"])
            return j << (15 - shift) if j < 8 else self.raw(18 - shift)
        if kind in ("phase", "phase2"):
            j = s.symbol(m.phase[kind == "phase2"])
            bits = self.catalogue.fraction["phase"] - shift
            return j << (bits - 2) if j < 4 else self.raw(bits)
        if kind in POSITIONS:
            return self.signed(m.length[kind], 22)
        if kind in MAGNITUDES:
            return self.magnitude(m.length[kind], 22)
        return lo + self.raw((hi - lo).bit_length())


CATALOGUE = Catalogue()


def read_image_program(data, header):
    reader = RecordReader(data, header, None)
    program = reader.program(IMAGE, False)
    reader.stream.finish()
    return program


def read_group(data, header, image, group):
    """The programs that the tiles of a group render, None for none, in scan order."""
    columns = header.tiles_along(header.width)
    rows = min(header.rows, header.tiles_along(header.height) - group * header.rows)
    if not data:
        return [image] * (columns * rows)
    reader = RecordReader(data, header, image)
    rendered, before = [], 5
    for i in range(columns * rows):
        slot = group * header.rows * columns + i
        has_left, has_up = i % columns > 0, i >= columns
        reader.left = rendered[i - 1] if has_left else None
        reader.up = rendered[i - columns] if has_up else None
        mode = reader.stream.symbol(reader.models.tile_mode[before])
        before = mode
        need(mode != LEFT or has_left)
        need(mode != UP or has_up)
        if mode in (FLAT, PROGRAM):
            rendered.append(reader.program(slot, mode == FLAT))
        else:
            rendered.append({SKIP: image, LEFT: reader.left, UP: reader.up}[mode])
    reader.stream.finish()
    return rendered
