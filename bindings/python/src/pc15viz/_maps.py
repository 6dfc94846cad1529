"""Maps over a picture: what each tile is made of, and what it cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import pc15
from pc15 import TileInfo
from pc15._arrays import U8
from pc15core import require
from pc15data import luma_u8

from ._curves import figure, save


def _synthetic(data: bytes) -> U8:
    """What the programs alone draw, luma."""
    text = pc15.disassemble(data)  # leaves the residual out
    drawn: U8 = pc15.decode(pc15.assemble(text), format="Y")
    return drawn


def _programs(data: bytes) -> list[TileInfo]:
    """The tiles; of a file with an image-wide program alone that program, as one tile with the number -1."""
    tiles = pc15.tiles(data)
    layers = [] if tiles else pc15.layers(data, None)
    if not layers:
        return tiles
    info = pc15.info(data)
    bits = sum(8 * part.size for part in pc15.parts(data) if part.kind == "image-program")
    return [TileInfo(-1, 0, 0, info.width, info.height, "image", tuple(layer.generator for layer in layers), bits, 0, False, 0.0)]


def preview_tile_vs_synth(image: Any, bitstream: bytes, tile: int | None, png: str | Path) -> dict[str, Any]:
    """Draws one tile: source, what its program draws, decoded with the residual, and the difference of source and
    program. Tile None is the whole picture. Returns what the tile is."""
    tiles = pc15.tiles(bitstream)
    if tile is not None and not 0 <= tile < len(tiles):
        raise ValueError(f"tile {tile}: the file has {len(tiles)} tiles with programs")
    decoded = pc15.decode(bitstream, format="Y")
    source = luma_u8(image)
    if source.shape != decoded.shape:
        raise ValueError(f"the image has {source.shape[1]} x {source.shape[0]} pixels, the file {decoded.shape[1]} x "
                         f"{decoded.shape[0]}")
    if tile is None:
        programs = _programs(bitstream)
        window = (slice(None), slice(None))
        mode, bits = "image", sum(p.bits for p in programs)
        generators = sorted({name for p in programs for name in p.generators})
    else:
        info = tiles[tile]
        window = (slice(info.y, info.y + info.height), slice(info.x, info.x + info.width))
        mode, bits, generators = info.mode, info.bits, list(info.generators)
    drawn = _synthetic(bitstream)
    gap = source[window].astype(np.int16) - drawn[window]
    title = f"{'picture' if tile is None else f'tile {tile}'}: {' + '.join(generators) or mode}, {bits} bits"
    _draw_preview(source[window], drawn[window], decoded[window], gap, title, png)
    return {"tile": tile, "mode": mode, "generators": generators, "bits": bits, "mse": float(np.mean(gap.astype(np.float64) ** 2))}


def _draw_preview(source: U8, drawn: U8, decoded: U8, gap: Any, title: str, png: str | Path) -> None:
    made, axes = figure(1, 4, (13, 3.6))
    for axis, name, picture in zip(axes[0], ("source", "program", "decoded"), (source, drawn, decoded), strict=False):
        axis.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axis.set_title(name)
    shown = axes[0][3].imshow(gap, cmap="RdBu", vmin=-128, vmax=128, interpolation="nearest")
    axes[0][3].set_title("source - program")
    made.colorbar(shown, ax=axes[0][3], shrink=0.8)
    _bare(axes[0])
    made.suptitle(title)
    save(made, png)


def _bare(axes: Any) -> None:
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])


def plot_tile_map(bitstream: bytes, png: str | Path) -> dict[str, int]:
    """Two maps over the decoded picture: the generators of each tile's program, and bits per tile. Returns how many
    tiles each combination of generators has."""
    tiles = _programs(bitstream)
    decoded = pc15.decode(bitstream, format="Y")
    labels = [(" + ".join(tile.generators) or tile.mode) for tile in tiles]
    kinds = sorted(set(labels))
    made, axes = figure(1, 2, (13, 5.2))
    patches, maps = require("matplotlib.patches", "matplotlib"), require("matplotlib").colormaps
    for axis in axes[0]:
        axis.imshow(decoded, cmap="gray", vmin=0, vmax=255, alpha=0.55)
    _bare(axes[0])
    most = max((tile.bits for tile in tiles), default=0) or 1
    for tile, label in zip(tiles, labels, strict=True):
        box = (tile.x, tile.y), tile.width, tile.height
        for axis, colour in zip(axes[0], (maps["tab20"](kinds.index(label) % 20), maps["viridis"](tile.bits / most)), strict=True):
            axis.add_patch(patches.Rectangle(*box, facecolor=(*colour[:3], 0.5), edgecolor="black", linewidth=0.5))
        centre = tile.x + tile.width / 2, tile.y + tile.height / 2
        axes[0][1].text(*centre, str(tile.bits), ha="center", va="center", fontsize=7)
    handles = [patches.Patch(facecolor=(*maps["tab20"](k % 20)[:3], 0.6), label=kind) for k, kind in enumerate(kinds)]
    if handles:
        axes[0][0].legend(handles=handles, fontsize=7, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2)
    axes[0][0].set_title("generators of each tile" if tiles else "no tile has a program")
    axes[0][1].set_title("bits of each tile's record")
    save(made, png)
    return {kind: labels.count(kind) for kind in kinds}
