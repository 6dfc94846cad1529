//! The C library itself: what the crate must answer too.

use std::ptr::null;

use pc15_sys::*;

/// A struct with its size.
macro_rules! sized {
    ($type:ty) => {{
        // SAFETY: integers, floats and pointers; all zeros is a value of each.
        let mut value: $type = unsafe { std::mem::zeroed() };
        value.struct_size = size_of::<$type>() as u32;
        value
    }};
}

pub struct Decoder(pub *mut pc15_decoder);

impl Decoder {
    pub fn new() -> Decoder {
        let mut raw = std::ptr::null_mut();
        // SAFETY: a place for the handle.
        assert_eq!(unsafe { pc15_decoder_create(null(), &mut raw) }, PC15_OK);
        Decoder(raw)
    }

    pub fn set(&self, id: i32, value: i64) -> i32 {
        // SAFETY: a live handle.
        unsafe { pc15_decoder_set_param(self.0, id, value) }
    }

    pub fn reset(&self) {
        // SAFETY: a live handle.
        assert_eq!(unsafe { pc15_decoder_reset(self.0) }, PC15_OK);
    }

    /// Status of a decode of the whole into a new buffer.
    pub fn decode(&self, file: &[u8]) -> i32 {
        let mut buffer = std::ptr::null_mut();
        // SAFETY: a live handle, a slice with its length.
        unsafe {
            let status =
                pc15_decode_image_buffer(self.0, file.as_ptr(), file.len(), 0, std::ptr::null_mut(), &mut buffer);
            pc15_buffer_free(buffer);
            status
        }
    }

    pub fn decode_into(&self, file: &[u8], image: &pc15_image) -> i32 {
        // SAFETY: a live handle, a slice with its length; the caller's picture is sound.
        unsafe { pc15_decode_image(self.0, file.as_ptr(), file.len(), image) }
    }

    pub fn decode_scaled(&self, file: &[u8], log2: i32, x: u32, y: u32, image: &pc15_image) -> i32 {
        // SAFETY: as above.
        unsafe { pc15_decode_scaled(self.0, file.as_ptr(), file.len(), log2, x, y, image) }
    }

    pub fn open(&self, file: &[u8]) -> i32 {
        // SAFETY: a live handle; closed below, before the bytes go.
        unsafe {
            let status = pc15_decoder_open(self.0, file.as_ptr(), file.len());
            pc15_decoder_close(self.0);
            status
        }
    }

    pub fn verify(&self, file: &[u8]) -> i32 {
        // SAFETY: a live handle, a slice with its length.
        unsafe { pc15_verify(self.0, file.as_ptr(), file.len()) }
    }

    pub fn assemble(&self, text: &str) -> i32 {
        let mut buffer = std::ptr::null_mut();
        // SAFETY: a live handle, a text with its length.
        unsafe {
            let status = pc15_program_assemble(self.0, text.as_ptr().cast(), text.len(), &mut buffer);
            pc15_buffer_free(buffer);
            status
        }
    }

    pub fn damage(&self) -> Vec<u8> {
        let mut map = vec![9; 4096];
        let mut count = 0;
        // SAFETY: a live handle, a slice with its length.
        assert_eq!(unsafe { pc15_decoder_damage(self.0, map.as_mut_ptr(), map.len(), &mut count) }, PC15_OK);
        map.truncate(count);
        map
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: created above, destroyed here alone.
        unsafe { pc15_decoder_destroy(self.0) }
    }
}

pub struct Encoder(pub *mut pc15_encoder);

impl Encoder {
    pub fn new() -> Encoder {
        let mut raw = std::ptr::null_mut();
        // SAFETY: a place for the handle.
        assert_eq!(unsafe { pc15_encoder_create(null(), &mut raw) }, PC15_OK);
        Encoder(raw)
    }

    pub fn set(&self, id: i32, value: i64) -> i32 {
        // SAFETY: a live handle.
        unsafe { pc15_encoder_set_param(self.0, id, value) }
    }

    pub fn set_f64(&self, id: i32, value: f64) -> i32 {
        // SAFETY: a live handle.
        unsafe { pc15_encoder_set_param_f64(self.0, id, value) }
    }

    /// Status and bytes of an encode.
    pub fn encode(&self, image: &pc15_image) -> (i32, Vec<u8>) {
        let mut buffer = std::ptr::null_mut();
        // SAFETY: a live handle; the caller's picture is sound.
        unsafe {
            let status = pc15_encode_image_buffer(self.0, image, &mut buffer);
            let size = pc15_buffer_size(buffer);
            let bytes = if size == 0 {
                Vec::new()
            } else {
                std::slice::from_raw_parts(pc15_buffer_data(buffer), size).to_vec()
            };
            pc15_buffer_free(buffer);
            (status, bytes)
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: created above, destroyed here alone.
        unsafe { pc15_encoder_destroy(self.0) }
    }
}

pub fn probe(data: &[u8]) -> i32 {
    let mut info = sized!(pc15_image_info);
    // SAFETY: a slice with its length.
    unsafe { pc15_probe(data.as_ptr(), data.len(), null(), &mut info) }
}

/// A picture over a slice, to be read or written.
pub fn image(format: i32, width: u32, height: u32, stride: i64, data: &mut [u8]) -> pc15_image {
    let mut raw = sized!(pc15_image);
    raw.format = format;
    raw.width = width;
    raw.height = height;
    raw.stride = stride;
    raw.data_size = data.len() as u64;
    raw.data = data.as_mut_ptr();
    raw
}
