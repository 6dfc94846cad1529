"""Encoding and decoding: luma as [1, 1, H, W] in [-1, 1], colour as arrays of bytes, programs as text."""

from pc15 import decode as decode_image
from pc15 import decode_region, decode_scaled, info
from pc15 import assemble as asm
from pc15 import disassemble as disasm

from . import tiling
from ._image import encode_image
from ._luma import decode_y, encode_y
from .tiling import TileGridCfg, blend_tiles, tile_image

__all__ = [
    "TileGridCfg",
    "asm",
    "blend_tiles",
    "decode_image",
    "decode_region",
    "decode_scaled",
    "decode_y",
    "disasm",
    "encode_image",
    "encode_y",
    "info",
    "tile_image",
    "tiling",
]
