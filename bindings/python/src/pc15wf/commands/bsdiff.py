"""pc15-bsdiff: are two files the same bytes, and if not, where and what differs first."""

from __future__ import annotations

from typing import Any

import click

import pc15

from ._frame import emit, json_option, read_bytes, run, version_option


def _first_layer(a: bytes, b: bytes) -> dict[str, Any]:
    """The first tile and layer whose program differs, where both files have readable programs."""
    try:
        tiles_a, tiles_b = pc15.tiles(a), pc15.tiles(b)
        for tile in [None, *range(min(len(tiles_a), len(tiles_b)))]:
            layers_a, layers_b = pc15.layers(a, tile), pc15.layers(b, tile)
            for number in range(max(len(layers_a), len(layers_b))):
                if layers_a[number : number + 1] != layers_b[number : number + 1]:
                    return {"tile": "image" if tile is None else tile, "layer": number}
            if tile is not None and tiles_a[tile].mode != tiles_b[tile].mode:
                return {"tile": tile, "layer": None}
    except pc15.Pc15Error:
        pass
    return {}


def describe(a: bytes, b: bytes) -> dict[str, Any]:
    """The difference of two files as plain data."""
    found = pc15.diff(a, b)
    if found.identical:
        return {"identical": True}
    report: dict[str, Any] = {"identical": False, "offset": found.offset}
    for side, part, number in (("a", found.part_a, found.number_a), ("b", found.part_b, found.number_b)):
        report[side] = None if part is None else {"part": part, "number": number}
    if {found.part_a, found.part_b} & {"group", "image-program", "backup-group", "backup-image-program"}:
        report |= _first_layer(a, b)
    return report


def _text(side: Any) -> str:
    return "nothing readable" if side is None else f"{side['part']} {side['number']}"


@click.command(name="pc15-bsdiff")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@json_option
@version_option
def command(a: str, b: str, as_json: bool) -> int:
    """Compares two files byte by byte. Exit status 0 when they are identical, 1 when they differ; then the offset of
    the first difference and what lies there are printed. "-" is standard input."""
    if a == b == "-":
        raise click.UsageError("only one of the two can be standard input")
    try:
        first, second = read_bytes(a), read_bytes(b)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from None
    report = describe(first, second)
    if as_json:
        emit(report)
    elif not report["identical"]:
        where = f"tile {report['tile']}" if "tile" in report else ""
        if report.get("layer") is not None:
            where += f", layer {report['layer']}"
        click.echo(f"byte {report['offset']}: {_text(report['a'])} in {a}, {_text(report['b'])} in {b}"
                   + (f"; first different program: {where}" if where else ""))
    return 0 if report["identical"] else 1


def main() -> None:
    run(command)


if __name__ == "__main__":
    main()
