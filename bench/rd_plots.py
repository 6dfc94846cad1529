"""Plots of the published result; needs matplotlib."""
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

import rd_curves  # noqa: E402
import rd_measure  # noqa: E402
import rd_tables  # noqa: E402

# Colours of Okabe and Ito, which the colour-blind tell apart.
STYLES = {"jpeg": ("#999999", "o"), "webp": ("#E69F00", "s"), "jxl": ("#009E73", "D"), "avif": ("#56B4E9", "^"),
          "avif-s2": ("#0072B2", "v"), "pc15": ("#D55E00", "*"), "pc15-psnr": ("#CC79A7", "P")}
TICKS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4]


def plot(points, codecs, title, path):
    """Mean curves at equal rate, one panel per measure."""
    measures = [m for m in rd_measure.MEASURES if any(np.isfinite(p[m]) for p in points)]
    if all(p["psnr_y"] == p["psnr_rgb"] for p in points):
        measures.remove("psnr_rgb")  # grey pictures: the two are one
    known = rd_curves.curves(points)
    columns = 3 if len(measures) > 4 else 2
    figure, axes = plt.subplots(-(-len(measures) // columns), columns, figsize=(4.3 * columns, 7.4))
    for axis, measure in zip(axes.flat, measures):
        _panel(axis, known, codecs, measure)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    spare = list(axes.flat)[len(measures):]
    for axis in spare:
        axis.axis("off")
    if spare:
        spare[0].legend(handles, labels, loc="center", frameon=False, fontsize=11)
    else:
        axes.flat[0].legend(fontsize=8)
    figure.suptitle(title, fontsize=12)
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def _panel(axis, known, codecs, measure):
    name, unit, _ = rd_measure.MEASURES[measure]
    reach = []
    for codec in codecs:
        line = rd_curves.mean_curve(known, codec, measure, np.geomspace(0.05, 8, 120))
        if not line:
            continue
        colour, _ = STYLES[codec]
        ours = codec.startswith("pc15")
        axis.plot(*zip(*line), color=colour, label=rd_tables.TITLES[codec], lw=2.2 if ours else 1.4,
                  ls="--" if codec in ("pc15-psnr", "avif-s2") else "-", zorder=3 if ours else 2)
        reach += [line[0][0], line[-1][0]]
    axis.set_xscale("log")
    axis.set_xlim(min(reach) * 0.95, max(reach) * 1.05)
    axis.set_xticks([t for t in TICKS if min(reach) * 0.95 <= t <= max(reach) * 1.05])
    axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_title({"dB": f"{name}, dB", "score": f"{name}, score"}[unit] if measure.startswith("psnr") or unit != "dB"
                   else f"{name}, -10 log10(1 - {name}), dB", fontsize=10)
    axis.set_xlabel("bits per pixel", fontsize=9)
    axis.tick_params(labelsize=8)
    axis.grid(alpha=0.3, which="major")
