"""pc15-decode: a file, or a part of it at some scale, to PNG."""

from __future__ import annotations

import io
import sys

import click
from PIL import Image

import pc15

from .._files import atomic_write
from ._frame import emit, json_option, read_bytes, run, version_option


def parse_roi(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[int, int, int, int] | None:
    if value is None:
        return None
    try:
        x, y, width, height = (int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter("x,y,w,h are wanted, four whole numbers") from None
    if x < 0 or y < 0 or width < 1 or height < 1:
        raise click.BadParameter("x and y are at least 0, w and h at least 1")
    return x, y, width, height


@click.command(name="pc15-decode")
@click.option("--bitstream", required=True, metavar="F", help='The .pc15 file; "-" is standard input.')
@click.option("--out", required=True, metavar="PNG", help='The picture to write; "-" is standard output.')
@click.option("--roi", callback=parse_roi, metavar="x,y,w,h", help="Only this rectangle, in pixels of the output's scale.")
@click.option("--scale", type=float, default=1.0, show_default=True, help="0.25, 0.5, 1, 2, 4 or 8.")
@click.option("--tolerant", is_flag=True, help="Decode what is intact of a damaged file.")
@click.option("--threads", type=int, default=0, show_default=True, help="Threads; 0 is one per processor.")
@json_option
@version_option
def command(bitstream: str, out: str, roi: tuple[int, int, int, int] | None, scale: float, tolerant: bool, threads: int,
            as_json: bool) -> int:
    """Decodes a .pc15 file to PNG, whole or in part, with its ICC profile."""
    if out == "-" and as_json:
        raise click.UsageError("--json and --out - both want standard output")
    data = read_bytes(bitstream)
    if roi is None and scale == 1:
        pixels = pc15.decode(data, tolerant=tolerant, threads=threads)
    else:
        pixels = pc15.decode_scaled(data, scale, roi, tolerant=tolerant, threads=threads)
    icc = pc15.metadata(data, tolerant=tolerant).icc
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", icc_profile=icc)
    if out == "-":
        sys.stdout.buffer.write(buffer.getvalue())
        sys.stdout.buffer.flush()
    else:
        atomic_write(out, buffer.getvalue())
    if as_json:
        emit({"width": pixels.shape[1], "height": pixels.shape[0], "channels": pixels.shape[2] if pixels.ndim == 3 else 1,
              "out": out, "bytes": len(data)})
    return 0


def main() -> None:
    run(command)


if __name__ == "__main__":
    main()
