//! Calls on a decoder. Those on an open file exist on [`Opened`] alone, which is only made while the file's bytes are
//! borrowed or owned.

use std::ops::ControlFlow;
use std::sync::{Arc, Weak};

use pc15_sys as sys;

use super::handle::{Cancel, Handle, Kind};
use super::progress::{Callback, report};
use super::rows::{Receive, Receiver, receive_rows};
use super::{Buffer, output_image, reserve, sized, sized_bytes, zeros};
use crate::{Error, ImageMut, ParamValue, Progress, Result, Status};

pub(crate) struct DecoderKind;

impl Kind for DecoderKind {
    type Raw = sys::pc15_decoder;
    const CREATE: unsafe extern "C" fn(*const sys::pc15_allocator, *mut *mut Self::Raw) -> sys::pc15_status =
        sys::pc15_decoder_create;
    const DESTROY: unsafe extern "C" fn(*mut Self::Raw) = sys::pc15_decoder_destroy;
    const LAST_ERROR: unsafe extern "C" fn(*const Self::Raw, *mut std::os::raw::c_char, usize) -> usize =
        sys::pc15_decoder_last_error;
    const CANCEL: Option<unsafe extern "C" fn(*mut Self::Raw) -> sys::pc15_status> = Some(sys::pc15_decoder_cancel);
}

/// A decoder, the closure that it reports to, and whether the last decode found damage. The handle is dropped first.
#[derive(Debug)]
pub(crate) struct DecoderHandle {
    handle: Handle<DecoderKind>,
    callback: Option<Callback>,
    damaged: bool,
}

// SAFETY, for all calls below: `raw()` is a live handle on which nothing else runs, every pointer comes with the length
// of the slice it is from, and structs carry their size. Bytes of a file are borrowed for the call, except by `open`.
impl DecoderHandle {
    pub(crate) fn create() -> Result<DecoderHandle> {
        Ok(DecoderHandle { handle: Handle::create()?, callback: None, damaged: false })
    }

    pub(crate) fn canceller(&self) -> Weak<dyn Cancel> {
        self.handle.canceller()
    }

    pub(crate) fn damaged(&self) -> bool {
        self.damaged
    }

    fn raw(&self) -> *mut sys::pc15_decoder {
        self.handle.raw()
    }

    fn resume_panic(&mut self) {
        if let Some(callback) = &mut self.callback {
            callback.resume_panic();
        }
    }

    /// Ends a call that may have found damage: a panic of the closure first, then the status.
    fn finish(&mut self, status: sys::pc15_status) -> Result<()> {
        self.resume_panic();
        self.damaged = status == sys::PC15_NOTE_DAMAGED;
        if self.damaged { Ok(()) } else { self.handle.check(status) }
    }

    pub(crate) fn set_progress(
        &mut self,
        closure: Option<Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>>,
    ) -> Result<()> {
        let callback = closure.map(Callback::new);
        // SAFETY: the closure lives in `self.callback` until another takes its place, below.
        let status = unsafe {
            match &callback {
                Some(callback) => sys::pc15_decoder_set_progress(self.raw(), Some(report), callback.opaque()),
                None => sys::pc15_decoder_set_progress(self.raw(), None, std::ptr::null_mut()),
            }
        };
        self.handle.check(status)?;
        self.callback = callback;
        Ok(())
    }

    pub(crate) fn reset(&mut self) -> Result<()> {
        self.damaged = false;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_decoder_reset(self.raw()) })
    }

    pub(crate) fn default_params(&mut self) -> Result<()> {
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_decoder_default_params(self.raw()) })
    }

    pub(crate) fn set_param(&mut self, id: i32, value: ParamValue) -> Result<()> {
        // SAFETY: see above.
        self.handle.check(unsafe {
            match value {
                ParamValue::Int(value) => sys::pc15_decoder_set_param(self.raw(), id, value),
                ParamValue::Real(value) => sys::pc15_decoder_set_param_f64(self.raw(), id, value),
            }
        })
    }

    pub(crate) fn param(&self, id: i32) -> Result<i64> {
        let mut value = 0;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_decoder_get_param(self.raw(), id, &mut value) })?;
        Ok(value)
    }

    pub(crate) fn param_f64(&self, id: i32) -> Result<f64> {
        let mut value = 0.0;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_decoder_get_param_f64(self.raw(), id, &mut value) })?;
        Ok(value)
    }

    pub(crate) fn decode_into(&mut self, file: &[u8], image: &mut ImageMut<'_>) -> Result<()> {
        let image = output_image(image);
        // SAFETY: see above; the picture is borrowed mutably for the call.
        let status = unsafe { sys::pc15_decode_image(self.raw(), file.as_ptr(), file.len(), &image) };
        self.finish(status)
    }

    pub(crate) fn decode_scaled_into(
        &mut self,
        file: &[u8],
        log2: i32,
        x: u32,
        y: u32,
        image: &mut ImageMut<'_>,
    ) -> Result<()> {
        let image = output_image(image);
        // SAFETY: see above; the picture is borrowed mutably for the call.
        let status = unsafe { sys::pc15_decode_scaled(self.raw(), file.as_ptr(), file.len(), log2, x, y, &image) };
        self.finish(status)
    }

    /// One result for each file; the pictures are as many.
    pub(crate) fn decode_batch(&mut self, files: &[&[u8]], pictures: &mut [ImageMut<'_>]) -> Result<Vec<Result<()>>> {
        let mut images = reserve(files.len())?;
        images.extend(pictures.iter_mut().map(output_image));
        let mut items = reserve::<sys::pc15_decode_item>(files.len())?;
        items.extend(files.iter().zip(&images).map(|(file, image)| {
            let mut item = sized!(sys::pc15_decode_item);
            item.data = file.as_ptr();
            item.size = file.len() as u64;
            item.image = image;
            item
        }));
        // SAFETY: see above; the pictures are borrowed mutably for the call, so none shares memory with another.
        let status = unsafe { sys::pc15_decode_batch(self.raw(), items.as_mut_ptr(), items.len()) };
        self.resume_panic();
        self.damaged = items.iter().any(|item| item.status == sys::PC15_NOTE_DAMAGED);
        let mut message = Some(status);
        let result = |item: &sys::pc15_decode_item| match item.status {
            sys::PC15_OK | sys::PC15_NOTE_DAMAGED => Ok(()),
            // The handle has the message of the first that failed.
            failed if message.take_if(|status| *status == failed).is_some() => Err(self.handle.error(failed)),
            failed => Err(Error::of_status(Status::from_code(failed))),
        };
        Ok(items.iter().map(result).collect())
    }

    /// A file that may be whole again, and whether nothing is lost.
    pub(crate) fn repair(&mut self, file: &[u8]) -> Result<(Vec<u8>, sys::pc15_repair_report, bool)> {
        let mut buffer = Buffer::none();
        let mut report = sized!(sys::pc15_repair_report);
        // SAFETY: see above.
        let status = unsafe { sys::pc15_repair(self.raw(), file.as_ptr(), file.len(), &mut report, &mut buffer.0) };
        self.finish(status)?;
        Ok((buffer.to_vec()?, report, status == sys::PC15_OK))
    }

    pub(crate) fn verify(&mut self, file: &[u8]) -> Result<()> {
        // SAFETY: see above.
        let status = unsafe { sys::pc15_verify(self.raw(), file.as_ptr(), file.len()) };
        self.finish(status)
    }

    pub(crate) fn replace_metadata(&mut self, file: &[u8], kind: i32, item: &[u8]) -> Result<Vec<u8>> {
        let mut buffer = Buffer::none();
        let (data, size) = (item.as_ptr(), item.len());
        // SAFETY: see above.
        let status = unsafe {
            sys::pc15_metadata_replace(self.raw(), file.as_ptr(), file.len(), kind, data, size, &mut buffer.0)
        };
        self.finish(status)?;
        buffer.to_vec()
    }

    pub(crate) fn disassemble(&mut self, file: &[u8]) -> Result<Vec<u8>> {
        let mut buffer = Buffer::none();
        // SAFETY: see above.
        let status = unsafe { sys::pc15_program_disassemble(self.raw(), file.as_ptr(), file.len(), &mut buffer.0) };
        self.finish(status)?;
        buffer.to_vec()
    }

    pub(crate) fn assemble(&mut self, text: &str) -> Result<Vec<u8>> {
        let mut buffer = Buffer::none();
        // SAFETY: see above; the text need not be terminated.
        let status = unsafe { sys::pc15_program_assemble(self.raw(), text.as_ptr().cast(), text.len(), &mut buffer.0) };
        self.finish(status)?;
        buffer.to_vec()
    }

    /// The damage map of the last decode, one state per cell.
    pub(crate) fn damage(&self) -> Result<Vec<u8>> {
        let mut count = 0;
        // SAFETY: see above; an empty map asks for the count.
        let asked = unsafe { sys::pc15_decoder_damage(self.raw(), [].as_mut_ptr(), 0, &mut count) };
        if asked != sys::PC15_NOTE_DST_TOO_SMALL {
            self.handle.check(asked)?;
        }
        let mut map = zeros(count)?;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_decoder_damage(self.raw(), map.as_mut_ptr(), map.len(), &mut count) })?;
        Ok(map)
    }

    /// Opens a file for as long as handle and bytes are borrowed.
    pub(crate) fn open<'a>(&'a mut self, file: &'a [u8]) -> Result<OpenGuard<'a>> {
        self.open_raw(file)?;
        Ok(OpenGuard(Opened(self)))
    }

    /// Callers keep the bytes alive until the file is closed, another is opened, or the handle is gone. When a guard is
    /// leaked the library keeps a dangling pointer that none of the calls above follows: each opens a file anew.
    fn open_raw(&mut self, file: &[u8]) -> Result<()> {
        // SAFETY: see above.
        let status = unsafe { sys::pc15_decoder_open(self.raw(), file.as_ptr(), file.len()) };
        self.finish(status)
    }

    fn close(&mut self) {
        // SAFETY: see above; closing an open file does not fail.
        unsafe { sys::pc15_decoder_close(self.raw()) };
    }
}

/// An open file, closed when dropped.
#[derive(Debug)]
pub(crate) struct OpenGuard<'a>(Opened<'a>);

impl<'a> OpenGuard<'a> {
    pub(crate) fn calls(&self) -> &Opened<'a> {
        &self.0
    }

    pub(crate) fn calls_mut(&mut self) -> &mut Opened<'a> {
        &mut self.0
    }
}

impl Drop for OpenGuard<'_> {
    fn drop(&mut self) {
        self.0.0.close();
    }
}

/// An open file with its bytes.
#[derive(Debug)]
pub(crate) struct OwnedOpen {
    // Dropped before the bytes.
    handle: DecoderHandle,
    bytes: Arc<[u8]>,
}

impl OwnedOpen {
    pub(crate) fn open(mut handle: DecoderHandle, bytes: Arc<[u8]>) -> Result<OwnedOpen> {
        handle.open_raw(&bytes)?;
        Ok(OwnedOpen { handle, bytes })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn calls(&mut self) -> Opened<'_> {
        Opened(&mut self.handle)
    }

    pub(crate) fn canceller(&self) -> Weak<dyn Cancel> {
        self.handle.canceller()
    }

    pub(crate) fn close(mut self) -> DecoderHandle {
        self.handle.close();
        self.handle
    }
}

/// Calls on an open file.
#[derive(Debug)]
pub(crate) struct Opened<'a>(&'a mut DecoderHandle);

// SAFETY: as for `DecoderHandle`; the bytes of the file are alive, as the types that give an `Opened` see to.
impl Opened<'_> {
    pub(crate) fn damaged(&self) -> bool {
        self.0.damaged
    }

    pub(crate) fn damage(&self) -> Result<Vec<u8>> {
        self.0.damage()
    }

    /// Asks for one struct.
    fn ask<T>(&self, mut value: T, call: impl FnOnce(*mut sys::pc15_decoder, &mut T) -> sys::pc15_status) -> Result<T> {
        self.0.handle.check(call(self.0.raw(), &mut value))?;
        Ok(value)
    }

    pub(crate) fn info(&self) -> Result<sys::pc15_image_info> {
        // SAFETY: see above.
        self.ask(sized!(sys::pc15_image_info), |raw, info| unsafe { sys::pc15_decoder_info(raw, info) })
    }

    pub(crate) fn read_into(&mut self, log2: i32, x: u32, y: u32, image: &mut ImageMut<'_>) -> Result<()> {
        let image = output_image(image);
        // SAFETY: see above; the picture is borrowed mutably for the call.
        let status = unsafe { sys::pc15_decoder_read_scaled(self.0.raw(), log2, x, y, &image) };
        self.0.finish(status)
    }

    pub(crate) fn read_rows(&mut self, format: i32, receive: Receive<'_>) -> Result<()> {
        let mut receiver = Receiver::new(receive);
        // SAFETY: see above; the receiver outlives the call.
        let status =
            unsafe { sys::pc15_decoder_read_rows(self.0.raw(), format, Some(receive_rows), receiver.opaque()) };
        receiver.resume_panic();
        self.0.finish(status)
    }

    pub(crate) fn metadata_items(&self) -> Result<Vec<Result<(i32, usize)>>> {
        // SAFETY: see above.
        let count = self.ask(0, |raw, count| unsafe { sys::pc15_decoder_metadata_count(raw, count) })?;
        let item = |index| {
            // SAFETY: see above.
            self.ask((0, 0), |raw, item| unsafe {
                sys::pc15_decoder_metadata_info(raw, index, &mut item.0, &mut item.1)
            })
        };
        Ok((0..count).map(item).collect())
    }

    pub(crate) fn metadata(&self, kind: i32) -> Result<Vec<u8>> {
        sized_bytes(
            // SAFETY: see above; a null pointer never goes with a capacity.
            |data, capacity, size| unsafe {
                let data = if data.is_null() { [].as_mut_ptr() } else { data };
                sys::pc15_decoder_metadata_get(self.0.raw(), kind, data, capacity, size)
            },
            |status| self.0.handle.check(status),
        )
    }

    pub(crate) fn parts(&self) -> Result<Vec<sys::pc15_part_info>> {
        // SAFETY: see above.
        let count = self.ask(0, |raw, count| unsafe { sys::pc15_decoder_part_count(raw, count) })?;
        let part = |index| {
            // SAFETY: see above.
            self.ask(sized!(sys::pc15_part_info), |raw, part| unsafe { sys::pc15_decoder_part_info(raw, index, part) })
        };
        (0..count).map(part).collect()
    }

    pub(crate) fn tile_count(&self) -> Result<u32> {
        // SAFETY: see above.
        self.ask(0, |raw, count| unsafe { sys::pc15_decoder_tile_count(raw, count) })
    }

    pub(crate) fn tile(&self, index: u32) -> Result<sys::pc15_tile_info> {
        // SAFETY: see above.
        self.ask(sized!(sys::pc15_tile_info), |raw, tile| unsafe { sys::pc15_decoder_tile_info(raw, index, tile) })
    }

    pub(crate) fn field(&self, tile: u32) -> Result<sys::pc15_field_info> {
        // SAFETY: see above.
        self.ask(sized!(sys::pc15_field_info), |raw, field| unsafe { sys::pc15_decoder_field_info(raw, tile, field) })
    }

    pub(crate) fn layer(&self, tile: u32, layer: u32) -> Result<sys::pc15_layer_info> {
        // SAFETY: see above.
        self.ask(sized!(sys::pc15_layer_info), |raw, info| unsafe {
            sys::pc15_decoder_layer_info(raw, tile, layer, info)
        })
    }
}
