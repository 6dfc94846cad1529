#!/usr/bin/env python3
"""Encode and decode speed and peak memory of the pc15 tool, beside peers in the same run.

    bench/throughput.py --images path/to/kodak --tool build/release/bin/pc15

Every picture is turned into PNM first; each command runs once per picture with one thread, and its CPU time
(user + system, start-up and file reading included) and largest resident set come from the operating system.
The last row is a picture of 24 megapixels made of the others side by side. Prints a table: MP/s is pixels over
CPU seconds, summed over the pictures; the rate is that of the whole set.

Needs Python 3 with Pillow; peers (cjpeg, cwebp, avifenc, djpeg, dwebp, avifdec) are left out when absent.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from PIL import Image


def run(command):
    """CPU seconds and peak resident set in MB of a command; stops on failure."""
    with open(os.devnull, "w") as null:
        process = subprocess.Popen(command, stdout=null, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed: {error.decode(errors='replace').strip()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def codecs(tool, quality):
    """name -> (encoder command, decoder command, suffix); {i} and {o} stand for input and output."""
    peers = {
        "jpeg": (["cjpeg", "-quality", "75", "-optimize", "-progressive", "-outfile", "{o}", "{i}"],
                 ["djpeg", "-outfile", "{o}", "{i}"], "jpg"),
        "webp": (["cwebp", "-quiet", "-m", "6", "-q", "75", "{i}", "-o", "{o}"],
                 ["dwebp", "-quiet", "-ppm", "{i}", "-o", "{o}"], "webp"),
    }
    out = {}
    for name, (enc, dec, suffix) in peers.items():
        if shutil.which(enc[0]) and shutil.which(dec[0]):
            out[name] = (enc, dec, suffix)
    for effort in (1, 3, 5, 7):
        out[f"pc15-e{effort}"] = (
            [tool, "encode", "--threads", "1", "--effort", str(effort), "--quality", str(quality), "{i}", "{o}"],
            [tool, "decode", "--threads", "1", "{i}", "{o}"], "pc15")
    return out


def mosaic(images, path):
    """A 6000 x 4000 picture of the images side by side, repeated as needed."""
    big = Image.new("RGB", (6000, 4000))
    x = y = row = n = 0
    while y < 4000:
        tile = Image.open(images[n % len(images)]).convert("RGB")
        big.paste(tile, (x, y))
        row = max(row, tile.height)
        x += tile.width
        n += 1
        if x >= 6000:
            x, y, row = 0, y + row, 0
    big.save(path)


def measure(name, commands, pictures, folder):
    encode, decode, suffix = commands
    total = dict.fromkeys(("pixels", "bytes", "encode", "decode"), 0.0)
    peak = [0.0, 0.0]
    for path, pixels in pictures:
        coded, back = folder / f"coded.{suffix}", folder / "back.ppm"
        sub = {"{i}": str(path), "{o}": str(coded)}
        cpu, memory = run([sub.get(a, a) for a in encode])
        total["encode"] += cpu
        peak[0] = max(peak[0], memory)
        sub = {"{i}": str(coded), "{o}": str(back)}
        cpu, memory = run([sub.get(a, a) for a in decode])
        total["decode"] += cpu
        peak[1] = max(peak[1], memory)
        total["pixels"] += pixels
        total["bytes"] += coded.stat().st_size
    mp = total["pixels"] / 1e6
    print(f"| {name} | {8 * total['bytes'] / total['pixels']:.3f} | {mp / total['encode']:.2f} | "
          f"{mp / total['decode']:.1f} | {peak[0]:.0f} | {peak[1]:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", required=True, type=pathlib.Path, help="folder of PNG files")
    parser.add_argument("--tool", default="build/release/bin/pc15", help="the pc15 tool")
    parser.add_argument("--quality", type=float, default=55, help="quality given to pc15 (default 55)")
    parser.add_argument("--limit", type=int, default=8, help="how many images (default 8)")
    parser.add_argument("--no-large", action="store_true", help="leave the 24-megapixel picture out")
    args = parser.parse_args()
    images = sorted(args.images.glob("*.png"))[:args.limit]
    if not images:
        sys.exit(f"{args.images}: no PNG files")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        pictures = []
        for image in images:
            picture = Image.open(image).convert("RGB")
            path = folder / (image.stem + ".ppm")
            picture.save(path)
            pictures.append((path, picture.width * picture.height))
        print("| codec | bpp | encode MP/s | decode MP/s | encode peak MB | decode peak MB |\n|---|---|---|---|---|---|")
        for name, commands in codecs(args.tool, args.quality).items():
            measure(name, commands, pictures, folder)
        if not args.no_large:
            large = folder / "large.ppm"
            mosaic(images, large)
            measure("pc15-e5, 24 MP", codecs(args.tool, args.quality)["pc15-e5"], [(large, 24e6)], folder)


if __name__ == "__main__":
    main()
