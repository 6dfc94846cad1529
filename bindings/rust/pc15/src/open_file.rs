//! A file that stays open: borrowed, or with its bytes.

use std::sync::Arc;

use crate::raw::{DecoderHandle, OpenGuard, Opened, OwnedOpen};
use crate::{
    CancelToken, DamageMap, Decoder, Error, Field, Format, Image, ImageInfo, ImageMut, ImageRef, Layer, MetadataItem,
    MetadataKind, Part, Region, Result, Scale, Status, Tile, TileRef,
};

/// An open file; see [`Decoder::open`] and [`Reader::file`]. Closed when dropped.
///
/// Questions about an open file can answer with a data error without poisoning the decoder: the rest may be fine.
#[derive(Debug)]
pub struct OpenFile<'a>(Opening<'a>);

#[derive(Debug)]
enum Opening<'a> {
    Borrowed(OpenGuard<'a>),
    Kept(Opened<'a>),
}

impl<'a> OpenFile<'a> {
    pub(crate) fn new(guard: OpenGuard<'a>) -> OpenFile<'a> {
        OpenFile(Opening::Borrowed(guard))
    }

    fn calls(&self) -> &Opened<'a> {
        match &self.0 {
            Opening::Borrowed(guard) => guard.calls(),
            Opening::Kept(opened) => opened,
        }
    }

    fn calls_mut(&mut self) -> &mut Opened<'a> {
        match &mut self.0 {
            Opening::Borrowed(guard) => guard.calls_mut(),
            Opening::Kept(opened) => opened,
        }
    }

    /// What the file says about itself.
    ///
    /// # Errors
    /// [`Status::POISONED`].
    pub fn info(&self) -> Result<ImageInfo> {
        self.calls().info().map(|info| ImageInfo::new(&info))
    }

    /// Decodes the whole picture or a rectangle of it, in the natural format when `format` is `None`.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::OUT_OF_RANGE`] when the rectangle is not inside the picture.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn read(&mut self, region: Option<Region>, format: Option<Format>) -> Result<Image> {
        self.read_scaled(Scale::One, region, format)
    }

    /// Decodes into room of yours the rectangle of its size that begins at (x, y).
    ///
    /// # Errors
    /// As [`read`](OpenFile::read); [`Status::INVALID_ARGUMENT`] for a stride, [`Status::DST_TOO_SMALL`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn read_into<'b>(&mut self, x: u32, y: u32, image: impl Into<ImageMut<'b>>) -> Result<()> {
        self.read_scaled_into(Scale::One, x, y, image)
    }

    /// As [`Decoder::decode_scaled`].
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn read_scaled(&mut self, scale: Scale, region: Option<Region>, format: Option<Format>) -> Result<Image> {
        let info = self.info()?;
        let (width, height) = scale.size(info.width, info.height)?;
        let region = region.unwrap_or(Region::new(0, 0, width, height));
        let format = format.unwrap_or(info.natural_format);
        // The library refuses what lies outside; no memory for it before that.
        let inside = region.x < width
            && region.y < height
            && region.width <= width - region.x
            && region.height <= height - region.y;
        let mut image = if inside {
            Image::zeroed(format, region.width, region.height)?
        } else {
            let mut nothing = [];
            let outside = ImageMut::new(format, region.width, region.height, &mut nothing);
            self.read_scaled_into(scale, region.x, region.y, outside)?;
            return Image::zeroed(format, 0, 0);
        };
        self.read_scaled_into(scale, region.x, region.y, &mut image)?;
        Ok(image)
    }

    /// As [`Decoder::decode_scaled_into`].
    ///
    /// # Errors
    /// As there.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn read_scaled_into<'b>(&mut self, scale: Scale, x: u32, y: u32, image: impl Into<ImageMut<'b>>) -> Result<()> {
        self.calls_mut().read_into(scale.log2(), x, y, &mut image.into())
    }

    /// Decodes the whole picture from top to bottom, at most 64 rows at a time: `rows` gets the number of the first row,
    /// and a picture of these rows that is borrowed for the call. Memory follows the width of the picture and not its
    /// height. What `rows` returns as an error ends the decode and comes back; any error type will do that an [`Error`]
    /// can become, [`std::io::Error`] among them.
    ///
    /// ```
    /// # fn convert(decoder: &mut pc15::Decoder, file: &[u8], mut out: impl std::io::Write) -> std::io::Result<()> {
    /// decoder.open(file)?.read_rows(None, |_, rows| out.write_all(rows.data()))
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Decoder`]; what `rows` returned. In a strict decode rows may have been handed over before a broken cell is
    /// met.
    ///
    /// # Panics
    /// Goes on with a panic of `rows` or of the progress closure.
    pub fn read_rows<E: From<Error>>(
        &mut self,
        format: Option<Format>,
        mut rows: impl FnMut(u32, ImageRef<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let info = self.info()?;
        let format = format.unwrap_or(info.natural_format);
        let mut failure = None;
        let done = self.calls_mut().read_rows(format.code(), &mut |y, count, bytes| {
            failure = rows(y, ImageRef::new(format, info.width, count, bytes)).err();
            failure.is_none()
        });
        match failure {
            Some(error) => Err(error),
            None => done.map_err(E::from),
        }
    }

    /// Whether the last call found damage.
    pub fn damaged(&self) -> bool {
        self.calls().damaged()
    }

    /// Which cells the last decode lost.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`] when nothing was decoded.
    pub fn damage(&self) -> Result<DamageMap> {
        self.calls().damage().map(|states| DamageMap::new(&states))
    }

    /// The items of metadata, in file order. An item that is damaged (tolerant reading alone) is an error of its own.
    ///
    /// # Errors
    /// [`Status::POISONED`].
    pub fn metadata_items(&self) -> Result<Vec<Result<MetadataItem>>> {
        let item = |(kind, bytes)| MetadataItem { kind: MetadataKind::from_code(kind), bytes };
        Ok(self.calls().metadata_items()?.into_iter().map(|found| found.map(item)).collect())
    }

    /// The bytes of an item, `None` when the file has none of this kind.
    ///
    /// # Errors
    /// [`Status::CRC`] or [`Status::TRUNCATED`] when it is damaged (tolerant reading alone), [`Status::INVALID_ARGUMENT`]
    /// for a kind that does not exist.
    pub fn metadata(&self, kind: MetadataKind) -> Result<Option<Vec<u8>>> {
        match self.calls().metadata(kind.code()) {
            Ok(item) => Ok(Some(item)),
            Err(error) if error.status() == Status::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The parts of the file, in file order.
    ///
    /// # Errors
    /// [`Status::POISONED`], `NO_MEMORY`, `LIMIT`.
    pub fn parts(&self) -> Result<Vec<Part>> {
        Ok(self.calls().parts()?.iter().map(Part::new).collect())
    }

    /// Number of tiles; 0 when the file has no programs.
    ///
    /// # Errors
    /// The data errors of the programs, `NO_MEMORY`, `LIMIT`.
    pub fn tile_count(&self) -> Result<u32> {
        self.calls().tile_count()
    }

    /// The tile of this number.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`], and those of [`tile_count`](OpenFile::tile_count).
    pub fn tile(&self, number: u32) -> Result<Tile> {
        self.calls().tile(number).map(|tile| Tile::new(&tile))
    }

    /// The smooth part of a program; for a merged tile, of the one that it renders.
    ///
    /// # Errors
    /// [`Status::NOT_FOUND`] when the tile renders no program, and those of [`tile`](OpenFile::tile).
    pub fn field(&self, of: TileRef) -> Result<Field> {
        self.calls().field(of.code()).map(|field| Field::new(&field))
    }

    /// Layer `index` of a program, from 0.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`], and those of [`field`](OpenFile::field).
    pub fn layer(&self, of: TileRef, index: u32) -> Result<Layer> {
        self.calls().layer(of.code(), index).map(|layer| Layer::new(&layer))
    }
}

/// A decoder with a file open in it, and the bytes of the file: to be kept in a struct or sent to a thread.
///
/// ```
/// # fn view(file: Vec<u8>) -> pc15::Result<()> {
/// let mut reader = pc15::Decoder::new()?.into_reader(file)?;
/// let corner = reader.file().read(Some(pc15::Region::new(0, 0, 8, 8)), None)?;
/// # let _ = corner;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Reader(OwnedOpen);

impl Reader {
    pub(crate) fn open(handle: DecoderHandle, bytes: Arc<[u8]>) -> Result<Reader> {
        OwnedOpen::open(handle, bytes).map(Reader)
    }

    /// The open file.
    pub fn file(&mut self) -> OpenFile<'_> {
        OpenFile(Opening::Kept(self.0.calls()))
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// What cancels reads from any thread.
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken::new(self.0.canceller())
    }

    /// The decoder again; the file is closed.
    pub fn into_decoder(self) -> Decoder {
        Decoder::from_handle(self.0.close())
    }
}
