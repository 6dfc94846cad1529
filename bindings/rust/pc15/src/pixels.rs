//! Pictures in memory: borrowed for reading, borrowed for writing, owned.

use pc15_sys as sys;

use crate::{Error, Result, Status, raw};

/// Interleaved samples of 8 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Format {
    /// Luma.
    Y,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, and alpha that is not premultiplied.
    Rgba,
}

impl Format {
    /// Samples, and bytes, of a pixel.
    pub const fn channels(self) -> usize {
        match self {
            Format::Y => 1,
            Format::Rgb => 3,
            Format::Rgba => 4,
        }
    }

    pub(crate) const fn code(self) -> i32 {
        match self {
            Format::Y => sys::PC15_FORMAT_Y,
            Format::Rgb => sys::PC15_FORMAT_RGB,
            Format::Rgba => sys::PC15_FORMAT_RGBA,
        }
    }

    /// RGBA holds whatever a later version may add.
    pub(crate) const fn from_code(code: i32) -> Format {
        match code {
            sys::PC15_FORMAT_Y => Format::Y,
            sys::PC15_FORMAT_RGB => Format::Rgb,
            _ => Format::Rgba,
        }
    }

    /// Bytes that a picture needs: (height - 1) x |stride| + width x channels. `stride` 0 means rows without padding.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`] for a stride shorter than a row, [`Status::OUT_OF_RANGE`] for a side of 0 or above
    /// 65535 pixels.
    pub fn bytes(self, width: u32, height: u32, stride: i64) -> Result<usize> {
        raw::image_bytes(self.code(), width, height, stride)
    }
}

/// A picture to be read: pixels of yours, borrowed.
///
/// Sizes are in pixels, the stride in bytes. Nothing is checked before a call takes the picture, so that a wrong one gives
/// the status that the C library gives.
///
/// ```
/// use pc15::{Format, ImageRef};
///
/// let pixels = [0u8; 64 * 48 * 3];
/// let image = ImageRef::new(Format::Rgb, 64, 48, &pixels);
/// let bottom_up = image.with_stride(-(64 * 3));
/// # let _ = bottom_up;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ImageRef<'a> {
    format: Format,
    width: u32,
    height: u32,
    stride: i64,
    data: &'a [u8],
}

impl<'a> ImageRef<'a> {
    /// Rows of `width` pixels without padding, from the top.
    pub const fn new(format: Format, width: u32, height: u32, data: &'a [u8]) -> ImageRef<'a> {
        ImageRef { format, width, height, stride: 0, data }
    }

    /// Rows that begin `stride` bytes apart. 0 means rows without padding; a negative stride means that the first row of
    /// the picture is the last of `data`.
    #[must_use]
    pub const fn with_stride(mut self, stride: i64) -> ImageRef<'a> {
        self.stride = stride;
        self
    }

    /// Format of the samples.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Width in pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Bytes from one row to the next; 0: without padding.
    pub const fn stride(&self) -> i64 {
        self.stride
    }

    /// The memory block.
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }
}

/// A picture to be written: room of yours, borrowed. As [`ImageRef`]; padding bytes are not written.
#[derive(Debug)]
pub struct ImageMut<'a> {
    format: Format,
    width: u32,
    height: u32,
    stride: i64,
    data: &'a mut [u8],
}

impl<'a> ImageMut<'a> {
    /// Rows of `width` pixels without padding, from the top.
    pub const fn new(format: Format, width: u32, height: u32, data: &'a mut [u8]) -> ImageMut<'a> {
        ImageMut { format, width, height, stride: 0, data }
    }

    /// Rows that begin `stride` bytes apart; see [`ImageRef::with_stride`].
    #[must_use]
    pub const fn with_stride(mut self, stride: i64) -> ImageMut<'a> {
        self.stride = stride;
        self
    }

    /// Format of the samples.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Width in pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Bytes from one row to the next; 0: without padding.
    pub const fn stride(&self) -> i64 {
        self.stride
    }

    /// The memory block.
    pub const fn data(&self) -> &[u8] {
        self.data
    }

    pub(crate) const fn data_mut(&mut self) -> &mut [u8] {
        self.data
    }
}

/// A picture that owns its pixels: rows from the top, without padding. Always consistent.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    format: Format,
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl Image {
    /// A picture of these pixels.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`] when `data` is not width x height x channels bytes, [`Status::OUT_OF_RANGE`] for a
    /// side of 0 or above 65535 pixels.
    pub fn new(format: Format, width: u32, height: u32, data: Vec<u8>) -> Result<Image> {
        let needed = format.bytes(width, height, 0)?;
        if data.len() != needed {
            let text = format!("{width} x {height} pixels of {format:?} are {needed} bytes, not {}", data.len());
            return Err(Error::new(Status::INVALID_ARGUMENT, text));
        }
        Ok(Image { format, width, height, data })
    }

    /// A black picture, transparent where it has alpha.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`] for a side of 0 or above 65535 pixels, [`Status::NO_MEMORY`].
    pub fn zeroed(format: Format, width: u32, height: u32) -> Result<Image> {
        let data = raw::zeros(format.bytes(width, height, 0)?)?;
        Ok(Image { format, width, height, data })
    }

    /// Format of the samples.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, rows from the top, channels interleaved.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// All pixels, writable.
    pub fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// Row `y` from the top, or `None` below the picture.
    pub fn row(&self, y: u32) -> Option<&[u8]> {
        self.data.chunks_exact(self.width as usize * self.format.channels()).nth(y as usize)
    }

    /// The pixels alone.
    pub fn into_vec(self) -> Vec<u8> {
        self.data
    }

    /// The picture, borrowed for reading.
    pub fn as_image_ref(&self) -> ImageRef<'_> {
        ImageRef::new(self.format, self.width, self.height, &self.data)
    }

    /// The picture, borrowed for writing.
    pub fn as_image_mut(&mut self) -> ImageMut<'_> {
        ImageMut::new(self.format, self.width, self.height, &mut self.data)
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image({:?}, {} x {})", self.format, self.width, self.height)
    }
}

impl<'a> From<&'a Image> for ImageRef<'a> {
    fn from(image: &'a Image) -> ImageRef<'a> {
        image.as_image_ref()
    }
}

impl<'a> From<&'a mut Image> for ImageMut<'a> {
    fn from(image: &'a mut Image) -> ImageMut<'a> {
        image.as_image_mut()
    }
}
