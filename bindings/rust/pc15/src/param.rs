//! Parameters of encoders and decoders, from the table that the library itself uses.

use pc15_sys as sys;

use crate::{Chroma, Error, Result, Status, Tune, raw};

/// A parameter. Only numbers that the library knows become one, except for [`Param::from_id`].
///
/// ```
/// use pc15::Param;
///
/// assert_eq!(Param::from_name("quality")?, Param::QUALITY);
/// assert_eq!(Param::QUALITY.info()?.default, 60_000); // in units of 1/1000
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Param(i32);

macro_rules! params {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl Param {
            $($(#[$doc])* pub const $name: Param = Param($value);)*
        }
    };
}

params! {
    /// Quality of the picture, 0 to 100; sets [`Param::LAMBDA`]. Real. Encoder.
    QUALITY = sys::PC15_PARAM_QUALITY;
    /// Price of a bit per pixel in normalised distortion; sets [`Param::QUALITY`]. Real. Encoder.
    LAMBDA = sys::PC15_PARAM_LAMBDA;
    /// Weight of 1 - SSIM against MSE, 0 to 1. Real. Encoder.
    ALPHA = sys::PC15_PARAM_ALPHA;
    /// Code what the programs do not explain. Encoder.
    RESIDUAL = sys::PC15_PARAM_RESIDUAL;
    /// Most bits of the residual per 1000 pixels of a cell; 0: no cap. Encoder.
    RESIDUAL_CAP = sys::PC15_PARAM_RESIDUAL_CAP;
    /// Resolution of colour, a [`Chroma`]. Encoder.
    CHROMA = sys::PC15_PARAM_CHROMA;
    /// Share of the lost fine texture that grain gives back, percent. Encoder.
    GRAIN = sys::PC15_PARAM_GRAIN;
    /// What the bits are spent for, a [`Tune`]. Encoder.
    TUNE = sys::PC15_PARAM_TUNE;
    /// Every sample comes back as it was. Encoder.
    LOSSLESS = sys::PC15_PARAM_LOSSLESS;
    /// Most bytes of the whole file, reached by several passes; 0: none. Encoder.
    TARGET_BYTES = sys::PC15_PARAM_TARGET_BYTES;
    /// Least PSNR of luma in dB, reached by several passes; 0: none. Real. Encoder.
    TARGET_PSNR = sys::PC15_PARAM_TARGET_PSNR;
    /// Least SSIM of luma, reached by several passes; 0: none. Real. Encoder.
    TARGET_SSIM = sys::PC15_PARAM_TARGET_SSIM;
    /// Side of a procedural tile, pixels. Encoder.
    TILE = sys::PC15_PARAM_TILE;
    /// Overlap of two tiles, pixels, at most half the tile. Encoder.
    OVERLAP = sys::PC15_PARAM_OVERLAP;
    /// Side of a residual cell: 128, 256 or 512 pixels. Encoder.
    CELL = sys::PC15_PARAM_CELL;
    /// Allow the compact form for tiny files. Encoder.
    COMPACT = sys::PC15_PARAM_COMPACT;
    /// Search for programs at all. Encoder.
    PROCEDURAL = sys::PC15_PARAM_PROCEDURAL;
    /// 1 fast to 9 thorough. Encoder.
    EFFORT = sys::PC15_PARAM_EFFORT;
    /// Candidates kept per tile. Encoder.
    BEAM = sys::PC15_PARAM_BEAM;
    /// Stop a tile when the first candidates gain less, in 1/1000 dB; 0: never. Encoder.
    EARLY_EXIT = sys::PC15_PARAM_EARLY_EXIT;
    /// Global seed of the generators. Encoder.
    SEED = sys::PC15_PARAM_SEED;
    /// Threads of a call, the caller's included; 0: one per processor. Results do not depend on it. Both.
    THREADS = sys::PC15_PARAM_THREADS;
    /// Most bytes that the handle may hold. Both.
    MAX_MEMORY = sys::PC15_PARAM_MAX_MEMORY;
    /// Where samples are made: 0 a device for large pictures if there is one, 1 the processor, 2 a CUDA device.
    /// Pixels do not depend on it. Decoder.
    DEVICE = sys::PC15_PARAM_DEVICE;
    /// Number of the device. Decoder.
    DEVICE_INDEX = sys::PC15_PARAM_DEVICE_INDEX;
    /// Measure PSNR and SSIM for the statistics, 0 or 1; without they are NaN. The file does not depend on it. Encoder.
    MEASURE = sys::PC15_PARAM_MEASURE;
    /// Decode what is intact of a damaged file. Decoder.
    TOLERANT = sys::PC15_PARAM_TOLERANT;
    /// Widest picture to accept, pixels. Decoder.
    MAX_WIDTH = sys::PC15_PARAM_MAX_WIDTH;
    /// Highest picture to accept, pixels. Decoder.
    MAX_HEIGHT = sys::PC15_PARAM_MAX_HEIGHT;
    /// Largest picture to accept, pixels. Decoder.
    MAX_PIXELS = sys::PC15_PARAM_MAX_PIXELS;
    /// Most sections of a file to accept. Decoder.
    MAX_SECTIONS = sys::PC15_PARAM_MAX_SECTIONS;
    /// Most bytes of metadata to accept. Decoder.
    MAX_METADATA = sys::PC15_PARAM_MAX_METADATA;
}

impl Param {
    /// All parameters of the linked library, in its order.
    pub fn all() -> impl Iterator<Item = Param> {
        raw::param_ids().into_iter().map(Param)
    }

    /// The parameter of this number, which need not exist: calls with it answer [`Status::UNKNOWN_PARAM`] then.
    pub const fn from_id(id: i32) -> Param {
        Param(id)
    }

    /// The parameter of this name as command lines use it, `"early-exit"`.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`].
    pub fn from_name(name: &str) -> Result<Param> {
        raw::param_from_name(name).map(Param)
    }

    /// The number in `pc15.h`.
    pub const fn id(self) -> i32 {
        self.0
    }

    /// Lower-case name, `"early-exit"`; `""` for an unknown number.
    pub fn name(self) -> &'static str {
        raw::param_name(self.0).unwrap_or("")
    }

    /// Everything that the library says about the parameter.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`].
    pub fn info(self) -> Result<ParamInfo> {
        let [min, max, default] = raw::param_bounds(self.0)?;
        let (kind, scale, scope) = raw::param_kind(self.0);
        let kind = ParamKind::from_code(kind);
        let choices = if kind == ParamKind::Enum {
            (min..=max).filter_map(|value| raw::param_choice(self.0, value)).collect()
        } else {
            Vec::new()
        };
        Ok(ParamInfo {
            id: self.0,
            name: self.name(),
            doc: raw::param_doc(self.0).unwrap_or(""),
            kind,
            scale,
            min,
            max,
            default,
            encoder: scope & sys::PC15_SCOPE_ENCODER != 0,
            decoder: scope & sys::PC15_SCOPE_DECODER != 0,
            choices,
        })
    }

    /// The value of this text: the name of a choice (`"420"`), `"true"` or `"false"`, or a number in real units.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`], or [`Status::INVALID_ARGUMENT`] for a text that is no value. Ranges are checked when the
    /// value is set.
    pub fn parse(self, text: &str) -> Result<ParamValue> {
        let info = self.info()?;
        if let Some(index) = info.choices.iter().position(|choice| *choice == text) {
            return Ok(ParamValue::Int(info.min + index as i64));
        }
        let value = match info.kind {
            ParamKind::Fixed => text.parse().ok().map(ParamValue::Real),
            ParamKind::Bool => text.parse().ok().map(|value: bool| ParamValue::from(value)),
            ParamKind::Enum => None,
            _ => text.parse().ok().map(ParamValue::Int),
        };
        value.ok_or_else(|| {
            Error::new(Status::INVALID_ARGUMENT, format!("'{text}' is no value of the parameter {}", info.name))
        })
    }
}

/// How the values of a parameter are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum ParamKind {
    /// A whole number.
    Int,
    /// A real number, stored as value x [`ParamInfo::scale`].
    Fixed,
    /// 0 or 1.
    Bool,
    /// One of [`ParamInfo::choices`].
    Enum,
}

impl ParamKind {
    pub(crate) fn from_code(code: i32) -> ParamKind {
        match code {
            sys::PC15_TYPE_FIXED => ParamKind::Fixed,
            sys::PC15_TYPE_BOOL => ParamKind::Bool,
            sys::PC15_TYPE_ENUM => ParamKind::Enum,
            _ => ParamKind::Int,
        }
    }
}

/// A row of the library's table of parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ParamInfo {
    /// The number in `pc15.h`.
    pub id: i32,
    /// Lower-case name.
    pub name: &'static str,
    /// One line for a user.
    pub doc: &'static str,
    /// How the values are meant.
    pub kind: ParamKind,
    /// Units per 1.0: 1000 for `quality`, 1 for all that is not [`ParamKind::Fixed`].
    pub scale: i64,
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
    /// Initial value.
    pub default: i64,
    /// Encoders take it.
    pub encoder: bool,
    /// Decoders take it.
    pub decoder: bool,
    /// Names of the values of an enumeration, from `min` on; else empty.
    pub choices: Vec<&'static str>,
}

/// A value to set: in the units of the library, or in real ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamValue {
    /// As stored: a real parameter times its scale.
    Int(i64),
    /// In real units (`quality` 60.5), rounded to the nearest step.
    Real(f64),
}

impl From<f64> for ParamValue {
    fn from(value: f64) -> ParamValue {
        ParamValue::Real(value)
    }
}

impl From<i64> for ParamValue {
    fn from(value: i64) -> ParamValue {
        ParamValue::Int(value)
    }
}

impl From<i32> for ParamValue {
    fn from(value: i32) -> ParamValue {
        ParamValue::Int(value.into())
    }
}

impl From<u32> for ParamValue {
    fn from(value: u32) -> ParamValue {
        ParamValue::Int(value.into())
    }
}

impl From<bool> for ParamValue {
    fn from(value: bool) -> ParamValue {
        ParamValue::Int(value.into())
    }
}

impl From<Chroma> for ParamValue {
    fn from(value: Chroma) -> ParamValue {
        ParamValue::from(value.code())
    }
}

impl From<Tune> for ParamValue {
    fn from(value: Tune) -> ParamValue {
        ParamValue::from(value.code())
    }
}

/// A count of bytes or pixels as the library's signed number; what does not fit is out of every range.
pub(crate) fn unsigned(param: Param, value: u64) -> Result<ParamValue> {
    i64::try_from(value)
        .map(ParamValue::Int)
        .map_err(|_| Error::new(Status::OUT_OF_RANGE, format!("{} = {value} is above {}", param.name(), i64::MAX)))
}
