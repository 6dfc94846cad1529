//! Generators: what can be rendered, their parameters, and these as steps and bytes.

use crate::{Format, Image, ImageMut, ParamKind, Result, raw};

/// A generator. Its number is that of the file format and never changes its meaning; numbers are not dense.
///
/// ```
/// use pc15::Generator;
///
/// let stripes = Generator::from_name("stripes")?;
/// let picture = stripes.render(64, 64, &[], 0)?; // default parameters
/// assert_eq!(picture.data().len(), 64 * 64);
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Generator(i32);

impl Generator {
    /// A number from the library itself.
    pub(crate) const fn unchecked(number: i32) -> Generator {
        Generator(number)
    }

    /// All generators of the linked library, in its order.
    pub fn all() -> impl Iterator<Item = Generator> {
        raw::generator_numbers().into_iter().map(Generator)
    }

    /// The generator of this name.
    ///
    /// # Errors
    /// [`Status::NOT_FOUND`](crate::Status::NOT_FOUND).
    pub fn from_name(name: &str) -> Result<Generator> {
        raw::generator_from_name(name).map(Generator)
    }

    /// The generator of this number, if there is one.
    pub fn from_number(number: i32) -> Option<Generator> {
        raw::generator_name(number).map(|_| Generator(number))
    }

    /// The number in files.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// `"stripes"`.
    pub fn name(self) -> &'static str {
        raw::generator_name(self.0).unwrap_or("")
    }

    /// What it draws, with the formula.
    pub fn doc(self) -> &'static str {
        raw::generator_doc(self.0).unwrap_or("")
    }

    /// Whether its picture depends on a seed.
    pub fn is_seeded(self) -> bool {
        raw::generator_is_seeded(self.0)
    }

    /// Its parameters, in order.
    ///
    /// # Errors
    /// None for a generator of the linked library.
    pub fn params(self) -> Result<Vec<GeneratorParam>> {
        (0..raw::generator_param_count(self.0)).map(|index| GeneratorParam::new(self.0, index as u32)).collect()
    }

    /// Groups of parameters that only mean something together.
    ///
    /// # Errors
    /// None for a generator of the linked library.
    pub fn packs(self) -> Result<Vec<GeneratorPack>> {
        let packs = raw::packs(self.0).into_iter().enumerate();
        packs
            .map(|(index, (name, doc))| {
                let positions = raw::pack_positions(self.0, index as u32)?;
                Ok(GeneratorPack { name, doc, positions: positions.into_iter().map(|p| p as usize).collect() })
            })
            .collect()
    }

    /// Renders a plane that spans 0 to 255. `values` are its parameters, one each, in the units of
    /// [`params`](Generator::params), positions relative to the centre of the picture; none: the defaults. They are
    /// quantised first, so that the picture is one that a file holds in some tens of bytes. `seed` matters for seeded
    /// generators only. Every platform gives the same bytes. Thread: any.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) (a value, a side of 0 or above 65535 pixels),
    /// `INVALID_ARGUMENT` (number of values).
    pub fn render(self, width: u32, height: u32, values: &[f64], seed: i64) -> Result<Image> {
        let mut image = Image::zeroed(Format::Y, width, height)?;
        self.render_into(image.as_image_mut(), values, seed)?;
        Ok(image)
    }

    /// As [`render`](Generator::render), into a plane of yours.
    ///
    /// # Errors
    /// As `render`; `INVALID_ARGUMENT` for a stride or a format other than Y, `DST_TOO_SMALL`.
    pub fn render_into<'a>(self, plane: impl Into<ImageMut<'a>>, values: &[f64], seed: i64) -> Result<()> {
        let mut plane = plane.into();
        crate::grid::need_plane(plane.format())?;
        raw::render(self.0, values, seed, &mut plane)
    }

    /// The steps of parameters as a file holds them: an integer each, on a grid that depends on `precision` (0 fine to 7
    /// coarse) and on `frame`, the longer side in pixels of the tile or picture (1 to 65535). Thread: any.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) (precision, frame, a value), `INVALID_ARGUMENT` (number of
    /// values).
    pub fn quantise(self, precision: u32, frame: u32, values: &[f64]) -> Result<Vec<i32>> {
        raw::quantise(self.0, saturating(precision), frame, values)
    }

    /// The values of steps; every step inside the range of its parameter is accepted. Thread: any.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE), `INVALID_ARGUMENT` (number of steps).
    pub fn dequantise(self, steps: &[i32]) -> Result<Vec<f64>> {
        raw::dequantise(self.0, steps)
    }

    /// Steps as bytes: fixed-length fields of as many bits as the grid needs. Thread: any.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) (precision, frame, a step off the grid), `INVALID_ARGUMENT`
    /// (number of steps).
    pub fn pack(self, precision: u32, frame: u32, steps: &[i32]) -> Result<Vec<u8>> {
        raw::pack(self.0, saturating(precision), frame, steps)
    }

    /// Bytes as steps. Thread: any.
    ///
    /// # Errors
    /// [`Status::TRUNCATED`](crate::Status::TRUNCATED), `TRAILING`, `CORRUPT`, `OUT_OF_RANGE` (precision, frame).
    pub fn unpack(self, precision: u32, frame: u32, bytes: &[u8]) -> Result<Vec<i32>> {
        raw::unpack(self.0, saturating(precision), frame, bytes)
    }
}

/// A number above `i32::MAX` is out of every range just the same.
fn saturating(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A parameter of a generator.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GeneratorParam {
    /// `"angle"`.
    pub name: &'static str,
    /// `"deg"`, `"px"`, `""`.
    pub unit: &'static str,
    /// One line for a user.
    pub doc: &'static str,
    /// How the values are meant.
    pub kind: ParamKind,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Value when none is given.
    pub default: f64,
    /// Distance of neighbouring values at the finest precision, at the default.
    pub step: f64,
    /// Names of the values of an enumeration, from `min` on; else empty.
    pub choices: Vec<&'static str>,
}

impl GeneratorParam {
    fn new(generator: i32, index: u32) -> Result<GeneratorParam> {
        let (param, [name, unit, doc]) = raw::generator_param(generator, index)?;
        let kind = ParamKind::from_code(param.type_);
        let choices = if kind == ParamKind::Enum {
            let values = param.min as i32..=param.max as i32;
            values.filter_map(|value| raw::generator_param_choice(generator, index, value)).collect()
        } else {
            Vec::new()
        };
        let (min, max, default, step) = (param.min, param.max, param.def, param.step);
        Ok(GeneratorParam { name, unit, doc, kind, min, max, default, step, choices })
    }
}

/// Parameters of a generator that only mean something together, "wave": period, angle and phase. Train codebooks on packs
/// rather than on whole lists of parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GeneratorPack {
    /// `"wave"`, `"center"`, ...
    pub name: &'static str,
    /// One line for a user.
    pub doc: &'static str,
    /// Positions of the members among the generator's parameters, in the order of the pack.
    pub positions: Vec<usize>,
}
