"""Pictures for people: montages, galleries, curves, and maps of what the codec did."""

from ._curves import plot_rd
from ._maps import plot_tile_map, preview_tile_vs_synth
from ._sheets import gallery, montage

__all__ = ["gallery", "montage", "plot_rd", "plot_tile_map", "preview_tile_vs_synth"]
