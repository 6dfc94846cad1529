"""Overlapping tiles: cutting an image up and joining it again.

Bytes go through the library. Floats keep their values: they are cut with numpy and joined with the same Hann window,
w = sin^2(pi/2 (i + 1/2) / overlap), in double precision. Joining what was cut, unchanged, is the identity for bytes and
exact up to rounding for floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pc15 import native
from pc15._arrays import to_numpy
from pc15._errors import check

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class TileGridCfg:
    """Side of a tile (32...1024) and overlap of two (0...tile/2), pixels."""

    tile: int = 256
    overlap: int = 24


@dataclass(frozen=True)
class Grid:
    """The grid of an image: tile (col, row) begins at (col, row) x (tile - overlap)."""

    width: int
    height: int
    tile: int
    overlap: int
    cols: int
    rows: int
    axes: tuple[int, ...]

    @property
    def count(self) -> int:
        return self.cols * self.rows


def _native_grid(width: int, height: int, cfg: TileGridCfg) -> Any:
    raw = native.pc15_grid()
    status = native.pc15_grid_init(width, height, cfg.tile, cfg.overlap, raw)
    check(status, f"{width} x {height} pixels in tiles of {cfg.tile} with overlap {cfg.overlap}: sizes are 1...65535, "
                  "tiles 32...1024, the overlap at most half a tile")
    return raw


def _plane(img_y: Any) -> tuple[npt.NDArray[Any], tuple[int, ...]]:
    array = to_numpy(img_y)
    lead = array.shape[:-2]
    if array.ndim < 2 or any(n != 1 for n in lead):
        raise ValueError(f"one plane [1, 1, H, W] or [H, W] is wanted, not {list(array.shape)}")
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise TypeError(f"pixels must be uint8 or float, not {array.dtype}")
    return array.reshape(array.shape[-2:]), lead


def tile_image(img_y: Any, cfg: TileGridCfg) -> tuple[npt.NDArray[Any], Grid]:
    """Patches [N, 1, tile, tile] of a plane, in scan order, and the grid. Beyond the border the last row and column
    repeat."""
    plane, lead = _plane(img_y)
    height, width = plane.shape
    raw = _native_grid(width, height, cfg)
    grid = Grid(width, height, cfg.tile, cfg.overlap, raw.cols, raw.rows, lead)
    patches = np.empty((grid.count, 1, cfg.tile, cfg.tile), plane.dtype)
    if plane.dtype == np.uint8:
        rows = np.ascontiguousarray(plane)
        status, _ = native.pc15_tiles_extract(raw, rows, rows.strides[0] if height > 1 else 0, patches)
        check(status)
        return patches, grid
    step = cfg.tile - cfg.overlap
    below = (grid.rows - 1) * step + cfg.tile - height
    right = (grid.cols - 1) * step + cfg.tile - width
    padded = np.pad(plane, ((0, max(below, 0)), (0, max(right, 0))), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (cfg.tile, cfg.tile))[::step, ::step]
    patches[:, 0] = windows[: grid.rows, : grid.cols].reshape(-1, cfg.tile, cfg.tile)
    return patches, grid


def _axis_weights(tiles: int, tile: int, overlap: int) -> list[FloatArray]:
    """Per tile of an axis its weights: rising over the overlap with the tile before, falling over the one after."""
    rise = np.sin(np.pi / 2 * (np.arange(overlap) + 0.5) / overlap) ** 2 if overlap else np.empty(0)
    found: list[FloatArray] = []
    for k in range(tiles):
        weights = np.ones(tile)
        if k > 0:
            weights[:overlap] = rise
        if k < tiles - 1:
            weights[tile - overlap :] = 1 - rise
        found.append(weights)
    return found


def blend_tiles(patches_hat: Any, grid: Grid, cfg: TileGridCfg) -> npt.NDArray[Any]:
    """The plane that patches make, in the shape that tile_image was given."""
    patches = to_numpy(patches_hat)
    if (cfg.tile, cfg.overlap) != (grid.tile, grid.overlap):
        raise ValueError("the grid was made with another TileGridCfg")
    if patches.shape not in ((grid.count, 1, cfg.tile, cfg.tile), (grid.count, cfg.tile, cfg.tile)):
        raise ValueError(f"patches must be [{grid.count}, 1, {cfg.tile}, {cfg.tile}], not {list(patches.shape)}")
    shape = (*grid.axes, grid.height, grid.width)
    if patches.dtype == np.uint8:
        raw = _native_grid(grid.width, grid.height, cfg)
        plane = np.empty((grid.height, grid.width), np.uint8)
        check(native.pc15_tiles_blend(raw, np.ascontiguousarray(patches), plane, 0))
        return plane.reshape(shape)
    if patches.dtype.kind != "f":
        raise TypeError(f"patches must be uint8 or float, not {patches.dtype}")
    return _blend_floats(patches.reshape(grid.rows, grid.cols, cfg.tile, cfg.tile), grid).astype(patches.dtype).reshape(shape)


def _blend_floats(patches: npt.NDArray[Any], grid: Grid) -> FloatArray:
    step = grid.tile - grid.overlap
    down = _axis_weights(grid.rows, grid.tile, grid.overlap)
    across = _axis_weights(grid.cols, grid.tile, grid.overlap)
    total = np.zeros(((grid.rows - 1) * step + grid.tile, (grid.cols - 1) * step + grid.tile))
    for row in range(grid.rows):
        for col in range(grid.cols):
            y, x = row * step, col * step
            total[y : y + grid.tile, x : x + grid.tile] += patches[row, col] * down[row][:, None] * across[col]
    return total[: grid.height, : grid.width]
