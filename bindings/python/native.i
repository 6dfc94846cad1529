/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The Python side of the bindings: typemaps over the buffer protocol (no numpy C API), the GIL released in every
 * call (-threads), and the progress callback. Everything is private to the package pc15.
 */
%module(package="pc15", threads="1") native

#pragma SWIG nowarn=314 /* an argument of pc15_param_bounds is called `def` */

%begin %{
#define PY_SSIZE_T_CLEAN
%}
%{
#include "pin.h"
%}

%define PIN_BYTES(CONST, BASE, FUNCTION, WRITABLE)
%typemap(in) (CONST uint8_t *BASE, size_t BASE##_SIZE) (pin held = {{0}, 0}) {
  uint8_t *start;
  size_t length;
  if (FUNCTION($input, &held, WRITABLE, &start, &length) != 0) SWIG_fail;
  $1 = ($1_ltype)start;
  $2 = ($2_ltype)length;
}
%typemap(freearg) (CONST uint8_t *BASE, size_t BASE##_SIZE) "pin_release(&held$argnum);"
%enddef
PIN_BYTES(const, BYTES, pin_bytes, 0)
PIN_BYTES(, BYTES, pin_bytes, 1)
PIN_BYTES(const, ROWS, pin_rows, 0)
PIN_BYTES(, ROWS, pin_rows, 1)

%define PIN_NUMBERS(T, CODES)
%typemap(in) (const T *NUMBERS, size_t NUMBERS_SIZE) (pin held = {{0}, 0}) {
  void *start;
  size_t length;
  if (pin_numbers($input, &held, 0, CODES, sizeof(T), &start, &length) != 0) SWIG_fail;
  $1 = ($1_ltype)start;
  $2 = ($2_ltype)length;
}
%typemap(freearg) (const T *NUMBERS, size_t NUMBERS_SIZE) "pin_release(&held$argnum);"
%typemap(in) (T *NUMBERS, size_t NUMBERS_SIZE) (pin held = {{0}, 0}) {
  void *start;
  size_t length;
  if (pin_numbers($input, &held, 1, CODES, sizeof(T), &start, &length) != 0) SWIG_fail;
  $1 = ($1_ltype)start;
  $2 = ($2_ltype)length;
}
%typemap(freearg) (T *NUMBERS, size_t NUMBERS_SIZE) "pin_release(&held$argnum);"
%enddef
PIN_NUMBERS(double, "d")
PIN_NUMBERS(float, "f")
PIN_NUMBERS(int32_t, "il")
PIN_NUMBERS(int16_t, "h")
PIN_NUMBERS(uint32_t, "IL")

%typemap(in, numinputs=0) (char *MESSAGE, size_t MESSAGE_SIZE) (char text[1024]) {
  text[0] = '\0';
  $1 = text;
  $2 = sizeof(text);
}
%typemap(argout) (char *MESSAGE, size_t MESSAGE_SIZE) {
  $result = SWIG_AppendOutput($result, PyUnicode_DecodeUTF8($1, (Py_ssize_t)strlen($1), "replace"));
}

%define HANDLE_OUT(T)
%typemap(in, numinputs=0) T **HANDLE (T *made = NULL) "$1 = &made;"
%typemap(argout) T **HANDLE {
  $result = SWIG_AppendOutput($result, SWIG_NewPointerObj((void *)*$1, $*1_descriptor, 0));
}
%enddef
HANDLE_OUT(pc15_encoder)
HANDLE_OUT(pc15_decoder)
HANDLE_OUT(pc15_model)
HANDLE_OUT(pc15_codebook)
HANDLE_OUT(pc15_buffer)

/* The callable is borrowed: whoever sets it keeps it alive until it is replaced. Only its answer cancels; it may
 * run on any thread. */
%{
static int32_t progress_trampoline(uint64_t done, uint64_t total, void *opaque) {
  PyGILState_STATE state = PyGILState_Ensure();
  int32_t stop = 1;
  PyObject *answer = PyObject_CallFunction((PyObject *)opaque, "KK", (unsigned long long)done,
                                           (unsigned long long)total);
  if (answer != NULL) {
    stop = PyObject_IsTrue(answer) != 0;
    Py_DECREF(answer);
  }
  if (PyErr_Occurred()) PyErr_WriteUnraisable((PyObject *)opaque);
  PyGILState_Release(state);
  return stop;
}
%}
%typemap(in) (pc15_progress_fn progress, void *opaque) {
  $1 = $input == Py_None ? NULL : progress_trampoline;
  $2 = $input == Py_None ? NULL : (void *)$input;
}

/* A source of rows answers bytes: whole rows, at most those that it is asked for; none end the encode. */
%{
static int32_t source_trampoline(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  PyGILState_STATE state = PyGILState_Ensure();
  int32_t given = -1;
  pin held = {{0}, 0};
  uint8_t *start = NULL;
  size_t length = 0;
  PyObject *answer = PyObject_CallFunction((PyObject *)opaque, "II", (unsigned int)y, (unsigned int)count);
  if (answer != NULL && pin_bytes(answer, &held, 0, &start, &length) == 0 && length <= size) {
    if (length != 0) memcpy(rows, start, length);
    given = (int32_t)(length / (size / count));
  }
  pin_release(&held);
  Py_XDECREF(answer);
  if (PyErr_Occurred()) PyErr_WriteUnraisable((PyObject *)opaque);
  PyGILState_Release(state);
  return given;
}
%}
%typemap(in) (pc15_read_rows_fn rows, void *opaque) {
  $1 = source_trampoline;
  $2 = (void *)$input;
}

/* Rows come as a copy, which the receiver may keep. The callable keeps what it raises; the thread is the caller's. */
%{
static int32_t rows_trampoline(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  PyGILState_STATE state = PyGILState_Ensure();
  int32_t stop = 1;
  PyObject *copy = PyByteArray_FromStringAndSize((const char *)rows, (Py_ssize_t)size);
  PyObject *answer = copy == NULL ? NULL
                                  : PyObject_CallFunction((PyObject *)opaque, "IIN", (unsigned int)y,
                                                          (unsigned int)count, copy);
  if (answer != NULL) {
    stop = PyObject_IsTrue(answer) != 0;
    Py_DECREF(answer);
  }
  if (PyErr_Occurred()) PyErr_WriteUnraisable((PyObject *)opaque);
  PyGILState_Release(state);
  return stop;
}
%}
%typemap(in) (pc15_rows_fn rows, void *opaque) {
  $1 = rows_trampoline;
  $2 = (void *)$input;
}

%typemap(out) int32_t generators[ANY] {
  Py_ssize_t k;
  $result = PyTuple_New($1_dim0);
  for (k = 0; $result != NULL && k < $1_dim0; ++k) PyTuple_SetItem($result, k, PyLong_FromLong((long)$1[k]));
}
%typemap(out) double coef[ANY], double contrast[ANY], double params[ANY] {
  Py_ssize_t k;
  $result = PyTuple_New($1_dim0);
  for (k = 0; $result != NULL && k < $1_dim0; ++k) PyTuple_SetItem($result, k, PyFloat_FromDouble($1[k]));
}
/* What only comes back needs no setters, and names stay in the library. */
%immutable pc15_tile_info::generators;
%immutable pc15_field_info::coef;
%immutable pc15_layer_info::contrast;
%immutable pc15_layer_info::params;
%immutable pc15_generator_param::name;
%immutable pc15_generator_param::unit;
%immutable pc15_generator_param::doc;

/* Types in native.pyi. Texts are NULL only for numbers that do not exist, which the package never asks for. */
%typemap(pytyping) const char * "str"
%typemap(pytyping) (const uint8_t *BYTES, size_t BYTES_SIZE) "typing.Any"

%include "../common/pc15.i"

/* The bytes of a buffer as a `bytes` object. Keeps the GIL: it makes Python objects. */
%nothreadallow pc15_buffer_bytes;
%inline %{
static PyObject *pc15_buffer_bytes(pc15_buffer *buffer) {
  return PyBytes_FromStringAndSize((const char *)pc15_buffer_data(buffer), (Py_ssize_t)pc15_buffer_size(buffer));
}
%}

/* ---- Batches: lists of tuples, whose memory is pinned for the call. They take and make Python objects, so they hold the
 * GIL but for the call itself. */
%{
/* What a tuple (pixels, format, width, height, stride) describes. */
static int batch_image(PyObject *object, int writable, pin *held, pc15_image *image) {
  PyObject *pixels = PyTuple_GetItem(object, 0);
  long long numbers[4] = {0};
  uint8_t *start = NULL;
  size_t length = 0;
  int k;
  if (pixels == NULL || pin_rows(pixels, held, writable, &start, &length) != 0) return -1;
  for (k = 0; k < 4; ++k) {
    PyObject *number = PyTuple_GetItem(object, k + 1);
    if (number != NULL) numbers[k] = PyLong_AsLongLong(number);
    if (PyErr_Occurred()) return -1;
  }
  memset(image, 0, sizeof(*image));
  image->struct_size = (uint32_t)sizeof(*image);
  image->format = (int32_t)numbers[0];
  image->width = (uint32_t)numbers[1];
  image->height = (uint32_t)numbers[2];
  image->stride = numbers[3];
  image->data_size = length;
  image->data = start;
  return 0;
}
%}
%{
/* A tuple (status, object); takes the reference, also when it fails. */
static PyObject *status_and(pc15_status status, PyObject *object) {
  PyObject *pair = object == NULL ? NULL : PyTuple_New(2), *number = pair == NULL ? NULL : PyLong_FromLong((long)status);
  if (number == NULL) {
    Py_XDECREF(pair);
    Py_XDECREF(object);
    return NULL;
  }
  PyTuple_SetItem(pair, 0, number);
  PyTuple_SetItem(pair, 1, object);
  return pair;
}
%}
%nothreadallow pc15_batch_encode;
%nothreadallow pc15_batch_decode;
%inline %{
/* `pictures`: a list of (pixels, format, width, height, stride). Answers (status, [(status, bytes), ...]). */
static PyObject *pc15_batch_encode(pc15_encoder *encoder, PyObject *pictures) {
  const Py_ssize_t count = PyList_Size(pictures);
  PyObject *list = NULL;
  pc15_encode_item *items;
  pc15_image *images;
  pin *held;
  pc15_status status = PC15_OK;
  Py_ssize_t k;
  if (count < 0) return NULL;
  items = (pc15_encode_item *)PyMem_Calloc((size_t)count + 1, sizeof(*items));
  images = (pc15_image *)PyMem_Calloc((size_t)count + 1, sizeof(*images));
  held = (pin *)PyMem_Calloc((size_t)count + 1, sizeof(*held));
  if (items == NULL || images == NULL || held == NULL) {
    PyErr_NoMemory();
    goto done;
  }
  for (k = 0; k < count; ++k) {
    if (batch_image(PyList_GetItem(pictures, k), 0, &held[k], &images[k]) != 0) goto done;
    items[k].struct_size = (uint32_t)sizeof(*items);
    items[k].image = &images[k];
  }
  Py_BEGIN_ALLOW_THREADS
  status = pc15_encode_batch(encoder, items, (size_t)count);
  Py_END_ALLOW_THREADS
  list = PyList_New(count);
  for (k = 0; list != NULL && k < count; ++k) {
    PyObject *file = PyBytes_FromStringAndSize((const char *)pc15_buffer_data(items[k].buffer),
                                               (Py_ssize_t)pc15_buffer_size(items[k].buffer));
    PyObject *pair = status_and(items[k].status, file);
    if (pair == NULL || PyList_SetItem(list, k, pair) != 0) Py_CLEAR(list);
  }
done:
  for (k = 0; k < count; ++k) {
    if (items != NULL) pc15_buffer_free(items[k].buffer);
    if (held != NULL) pin_release(&held[k]);
  }
  PyMem_Free(items);
  PyMem_Free(images);
  PyMem_Free(held);
  return status_and(status, list);
}

/* `files`: a list of (file, (pixels, format, width, height, stride)). Answers (status, [status, ...]). */
static PyObject *pc15_batch_decode(pc15_decoder *decoder, PyObject *files) {
  const Py_ssize_t count = PyList_Size(files);
  PyObject *list = NULL;
  pc15_decode_item *items;
  pc15_image *images;
  pin *held; /* two each: file and pixels */
  pc15_status status = PC15_OK;
  Py_ssize_t k;
  if (count < 0) return NULL;
  items = (pc15_decode_item *)PyMem_Calloc((size_t)count + 1, sizeof(*items));
  images = (pc15_image *)PyMem_Calloc((size_t)count + 1, sizeof(*images));
  held = (pin *)PyMem_Calloc((size_t)count * 2 + 1, sizeof(*held));
  if (items == NULL || images == NULL || held == NULL) {
    PyErr_NoMemory();
    goto done;
  }
  for (k = 0; k < count; ++k) {
    PyObject *pair = PyList_GetItem(files, k), *file = PyTuple_GetItem(pair, 0), *picture = PyTuple_GetItem(pair, 1);
    uint8_t *data = NULL;
    size_t size = 0;
    if (file == NULL || picture == NULL) goto done;
    if (pin_bytes(file, &held[2 * k], 0, &data, &size) != 0) goto done;
    if (batch_image(picture, 1, &held[2 * k + 1], &images[k]) != 0) goto done;
    items[k].struct_size = (uint32_t)sizeof(*items);
    items[k].size = size;
    items[k].data = data;
    items[k].image = &images[k];
  }
  Py_BEGIN_ALLOW_THREADS
  status = pc15_decode_batch(decoder, items, (size_t)count);
  Py_END_ALLOW_THREADS
  list = PyList_New(count);
  for (k = 0; list != NULL && k < count; ++k) {
    PyObject *number = PyLong_FromLong((long)items[k].status);
    if (number == NULL || PyList_SetItem(list, k, number) != 0) Py_CLEAR(list);
  }
done:
  for (k = 0; held != NULL && k < 2 * count; ++k) pin_release(&held[k]);
  PyMem_Free(items);
  PyMem_Free(images);
  PyMem_Free(held);
  return status_and(status, list);
}
%}
