#!/usr/bin/env python3
"""The published result: BD-rate tables, plots and crops, from installed peers, in one command.

  publish.py --photos KODAK --drawn synth=DIR --drawn textures=DIR --out OUT [--jobs 2] [--docs docs]

  colour     the photographs in colour 4:2:0: tables and a plot
  luma       the same of their 8-bit BT.601 luma
  drawn      one table per --drawn folder: each picture against cwebp and avifenc, in colour
  crops      sheets of the same crop at equal bits per pixel
  speed      encoding beside avifenc at equal quality, decoding at 1 bpp (the first --limit photographs)

OUT receives one Markdown file per table, the plots, the sheets, and points.csv: whatever it holds is not coded again
unless a program changed, so an interrupted run goes on where it stopped. --docs DIR copies the pictures there and
writes each table into DIR/performance.md between `<!-- begin NAME -->` and `<!-- end NAME -->`. --parts runs some
parts alone. Needs numpy, Pillow, matplotlib, the peers of README.md, and for SSIMULACRA2 one of its programs.
"""
import argparse
import datetime
import pathlib
import re
import shlex
import shutil
import sys

import rd_codecs
import rd_crops
import rd_measure
import rd_plots
import rd_run
import rd_tables
import speed_pairs

COLOUR = "jpeg,webp,jxl,avif,avif-s2,pc15"
LUMA = "jpeg,webp,jxl,avif,pc15,pc15-psnr"
PARTS = ["colour", "luma", "drawn", "crops", "speed"]
CROPS = ["23:400,100", "19:14,450", "24:390,270"]


class Result:
    """Where tables and pictures go."""

    def __init__(self, out, docs):
        self.out, self.docs = out, docs
        out.mkdir(parents=True, exist_ok=True)

    def picture(self, name):
        return self.out / name

    def publish(self, name):
        if self.docs:
            shutil.copyfile(self.out / name, self.docs / name)

    def text(self, name, body):
        (self.out / f"{name}.md").write_text(body, encoding="utf-8")
        print(f"\n{name}\n\n{body}", flush=True)
        if not self.docs:
            return
        page = self.docs / "performance.md"
        mark = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        old = page.read_text(encoding="utf-8")
        if not mark.search(old):
            raise SystemExit(f"{page} has no place for '{name}'")
        page.write_text(mark.sub(lambda m: m.group(1) + body + m.group(2), old), encoding="utf-8")


def choose(names, tool):
    codecs = {name: rd_codecs.find(name, shlex.quote(tool)) for name in names}
    rd_measure.check_installed(codecs)
    return codecs


def stamp(options, codecs, images):
    """Date and programs of a table."""
    versions = sorted({rd_codecs.version(codec) for codec in codecs.values()})
    tool = rd_run.fingerprint(options.tool)
    return f"{datetime.date.today()}, {images} images; {'; '.join(versions)}; pc15 program {tool}.\n\n"


def photographs(options, result, gray):
    images = sorted(options.photos.glob("*.png"))
    codecs = choose((options.luma_codecs if gray else options.codecs).split(","), options.tool)
    ours = [codec for codec in codecs if codec.startswith("pc15")]
    peers = [codec for codec in codecs if codec not in ours]
    points = rd_measure.collect(images, codecs, gray, options.jobs, options.out / "points.csv")
    name = "luma" if gray else "colour"
    title = f"{options.photos.name.title()}, {len(images)} images, {name}: mean quality at equal rate"
    rd_plots.plot(points, list(codecs), title, result.picture(f"rd-{name}.png"))
    result.publish(f"rd-{name}.png")
    tables = [rd_tables.against_peers(points, codec, peers) for codec in ours]
    tables.append(rd_tables.against_one(points, [c for c in codecs if c != "avif"], "avif"))
    plot = f"\n![Rate against each measure of quality](rd-{name}.png)\n"
    result.text(name, stamp(options, codecs, len(images)) + "\n".join(tables) + plot)


def drawn(options, result):
    for given in options.drawn:
        name, folder = given.split("=", 1)
        images = sorted(pathlib.Path(folder).glob("*.png"))
        codecs = choose(["webp", "avif", "pc15"], options.tool)
        points = rd_measure.collect(images, codecs, False, options.jobs, options.out / "points.csv")
        body = rd_tables.per_image(points, "pc15", ["webp", "avif"], 40)
        result.text(name, stamp(options, codecs, len(images)) + body)


def crops(options, result):
    codecs = choose(["jpeg", "webp", "avif", "jxl", "pc15"], options.tool)
    body = ""
    for given in options.crops:
        image, x, y = re.fullmatch(r"(.+):(\d+),(\d+)", given).groups()
        name = f"crop-{image}.jpg"
        rd_crops.sheet(options.photos / f"{image}.png", (int(x), int(y)), codecs, options.bpp, result.picture(name))
        result.publish(name)
        body += f"![{image} at {options.bpp:g} bpp]({name})\n\n"
    result.text("crops", body)


def speed(options, result):
    images = sorted(options.photos.glob("*.png"))[:options.limit]
    result.text("speed", stamp(options, choose(["avif", "pc15"], options.tool), len(images))
                + speed_pairs.report(images, options.tool, 3))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=pathlib.Path, help="folder of photographs (PNG)")
    parser.add_argument("--drawn", action="append", default=[], metavar="NAME=DIR", help="folder of other pictures")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--docs", type=pathlib.Path, help="folder of performance.md")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"default {','.join(PARTS)}")
    parser.add_argument("--jobs", type=int, default=1, help="files coded at a time")
    parser.add_argument("--tool", default=rd_run.TOOL, help="the pc15 program")
    parser.add_argument("--codecs", default=COLOUR, help=f"of the colour part (default {COLOUR})")
    parser.add_argument("--luma-codecs", default=LUMA, help=f"of the luma part (default {LUMA})")
    parser.add_argument("--crops", nargs="+", default=CROPS, metavar="IMAGE:X,Y", help="default: of the Kodak images")
    parser.add_argument("--bpp", type=float, default=0.25, help="rate of the crops")
    parser.add_argument("--limit", type=int, default=6, help="photographs of the speed part")
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    if not set(options.parts) <= set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    if set(options.parts) - {"drawn"} and not options.photos:
        parser.error("--photos is required for all parts but 'drawn'")
    if options.photos and not any(options.photos.glob("*.png")):
        parser.error(f"no PNG files in {options.photos}")
    return options


def main():
    options = arguments()
    result = Result(options.out, options.docs)
    for part in options.parts:
        if part in ("colour", "luma"):
            photographs(options, result, part == "luma")
        else:
            {"drawn": drawn, "crops": crops, "speed": speed}[part](options, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
