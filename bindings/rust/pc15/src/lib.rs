#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod codes;
mod decoder;
mod diff;
#[cfg(feature = "encoder")]
mod encoder;
mod error;
mod generator;
mod grid;
mod info;
mod inspect;
mod library;
mod metadata;
pub mod metrics;
mod model;
mod open_file;
mod param;
mod pixels;
mod progress;
mod push;
#[allow(unsafe_code)]
mod raw;
mod repair;
#[cfg(feature = "encoder")]
mod settings;
#[cfg(feature = "encoder")]
mod stats;
mod vq;

#[cfg(feature = "rayon")]
#[cfg_attr(docsrs, doc(cfg(feature = "rayon")))]
pub mod batch;
#[cfg(feature = "image")]
#[cfg_attr(docsrs, doc(cfg(feature = "image")))]
pub mod integration;

pub use codes::{Blend, CellState, Chroma, Color, Form, MetadataKind, PartKind, Source, TileMode, Tune};
pub use decoder::{Decoder, DecoderBuilder};
pub use diff::{Difference, Place, diff};
#[cfg(feature = "encoder")]
pub use encoder::Encoder;
pub use error::{Error, ErrorKind, Result, Status};
pub use generator::{Generator, GeneratorPack, GeneratorParam};
pub use grid::Grid;
pub use info::{DamageMap, ImageInfo, Limits, Region, Scale, probe, probe_with_limits};
pub use inspect::{Field, Layer, Part, Tile, TileRef};
pub use library::{abi_version, bitstream_version, build_info, has_encoder, version, version_string};
pub use metadata::MetadataItem;
pub use model::{Model, ModelCodebook, TableSet};
pub use open_file::{OpenFile, Reader};
pub use param::{Param, ParamInfo, ParamKind, ParamValue};
pub use pixels::{Format, Image, ImageMut, ImageRef};
pub use progress::{CancelToken, Progress};
pub use push::PushDecoder;
pub use repair::RepairReport;
#[cfg(feature = "encoder")]
pub use settings::EncoderBuilder;
#[cfg(feature = "encoder")]
pub use stats::{GeneratorStats, Stats};
pub use vq::{Codebook, CodebookShape, Quantised, Sample, VqOptions};
