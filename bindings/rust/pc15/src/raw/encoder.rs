//! Calls on an encoder.

use std::ops::ControlFlow;
use std::sync::Weak;

use pc15_sys as sys;

use super::handle::{Cancel, Handle, Kind};
use super::progress::{Callback, report};
use super::rows::{Give, Giver, give_rows, row_zero_comes};
use super::{Buffer, ModelHandle, reserve, sized, sized_bytes};
use crate::{Error, Format, ImageRef, ParamValue, Progress, Result, Status};

/// A picture to be read. The library never writes through the pointer of an encode.
fn input_image(image: &ImageRef<'_>) -> sys::pc15_image {
    let mut raw = sized!(sys::pc15_image);
    raw.format = image.format().code();
    raw.width = image.width();
    raw.height = image.height();
    raw.stride = image.stride();
    raw.data_size = image.data().len() as u64;
    raw.data = image.data().as_ptr().cast_mut();
    raw
}

pub(crate) struct EncoderKind;

impl Kind for EncoderKind {
    type Raw = sys::pc15_encoder;
    const CREATE: unsafe extern "C" fn(*const sys::pc15_allocator, *mut *mut Self::Raw) -> sys::pc15_status =
        sys::pc15_encoder_create;
    const DESTROY: unsafe extern "C" fn(*mut Self::Raw) = sys::pc15_encoder_destroy;
    const LAST_ERROR: unsafe extern "C" fn(*const Self::Raw, *mut std::os::raw::c_char, usize) -> usize =
        sys::pc15_encoder_last_error;
    const CANCEL: Option<unsafe extern "C" fn(*mut Self::Raw) -> sys::pc15_status> = Some(sys::pc15_encoder_cancel);
}

/// An encoder and the closure that it reports to. The handle is dropped first.
#[derive(Debug)]
pub(crate) struct EncoderHandle {
    handle: Handle<EncoderKind>,
    callback: Option<Callback>,
}

// SAFETY, for all calls below: `raw()` is a live handle on which nothing else runs, every pointer comes with the length
// of the slice it is from, and structs carry their size.
impl EncoderHandle {
    pub(crate) fn create() -> Result<EncoderHandle> {
        Ok(EncoderHandle { handle: Handle::create()?, callback: None })
    }

    pub(crate) fn canceller(&self) -> Weak<dyn Cancel> {
        self.handle.canceller()
    }

    fn resume_panic(&mut self) {
        if let Some(callback) = &mut self.callback {
            callback.resume_panic();
        }
    }

    /// Ends a call: a panic of the closure first, then the status.
    fn finish(&mut self, status: sys::pc15_status) -> Result<()> {
        self.resume_panic();
        self.handle.check(status)
    }

    pub(crate) fn set_progress(
        &mut self,
        closure: Option<Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>>,
    ) -> Result<()> {
        let callback = closure.map(Callback::new);
        let raw = self.handle.raw();
        // SAFETY: the closure lives in `self.callback` until another takes its place, below.
        let status = unsafe {
            match &callback {
                Some(callback) => sys::pc15_encoder_set_progress(raw, Some(report), callback.opaque()),
                None => sys::pc15_encoder_set_progress(raw, None, std::ptr::null_mut()),
            }
        };
        self.handle.check(status)?;
        self.callback = callback;
        Ok(())
    }

    pub(crate) fn reset(&mut self) -> Result<()> {
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_reset(self.handle.raw()) })
    }

    pub(crate) fn default_params(&mut self) -> Result<()> {
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_default_params(self.handle.raw()) })
    }

    pub(crate) fn set_param(&mut self, id: i32, value: ParamValue) -> Result<()> {
        // SAFETY: see above.
        self.handle.check(unsafe {
            match value {
                ParamValue::Int(value) => sys::pc15_encoder_set_param(self.handle.raw(), id, value),
                ParamValue::Real(value) => sys::pc15_encoder_set_param_f64(self.handle.raw(), id, value),
            }
        })
    }

    pub(crate) fn param(&self, id: i32) -> Result<i64> {
        let mut value = 0;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_get_param(self.handle.raw(), id, &mut value) })?;
        Ok(value)
    }

    pub(crate) fn param_f64(&self, id: i32) -> Result<f64> {
        let mut value = 0.0;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_get_param_f64(self.handle.raw(), id, &mut value) })?;
        Ok(value)
    }

    pub(crate) fn set_metadata(&mut self, kind: i32, data: &[u8]) -> Result<()> {
        // SAFETY: see above; the item is copied.
        self.handle.check(unsafe { sys::pc15_encoder_set_metadata(self.handle.raw(), kind, data.as_ptr(), data.len()) })
    }

    pub(crate) fn set_model(&mut self, model: Option<&ModelHandle>) -> Result<()> {
        let model = model.map_or(std::ptr::null_mut(), ModelHandle::raw);
        // SAFETY: see above; null or a live model, which is copied.
        self.handle.check(unsafe { sys::pc15_encoder_set_model(self.handle.raw(), model) })
    }

    pub(crate) fn bound(&self, format: Format, width: u32, height: u32) -> Result<usize> {
        let mut size = 0;
        // SAFETY: see above.
        let status = unsafe { sys::pc15_encode_bound(self.handle.raw(), format.code(), width, height, &mut size) };
        self.handle.check(status)?;
        Ok(size)
    }

    pub(crate) fn encode(&mut self, image: &ImageRef<'_>) -> Result<Vec<u8>> {
        let image = input_image(image);
        let mut buffer = Buffer::none();
        // SAFETY: see above; the picture is borrowed for the call and only read.
        let status = unsafe { sys::pc15_encode_image_buffer(self.handle.raw(), &image, &mut buffer.0) };
        self.finish(status)?;
        buffer.to_vec()
    }

    /// One result for each picture.
    pub(crate) fn encode_batch(&mut self, pictures: &[ImageRef<'_>]) -> Result<Vec<Result<Vec<u8>>>> {
        let mut images = reserve(pictures.len())?;
        images.extend(pictures.iter().map(input_image));
        let mut items = reserve::<sys::pc15_encode_item>(pictures.len())?;
        items.extend(images.iter().map(|image| {
            let mut item = sized!(sys::pc15_encode_item);
            item.image = image;
            item
        }));
        // SAFETY: see above; the pictures are borrowed for the call and only read, and so are the images.
        let status = unsafe { sys::pc15_encode_batch(self.handle.raw(), items.as_mut_ptr(), items.len()) };
        let buffers: Vec<Buffer> = items.iter().map(|item| Buffer(item.buffer)).collect();
        self.resume_panic();
        let mut message = Some(status);
        let result = |(item, buffer): (&sys::pc15_encode_item, &Buffer)| match item.status {
            sys::PC15_OK => buffer.to_vec(),
            // The handle has the message of the first that failed.
            failed if message.take_if(|status| *status == failed).is_some() => Err(self.handle.error(failed)),
            failed => Err(Error::of_status(Status::from_code(failed))),
        };
        Ok(items.iter().zip(&buffers).map(result).collect())
    }

    /// `again`: rows may be asked for from row 0 on once more.
    pub(crate) fn encode_rows(
        &mut self,
        format: Format,
        width: u32,
        height: u32,
        again: bool,
        give: Give<'_>,
    ) -> Result<Vec<u8>> {
        let mut giver = Giver::new(give);
        let mut source = sized!(sys::pc15_row_source);
        source.format = format.code();
        source.width = width;
        source.height = height;
        source.rows = Some(give_rows);
        source.restart = again.then_some(row_zero_comes as _);
        source.opaque = giver.opaque();
        let mut size = 0;
        // SAFETY: see above; the source outlives the call.
        let status = unsafe { sys::pc15_encode_source(self.handle.raw(), &source, std::ptr::null_mut(), 0, &mut size) };
        giver.resume_panic();
        match status {
            sys::PC15_NOTE_DST_TOO_SMALL => self.resume_panic(), // the finished file waits
            status => self.finish(status)?,
        }
        self.result()
    }

    pub(crate) fn encode_into(&mut self, image: &ImageRef<'_>, dst: &mut [u8]) -> Result<usize> {
        let image = input_image(image);
        let mut size = 0;
        // SAFETY: see above; the picture is only read.
        let status =
            unsafe { sys::pc15_encode_image(self.handle.raw(), &image, dst.as_mut_ptr(), dst.len(), &mut size) };
        self.finish(status).map_err(|error| error.needing(size))?;
        Ok(size)
    }

    pub(crate) fn result(&self) -> Result<Vec<u8>> {
        sized_bytes(
            // SAFETY: see above.
            |data, capacity, size| unsafe { sys::pc15_encoder_result(self.handle.raw(), data, capacity, size) },
            |status| self.handle.check(status),
        )
    }

    pub(crate) fn stats(&self) -> Result<sys::pc15_stats> {
        let mut stats = sized!(sys::pc15_stats);
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_stats(self.handle.raw(), &mut stats) })?;
        Ok(stats)
    }

    pub(crate) fn tiles(&self) -> Result<Vec<sys::pc15_tile_info>> {
        let mut count = 0;
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_tile_count(self.handle.raw(), &mut count) })?;
        (0..count)
            .map(|index| {
                let mut info = sized!(sys::pc15_tile_info);
                // SAFETY: see above.
                self.handle.check(unsafe { sys::pc15_encoder_tile_info(self.handle.raw(), index, &mut info) })?;
                Ok(info)
            })
            .collect()
    }

    pub(crate) fn generator_stats(&self, generator: i32) -> Result<sys::pc15_generator_stats> {
        let mut stats = sized!(sys::pc15_generator_stats);
        // SAFETY: see above.
        self.handle.check(unsafe { sys::pc15_encoder_generator_stats(self.handle.raw(), generator, &mut stats) })?;
        Ok(stats)
    }
}
