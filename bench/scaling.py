#!/usr/bin/env python3
"""Time and memory of encoding and decoding from small pictures to large ones, and how straight they grow.

    bench/scaling.py --tool build/release/bench/scaling --csv scaling.csv --plot docs/scaling.png

Runs bench/scaling/scaling.cpp, a process for every operation and size: encoding whole at efforts 1 and 5, row by row at
effort 1, decoding whole and row by row. Prints a table of processor time per megapixel and memory, and fits time = a x pixels^b on the sizes
of a megapixel and more: b is 1 for a library that scales. Fails when an exponent leaves --most-exponent.
"""
import argparse
import csv
import math
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 100]
FIELDS = ["operation", "effort", "threads", "width", "height", "bytes", "wall", "cpu", "heap_peak", "rss"]
SERIES = [("encode", 1), ("source", 1), ("encode", 5), ("decode", 1), ("rows", 1)]


def measure(arguments, operation, effort, megapixels, file):
    # Small pictures are over in a moment: more rounds, of which the least counts.
    rounds = max(1, min(arguments.rounds, math.ceil(8 / megapixels)))
    command = [arguments.tool, operation, "--image", arguments.image, "--file", str(file), "--effort", str(effort),
               "--megapixels", str(megapixels), "--rounds", str(rounds), "--threads", "1"]
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    row = dict(zip(FIELDS, line.split(",")))
    row["megapixels"] = int(row["width"]) * int(row["height"]) / 1e6
    return row


def collect(arguments):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "picture.pc15"
        for megapixels in [s for s in SIZES if s <= arguments.most]:
            for operation, effort in SERIES:
                if effort == 5 and megapixels > arguments.most_slow:
                    continue
                # The decoders read the file of effort 1.
                at = file if effort == 1 else pathlib.Path(folder) / "slow.pc15"
                rows.append(measure(arguments, operation, effort, megapixels, at))
                print(f"{operation} {effort}: {megapixels} MP", file=sys.stderr)
    return rows


def series_of(rows, operation, effort):
    return [r for r in rows if r["operation"] == operation and int(r["effort"]) == effort]


def exponent(points):
    """Slope of a straight line through log time over log size."""
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(y) for _, y in points]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sum((x - mx) ** 2 for x in xs)


def label(operation, effort):
    return {"encode": f"encode, effort {effort}", "source": f"encode row by row, effort {effort}", "decode": "decode",
            "rows": "decode, row by row"}[operation]


def table(rows):
    print("| | MP | CPU s | ns a pixel | allocator's peak, MB | resident, MB |\n|---|---|---|---|---|---|")
    for operation, effort in SERIES:
        for r in series_of(rows, operation, effort):
            print(f"| {label(operation, effort)} | {r['megapixels']:.2f} | {float(r['cpu']):.3f} | "
                  f"{1e3 * float(r['cpu']) / r['megapixels']:.1f} | {int(r['heap_peak']) / 1e6:.1f} | "
                  f"{int(r['rss']) / 1e6:.1f} |")


def plot(rows, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(10, 4))
    for operation, effort in SERIES:
        some = series_of(rows, operation, effort)
        xs = [r["megapixels"] for r in some]
        axes[0].loglog(xs, [float(r["cpu"]) for r in some], "o-", label=label(operation, effort))
        axes[1].loglog(xs, [int(r["heap_peak"]) / 1e6 for r in some], "o-", label=label(operation, effort))
    for axis, what in zip(axes, ("processor time, s, one thread", "the library's memory, MB")):
        axis.set_xlabel("megapixels")
        axis.set_title(what)
        axis.grid(True, which="major", alpha=0.4)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True, help="the program scaling")
    parser.add_argument("--image", default=str(ROOT / "samples/parrots.png"))
    parser.add_argument("--most", type=float, default=100, help="largest size, megapixels")
    parser.add_argument("--most-slow", type=float, default=100, help="largest size at effort 5")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most-exponent", type=float, default=1.1)
    parser.add_argument("--csv")
    parser.add_argument("--plot")
    arguments = parser.parse_args()
    rows = collect(arguments)
    if arguments.csv:
        with open(arguments.csv, "w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, ["megapixels"] + FIELDS)
            writer.writeheader()
            writer.writerows(rows)
    table(rows)
    if arguments.plot:
        plot(rows, arguments.plot)
    failed = False
    for operation, effort in SERIES:
        points = [(r["megapixels"], float(r["cpu"])) for r in series_of(rows, operation, effort) if r["megapixels"] >= 0.9]
        if len(points) < 2:
            continue
        b = exponent(points)
        failed |= b > arguments.most_exponent
        print(f"{label(operation, effort)}: time grows with pixels^{b:.3f}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
