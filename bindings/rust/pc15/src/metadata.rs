//! Metadata of a file: opaque bytes, at most one item of each kind.

use crate::codes::MetadataKind;
use crate::raw;

impl MetadataKind {
    /// The four kinds of this version.
    pub const ALL: [MetadataKind; 4] = [MetadataKind::Icc, MetadataKind::Exif, MetadataKind::Xmp, MetadataKind::Text];

    /// `"ICC"`, `"EXIF"`, `"XMP"`, `"TEXT"`; `""` for a number that the library does not know.
    pub fn name(self) -> &'static str {
        raw::metadata_name(self.code()).unwrap_or("")
    }
}

/// An item of metadata in a file, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MetadataItem {
    /// Its kind.
    pub kind: MetadataKind,
    /// Its size in bytes.
    pub bytes: usize,
}
