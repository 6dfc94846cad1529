"""pc15-metrics: what a batch cost and how good it is."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click
from tqdm import tqdm

import pc15metrics
import pc15viz

from .._journal import load_manifest
from .._manifest import DONE
from ._frame import emit, json_option, run, version_option


def _numbers(_context: click.Context, _parameter: click.Parameter, value: str | None) -> list[float]:
    try:
        return [float(part) for part in value.split(",")] if value else []
    except ValueError:
        raise click.BadParameter("numbers separated by commas are wanted") from None


@click.command(name="pc15-metrics")
@click.option("--manifest", required=True, metavar="M", help="The manifest of pc15-encode.")
@click.option("--out", required=True, metavar="DIR", help="Folder for metrics.csv and metrics.json.")
@click.option("--rd-png", metavar="F", help="Also draw rate against distortion.")
@click.option("--codecs", default="", metavar="NAMES", help="Codecs to sweep for the curve: pc15, jpeg, webp, avif, "
              "separated by commas.")
@click.option("--sweep", callback=_numbers, metavar="Q,Q,…", help="Their qualities.  [default: 20,40,60,80]")
@json_option
@version_option
def command(manifest: str, out: str, rd_png: str | None, codecs: str, sweep: list[float], as_json: bool) -> int:
    """Decodes what a batch has written, compares it with its sources, and writes PSNR, SSIM and MS-SSIM of luma and the
    rate per image as metrics.csv and metrics.json."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    books = load_manifest(manifest)
    peers = [name for name in codecs.split(",") if name]
    with tqdm(total=books.count(DONE) * (1 + len(peers)), disable=None, unit="image", file=sys.stderr) as bar:
        def tick(_key: str) -> None:
            bar.update()

        rows = pc15metrics.summarize_batch(manifest, folder / "metrics.csv", folder / "metrics.json", progress=tick)
        done = [books.source(key) for key, item in books.items.items() if item.state == DONE]
        for peer in peers:
            rows += pc15metrics.summarize_codec(done, peer, sweep or [20, 40, 60, 80], root=books.root, progress=tick)
    if peers:
        pc15metrics.write_rows(rows, folder / "metrics.csv", folder / "metrics.json")
    if rd_png is not None:
        pc15viz.plot_rd(folder / "metrics.csv", rd_png)
    if as_json:
        emit([dataclasses.asdict(row) for row in rows])
    return 0


def main() -> None:
    run(command)


if __name__ == "__main__":
    main()
