//! Models: probability tables of the residual and codebooks of integers that travel in files.

use crate::raw::ModelHandle;
use crate::{Result, Status};

/// Initial probability tables of the residual for several quantiser steps, and codebooks of small integers for the
/// programs. Given to an encoder it travels in the files that it writes: any decoder reads them without the model.
///
/// [`Send`], not [`Sync`]. Never poisoned.
#[derive(Debug)]
pub struct Model {
    handle: ModelHandle,
}

impl Model {
    /// An empty model.
    ///
    /// # Errors
    /// [`Status::NO_MEMORY`].
    pub fn new() -> Result<Model> {
        Ok(Model { handle: ModelHandle::create()? })
    }

    /// The model that the library holds: its tables, and no codebooks.
    ///
    /// # Errors
    /// [`Status::NO_MEMORY`].
    pub fn frozen() -> Result<Model> {
        let mut model = Model::new()?;
        model.handle.load_frozen()?;
        Ok(model)
    }

    /// A model of bytes; `docs/abi.md` has the format.
    ///
    /// # Errors
    /// [`Status::TRUNCATED`], `TRAILING`, `CRC`, `VERSION`, `UNSUPPORTED`, `CORRUPT`; the message names the byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model> {
        let mut model = Model::new()?;
        model.handle.import(bytes)?;
        Ok(model)
    }

    /// The model as bytes.
    ///
    /// # Errors
    /// [`Status::WRONG_STATE`] for an empty model.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.handle.export()
    }

    /// The sets of tables, steps rising.
    ///
    /// # Errors
    /// None so far.
    pub fn tables(&self) -> Result<Vec<TableSet>> {
        let tables = self.handle.tables()?;
        Ok(tables.into_iter().map(|(step16, bytes)| TableSet { step16, bytes }).collect())
    }

    /// Sets, replaces or (no values) removes codebook `id`, 0 to 255, of `values.len() / dims` entries. Codebook 0 holds
    /// the shapes of atoms; an encoder uses no other.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`] (id, dims outside 1 to 8, more than 256 entries, more than 16 codebooks, of codebook 0 an
    /// entry that is no shape), `INVALID_ARGUMENT` (number of values).
    pub fn set_codebook(&mut self, id: i32, values: &[i16], dims: u32) -> Result<()> {
        self.handle.set_codebook(id, values, dims)
    }

    /// Codebook `id`, `None` when there is none.
    ///
    /// # Errors
    /// [`Status::OUT_OF_RANGE`].
    pub fn codebook(&self, id: i32) -> Result<Option<ModelCodebook>> {
        match self.handle.codebook(id) {
            Ok((values, dims)) => Ok(Some(ModelCodebook { values, dims })),
            Err(error) if error.status() == Status::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[cfg(feature = "encoder")]
    pub(crate) fn handle(&self) -> &ModelHandle {
        &self.handle
    }
}

/// A set of tables of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TableSet {
    /// The quantiser step that it was made for, in 1/16 grey level.
    pub step16: u32,
    /// What it costs a file, one copy.
    pub bytes: usize,
}

/// A codebook of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ModelCodebook {
    /// Entry after entry.
    pub values: Vec<i16>,
    /// Numbers of an entry.
    pub dims: u32,
}
