"""Plain data that the library reports."""

from __future__ import annotations

from dataclasses import dataclass

COLORS = ("gray", "ycc420", "ycc444", "rgb")
CELLS = ("intact", "lost", "not-decoded")
BLENDS = ("add", "over", "mul", "min", "max")
SOURCES = ("own", "left", "up", "image")


@dataclass(frozen=True)
class ImageInfo:
    """What a file says about itself."""

    width: int
    height: int
    color: str
    has_alpha: bool
    channels: int
    depth: int
    lossless: bool
    compact: bool
    version: int
    has_programs: bool
    has_residual: bool
    residual_step: float
    tile: int
    overlap: int
    tile_cols: int
    tile_rows: int
    cell: int
    cell_cols: int
    cell_rows: int
    seed: int
    planned_memory: int

    @property
    def mode(self) -> str:
        """The format that loses nothing: "Y", "RGB" or "RGBA"."""
        return {1: "Y", 3: "RGB", 4: "RGBA"}[self.channels]


@dataclass(frozen=True)
class EncodeStats:
    """What an encode did. PSNR and SSIM are of the luma that a decoder will show."""

    width: int
    height: int
    bytes_total: int
    bytes_programs: int
    bytes_cells: int
    bpp: float
    psnr_y: float
    ssim_y: float
    tiles: int
    tiles_with_program: int
    early_exits: int
    renders: int
    peak_memory_bytes: int


@dataclass(frozen=True)
class TileInfo:
    """One procedural tile. `renders`, `early_exit` and `distortion` are known to an encoder alone."""

    number: int
    x: int
    y: int
    width: int
    height: int
    mode: str
    generators: tuple[str, ...]
    bits: int
    renders: int
    early_exit: bool
    distortion: float


@dataclass(frozen=True)
class GeneratorStats:
    """What the search of an encode spent on a generator and what came of it."""

    generator: str
    hypotheses: int
    tiles: int
    early_exits: int
    renders: int
    bits: int
    distortion: float


@dataclass(frozen=True)
class LayerInfo:
    """One layer of a program, parameters in the units of the generator."""

    generator: str
    source: str
    precision: int
    blend: str
    seed: int | None
    contrast: tuple[float, float, float]
    params: dict[str, float]


@dataclass(frozen=True)
class Part:
    """A run of bytes of a file."""

    kind: str
    number: int
    intact: bool
    offset: int
    size: int


@dataclass(frozen=True)
class RepairReport:
    """What a repair did. `complete`: nothing is lost. `programs` counts records: the image-wide program and the groups
    of tiles; `sections_lost` those of metadata and models. With `index_rebuilt` metadata and models are gone."""

    complete: bool
    index_rebuilt: bool
    cells: int
    cells_lost: int
    programs: int
    programs_lost: int
    sections_lost: int


@dataclass(frozen=True)
class Difference:
    """The first difference of two files; offset and parts are None when they are identical."""

    identical: bool
    offset: int | None
    part_a: str | None
    number_a: int | None
    part_b: str | None
    number_b: int | None


@dataclass(frozen=True)
class Metadata:
    """What a file carries besides the picture; None where there is nothing."""

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    text: str | None = None
