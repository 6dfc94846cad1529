//! Files that arrive in pieces.

use std::io;

use crate::{Decoder, Error, ErrorKind, ImageInfo, Reader, Result, Status, probe};

/// Collects a file as it arrives: what it is as soon as its head is there, the picture when all of it is.
///
/// With a tolerant decoder, [`finish`](PushDecoder::finish) may be called before the end: what has arrived is decoded, and
/// the procedural picture stands in for cells that have not.
///
/// ```
/// # fn receive(pieces: impl Iterator<Item = Vec<u8>>) -> pc15::Result<pc15::Image> {
/// let mut push = pc15::PushDecoder::new(pc15::Decoder::new()?);
/// for piece in pieces {
///     if let Some(info) = push.push(&piece)? {
///         println!("{} x {}", info.width, info.height);
///     }
/// }
/// let mut reader = push.finish()?;
/// reader.file().read(None, None)
/// # }
/// ```
#[derive(Debug)]
pub struct PushDecoder {
    decoder: Decoder,
    bytes: Vec<u8>,
    max_bytes: usize,
    wanted: usize,
    info: Option<ImageInfo>,
}

impl PushDecoder {
    /// The most that a file may have unless [`with_max_bytes`](PushDecoder::with_max_bytes) says otherwise: 1 GiB.
    pub const DEFAULT_MAX_BYTES: usize = 1 << 30;

    /// Nothing has arrived yet. The decoder's parameters hold for what [`finish`](PushDecoder::finish) decodes.
    pub fn new(decoder: Decoder) -> PushDecoder {
        PushDecoder { decoder, bytes: Vec::new(), max_bytes: Self::DEFAULT_MAX_BYTES, wanted: 0, info: None }
    }

    /// Refuses files of more bytes.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: usize) -> PushDecoder {
        self.max_bytes = bytes;
        self
    }

    /// Takes the next piece. Answers what the file is once that is known, and again with every later piece.
    ///
    /// # Errors
    /// [`Status::LIMIT`] for more than the allowed bytes, `NO_MEMORY`; the errors of [`probe`] when the head is no good,
    /// unless the decoder is tolerant: then the copy at the end of the file may help, and `finish` tells.
    pub fn push(&mut self, piece: &[u8]) -> Result<Option<&ImageInfo>> {
        if piece.len() > self.max_bytes - self.bytes.len().min(self.max_bytes) {
            return Err(Error::new(Status::LIMIT, format!("the file has more than {} bytes", self.max_bytes)));
        }
        self.bytes
            .try_reserve(piece.len())
            .map_err(|_| Error::new(Status::NO_MEMORY, format!("{} bytes of memory were refused", piece.len())))?;
        self.bytes.extend_from_slice(piece);
        if self.info.is_none() && self.bytes.len() >= self.wanted {
            self.look()?;
        }
        Ok(self.info.as_ref())
    }

    fn look(&mut self) -> Result<()> {
        match probe(&self.bytes) {
            Ok(info) => self.info = Some(info),
            Err(error) if error.kind() == ErrorKind::NeedInput => self.wanted = error.needed().unwrap_or(0),
            Err(error) if self.decoder.get(crate::Param::TOLERANT)? == 0 => return Err(error),
            Err(_) => self.wanted = usize::MAX,
        }
        Ok(())
    }

    /// What the file is, once that is known.
    pub fn info(&self) -> Option<&ImageInfo> {
        self.info.as_ref()
    }

    /// Bytes that are still needed to know what the file is; 0 when it is known, or the head is beyond help.
    pub fn bytes_needed(&self) -> usize {
        if self.info.is_some() || self.wanted == usize::MAX {
            return 0;
        }
        self.wanted.max(1).saturating_sub(self.bytes.len()).max(1)
    }

    /// What has arrived.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Opens what has arrived.
    ///
    /// # Errors
    /// See [`Decoder`]: `TRUNCATED` when the end is missing and the decoder is strict.
    pub fn finish(self) -> Result<Reader> {
        self.decoder.into_reader(self.bytes)
    }
}

/// Writing is pushing; the errors of [`push`](PushDecoder::push) become `InvalidData` or `OutOfMemory`.
impl io::Write for PushDecoder {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self.push(piece) {
            Ok(_) => Ok(piece.len()),
            Err(error) if error.kind() == ErrorKind::Resource => Err(io::Error::new(io::ErrorKind::OutOfMemory, error)),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
