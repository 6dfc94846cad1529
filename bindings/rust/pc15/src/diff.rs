//! Where two files differ.

use crate::{PartKind, Result, raw};

/// The first difference of two files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Difference {
    /// Of the first byte that differs, or the size of the shorter file.
    pub offset: u64,
    /// Where that is in the first file; `None` past its end, or when it cannot be read as PC15.
    pub a: Option<Place>,
    /// Where that is in the second file.
    pub b: Option<Place>,
}

/// A part of a file, named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Place {
    /// Its kind.
    pub kind: PartKind,
    /// Of the section, group or cell.
    pub number: u32,
}

/// First difference of two files, and the part that it lies in; `None` when they are equal. Works for any bytes. Thread:
/// any.
///
/// # Errors
/// [`Status::NO_MEMORY`](crate::Status::NO_MEMORY).
pub fn diff(a: &[u8], b: &[u8]) -> Result<Option<Difference>> {
    let raw = raw::diff(a, b)?;
    let place = |kind: i32, number| (kind >= 0).then(|| Place { kind: PartKind::from_code(kind), number });
    Ok((raw.identical == 0).then(|| Difference {
        offset: raw.offset,
        a: place(raw.kind_a, raw.number_a),
        b: place(raw.kind_b, raw.number_b),
    }))
}
