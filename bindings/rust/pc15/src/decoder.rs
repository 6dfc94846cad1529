//! Files to pictures.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::param::unsigned;
use crate::raw::DecoderHandle;
use crate::{
    CancelToken, DamageMap, Error, Format, Image, ImageMut, ImageRef, MetadataKind, OpenFile, Param, ParamValue,
    Progress, Reader, Region, RepairReport, Result, Scale, Status,
};

/// Parameters for decoders. Collects them; [`build`](DecoderBuilder::build) checks them.
///
/// ```
/// let decoder = pc15::Decoder::builder().max_pixels(100_000_000).threads(0).build()?;
/// # let _ = decoder;
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing before `build`"]
pub struct DecoderBuilder {
    params: Vec<(Param, ParamValue)>,
    error: Option<Error>,
}

impl DecoderBuilder {
    /// The defaults.
    pub fn new() -> DecoderBuilder {
        DecoderBuilder::default()
    }

    /// Sets any parameter. The last one of a kind holds.
    pub fn param(mut self, param: Param, value: impl Into<ParamValue>) -> DecoderBuilder {
        self.params.push((param, value.into()));
        self
    }

    /// Whether what is intact of a damaged or truncated file is decoded (no). Calls then succeed where pixels were
    /// written; ask [`Decoder::damaged`] and [`Decoder::damage`] what is lost.
    pub fn tolerant(self, on: bool) -> DecoderBuilder {
        self.param(Param::TOLERANT, on)
    }

    /// Threads of a call, the caller's included; 0: one per processor (1). Pixels do not depend on it.
    pub fn threads(self, threads: u32) -> DecoderBuilder {
        self.param(Param::THREADS, threads)
    }

    /// Widest picture to accept, pixels (65535).
    pub fn max_width(self, pixels: u32) -> DecoderBuilder {
        self.param(Param::MAX_WIDTH, pixels)
    }

    /// Highest picture to accept, pixels (65535).
    pub fn max_height(self, pixels: u32) -> DecoderBuilder {
        self.param(Param::MAX_HEIGHT, pixels)
    }

    /// Largest picture to accept, pixels (2^29).
    pub fn max_pixels(self, pixels: u64) -> DecoderBuilder {
        self.bounded(Param::MAX_PIXELS, pixels)
    }

    /// Most sections of a file to accept (1024).
    pub fn max_sections(self, sections: u32) -> DecoderBuilder {
        self.param(Param::MAX_SECTIONS, sections)
    }

    /// Most metadata of a file to accept, bytes (2^26).
    pub fn max_metadata(self, bytes: u64) -> DecoderBuilder {
        self.bounded(Param::MAX_METADATA, bytes)
    }

    /// Most bytes that the handle may hold (2^32). The picture itself is not among them.
    pub fn max_memory(self, bytes: u64) -> DecoderBuilder {
        self.bounded(Param::MAX_MEMORY, bytes)
    }

    fn bounded(mut self, param: Param, value: u64) -> DecoderBuilder {
        match unsigned(param, value) {
            Ok(value) => self.param(param, value),
            Err(error) => {
                self.error.get_or_insert(error);
                self
            }
        }
    }

    /// A decoder that is so.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`] with the range in the message, `UNKNOWN_PARAM` (also one for encoders alone), `NO_MEMORY`.
    pub fn build(&self) -> Result<Decoder> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let mut decoder = Decoder::new()?;
        for (param, value) in &self.params {
            decoder.set(*param, *value)?;
        }
        Ok(decoder)
    }
}

/// Makes pictures of files.
///
/// Strictly, the default, a file with any damaged, missing or surplus byte is refused whole; with
/// [`DecoderBuilder::tolerant`] everything that can be proven intact is decoded. After a data error all calls answer
/// [`Status::POISONED`] until [`reset`](Decoder::reset).
///
/// A decoder can be sent to another thread, but not shared ([`Send`], not [`Sync`]); use one per thread.
///
/// Errors of all functions that take a file: the data errors (`NOT_PC15`, `VERSION`, `UNSUPPORTED`, `TRUNCATED`, `CRC`,
/// `CORRUPT`, `TRAILING`), `LIMIT`, `CANCELLED`, `POISONED`, `NO_MEMORY`, `INTERNAL`; further ones are said there.
#[derive(Debug)]
pub struct Decoder {
    handle: DecoderHandle,
}

impl Decoder {
    /// A decoder with default parameters.
    ///
    /// # Errors
    /// [`Status::NO_MEMORY`].
    pub fn new() -> Result<Decoder> {
        Ok(Decoder { handle: DecoderHandle::create()? })
    }

    /// Parameters first, then the decoder.
    pub fn builder() -> DecoderBuilder {
        DecoderBuilder::new()
    }

    pub(crate) fn from_handle(handle: DecoderHandle) -> Decoder {
        Decoder { handle }
    }

    /// Decodes the whole picture in the format that loses nothing.
    ///
    /// # Errors
    /// See [`Decoder`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode(&mut self, file: &[u8]) -> Result<Image> {
        self.open(file)?.read(None, None)
    }

    /// Decodes the whole picture in a format of your choice: a grey file as RGB repeats Y, a colour file as Y is its
    /// luma, RGBA without alpha is opaque, RGB of a file with alpha leaves it out.
    ///
    /// # Errors
    /// See [`Decoder`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_as(&mut self, file: &[u8], format: Format) -> Result<Image> {
        self.open(file)?.read(None, Some(format))
    }

    /// Decodes the whole picture into room of yours, whose width and height must be those of the file.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::INVALID_ARGUMENT`] for another size or a stride shorter than a row,
    /// [`Status::DST_TOO_SMALL`]. Pixels may be half written when this fails.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_into<'a>(&mut self, file: &[u8], image: impl Into<ImageMut<'a>>) -> Result<()> {
        self.handle.decode_into(file, &mut image.into())
    }

    /// Decodes a rectangle, in the natural format when `format` is `None`. Equals that crop of the whole picture, and
    /// reads only the programs and cells that it needs.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::OUT_OF_RANGE`] when the rectangle is not inside the picture.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_region(&mut self, file: &[u8], region: Region, format: Option<Format>) -> Result<Image> {
        self.open(file)?.read(Some(region), format)
    }

    /// As [`decode_region`](Decoder::decode_region), into room of yours: the rectangle has its size, and (x, y) is where
    /// it begins.
    ///
    /// # Errors
    /// As `decode_region`; [`Status::INVALID_ARGUMENT`] for a stride, [`Status::DST_TOO_SMALL`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_region_into<'a>(
        &mut self,
        file: &[u8],
        x: u32,
        y: u32,
        image: impl Into<ImageMut<'a>>,
    ) -> Result<()> {
        self.handle.decode_scaled_into(file, Scale::One.log2(), x, y, &mut image.into())
    }

    /// Decodes at a scale: the whole picture, or a rectangle in pixels of the scaled picture. Programs are rendered anew,
    /// so that their edges stay sharp; the residual is resampled.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::OUT_OF_RANGE`] when the rectangle is not inside the scaled picture.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_scaled(
        &mut self,
        file: &[u8],
        scale: Scale,
        region: Option<Region>,
        format: Option<Format>,
    ) -> Result<Image> {
        self.open(file)?.read_scaled(scale, region, format)
    }

    /// As [`decode_scaled`](Decoder::decode_scaled), into room of yours.
    ///
    /// # Errors
    /// As `decode_scaled`; [`Status::INVALID_ARGUMENT`] for a stride, [`Status::DST_TOO_SMALL`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_scaled_into<'a>(
        &mut self,
        file: &[u8],
        scale: Scale,
        x: u32,
        y: u32,
        image: impl Into<ImageMut<'a>>,
    ) -> Result<()> {
        self.handle.decode_scaled_into(file, scale.log2(), x, y, &mut image.into())
    }

    /// Decodes many files, each in its natural format as [`decode`](Decoder::decode) would; results are in the order of the
    /// files. Small pictures are decoded one to a thread ([`DecoderBuilder::threads`]), large ones one after another, with
    /// working memory that is kept from picture to picture. A file that fails stops no other, and the decoder stays usable.
    ///
    /// # Errors
    /// Of each file: see [`Decoder`]. After a cancellation those that were not finished have `CANCELLED`.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn decode_batch<B: AsRef<[u8]>>(&mut self, files: &[B]) -> Vec<Result<Image>> {
        let mut images: Vec<Result<Image>> = files.iter().map(|file| self.room_for(file.as_ref())).collect();
        let (work, mut rooms): (Vec<&[u8]>, Vec<ImageMut<'_>>) = files
            .iter()
            .zip(&mut images)
            .filter_map(|(file, image)| Some((file.as_ref(), ImageMut::from(image.as_mut().ok()?))))
            .unzip();
        let mut results = self.decode_batch_into(&work, &mut rooms).into_iter();
        let decoded = |image: Result<Image>| {
            let image = image?;
            results.next().unwrap_or(Ok(())).map(|()| image)
        };
        images.into_iter().map(decoded).collect()
    }

    /// As [`decode_batch`](Decoder::decode_batch), into room of yours: each file is decoded into the picture of its
    /// number, whose format is yours to choose. [`probe`](crate::probe) tells the sizes; a smaller picture gets the part of
    /// the file at the top left.
    ///
    /// # Errors
    /// Of each file: see [`Decoder`]; [`Status::OUT_OF_RANGE`] for a picture that is larger than the file,
    /// [`Status::INVALID_ARGUMENT`] for a stride, [`Status::DST_TOO_SMALL`].
    ///
    /// # Panics
    /// When there are not as many pictures as files. Goes on with a panic of the progress closure.
    pub fn decode_batch_into<B: AsRef<[u8]>>(&mut self, files: &[B], pictures: &mut [ImageMut<'_>]) -> Vec<Result<()>> {
        assert_eq!(files.len(), pictures.len(), "as many pictures as files");
        let files: Vec<&[u8]> = files.iter().map(AsRef::as_ref).collect();
        let refused = |error: Error| files.iter().map(|_| Err(error.clone())).collect();
        self.handle.decode_batch(&files, pictures).unwrap_or_else(refused)
    }

    /// Memory for a picture that the limit on pixels lets pass.
    fn room_for(&self, file: &[u8]) -> Result<Image> {
        let info = crate::probe(file)?;
        let (pixels, most) = (i64::from(info.width) * i64::from(info.height), self.get(Param::MAX_PIXELS)?);
        if pixels > most {
            return Err(Error::new(Status::LIMIT, format!("the picture has {pixels} pixels, the limit is {most}")));
        }
        Image::zeroed(info.natural_format, info.width, info.height)
    }

    /// Decodes the whole picture from top to bottom, at most 64 rows at a time; see [`OpenFile::read_rows`].
    ///
    /// ```
    /// # fn brightness(file: &[u8]) -> pc15::Result<u64> {
    /// let mut sum = 0;
    /// pc15::Decoder::new()?.decode_rows(file, Some(pc15::Format::Y), |_, rows| {
    ///     sum += rows.data().iter().map(|&sample| u64::from(sample)).sum::<u64>();
    ///     Ok::<_, pc15::Error>(())
    /// })?;
    /// # Ok(sum)
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Decoder`]; what `rows` returned.
    ///
    /// # Panics
    /// Goes on with a panic of `rows` or of the progress closure.
    pub fn decode_rows<E: From<Error>>(
        &mut self,
        file: &[u8],
        format: Option<Format>,
        rows: impl FnMut(u32, ImageRef<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        self.open(file)?.read_rows(format, rows)
    }

    /// A whole file of a damaged one, and what was lost: what is intact is kept as it is, a lost cell shows the procedural
    /// picture. The new file was decoded strictly before it is handed out.
    ///
    /// # Errors
    /// See [`Decoder`]: a data error when no copy of the head is left, of a compact file, or when no record is found.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn repair(&mut self, file: &[u8]) -> Result<(Vec<u8>, RepairReport)> {
        let (whole, report, complete) = self.handle.repair(file)?;
        Ok((whole, RepairReport::new(&report, complete)))
    }

    /// Checks every checksum and decodes everything without keeping it. Always strict.
    ///
    /// # Errors
    /// See [`Decoder`].
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn verify(&mut self, file: &[u8]) -> Result<()> {
        self.handle.verify(file)
    }

    /// Whether the last call found damage and decoded tolerantly what is intact.
    pub fn damaged(&self) -> bool {
        self.handle.damaged()
    }

    /// Which cells the last decode lost.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`] when nothing was decoded since `new` or `reset`.
    pub fn damage(&self) -> Result<DamageMap> {
        self.handle.damage().map(|states| DamageMap::new(&states))
    }

    /// Opens a file: information, metadata, parts and programs, and several regions at the price of one opening.
    ///
    /// # Errors
    /// See [`Decoder`].
    pub fn open<'a>(&'a mut self, file: &'a [u8]) -> Result<OpenFile<'a>> {
        Ok(OpenFile::new(self.handle.open(file)?))
    }

    /// As [`open`](Decoder::open), for longer: decoder and bytes become one value that can be kept and sent.
    ///
    /// # Errors
    /// See [`Decoder`]. The decoder is gone then.
    pub fn into_reader(self, file: impl Into<Arc<[u8]>>) -> Result<Reader> {
        Reader::open(self.handle, file.into())
    }

    /// The file with one item of metadata set, replaced or (empty) removed. The coded picture is copied byte for byte.
    /// Always strict.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::INVALID_ARGUMENT`] (kind, text that is not UTF-8), [`Status::LIMIT`].
    pub fn replace_metadata(&mut self, file: &[u8], kind: MetadataKind, item: &[u8]) -> Result<Vec<u8>> {
        self.handle.replace_metadata(file, kind.code(), item)
    }

    /// The programs of a file as text. Residual, alpha and metadata are left out. Always strict.
    ///
    /// # Errors
    /// See [`Decoder`]; [`Status::LIMIT`] for a text of more than 2^24 bytes.
    pub fn disassemble(&mut self, file: &[u8]) -> Result<String> {
        let text = self.handle.disassemble(file)?;
        String::from_utf8(text).map_err(|_| Error::new(Status::INTERNAL, "the text of the programs is not UTF-8"))
    }

    /// The file that a text describes, without a residual. A refused text does not poison the decoder; the message of the
    /// error begins with line and column, both from 1.
    ///
    /// ```
    /// let error = pc15::Decoder::new()?.assemble("picture 64x64\nimage { layer strpes add 9 }").unwrap_err();
    /// assert!(error.message().starts_with("2:"), "{error}");
    /// # Ok::<(), pc15::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`] (not the grammar, a cyclic definition), `NOT_FOUND` (an unknown name), `OUT_OF_RANGE`
    /// (a value), `LIMIT`, `POISONED`.
    pub fn assemble(&mut self, text: &str) -> Result<Vec<u8>> {
        self.handle.assemble(text)
    }

    /// Sets a parameter from now on: an integer as the library stores it, or a real number in real units.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`] (also one for encoders alone), `OUT_OF_RANGE` with the range in the message.
    pub fn set(&mut self, param: Param, value: impl Into<ParamValue>) -> Result<()> {
        self.handle.set_param(param.id(), value.into())
    }

    /// Value of a parameter as the library stores it.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`].
    pub fn get(&self, param: Param) -> Result<i64> {
        self.handle.param(param.id())
    }

    /// Value of a parameter in real units.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`].
    pub fn get_f64(&self, param: Param) -> Result<f64> {
        self.handle.param_f64(param.id())
    }

    /// Every parameter back to its default.
    ///
    /// # Errors
    /// None so far.
    pub fn default_params(&mut self) -> Result<()> {
        self.handle.default_params()
    }

    /// A closure that is told how far a decode is, and may end it with [`ControlFlow::Break`].
    ///
    /// It is called from any worker thread, never twice at once. A panic in it ends the call and goes on in the thread
    /// that decodes; the decoder stays usable.
    ///
    /// # Errors
    /// None so far.
    pub fn set_progress(&mut self, closure: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static) -> Result<()> {
        self.handle.set_progress(Some(Box::new(closure)))
    }

    /// No closure any more.
    ///
    /// # Errors
    /// None so far.
    pub fn clear_progress(&mut self) -> Result<()> {
        self.handle.set_progress(None)
    }

    /// What cancels this decoder's calls from any thread.
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken::new(self.handle.canceller())
    }

    /// Lifts poison and a pending cancellation, forgets damage map and message. Keeps parameters and closure.
    ///
    /// # Errors
    /// None so far.
    pub fn reset(&mut self) -> Result<()> {
        self.handle.reset()
    }
}
