/* What a test says to the mock of the CUDA runtime, and what it asks; symbols of the mock's
 * libpc15-cuda.so.1. */
#ifndef PC15_TESTS_CUDA_MOCK_CUDA_H
#define PC15_TESTS_CUDA_MOCK_CUDA_H

#ifdef __cplusplus
extern "C" {
#endif

enum { MOCK_FORWARDS = 0, MOCK_BACKWARDS = 1, MOCK_SHUFFLED = 2 };

typedef struct mock_cuda {
  /* Set by the test. */
  int devices;     /* there are */
  int order;       /* in which blocks and their items run */
  int fail_at;     /* this call of the runtime, counted from 1, fails; 0: none */
  int sticky;      /* and every one after it */
  int error;       /* with this number */
  int hold;        /* launches wait while this is set (atomically) */
  int fft_fail_at; /* this call of cuFFT fails, counted from 1; 0: none */
  int fft_sticky;  /* and every one after it */
  double unlike;   /* what cuFFT adds to bins, at most, of the root of all powers */
  /* Counted by the mock. */
  int calls;
  int launches;
  int copies;                       /* copies and clears */
  long sent;                        /* bytes to the device */
  int held;                         /* a launch waits (atomic) */
  long allocations;                 /* of memory and streams that live */
  int device;                       /* that is chosen */
  int fft_calls, plans, transforms; /* of cuFFT */
  int leaked_error;                 /* a failed call whose error was not taken with cudaGetLastError */
} mock_cuda;

mock_cuda *mock_cuda_state(void);
/* A call of cuFFT: whether it fails. */
int mock_cuda_call(void);

#ifdef __cplusplus
}
#endif

#endif
