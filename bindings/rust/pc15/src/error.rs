//! Statuses and the one error type.

use std::fmt;

use pc15_sys as sys;

use crate::raw;

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// A status of the C interface. Numbers that this version does not know are kept as they are: treat a positive one as a
/// note and a negative one as an error of its range.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(i32);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        #[allow(missing_docs)] // each is documented by its own line below
        impl Status {
            $($(#[$doc])* pub const $name: Status = Status($value);)*
        }
    };
}

statuses! {
    /// Success.
    OK = sys::PC15_OK;
    /// More bytes of the file are needed; [`Error::needed`] says how many to offer.
    NEED_INPUT = sys::PC15_NOTE_NEED_INPUT;
    /// The output is too small; [`Error::needed`] says how large it must be.
    DST_TOO_SMALL = sys::PC15_NOTE_DST_TOO_SMALL;
    /// Cancelled by a token or by the progress closure.
    CANCELLED = sys::PC15_NOTE_CANCELLED;
    /// Tolerant decoding: pixels were written, some are lost. Never an [`Error`].
    DAMAGED = sys::PC15_NOTE_DAMAGED;
    /// An argument that no call accepts.
    INVALID_ARGUMENT = sys::PC15_ERROR_INVALID_ARGUMENT;
    /// A value outside its range.
    OUT_OF_RANGE = sys::PC15_ERROR_OUT_OF_RANGE;
    /// No such parameter, or not one of this kind of handle.
    UNKNOWN_PARAM = sys::PC15_ERROR_UNKNOWN_PARAM;
    /// The call needs another one before it.
    WRONG_STATE = sys::PC15_ERROR_WRONG_STATE;
    /// The handle met a data error before; `reset` lifts this.
    POISONED = sys::PC15_ERROR_POISONED;
    /// A struct of another version. A defect of this crate when it appears.
    BAD_STRUCT_SIZE = sys::PC15_ERROR_BAD_STRUCT_SIZE;
    /// There is no such thing.
    NOT_FOUND = sys::PC15_ERROR_NOT_FOUND;
    /// The bytes are no PC15 file.
    NOT_PC15 = sys::PC15_ERROR_NOT_PC15;
    /// A file of another format version.
    VERSION = sys::PC15_ERROR_VERSION;
    /// A file that needs what this version lacks.
    UNSUPPORTED = sys::PC15_ERROR_UNSUPPORTED;
    /// The file ends too early.
    TRUNCATED = sys::PC15_ERROR_TRUNCATED;
    /// A checksum does not hold.
    CRC = sys::PC15_ERROR_CRC;
    /// The file contradicts the format.
    CORRUPT = sys::PC15_ERROR_CORRUPT;
    /// Bytes follow the end of the file.
    TRAILING = sys::PC15_ERROR_TRAILING;
    /// Memory was refused.
    NO_MEMORY = sys::PC15_ERROR_NO_MEMORY;
    /// A limit of the handle was exceeded.
    LIMIT = sys::PC15_ERROR_LIMIT;
    /// There is no such device.
    NO_DEVICE = sys::PC15_ERROR_NO_DEVICE;
    /// A device failed.
    DEVICE = sys::PC15_ERROR_DEVICE;
    /// A defect of the library: please report it.
    INTERNAL = sys::PC15_ERROR_INTERNAL;
}

impl Status {
    /// The status of this number.
    pub const fn from_code(code: i32) -> Status {
        Status(code)
    }

    /// The number in `pc15.h`.
    pub const fn code(self) -> i32 {
        self.0
    }

    /// Name of the constant, `"PC15_ERROR_CRC"`; `"PC15_UNKNOWN_STATUS"` for a number that the library does not know.
    pub fn name(self) -> &'static str {
        raw::status_name(self.0)
    }

    /// One sentence that says what the status means and what to do.
    pub fn doc(self) -> &'static str {
        raw::status_doc(self.0)
    }

    /// The class that this status belongs to.
    pub fn kind(self) -> ErrorKind {
        match self.0 {
            sys::PC15_NOTE_NEED_INPUT => ErrorKind::NeedInput,
            sys::PC15_NOTE_DST_TOO_SMALL => ErrorKind::DstTooSmall,
            sys::PC15_NOTE_CANCELLED => ErrorKind::Cancelled,
            0.. => ErrorKind::Note,
            -99..=-1 => ErrorKind::Usage,
            -199..=-100 => ErrorKind::Data,
            -299..=-200 => ErrorKind::Resource,
            -399..=-300 => ErrorKind::Device,
            _ => ErrorKind::Internal,
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Status({} {})", self.0, self.name())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Classes of statuses: what to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// More bytes of the file are needed.
    NeedInput,
    /// The output is too small.
    DstTooSmall,
    /// The call was cancelled.
    Cancelled,
    /// A note that this version does not know.
    Note,
    /// The call was wrong; the handle is unchanged.
    Usage,
    /// The file is not what it should be; the handle answers [`Status::POISONED`] until it is reset.
    Data,
    /// Memory or a limit; the handle is usable as it is.
    Resource,
    /// A device is missing or failed.
    Device,
    /// A defect of the library.
    Internal,
}

/// Why a call failed: a status, and what was wrong, where, and what was allowed.
///
/// ```
/// let error = pc15::probe(b"GIF89a, not a picture of ours").unwrap_err();
/// assert_eq!(error.status(), pc15::Status::NOT_PC15);
/// assert_eq!(error.kind(), pc15::ErrorKind::Data);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({})", .status.name())]
#[non_exhaustive]
pub struct Error {
    status: Status,
    message: String,
    needed: Option<usize>,
}

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Error {
        Error { status, message: message.into(), needed: None }
    }

    /// An error of a function that has no message of its own.
    pub(crate) fn of_status(status: Status) -> Error {
        Error::new(status, status.doc())
    }

    /// An error with the message of a handle. The message of a poisoned handle is that of the call that poisoned it.
    pub(crate) fn with_message(status: Status, message: String) -> Error {
        if message.is_empty() {
            return Error::of_status(status);
        }
        if status == Status::POISONED {
            return Error::new(status, format!("reset the handle; an earlier call failed: {message}"));
        }
        Error::new(status, message)
    }

    /// The size is recorded where the status speaks of one.
    pub(crate) fn needing(mut self, size: usize) -> Error {
        if matches!(self.kind(), ErrorKind::NeedInput | ErrorKind::DstTooSmall) {
            self.needed = Some(size);
        }
        self
    }

    /// The status that the library answered.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The class of the status.
    pub fn kind(&self) -> ErrorKind {
        self.status.kind()
    }

    /// What was wrong, in English.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Bytes that are needed, for [`Status::NEED_INPUT`] and [`Status::DST_TOO_SMALL`].
    pub fn needed(&self) -> Option<usize> {
        self.needed
    }
}

/// For code that reads and writes: data errors become `InvalidData` (a file that is cut short `UnexpectedEof`), usage errors
/// `InvalidInput`, refused memory `OutOfMemory`; the error itself is inside.
impl From<Error> for std::io::Error {
    fn from(error: Error) -> std::io::Error {
        use std::io::ErrorKind as Io;
        let kind = match (error.status(), error.kind()) {
            (Status::TRUNCATED, _) => Io::UnexpectedEof,
            (Status::NO_MEMORY, _) => Io::OutOfMemory,
            (_, ErrorKind::Data) => Io::InvalidData,
            (_, ErrorKind::Usage) => Io::InvalidInput,
            _ => Io::Other,
        };
        std::io::Error::new(kind, error)
    }
}
