//! Calls on a model.

use pc15_sys as sys;

use super::handle::{Handle, Kind};
use super::{filled, sized_bytes};
use crate::Result;

pub(crate) struct ModelKind;

impl Kind for ModelKind {
    type Raw = sys::pc15_model;
    const CREATE: unsafe extern "C" fn(*const sys::pc15_allocator, *mut *mut Self::Raw) -> sys::pc15_status =
        sys::pc15_model_create;
    const DESTROY: unsafe extern "C" fn(*mut Self::Raw) = sys::pc15_model_destroy;
    const LAST_ERROR: unsafe extern "C" fn(*const Self::Raw, *mut std::os::raw::c_char, usize) -> usize =
        sys::pc15_model_last_error;
    const CANCEL: Option<unsafe extern "C" fn(*mut Self::Raw) -> sys::pc15_status> = None;
}

#[derive(Debug)]
pub(crate) struct ModelHandle(Handle<ModelKind>);

// SAFETY, for all calls below: `raw()` is a live handle on which nothing else runs, and every pointer comes with the
// length of the slice it is from.
impl ModelHandle {
    pub(crate) fn create() -> Result<ModelHandle> {
        Ok(ModelHandle(Handle::create()?))
    }

    pub(super) fn raw(&self) -> *mut sys::pc15_model {
        self.0.raw()
    }

    pub(crate) fn load_frozen(&mut self) -> Result<()> {
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_model_load_frozen(self.raw()) })
    }

    pub(crate) fn import(&mut self, data: &[u8]) -> Result<()> {
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_model_import(self.raw(), data.as_ptr(), data.len()) })
    }

    pub(crate) fn export(&self) -> Result<Vec<u8>> {
        sized_bytes(
            // SAFETY: see above.
            |data, capacity, size| unsafe { sys::pc15_model_export(self.raw(), data, capacity, size) },
            |status| self.0.check(status),
        )
    }

    pub(crate) fn tables(&self) -> Result<Vec<(u32, usize)>> {
        let mut count = 0;
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_model_table_count(self.raw(), &mut count) })?;
        (0..count)
            .map(|index| {
                let (mut step16, mut size) = (0, 0);
                // SAFETY: see above.
                self.0.check(unsafe { sys::pc15_model_table_info(self.raw(), index, &mut step16, &mut size) })?;
                Ok((step16, size))
            })
            .collect()
    }

    pub(crate) fn set_codebook(&mut self, id: i32, values: &[i16], dims: u32) -> Result<()> {
        // SAFETY: see above.
        self.0.check(unsafe { sys::pc15_model_set_codebook(self.raw(), id, values.as_ptr(), values.len(), dims) })
    }

    pub(crate) fn codebook(&self, id: i32) -> Result<(Vec<i16>, u32)> {
        let (mut count, mut dims) = (0, 0);
        // SAFETY: see above; null with capacity 0 asks for the size.
        let asked = unsafe { sys::pc15_model_codebook(self.raw(), id, std::ptr::null_mut(), 0, &mut count, &mut dims) };
        if asked != sys::PC15_NOTE_DST_TOO_SMALL {
            self.0.check(asked)?;
        }
        let mut values = filled::<i16>(count)?;
        // SAFETY: see above.
        let status = unsafe {
            sys::pc15_model_codebook(self.raw(), id, values.as_mut_ptr(), values.len(), &mut count, &mut dims)
        };
        self.0.check(status)?;
        Ok((values, dims))
    }
}
