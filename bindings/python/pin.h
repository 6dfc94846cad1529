/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Python buffers as (pointer, length) pairs. A buffer stays pinned from the conversion of the argument until
 * after the call, so that nobody can resize or free it while the GIL is released. Limited API of 3.11.
 */
#ifndef PC15_PYTHON_PIN_H
#define PC15_PYTHON_PIN_H

#include <Python.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pin {
  Py_buffer view;
  int held;
} pin;

static void pin_release(pin *p) {
  if (p->held) PyBuffer_Release(&p->view);
  p->held = 0;
}

/* Contiguous bytes of any element type. None is no memory. 0 or -1 with an exception. */
static int pin_bytes(PyObject *object, pin *p, int writable, uint8_t **data, size_t *size) {
  p->held = 0;
  *data = NULL;
  *size = 0;
  if (object == Py_None) return 0;
  if (PyObject_GetBuffer(object, &p->view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) != 0) return -1;
  p->held = 1;
  *data = (uint8_t *)p->view.buf;
  *size = (size_t)p->view.len;
  return 0;
}

/* Rows of single bytes with any strides: the lowest address and the extent of the memory they lie in. */
static int pin_rows(PyObject *object, pin *p, int writable, uint8_t **data, size_t *size) {
  uint8_t *low;
  size_t extent = 1;
  int k;
  p->held = 0;
  *data = NULL;
  *size = 0;
  if (object == Py_None) return 0;
  if (PyObject_GetBuffer(object, &p->view, writable ? PyBUF_STRIDED : PyBUF_STRIDED_RO) != 0) return -1;
  p->held = 1;
  if (p->view.itemsize != 1) {
    PyErr_SetString(PyExc_TypeError, "pixels must be single bytes");
    return -1;
  }
  low = (uint8_t *)p->view.buf;
  for (k = 0; k < p->view.ndim; ++k) {
    Py_ssize_t steps = p->view.shape[k] - 1;
    Py_ssize_t stride = p->view.strides[k];
    if (steps < 0) return 0; /* nothing in it */
    if (stride < 0) low += steps * stride;
    extent += (size_t)steps * (size_t)(stride < 0 ? -stride : stride);
  }
  *data = low;
  *size = extent;
  return 0;
}

/* A contiguous array whose elements have one of the type characters `codes` and `item` bytes. */
static int pin_numbers(PyObject *object, pin *p, int writable, const char *codes, size_t item, void **data,
                       size_t *count) {
  const char *format;
  const char *code;
  p->held = 0;
  *data = NULL;
  *count = 0;
  if (object == Py_None) return 0;
  if (PyObject_GetBuffer(object, &p->view, PyBUF_FORMAT | PyBUF_ND | (writable ? PyBUF_WRITABLE : 0)) != 0)
    return -1;
  p->held = 1;
  format = p->view.format != NULL ? p->view.format : "B";
  if (format[0] == '@' || format[0] == '=' || format[0] == '<') ++format;
  for (code = codes; *code != '\0' && *code != format[0]; ++code) {
  }
  if (*code == '\0' || format[1] != '\0' || (size_t)p->view.itemsize != item) {
    PyErr_Format(PyExc_TypeError, "an array of elements '%c' of %zu bytes is wanted, not '%s' of %zd",
                 codes[0], item, p->view.format != NULL ? p->view.format : "B", p->view.itemsize);
    return -1;
  }
  *data = p->view.buf;
  *count = (size_t)p->view.len / item;
  return 0;
}

#endif
