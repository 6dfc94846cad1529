//! How an encoder is to be.

use crate::param::unsigned;
use crate::{Chroma, Encoder, Error, MetadataKind, Param, ParamValue, Result, Tune};

/// Parameters and metadata for encoders. Collects them; [`build`](EncoderBuilder::build) checks them.
///
/// A builder is plain data: it can be cloned and shared, and makes as many encoders as you need.
///
/// ```
/// use pc15::{Encoder, Tune};
///
/// let encoder = Encoder::builder().quality(75.0).effort(3).tune(Tune::Psnr).threads(2).build()?;
/// # let _ = encoder;
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing before `build`"]
pub struct EncoderBuilder {
    params: Vec<(Param, ParamValue)>,
    metadata: Vec<(MetadataKind, Vec<u8>)>,
    error: Option<Error>,
}

impl EncoderBuilder {
    /// The defaults.
    pub fn new() -> EncoderBuilder {
        EncoderBuilder::default()
    }

    /// Sets any parameter. The last one of a kind holds.
    pub fn param(mut self, param: Param, value: impl Into<ParamValue>) -> EncoderBuilder {
        self.params.push((param, value.into()));
        self
    }

    /// Quality of the picture, 0 to 100 (60): 10 points halve the price of a bit. Sets lambda.
    pub fn quality(self, quality: f64) -> EncoderBuilder {
        self.param(Param::QUALITY, quality)
    }

    /// Price of a bit per pixel in normalised distortion. Sets quality.
    pub fn lambda(self, lambda: f64) -> EncoderBuilder {
        self.param(Param::LAMBDA, lambda)
    }

    /// Weight of 1 - SSIM against MSE, 0 to 1 (0.5).
    pub fn alpha(self, alpha: f64) -> EncoderBuilder {
        self.param(Param::ALPHA, alpha)
    }

    /// Whether what the programs do not explain is coded (yes).
    pub fn residual(self, on: bool) -> EncoderBuilder {
        self.param(Param::RESIDUAL, on)
    }

    /// Most bits of the residual per 1000 pixels of a cell; 0: no cap (0).
    pub fn residual_cap(self, bits_per_1000_pixels: u32) -> EncoderBuilder {
        self.param(Param::RESIDUAL_CAP, bits_per_1000_pixels)
    }

    /// Resolution of colour (half).
    pub fn chroma(self, chroma: Chroma) -> EncoderBuilder {
        self.param(Param::CHROMA, chroma)
    }

    /// Share of the lost fine texture that grain gives back, percent (0).
    pub fn grain(self, percent: u32) -> EncoderBuilder {
        self.param(Param::GRAIN, percent)
    }

    /// What the bits are spent for (SSIM).
    pub fn tune(self, tune: Tune) -> EncoderBuilder {
        self.param(Param::TUNE, tune)
    }

    /// Whether every sample comes back as it was, RGB and alpha included (no). Quality, lambda, alpha and chroma have no
    /// effect then; no residual, a cap and grain contradict it when an encode begins.
    pub fn lossless(self, on: bool) -> EncoderBuilder {
        self.param(Param::LOSSLESS, on)
    }

    /// Most bytes of the whole file, metadata included, reached by up to six passes over quality; 0: none (0). Never
    /// exceeded unless no quality does so. At most one target can be set, and none with lossless.
    pub fn target_bytes(self, bytes: u64) -> EncoderBuilder {
        self.bounded(Param::TARGET_BYTES, bytes)
    }

    /// Least PSNR of luma in dB, reached as [`target_bytes`](EncoderBuilder::target_bytes) is; 0: none (0).
    pub fn target_psnr(self, decibel: f64) -> EncoderBuilder {
        self.param(Param::TARGET_PSNR, decibel)
    }

    /// Least SSIM of luma, 0 to 1, reached as [`target_bytes`](EncoderBuilder::target_bytes) is; 0: none (0).
    pub fn target_ssim(self, ssim: f64) -> EncoderBuilder {
        self.param(Param::TARGET_SSIM, ssim)
    }

    /// Side of a procedural tile, pixels, 32 to 1024 (256).
    pub fn tile(self, pixels: u32) -> EncoderBuilder {
        self.param(Param::TILE, pixels)
    }

    /// Overlap of two tiles, pixels, at most half the tile (24).
    pub fn overlap(self, pixels: u32) -> EncoderBuilder {
        self.param(Param::OVERLAP, pixels)
    }

    /// Side of a residual cell: 128, 256 or 512 pixels (256).
    pub fn cell(self, pixels: u32) -> EncoderBuilder {
        self.param(Param::CELL, pixels)
    }

    /// Whether tiny files may take the compact form, which has no spare copy (yes).
    pub fn compact(self, on: bool) -> EncoderBuilder {
        self.param(Param::COMPACT, on)
    }

    /// Whether programs are searched for at all (yes).
    pub fn procedural(self, on: bool) -> EncoderBuilder {
        self.param(Param::PROCEDURAL, on)
    }

    /// 1 fast to 9 thorough (5).
    pub fn effort(self, effort: u32) -> EncoderBuilder {
        self.param(Param::EFFORT, effort)
    }

    /// Candidates that the search keeps per tile, 1 to 8 (2).
    pub fn beam(self, candidates: u32) -> EncoderBuilder {
        self.param(Param::BEAM, candidates)
    }

    /// The search of a tile stops when its first candidates gain less, in 1/1000 dB; 0: never (300).
    pub fn early_exit(self, millidecibel: u32) -> EncoderBuilder {
        self.param(Param::EARLY_EXIT, millidecibel)
    }

    /// Global seed of the generators (0).
    pub fn seed(self, seed: i64) -> EncoderBuilder {
        self.param(Param::SEED, seed)
    }

    /// Threads of a call, the caller's included; 0: one per processor (1). Bytes do not depend on it.
    pub fn threads(self, threads: u32) -> EncoderBuilder {
        self.param(Param::THREADS, threads)
    }

    /// Most bytes that the handle may hold (2^32); beyond them calls answer [`Status::LIMIT`](crate::Status::LIMIT).
    pub fn max_memory(self, bytes: u64) -> EncoderBuilder {
        self.bounded(Param::MAX_MEMORY, bytes)
    }

    fn bounded(mut self, param: Param, value: u64) -> EncoderBuilder {
        match unsigned(param, value) {
            Ok(value) => self.param(param, value),
            Err(error) => {
                self.error.get_or_insert(error);
                self
            }
        }
    }

    /// Metadata of the files; an empty item removes what was set before.
    pub fn metadata(mut self, kind: MetadataKind, item: impl Into<Vec<u8>>) -> EncoderBuilder {
        self.metadata.push((kind, item.into()));
        self
    }

    /// An encoder that is so.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) with the range in the message, `UNKNOWN_PARAM` (also one for
    /// decoders alone), `INVALID_ARGUMENT` (text that is not UTF-8), `LIMIT` (metadata), `NO_MEMORY`. Parameters against
    /// each other are checked when an encode begins.
    pub fn build(&self) -> Result<Encoder> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let mut encoder = Encoder::new()?;
        for (param, value) in &self.params {
            encoder.set(*param, *value)?;
        }
        for (kind, item) in &self.metadata {
            encoder.set_metadata(*kind, item)?;
        }
        Ok(encoder)
    }
}
