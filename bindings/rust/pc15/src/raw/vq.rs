//! Calls on a codebook.

use std::sync::Weak;

use pc15_sys as sys;

use super::handle::{Cancel, Handle, Kind};
use super::{filled, sized, sized_bytes};
use crate::{Result, VqOptions};

pub(crate) struct CodebookKind;

impl Kind for CodebookKind {
    type Raw = sys::pc15_codebook;
    const CREATE: unsafe extern "C" fn(*const sys::pc15_allocator, *mut *mut Self::Raw) -> sys::pc15_status =
        sys::pc15_codebook_create;
    const DESTROY: unsafe extern "C" fn(*mut Self::Raw) = sys::pc15_codebook_destroy;
    const LAST_ERROR: unsafe extern "C" fn(*const Self::Raw, *mut std::os::raw::c_char, usize) -> usize =
        sys::pc15_codebook_last_error;
    const CANCEL: Option<unsafe extern "C" fn(*mut Self::Raw) -> sys::pc15_status> = Some(sys::pc15_codebook_cancel);
}

type Train<T> = unsafe extern "C" fn(
    *mut sys::pc15_codebook,
    *const T,
    usize,
    u32,
    *const sys::pc15_vq_options,
) -> sys::pc15_status;
type Quantise<T> = unsafe extern "C" fn(
    *mut sys::pc15_codebook,
    *const T,
    usize,
    i32,
    *mut i32,
    usize,
    *mut f64,
    usize,
) -> sys::pc15_status;

/// The two kinds of samples and the C functions that take them.
pub(crate) trait Float: Copy {
    const TRAIN: Train<Self>;
    const QUANTISE: Quantise<Self>;
}

impl Float for f64 {
    const TRAIN: Train<f64> = sys::pc15_vq_train;
    const QUANTISE: Quantise<f64> = sys::pc15_vq_quantise;
}

impl Float for f32 {
    const TRAIN: Train<f32> = sys::pc15_vq_train_f32;
    const QUANTISE: Quantise<f32> = sys::pc15_vq_quantise_f32;
}

#[derive(Debug)]
pub(crate) struct CodebookHandle(Handle<CodebookKind>);

// SAFETY, for all calls below: `raw()` is a live handle on which nothing else runs, every pointer comes with the length
// of the slice it is from, and structs carry their size.
impl CodebookHandle {
    pub(crate) fn create() -> Result<CodebookHandle> {
        Ok(CodebookHandle(Handle::create()?))
    }

    pub(crate) fn canceller(&self) -> Weak<dyn Cancel> {
        self.0.canceller()
    }

    pub(crate) fn train<T: Float>(&mut self, values: &[T], dims: u32, options: &VqOptions) -> Result<()> {
        let mut raw = sized!(sys::pc15_vq_options);
        raw.entries = options.entries;
        raw.levels = options.levels;
        raw.iterations = options.iterations;
        raw.threads = options.threads;
        raw.seed = options.seed;
        // SAFETY: see above.
        self.0.check(unsafe { (T::TRAIN)(self.0.raw(), values.as_ptr(), values.len(), dims, &raw) })
    }

    /// `samples` x `levels` indices and, when asked for, `samples` x `dims` offsets.
    pub(crate) fn quantise<T: Float>(
        &mut self,
        values: &[T],
        threads: i32,
        with_offsets: bool,
    ) -> Result<(Vec<i32>, Vec<f64>)> {
        let shape = self.shape()?;
        // An empty codebook has no dimensions; the library refuses it.
        let samples = values.len() / shape.dims.max(1) as usize;
        let mut indices = filled::<i32>(samples * shape.levels as usize)?;
        let mut offsets = filled::<f64>(if with_offsets { values.len() } else { 0 })?;
        let offsets_at = if with_offsets { offsets.as_mut_ptr() } else { std::ptr::null_mut() };
        // SAFETY: see above; null offsets have count 0.
        let status = unsafe {
            (T::QUANTISE)(
                self.0.raw(),
                values.as_ptr(),
                values.len(),
                threads,
                indices.as_mut_ptr(),
                indices.len(),
                offsets_at,
                offsets.len(),
            )
        };
        self.0.check(status)?;
        Ok((indices, offsets))
    }

    pub(crate) fn dequantise(&mut self, indices: &[i32], offsets: Option<&[f64]>, levels: u32) -> Result<Vec<f64>> {
        let shape = self.shape()?;
        let samples = indices.len() / shape.levels.max(1) as usize;
        let mut values = filled::<f64>(samples * shape.dims as usize)?;
        let (offsets_at, offset_count) = offsets.map_or((std::ptr::null(), 0), |o| (o.as_ptr(), o.len()));
        // SAFETY: see above; null offsets have count 0.
        let status = unsafe {
            sys::pc15_vq_dequantise(
                self.0.raw(),
                indices.as_ptr(),
                indices.len(),
                offsets_at,
                offset_count,
                levels,
                values.as_mut_ptr(),
                values.len(),
            )
        };
        self.0.check(status)?;
        Ok(values)
    }

    pub(crate) fn shape(&self) -> Result<sys::pc15_codebook_shape> {
        let mut shape = sized!(sys::pc15_codebook_shape);
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_codebook_info(self.0.raw(), &mut shape) })?;
        Ok(shape)
    }

    pub(crate) fn entry(&self, level: u32, entry: u32) -> Result<Vec<f64>> {
        let mut values = filled::<f64>(self.shape()?.dims as usize)?;
        // SAFETY: see above.
        self.0.check(unsafe {
            sys::pc15_codebook_entry(self.0.raw(), level, entry, values.as_mut_ptr(), values.len())
        })?;
        Ok(values)
    }

    pub(crate) fn serialise(&self) -> Result<Vec<u8>> {
        sized_bytes(
            // SAFETY: see above.
            |data, capacity, size| unsafe { sys::pc15_codebook_serialise(self.0.raw(), data, capacity, size) },
            |status| self.0.check(status),
        )
    }

    pub(crate) fn deserialise(&mut self, data: &[u8]) -> Result<()> {
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_codebook_deserialise(self.0.raw(), data.as_ptr(), data.len()) })
    }
}
