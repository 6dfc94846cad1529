"""Sheets of crops at equal bits per pixel, for the eye."""
import pathlib
import tempfile

import matplotlib
from PIL import Image, ImageDraw, ImageFont

import rd_math
import rd_match
import rd_measure
import rd_tables

WIDTH, HEIGHT, ZOOM, LABEL, GAP, COLUMNS = 176, 144, 2, 34, 8, 3


def _font(size, bold=False):
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(pathlib.Path(matplotlib.get_data_path(), "fonts/ttf", name)), size)


def _panel(pixels, corner, title, note):
    x, y = corner
    panel = Image.new("RGB", (WIDTH * ZOOM, HEIGHT * ZOOM + LABEL), "white")
    crop = Image.fromarray(pixels).convert("RGB").crop((x, y, x + WIDTH, y + HEIGHT))
    panel.paste(crop.resize((WIDTH * ZOOM, HEIGHT * ZOOM), Image.Resampling.NEAREST), (0, LABEL))
    draw = ImageDraw.Draw(panel)
    draw.text((1, 0), title, "black", _font(14, True))
    draw.text((1, 17), note, "#444444", _font(12))
    return panel


def _coded(codec, name, source, plane, bpp):
    """(bpp, decoded pixels) of the file nearest to a rate."""
    with tempfile.TemporaryDirectory(prefix="pc15-rd-") as folder:
        return rd_match.match(codec, name, source, pathlib.Path(folder), lambda _, size: 8 * size / plane.size, bpp,
                              0.003 * bpp)[1:3]


def sheet(path, corner, codecs, bpp, out):
    """One image: the original and each codec at one rate, the same crop of all. The rate is that of the AVIF file
    nearest to `bpp`, for avifenc takes whole numbers only and would else come off better or worse by a step."""
    source = rd_measure.load(path, False)
    plane = rd_math.luma(source)
    if "avif" in codecs:
        bpp = _coded(codecs["avif"], "avif", source, plane, bpp)[0]
    panels = [_panel(source, corner, "original", f"{path.stem}, {WIDTH} x {HEIGHT} pixels at {ZOOM}x")]
    for name, codec in codecs.items():
        rate, decoded = _coded(codec, name, source, plane, bpp)
        result = rd_math.luma(decoded)
        note = f"{rate:.3f} bpp, {rd_math.psnr(plane, result):.2f} dB, SSIM {rd_math.ssim(plane, result):.4f}"
        panels.append(_panel(decoded, corner, rd_tables.TITLES[name], note))
    width, height = panels[0].size
    lines = -(-len(panels) // COLUMNS)
    image = Image.new("RGB", (COLUMNS * (width + GAP) - GAP, lines * (height + GAP) - GAP), "white")
    for k, panel in enumerate(panels):
        image.paste(panel, (k % COLUMNS * (width + GAP), k // COLUMNS * (height + GAP)))
    image.save(out, quality=92, subsampling=0, optimize=True)
