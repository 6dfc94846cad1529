#!/usr/bin/env python3
"""Sizes of lossless files: pc15 against PNG, WebP and JPEG XL.

    bench/lossless.py --tool build/release/bin/pc15 --out lossless.csv FOLDER...

Every PNG of the folders is encoded losslessly by each codec, the pc15 file is decoded and compared sample by sample (a
difference ends the run). PNG is Pillow's with optimize=True or the file itself, whichever is smaller; WebP is
cwebp -lossless -exact -m 6, JPEG XL cjxl -d 0 -e 7. A codec that is not installed has no column. The table has one row
per folder; the CSV one per image, with the CPU time of pc15 in MP/s, start-up and file reading included.

needs numpy and Pillow.
"""
import argparse
import csv
import glob
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

PEERS = {
    "webp": ("cwebp", "cwebp -quiet -lossless -exact -m 6 {source} -o {out}"),
    "jxl": ("cjxl", "cjxl {source} {out} -d 0 -e 7 --num_threads=0 --quiet"),
}


def run(command):
    """CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(command), done.stderr.strip()))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def load(path):
    image = Image.open(path)
    if image.mode in ("L", "RGB", "RGBA"):
        return image
    return image.convert("RGBA" if "A" in image.mode or "transparency" in image.info else "RGB")


def measure(options, path, folder, peers):
    image = load(path)
    source, out, back = (os.path.join(folder, name) for name in ("source.png", "out", "back.png"))
    image.save(source)
    packed = io.BytesIO()
    image.save(packed, "PNG", optimize=True)
    row = {"folder": os.path.basename(os.path.dirname(os.path.abspath(path))), "image": os.path.basename(path),
           "pixels": image.width * image.height, "png": min(len(packed.getvalue()), os.path.getsize(path))}
    for name in peers:
        run([part.format(source=source, out=out) for part in PEERS[name][1].split()])
        row[name] = os.path.getsize(out)
    common = ["--threads", "1"]
    encode = run([options.tool, "encode", "--lossless", "--effort", str(options.effort), *common, source, out])
    row["pc15"] = os.path.getsize(out)
    decode = run([options.tool, "decode", *common, out, back])
    if not np.array_equal(np.array(image), np.array(Image.open(back).convert(image.mode))):
        sys.exit("%s: the decoded picture differs" % path)
    row["encode_mp_s"] = round(row["pixels"] / 1e6 / max(encode, 1e-9), 2)
    row["decode_mp_s"] = round(row["pixels"] / 1e6 / max(decode, 1e-9), 2)
    return row


def table(rows, codecs):
    lines = ["| folder | images | " + " | ".join("%s bytes" % c for c in codecs) + " | against "
             + " | against ".join(c for c in codecs if c != "pc15") + " |"]
    lines.append("|---" * (1 + len(codecs) * 2) + "|")
    for name in dict.fromkeys(row["folder"] for row in rows):
        part = [row for row in rows if row["folder"] == name]
        total = {c: sum(row[c] for row in part) for c in codecs}
        cells = [name, str(len(part))] + [str(total[c]) for c in codecs]
        cells += ["%+.1f %%" % (100 * (total["pc15"] / total[c] - 1)) for c in codecs if c != "pc15"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default="build/release/bin/pc15")
    parser.add_argument("--effort", type=int, default=5)
    parser.add_argument("--limit", type=int, default=0, help="only so many images of each folder; 0: all")
    parser.add_argument("--out", help="CSV file")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    peers = [name for name, (program, _) in PEERS.items() if shutil.which(program)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for place in options.folders:
            paths = sorted(glob.glob(os.path.join(place, "*.png")))
            if not paths:
                sys.exit("%s: no PNG files" % place)
            for path in paths[: options.limit or None]:
                rows.append(measure(options, path, folder, peers))
                print(" ".join("%s" % v for v in rows[-1].values()), file=sys.stderr, flush=True)
    if options.out:
        with open(options.out, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    print(table(rows, ["png"] + peers + ["pc15"]))


if __name__ == "__main__":
    main()
