//! The `image` crate: reading .pc15 through it, encoding its pictures.
//!
//! Call [`register_image_decoding_hook`] once, in the application rather than in a library; `image::open` and
//! `image::ImageReader` know the format from then on.

use std::ffi::OsString;
use std::io::Read;

use image::error::{
    DecodingError, ImageFormatHint, LimitError, LimitErrorKind, UnsupportedError, UnsupportedErrorKind,
};
use image::hooks::{register_decoding_hook, register_format_detection_hook};
use image::{ColorType, ImageDecoder, ImageError, ImageResult, LimitSupport, Limits};

use crate::{Decoder, Error, ErrorKind, Format, ImageInfo, ImageMut, MetadataKind, Status, probe};

/// First bytes of a file in the full and in the compact form.
const SIGNATURES: [&[u8]; 2] = [b"PC15\x8f\r\n\x1a", b"PC15\xf0"];

fn hint() -> ImageFormatHint {
    ImageFormatHint::Name("PC15".to_owned())
}

fn out_of_memory() -> ImageError {
    ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
}

impl From<Error> for ImageError {
    fn from(error: Error) -> ImageError {
        match error.kind() {
            ErrorKind::Resource => out_of_memory(),
            _ if matches!(error.status(), Status::VERSION | Status::UNSUPPORTED) => {
                let kind = UnsupportedErrorKind::GenericFeature(error.to_string());
                ImageError::Unsupported(UnsupportedError::from_format_and_kind(hint(), kind))
            }
            _ => ImageError::Decoding(DecodingError::new(hint(), error)),
        }
    }
}

/// Makes .pc15 known to `image`. False when it was known already.
pub fn register_image_decoding_hook() -> bool {
    let extension = || OsString::from("pc15");
    let registered = register_decoding_hook(extension(), Box::new(|reader| Ok(Box::new(Pc15Decoder::new(reader)?))));
    if registered {
        for signature in SIGNATURES {
            register_format_detection_hook(extension(), signature, None);
        }
    }
    registered
}

/// An [`ImageDecoder`] for PC15. Strict: a damaged file is refused.
///
/// Making one reads the head; the rest is read when metadata or pixels are asked for. Limits on width and height hold
/// strictly; that on memory holds for the file, the work of the decoder and, as `image` counts it, the pixels.
#[derive(Debug)]
pub struct Pc15Decoder<R: Read> {
    reader: R,
    bytes: Vec<u8>,
    complete: bool,
    info: ImageInfo,
    max_alloc: u64,
}

impl<R: Read> Pc15Decoder<R> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// `Decoding` when it is no good PC15 file, `Unsupported` for another version, `IoError` of the reader.
    pub fn new(mut reader: R) -> ImageResult<Pc15Decoder<R>> {
        let mut bytes = Vec::new();
        let mut complete = false;
        loop {
            match probe(&bytes) {
                Ok(info) => return Ok(Pc15Decoder { reader, bytes, complete, info, max_alloc: u64::MAX }),
                Err(error) if error.kind() == ErrorKind::NeedInput && !complete => {
                    let more = error.needed().unwrap_or(0).saturating_sub(bytes.len()).max(1) as u64;
                    let read = (&mut reader).take(more).read_to_end(&mut bytes)? as u64;
                    complete = read < more;
                }
                Err(error) if error.kind() == ErrorKind::NeedInput => {
                    return Err(Error::new(Status::TRUNCATED, "the file ends in its head").into());
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What the file says about itself.
    pub fn info(&self) -> &ImageInfo {
        &self.info
    }

    /// The whole file, unless it has more bytes than the limits allow.
    fn read_rest(&mut self) -> ImageResult<()> {
        if !self.complete {
            let room = self.max_alloc.saturating_sub(self.bytes.len() as u64);
            let read = (&mut self.reader).take(room.saturating_add(1)).read_to_end(&mut self.bytes)?;
            if read as u64 > room {
                return Err(out_of_memory());
            }
            self.complete = true;
        }
        Ok(())
    }

    /// A decoder that keeps to what the limits leave after the file.
    fn decoder(&self) -> ImageResult<Decoder> {
        let left = self.max_alloc.saturating_sub(self.bytes.len() as u64);
        let default = crate::Limits::defaults()?.max_memory_bytes;
        Ok(Decoder::builder().max_memory(left.min(default)).build()?)
    }

    fn metadata(&mut self, kind: MetadataKind) -> ImageResult<Option<Vec<u8>>> {
        self.read_rest()?;
        Ok(self.decoder()?.open(&self.bytes)?.metadata(kind)?)
    }
}

impl<R: Read> ImageDecoder for Pc15Decoder<R> {
    fn dimensions(&self) -> (u32, u32) {
        (self.info.width, self.info.height)
    }

    fn color_type(&self) -> ColorType {
        match self.info.natural_format {
            Format::Y => ColorType::L8,
            Format::Rgb => ColorType::Rgb8,
            Format::Rgba => ColorType::Rgba8,
        }
    }

    fn icc_profile(&mut self) -> ImageResult<Option<Vec<u8>>> {
        self.metadata(MetadataKind::Icc)
    }

    fn exif_metadata(&mut self) -> ImageResult<Option<Vec<u8>>> {
        self.metadata(MetadataKind::Exif)
    }

    fn xmp_metadata(&mut self) -> ImageResult<Option<Vec<u8>>> {
        self.metadata(MetadataKind::Xmp)
    }

    fn set_limits(&mut self, limits: Limits) -> ImageResult<()> {
        limits.check_support(&LimitSupport::default())?;
        limits.check_dimensions(self.info.width, self.info.height)?;
        self.max_alloc = limits.max_alloc.unwrap_or(u64::MAX);
        Ok(())
    }

    fn read_image(mut self, buf: &mut [u8]) -> ImageResult<()> {
        assert_eq!(buf.len() as u64, self.total_bytes(), "the buffer has the size of the picture");
        self.read_rest()?;
        let picture = ImageMut::new(self.info.natural_format, self.info.width, self.info.height, buf);
        Ok(self.decoder()?.decode_into(&self.bytes, picture)?)
    }

    fn read_image_boxed(self: Box<Self>, buf: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(buf)
    }
}

/// Encodes a picture of the `image` crate. L8, RGB8 and RGBA8 are used where they are; LA8 becomes RGBA8 without loss.
///
/// ```
/// let picture = image::DynamicImage::new_rgb8(32, 16);
/// let mut encoder = pc15::Encoder::builder().effort(1).build()?;
/// let file = pc15::integration::encode_dynamic_image(&mut encoder, &picture)?;
/// # let _ = file;
/// # Ok::<(), pc15::Error>(())
/// ```
///
/// # Errors
/// [`Status::INVALID_ARGUMENT`] for 16-bit and float pictures: the format has 8 bits per sample, and rounding is yours to
/// ask for (`to_rgb8`). Further those of [`Encoder::encode`](crate::Encoder::encode).
#[cfg(feature = "encoder")]
pub fn encode_dynamic_image(encoder: &mut crate::Encoder, picture: &image::DynamicImage) -> crate::Result<Vec<u8>> {
    use image::DynamicImage;

    let (width, height) = (picture.width(), picture.height());
    let (format, pixels) = match picture {
        DynamicImage::ImageLuma8(p) => (Format::Y, p.as_raw()),
        DynamicImage::ImageRgb8(p) => (Format::Rgb, p.as_raw()),
        DynamicImage::ImageRgba8(p) => (Format::Rgba, p.as_raw()),
        DynamicImage::ImageLumaA8(_) => {
            return encoder.encode(crate::ImageRef::new(Format::Rgba, width, height, picture.to_rgba8().as_raw()));
        }
        other => {
            let text = format!("{:?} has more than 8 bits per sample; convert it first", other.color());
            return Err(Error::new(Status::INVALID_ARGUMENT, text));
        }
    };
    encoder.encode(crate::ImageRef::new(format, width, height, pixels))
}
