"""Maps over a picture: what each tile is made of, and what it cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import pc15
from pc15._arrays import U8
from pc15data import luma_u8

from ._curves import figure, save


def _synthetic(data: bytes) -> U8:
    """What the programs alone draw, luma."""
    text = pc15.disassemble(data)  # leaves the residual out
    drawn: U8 = pc15.decode(pc15.assemble(text), format="Y")
    return drawn


def preview_tile_vs_synth(image: Any, bitstream: bytes, tile: int, png: str | Path) -> dict[str, Any]:
    """Draws one tile: source, what its program draws, decoded with the residual, and the difference of source and
    program. Returns what the tile is."""
    tiles = pc15.tiles(bitstream)
    if not 0 <= tile < len(tiles):
        raise ValueError(f"tile {tile}: the file has {len(tiles)} tiles with programs")
    info = tiles[tile]
    source = luma_u8(image)
    window = (slice(info.y, info.y + info.height), slice(info.x, info.x + info.width))
    drawn, decoded = _synthetic(bitstream), pc15.decode(bitstream, format="Y")
    if source.shape != decoded.shape:
        raise ValueError(f"the image has {source.shape[1]} x {source.shape[0]} pixels, the file {decoded.shape[1]} x {decoded.shape[0]}")
    gap = source[window].astype(np.int16) - drawn[window]
    made, axes = figure(1, 4, (13, 3.6))
    for axis, title, picture in zip(axes[0], ("source", "program", "decoded"),
                                    (source[window], drawn[window], decoded[window]), strict=False):
        axis.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axis.set_title(title)
    shown = axes[0][3].imshow(gap, cmap="RdBu", vmin=-128, vmax=128, interpolation="nearest")
    axes[0][3].set_title("source - program")
    made.colorbar(shown, ax=axes[0][3], shrink=0.8)
    for axis in axes[0]:
        axis.set_xticks([])
        axis.set_yticks([])
    layers = pc15.layers(bitstream, tile)
    names = " + ".join(layer.generator for layer in layers) or info.mode
    made.suptitle(f"tile {tile}: {names}, {info.bits} bits")
    save(made, png)
    return {"tile": tile, "mode": info.mode, "generators": [layer.generator for layer in layers], "bits": info.bits,
            "mse": float(np.mean(gap.astype(np.float64) ** 2))}


def plot_tile_map(bitstream: bytes, png: str | Path) -> dict[str, int]:
    """Two maps over the decoded picture: the generator at the bottom of each tile's program, and bits per tile.
    Returns how many tiles each generator has."""
    tiles = pc15.tiles(bitstream)
    decoded = pc15.decode(bitstream, format="Y")
    labels = [(" + ".join(tile.generators) or tile.mode) for tile in tiles]
    kinds = sorted(set(labels))
    made, axes = figure(1, 2, (13, 5.2))
    module = __import__("matplotlib.patches", fromlist=["Rectangle"])
    colours = __import__("matplotlib", fromlist=["colormaps"]).colormaps["tab20"]
    for axis in axes[0]:
        axis.imshow(decoded, cmap="gray", vmin=0, vmax=255, alpha=0.55)
        axis.set_xticks([])
        axis.set_yticks([])
    heat = __import__("matplotlib", fromlist=["colormaps"]).colormaps["viridis"]
    most = max((tile.bits for tile in tiles), default=0) or 1
    for tile, label in zip(tiles, labels, strict=True):
        box = (tile.x, tile.y), tile.width, tile.height
        colour = colours(kinds.index(label) % 20)
        axes[0][0].add_patch(module.Rectangle(*box, facecolor=(*colour[:3], 0.45), edgecolor="black", linewidth=0.5))
        axes[0][1].add_patch(module.Rectangle(*box, facecolor=(*heat(tile.bits / most)[:3], 0.6), edgecolor="black", linewidth=0.5))
        axes[0][1].text(tile.x + tile.width / 2, tile.y + tile.height / 2, str(tile.bits), ha="center", va="center", fontsize=7)
    handles = [module.Patch(facecolor=(*colours(k % 20)[:3], 0.6), label=kind) for k, kind in enumerate(kinds)]
    if handles:
        axes[0][0].legend(handles=handles, fontsize=7, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2)
    axes[0][0].set_title("generators of each tile" if tiles else "no tile has a program")
    axes[0][1].set_title("bits of each tile's record")
    save(made, png)
    return {kind: labels.count(kind) for kind in kinds}
