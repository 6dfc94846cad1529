"""pc15-audit: the catalogue of generators as CSV, JSON and a sheet of pictures."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import click

import pc15proc
import pc15viz

from .._files import atomic_write
from ._frame import emit, json_option, run, version_option


def catalogue_csv() -> str:
    """One line per parameter."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["generator", "number", "has_noise", "has_warp", "parameter", "kind", "minimum", "maximum", "default",
                     "step", "unit", "choices"])
    for entry in pc15proc.audit():
        for param in entry.params:
            writer.writerow([entry.name, entry.number, int(entry.has_noise), int(entry.has_warp), param.name, param.kind,
                             repr(param.minimum), repr(param.maximum), repr(param.default), repr(param.step), param.unit,
                             "|".join(param.choices)])
    return buffer.getvalue()


@click.command(name="pc15-audit")
@click.option("--out", required=True, metavar="DIR", help="Folder for audit_generators.csv, .json and .png.")
@click.option("--size", type=click.IntRange(16, 1024), default=128, show_default=True, help="Side of a picture, pixels.")
@json_option
@version_option
def command(out: str, size: int, as_json: bool) -> int:
    """Writes the catalogue of generators: audit_generators.csv and .json, and a gallery audit_generators.png."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    entries = [dataclasses.asdict(entry) for entry in pc15proc.audit()]
    buffer = io.BytesIO()
    pc15viz.gallery(size).save(buffer, "PNG")
    atomic_write(folder / "audit_generators.csv", catalogue_csv())
    atomic_write(folder / "audit_generators.json", json.dumps(entries, indent=1) + "\n")
    atomic_write(folder / "audit_generators.png", buffer.getvalue())
    if as_json:
        emit({"generators": len(entries), "parameters": sum(len(e["params"]) for e in entries), "out": str(folder)})
    return 0


def main() -> None:
    run(command)


if __name__ == "__main__":
    main()
