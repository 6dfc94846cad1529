/* The mock of the CUDA runtime as tests begin with it. */
#ifndef PC15_TESTS_CUDA_MOCK_START_H
#define PC15_TESTS_CUDA_MOCK_START_H

#include "mock/mock_cuda.h"

enum { kLaunchFailure = 719, kNoMemory = 2, kNoGpu = 100, kOldDriver = 35 };

static mock_cuda *mock; /* of the library that libpc15 has loaded */

/* `devices` there are; the call of the runtime that fails, with which error, and whether all later ones do.
 */
static void start(int devices, int fail_at, int sticky, int error) {
  mock->devices = devices;
  mock->order = MOCK_SHUFFLED;
  mock->fail_at = fail_at;
  mock->sticky = sticky;
  mock->error = error;
  mock->calls = 0;
  mock->launches = 0;
  mock->copies = 0;
  mock->device = 0;
  mock->leaked_error = 0;
  mock->fft_fail_at = 0;
  mock->fft_sticky = 0;
  mock->fft_calls = 0;
  mock->plans = 0;
  mock->transforms = 0;
}

#endif
