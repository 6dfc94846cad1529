//! Vector quantisation.

use crate::raw::{CodebookHandle, Float};
use crate::{CancelToken, Result};

/// The kinds of samples: `f32` and `f64`. Equal numbers give the same codebook.
#[allow(private_bounds)] // sealed
pub trait Sample: Float {}

impl Sample for f32 {}
impl Sample for f64 {}

/// How to train a codebook.
///
/// ```
/// let options = pc15::VqOptions { levels: 2, seed: 7, ..pc15::VqOptions::new(16) };
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VqOptions {
    /// Entries per level, 1 to 65536; levels x entries x dims at most 2^24.
    pub entries: u32,
    /// Levels, coarse to fine, 1 to 8; 0 means 1.
    pub levels: u32,
    /// Most iterations of Lloyd's per level, 1 to 1000; 0 means 50.
    pub iterations: u32,
    /// Threads, the caller's included; 0: one per processor. The result does not depend on it.
    pub threads: i32,
    /// Of the choice of the first entries.
    pub seed: i64,
}

impl VqOptions {
    /// One level of `entries` entries, one thread, seed 0.
    pub const fn new(entries: u32) -> VqOptions {
        VqOptions { entries, levels: 1, iterations: 0, threads: 1, seed: 0 }
    }
}

/// A codebook: `entries` points of `dims` numbers on each of `levels`, coarse to fine. Level 0 stands for the samples,
/// every further level for what the levels before it leave.
///
/// [`Send`], not [`Sync`]. Never poisoned.
///
/// ```
/// use pc15::{Codebook, VqOptions};
///
/// let samples = [0.0, 0.1, 5.0, 5.1]; // four samples of one dimension
/// let mut codebook = Codebook::train(&samples, 1, &VqOptions::new(2))?;
/// let quantised = codebook.quantise(&samples, 1)?;
/// assert_eq!(quantised.indices[0], quantised.indices[1]);
/// assert_eq!(codebook.dequantise(&quantised.indices, Some(&quantised.offsets))?, samples);
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug)]
pub struct Codebook {
    handle: CodebookHandle,
}

impl Codebook {
    /// An empty codebook, to get a [`cancel_token`](Codebook::cancel_token) before training.
    ///
    /// # Errors
    /// [`Status::NO_MEMORY`](crate::Status::NO_MEMORY).
    pub fn new() -> Result<Codebook> {
        Ok(Codebook { handle: CodebookHandle::create()? })
    }

    /// Trains a codebook on `values.len() / dims` samples.
    ///
    /// # Errors
    /// As [`retrain`](Codebook::retrain).
    pub fn train<T: Sample>(values: &[T], dims: u32, options: &VqOptions) -> Result<Codebook> {
        let mut codebook = Codebook::new()?;
        codebook.retrain(values, dims, options)?;
        Ok(codebook)
    }

    /// Trains on `values.len() / dims` samples (k-means++, then Lloyd's iterations until nothing changes) and replaces what
    /// the codebook held; on an error it keeps that. Angles and phases are taken as numbers: unwrap them first.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) (dims outside 1 to 256, options, a number that is not finite
    /// or beyond 1e100: the message names its sample and dimension), `INVALID_ARGUMENT` (number of values, fewer samples
    /// than entries), `CANCELLED`, `LIMIT`, `NO_MEMORY`.
    pub fn retrain<T: Sample>(&mut self, values: &[T], dims: u32, options: &VqOptions) -> Result<()> {
        self.handle.train(values, dims, options)
    }

    /// Nearest entries and what they leave. `threads` as in [`VqOptions`].
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) (empty codebook), `INVALID_ARGUMENT` (number of values),
    /// `OUT_OF_RANGE` (threads, a number).
    pub fn quantise<T: Sample>(&mut self, values: &[T], threads: i32) -> Result<Quantised> {
        let (indices, offsets) = self.handle.quantise(values, threads, true)?;
        Ok(Quantised { indices, offsets })
    }

    /// Nearest entries alone: per sample one index per level.
    ///
    /// # Errors
    /// As [`quantise`](Codebook::quantise).
    pub fn quantise_indices<T: Sample>(&mut self, values: &[T], threads: i32) -> Result<Vec<i32>> {
        Ok(self.handle.quantise(values, threads, false)?.0)
    }

    /// The sum of the entries of all levels of each sample, plus its offsets if given: with them that is the sample but
    /// for one rounding.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) (empty codebook), `INVALID_ARGUMENT` (a number of indices or
    /// offsets that does not fit), `OUT_OF_RANGE` (an index: the message names its sample and level).
    pub fn dequantise(&mut self, indices: &[i32], offsets: Option<&[f64]>) -> Result<Vec<f64>> {
        let levels = self.shape()?.levels;
        self.handle.dequantise(indices, offsets, levels)
    }

    /// The sum of the entries of the first `levels` levels: a coarser value. `indices` holds all levels.
    ///
    /// # Errors
    /// As [`dequantise`](Codebook::dequantise); also `OUT_OF_RANGE` for `levels`.
    pub fn dequantise_levels(&mut self, indices: &[i32], levels: u32) -> Result<Vec<f64>> {
        self.handle.dequantise(indices, None, levels)
    }

    /// Size and quality; all 0 for an empty codebook.
    ///
    /// # Errors
    /// None so far.
    pub fn shape(&self) -> Result<CodebookShape> {
        let raw = self.handle.shape()?;
        Ok(CodebookShape { dims: raw.dims, entries: raw.entries, levels: raw.levels, distortion: raw.distortion })
    }

    /// One entry, `dims` numbers.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) (empty codebook), `OUT_OF_RANGE` (level, entry).
    pub fn entry(&self, level: u32, entry: u32) -> Result<Vec<f64>> {
        self.handle.entry(level, entry)
    }

    /// The codebook as bytes, the same on every platform; `docs/abi.md` has the format.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) for an empty codebook.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.handle.serialise()
    }

    /// A codebook of bytes.
    ///
    /// # Errors
    /// [`Status::TRUNCATED`](crate::Status::TRUNCATED), `TRAILING`, `CRC`, `VERSION`, `CORRUPT`. Nothing is allocated
    /// before the checksum and the length hold.
    pub fn from_bytes(bytes: &[u8]) -> Result<Codebook> {
        let mut codebook = Codebook::new()?;
        codebook.handle.deserialise(bytes)?;
        Ok(codebook)
    }

    /// What cancels training from any thread.
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken::new(self.handle.canceller())
    }
}

/// Samples as indices and what is left.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Quantised {
    /// Per sample, the nearest entry of each level.
    pub indices: Vec<i32>,
    /// Per sample `dims` numbers: the sample minus the sum of these entries.
    pub offsets: Vec<f64>,
}

/// Size and quality of a codebook.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CodebookShape {
    /// Numbers of an entry.
    pub dims: u32,
    /// Entries per level.
    pub entries: u32,
    /// Levels.
    pub levels: u32,
    /// Mean squared distance of the training samples; 0 after [`Codebook::from_bytes`].
    pub distortion: f64,
}
