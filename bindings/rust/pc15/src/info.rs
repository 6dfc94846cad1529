//! What a file says about itself, what a reader refuses, and places in a picture.

use pc15_sys as sys;

use crate::{CellState, Color, Error, Form, Format, Result, Status, raw};

/// What a file says about itself, and what decoding it will cost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ImageInfo {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// How colour is held.
    pub color: Color,
    /// Whether there is alpha.
    pub has_alpha: bool,
    /// Bits per sample: 8.
    pub depth: u32,
    /// The format that loses nothing.
    pub natural_format: Format,
    /// The form of the file.
    pub form: Form,
    /// Version of the file format: 15.
    pub version: u32,
    /// Whether there is a procedural layer.
    pub has_programs: bool,
    /// Whether there is a residual.
    pub has_residual: bool,
    /// Step of the quantiser in 1/16 grey level, 0 without residual.
    pub residual_step16: u32,
    /// Side of a procedural tile, pixels.
    pub tile: u32,
    /// Overlap of two tiles, pixels.
    pub overlap: u32,
    /// Tiles in a row.
    pub tile_cols: u32,
    /// Rows of tiles.
    pub tile_rows: u32,
    /// Side of a residual cell, pixels.
    pub cell: u32,
    /// Cells in a row.
    pub cell_cols: u32,
    /// Rows of cells.
    pub cell_rows: u32,
    /// Whether the samples are those that the encoder was given.
    pub lossless: bool,
    /// Global seed of the generators.
    pub seed: i64,
    /// Bytes, upper bound for decoding the whole picture with up to 16 threads.
    pub planned_memory: u64,
}

impl ImageInfo {
    pub(crate) fn new(raw: &sys::pc15_image_info) -> ImageInfo {
        ImageInfo {
            width: raw.width,
            height: raw.height,
            color: Color::from_code(raw.color),
            has_alpha: raw.has_alpha != 0,
            depth: raw.depth.unsigned_abs(),
            natural_format: Format::from_code(raw.natural_format),
            form: Form::from_code(raw.form),
            version: raw.version.unsigned_abs(),
            has_programs: raw.has_programs != 0,
            has_residual: raw.has_residual != 0,
            residual_step16: raw.residual_step16,
            tile: raw.tile,
            overlap: raw.overlap,
            tile_cols: raw.tile_cols,
            tile_rows: raw.tile_rows,
            cell: raw.cell,
            cell_cols: raw.cell_cols,
            cell_rows: raw.cell_rows,
            lossless: raw.lossless != 0,
            seed: raw.seed,
            planned_memory: raw.planned_memory,
        }
    }

    /// The whole picture as a region.
    pub fn region(&self) -> Region {
        Region { x: 0, y: 0, width: self.width, height: self.height }
    }
}

/// What a reader refuses before it allocates anything ([`Status::LIMIT`]). 0 is not "unlimited": it refuses everything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Limits {
    /// Widest picture, pixels.
    pub max_width: u32,
    /// Highest picture, pixels.
    pub max_height: u32,
    /// Most sections of a file.
    pub max_sections: u32,
    /// Largest picture, pixels.
    pub max_pixels: u64,
    /// Most memory for decoding, bytes.
    pub max_memory_bytes: u64,
    /// Most metadata, bytes.
    pub max_metadata_bytes: u64,
}

impl Limits {
    /// The defaults of the library.
    ///
    /// # Errors
    /// None with the library that this crate was built for.
    pub fn defaults() -> Result<Limits> {
        let raw = raw::default_limits()?;
        Ok(Limits {
            max_width: raw.max_width,
            max_height: raw.max_height,
            max_sections: raw.max_sections,
            max_pixels: raw.max_pixels,
            max_memory_bytes: raw.max_memory_bytes,
            max_metadata_bytes: raw.max_metadata_bytes,
        })
    }
}

/// Reads the head of a file, with the default limits. 64 bytes are enough for a full file; compact ones are short. Thread:
/// any.
///
/// # Errors
/// [`Status::NEED_INPUT`]: offer [`Error::needed`] bytes. [`Status::NOT_PC15`], `VERSION`, `UNSUPPORTED`, `CRC`, `CORRUPT`,
/// `LIMIT`.
pub fn probe(head: &[u8]) -> Result<ImageInfo> {
    raw::probe(head, None).map(|info| ImageInfo::new(&info))
}

/// As [`probe`], with limits of yours.
///
/// # Errors
/// Those of [`probe`].
pub fn probe_with_limits(head: &[u8], limits: &Limits) -> Result<ImageInfo> {
    raw::probe(head, Some(limits)).map(|info| ImageInfo::new(&info))
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Region {
    /// Distance from the left border.
    pub x: u32,
    /// Distance from the upper border.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

impl Region {
    /// The rectangle of `width` x `height` pixels at (x, y).
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }
}

/// Scales at which a picture can be decoded, 1/4 to 8 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Scale {
    /// 1/4.
    Quarter,
    /// 1/2.
    Half,
    /// As it is.
    One,
    /// Twice.
    Two,
    /// 4 times.
    Four,
    /// 8 times.
    Eight,
}

impl Scale {
    /// All scales, rising.
    pub const ALL: [Scale; 6] = [Scale::Quarter, Scale::Half, Scale::One, Scale::Two, Scale::Four, Scale::Eight];

    /// The scale 2^`log2`.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`] outside -2 to 3.
    pub fn from_log2(log2: i32) -> Result<Scale> {
        Scale::ALL
            .into_iter()
            .find(|scale| scale.log2() == log2)
            .ok_or_else(|| Error::new(Status::OUT_OF_RANGE, format!("the scale is 2^{log2}; allowed are 2^-2 to 2^3")))
    }

    /// Logarithm of the factor, -2 to 3.
    pub const fn log2(self) -> i32 {
        match self {
            Scale::Quarter => -2,
            Scale::Half => -1,
            Scale::One => 0,
            Scale::Two => 1,
            Scale::Four => 2,
            Scale::Eight => 3,
        }
    }

    /// Width and height in pixels of a picture at this scale, rounded up.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`] for a side of 0 or above 65535 pixels.
    pub fn size(self, width: u32, height: u32) -> Result<(u32, u32)> {
        raw::scaled_size(width, height, self.log2())
    }
}

/// Which cells of a file a decode lost, in scan order. Empty for a file without residual. Around a lost cell, up to 8
/// pixels of its neighbours may differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DamageMap {
    /// State of each cell.
    pub cells: Vec<CellState>,
}

impl DamageMap {
    pub(crate) fn new(states: &[u8]) -> DamageMap {
        DamageMap { cells: states.iter().map(|state| CellState::from_code(i32::from(*state))).collect() }
    }

    /// Number of lost cells.
    pub fn lost(&self) -> usize {
        self.cells.iter().filter(|cell| **cell == CellState::Lost).count()
    }
}
