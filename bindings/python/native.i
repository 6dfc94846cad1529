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
