//! Many pictures at a time on rayon's threads, one handle for each thread that works.
//!
//! Handles use one thread each unless their builder says otherwise: rayon already uses all processors. Results are in the
//! order of the inputs; an error belongs to its own input.

use rayon::prelude::*;

use crate::{Decoder, DecoderBuilder, Image, Result};
#[cfg(feature = "encoder")]
use crate::{Encoder, EncoderBuilder, ImageRef};

/// Encodes pictures in parallel.
///
/// ```
/// use pc15::{EncoderBuilder, Format, ImageRef, batch};
///
/// let pixels = [[10u8; 64], [20; 64], [30; 64]];
/// let pictures: Vec<_> = pixels.iter().map(|p| ImageRef::new(Format::Y, 8, 8, p)).collect();
/// let files = batch::encode(&EncoderBuilder::new().effort(1), &pictures);
/// assert!(files.iter().all(Result::is_ok));
/// ```
#[cfg(feature = "encoder")]
pub fn encode(builder: &EncoderBuilder, pictures: &[ImageRef<'_>]) -> Vec<Result<Vec<u8>>> {
    encode_with(|| builder.build(), pictures)
}

/// As [`encode`], with encoders that you make: with a model, say, or a progress closure.
#[cfg(feature = "encoder")]
pub fn encode_with(make: impl Fn() -> Result<Encoder> + Sync, pictures: &[ImageRef<'_>]) -> Vec<Result<Vec<u8>>> {
    pictures.par_iter().map_init(&make, |encoder, picture| usable(encoder, &make)?.encode(*picture)).collect()
}

/// Decodes files in parallel, each in its natural format.
pub fn decode<B: AsRef<[u8]> + Sync>(builder: &DecoderBuilder, files: &[B]) -> Vec<Result<Image>> {
    decode_with(|| builder.build(), files)
}

/// As [`decode`], with decoders that you make.
pub fn decode_with<B: AsRef<[u8]> + Sync>(
    make: impl Fn() -> Result<Decoder> + Sync,
    files: &[B],
) -> Vec<Result<Image>> {
    let one = |decoder: &mut Result<Decoder>, file: &B| {
        let decoder = usable(decoder, &make)?;
        let picture = decoder.decode(file.as_ref());
        if picture.is_err() {
            decoder.reset()?; // a bad file poisons; the next one is another's
        }
        picture
    };
    files.par_iter().map_init(&make, one).collect()
}

/// The handle of a thread, tried again where it could not be made.
fn usable<'a, T>(handle: &'a mut Result<T>, make: &impl Fn() -> Result<T>) -> Result<&'a mut T> {
    if handle.is_err() {
        *handle = make();
    }
    handle.as_mut().map_err(|error| error.clone())
}
