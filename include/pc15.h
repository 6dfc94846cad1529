/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * libpc15: images as programs. An image is cut into tiles, each tile is described by a few procedural
 * layers that any device renders to the same bits, and a bounded residual adds what no generator explains.
 *
 * This is the whole public interface, ABI 1. C99, self-contained, usable from C++.
 *
 * CONVENTIONS, which hold for every function unless its comment says otherwise
 *
 *   Since      Everything here exists since 0.1.0; a later addition says so.
 *   Status     Functions return a pc15_status: 0 success, > 0 a note, < 0 an error. On an error or note no
 *              output is written except where the note says so (PC15_NOTE_DST_TOO_SMALL, _NEED_INPUT,
 *              _DAMAGED); only pixels may be half written when a decode fails. Every function answers
 *              PC15_ERROR_INVALID_ARGUMENT to a NULL pointer that is not documented as optional; this is not
 *              repeated below. Any function that allocates can answer PC15_ERROR_NO_MEMORY, or
 *              PC15_ERROR_LIMIT when PC15_PARAM_MAX_MEMORY refused.
 *   Threads    A handle belongs to one thread at a time; distinct handles are independent. The _cancel
 *              functions may be called from any thread while the handle is alive. Functions without a handle
 *              may be called from any thread at any time. The library has no global mutable state, opens no
 *              file and prints nothing. It reads one environment variable once, PC15_CPU: "scalar", "neon",
 *              "avx2" or "avx512" is the instruction set to use instead of the best; results are the same.
 *   Ownership  What you pass in stays yours and is borrowed for the call (pc15_decoder_open says where for
 *              longer). What comes out of a _create function or as a pc15_buffer is yours to destroy with
 *              the function named there. Returned `const char *` are static or live in the library: never
 *              freed by you, UTF-8, terminated.
 *   Units      Sizes, capacities and strides are in bytes, positions and extents in pixels. Samples are
 *              8 bits. A pointer and its length are always adjacent arguments.
 *   Rows       `data, size` is the memory block, `stride` the distance between two rows in it. Stride 0
 *              means rows without padding. A negative stride means a bottom-up picture: the first row of the
 *              image is the *last* row of the block. `data` is always the lowest address. Padding bytes are
 *              neither read nor written.
 *   Poison     After a data error or an internal error a handle answers PC15_ERROR_POISONED until it is
 *              reset; only parameters, progress, cancel, message and destroy still work. Wrong arguments do
 *              not poison it, nor do notes, lack of memory or limits, nor the questions about an open file.
 *   Structs    Set struct_size = sizeof(the struct) before every call, also for output. Reserved words must
 *              be 0 on input. Larger structs of later versions are accepted when what this version does not
 *              know is 0; smaller than in 0.1.0 is PC15_ERROR_BAD_STRUCT_SIZE.
 */
#ifndef PC15_H
#define PC15_H

#include <stddef.h>
#include <stdint.h>

#if defined(PC15_STATIC)
#define PC15_API
#elif defined(_WIN32)
#if defined(PC15_BUILDING)
#define PC15_API __declspec(dllexport)
#else
#define PC15_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define PC15_API __attribute__((visibility("default")))
#else
#define PC15_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------- versions */

#define PC15_VERSION_MAJOR 0
#define PC15_VERSION_MINOR 1
#define PC15_VERSION_PATCH 0
/* Number of the binary interface: libpc15.so.<PC15_ABI_MAJOR>. Changes only when old programs would break. */
#define PC15_ABI_MAJOR 1
/* Version of the file format. A file of another version is refused with PC15_ERROR_VERSION. */
#define PC15_BITSTREAM_VERSION 15

/* Version of the library at run time: major << 16 | minor << 8 | patch. */
PC15_API uint32_t pc15_version(void);
/* "0.1.0". */
PC15_API const char *pc15_version_string(void);
/* PC15_ABI_MAJOR of the library at run time; must equal the macro of the header you were built with. */
PC15_API int32_t pc15_abi_version(void);
/* PC15_BITSTREAM_VERSION of the library at run time, and the revision that it writes. */
PC15_API int32_t pc15_bitstream_version(void);
PC15_API int32_t pc15_bitstream_revision(void);
/* One line for bug reports: versions, compiler, what was built in, the instruction set in use. */
PC15_API const char *pc15_build_info(void);
/* 1 when the library can encode. A decoder-only build answers 0 and does not export the functions whose
 * names begin with pc15_encode. */
PC15_API int32_t pc15_has_encoder(void);

/* --------------------------------------------------------------------------------------------- status */

typedef int32_t pc15_status;

#define PC15_OK 0
/* Notes: nothing is wrong with the library or the handle. */
#define PC15_NOTE_NEED_INPUT 1    /* more bytes of the file are needed to answer */
#define PC15_NOTE_DST_TOO_SMALL 2 /* the size that is needed was stored */
#define PC15_NOTE_CANCELLED 3     /* by pc15_*_cancel or by the progress callback */
#define PC15_NOTE_DAMAGED 4       /* tolerant decoding: pixels were written, some are lost (see the map) */
/* Usage errors: the call was wrong; the handle is unchanged. */
#define PC15_ERROR_INVALID_ARGUMENT (-1)
#define PC15_ERROR_OUT_OF_RANGE (-2)
#define PC15_ERROR_UNKNOWN_PARAM (-3)
#define PC15_ERROR_WRONG_STATE (-4)
#define PC15_ERROR_POISONED (-5)
#define PC15_ERROR_BAD_STRUCT_SIZE (-6)
#define PC15_ERROR_NOT_FOUND (-7)
/* Data errors: the file is not what it should be. */
#define PC15_ERROR_NOT_PC15 (-100)
#define PC15_ERROR_VERSION (-101)
#define PC15_ERROR_UNSUPPORTED (-102)
#define PC15_ERROR_TRUNCATED (-103)
#define PC15_ERROR_CRC (-104)
#define PC15_ERROR_CORRUPT (-105)
#define PC15_ERROR_TRAILING (-106)
/* Resource errors. */
#define PC15_ERROR_NO_MEMORY (-200)
#define PC15_ERROR_LIMIT (-201)
/* Device errors. */
#define PC15_ERROR_NO_DEVICE (-300)
#define PC15_ERROR_DEVICE (-301)
/* A defect of the library: please report it. */
#define PC15_ERROR_INTERNAL (-400)

/* Name of the constant, "PC15_OK"; "PC15_UNKNOWN_STATUS" for any other number. Never NULL. */
PC15_API const char *pc15_status_name(pc15_status status);
/* One sentence that says what the status means and what to do. Never NULL. */
PC15_API const char *pc15_status_doc(pc15_status status);

/* ------------------------------------------------------------------------------------ shared plain data */

/* Memory functions, copied when a handle is created. Both or none; none means malloc and free. They are
 * called from several threads at once when PC15_PARAM_THREADS > 1. `allocate` returns memory aligned as
 * malloc does, or NULL. */
typedef struct pc15_allocator {
  uint32_t struct_size;
  uint32_t reserved0;
  void *(*allocate)(void *opaque, size_t size);
  void (*release)(void *opaque, void *pointer);
  void *opaque;
} pc15_allocator;

/* What a reader refuses before it allocates anything (PC15_ERROR_LIMIT). 0 is not "unlimited": it refuses
 * everything. */
typedef struct pc15_limits {
  uint32_t struct_size;
  uint32_t max_width;          /* pixels, default 65535 */
  uint32_t max_height;         /* pixels, default 65535 */
  uint32_t max_sections;       /* default 1024 */
  uint64_t max_pixels;         /* default 2^29 */
  uint64_t max_memory_bytes;   /* default 2^32 */
  uint64_t max_metadata_bytes; /* default 2^26 */
  uint64_t reserved[4];
} pc15_limits;

/* Stores the defaults. Statuses: BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_limits_default(pc15_limits *limits);

/* Interleaved 8-bit samples. The value is the number of channels. */
#define PC15_FORMAT_Y 1
#define PC15_FORMAT_RGB 3
#define PC15_FORMAT_RGBA 4 /* alpha not premultiplied */

/* A picture in memory; see "Rows" above. The encoder only reads `data`, the decoder only writes it. */
typedef struct pc15_image {
  uint32_t struct_size;
  int32_t format; /* PC15_FORMAT_* */
  uint32_t width;
  uint32_t height;
  int64_t stride;
  uint64_t data_size; /* bytes that `data` points to; at least pc15_image_bytes() */
  uint64_t reserved[2];
  uint8_t *data;
} pc15_image;

/* Bytes that an image needs: (height - 1) x |stride| + width x channels.
 * Statuses: INVALID_ARGUMENT (format, stride shorter than a row), OUT_OF_RANGE (a size of 0 or above 65535).
 */
PC15_API pc15_status pc15_image_bytes(int32_t format, uint32_t width, uint32_t height, int64_t stride,
                                      size_t *size);

/* Bytes owned by the library, for callers who do not want to size a buffer first. Independent of the handle
 * that made it; free it with pc15_buffer_free. */
typedef struct pc15_buffer pc15_buffer;
/* First byte; NULL for NULL. Writable by you. Thread: as a handle. */
PC15_API uint8_t *pc15_buffer_data(pc15_buffer *buffer);
/* Number of bytes; 0 for NULL. */
PC15_API size_t pc15_buffer_size(const pc15_buffer *buffer);
/* NULL is allowed. */
PC15_API void pc15_buffer_free(pc15_buffer *buffer);

/* Progress of one call: `done` of `total` units, rising. Return 0 to go on, anything else to cancel. Called
 * from any worker thread, never twice at once. It must not call a function on the handle except _cancel. */
typedef int32_t (*pc15_progress_fn)(uint64_t done, uint64_t total, void *opaque);

/* Kinds of metadata. A file holds at most one of each. The library never looks into them, except that TEXT
 * must be valid UTF-8. */
#define PC15_METADATA_ICC 1
#define PC15_METADATA_EXIF 2
#define PC15_METADATA_XMP 3
#define PC15_METADATA_TEXT 4

/* "ICC", "EXIF", "XMP", "TEXT", or NULL. */
PC15_API const char *pc15_metadata_name(int32_t type);

/* ----------------------------------------------------------------------------------------- parameters */

/* Parameters are 64-bit integers; a real one is a fixed-point number: value = real x scale. Out of range is
 * an error, never a silent clamp. Bounds, defaults and texts come from pc15_param_*(), which read the one
 * table that the library itself uses. */

/* Rate and distortion (encoder). QUALITY and LAMBDA are one number seen from two sides, and setting either
 * sets the other: lambda = 0.735 x 2^(-quality / 10), so that 10 points of quality halve the price of a bit.
 * A picture drawn throughout (screenshots, diagrams) is stored as with LOSSLESS where that file is not
 * larger, unless a RESIDUAL_CAP or GRAIN is set; pc15_probe() tells which it became. */
#define PC15_PARAM_QUALITY 100      /* 0...100, scale 1000 */
#define PC15_PARAM_LAMBDA 101       /* price of a bit per pixel in normalised distortion, scale 10^9 */
#define PC15_PARAM_ALPHA 102        /* weight of 1-SSIM against MSE, 0...1, scale 1000 */
#define PC15_PARAM_RESIDUAL 103     /* 0/1: code what the programs do not explain */
#define PC15_PARAM_RESIDUAL_CAP 104 /* most bits per 1000 pixels of a cell; 0 = no cap */
#define PC15_PARAM_CHROMA 105       /* PC15_CHROMA_* */
#define PC15_PARAM_GRAIN 106 /* share of the lost fine texture that grain gives back, percent; 0 = none */
#define PC15_PARAM_TUNE 107  /* PC15_TUNE_* */
/* 0/1: every sample comes back as it was, RGB and alpha included. QUALITY, LAMBDA, ALPHA and CHROMA have no
 * effect then; RESIDUAL 0, a RESIDUAL_CAP and GRAIN contradict it (INVALID_ARGUMENT when an encode begins).
 */
#define PC15_PARAM_LOSSLESS 108
/* A size or a likeness to reach, by up to six passes over QUALITY, which begin at the one that is set; 0 =
 * none. At most one can be set, and none with LOSSLESS (INVALID_ARGUMENT when an encode begins). A size is
 * never exceeded, a likeness always reached, unless no quality does so: then the nearest file is the answer.
 * Usually within 1 % of the bytes and 0.05 dB (of SSIM: of 1 - SSIM), as far as the quantiser's steps are
 * fine enough. Progress begins again with every pass. */
#define PC15_PARAM_TARGET_BYTES 109 /* most bytes of the whole file, metadata included */
#define PC15_PARAM_TARGET_PSNR 110  /* least PSNR of luma, dB, scale 1000 */
#define PC15_PARAM_TARGET_SSIM 111  /* least SSIM of luma, 0...1, scale 10^6 */
/* Layout of the file (encoder). */
#define PC15_PARAM_TILE 200    /* side of a procedural tile, pixels */
#define PC15_PARAM_OVERLAP 201 /* overlap of two tiles, pixels, at most half the tile */
#define PC15_PARAM_CELL 202    /* side of a residual cell: 128, 256 or 512 pixels */
#define PC15_PARAM_COMPACT 203 /* 0/1: allow the compact form, which has no spare copy, for tiny files */
/* Search for programs (encoder). */
#define PC15_PARAM_PROCEDURAL 300 /* 0/1: search at all */
#define PC15_PARAM_EFFORT 301     /* 1 fast ... 9 thorough */
#define PC15_PARAM_BEAM 302       /* candidates kept per tile */
#define PC15_PARAM_EARLY_EXIT \
  303                       /* stop a tile when the first candidates gain less; millidecibel, 0 = never */
#define PC15_PARAM_SEED 304 /* global seed of the generators, any int64 */
/* Execution (encoder and decoder). They never change bytes or pixels. */
#define PC15_PARAM_THREADS 400    /* threads of a call, the caller's included; 0 = one per processor */
#define PC15_PARAM_MAX_MEMORY 401 /* bytes that the handle may hold at a time */
/* Where samples are made (decoder) and the candidates of the search are scored (encoder), PC15_DEVICE_*. Not
 * counted by MAX_MEMORY: the memory of a device. */
#define PC15_PARAM_DEVICE 402
#define PC15_PARAM_DEVICE_INDEX 403 /* number of the device, below pc15_device_count */
/* Encoder, 0/1: measure PSNR and SSIM for pc15_encoder_stats. Without they are NaN, unless a target or GRAIN
 * needs them; at effort 1 that is a sixth of the time. */
#define PC15_PARAM_MEASURE 404
/* Reading (decoder). */
#define PC15_PARAM_TOLERANT 500     /* 0/1: decode what is intact of a damaged or truncated file */
#define PC15_PARAM_MAX_WIDTH 501    /* pixels */
#define PC15_PARAM_MAX_HEIGHT 502   /* pixels */
#define PC15_PARAM_MAX_PIXELS 503   /* pixels */
#define PC15_PARAM_MAX_SECTIONS 504 /* sections of a file */
#define PC15_PARAM_MAX_METADATA 505 /* bytes of metadata of a file */

#define PC15_CHROMA_420 0 /* colour at half size in both directions */
#define PC15_CHROMA_444 1 /* colour at full size */

/* Values of PC15_PARAM_DEVICE. AUTO takes a device for large pictures where there is one and it works, else
 * the processor; CPU looks for none. CUDA answers NO_DEVICE without one and DEVICE when it fails; what
 * devices do not do, which is lossless cells, palettes, scales and rows handed out one by one, the processor
 * does all the same. The CUDA library, libpc15-cuda, is loaded by the first call that needs it. */
#define PC15_DEVICE_AUTO 0
#define PC15_DEVICE_CPU 1
#define PC15_DEVICE_CUDA 2

#define PC15_TUNE_SSIM 0 /* structural similarity, as PC15_PARAM_ALPHA says */
#define PC15_TUNE_PSNR 1 /* squared error alone: as with PC15_PARAM_ALPHA 0 */
#define PC15_TUNE_LOOK                                                                 \
  2 /* as PC15_TUNE_SSIM, and half of the lost fine texture comes back as grain unless \
       PC15_PARAM_GRAIN says how much */

/* Types of a parameter. */
#define PC15_TYPE_INT 0
#define PC15_TYPE_FIXED 1 /* real number, see pc15_param_scale */
#define PC15_TYPE_BOOL 2
#define PC15_TYPE_ENUM 3

/* Which handles accept a parameter; a set of bits. */
#define PC15_SCOPE_ENCODER 1
#define PC15_SCOPE_DECODER 2

/* Number of parameters, and the id of parameter number `index` in [0, count).
 * Statuses: OUT_OF_RANGE. */
PC15_API uint32_t pc15_param_count(void);
PC15_API pc15_status pc15_param_id(uint32_t index, int32_t *id);
/* Smallest, largest and initial value. Statuses: UNKNOWN_PARAM. */
PC15_API pc15_status pc15_param_bounds(int32_t id, int64_t *lo, int64_t *hi, int64_t *def);
/* Lower-case name as command lines use it, "early-exit"; NULL for an unknown id. */
PC15_API const char *pc15_param_name(int32_t id);
/* Statuses: UNKNOWN_PARAM. */
PC15_API pc15_status pc15_param_from_name(const char *name, int32_t *id);
/* One line for a user; NULL for an unknown id. */
PC15_API const char *pc15_param_doc(int32_t id);
/* PC15_TYPE_*, or -1 for an unknown id. */
PC15_API int32_t pc15_param_type(int32_t id);
/* Units per 1.0: 1000 for QUALITY; 1 for all that is not PC15_TYPE_FIXED; 0 for an unknown id. */
PC15_API int64_t pc15_param_scale(int32_t id);
/* PC15_SCOPE_* bits; 0 for an unknown id. */
PC15_API int32_t pc15_param_scope(int32_t id);
/* Name of a value of an enumeration, "420"; NULL when there is none. */
PC15_API const char *pc15_param_choice(int32_t id, int64_t value);

/* --------------------------------------------------------------------------------------------- models */

/* Initial probability tables of the residual for several quantiser steps, and codebooks of small integers for
 * the programs. The library holds a frozen model; one that was trained on other pictures (tools/train_tables
 * --model) is imported, given to an encoder and travels in the files that it writes: any decoder reads them
 * without the model. */
typedef struct pc15_model pc15_model;

/* An empty model; load or import one. As pc15_encoder_create. */
PC15_API pc15_status pc15_model_create(const pc15_allocator *allocator, pc15_model **model);
PC15_API void pc15_model_destroy(pc15_model *model);
/* As pc15_encoder_last_error. A model is never poisoned. */
PC15_API size_t pc15_model_last_error(const pc15_model *model, char *text, size_t capacity);
/* Replaces the model by the one that the library holds: its tables, and no codebooks. */
PC15_API pc15_status pc15_model_load_frozen(pc15_model *model);
/* Replaces the model by one in bytes (docs/abi.md); on an error it keeps what it held. Statuses: TRUNCATED,
 * TRAILING, CRC, VERSION, UNSUPPORTED, CORRUPT; the message names the byte. */
PC15_API pc15_status pc15_model_import(pc15_model *model, const uint8_t *data, size_t size);
/* The model as bytes. Statuses: WRONG_STATE (empty), DST_TOO_SMALL (*dst_size is what is needed; `dst` NULL
 * with capacity 0 is allowed). */
PC15_API pc15_status pc15_model_export(const pc15_model *model, uint8_t *dst, size_t capacity,
                                       size_t *dst_size);
/* Number of table sets, at most 8. */
PC15_API pc15_status pc15_model_table_count(const pc15_model *model, uint32_t *count);
/* The quantiser step, in 1/16 grey level, that a set was made for, rising with `index`, and what it costs a
 * file in bytes, one copy. Statuses: OUT_OF_RANGE (index). */
PC15_API pc15_status pc15_model_table_info(const pc15_model *model, uint32_t index, uint32_t *step16,
                                           size_t *size);
/* Sets, replaces or (value_count 0) removes codebook `id`, 0...255, of value_count / dims entries. Codebook 0
 * holds the shapes of atoms: 64 entries of type, two widths and wavelength
 * (docs/bitstream-programs.md, 8.16), and goes into files that have atoms; an encoder uses no other.
 * Statuses: OUT_OF_RANGE (id, dims outside 1...8, more than 256 entries, more than 16 codebooks; of codebook
 * 0 an entry that is no shape: the message names it), INVALID_ARGUMENT (value_count is no multiple of dims).
 */
PC15_API pc15_status pc15_model_set_codebook(pc15_model *model, int32_t id, const int16_t *values,
                                             size_t value_count, uint32_t dims);
/* Copies codebook `id`; *value_count is its number of values, also with DST_TOO_SMALL (`values` NULL with
 * capacity 0 is allowed). Statuses: NOT_FOUND. */
PC15_API pc15_status pc15_model_codebook(const pc15_model *model, int32_t id, int16_t *values,
                                         size_t capacity, size_t *value_count, uint32_t *dims);

/* -------------------------------------------------------------------------------------------- encoder */

typedef struct pc15_encoder pc15_encoder;

/* `allocator` may be NULL. Destroy with pc15_encoder_destroy. On failure *encoder is NULL.
 * Statuses: BAD_STRUCT_SIZE, INVALID_ARGUMENT (one function without the other, reserved words), NO_MEMORY. */
PC15_API pc15_status pc15_encoder_create(const pc15_allocator *allocator, pc15_encoder **encoder);
/* NULL is allowed. No call on the handle may be running. */
PC15_API void pc15_encoder_destroy(pc15_encoder *encoder);
/* Lifts poison and a pending cancellation, forgets the last result, message and metadata. Keeps parameters
 * and callback. */
PC15_API pc15_status pc15_encoder_reset(pc15_encoder *encoder);
/* Every parameter back to its default. */
PC15_API pc15_status pc15_encoder_default_params(pc15_encoder *encoder);

/* Parameters hold until they are changed. OVERLAP against TILE is checked when an encode begins, so they may
 * be set in any order.
 * Statuses: UNKNOWN_PARAM (also one that is for decoders only), OUT_OF_RANGE (the message has the range). */
PC15_API pc15_status pc15_encoder_set_param(pc15_encoder *encoder, int32_t id, int64_t value);
PC15_API pc15_status pc15_encoder_get_param(const pc15_encoder *encoder, int32_t id, int64_t *value);
/* The same in real units (QUALITY 60.5), rounded to the nearest step. OUT_OF_RANGE for NaN. */
PC15_API pc15_status pc15_encoder_set_param_f64(pc15_encoder *encoder, int32_t id, double value);
PC15_API pc15_status pc15_encoder_get_param_f64(const pc15_encoder *encoder, int32_t id, double *value);

/* `progress` NULL: none. Units are private; only the ratio means something. */
PC15_API pc15_status pc15_encoder_set_progress(pc15_encoder *encoder, pc15_progress_fn progress,
                                               void *opaque);
/* Thread: any. The running call returns PC15_NOTE_CANCELLED within milliseconds. When none is running, the
 * next one does; reset withdraws the request. */
PC15_API pc15_status pc15_encoder_cancel(pc15_encoder *encoder);
/* Copies the message of the last failed call on this handle: what was wrong, where, what was allowed.
 * Always terminated when capacity > 0. Returns the full length without the terminator, as snprintf does; ""
 * when the last call succeeded. `text` may be NULL when capacity is 0. */
PC15_API size_t pc15_encoder_last_error(const pc15_encoder *encoder, char *text, size_t capacity);

/* Metadata of the files that this handle writes from now on; copied. `size` 0 removes the item (data may be
 * NULL then). Statuses: INVALID_ARGUMENT (type, text that is not UTF-8), LIMIT (beyond the default limits of
 * a decoder). */
PC15_API pc15_status pc15_encoder_set_metadata(pc15_encoder *encoder, int32_t type, const uint8_t *data,
                                               size_t size);

/* Uses a model from now on: of its tables, at every quality, the set whose step is nearest, and codebook 0.
 * What a file uses is stored in it, twice; copied. NULL: the model of the library, which costs a file
 * nothing. Reset keeps the model. A file without a residual has no tables, one without atoms no codebook.
 * Statuses: WRONG_STATE (an empty model). */
PC15_API pc15_status pc15_encoder_set_model(pc15_encoder *encoder, const pc15_model *model);

/* Upper bound of the file for an image of this size with the current parameters, metadata and model.
 * Statuses: INVALID_ARGUMENT (format), OUT_OF_RANGE (sizes). */
PC15_API pc15_status pc15_encode_bound(const pc15_encoder *encoder, int32_t format, uint32_t width,
                                       uint32_t height, size_t *size);

/* Encodes luma. *dst_size receives the size of the file. When `capacity` is too small (NULL with 0 is
 * allowed) the answer is PC15_NOTE_DST_TOO_SMALL, *dst_size is what is needed, nothing is written to `dst`,
 * and pc15_encoder_result() hands the finished file over without encoding again.
 * The bytes depend on pixels, parameters, metadata and library version only, never on threads or stride.
 * Statuses: DST_TOO_SMALL, CANCELLED, INVALID_ARGUMENT (stride, sizes, overlap), OUT_OF_RANGE (width or
 * height of 0 or above 65535), LIMIT, POISONED, INTERNAL. */
PC15_API pc15_status pc15_encode_y(pc15_encoder *encoder, const uint8_t *pixels, size_t pixels_size,
                                   uint32_t width, uint32_t height, int64_t stride, uint8_t *dst,
                                   size_t capacity, size_t *dst_size);
/* The same for Y, RGB and RGBA. Also BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_encode_image(pc15_encoder *encoder, const pc15_image *image, uint8_t *dst,
                                       size_t capacity, size_t *dst_size);
/* The same into a new buffer; *buffer is NULL unless the answer is PC15_OK. */
PC15_API pc15_status pc15_encode_image_buffer(pc15_encoder *encoder, const pc15_image *image,
                                              pc15_buffer **buffer);
/* One picture of a batch. All items of a call have the same struct_size, and lie that far apart. */
typedef struct pc15_encode_item {
  uint32_t struct_size;
  pc15_status status; /* out: what became of this picture */
  uint64_t reserved[2];
  const pc15_image *image; /* in: the picture */
  pc15_buffer *buffer;     /* out: its file, yours to free; NULL unless `status` is PC15_OK */
} pc15_encode_item;

/* Encodes `count` pictures, each as pc15_encode_image_buffer would with the parameters, metadata and model of
 * this handle: the same bytes, whatever THREADS is. Small pictures are coded one a thread, large ones one
 * after another on all threads, with working memory that is kept from picture to picture. A picture that
 * fails stops no other and does not poison the handle.
 * Progress counts the batch as a whole. A cancelled batch gives up the pictures that it has not finished.
 * `items` may be NULL when count is 0. The handle keeps no result, stats or tile map of a batch, and
 * MEASURE counts as 0.
 * PC15_OK: every item's status is PC15_OK. Else CANCELLED, or the status of the first item that failed, and
 * the message names it. A call that is refused whole gives every item its own status, except for
 * BAD_STRUCT_SIZE (no item is written). Statuses of an item: those of pc15_encode_image_buffer;
 * INVALID_ARGUMENT (image NULL, a reserved word). */
PC15_API pc15_status pc15_encode_batch(pc15_encoder *encoder, pc15_encode_item *items, size_t count);

/* Writes rows of a picture to be encoded, without padding: rows [y, y + n) for an n of its choice, 1...count,
 * into `rows`, which has room for `size` = count x width x channels bytes and is borrowed for the call.
 * Answers n; 0 or less ends the encode. Called on the thread that encodes, never twice at once, from top to
 * bottom. It must not call a function on the handle except _cancel. */
typedef int32_t (*pc15_read_rows_fn)(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque);
/* As pc15_encode_image, of a picture that is never whole in the caller's memory: `rows` is called, for at
 * most 64 rows at a time, until it has given all of them, once each. The bytes are those of
 * pc15_encode_image. The library holds the picture as planes, and as samples where it needs those again
 * (docs/abi.md). Progress begins when all rows are read. Statuses: as pc15_encode_image; CANCELLED also when
 * `rows` ends it; INVALID_ARGUMENT (format, an answer above count). */
PC15_API pc15_status pc15_encode_rows(pc15_encoder *encoder, int32_t format, uint32_t width, uint32_t height,
                                      pc15_read_rows_fn rows, void *opaque, uint8_t *dst, size_t capacity,
                                      size_t *dst_size);
/* Goes back to row 0: the next call of pc15_read_rows_fn asks for it, and must be given the same rows as the
 * first time. Answers 0; anything else ends the encode. Called as pc15_read_rows_fn is, never before it. */
typedef int32_t (*pc15_restart_rows_fn)(void *opaque);
/* A picture that comes row by row and can be read again. */
typedef struct pc15_row_source {
  uint32_t struct_size;
  int32_t format; /* PC15_FORMAT_* */
  uint32_t width;
  uint32_t height;
  uint64_t reserved[4];
  pc15_read_rows_fn rows;
  pc15_restart_rows_fn restart; /* NULL: rows can be read once */
  void *opaque;                 /* of both functions */
} pc15_row_source;
/* As pc15_encode_rows. With `restart` the rows are read as often as pc15_encode_plan says at most, and some
 * of them are held at a time, unless there is no residual or a CUDA device searches. The bytes are the same.
 * Statuses: as pc15_encode_rows; CANCELLED also when `restart` ends it; INVALID_ARGUMENT (rows that are not
 * those of the first reading; a reserved word); BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_encode_source(pc15_encoder *encoder, const pc15_row_source *source, uint8_t *dst,
                                        size_t capacity, size_t *dst_size);

/* What an encode will hold at most, in bytes, while it works on the processor, and without the file, which
 * is held twice (a drawn picture's three times). */
typedef struct pc15_encode_memory {
  uint32_t struct_size;
  uint32_t readings; /* by pc15_encode_source: how often rows are read at most; 1 where the picture is held */
  uint64_t image;    /* pc15_encode_image and its kin */
  uint64_t rows;     /* pc15_encode_rows, and pc15_encode_source without `restart` */
  uint64_t source;   /* pc15_encode_source with `restart` */
  uint64_t reserved[4];
} pc15_encode_memory;
/* Of a picture of this size with the current parameters, on a fresh handle.
 * Statuses: INVALID_ARGUMENT (format), OUT_OF_RANGE (sizes), BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_encode_plan(const pc15_encoder *encoder, int32_t format, uint32_t width,
                                      uint32_t height, pc15_encode_memory *memory);
/* Copies the last finished file again. Statuses: DST_TOO_SMALL, WRONG_STATE (there is none). */
PC15_API pc15_status pc15_encoder_result(const pc15_encoder *encoder, uint8_t *dst, size_t capacity,
                                         size_t *dst_size);

/* What the last encode did. */
typedef struct pc15_stats {
  uint32_t struct_size;
  uint32_t tiles;
  uint32_t tiles_with_program;
  uint32_t early_exits; /* tiles whose search stopped early */
  uint64_t bytes_total;
  uint64_t bytes_programs;    /* of the tile records, one copy */
  uint64_t bytes_cells;       /* of the residual */
  uint64_t renders;           /* candidate renderings of the search */
  uint64_t peak_memory_bytes; /* most that the handle held during the call */
  double psnr_y;              /* dB of what a decoder will show; +infinity when exact; see MEASURE */
  double ssim_y;
  uint64_t reserved[4];
} pc15_stats;

/* Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded since create or reset). */
PC15_API pc15_status pc15_encoder_stats(const pc15_encoder *encoder, pc15_stats *stats);

/* Modes of a tile. */
#define PC15_TILE_SKIP 0       /* the image-wide program if there is one, else nothing */
#define PC15_TILE_FLAT 1       /* one value per plane */
#define PC15_TILE_PROGRAM 2    /* a smooth field, layers, or both */
#define PC15_TILE_MERGE_LEFT 3 /* what the tile to the left renders */
#define PC15_TILE_MERGE_UP 4   /* what the tile above renders */

/* "skip", "merge-left", ...; NULL for another number. */
PC15_API const char *pc15_tile_mode_name(int32_t mode);

/* One tile of the procedural grid. */
typedef struct pc15_tile_info {
  uint32_t struct_size;
  uint32_t number; /* scan order */
  uint32_t x;      /* the part of the tile inside the image */
  uint32_t y;
  uint32_t width;
  uint32_t height;
  int32_t mode;          /* PC15_TILE_* */
  uint32_t layer_count;  /* of the program that it renders, at most 3 */
  int32_t generators[4]; /* of its layers, -1 where there is none; see pc15_generator_name */
  uint32_t bits;         /* of its record, rounded */
  uint32_t renders;      /* encoder only, 0 from a decoder */
  int32_t early_exit;    /* encoder only, 0 from a decoder */
  uint32_t reserved0;
  double distortion; /* encoder only: mean squared error of the procedural picture, luma */
  uint64_t reserved[4];
} pc15_tile_info;

/* The tile map of the last encode, in scan order.
 * Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded), OUT_OF_RANGE (index). */
PC15_API pc15_status pc15_encoder_tile_count(const pc15_encoder *encoder, uint32_t *count);
PC15_API pc15_status pc15_encoder_tile_info(const pc15_encoder *encoder, uint32_t index,
                                            pc15_tile_info *info);

/* What the search of the last encode spent on one generator and what came of it, the image-wide program and
 * all tiles together. */
typedef struct pc15_generator_stats {
  uint32_t struct_size;
  int32_t generator;    /* its number */
  uint32_t hypotheses;  /* layers of this generator that were scored */
  uint32_t tiles;       /* whose program holds it, copies and the image-wide program included */
  uint32_t early_exits; /* searches given up while it was the best hypothesis */
  uint32_t reserved0;
  uint64_t renders; /* spent on it */
  uint64_t bits;    /* of the records of those tiles, rounded */
  double
      distortion; /* mean squared error of the procedural picture over those tiles, luma; 0 without tiles */
  uint64_t reserved[4];
} pc15_generator_stats;

/* Statuses: BAD_STRUCT_SIZE, WRONG_STATE (nothing encoded), NOT_FOUND (no such generator). */
PC15_API pc15_status pc15_encoder_generator_stats(const pc15_encoder *encoder, int32_t generator,
                                                  pc15_generator_stats *stats);

/* -------------------------------------------------------------------------------------------- decoder */

#define PC15_COLOR_GRAY 0
#define PC15_COLOR_YCC420 1
#define PC15_COLOR_YCC444 2
#define PC15_COLOR_RGB 3 /* lossless files alone */

#define PC15_FORM_FULL 0
#define PC15_FORM_COMPACT 1

/* What a file says about itself, and what decoding it will cost. */
typedef struct pc15_image_info {
  uint32_t struct_size;
  uint32_t width;
  uint32_t height;
  int32_t color;            /* PC15_COLOR_* */
  int32_t has_alpha;        /* 0/1 */
  int32_t depth;            /* bits per sample: 8 */
  int32_t natural_format;   /* PC15_FORMAT_* that loses nothing */
  int32_t form;             /* PC15_FORM_* */
  int32_t version;          /* 15 */
  int32_t has_programs;     /* 0/1: a procedural layer */
  int32_t has_residual;     /* 0/1 */
  uint32_t residual_step16; /* quantiser step in 1/16 grey level, 0 without residual */
  uint32_t tile;            /* pixels */
  uint32_t overlap;         /* pixels */
  uint32_t tile_cols;
  uint32_t tile_rows;
  uint32_t cell; /* pixels */
  uint32_t cell_cols;
  uint32_t cell_rows;
  uint32_t lossless; /* 0/1: the samples are those that the encoder was given */
  int64_t seed;
  uint64_t bytes_needed;   /* NEED_INPUT: offer at least so many bytes; else 0 */
  uint64_t planned_memory; /* bytes, upper bound for decoding the whole image on the processor with up to 16
                              threads, into memory of yours or row by row */
  uint64_t planned_memory_scaled; /* the same for decoding it at any other scale */
  uint64_t reserved[3];
} pc15_image_info;

/* Reads the head of a file without allocating: 64 bytes are enough for a full file, compact ones are short.
 * `limits` may be NULL: the defaults.
 * Statuses: NEED_INPUT (only info->bytes_needed is set), NOT_PC15, VERSION, UNSUPPORTED, CRC, CORRUPT, LIMIT,
 * BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_probe(const uint8_t *data, size_t size, const pc15_limits *limits,
                                pc15_image_info *info);

typedef struct pc15_decoder pc15_decoder;

/* As the functions of the encoder of the same name. */
PC15_API pc15_status pc15_decoder_create(const pc15_allocator *allocator, pc15_decoder **decoder);
PC15_API void pc15_decoder_destroy(pc15_decoder *decoder);
/* Lifts poison and a pending cancellation, closes the file, forgets the damage map and the message. Keeps
 * parameters and callback. */
PC15_API pc15_status pc15_decoder_reset(pc15_decoder *decoder);
PC15_API pc15_status pc15_decoder_default_params(pc15_decoder *decoder);
PC15_API pc15_status pc15_decoder_set_param(pc15_decoder *decoder, int32_t id, int64_t value);
PC15_API pc15_status pc15_decoder_get_param(const pc15_decoder *decoder, int32_t id, int64_t *value);
PC15_API pc15_status pc15_decoder_set_param_f64(pc15_decoder *decoder, int32_t id, double value);
PC15_API pc15_status pc15_decoder_get_param_f64(const pc15_decoder *decoder, int32_t id, double *value);
PC15_API pc15_status pc15_decoder_set_progress(pc15_decoder *decoder, pc15_progress_fn progress,
                                               void *opaque);
PC15_API pc15_status pc15_decoder_cancel(pc15_decoder *decoder);
PC15_API size_t pc15_decoder_last_error(const pc15_decoder *decoder, char *text, size_t capacity);

/* The functions below that take `data, size`, and the batch, open the file, do their work and close it again.
 *
 * Strictly (the default) a file with any damaged, missing or surplus byte is refused whole. With
 * PC15_PARAM_TOLERANT = 1 everything that can be proven intact is decoded, lost cells show the procedural
 * picture, the answer is PC15_NOTE_DAMAGED and pc15_decoder_damage() tells which cells are lost.
 *
 * Statuses of all of them: CANCELLED, DAMAGED, the data errors, LIMIT, POISONED, INTERNAL. */

/* Decodes luma. `dst` needs (height - 1) x |stride| + width bytes; *dst_size receives that size, also with
 * PC15_NOTE_DST_TOO_SMALL (`dst` NULL with capacity 0 is allowed). INVALID_ARGUMENT: stride. */
PC15_API pc15_status pc15_decode_y(pc15_decoder *decoder, const uint8_t *data, size_t size, uint8_t *dst,
                                   size_t capacity, int64_t stride, size_t *dst_size);
/* Decodes into image->data. Format, sizes and stride are yours to set; width and height must be those of the
 * file (else INVALID_ARGUMENT). A grey file as RGB repeats Y, a colour file as Y is its luma, RGBA without
 * alpha is opaque, RGB of a file with alpha leaves it out. DST_TOO_SMALL: image->data_size. */
PC15_API pc15_status pc15_decode_image(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                       const pc15_image *image);
/* Decodes the rectangle at (x, y) of image->width x image->height pixels, which must lie inside. Equals that
 * crop of the whole image, and reads only the programs and cells that it needs. OUT_OF_RANGE: outside. */
PC15_API pc15_status pc15_decode_region(pc15_decoder *decoder, const uint8_t *data, size_t size, uint32_t x,
                                        uint32_t y, const pc15_image *image);
/* Scales at which a picture can be decoded: 2^scale_log2 for these and all between, 1/4 to 8 times. */
#define PC15_SCALE_LOG2_MIN (-2)
#define PC15_SCALE_LOG2_MAX 3
/* Size of the picture at that scale: width x 2^scale_log2 and height x 2^scale_log2, rounded up.
 * Statuses: OUT_OF_RANGE (the scale, a size of 0 or above 65535). */
PC15_API pc15_status pc15_scaled_size(uint32_t width, uint32_t height, int32_t scale_log2,
                                      uint32_t *scaled_width, uint32_t *scaled_height);
/* Decodes the rectangle at (x, y) of image->width x image->height pixels of the picture at a scale, all in
 * pixels of the scaled picture. Programs are rendered anew at that scale, so that their edges stay sharp; the
 * residual is resampled (docs/scaling.md). Equals that crop of the whole scaled picture; scale_log2 0 is
 * pc15_decode_region. Colour of a scaled picture has the size of its luma. MAX_WIDTH, MAX_HEIGHT and
 * MAX_PIXELS hold for the rectangle too (LIMIT). OUT_OF_RANGE: the scale, or the rectangle lies outside. */
PC15_API pc15_status pc15_decode_scaled(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                        int32_t scale_log2, uint32_t x, uint32_t y, const pc15_image *image);
/* Decodes into a new buffer without row padding. `format` 0 means the natural one. `info` may be NULL.
 * *buffer is NULL unless the answer is PC15_OK or PC15_NOTE_DAMAGED. */
PC15_API pc15_status pc15_decode_image_buffer(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                              int32_t format, pc15_image_info *info, pc15_buffer **buffer);
/* Receives rows [y, y + count) of a picture, `size` = count x width x channels bytes without padding,
 * borrowed for the call. Return 0 to go on, anything else to cancel. Called on the thread that decodes, never
 * twice at once. It must not call a function on the handle except _cancel. */
typedef int32_t (*pc15_rows_fn)(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque);
/* Decodes the whole picture from top to bottom through `rows`, at most 64 rows at a time, each row once. The
 * pixels are those of pc15_decode_image in about its time; memory follows the width of the picture and not
 * its height (docs/abi.md). `format` 0 means the natural one. Rows that were handed over stay so when a later
 * part of the file fails; with TOLERANT all come, and then DAMAGED. Also INVALID_ARGUMENT (format). */
PC15_API pc15_status pc15_decode_rows(pc15_decoder *decoder, const uint8_t *data, size_t size, int32_t format,
                                      pc15_rows_fn rows, void *opaque);
/* One file of a batch. All items of a call have the same struct_size, and lie that far apart. */
typedef struct pc15_decode_item {
  uint32_t struct_size;
  pc15_status status; /* out: what became of this picture */
  int32_t scale_log2; /* in: as pc15_decode_scaled has it; 0: full size */
  uint32_t x;         /* in: where the rectangle of image->width x image->height begins; 0, 0 and the size */
  uint32_t y;         /* of the picture: the whole */
  uint32_t reserved0;
  uint64_t reserved[2];
  uint64_t size; /* in: bytes of the file */
  const uint8_t *data;
  const pc15_image *image; /* in: memory for the pixels, none shared with another item */
} pc15_decode_item;

/* Decodes `count` files, each as pc15_decode_scaled would with the parameters of this handle: the same
 * pixels, whatever THREADS is. pc15_probe() tells the sizes beforehand. Small pictures are decoded one a
 * thread, large ones one after another on all threads, with working memory that is kept from picture to
 * picture; a device (PC15_PARAM_DEVICE) makes the samples of many at once, AUTO when they are large together.
 * A file that fails stops no other and does not poison the handle.
 * Progress counts the batch as a whole. A cancelled batch gives up the pictures that it has not finished.
 * `items` may be NULL when count is 0. The handle keeps no damage map of a batch.
 * PC15_OK: every item's status is PC15_OK. Else CANCELLED, or the status of the first item that failed, or of
 * the first DAMAGED one when none did, and the message names it. A call that is refused whole gives every
 * item its own status, except for BAD_STRUCT_SIZE (no item is written). Statuses of an item: those of
 * pc15_decode_scaled; INVALID_ARGUMENT (data or image NULL, a reserved word). */
PC15_API pc15_status pc15_decode_batch(pc15_decoder *decoder, pc15_decode_item *items, size_t count);
/* Checks every CRC and decodes everything without keeping it. Always strict. PC15_OK: the file is whole. */
PC15_API pc15_status pc15_verify(pc15_decoder *decoder, const uint8_t *data, size_t size);
/* The file with one item of metadata set, replaced or (item_size 0) removed, in a new buffer. The coded
 * picture is copied byte for byte. Always strict. Also INVALID_ARGUMENT (type, text not UTF-8), LIMIT. */
PC15_API pc15_status pc15_metadata_replace(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                           int32_t type, const uint8_t *item, size_t item_size,
                                           pc15_buffer **buffer);

/* What pc15_repair() did. */
typedef struct pc15_repair_report {
  uint32_t struct_size;
  int32_t index_rebuilt; /* 0/1: both copies of the index were damaged; metadata and models went with them */
  uint32_t cells;
  uint32_t cells_lost;
  uint32_t programs; /* records: the image-wide program and the groups of tiles */
  uint32_t programs_lost;
  uint32_t sections_lost; /* of metadata and models, when the index was not lost */
  uint32_t reserved0;
  uint64_t reserved[4];
} pc15_repair_report;

/* A whole file of a damaged one, in a new buffer: every record and section that is intact is kept as it is, a
 * lost cell shows the procedural picture, and the index is made anew from the records when both copies are
 * gone. What lost nothing comes back as it was before the damage, byte for byte. The new file was decoded
 * strictly before it is handed out. `report` may be NULL. PC15_OK: nothing is lost. PC15_NOTE_DAMAGED:
 * something is; *buffer and *report are set. Statuses: the data errors (no copy of the preamble is left, a
 * compact file, no record is found), LIMIT, CANCELLED, POISONED, BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_repair(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                 pc15_repair_report *report, pc15_buffer **buffer);

/* States of a cell. */
#define PC15_CELL_INTACT 0
#define PC15_CELL_LOST 1
#define PC15_CELL_NOT_DECODED 2 /* the region did not need it */

/* The damage map of the last decode: one byte PC15_CELL_* per cell, scan order, *count = cell_cols x
 * cell_rows. 0 for a file without residual. Around a lost cell, up to 13 pixels of its neighbours may differ,
 * 28 where colour is stored at half size.
 * Statuses: DST_TOO_SMALL (*count is set), WRONG_STATE (nothing decoded since create or reset). */
PC15_API pc15_status pc15_decoder_damage(const pc15_decoder *decoder, uint8_t *map, size_t capacity,
                                         size_t *count);

/* ---- A file kept open: metadata and inspection. */

/* Opens a file for the functions below. The bytes are borrowed and must stay valid and unchanged until
 * _close, _reset, _destroy or any function that opens another file. Statuses: the data errors, LIMIT,
 * POISONED. With TOLERANT, DAMAGED says that something is missing; the file is open all the same. */
PC15_API pc15_status pc15_decoder_open(pc15_decoder *decoder, const uint8_t *data, size_t size);
/* Does nothing when no file is open. */
PC15_API pc15_status pc15_decoder_close(pc15_decoder *decoder);

/* All below: WRONG_STATE when no file is open, OUT_OF_RANGE for an index, BAD_STRUCT_SIZE. */

PC15_API pc15_status pc15_decoder_info(const pc15_decoder *decoder, pc15_image_info *info);
/* As pc15_decode_region, from the open file: several regions at the price of one opening. */
PC15_API pc15_status pc15_decoder_read(pc15_decoder *decoder, uint32_t x, uint32_t y,
                                       const pc15_image *image);
/* As pc15_decode_scaled, from the open file. */
PC15_API pc15_status pc15_decoder_read_scaled(pc15_decoder *decoder, int32_t scale_log2, uint32_t x,
                                              uint32_t y, const pc15_image *image);

/* As pc15_decode_rows, from the open file. */
PC15_API pc15_status pc15_decoder_read_rows(pc15_decoder *decoder, int32_t format, pc15_rows_fn rows,
                                            void *opaque);

PC15_API pc15_status pc15_decoder_metadata_count(const pc15_decoder *decoder, uint32_t *count);
/* Type (PC15_METADATA_*) and size in bytes of item `index`. CRC or TRUNCATED: it is damaged (tolerant only).
 */
PC15_API pc15_status pc15_decoder_metadata_info(const pc15_decoder *decoder, uint32_t index, int32_t *type,
                                                size_t *size);
/* Copies the item of this type. NOT_FOUND: there is none. DST_TOO_SMALL: *dst_size is what is needed. CRC or
 * TRUNCATED: it is damaged (tolerant only). */
PC15_API pc15_status pc15_decoder_metadata_get(pc15_decoder *decoder, int32_t type, uint8_t *dst,
                                               size_t capacity, size_t *dst_size);

/* Kinds of parts of a file. */
#define PC15_PART_PREAMBLE 0
#define PC15_PART_INDEX 1
#define PC15_PART_SECTION 2
#define PC15_PART_IMAGE_PROGRAM 3
#define PC15_PART_GROUP 4 /* tile records of some tile rows */
#define PC15_PART_CELL 5
#define PC15_PART_BACKUP_PREAMBLE 6
#define PC15_PART_BACKUP_INDEX 7
#define PC15_PART_BACKUP_IMAGE_PROGRAM 8
#define PC15_PART_BACKUP_GROUP 9
#define PC15_PART_FOOTER 10
#define PC15_PART_TRAILING 11 /* bytes after the end of the file (tolerant only) */

/* "preamble", "cell", ...; NULL for another number. */
PC15_API const char *pc15_part_name(int32_t kind);

/* Every byte of a file belongs to exactly one part; parts are in file order. Parts that a truncated file
 * lacks are listed where they would lie, not intact. */
typedef struct pc15_part_info {
  uint32_t struct_size;
  int32_t kind;    /* PC15_PART_* */
  uint32_t number; /* of the section, group or cell */
  int32_t intact;  /* 0/1: its checksum holds */
  uint64_t offset; /* from the start of the file */
  uint64_t size;   /* with its checksum */
  uint64_t reserved[2];
} pc15_part_info;

PC15_API pc15_status pc15_decoder_part_count(pc15_decoder *decoder, uint32_t *count);
PC15_API pc15_status pc15_decoder_part_info(pc15_decoder *decoder, uint32_t index, pc15_part_info *info);

/* Stands for the image-wide program where a tile is asked for. */
#define PC15_TILE_IMAGE 4294967295u

/* The smooth part of a program: per colour plane (Y, Cb, Cr) 6 coefficients in grey levels, of
 * 1, u, v, u^2 - 1/3, v^2 - 1/3, uv, where u and v run from -1 to 1 over the longer side of its frame. */
typedef struct pc15_field_info {
  uint32_t struct_size;
  int32_t order;      /* 0 constant, 1 plane, 2 quadratic */
  int32_t has_chroma; /* 0/1 */
  uint32_t layer_count;
  int32_t frame_x; /* centre of the frame, 1/16 pixel */
  int32_t frame_y;
  uint32_t frame; /* longer side of the frame, pixels */
  uint32_t reserved0;
  double coef[18]; /* plane x 6 + term */
  uint64_t reserved[2];
} pc15_field_info;

#define PC15_BLEND_ADD 0
#define PC15_BLEND_OVER 1
#define PC15_BLEND_MUL 2
#define PC15_BLEND_MIN 3
#define PC15_BLEND_MAX 4

/* Where the geometry of a layer comes from. */
#define PC15_SOURCE_OWN 0
#define PC15_SOURCE_LEFT 1
#define PC15_SOURCE_UP 2
#define PC15_SOURCE_IMAGE 3

/* One layer of a program. Positions are relative to the centre of its frame. */
typedef struct pc15_layer_info {
  uint32_t struct_size;
  int32_t generator;     /* see pc15_generator_name */
  int32_t source;        /* PC15_SOURCE_* */
  int32_t precision;     /* 0 fine ... 7 coarse */
  int32_t blend;         /* PC15_BLEND_* */
  uint32_t param_count;  /* at most 16 */
  int32_t seed_explicit; /* 0/1: the file holds the seed; else it follows from the image's */
  uint32_t reserved0;
  int64_t seed;       /* when explicit, else 0 */
  double contrast[3]; /* grey levels, per colour plane (Y, Cb, Cr) */
  double params[16];  /* in the order and units of pc15_generator_param_info */
  uint64_t reserved[4];
} pc15_layer_info;

/* The tile map as the file has it; count 0 when the file has no programs. `tile` may be PC15_TILE_IMAGE for
 * field and layers. NOT_FOUND: the tile renders no program. For a merged tile: what it renders. */
PC15_API pc15_status pc15_decoder_tile_count(pc15_decoder *decoder, uint32_t *count);
PC15_API pc15_status pc15_decoder_tile_info(pc15_decoder *decoder, uint32_t index, pc15_tile_info *info);
PC15_API pc15_status pc15_decoder_field_info(pc15_decoder *decoder, uint32_t tile, pc15_field_info *info);
PC15_API pc15_status pc15_decoder_layer_info(pc15_decoder *decoder, uint32_t tile, uint32_t layer,
                                             pc15_layer_info *info);

/* ---- Programs as text (docs/program-text.md). */

/* The programs of a file, and what decoding them depends on, as text in a new buffer (UTF-8, not terminated).
 * Residual, alpha and metadata are left out; a comment says so. Always strict. Statuses: the data errors,
 * LIMIT (also a text of more than 2^24 bytes), POISONED. */
PC15_API pc15_status pc15_program_disassemble(pc15_decoder *decoder, const uint8_t *data, size_t size,
                                              pc15_buffer **text);
/* The file that a text describes, without a residual, in a new buffer. What pc15_program_disassemble wrote
 * gives the same programs, byte for byte. A text that is refused does not poison the handle;
 * pc15_decoder_last_error() begins with line and column, both from 1: "3:14: 'strpes' is no generator; did
 * you mean 'stripes'?". Statuses: INVALID_ARGUMENT (not the grammar, a cyclic definition), NOT_FOUND (an
 * unknown name), OUT_OF_RANGE (a value), LIMIT (the limits of the handle, a text of more than 2^24 bytes,
 * nesting too deep), POISONED. */
PC15_API pc15_status pc15_program_assemble(pc15_decoder *decoder, const char *text, size_t text_size,
                                           pc15_buffer **file);

/* ---- Two files. */

typedef struct pc15_difference {
  uint32_t struct_size;
  int32_t identical; /* 0/1; when 1 the rest is 0 */
  uint64_t offset;   /* of the first byte that differs, or the shorter size */
  int32_t kind_a;    /* PC15_PART_* there in the first file; -1: past its end, or not readable as PC15 */
  uint32_t number_a;
  int32_t kind_b;
  uint32_t number_b;
  uint64_t reserved[2];
} pc15_difference;

/* First difference of two files, and the part it lies in. Works for any bytes. `data` NULL with size 0 is an
 * empty file. `allocator` may be NULL. Statuses: BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_diff(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                               const pc15_allocator *allocator, pc15_difference *difference);

/* ----------------------------------------------------------------------------------------- generators */

/* A generator has a number, which the file format uses and which never changes its meaning, and a name. The
 * numbers are not dense: list them with pc15_generator_id. Unknown number: PC15_ERROR_NOT_FOUND, NULL or 0.
 */
PC15_API uint32_t pc15_generator_count(void);
/* The number of the generator at position `index` in [0, count). Statuses: OUT_OF_RANGE. */
PC15_API pc15_status pc15_generator_id(uint32_t index, int32_t *generator);
/* "stripes". */
PC15_API const char *pc15_generator_name(int32_t generator);
PC15_API pc15_status pc15_generator_from_name(const char *name, int32_t *generator);
/* What it draws, with the formula. */
PC15_API const char *pc15_generator_doc(int32_t generator);
/* 1 when its picture depends on a seed. */
PC15_API int32_t pc15_generator_is_seeded(int32_t generator);
PC15_API uint32_t pc15_generator_param_count(int32_t generator);

typedef struct pc15_generator_param {
  uint32_t struct_size;
  int32_t type; /* PC15_TYPE_INT, _FIXED (real), _BOOL or _ENUM */
  double min;
  double max;
  double def;
  double step;      /* distance of neighbouring values at the finest precision, at the default */
  const char *name; /* "angle" */
  const char *unit; /* "deg", "px", "" */
  const char *doc;
  uint64_t reserved[2];
} pc15_generator_param;

/* Statuses: NOT_FOUND (generator), OUT_OF_RANGE (index), BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_generator_param_info(int32_t generator, uint32_t index,
                                               pc15_generator_param *param);
/* Name of a value of an enumerated parameter, "pulse"; NULL when there is none. */
PC15_API const char *pc15_generator_param_choice(int32_t generator, uint32_t index, int32_t value);

/* Renders a generator to an 8-bit plane that spans 0...255. `values` are its parameters, one each, in the
 * units of pc15_generator_param_info, positions relative to the centre of the picture; they are quantised
 * first, so that the picture is one that a file holds in some tens of bytes. NULL with count 0: the defaults.
 * `seed` matters for seeded generators only. Every platform gives the same bytes. Statuses: NOT_FOUND,
 * OUT_OF_RANGE (a value, sizes), INVALID_ARGUMENT (count, stride), DST_TOO_SMALL. */
PC15_API pc15_status pc15_generator_render(int32_t generator, const double *values, size_t value_count,
                                           int64_t seed, uint32_t width, uint32_t height, uint8_t *dst,
                                           size_t capacity, int64_t stride);

/* ------------------------------------------------------------------------------------ parameter codec */

/* The parameters of a generator as a file holds them: an integer each, on a grid that depends on `precision`
 * (0 fine ... 7 coarse) and on `frame`, the longer side in pixels of the tile or image that it describes
 * (1...65535). All four take exactly pc15_generator_param_count() numbers. Statuses: NOT_FOUND, OUT_OF_RANGE
 * (precision, frame, a value), INVALID_ARGUMENT (count). */
PC15_API pc15_status pc15_params_quantise(int32_t generator, int32_t precision, uint32_t frame,
                                          const double *values, size_t value_count, int32_t *steps,
                                          size_t step_count);
/* Accepts every step inside the parameter's range. */
PC15_API pc15_status pc15_params_dequantise(int32_t generator, const int32_t *steps, size_t step_count,
                                            double *values, size_t value_count);
/* Steps to bytes and back: fixed-length fields of as many bits as the grid needs (docs/abi.md). A step that
 * is not on the grid is OUT_OF_RANGE. Also DST_TOO_SMALL (*dst_size is what is needed), and for unpack
 * TRUNCATED, TRAILING and CORRUPT. */
PC15_API pc15_status pc15_params_pack(int32_t generator, int32_t precision, uint32_t frame,
                                      const int32_t *steps, size_t step_count, uint8_t *dst, size_t capacity,
                                      size_t *dst_size);
PC15_API pc15_status pc15_params_unpack(int32_t generator, int32_t precision, uint32_t frame,
                                        const uint8_t *data, size_t size, int32_t *steps, size_t step_count);

/* -------------------------------------------------------------------------------------- semantic packs */

/* Parameters of a generator that only mean something together: "wave" is period, angle and phase, "center"
 * its two coordinates. A pack belongs to a generator that has its first member and at least one more; members
 * that the generator lacks are left out. Train codebooks on packs rather than on whole parameter lists.
 * Unknown generator: PC15_ERROR_NOT_FOUND, NULL or 0. Unknown index: OUT_OF_RANGE or NULL. */
PC15_API uint32_t pc15_generator_pack_count(int32_t generator);
/* "wave", "wave2", "cell", "center", "edge", "gradient", "noise", ... */
PC15_API const char *pc15_generator_pack_name(int32_t generator, uint32_t index);
/* One line for a user. */
PC15_API const char *pc15_generator_pack_doc(int32_t generator, uint32_t index);
/* Statuses: NOT_FOUND (generator, or it has no pack of this name). */
PC15_API pc15_status pc15_generator_pack_from_name(int32_t generator, const char *name, uint32_t *index);
/* The positions of the members among the generator's parameters, in the order of the pack; *count is their
 * number (at most 16), also with DST_TOO_SMALL (`positions` NULL with capacity 0 is allowed). */
PC15_API pc15_status pc15_generator_pack_params(int32_t generator, uint32_t index, uint32_t *positions,
                                                size_t capacity, size_t *count);

/* --------------------------------------------------------------------------------- vector quantisation */

/* A codebook: `entries` points of `dims` numbers on each of `levels`, coarse to fine: level 0 stands for the
 * samples, every further level for what the levels before it leave. It holds at most 2^32 bytes. */
typedef struct pc15_codebook pc15_codebook;

/* An empty codebook; train or deserialise it. As pc15_encoder_create. */
PC15_API pc15_status pc15_codebook_create(const pc15_allocator *allocator, pc15_codebook **codebook);
PC15_API void pc15_codebook_destroy(pc15_codebook *codebook);
/* As pc15_encoder_cancel, of pc15_vq_train. A codebook is never poisoned. */
PC15_API pc15_status pc15_codebook_cancel(pc15_codebook *codebook);
/* As pc15_encoder_last_error. */
PC15_API size_t pc15_codebook_last_error(const pc15_codebook *codebook, char *text, size_t capacity);

typedef struct pc15_vq_options {
  uint32_t struct_size;
  uint32_t entries;    /* per level, 1...65536; levels x entries x dims at most 2^24 */
  uint32_t levels;     /* 1...8; 0 means 1 */
  uint32_t iterations; /* most of Lloyd's per level, 1...1000; 0 means 50 */
  int32_t threads;     /* as PC15_PARAM_THREADS */
  uint32_t reserved0;
  int64_t seed; /* of the choice of the first entries */
  uint64_t reserved[2];
} pc15_vq_options;

/* Trains on value_count / dims samples (k-means++, then Lloyd's iterations until nothing changes; an entry
 * without samples takes the farthest one) and replaces what the codebook held; on an error it keeps that. The
 * result depends on samples, options and library build, never on threads. With fewer distinct samples than
 * entries, entries repeat. Angles and phases are taken as numbers: unwrap them first.
 * Statuses: OUT_OF_RANGE (dims outside 1...256, options, a number that is not finite or beyond 1e100: the
 * message names its sample and dimension), INVALID_ARGUMENT (value_count is no multiple of dims, fewer
 * samples than entries, reserved words), BAD_STRUCT_SIZE, CANCELLED, LIMIT. */
PC15_API pc15_status pc15_vq_train(pc15_codebook *codebook, const double *values, size_t value_count,
                                   uint32_t dims, const pc15_vq_options *options);
/* The same from float32; equal numbers give the same codebook. */
PC15_API pc15_status pc15_vq_train_f32(pc15_codebook *codebook, const float *values, size_t value_count,
                                       uint32_t dims, const pc15_vq_options *options);

/* Per sample `levels` indices, of the nearest entry of each level (the lowest of equal ones), and `dims`
 * offsets, the sample minus the sum of these entries. `offsets` may be NULL with count 0. `threads` as
 * PC15_PARAM_THREADS. Statuses: WRONG_STATE (empty codebook), INVALID_ARGUMENT (a count that does not fit),
 * OUT_OF_RANGE (threads, a number, as in training). */
PC15_API pc15_status pc15_vq_quantise(pc15_codebook *codebook, const double *values, size_t value_count,
                                      int32_t threads, int32_t *indices, size_t index_count, double *offsets,
                                      size_t offset_count);
PC15_API pc15_status pc15_vq_quantise_f32(pc15_codebook *codebook, const float *values, size_t value_count,
                                          int32_t threads, int32_t *indices, size_t index_count,
                                          double *offsets, size_t offset_count);
/* The sum of the entries of the first `use_levels` levels of each sample, plus its offsets; with offsets and
 * all levels that is the sample but for one rounding. Fewer levels give a coarser value and take no offsets
 * (NULL with count 0). `indices` holds all levels. Statuses: WRONG_STATE, INVALID_ARGUMENT (a count that does
 * not fit, offsets with fewer levels), OUT_OF_RANGE (use_levels outside 1...levels, an index: the message
 * names its sample and level). */
PC15_API pc15_status pc15_vq_dequantise(pc15_codebook *codebook, const int32_t *indices, size_t index_count,
                                        const double *offsets, size_t offset_count, uint32_t use_levels,
                                        double *values, size_t value_count);

typedef struct pc15_codebook_shape {
  uint32_t struct_size;
  uint32_t dims;
  uint32_t entries; /* per level */
  uint32_t levels;
  double distortion; /* mean squared distance of the training samples; 0 after deserialise */
  uint64_t reserved[2];
} pc15_codebook_shape;

/* All 0 for an empty codebook. Statuses: BAD_STRUCT_SIZE. */
PC15_API pc15_status pc15_codebook_info(const pc15_codebook *codebook, pc15_codebook_shape *shape);
/* Copies one entry; `value_count` is dims. Statuses: WRONG_STATE, OUT_OF_RANGE (level, entry),
 * INVALID_ARGUMENT (value_count). */
PC15_API pc15_status pc15_codebook_entry(const pc15_codebook *codebook, uint32_t level, uint32_t entry,
                                         double *values, size_t value_count);
/* The codebook as bytes (docs/abi.md), the same on every platform. Statuses: WRONG_STATE, DST_TOO_SMALL
 * (*dst_size is what is needed; `dst` NULL with capacity 0 is allowed). */
PC15_API pc15_status pc15_codebook_serialise(const pc15_codebook *codebook, uint8_t *dst, size_t capacity,
                                             size_t *dst_size);
/* Replaces what the codebook held; on an error it keeps that. Statuses: TRUNCATED, TRAILING, CRC, VERSION,
 * CORRUPT (not a codebook, a shape or a number that is not allowed). Nothing is allocated before the CRC and
 * the length hold. */
PC15_API pc15_status pc15_codebook_deserialise(pc15_codebook *codebook, const uint8_t *data, size_t size);

/* --------------------------------------------------------------------------------------------- tiling */

/* The grid of overlapping tiles. Tile (col, row) begins at (col, row) x (tile - overlap). */
typedef struct pc15_grid {
  uint32_t struct_size;
  uint32_t width;
  uint32_t height;
  uint32_t tile;
  uint32_t overlap;
  uint32_t cols;
  uint32_t rows;
  uint32_t reserved0;
  uint64_t count; /* cols x rows */
  uint64_t reserved[2];
} pc15_grid;

/* Statuses: OUT_OF_RANGE (sizes 1...65535, tile 32...1024, overlap 0...tile/2). */
PC15_API pc15_status pc15_grid_init(uint32_t width, uint32_t height, uint32_t tile, uint32_t overlap,
                                    pc15_grid *grid);
/* The part of tile `index` (scan order) inside the image. Any of the four may be NULL. */
PC15_API pc15_status pc15_grid_tile(const pc15_grid *grid, uint64_t index, uint32_t *x, uint32_t *y,
                                    uint32_t *width, uint32_t *height);
/* Cuts a plane into count patches of tile x tile bytes, one after another; beyond the border of the image the
 * last row and column repeat. Statuses: INVALID_ARGUMENT (a grid that pc15_grid_init did not make; stride),
 * DST_TOO_SMALL (capacity < count x tile x tile; *dst_size is set). */
PC15_API pc15_status pc15_tiles_extract(const pc15_grid *grid, const uint8_t *plane, size_t plane_size,
                                        int64_t stride, uint8_t *dst, size_t capacity, size_t *dst_size);
/* Joins patches with the Hann weights of the decoder. Patches that agree where they overlap come back
 * exactly, so extract and blend is the identity. Statuses: as above. */
PC15_API pc15_status pc15_tiles_blend(const pc15_grid *grid, const uint8_t *patches, size_t patches_size,
                                      uint8_t *plane, size_t plane_capacity, int64_t stride);

/* -------------------------------------------------------------------------------------------- metrics */

/* Two 8-bit planes of the same size; the strides may differ. Statuses: INVALID_ARGUMENT (stride, a plane
 * smaller than its stride and height need), OUT_OF_RANGE (width or height of 0 or above 65535). */

/* Mean squared error in squared grey levels. */
PC15_API pc15_status pc15_metric_mse(const uint8_t *a, size_t a_size, int64_t a_stride, const uint8_t *b,
                                     size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                     double *result);
/* 10 log10(255^2 / MSE) dB; +infinity for equal planes. */
PC15_API pc15_status pc15_metric_psnr(const uint8_t *a, size_t a_size, int64_t a_stride, const uint8_t *b,
                                      size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                      double *result);
/* Mean structural similarity (Wang 2004): Gaussian 11 x 11, sigma 1.5, K1 0.01, K2 0.03, windows inside the
 * image; an axis shorter than 11 pixels is extended by reflection. */
PC15_API pc15_status pc15_metric_ssim(const uint8_t *a, size_t a_size, int64_t a_stride, const uint8_t *b,
                                      size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                      double *result);
/* Multi-scale SSIM (Wang 2003): five scales, weights 0.0448 0.2856 0.3001 0.2363 0.1333; below 176 x 176
 * pixels as many scales as fit, weights normalised. */
PC15_API pc15_status pc15_metric_ms_ssim(const uint8_t *a, size_t a_size, int64_t a_stride, const uint8_t *b,
                                         size_t b_size, int64_t b_stride, uint32_t width, uint32_t height,
                                         double *result);
/* alpha (1 - SSIM) + (1 - alpha) MSE / 255^2. OUT_OF_RANGE: alpha outside 0...1. */
PC15_API pc15_status pc15_metric_distortion(const uint8_t *a, size_t a_size, int64_t a_stride,
                                            const uint8_t *b, size_t b_size, int64_t b_stride, uint32_t width,
                                            uint32_t height, double alpha, double *result);

/* -------------------------------------------------------------------------------------------- devices */

/* Devices that can decode. These functions load the CUDA library; none of them, nor any other call, touches a
 * device before it is asked to, so a process may fork until then. */

/* 0 when there is none, or no CUDA library. Statuses: DEVICE (the CUDA runtime failed). */
PC15_API pc15_status pc15_device_count(uint32_t *count);
/* The name as its maker gives it, terminated, cut to fit. *size is its length without the terminator.
 * Statuses: OUT_OF_RANGE (index), DEVICE. */
PC15_API pc15_status pc15_device_name(uint32_t index, char *text, size_t capacity, size_t *size);
/* Bytes of memory of the device. Statuses: as above. */
PC15_API pc15_status pc15_device_memory(uint32_t index, uint64_t *bytes);

/* EXPERIMENTAL: may change before 1.0. As pc15_decoder_read, into memory of the device
 * PC15_PARAM_DEVICE_INDEX whatever PC15_PARAM_DEVICE says: image->data is a device pointer, the stride not
 * negative. `stream` is a cudaStream_t that the work is put on, or NULL for one of the decoder's own; the
 * call returns when the samples are there. Statuses: those of pc15_decoder_read; INVALID_ARGUMENT (a negative
 * stride); UNSUPPORTED (lossless cells or palettes: the file decodes to host memory only); NO_DEVICE, DEVICE.
 */
PC15_API pc15_status pc15_decoder_read_device(pc15_decoder *decoder, uint32_t x, uint32_t y,
                                              const pc15_image *image, void *stream);

#ifdef __cplusplus
}
#endif

#endif /* PC15_H */
