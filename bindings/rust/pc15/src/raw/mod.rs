//! The border to C, and the only module with `unsafe`. What leaves it is safe: handles that are destroyed once, slices
//! with their lengths, closures whose panics do not reach C.

mod decoder;
#[cfg(feature = "encoder")]
mod encoder;
mod free;
mod generator;
mod handle;
mod model;
mod progress;
mod rows;
mod vq;

use std::alloc::{Layout, alloc_zeroed};
use std::ffi::CStr;
use std::os::raw::c_char;

use pc15_sys as sys;

pub(crate) use decoder::{DecoderHandle, OpenGuard, Opened, OwnedOpen};
#[cfg(feature = "encoder")]
pub(crate) use encoder::EncoderHandle;
pub(crate) use free::*;
pub(crate) use generator::*;
pub(crate) use handle::Cancel;
pub(crate) use model::ModelHandle;
pub(crate) use vq::{CodebookHandle, Float};

use crate::{Error, ImageMut, Result, Status};

/// A struct of the C interface, cleared but for its size.
macro_rules! sized {
    ($type:ty) => {{
        // SAFETY: the structs of the interface are integers, floats and pointers; all zeros is a value of each.
        let mut value: $type = unsafe { std::mem::zeroed() };
        value.struct_size = size_of::<$type>() as u32;
        value
    }};
}
use sized;

/// Text of the library: static, UTF-8.
fn text(pointer: *const c_char) -> Option<&'static str> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null; the library's texts are terminated and live as long as it does.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().ok()
}

/// The result of a function without a handle.
fn check(status: sys::pc15_status) -> Result<()> {
    if status == sys::PC15_OK { Ok(()) } else { Err(Error::of_status(Status::from_code(status))) }
}

/// `size` zeros, or NO_MEMORY where `vec![0; size]` would end the program.
pub(crate) fn zeros(size: usize) -> Result<Vec<u8>> {
    if size == 0 {
        return Ok(Vec::new());
    }
    let refused = || Error::new(Status::NO_MEMORY, format!("{size} bytes of memory were refused"));
    let layout = Layout::array::<u8>(size).map_err(|_| refused())?;
    // SAFETY: the size is not 0.
    let data = unsafe { alloc_zeroed(layout) };
    if data.is_null() {
        return Err(refused());
    }
    // SAFETY: allocated by the global allocator for `size` bytes of alignment 1, and all of them are set.
    Ok(unsafe { Vec::from_raw_parts(data, size, size) })
}

/// `count` default values, or NO_MEMORY.
fn filled<T: Clone + Default>(count: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(count)
        .map_err(|_| Error::new(Status::NO_MEMORY, format!("memory for {count} values was refused")))?;
    values.resize(count, T::default());
    Ok(values)
}

/// Asks a function for a size, then for the bytes.
fn sized_bytes(
    mut call: impl FnMut(*mut u8, usize, *mut usize) -> sys::pc15_status,
    check: impl Fn(sys::pc15_status) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut size = 0;
    let asked = call(std::ptr::null_mut(), 0, &mut size);
    if asked != sys::PC15_NOTE_DST_TOO_SMALL {
        check(asked)?;
    }
    let mut bytes = zeros(size)?;
    check(call(bytes.as_mut_ptr(), bytes.len(), &mut size))?;
    bytes.truncate(size);
    Ok(bytes)
}

/// A buffer of the library that frees itself.
struct Buffer(*mut sys::pc15_buffer);

impl Buffer {
    fn none() -> Buffer {
        Buffer(std::ptr::null_mut())
    }

    fn to_vec(&self) -> Result<Vec<u8>> {
        // SAFETY: null or a live buffer; both functions accept both.
        let (data, size) = unsafe { (sys::pc15_buffer_data(self.0), sys::pc15_buffer_size(self.0)) };
        if data.is_null() {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size)
            .map_err(|_| Error::new(Status::NO_MEMORY, format!("{size} bytes of memory were refused")))?;
        // SAFETY: the buffer holds `size` bytes and nobody else has it.
        bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(data, size) });
        Ok(bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: null or a buffer that is freed here and nowhere else.
        unsafe { sys::pc15_buffer_free(self.0) }
    }
}

/// A raw item of a batch for each picture, each with its own place in an array that stays where it is.
fn reserve<T>(count: usize) -> Result<Vec<T>> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(count)
        .map_err(|_| Error::new(Status::NO_MEMORY, format!("memory for {count} items was refused")))?;
    Ok(values)
}

/// A picture to be written.
fn output_image(image: &mut ImageMut<'_>) -> sys::pc15_image {
    let mut raw = sized!(sys::pc15_image);
    raw.format = image.format().code();
    raw.width = image.width();
    raw.height = image.height();
    raw.stride = image.stride();
    raw.data_size = image.data().len() as u64;
    raw.data = image.data_mut().as_mut_ptr();
    raw
}
