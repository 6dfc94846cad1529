//! Parts, tiles, fields and layers of a file.

use pc15_sys as sys;

use crate::{Blend, Generator, PartKind, Region, Source, TileMode};

/// A part of a file. Every byte belongs to exactly one; parts are in file order. Those that a truncated file lacks are
/// listed where they would lie, not intact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Part {
    /// Its kind.
    pub kind: PartKind,
    /// Of the section, group or cell.
    pub number: u32,
    /// Whether its checksum holds.
    pub intact: bool,
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Bytes, with its checksum.
    pub size: u64,
}

impl Part {
    pub(crate) fn new(raw: &sys::pc15_part_info) -> Part {
        Part {
            kind: PartKind::from_code(raw.kind),
            number: raw.number,
            intact: raw.intact != 0,
            offset: raw.offset,
            size: raw.size,
        }
    }
}

/// A tile of the procedural grid.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Tile {
    /// Position in scan order.
    pub number: u32,
    /// The part of the tile inside the picture.
    pub region: Region,
    /// What it holds.
    pub mode: TileMode,
    /// Generators of the layers of the program that it renders, at most 3.
    pub generators: Vec<Generator>,
    /// Of its record, rounded.
    pub bits: u32,
    /// Renderings of its search; 0 from a decoder.
    pub renders: u32,
    /// Whether its search stopped early; false from a decoder.
    pub early_exit: bool,
    /// Mean squared error of the procedural picture, luma; 0 from a decoder.
    pub distortion: f64,
}

impl Tile {
    pub(crate) fn new(raw: &sys::pc15_tile_info) -> Tile {
        let layers = raw.generators.iter().take(raw.layer_count as usize);
        Tile {
            number: raw.number,
            region: Region::new(raw.x, raw.y, raw.width, raw.height),
            mode: TileMode::from_code(raw.mode),
            generators: layers.filter(|number| **number >= 0).map(|number| Generator::unchecked(*number)).collect(),
            bits: raw.bits,
            renders: raw.renders,
            early_exit: raw.early_exit != 0,
            distortion: raw.distortion,
        }
    }
}

/// Whose program is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileRef {
    /// That of the tile of this number.
    Tile(u32),
    /// The image-wide one.
    Image,
}

impl TileRef {
    pub(crate) fn code(self) -> u32 {
        match self {
            TileRef::Tile(number) => number,
            TileRef::Image => sys::PC15_TILE_IMAGE,
        }
    }
}

/// The smooth part of a program.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Field {
    /// 0 constant, 1 plane, 2 quadratic.
    pub order: u32,
    /// Whether the planes of colour have one.
    pub has_chroma: bool,
    /// Layers over it.
    pub layer_count: u32,
    /// Centre of the frame, 1/16 pixel.
    pub frame_x: i32,
    /// Centre of the frame, 1/16 pixel.
    pub frame_y: i32,
    /// Longer side of the frame, pixels.
    pub frame: u32,
    /// Per colour plane (Y, Cb, Cr) the factors in grey levels of 1, u, v, u^2 - 1/3, v^2 - 1/3, uv, where u and v run
    /// from -1 to 1 over the longer side of the frame.
    pub coefficients: [[f64; 6]; 3],
}

impl Field {
    pub(crate) fn new(raw: &sys::pc15_field_info) -> Field {
        Field {
            order: raw.order.unsigned_abs(),
            has_chroma: raw.has_chroma != 0,
            layer_count: raw.layer_count,
            frame_x: raw.frame_x,
            frame_y: raw.frame_y,
            frame: raw.frame,
            coefficients: std::array::from_fn(|plane| std::array::from_fn(|term| raw.coef[plane * 6 + term])),
        }
    }
}

/// One layer of a program. Positions are relative to the centre of its frame.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Layer {
    /// What it draws.
    pub generator: Generator,
    /// Where its geometry comes from.
    pub source: Source,
    /// 0 fine to 7 coarse.
    pub precision: u32,
    /// How it is laid over what is below.
    pub blend: Blend,
    /// The seed, when the file holds one; else it follows from that of the picture.
    pub seed: Option<i64>,
    /// Grey levels, per colour plane (Y, Cb, Cr).
    pub contrast: [f64; 3],
    /// Its parameters, in the order and units of [`Generator::params`].
    pub params: Vec<f64>,
}

impl Layer {
    pub(crate) fn new(raw: &sys::pc15_layer_info) -> Layer {
        Layer {
            generator: Generator::unchecked(raw.generator),
            source: Source::from_code(raw.source),
            precision: raw.precision.unsigned_abs(),
            blend: Blend::from_code(raw.blend),
            seed: (raw.seed_explicit != 0).then_some(raw.seed),
            contrast: raw.contrast,
            params: raw.params.iter().take(raw.param_count as usize).copied().collect(),
        }
    }
}
