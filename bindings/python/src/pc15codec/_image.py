"""Images to bytes, with the same report for colour and luma."""

from __future__ import annotations

import dataclasses
from typing import Any

import pc15


def report(encoder: pc15.Encoder, bitstream: bytes) -> dict[str, Any]:
    """The file of the last encode and what is known about it: bitstream, bpp, stats and tile_map."""
    stats = encoder.stats
    return {
        "bitstream": bitstream,
        "bpp": stats.bpp,
        "stats": dataclasses.asdict(stats),
        "tile_map": [dataclasses.asdict(tile) for tile in encoder.tiles],
    }


def encode_image(image: Any, **settings: Any) -> dict[str, Any]:
    """Encodes H x W, H x W x 3 or 4 of uint8 or float in [0, 1]; settings as pc15.encode. Returns bitstream, bpp, stats
    and tile_map."""
    metadata = {name: settings.pop(name, None) for name in ("icc", "exif", "xmp", "text")}
    progress = settings.pop("progress", None)
    with pc15.Encoder(**settings) as encoder:
        encoder.set_metadata(**metadata)
        return report(encoder, encoder.encode(image, progress=progress))
