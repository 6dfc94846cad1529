"""A second decoder of PC15, made from the documents alone; it shares no code with the library.

    decode.py FILE [--format y|rgba] [--crc] [--out FILE]

Prints the status of a strict decode, the size and, with --crc, the CRC-32 of the samples row after row; --out
writes the samples without a header.
"""

import argparse
import os
import sys
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from cells import Cell, table_sets  # noqa: E402
from colour import to_luma, to_rgba  # noqa: E402
from container_model import LOSSLESS, UNSUPPORTED, File, Refused, ceil_div, need  # noqa: E402
from grain import with_grain  # noqa: E402
from loop import loop_filter  # noqa: E402
from lossless import LosslessCell, to_planes  # noqa: E402
from models import OWN, read_models  # noqa: E402
from programs import read_group, read_image_program  # noqa: E402
from render import Renderer  # noqa: E402
from seam import seam_filter  # noqa: E402


def plane_shapes(h):
    """(width, height, shift) of every plane (2.4)."""
    shapes = [(h.width, h.height, 0)]
    if h.colour == 1:
        shapes += [(ceil_div(h.width, 2), ceil_div(h.height, 2), 1)] * 2
    elif h.colour >= 2:
        shapes += [(h.width, h.height, 0)] * 2
    return shapes + [(h.width, h.height, 0)] * h.alpha


def read_programs(h, payloads):
    """What every tile renders."""
    image_count, groups, _ = h.counts()
    image = read_image_program(payloads[0], h) if image_count else None
    if not groups:
        return [image] * (h.tiles_along(h.width) * h.tiles_along(h.height))
    tiles = []
    for g in range(groups):
        tiles += read_group(payloads[image_count + g], h, image, g)
    return tiles


def decode_cells(h, payloads, predictions, planes, shapes, own_tables):
    """The planes with the cells in them. They are whole coded areas until the seams are filtered."""
    side = 1 << h.cell_log2
    columns = ceil_div(h.width, side)
    coded = [(((h.height + 7) & ~7) >> shift, ((h.width + 7) & ~7) >> shift) for _, _, shift in shapes]
    areas = [np.pad(plane, ((0, rows - plane.shape[0]), (0, width - plane.shape[1])), "edge")
             for plane, (rows, width) in zip(planes, coded)]
    cells = []
    for i, payload in enumerate(payloads):
        place = i % columns * side, i // columns * side
        cell = (LosslessCell(h, payload, *place, predictions) if h.tools & LOSSLESS
                else Cell(h, payload, *place, predictions, own_tables))
        cells.append(cell)
        for p, source in enumerate(cell.planes):
            y, x = cell.y >> shapes[p][2], cell.x >> shapes[p][2]
            areas[p][y : y + source.shape[0], x : x + source.shape[1]] = source
    if h.tools & 2:
        seam_filter(areas, cells, [shift for _, _, shift in shapes])
    if h.tools & 4:
        areas = loop_filter(areas, cells, h, [shift for _, _, shift in shapes])
    return [area[:rows, :width] for area, (width, rows, _) in zip(areas, shapes)]


def decode(data):
    """(header, planes) of a file, strictly; raises Refused."""
    opened = File(data, True)
    h = opened.header
    payloads = [payload for _, payload in opened.records]
    image_count, groups, cells = h.counts()
    need(not cells or h.tables < table_sets() or h.tables == OWN, UNSUPPORTED)
    own_tables, books, grain = read_models(opened)
    tiles = read_programs(h, payloads)
    shapes = plane_shapes(h)
    renderer = Renderer(h, tiles, books.get(0))
    colour_planes = 3 if h.colour else 1
    planes = [renderer.plane(p, w, hh, -shift) for p, (w, hh, shift) in enumerate(shapes[:colour_planes])]
    if h.colour == 3:
        planes = to_planes(planes)
    planes += [np.full((hh, w), 255, np.int64) for w, hh, _ in shapes[colour_planes:]]
    if cells:
        records = payloads[image_count + groups :]
        planes = decode_cells(h, records, planes[:colour_planes], planes, shapes, own_tables)
    if grain is not None:
        planes[0] = with_grain(planes[0], grain, h.seed)
    return h, planes


def samples(h, planes, form):
    if form == "y":
        return to_luma(planes, h.colour).astype(np.uint8).tobytes()
    return to_rgba(planes, h.colour, h.alpha).tobytes()


def main():
    parser = argparse.ArgumentParser(description="Decode a PC15 file by the documents alone.")
    parser.add_argument("file")
    parser.add_argument("--format", choices=("y", "rgba"), default="rgba")
    parser.add_argument("--crc", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()
    with open(options.file, "rb") as file:
        data = file.read()
    try:
        h, planes = decode(data)
    except Refused as error:
        print("status", error.status)
        return 1
    out = samples(h, planes, options.format)
    print("status 0 size %dx%d" % (h.width, h.height) + (" crc %08x" % zlib.crc32(out) if options.crc else ""))
    if options.out:
        with open(options.out, "wb") as file:
            file.write(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
