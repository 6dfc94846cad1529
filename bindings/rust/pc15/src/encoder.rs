//! Pictures to files.

use std::ops::ControlFlow;

use crate::raw::EncoderHandle;
use crate::{
    CancelToken, EncoderBuilder, Error, Format, Generator, GeneratorStats, ImageRef, MetadataKind, Model, Param,
    ParamValue, Progress, Result, Stats, Tile,
};

/// Makes files of pictures.
///
/// An encoder keeps parameters, metadata and model from one picture to the next. It can be sent to another thread, but
/// not shared ([`Send`], not [`Sync`]); use one per thread.
///
/// ```
/// use pc15::{Encoder, Format, ImageRef};
///
/// let mut encoder = Encoder::builder().quality(75.0).effort(1).build()?;
/// let pixels = vec![128; 64 * 48];
/// let file = encoder.encode(ImageRef::new(Format::Y, 64, 48, &pixels))?;
/// assert_eq!(pc15::probe(&file)?.width, 64);
/// # Ok::<(), pc15::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    handle: EncoderHandle,
}

impl Encoder {
    /// An encoder with default parameters.
    ///
    /// # Errors
    /// [`Status::NO_MEMORY`](crate::Status::NO_MEMORY).
    pub fn new() -> Result<Encoder> {
        Ok(Encoder { handle: EncoderHandle::create()? })
    }

    /// Parameters first, then the encoder.
    pub fn builder() -> EncoderBuilder {
        EncoderBuilder::new()
    }

    /// Encodes a picture. The bytes depend on pixels, parameters, metadata, model and library version alone, never on
    /// threads or stride.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`](crate::Status::INVALID_ARGUMENT) (stride, too few bytes, parameters that contradict each other), `OUT_OF_RANGE` (a side
    /// of 0 or above 65535 pixels), `CANCELLED`, `LIMIT`, `NO_MEMORY`, `INTERNAL`, and `POISONED` after that.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn encode<'a>(&mut self, image: impl Into<ImageRef<'a>>) -> Result<Vec<u8>> {
        self.handle.encode(&image.into())
    }

    /// Encodes many pictures, each as [`encode`](Encoder::encode) would; results are in the order of the pictures. Small
    /// pictures are coded one to a thread ([`EncoderBuilder::threads`]), large ones one after another, with working memory
    /// that is kept from picture to picture. One that fails stops no other. [`result`](Encoder::result) and
    /// [`stats`](Encoder::stats) know nothing of a batch.
    ///
    /// # Errors
    /// Of each picture: as `encode`. After a cancellation those that were not finished have `CANCELLED`.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn encode_batch(&mut self, pictures: &[ImageRef<'_>]) -> Vec<Result<Vec<u8>>> {
        let refused = |error: Error| pictures.iter().map(|_| Err(error.clone())).collect();
        self.handle.encode_batch(pictures).unwrap_or_else(refused)
    }

    /// As [`encode`](Encoder::encode), into room of yours; answers the size of the file in bytes.
    ///
    /// # Errors
    /// Also [`Status::DST_TOO_SMALL`](crate::Status::DST_TOO_SMALL): [`Error::needed`](crate::Error::needed) is the size, nothing was written, and
    /// [`result`](Encoder::result) hands the finished file over without encoding again.
    ///
    /// # Panics
    /// Goes on with a panic of the progress closure.
    pub fn encode_into<'a>(&mut self, image: impl Into<ImageRef<'a>>, dst: &mut [u8]) -> Result<usize> {
        self.handle.encode_into(&image.into(), dst)
    }

    /// Encodes a picture that comes row by row and is never whole in memory of yours: `rows` gets the number of the first
    /// row that is wanted, and room for some rows without padding, at most 64, which it fills. The bytes are those of
    /// [`encode`](Encoder::encode). What `rows` returns as an error ends the encode and comes back; any error type will do
    /// that an [`Error`] can become, [`std::io::Error`] among them.
    ///
    /// ```
    /// use pc15::{Encoder, Format};
    ///
    /// # fn convert(mut raw: impl std::io::Read) -> std::io::Result<Vec<u8>> {
    /// Encoder::new()?.encode_rows(Format::Rgb, 4000, 30_000, |_, rows| raw.read_exact(rows))
    /// # }
    /// ```
    ///
    /// # Errors
    /// As `encode`; what `rows` returned.
    ///
    /// # Panics
    /// Goes on with a panic of `rows` or of the progress closure.
    pub fn encode_rows<E: From<Error>>(
        &mut self,
        format: Format,
        width: u32,
        height: u32,
        rows: impl FnMut(u32, &mut [u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<Vec<u8>, E> {
        self.encode_source(format, width, height, false, rows)
    }

    /// As [`encode_rows`](Encoder::encode_rows), of rows that can be given again: `rows` is asked for all of them several
    /// times, each time from row 0 on, so that the library holds some rows of the picture and not all of it, unless
    /// there is no residual or a CUDA device searches. They must be the same every time.
    ///
    /// ```
    /// use pc15::{Encoder, Format, Param};
    /// use std::io::{Read, Seek, SeekFrom};
    ///
    /// # fn convert(mut raw: impl Read + Seek) -> std::io::Result<Vec<u8>> {
    /// let mut encoder = Encoder::new()?;
    /// encoder.set(Param::EFFORT, 1)?;
    /// encoder.encode_rows_again(Format::Rgb, 4000, 30_000, |y, rows| {
    ///     if y == 0 {
    ///         raw.seek(SeekFrom::Start(0))?;
    ///     }
    ///     raw.read_exact(rows)
    /// })
    /// # }
    /// ```
    ///
    /// # Errors
    /// As `encode_rows`; [`Status::INVALID_ARGUMENT`](crate::Status::INVALID_ARGUMENT) when the rows were other ones.
    ///
    /// # Panics
    /// As `encode_rows`.
    pub fn encode_rows_again<E: From<Error>>(
        &mut self,
        format: Format,
        width: u32,
        height: u32,
        rows: impl FnMut(u32, &mut [u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<Vec<u8>, E> {
        self.encode_source(format, width, height, true, rows)
    }

    fn encode_source<E: From<Error>>(
        &mut self,
        format: Format,
        width: u32,
        height: u32,
        again: bool,
        mut rows: impl FnMut(u32, &mut [u8]) -> std::result::Result<(), E>,
    ) -> std::result::Result<Vec<u8>, E> {
        let mut failure = None;
        let done = self.handle.encode_rows(format, width, height, again, &mut |y, room| {
            failure = rows(y, room).err();
            failure.is_none()
        });
        match failure {
            Some(error) => Err(error),
            None => done.map_err(E::from),
        }
    }

    /// The last finished file again.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) when there is none.
    pub fn result(&self) -> Result<Vec<u8>> {
        self.handle.result()
    }

    /// Upper bound in bytes of the file of a picture of this size, with the current parameters, metadata and model.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`](crate::Status::OUT_OF_RANGE) for a side of 0 or above 65535 pixels.
    pub fn bound(&self, format: Format, width: u32, height: u32) -> Result<usize> {
        self.handle.bound(format, width, height)
    }

    /// Sets a parameter from now on: an integer as the library stores it, or a real number in real units.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`](crate::Status::UNKNOWN_PARAM) (also one for decoders alone), `OUT_OF_RANGE` with the range in the message.
    pub fn set(&mut self, param: Param, value: impl Into<ParamValue>) -> Result<()> {
        self.handle.set_param(param.id(), value.into())
    }

    /// Value of a parameter as the library stores it.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`](crate::Status::UNKNOWN_PARAM).
    pub fn get(&self, param: Param) -> Result<i64> {
        self.handle.param(param.id())
    }

    /// Value of a parameter in real units.
    ///
    /// # Errors
    /// [`Status::UNKNOWN_PARAM`](crate::Status::UNKNOWN_PARAM).
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

    /// Metadata of the files from now on; copied. An empty item removes it.
    ///
    /// # Errors
    /// [`Status::INVALID_ARGUMENT`](crate::Status::INVALID_ARGUMENT) (kind, text that is not UTF-8), `LIMIT`.
    pub fn set_metadata(&mut self, kind: MetadataKind, item: &[u8]) -> Result<()> {
        self.handle.set_metadata(kind.code(), item)
    }

    /// Uses a model from now on; copied. `None`: that of the library, which costs a file nothing.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) for an empty model.
    pub fn set_model(&mut self, model: Option<&Model>) -> Result<()> {
        self.handle.set_model(model.map(Model::handle))
    }

    /// A closure that is told how far an encode is, and may end it with [`ControlFlow::Break`].
    ///
    /// It is called from any worker thread, never twice at once. A panic in it ends the call and goes on in the thread
    /// that encodes; the encoder stays usable. It is told after the search of the picture and of each tile for programs,
    /// then after each cell. With a target, progress begins again with every pass.
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

    /// What cancels this encoder's calls from any thread.
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken::new(self.handle.canceller())
    }

    /// Lifts poison and a pending cancellation, forgets the last file, message and metadata. Keeps parameters, model and
    /// closure.
    ///
    /// # Errors
    /// None so far.
    pub fn reset(&mut self) -> Result<()> {
        self.handle.reset()
    }

    /// What the last encode did.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) when nothing was encoded since `new` or `reset`.
    pub fn stats(&self) -> Result<Stats> {
        self.handle.stats().map(|stats| Stats::new(&stats))
    }

    /// The tiles of the last encode in scan order.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) when nothing was encoded.
    pub fn tiles(&self) -> Result<Vec<Tile>> {
        Ok(self.handle.tiles()?.iter().map(Tile::new).collect())
    }

    /// What the search of the last encode spent on one generator, and what came of it.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`](crate::Status::WRONG_STATE) when nothing was encoded, [`Status::NOT_FOUND`](crate::Status::NOT_FOUND) for a generator that does not exist.
    pub fn generator_stats(&self, generator: Generator) -> Result<GeneratorStats> {
        self.handle.generator_stats(generator.number()).map(|stats| GeneratorStats::new(&stats))
    }
}
