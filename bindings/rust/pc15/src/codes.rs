//! Enumerations of the C interface.

use pc15_sys as sys;

use crate::raw;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $value:expr,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A number of a later version of the library.
            Other(i32),
        }

        impl $name {
            /// The value of this number.
            pub const fn from_code(code: i32) -> $name {
                $(if code == $value { return $name::$variant; })*
                $name::Other(code)
            }

            /// The number in `pc15.h`.
            pub const fn code(self) -> i32 {
                match self {
                    $($name::$variant => $value,)*
                    $name::Other(code) => code,
                }
            }
        }
    )*};
}

codes! {
    /// How a file holds colour.
    Color {
        /// One plane of luma.
        Gray = sys::PC15_COLOR_GRAY,
        /// Luma and two planes of colour at half the size in both directions.
        Ycc420 = sys::PC15_COLOR_YCC420,
        /// Luma and two planes of colour at full size.
        Ycc444 = sys::PC15_COLOR_YCC444,
        /// Red, green and blue; lossless files alone.
        Rgb = sys::PC15_COLOR_RGB,
    }

    /// The two forms of a file.
    Form {
        /// Every byte under a checksum, head and programs twice.
        Full = sys::PC15_FORM_FULL,
        /// At most 1024 bytes under one checksum.
        Compact = sys::PC15_FORM_COMPACT,
    }

    /// Resolution of colour in an encode.
    Chroma {
        /// Half the size in both directions.
        Half = sys::PC15_CHROMA_420,
        /// Full size.
        Full = sys::PC15_CHROMA_444,
    }

    /// What the bits of an encode are spent for.
    Tune {
        /// Structural similarity, as the parameter `alpha` says.
        Ssim = sys::PC15_TUNE_SSIM,
        /// Squared error alone.
        Psnr = sys::PC15_TUNE_PSNR,
        /// As `Ssim`, with half of the lost fine texture given back as grain.
        Look = sys::PC15_TUNE_LOOK,
    }

    /// What a tile of the procedural grid holds.
    TileMode {
        /// The image-wide program if there is one, else nothing.
        Skip = sys::PC15_TILE_SKIP,
        /// One value per plane.
        Flat = sys::PC15_TILE_FLAT,
        /// A smooth field, layers, or both.
        Program = sys::PC15_TILE_PROGRAM,
        /// What the tile to the left renders.
        MergeLeft = sys::PC15_TILE_MERGE_LEFT,
        /// What the tile above renders.
        MergeUp = sys::PC15_TILE_MERGE_UP,
    }

    /// State of a residual cell after a decode.
    CellState {
        /// Decoded from intact bytes.
        Intact = sys::PC15_CELL_INTACT,
        /// Lost; the procedural picture is shown instead.
        Lost = sys::PC15_CELL_LOST,
        /// The region did not need it.
        NotDecoded = sys::PC15_CELL_NOT_DECODED,
    }

    /// Kinds of parts of a file.
    PartKind {
        /// The head.
        Preamble = sys::PC15_PART_PREAMBLE,
        /// Where the other parts lie.
        Index = sys::PC15_PART_INDEX,
        /// Metadata and the like.
        Section = sys::PC15_PART_SECTION,
        /// The program of the whole picture.
        ImageProgram = sys::PC15_PART_IMAGE_PROGRAM,
        /// Tile records of some tile rows.
        Group = sys::PC15_PART_GROUP,
        /// A residual cell.
        Cell = sys::PC15_PART_CELL,
        /// Second copy of the head.
        BackupPreamble = sys::PC15_PART_BACKUP_PREAMBLE,
        /// Second copy of the index.
        BackupIndex = sys::PC15_PART_BACKUP_INDEX,
        /// Second copy of the image-wide program.
        BackupImageProgram = sys::PC15_PART_BACKUP_IMAGE_PROGRAM,
        /// Second copy of a group.
        BackupGroup = sys::PC15_PART_BACKUP_GROUP,
        /// The end of the file.
        Footer = sys::PC15_PART_FOOTER,
        /// Bytes after the end of the file (tolerant reading alone).
        Trailing = sys::PC15_PART_TRAILING,
    }

    /// Kinds of metadata. The library never looks into them, except that text must be valid UTF-8.
    MetadataKind {
        /// An ICC colour profile.
        Icc = sys::PC15_METADATA_ICC,
        /// Exif, from the TIFF header on.
        Exif = sys::PC15_METADATA_EXIF,
        /// An XMP packet.
        Xmp = sys::PC15_METADATA_XMP,
        /// Text, UTF-8.
        Text = sys::PC15_METADATA_TEXT,
    }

    /// How a layer is laid over what is below it.
    Blend {
        /// Added.
        Add = sys::PC15_BLEND_ADD,
        /// Laid over.
        Over = sys::PC15_BLEND_OVER,
        /// Multiplied.
        Mul = sys::PC15_BLEND_MUL,
        /// The smaller of both.
        Min = sys::PC15_BLEND_MIN,
        /// The larger of both.
        Max = sys::PC15_BLEND_MAX,
    }

    /// Where the geometry of a layer comes from.
    Source {
        /// Its own parameters.
        Own = sys::PC15_SOURCE_OWN,
        /// The tile to the left.
        Left = sys::PC15_SOURCE_LEFT,
        /// The tile above.
        Up = sys::PC15_SOURCE_UP,
        /// The image-wide program.
        Image = sys::PC15_SOURCE_IMAGE,
    }
}

impl TileMode {
    /// `"skip"`, `"merge-left"`, ...; `""` for a number that the library does not know.
    pub fn name(self) -> &'static str {
        raw::tile_mode_name(self.code()).unwrap_or("")
    }
}

impl PartKind {
    /// `"preamble"`, `"cell"`, ...; `""` for a number that the library does not know.
    pub fn name(self) -> &'static str {
        raw::part_name(self.code()).unwrap_or("")
    }
}
