// Made by bindgen from include/pc15.h; see build/bindings.rs. Do not edit.

pub const PC15_VERSION_MAJOR: u32 = 0;
pub const PC15_VERSION_MINOR: u32 = 1;
pub const PC15_VERSION_PATCH: u32 = 0;
pub const PC15_ABI_MAJOR: i32 = 1;
pub const PC15_BITSTREAM_VERSION: i32 = 15;
pub const PC15_OK: pc15_status = 0;
pub const PC15_NOTE_NEED_INPUT: pc15_status = 1;
pub const PC15_NOTE_DST_TOO_SMALL: pc15_status = 2;
pub const PC15_NOTE_CANCELLED: pc15_status = 3;
pub const PC15_NOTE_DAMAGED: pc15_status = 4;
pub const PC15_ERROR_INVALID_ARGUMENT: pc15_status = -1;
pub const PC15_ERROR_OUT_OF_RANGE: pc15_status = -2;
pub const PC15_ERROR_UNKNOWN_PARAM: pc15_status = -3;
pub const PC15_ERROR_WRONG_STATE: pc15_status = -4;
pub const PC15_ERROR_POISONED: pc15_status = -5;
pub const PC15_ERROR_BAD_STRUCT_SIZE: pc15_status = -6;
pub const PC15_ERROR_NOT_FOUND: pc15_status = -7;
pub const PC15_ERROR_NOT_PC15: pc15_status = -100;
pub const PC15_ERROR_VERSION: pc15_status = -101;
pub const PC15_ERROR_UNSUPPORTED: pc15_status = -102;
pub const PC15_ERROR_TRUNCATED: pc15_status = -103;
pub const PC15_ERROR_CRC: pc15_status = -104;
pub const PC15_ERROR_CORRUPT: pc15_status = -105;
pub const PC15_ERROR_TRAILING: pc15_status = -106;
pub const PC15_ERROR_NO_MEMORY: pc15_status = -200;
pub const PC15_ERROR_LIMIT: pc15_status = -201;
pub const PC15_ERROR_NO_DEVICE: pc15_status = -300;
pub const PC15_ERROR_DEVICE: pc15_status = -301;
pub const PC15_ERROR_INTERNAL: pc15_status = -400;
pub const PC15_FORMAT_Y: i32 = 1;
pub const PC15_FORMAT_RGB: i32 = 3;
pub const PC15_FORMAT_RGBA: i32 = 4;
pub const PC15_METADATA_ICC: i32 = 1;
pub const PC15_METADATA_EXIF: i32 = 2;
pub const PC15_METADATA_XMP: i32 = 3;
pub const PC15_METADATA_TEXT: i32 = 4;
pub const PC15_PARAM_QUALITY: i32 = 100;
pub const PC15_PARAM_LAMBDA: i32 = 101;
pub const PC15_PARAM_ALPHA: i32 = 102;
pub const PC15_PARAM_RESIDUAL: i32 = 103;
pub const PC15_PARAM_RESIDUAL_CAP: i32 = 104;
pub const PC15_PARAM_CHROMA: i32 = 105;
pub const PC15_PARAM_GRAIN: i32 = 106;
pub const PC15_PARAM_TUNE: i32 = 107;
pub const PC15_PARAM_LOSSLESS: i32 = 108;
pub const PC15_PARAM_TARGET_BYTES: i32 = 109;
pub const PC15_PARAM_TARGET_PSNR: i32 = 110;
pub const PC15_PARAM_TARGET_SSIM: i32 = 111;
pub const PC15_PARAM_TILE: i32 = 200;
pub const PC15_PARAM_OVERLAP: i32 = 201;
pub const PC15_PARAM_CELL: i32 = 202;
pub const PC15_PARAM_COMPACT: i32 = 203;
pub const PC15_PARAM_PROCEDURAL: i32 = 300;
pub const PC15_PARAM_EFFORT: i32 = 301;
pub const PC15_PARAM_BEAM: i32 = 302;
pub const PC15_PARAM_EARLY_EXIT: i32 = 303;
pub const PC15_PARAM_SEED: i32 = 304;
pub const PC15_PARAM_THREADS: i32 = 400;
pub const PC15_PARAM_MAX_MEMORY: i32 = 401;
pub const PC15_PARAM_DEVICE: i32 = 402;
pub const PC15_PARAM_DEVICE_INDEX: i32 = 403;
pub const PC15_PARAM_MEASURE: i32 = 404;
pub const PC15_PARAM_TOLERANT: i32 = 500;
pub const PC15_PARAM_MAX_WIDTH: i32 = 501;
pub const PC15_PARAM_MAX_HEIGHT: i32 = 502;
pub const PC15_PARAM_MAX_PIXELS: i32 = 503;
pub const PC15_PARAM_MAX_SECTIONS: i32 = 504;
pub const PC15_PARAM_MAX_METADATA: i32 = 505;
pub const PC15_CHROMA_420: i32 = 0;
pub const PC15_CHROMA_444: i32 = 1;
pub const PC15_DEVICE_AUTO: i32 = 0;
pub const PC15_DEVICE_CPU: i32 = 1;
pub const PC15_DEVICE_CUDA: i32 = 2;
pub const PC15_TUNE_SSIM: i32 = 0;
pub const PC15_TUNE_PSNR: i32 = 1;
pub const PC15_TUNE_LOOK: i32 = 2;
pub const PC15_TYPE_INT: i32 = 0;
pub const PC15_TYPE_FIXED: i32 = 1;
pub const PC15_TYPE_BOOL: i32 = 2;
pub const PC15_TYPE_ENUM: i32 = 3;
pub const PC15_SCOPE_ENCODER: i32 = 1;
pub const PC15_SCOPE_DECODER: i32 = 2;
pub const PC15_TILE_SKIP: i32 = 0;
pub const PC15_TILE_FLAT: i32 = 1;
pub const PC15_TILE_PROGRAM: i32 = 2;
pub const PC15_TILE_MERGE_LEFT: i32 = 3;
pub const PC15_TILE_MERGE_UP: i32 = 4;
pub const PC15_COLOR_GRAY: i32 = 0;
pub const PC15_COLOR_YCC420: i32 = 1;
pub const PC15_COLOR_YCC444: i32 = 2;
pub const PC15_COLOR_RGB: i32 = 3;
pub const PC15_FORM_FULL: i32 = 0;
pub const PC15_FORM_COMPACT: i32 = 1;
pub const PC15_SCALE_LOG2_MIN: i32 = -2;
pub const PC15_SCALE_LOG2_MAX: i32 = 3;
pub const PC15_CELL_INTACT: i32 = 0;
pub const PC15_CELL_LOST: i32 = 1;
pub const PC15_CELL_NOT_DECODED: i32 = 2;
pub const PC15_PART_PREAMBLE: i32 = 0;
pub const PC15_PART_INDEX: i32 = 1;
pub const PC15_PART_SECTION: i32 = 2;
pub const PC15_PART_IMAGE_PROGRAM: i32 = 3;
pub const PC15_PART_GROUP: i32 = 4;
pub const PC15_PART_CELL: i32 = 5;
pub const PC15_PART_BACKUP_PREAMBLE: i32 = 6;
pub const PC15_PART_BACKUP_INDEX: i32 = 7;
pub const PC15_PART_BACKUP_IMAGE_PROGRAM: i32 = 8;
pub const PC15_PART_BACKUP_GROUP: i32 = 9;
pub const PC15_PART_FOOTER: i32 = 10;
pub const PC15_PART_TRAILING: i32 = 11;
pub const PC15_TILE_IMAGE: u32 = 4294967295;
pub const PC15_BLEND_ADD: i32 = 0;
pub const PC15_BLEND_OVER: i32 = 1;
pub const PC15_BLEND_MUL: i32 = 2;
pub const PC15_BLEND_MIN: i32 = 3;
pub const PC15_BLEND_MAX: i32 = 4;
pub const PC15_SOURCE_OWN: i32 = 0;
pub const PC15_SOURCE_LEFT: i32 = 1;
pub const PC15_SOURCE_UP: i32 = 2;
pub const PC15_SOURCE_IMAGE: i32 = 3;
unsafe extern "C" {
    ///Version of the library at run time: major \<\< 16 | minor \<\< 8 | patch.
    pub fn pc15_version() -> u32;
}
unsafe extern "C" {
    ///"0.1.0".
    pub fn pc15_version_string() -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///PC15_ABI_MAJOR of the library at run time; must equal the macro of the header you were built with.
    pub fn pc15_abi_version() -> i32;
}
unsafe extern "C" {
    ///PC15_BITSTREAM_VERSION of the library at run time, and the revision that it writes.
    pub fn pc15_bitstream_version() -> i32;
}
unsafe extern "C" {
    pub fn pc15_bitstream_revision() -> i32;
}
unsafe extern "C" {
    ///One line for bug reports: versions, compiler, what was built in, the instruction set in use.
    pub fn pc15_build_info() -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    /**1 when the library can encode. A decoder-only build answers 0 and does not export the functions whose
names begin with pc15_encode.*/
    pub fn pc15_has_encoder() -> i32;
}
pub type pc15_status = i32;
unsafe extern "C" {
    ///Name of the constant, "PC15_OK"; "PC15_UNKNOWN_STATUS" for any other number. Never NULL.
    pub fn pc15_status_name(status: pc15_status) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///One sentence that says what the status means and what to do. Never NULL.
    pub fn pc15_status_doc(status: pc15_status) -> *const ::core::ffi::c_char;
}
/**Memory functions, copied when a handle is created. Both or none; none means malloc and free. They are
called from several threads at once when PC15_PARAM_THREADS \> 1. `allocate` returns memory aligned as
malloc does, or NULL.*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_allocator {
    pub struct_size: u32,
    pub reserved0: u32,
    pub allocate: ::core::option::Option<
        unsafe extern "C" fn(
            opaque: *mut ::core::ffi::c_void,
            size: usize,
        ) -> *mut ::core::ffi::c_void,
    >,
    pub release: ::core::option::Option<
        unsafe extern "C" fn(
            opaque: *mut ::core::ffi::c_void,
            pointer: *mut ::core::ffi::c_void,
        ),
    >,
    pub opaque: *mut ::core::ffi::c_void,
}
/**What a reader refuses before it allocates anything (PC15_ERROR_LIMIT). 0 is not "unlimited": it refuses
everything.*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_limits {
    pub struct_size: u32,
    ///pixels, default 65535
    pub max_width: u32,
    ///pixels, default 65535
    pub max_height: u32,
    ///default 1024
    pub max_sections: u32,
    ///default 2^29
    pub max_pixels: u64,
    ///default 2^32
    pub max_memory_bytes: u64,
    ///default 2^26
    pub max_metadata_bytes: u64,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    ///Stores the defaults. Statuses: BAD_STRUCT_SIZE.
    pub fn pc15_limits_default(limits: *mut pc15_limits) -> pc15_status;
}
///A picture in memory; see "Rows" above. The encoder only reads `data`, the decoder only writes it.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_image {
    pub struct_size: u32,
    ///PC15_FORMAT_\*
    pub format: i32,
    pub width: u32,
    pub height: u32,
    pub stride: i64,
    ///bytes that `data` points to; at least pc15_image_bytes()
    pub data_size: u64,
    pub reserved: [u64; 2usize],
    pub data: *mut u8,
}
unsafe extern "C" {
    /**Bytes that an image needs: (height - 1) x |stride| + width x channels.
Statuses: INVALID_ARGUMENT (format, stride shorter than a row), OUT_OF_RANGE (a size of 0 or above 65535).*/
    pub fn pc15_image_bytes(
        format: i32,
        width: u32,
        height: u32,
        stride: i64,
        size: *mut usize,
    ) -> pc15_status;
}
/**Bytes owned by the library, for callers who do not want to size a buffer first. Independent of the handle
that made it; free it with pc15_buffer_free.*/
#[repr(C)]
#[derive(Debug)]
pub struct pc15_buffer {
    _unused: [u8; 0],
}
unsafe extern "C" {
    ///First byte; NULL for NULL. Writable by you. Thread: as a handle.
    pub fn pc15_buffer_data(buffer: *mut pc15_buffer) -> *mut u8;
}
unsafe extern "C" {
    ///Number of bytes; 0 for NULL.
    pub fn pc15_buffer_size(buffer: *const pc15_buffer) -> usize;
}
unsafe extern "C" {
    ///NULL is allowed.
    pub fn pc15_buffer_free(buffer: *mut pc15_buffer);
}
/**Progress of one call: `done` of `total` units, rising. Return 0 to go on, anything else to cancel. Called
from any worker thread, never twice at once. It must not call a function on the handle except _cancel.*/
pub type pc15_progress_fn = ::core::option::Option<
    unsafe extern "C" fn(done: u64, total: u64, opaque: *mut ::core::ffi::c_void) -> i32,
>;
unsafe extern "C" {
    ///"ICC", "EXIF", "XMP", "TEXT", or NULL.
    pub fn pc15_metadata_name(type_: i32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    /**Number of parameters, and the id of parameter number `index` in \[0, count).
Statuses: OUT_OF_RANGE.*/
    pub fn pc15_param_count() -> u32;
}
unsafe extern "C" {
    pub fn pc15_param_id(index: u32, id: *mut i32) -> pc15_status;
}
unsafe extern "C" {
    ///Smallest, largest and initial value. Statuses: UNKNOWN_PARAM.
    pub fn pc15_param_bounds(
        id: i32,
        lo: *mut i64,
        hi: *mut i64,
        def: *mut i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Lower-case name as command lines use it, "early-exit"; NULL for an unknown id.
    pub fn pc15_param_name(id: i32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///Statuses: UNKNOWN_PARAM.
    pub fn pc15_param_from_name(
        name: *const ::core::ffi::c_char,
        id: *mut i32,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///One line for a user; NULL for an unknown id.
    pub fn pc15_param_doc(id: i32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///PC15_TYPE_\*, or -1 for an unknown id.
    pub fn pc15_param_type(id: i32) -> i32;
}
unsafe extern "C" {
    ///Units per 1.0: 1000 for QUALITY; 1 for all that is not PC15_TYPE_FIXED; 0 for an unknown id.
    pub fn pc15_param_scale(id: i32) -> i64;
}
unsafe extern "C" {
    ///PC15_SCOPE_\* bits; 0 for an unknown id.
    pub fn pc15_param_scope(id: i32) -> i32;
}
unsafe extern "C" {
    ///Name of a value of an enumeration, "420"; NULL when there is none.
    pub fn pc15_param_choice(id: i32, value: i64) -> *const ::core::ffi::c_char;
}
/**Initial probability tables of the residual for several quantiser steps, and codebooks of small integers for
the programs. The library holds a frozen model; one that was trained on other pictures (tools/train_tables
--model) is imported, given to an encoder and travels in the files that it writes: any decoder reads them
without the model.*/
#[repr(C)]
#[derive(Debug)]
pub struct pc15_model {
    _unused: [u8; 0],
}
unsafe extern "C" {
    ///An empty model; load or import one. As pc15_encoder_create.
    pub fn pc15_model_create(
        allocator: *const pc15_allocator,
        model: *mut *mut pc15_model,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_model_destroy(model: *mut pc15_model);
}
unsafe extern "C" {
    ///As pc15_encoder_last_error. A model is never poisoned.
    pub fn pc15_model_last_error(
        model: *const pc15_model,
        text: *mut ::core::ffi::c_char,
        capacity: usize,
    ) -> usize;
}
unsafe extern "C" {
    ///Replaces the model by the one that the library holds: its tables, and no codebooks.
    pub fn pc15_model_load_frozen(model: *mut pc15_model) -> pc15_status;
}
unsafe extern "C" {
    /**Replaces the model by one in bytes (docs/abi.md); on an error it keeps what it held. Statuses: TRUNCATED,
TRAILING, CRC, VERSION, UNSUPPORTED, CORRUPT; the message names the byte.*/
    pub fn pc15_model_import(
        model: *mut pc15_model,
        data: *const u8,
        size: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The model as bytes. Statuses: WRONG_STATE (empty), DST_TOO_SMALL (\*dst_size is what is needed; `dst` NULL
with capacity 0 is allowed).*/
    pub fn pc15_model_export(
        model: *const pc15_model,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Number of table sets, at most 8.
    pub fn pc15_model_table_count(
        model: *const pc15_model,
        count: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The quantiser step, in 1/16 grey level, that a set was made for, rising with `index`, and what it costs a
file in bytes, one copy. Statuses: OUT_OF_RANGE (index).*/
    pub fn pc15_model_table_info(
        model: *const pc15_model,
        index: u32,
        step16: *mut u32,
        size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Sets, replaces or (value_count 0) removes codebook `id`, 0...255, of value_count / dims entries. Codebook 0
holds the shapes of atoms: 64 entries of type, two widths and wavelength
(docs/bitstream-programs.md, 8.16), and goes into files that have atoms; an encoder uses no other.
Statuses: OUT_OF_RANGE (id, dims outside 1...8, more than 256 entries, more than 16 codebooks; of codebook
0 an entry that is no shape: the message names it), INVALID_ARGUMENT (value_count is no multiple of dims).*/
    pub fn pc15_model_set_codebook(
        model: *mut pc15_model,
        id: i32,
        values: *const i16,
        value_count: usize,
        dims: u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Copies codebook `id`; \*value_count is its number of values, also with DST_TOO_SMALL (`values` NULL with
capacity 0 is allowed). Statuses: NOT_FOUND.*/
    pub fn pc15_model_codebook(
        model: *const pc15_model,
        id: i32,
        values: *mut i16,
        capacity: usize,
        value_count: *mut usize,
        dims: *mut u32,
    ) -> pc15_status;
}
#[repr(C)]
#[derive(Debug)]
pub struct pc15_encoder {
    _unused: [u8; 0],
}
unsafe extern "C" {
    /**`allocator` may be NULL. Destroy with pc15_encoder_destroy. On failure \*encoder is NULL.
Statuses: BAD_STRUCT_SIZE, INVALID_ARGUMENT (one function without the other, reserved words), NO_MEMORY.*/
    pub fn pc15_encoder_create(
        allocator: *const pc15_allocator,
        encoder: *mut *mut pc15_encoder,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///NULL is allowed. No call on the handle may be running.
    pub fn pc15_encoder_destroy(encoder: *mut pc15_encoder);
}
unsafe extern "C" {
    /**Lifts poison and a pending cancellation, forgets the last result, message and metadata. Keeps parameters
and callback.*/
    pub fn pc15_encoder_reset(encoder: *mut pc15_encoder) -> pc15_status;
}
unsafe extern "C" {
    ///Every parameter back to its default.
    pub fn pc15_encoder_default_params(encoder: *mut pc15_encoder) -> pc15_status;
}
unsafe extern "C" {
    /**Parameters hold until they are changed. OVERLAP against TILE is checked when an encode begins, so they may
be set in any order.
Statuses: UNKNOWN_PARAM (also one that is for decoders only), OUT_OF_RANGE (the message has the range).*/
    pub fn pc15_encoder_set_param(
        encoder: *mut pc15_encoder,
        id: i32,
        value: i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_encoder_get_param(
        encoder: *const pc15_encoder,
        id: i32,
        value: *mut i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///The same in real units (QUALITY 60.5), rounded to the nearest step. OUT_OF_RANGE for NaN.
    pub fn pc15_encoder_set_param_f64(
        encoder: *mut pc15_encoder,
        id: i32,
        value: f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_encoder_get_param_f64(
        encoder: *const pc15_encoder,
        id: i32,
        value: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///`progress` NULL: none. Units are private; only the ratio means something.
    pub fn pc15_encoder_set_progress(
        encoder: *mut pc15_encoder,
        progress: pc15_progress_fn,
        opaque: *mut ::core::ffi::c_void,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Thread: any. The running call returns PC15_NOTE_CANCELLED within milliseconds. When none is running, the
next one does; reset withdraws the request.*/
    pub fn pc15_encoder_cancel(encoder: *mut pc15_encoder) -> pc15_status;
}
unsafe extern "C" {
    /**Copies the message of the last failed call on this handle: what was wrong, where, what was allowed.
Always terminated when capacity \> 0. Returns the full length without the terminator, as snprintf does; ""
when the last call succeeded. `text` may be NULL when capacity is 0.*/
    pub fn pc15_encoder_last_error(
        encoder: *const pc15_encoder,
        text: *mut ::core::ffi::c_char,
        capacity: usize,
    ) -> usize;
}
unsafe extern "C" {
    /**Metadata of the files that this handle writes from now on; copied. `size` 0 removes the item (data may be
NULL then). Statuses: INVALID_ARGUMENT (type, text that is not UTF-8), LIMIT (beyond the default limits of
a decoder).*/
    pub fn pc15_encoder_set_metadata(
        encoder: *mut pc15_encoder,
        type_: i32,
        data: *const u8,
        size: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Uses a model from now on: of its tables, at every quality, the set whose step is nearest, and codebook 0.
What a file uses is stored in it, twice; copied. NULL: the model of the library, which costs a file
nothing. Reset keeps the model. A file without a residual has no tables, one without atoms no codebook.
Statuses: WRONG_STATE (an empty model).*/
    pub fn pc15_encoder_set_model(
        encoder: *mut pc15_encoder,
        model: *const pc15_model,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Upper bound of the file for an image of this size with the current parameters, metadata and model.
Statuses: INVALID_ARGUMENT (format), OUT_OF_RANGE (sizes).*/
    pub fn pc15_encode_bound(
        encoder: *const pc15_encoder,
        format: i32,
        width: u32,
        height: u32,
        size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Encodes luma. \*dst_size receives the size of the file. When `capacity` is too small (NULL with 0 is
allowed) the answer is PC15_NOTE_DST_TOO_SMALL, \*dst_size is what is needed, nothing is written to `dst`,
and pc15_encoder_result() hands the finished file over without encoding again.
The bytes depend on pixels, parameters, metadata and library version only, never on threads or stride.
Statuses: DST_TOO_SMALL, CANCELLED, INVALID_ARGUMENT (stride, sizes, overlap), OUT_OF_RANGE (width or
height of 0 or above 65535), LIMIT, POISONED, INTERNAL.*/
    pub fn pc15_encode_y(
        encoder: *mut pc15_encoder,
        pixels: *const u8,
        pixels_size: usize,
        width: u32,
        height: u32,
        stride: i64,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///The same for Y, RGB and RGBA. Also BAD_STRUCT_SIZE.
    pub fn pc15_encode_image(
        encoder: *mut pc15_encoder,
        image: *const pc15_image,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///The same into a new buffer; \*buffer is NULL unless the answer is PC15_OK.
    pub fn pc15_encode_image_buffer(
        encoder: *mut pc15_encoder,
        image: *const pc15_image,
        buffer: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
///One picture of a batch. All items of a call have the same struct_size, and lie that far apart.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_encode_item {
    pub struct_size: u32,
    ///out: what became of this picture
    pub status: pc15_status,
    pub reserved: [u64; 2usize],
    ///in: the picture
    pub image: *const pc15_image,
    ///out: its file, yours to free; NULL unless `status` is PC15_OK
    pub buffer: *mut pc15_buffer,
}
unsafe extern "C" {
    /**Encodes `count` pictures, each as pc15_encode_image_buffer would with the parameters, metadata and model of
this handle: the same bytes, whatever THREADS is. Small pictures are coded one a thread, large ones one
after another on all threads, with working memory that is kept from picture to picture. A picture that
fails stops no other and does not poison the handle.
Progress counts the batch as a whole. A cancelled batch gives up the pictures that it has not finished.
`items` may be NULL when count is 0. The handle keeps no result, stats or tile map of a batch, and
MEASURE counts as 0.
PC15_OK: every item's status is PC15_OK. Else CANCELLED, or the status of the first item that failed, and
the message names it. A call that is refused whole gives every item its own status, except for
BAD_STRUCT_SIZE (no item is written). Statuses of an item: those of pc15_encode_image_buffer;
INVALID_ARGUMENT (image NULL, a reserved word).*/
    pub fn pc15_encode_batch(
        encoder: *mut pc15_encoder,
        items: *mut pc15_encode_item,
        count: usize,
    ) -> pc15_status;
}
/**Writes rows of a picture to be encoded, without padding: rows \[y, y + n) for an n of its choice, 1...count,
into `rows`, which has room for `size` = count x width x channels bytes and is borrowed for the call.
Answers n; 0 or less ends the encode. Called on the thread that encodes, never twice at once, from top to
bottom. It must not call a function on the handle except _cancel.*/
pub type pc15_read_rows_fn = ::core::option::Option<
    unsafe extern "C" fn(
        y: u32,
        count: u32,
        rows: *mut u8,
        size: usize,
        opaque: *mut ::core::ffi::c_void,
    ) -> i32,
>;
unsafe extern "C" {
    /**As pc15_encode_image, of a picture that is never whole in the caller's memory: `rows` is called, for at
most 64 rows at a time, until it has given all of them, once each. The bytes are those of
pc15_encode_image. The library holds the picture as planes, and as samples where it needs those again
(docs/abi.md). Progress begins when all rows are read. Statuses: as pc15_encode_image; CANCELLED also when
`rows` ends it; INVALID_ARGUMENT (format, an answer above count).*/
    pub fn pc15_encode_rows(
        encoder: *mut pc15_encoder,
        format: i32,
        width: u32,
        height: u32,
        rows: pc15_read_rows_fn,
        opaque: *mut ::core::ffi::c_void,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
/**Goes back to row 0: the next call of pc15_read_rows_fn asks for it, and must be given the same rows as the
first time. Answers 0; anything else ends the encode. Called as pc15_read_rows_fn is, never before it.*/
pub type pc15_restart_rows_fn = ::core::option::Option<
    unsafe extern "C" fn(opaque: *mut ::core::ffi::c_void) -> i32,
>;
///A picture that comes row by row and can be read again.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_row_source {
    pub struct_size: u32,
    ///PC15_FORMAT_\*
    pub format: i32,
    pub width: u32,
    pub height: u32,
    pub reserved: [u64; 4usize],
    pub rows: pc15_read_rows_fn,
    ///NULL: rows can be read once
    pub restart: pc15_restart_rows_fn,
    ///of both functions
    pub opaque: *mut ::core::ffi::c_void,
}
unsafe extern "C" {
    /**As pc15_encode_rows. With `restart` the rows are read as often as pc15_encode_plan says at most, and some
of them are held at a time, unless there is no residual or a CUDA device searches. The bytes are the same.
Statuses: as pc15_encode_rows; CANCELLED also when `restart` ends it; INVALID_ARGUMENT (rows that are not
those of the first reading; a reserved word); BAD_STRUCT_SIZE.*/
    pub fn pc15_encode_source(
        encoder: *mut pc15_encoder,
        source: *const pc15_row_source,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
/**What an encode will hold at most, in bytes, while it works on the processor, and without the file, which
is held twice (a drawn picture's three times).*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_encode_memory {
    pub struct_size: u32,
    ///by pc15_encode_source: how often rows are read at most; 1 where the picture is held
    pub readings: u32,
    ///pc15_encode_image and its kin
    pub image: u64,
    ///pc15_encode_rows, and pc15_encode_source without `restart`
    pub rows: u64,
    ///pc15_encode_source with `restart`
    pub source: u64,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    /**Of a picture of this size with the current parameters, on a fresh handle.
Statuses: INVALID_ARGUMENT (format), OUT_OF_RANGE (sizes), BAD_STRUCT_SIZE.*/
    pub fn pc15_encode_plan(
        encoder: *const pc15_encoder,
        format: i32,
        width: u32,
        height: u32,
        memory: *mut pc15_encode_memory,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Copies the last finished file again. Statuses: DST_TOO_SMALL, WRONG_STATE (there is none).
    pub fn pc15_encoder_result(
        encoder: *const pc15_encoder,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
///What the last encode did.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_stats {
    pub struct_size: u32,
    pub tiles: u32,
    pub tiles_with_program: u32,
    ///tiles whose search stopped early
    pub early_exits: u32,
    pub bytes_total: u64,
    ///of the tile records, one copy
    pub bytes_programs: u64,
    ///of the residual
    pub bytes_cells: u64,
    ///candidate renderings of the search
    pub renders: u64,
    ///most that the handle held during the call
    pub peak_memory_bytes: u64,
    ///dB of what a decoder will show; +infinity when exact; see MEASURE
    pub psnr_y: f64,
    pub ssim_y: f64,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    ///Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded since create or reset).
    pub fn pc15_encoder_stats(
        encoder: *const pc15_encoder,
        stats: *mut pc15_stats,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///"skip", "merge-left", ...; NULL for another number.
    pub fn pc15_tile_mode_name(mode: i32) -> *const ::core::ffi::c_char;
}
///One tile of the procedural grid.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_tile_info {
    pub struct_size: u32,
    ///scan order
    pub number: u32,
    ///the part of the tile inside the image
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    ///PC15_TILE_\*
    pub mode: i32,
    ///of the program that it renders, at most 3
    pub layer_count: u32,
    ///of its layers, -1 where there is none; see pc15_generator_name
    pub generators: [i32; 4usize],
    ///of its record, rounded
    pub bits: u32,
    ///encoder only, 0 from a decoder
    pub renders: u32,
    ///encoder only, 0 from a decoder
    pub early_exit: i32,
    pub reserved0: u32,
    ///encoder only: mean squared error of the procedural picture, luma
    pub distortion: f64,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    /**The tile map of the last encode, in scan order.
Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded), OUT_OF_RANGE (index).*/
    pub fn pc15_encoder_tile_count(
        encoder: *const pc15_encoder,
        count: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_encoder_tile_info(
        encoder: *const pc15_encoder,
        index: u32,
        info: *mut pc15_tile_info,
    ) -> pc15_status;
}
/**What the search of the last encode spent on one generator and what came of it, the image-wide program and
all tiles together.*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_generator_stats {
    pub struct_size: u32,
    ///its number
    pub generator: i32,
    ///layers of this generator that were scored
    pub hypotheses: u32,
    ///whose program holds it, copies and the image-wide program included
    pub tiles: u32,
    ///searches given up while it was the best hypothesis
    pub early_exits: u32,
    pub reserved0: u32,
    ///spent on it
    pub renders: u64,
    ///of the records of those tiles, rounded
    pub bits: u64,
    ///mean squared error of the procedural picture over those tiles, luma; 0 without tiles
    pub distortion: f64,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    ///Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded), NOT_FOUND (no such generator).
    pub fn pc15_encoder_generator_stats(
        encoder: *const pc15_encoder,
        generator: i32,
        stats: *mut pc15_generator_stats,
    ) -> pc15_status;
}
///What a file says about itself, and what decoding it will cost.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_image_info {
    pub struct_size: u32,
    pub width: u32,
    pub height: u32,
    ///PC15_COLOR_\*
    pub color: i32,
    ///0/1
    pub has_alpha: i32,
    ///bits per sample: 8
    pub depth: i32,
    ///PC15_FORMAT_\* that loses nothing
    pub natural_format: i32,
    ///PC15_FORM_\*
    pub form: i32,
    ///15
    pub version: i32,
    ///0/1: a procedural layer
    pub has_programs: i32,
    ///0/1
    pub has_residual: i32,
    ///quantiser step in 1/16 grey level, 0 without residual
    pub residual_step16: u32,
    ///pixels
    pub tile: u32,
    ///pixels
    pub overlap: u32,
    pub tile_cols: u32,
    pub tile_rows: u32,
    ///pixels
    pub cell: u32,
    pub cell_cols: u32,
    pub cell_rows: u32,
    ///0/1: the samples are those that the encoder was given
    pub lossless: u32,
    pub seed: i64,
    ///NEED_INPUT: offer at least so many bytes; else 0
    pub bytes_needed: u64,
    /**bytes, upper bound for decoding the whole image on the processor with up to 16
threads, into memory of yours or row by row*/
    pub planned_memory: u64,
    ///the same for decoding it at any other scale
    pub planned_memory_scaled: u64,
    pub reserved: [u64; 3usize],
}
unsafe extern "C" {
    /**Reads the head of a file without allocating: 64 bytes are enough for a full file, compact ones are short.
`limits` may be NULL: the defaults.
Statuses: NEED_INPUT (only info-\>bytes_needed is set), NOT_PC15, VERSION, UNSUPPORTED, CRC, CORRUPT, LIMIT,
BAD_STRUCT_SIZE.*/
    pub fn pc15_probe(
        data: *const u8,
        size: usize,
        limits: *const pc15_limits,
        info: *mut pc15_image_info,
    ) -> pc15_status;
}
#[repr(C)]
#[derive(Debug)]
pub struct pc15_decoder {
    _unused: [u8; 0],
}
unsafe extern "C" {
    ///As the functions of the encoder of the same name.
    pub fn pc15_decoder_create(
        allocator: *const pc15_allocator,
        decoder: *mut *mut pc15_decoder,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_destroy(decoder: *mut pc15_decoder);
}
unsafe extern "C" {
    /**Lifts poison and a pending cancellation, closes the file, forgets the damage map and the message. Keeps
parameters and callback.*/
    pub fn pc15_decoder_reset(decoder: *mut pc15_decoder) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_default_params(decoder: *mut pc15_decoder) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_set_param(
        decoder: *mut pc15_decoder,
        id: i32,
        value: i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_get_param(
        decoder: *const pc15_decoder,
        id: i32,
        value: *mut i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_set_param_f64(
        decoder: *mut pc15_decoder,
        id: i32,
        value: f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_get_param_f64(
        decoder: *const pc15_decoder,
        id: i32,
        value: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_set_progress(
        decoder: *mut pc15_decoder,
        progress: pc15_progress_fn,
        opaque: *mut ::core::ffi::c_void,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_cancel(decoder: *mut pc15_decoder) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_last_error(
        decoder: *const pc15_decoder,
        text: *mut ::core::ffi::c_char,
        capacity: usize,
    ) -> usize;
}
unsafe extern "C" {
    /**Decodes luma. `dst` needs (height - 1) x |stride| + width bytes; \*dst_size receives that size, also with
PC15_NOTE_DST_TOO_SMALL (`dst` NULL with capacity 0 is allowed). INVALID_ARGUMENT: stride.*/
    pub fn pc15_decode_y(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        dst: *mut u8,
        capacity: usize,
        stride: i64,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Decodes into image-\>data. Format, sizes and stride are yours to set; width and height must be those of the
file (else INVALID_ARGUMENT). A grey file as RGB repeats Y, a colour file as Y is its luma, RGBA without
alpha is opaque, RGB of a file with alpha leaves it out. DST_TOO_SMALL: image-\>data_size.*/
    pub fn pc15_decode_image(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        image: *const pc15_image,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Decodes the rectangle at (x, y) of image-\>width x image-\>height pixels, which must lie inside. Equals that
crop of the whole image, and reads only the programs and cells that it needs. OUT_OF_RANGE: outside.*/
    pub fn pc15_decode_region(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        x: u32,
        y: u32,
        image: *const pc15_image,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Size of the picture at that scale: width x 2^scale_log2 and height x 2^scale_log2, rounded up.
Statuses: OUT_OF_RANGE (the scale, a size of 0 or above 65535).*/
    pub fn pc15_scaled_size(
        width: u32,
        height: u32,
        scale_log2: i32,
        scaled_width: *mut u32,
        scaled_height: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Decodes the rectangle at (x, y) of image-\>width x image-\>height pixels of the picture at a scale, all in
pixels of the scaled picture. Programs are rendered anew at that scale, so that their edges stay sharp; the
residual is resampled (docs/scaling.md). Equals that crop of the whole scaled picture; scale_log2 0 is
pc15_decode_region. Colour of a scaled picture has the size of its luma. MAX_WIDTH, MAX_HEIGHT and
MAX_PIXELS hold for the rectangle too (LIMIT). OUT_OF_RANGE: the scale, or the rectangle lies outside.*/
    pub fn pc15_decode_scaled(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        scale_log2: i32,
        x: u32,
        y: u32,
        image: *const pc15_image,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Decodes into a new buffer without row padding. `format` 0 means the natural one. `info` may be NULL.
\*buffer is NULL unless the answer is PC15_OK or PC15_NOTE_DAMAGED.*/
    pub fn pc15_decode_image_buffer(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        format: i32,
        info: *mut pc15_image_info,
        buffer: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
/**Receives rows \[y, y + count) of a picture, `size` = count x width x channels bytes without padding,
borrowed for the call. Return 0 to go on, anything else to cancel. Called on the thread that decodes, never
twice at once. It must not call a function on the handle except _cancel.*/
pub type pc15_rows_fn = ::core::option::Option<
    unsafe extern "C" fn(
        y: u32,
        count: u32,
        rows: *const u8,
        size: usize,
        opaque: *mut ::core::ffi::c_void,
    ) -> i32,
>;
unsafe extern "C" {
    /**Decodes the whole picture from top to bottom through `rows`, at most 64 rows at a time, each row once. The
pixels are those of pc15_decode_image in about its time; memory follows the width of the picture and not
its height (docs/abi.md). `format` 0 means the natural one. Rows that were handed over stay so when a later
part of the file fails; with TOLERANT all come, and then DAMAGED. Also INVALID_ARGUMENT (format).*/
    pub fn pc15_decode_rows(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        format: i32,
        rows: pc15_rows_fn,
        opaque: *mut ::core::ffi::c_void,
    ) -> pc15_status;
}
///One file of a batch. All items of a call have the same struct_size, and lie that far apart.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_decode_item {
    pub struct_size: u32,
    ///out: what became of this picture
    pub status: pc15_status,
    ///in: as pc15_decode_scaled has it; 0: full size
    pub scale_log2: i32,
    ///in: where the rectangle of image-\>width x image-\>height begins; 0, 0 and the size
    pub x: u32,
    ///of the picture: the whole
    pub y: u32,
    pub reserved0: u32,
    pub reserved: [u64; 2usize],
    ///in: bytes of the file
    pub size: u64,
    pub data: *const u8,
    ///in: memory for the pixels, none shared with another item
    pub image: *const pc15_image,
}
unsafe extern "C" {
    /**Decodes `count` files, each as pc15_decode_scaled would with the parameters of this handle: the same
pixels, whatever THREADS is. pc15_probe() tells the sizes beforehand. Small pictures are decoded one a
thread, large ones one after another on all threads, with working memory that is kept from picture to
picture; a device (PC15_PARAM_DEVICE) makes the samples of many at once, AUTO when they are large together.
A file that fails stops no other and does not poison the handle.
Progress counts the batch as a whole. A cancelled batch gives up the pictures that it has not finished.
`items` may be NULL when count is 0. The handle keeps no damage map of a batch.
PC15_OK: every item's status is PC15_OK. Else CANCELLED, or the status of the first item that failed, or of
the first DAMAGED one when none did, and the message names it. A call that is refused whole gives every
item its own status, except for BAD_STRUCT_SIZE (no item is written). Statuses of an item: those of
pc15_decode_scaled; INVALID_ARGUMENT (data or image NULL, a reserved word).*/
    pub fn pc15_decode_batch(
        decoder: *mut pc15_decoder,
        items: *mut pc15_decode_item,
        count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Checks every CRC and decodes everything without keeping it. Always strict. PC15_OK: the file is whole.
    pub fn pc15_verify(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The file with one item of metadata set, replaced or (item_size 0) removed, in a new buffer. The coded
picture is copied byte for byte. Always strict. Also INVALID_ARGUMENT (type, text not UTF-8), LIMIT.*/
    pub fn pc15_metadata_replace(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        type_: i32,
        item: *const u8,
        item_size: usize,
        buffer: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
///What pc15_repair() did.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_repair_report {
    pub struct_size: u32,
    ///0/1: both copies of the index were damaged; metadata and models went with them
    pub index_rebuilt: i32,
    pub cells: u32,
    pub cells_lost: u32,
    ///records: the image-wide program and the groups of tiles
    pub programs: u32,
    pub programs_lost: u32,
    ///of metadata and models, when the index was not lost
    pub sections_lost: u32,
    pub reserved0: u32,
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    /**A whole file of a damaged one, in a new buffer: every record and section that is intact is kept as it is, a
lost cell shows the procedural picture, and the index is made anew from the records when both copies are
gone. What lost nothing comes back as it was before the damage, byte for byte. The new file was decoded
strictly before it is handed out. `report` may be NULL. PC15_OK: nothing is lost. PC15_NOTE_DAMAGED:
something is; \*buffer and \*report are set. Statuses: the data errors (no copy of the preamble is left, a
compact file, no record is found), LIMIT, CANCELLED, POISONED, BAD_STRUCT_SIZE.*/
    pub fn pc15_repair(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        report: *mut pc15_repair_report,
        buffer: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The damage map of the last decode: one byte PC15_CELL_\* per cell, scan order, \*count = cell_cols x
cell_rows. 0 for a file without residual. Around a lost cell, up to 13 pixels of its neighbours may differ,
28 where colour is stored at half size.
Statuses: DST_TOO_SMALL (\*count is set), WRONG_STATE (nothing decoded since create or reset).*/
    pub fn pc15_decoder_damage(
        decoder: *const pc15_decoder,
        map: *mut u8,
        capacity: usize,
        count: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Opens a file for the functions below. The bytes are borrowed and must stay valid and unchanged until
_close, _reset, _destroy or any function that opens another file. Statuses: the data errors, LIMIT,
POISONED. With TOLERANT, DAMAGED says that something is missing; the file is open all the same.*/
    pub fn pc15_decoder_open(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Does nothing when no file is open.
    pub fn pc15_decoder_close(decoder: *mut pc15_decoder) -> pc15_status;
}
unsafe extern "C" {
    ///All below: WRONG_STATE when no file is open, OUT_OF_RANGE for an index, BAD_STRUCT_SIZE.
    pub fn pc15_decoder_info(
        decoder: *const pc15_decoder,
        info: *mut pc15_image_info,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///As pc15_decode_region, from the open file: several regions at the price of one opening.
    pub fn pc15_decoder_read(
        decoder: *mut pc15_decoder,
        x: u32,
        y: u32,
        image: *const pc15_image,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///As pc15_decode_scaled, from the open file.
    pub fn pc15_decoder_read_scaled(
        decoder: *mut pc15_decoder,
        scale_log2: i32,
        x: u32,
        y: u32,
        image: *const pc15_image,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///As pc15_decode_rows, from the open file.
    pub fn pc15_decoder_read_rows(
        decoder: *mut pc15_decoder,
        format: i32,
        rows: pc15_rows_fn,
        opaque: *mut ::core::ffi::c_void,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_metadata_count(
        decoder: *const pc15_decoder,
        count: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Type (PC15_METADATA_\*) and size in bytes of item `index`. CRC or TRUNCATED: it is damaged (tolerant only).
    pub fn pc15_decoder_metadata_info(
        decoder: *const pc15_decoder,
        index: u32,
        type_: *mut i32,
        size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Copies the item of this type. NOT_FOUND: there is none. DST_TOO_SMALL: \*dst_size is what is needed. CRC or
TRUNCATED: it is damaged (tolerant only).*/
    pub fn pc15_decoder_metadata_get(
        decoder: *mut pc15_decoder,
        type_: i32,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///"preamble", "cell", ...; NULL for another number.
    pub fn pc15_part_name(kind: i32) -> *const ::core::ffi::c_char;
}
/**Every byte of a file belongs to exactly one part; parts are in file order. Parts that a truncated file
lacks are listed where they would lie, not intact.*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_part_info {
    pub struct_size: u32,
    ///PC15_PART_\*
    pub kind: i32,
    ///of the section, group or cell
    pub number: u32,
    ///0/1: its checksum holds
    pub intact: i32,
    ///from the start of the file
    pub offset: u64,
    ///with its checksum
    pub size: u64,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    pub fn pc15_decoder_part_count(
        decoder: *mut pc15_decoder,
        count: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_part_info(
        decoder: *mut pc15_decoder,
        index: u32,
        info: *mut pc15_part_info,
    ) -> pc15_status;
}
/**The smooth part of a program: per colour plane (Y, Cb, Cr) 6 coefficients in grey levels, of
1, u, v, u^2 - 1/3, v^2 - 1/3, uv, where u and v run from -1 to 1 over the longer side of its frame.*/
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_field_info {
    pub struct_size: u32,
    ///0 constant, 1 plane, 2 quadratic
    pub order: i32,
    ///0/1
    pub has_chroma: i32,
    pub layer_count: u32,
    ///centre of the frame, 1/16 pixel
    pub frame_x: i32,
    pub frame_y: i32,
    ///longer side of the frame, pixels
    pub frame: u32,
    pub reserved0: u32,
    ///plane x 6 + term
    pub coef: [f64; 18usize],
    pub reserved: [u64; 2usize],
}
///One layer of a program. Positions are relative to the centre of its frame.
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_layer_info {
    pub struct_size: u32,
    ///see pc15_generator_name
    pub generator: i32,
    ///PC15_SOURCE_\*
    pub source: i32,
    ///0 fine ... 7 coarse
    pub precision: i32,
    ///PC15_BLEND_\*
    pub blend: i32,
    ///at most 16
    pub param_count: u32,
    ///0/1: the file holds the seed; else it follows from the image's
    pub seed_explicit: i32,
    pub reserved0: u32,
    ///when explicit, else 0
    pub seed: i64,
    ///grey levels, per colour plane (Y, Cb, Cr)
    pub contrast: [f64; 3usize],
    ///in the order and units of pc15_generator_param_info
    pub params: [f64; 16usize],
    pub reserved: [u64; 4usize],
}
unsafe extern "C" {
    /**The tile map as the file has it; count 0 when the file has no programs. `tile` may be PC15_TILE_IMAGE for
field and layers. NOT_FOUND: the tile renders no program. For a merged tile: what it renders.*/
    pub fn pc15_decoder_tile_count(
        decoder: *mut pc15_decoder,
        count: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_tile_info(
        decoder: *mut pc15_decoder,
        index: u32,
        info: *mut pc15_tile_info,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_field_info(
        decoder: *mut pc15_decoder,
        tile: u32,
        info: *mut pc15_field_info,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_decoder_layer_info(
        decoder: *mut pc15_decoder,
        tile: u32,
        layer: u32,
        info: *mut pc15_layer_info,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The programs of a file, and what decoding them depends on, as text in a new buffer (UTF-8, not terminated).
Residual, alpha and metadata are left out; a comment says so. Always strict. Statuses: the data errors,
LIMIT (also a text of more than 2^24 bytes), POISONED.*/
    pub fn pc15_program_disassemble(
        decoder: *mut pc15_decoder,
        data: *const u8,
        size: usize,
        text: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The file that a text describes, without a residual, in a new buffer. What pc15_program_disassemble wrote
gives the same programs, byte for byte. A text that is refused does not poison the handle;
pc15_decoder_last_error() begins with line and column, both from 1: "3:14: 'strpes' is no generator; did
you mean 'stripes'?". Statuses: INVALID_ARGUMENT (not the grammar, a cyclic definition), NOT_FOUND (an
unknown name), OUT_OF_RANGE (a value), LIMIT (the limits of the handle, a text of more than 2^24 bytes,
nesting too deep), POISONED.*/
    pub fn pc15_program_assemble(
        decoder: *mut pc15_decoder,
        text: *const ::core::ffi::c_char,
        text_size: usize,
        file: *mut *mut pc15_buffer,
    ) -> pc15_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_difference {
    pub struct_size: u32,
    ///0/1; when 1 the rest is 0
    pub identical: i32,
    ///of the first byte that differs, or the shorter size
    pub offset: u64,
    ///PC15_PART_\* there in the first file; -1: past its end, or not readable as PC15
    pub kind_a: i32,
    pub number_a: u32,
    pub kind_b: i32,
    pub number_b: u32,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    /**First difference of two files, and the part it lies in. Works for any bytes. `data` NULL with size 0 is an
empty file. `allocator` may be NULL. Statuses: BAD_STRUCT_SIZE.*/
    pub fn pc15_diff(
        a: *const u8,
        a_size: usize,
        b: *const u8,
        b_size: usize,
        allocator: *const pc15_allocator,
        difference: *mut pc15_difference,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**A generator has a number, which the file format uses and which never changes its meaning, and a name. The
numbers are not dense: list them with pc15_generator_id. Unknown number: PC15_ERROR_NOT_FOUND, NULL or 0.*/
    pub fn pc15_generator_count() -> u32;
}
unsafe extern "C" {
    ///The number of the generator at position `index` in \[0, count). Statuses: OUT_OF_RANGE.
    pub fn pc15_generator_id(index: u32, generator: *mut i32) -> pc15_status;
}
unsafe extern "C" {
    ///"stripes".
    pub fn pc15_generator_name(generator: i32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    pub fn pc15_generator_from_name(
        name: *const ::core::ffi::c_char,
        generator: *mut i32,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///What it draws, with the formula.
    pub fn pc15_generator_doc(generator: i32) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///1 when its picture depends on a seed.
    pub fn pc15_generator_is_seeded(generator: i32) -> i32;
}
unsafe extern "C" {
    pub fn pc15_generator_param_count(generator: i32) -> u32;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_generator_param {
    pub struct_size: u32,
    ///PC15_TYPE_INT, _FIXED (real), _BOOL or _ENUM
    pub type_: i32,
    pub min: f64,
    pub max: f64,
    pub def: f64,
    ///distance of neighbouring values at the finest precision, at the default
    pub step: f64,
    ///"angle"
    pub name: *const ::core::ffi::c_char,
    ///"deg", "px", ""
    pub unit: *const ::core::ffi::c_char,
    pub doc: *const ::core::ffi::c_char,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    ///Statuses: NOT_FOUND (generator), OUT_OF_RANGE (index), BAD_STRUCT_SIZE.
    pub fn pc15_generator_param_info(
        generator: i32,
        index: u32,
        param: *mut pc15_generator_param,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Name of a value of an enumerated parameter, "pulse"; NULL when there is none.
    pub fn pc15_generator_param_choice(
        generator: i32,
        index: u32,
        value: i32,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    /**Renders a generator to an 8-bit plane that spans 0...255. `values` are its parameters, one each, in the
units of pc15_generator_param_info, positions relative to the centre of the picture; they are quantised
first, so that the picture is one that a file holds in some tens of bytes. NULL with count 0: the defaults.
`seed` matters for seeded generators only. Every platform gives the same bytes. Statuses: NOT_FOUND,
OUT_OF_RANGE (a value, sizes), INVALID_ARGUMENT (count, stride), DST_TOO_SMALL.*/
    pub fn pc15_generator_render(
        generator: i32,
        values: *const f64,
        value_count: usize,
        seed: i64,
        width: u32,
        height: u32,
        dst: *mut u8,
        capacity: usize,
        stride: i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The parameters of a generator as a file holds them: an integer each, on a grid that depends on `precision`
(0 fine ... 7 coarse) and on `frame`, the longer side in pixels of the tile or image that it describes
(1...65535). All four take exactly pc15_generator_param_count() numbers. Statuses: NOT_FOUND, OUT_OF_RANGE
(precision, frame, a value), INVALID_ARGUMENT (count).*/
    pub fn pc15_params_quantise(
        generator: i32,
        precision: i32,
        frame: u32,
        values: *const f64,
        value_count: usize,
        steps: *mut i32,
        step_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Accepts every step inside the parameter's range.
    pub fn pc15_params_dequantise(
        generator: i32,
        steps: *const i32,
        step_count: usize,
        values: *mut f64,
        value_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Steps to bytes and back: fixed-length fields of as many bits as the grid needs (docs/abi.md). A step that
is not on the grid is OUT_OF_RANGE. Also DST_TOO_SMALL (\*dst_size is what is needed), and for unpack
TRUNCATED, TRAILING and CORRUPT.*/
    pub fn pc15_params_pack(
        generator: i32,
        precision: i32,
        frame: u32,
        steps: *const i32,
        step_count: usize,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_params_unpack(
        generator: i32,
        precision: i32,
        frame: u32,
        data: *const u8,
        size: usize,
        steps: *mut i32,
        step_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Parameters of a generator that only mean something together: "wave" is period, angle and phase, "center"
its two coordinates. A pack belongs to a generator that has its first member and at least one more; members
that the generator lacks are left out. Train codebooks on packs rather than on whole parameter lists.
Unknown generator: PC15_ERROR_NOT_FOUND, NULL or 0. Unknown index: OUT_OF_RANGE or NULL.*/
    pub fn pc15_generator_pack_count(generator: i32) -> u32;
}
unsafe extern "C" {
    ///"wave", "wave2", "cell", "center", "edge", "gradient", "noise", ...
    pub fn pc15_generator_pack_name(
        generator: i32,
        index: u32,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///One line for a user.
    pub fn pc15_generator_pack_doc(
        generator: i32,
        index: u32,
    ) -> *const ::core::ffi::c_char;
}
unsafe extern "C" {
    ///Statuses: NOT_FOUND (generator, or it has no pack of this name).
    pub fn pc15_generator_pack_from_name(
        generator: i32,
        name: *const ::core::ffi::c_char,
        index: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The positions of the members among the generator's parameters, in the order of the pack; \*count is their
number (at most 16), also with DST_TOO_SMALL (`positions` NULL with capacity 0 is allowed).*/
    pub fn pc15_generator_pack_params(
        generator: i32,
        index: u32,
        positions: *mut u32,
        capacity: usize,
        count: *mut usize,
    ) -> pc15_status;
}
/**A codebook: `entries` points of `dims` numbers on each of `levels`, coarse to fine: level 0 stands for the
samples, every further level for what the levels before it leave. It holds at most 2^32 bytes.*/
#[repr(C)]
#[derive(Debug)]
pub struct pc15_codebook {
    _unused: [u8; 0],
}
unsafe extern "C" {
    ///An empty codebook; train or deserialise it. As pc15_encoder_create.
    pub fn pc15_codebook_create(
        allocator: *const pc15_allocator,
        codebook: *mut *mut pc15_codebook,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_codebook_destroy(codebook: *mut pc15_codebook);
}
unsafe extern "C" {
    ///As pc15_encoder_cancel, of pc15_vq_train. A codebook is never poisoned.
    pub fn pc15_codebook_cancel(codebook: *mut pc15_codebook) -> pc15_status;
}
unsafe extern "C" {
    ///As pc15_encoder_last_error.
    pub fn pc15_codebook_last_error(
        codebook: *const pc15_codebook,
        text: *mut ::core::ffi::c_char,
        capacity: usize,
    ) -> usize;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_vq_options {
    pub struct_size: u32,
    ///per level, 1...65536; levels x entries x dims at most 2^24
    pub entries: u32,
    ///1...8; 0 means 1
    pub levels: u32,
    ///most of Lloyd's per level, 1...1000; 0 means 50
    pub iterations: u32,
    ///as PC15_PARAM_THREADS
    pub threads: i32,
    pub reserved0: u32,
    ///of the choice of the first entries
    pub seed: i64,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    /**Trains on value_count / dims samples (k-means++, then Lloyd's iterations until nothing changes; an entry
without samples takes the farthest one) and replaces what the codebook held; on an error it keeps that. The
result depends on samples, options and library build, never on threads. With fewer distinct samples than
entries, entries repeat. Angles and phases are taken as numbers: unwrap them first.
Statuses: OUT_OF_RANGE (dims outside 1...256, options, a number that is not finite or beyond 1e100: the
message names its sample and dimension), INVALID_ARGUMENT (value_count is no multiple of dims, fewer
samples than entries, reserved words), BAD_STRUCT_SIZE, CANCELLED, LIMIT.*/
    pub fn pc15_vq_train(
        codebook: *mut pc15_codebook,
        values: *const f64,
        value_count: usize,
        dims: u32,
        options: *const pc15_vq_options,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///The same from float32; equal numbers give the same codebook.
    pub fn pc15_vq_train_f32(
        codebook: *mut pc15_codebook,
        values: *const f32,
        value_count: usize,
        dims: u32,
        options: *const pc15_vq_options,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Per sample `levels` indices, of the nearest entry of each level (the lowest of equal ones), and `dims`
offsets, the sample minus the sum of these entries. `offsets` may be NULL with count 0. `threads` as
PC15_PARAM_THREADS. Statuses: WRONG_STATE (empty codebook), INVALID_ARGUMENT (a count that does not fit),
OUT_OF_RANGE (threads, a number, as in training).*/
    pub fn pc15_vq_quantise(
        codebook: *mut pc15_codebook,
        values: *const f64,
        value_count: usize,
        threads: i32,
        indices: *mut i32,
        index_count: usize,
        offsets: *mut f64,
        offset_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    pub fn pc15_vq_quantise_f32(
        codebook: *mut pc15_codebook,
        values: *const f32,
        value_count: usize,
        threads: i32,
        indices: *mut i32,
        index_count: usize,
        offsets: *mut f64,
        offset_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The sum of the entries of the first `use_levels` levels of each sample, plus its offsets; with offsets and
all levels that is the sample but for one rounding. Fewer levels give a coarser value and take no offsets
(NULL with count 0). `indices` holds all levels. Statuses: WRONG_STATE, INVALID_ARGUMENT (a count that does
not fit, offsets with fewer levels), OUT_OF_RANGE (use_levels outside 1...levels, an index: the message
names its sample and level).*/
    pub fn pc15_vq_dequantise(
        codebook: *mut pc15_codebook,
        indices: *const i32,
        index_count: usize,
        offsets: *const f64,
        offset_count: usize,
        use_levels: u32,
        values: *mut f64,
        value_count: usize,
    ) -> pc15_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_codebook_shape {
    pub struct_size: u32,
    pub dims: u32,
    ///per level
    pub entries: u32,
    pub levels: u32,
    ///mean squared distance of the training samples; 0 after deserialise
    pub distortion: f64,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    ///All 0 for an empty codebook. Statuses: BAD_STRUCT_SIZE.
    pub fn pc15_codebook_info(
        codebook: *const pc15_codebook,
        shape: *mut pc15_codebook_shape,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Copies one entry; `value_count` is dims. Statuses: WRONG_STATE, OUT_OF_RANGE (level, entry),
INVALID_ARGUMENT (value_count).*/
    pub fn pc15_codebook_entry(
        codebook: *const pc15_codebook,
        level: u32,
        entry: u32,
        values: *mut f64,
        value_count: usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**The codebook as bytes (docs/abi.md), the same on every platform. Statuses: WRONG_STATE, DST_TOO_SMALL
(\*dst_size is what is needed; `dst` NULL with capacity 0 is allowed).*/
    pub fn pc15_codebook_serialise(
        codebook: *const pc15_codebook,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Replaces what the codebook held; on an error it keeps that. Statuses: TRUNCATED, TRAILING, CRC, VERSION,
CORRUPT (not a codebook, a shape or a number that is not allowed). Nothing is allocated before the CRC and
the length hold.*/
    pub fn pc15_codebook_deserialise(
        codebook: *mut pc15_codebook,
        data: *const u8,
        size: usize,
    ) -> pc15_status;
}
///The grid of overlapping tiles. Tile (col, row) begins at (col, row) x (tile - overlap).
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct pc15_grid {
    pub struct_size: u32,
    pub width: u32,
    pub height: u32,
    pub tile: u32,
    pub overlap: u32,
    pub cols: u32,
    pub rows: u32,
    pub reserved0: u32,
    ///cols x rows
    pub count: u64,
    pub reserved: [u64; 2usize],
}
unsafe extern "C" {
    ///Statuses: OUT_OF_RANGE (sizes 1...65535, tile 32...1024, overlap 0...tile/2).
    pub fn pc15_grid_init(
        width: u32,
        height: u32,
        tile: u32,
        overlap: u32,
        grid: *mut pc15_grid,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///The part of tile `index` (scan order) inside the image. Any of the four may be NULL.
    pub fn pc15_grid_tile(
        grid: *const pc15_grid,
        index: u64,
        x: *mut u32,
        y: *mut u32,
        width: *mut u32,
        height: *mut u32,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Cuts a plane into count patches of tile x tile bytes, one after another; beyond the border of the image the
last row and column repeat. Statuses: INVALID_ARGUMENT (a grid that pc15_grid_init did not make; stride),
DST_TOO_SMALL (capacity \< count x tile x tile; \*dst_size is set).*/
    pub fn pc15_tiles_extract(
        grid: *const pc15_grid,
        plane: *const u8,
        plane_size: usize,
        stride: i64,
        dst: *mut u8,
        capacity: usize,
        dst_size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Joins patches with the Hann weights of the decoder. Patches that agree where they overlap come back
exactly, so extract and blend is the identity. Statuses: as above.*/
    pub fn pc15_tiles_blend(
        grid: *const pc15_grid,
        patches: *const u8,
        patches_size: usize,
        plane: *mut u8,
        plane_capacity: usize,
        stride: i64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Mean squared error in squared grey levels.
    pub fn pc15_metric_mse(
        a: *const u8,
        a_size: usize,
        a_stride: i64,
        b: *const u8,
        b_size: usize,
        b_stride: i64,
        width: u32,
        height: u32,
        result: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///10 log10(255^2 / MSE) dB; +infinity for equal planes.
    pub fn pc15_metric_psnr(
        a: *const u8,
        a_size: usize,
        a_stride: i64,
        b: *const u8,
        b_size: usize,
        b_stride: i64,
        width: u32,
        height: u32,
        result: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Mean structural similarity (Wang 2004): Gaussian 11 x 11, sigma 1.5, K1 0.01, K2 0.03, windows inside the
image; an axis shorter than 11 pixels is extended by reflection.*/
    pub fn pc15_metric_ssim(
        a: *const u8,
        a_size: usize,
        a_stride: i64,
        b: *const u8,
        b_size: usize,
        b_stride: i64,
        width: u32,
        height: u32,
        result: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    /**Multi-scale SSIM (Wang 2003): five scales, weights 0.0448 0.2856 0.3001 0.2363 0.1333; below 176 x 176
pixels as many scales as fit, weights normalised.*/
    pub fn pc15_metric_ms_ssim(
        a: *const u8,
        a_size: usize,
        a_stride: i64,
        b: *const u8,
        b_size: usize,
        b_stride: i64,
        width: u32,
        height: u32,
        result: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///alpha (1 - SSIM) + (1 - alpha) MSE / 255^2. OUT_OF_RANGE: alpha outside 0...1.
    pub fn pc15_metric_distortion(
        a: *const u8,
        a_size: usize,
        a_stride: i64,
        b: *const u8,
        b_size: usize,
        b_stride: i64,
        width: u32,
        height: u32,
        alpha: f64,
        result: *mut f64,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///0 when there is none, or no CUDA library. Statuses: DEVICE (the CUDA runtime failed).
    pub fn pc15_device_count(count: *mut u32) -> pc15_status;
}
unsafe extern "C" {
    /**The name as its maker gives it, terminated, cut to fit. \*size is its length without the terminator.
Statuses: OUT_OF_RANGE (index), DEVICE.*/
    pub fn pc15_device_name(
        index: u32,
        text: *mut ::core::ffi::c_char,
        capacity: usize,
        size: *mut usize,
    ) -> pc15_status;
}
unsafe extern "C" {
    ///Bytes of memory of the device. Statuses: as above.
    pub fn pc15_device_memory(index: u32, bytes: *mut u64) -> pc15_status;
}
unsafe extern "C" {
    /**EXPERIMENTAL: may change before 1.0. As pc15_decoder_read, into memory of the device
PC15_PARAM_DEVICE_INDEX whatever PC15_PARAM_DEVICE says: image-\>data is a device pointer, the stride not
negative. `stream` is a cudaStream_t that the work is put on, or NULL for one of the decoder's own; the
call returns when the samples are there. Statuses: those of pc15_decoder_read; INVALID_ARGUMENT (a negative
stride); UNSUPPORTED (lossless cells or palettes: the file decodes to host memory only); NO_DEVICE, DEVICE.*/
    pub fn pc15_decoder_read_device(
        decoder: *mut pc15_decoder,
        x: u32,
        y: u32,
        image: *const pc15_image,
        stream: *mut ::core::ffi::c_void,
    ) -> pc15_status;
}
