//! What an encode did.

use pc15_sys as sys;

use crate::Generator;

/// What the last encode did.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Stats {
    /// Tiles of the procedural grid.
    pub tiles: u32,
    /// Those that render a program.
    pub tiles_with_program: u32,
    /// Those whose search stopped early.
    pub early_exits: u32,
    /// Size of the file, bytes.
    pub bytes_total: u64,
    /// Of the tile records, one copy, bytes.
    pub bytes_programs: u64,
    /// Of the residual, bytes.
    pub bytes_cells: u64,
    /// Candidate renderings of the search.
    pub renders: u64,
    /// Most that the handle held during the call, bytes.
    pub peak_memory_bytes: u64,
    /// Of what a decoder will show, dB; infinite when exact, which `serde` writes as none.
    #[cfg_attr(feature = "serde", serde(with = "infinite"))]
    pub psnr_y: f64,
    /// Structural similarity of what a decoder will show.
    pub ssim_y: f64,
}

impl Stats {
    pub(crate) fn new(raw: &sys::pc15_stats) -> Stats {
        Stats {
            tiles: raw.tiles,
            tiles_with_program: raw.tiles_with_program,
            early_exits: raw.early_exits,
            bytes_total: raw.bytes_total,
            bytes_programs: raw.bytes_programs,
            bytes_cells: raw.bytes_cells,
            renders: raw.renders,
            peak_memory_bytes: raw.peak_memory_bytes,
            psnr_y: raw.psnr_y,
            ssim_y: raw.ssim_y,
        }
    }
}

/// What the search of the last encode spent on one generator, the image-wide program and all tiles together.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GeneratorStats {
    /// The generator.
    pub generator: Generator,
    /// Layers of it that were scored.
    pub hypotheses: u32,
    /// Tiles whose program holds it.
    pub tiles: u32,
    /// Searches given up while it was the best hypothesis.
    pub early_exits: u32,
    /// Renderings spent on it.
    pub renders: u64,
    /// Of the records of those tiles, rounded.
    pub bits: u64,
    /// Mean squared error of the procedural picture over those tiles, luma; 0 without tiles.
    pub distortion: f64,
}

impl GeneratorStats {
    pub(crate) fn new(raw: &sys::pc15_generator_stats) -> GeneratorStats {
        GeneratorStats {
            generator: Generator::unchecked(raw.generator),
            hypotheses: raw.hypotheses,
            tiles: raw.tiles,
            early_exits: raw.early_exits,
            renders: raw.renders,
            bits: raw.bits,
            distortion: raw.distortion,
        }
    }
}

/// JSON has no infinity.
#[cfg(feature = "serde")]
mod infinite {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        Some(*value).filter(|value| value.is_finite()).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(from)?.unwrap_or(f64::INFINITY))
    }
}
