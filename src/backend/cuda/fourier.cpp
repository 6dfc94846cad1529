#include "backend/cuda/fourier.h"

#if defined(PC15_HAVE_CUFFT)

#include <cufft.h>
#include <dlfcn.h>

#include <initializer_list>

namespace pc15::backend::device {
namespace {

// The functions that are called, with the types of the header.
struct Library {
  Library() {
    for (const char* const name : {"libcufft.so.12", "libcufft.so.11"}) {
      void* const handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle == nullptr) continue;
      complete = load(handle, "cufftCreate", &create) && load(handle, "cufftDestroy", &destroy) &&
                 load(handle, "cufftSetAutoAllocation", &set_auto_allocation) &&
                 load(handle, "cufftMakePlanMany", &make_plan_many) &&
                 load(handle, "cufftSetStream", &set_stream) &&
                 load(handle, "cufftSetWorkArea", &set_work_area) && load(handle, "cufftExecD2Z", &exec_d2z);
      if (complete) return;  // it stays: its threads and contexts outlive every session
      dlclose(handle);
    }
  }
  template <typename F>
  static bool load(void* handle, const char* name, F* function) {
    *function = reinterpret_cast<F>(dlsym(handle, name));
    return *function != nullptr;
  }

  bool complete = false;
  decltype(&cufftCreate) create = nullptr;
  decltype(&cufftDestroy) destroy = nullptr;
  decltype(&cufftSetAutoAllocation) set_auto_allocation = nullptr;
  decltype(&cufftMakePlanMany) make_plan_many = nullptr;
  decltype(&cufftSetStream) set_stream = nullptr;
  decltype(&cufftSetWorkArea) set_work_area = nullptr;
  decltype(&cufftExecD2Z) exec_d2z = nullptr;
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

// `name` of the function for the message, a literal.
#define PC15_CUFFT(name, call)                                                      \
  do {                                                                              \
    const cufftResult pc15_result_ = call;                                          \
    if (pc15_result_ != CUFFT_SUCCESS) {                                            \
      static_cast<void>(cudaGetLastError());                                        \
      return Status(Code::kDevice, name " failed with CUDA error (cuFFT) %" PRId64, \
                    static_cast<int64_t>(pc15_result_));                            \
    }                                                                               \
  } while (0)

}  // namespace

bool Fourier::available() { return library().complete; }

void Fourier::drop(Plan* p) {
  if (p->batch != 0) static_cast<void>(library().destroy(p->handle));
  *p = Plan();
}

void Fourier::close() {
  for (Plan& p : plans_) drop(&p);
}

// The area is the caller's, so that all plans share one.
Status Fourier::make(int32_t nx, int32_t ny, int32_t batch, Plan* p) {
  PC15_CUFFT("cufftCreate", library().create(&p->handle));
  p->batch = batch;  // from now on there is something to drop
  PC15_CUFFT("cufftSetAutoAllocation", library().set_auto_allocation(p->handle, 0));
  int size[] = {ny, nx}, real[] = {ny, nx + 2}, complex[] = {ny, nx / 2 + 1};
  size_t area = 0;
  PC15_CUFFT("cufftMakePlanMany",
             library().make_plan_many(p->handle, 2, size, real, 1, real[0] * real[1], complex, 1,
                                      complex[0] * complex[1], CUFFT_D2Z, batch, &area));
  p->nx = nx;
  p->ny = ny;
  p->area_bytes = static_cast<int64_t>(area);
  return ok_status();
}

Status Fourier::plan(int32_t nx, int32_t ny, int32_t batch, int32_t* plan, int64_t* area_bytes) {
  int32_t place = 0;
  for (int32_t i = 0; i < kPlans; ++i) {
    const Plan& p = plans_[i];
    if (p.serves(nx, ny, batch)) {
      place = i;
      break;
    }
    if (p.used < plans_[place].used) place = i;
  }
  Plan& p = plans_[place];
  if (!p.serves(nx, ny, batch)) {
    drop(&p);
    PC15_TRY(make(nx, ny, batch, &p));
  }
  p.used = ++uses_;
  *plan = place;
  *area_bytes = p.area_bytes;
  return ok_status();
}

Status Fourier::run(int32_t plan, cudaStream_t stream, double* data, void* area) {
  const int handle = plans_[plan].handle;
  PC15_CUFFT("cufftSetStream", library().set_stream(handle, stream));
  PC15_CUFFT("cufftSetWorkArea", library().set_work_area(handle, area));
  PC15_CUFFT("cufftExecD2Z", library().exec_d2z(handle, data, reinterpret_cast<cufftDoubleComplex*>(data)));
  return ok_status();
}

}  // namespace pc15::backend::device

#else  // built without the header of cuFFT

namespace pc15::backend::device {

bool Fourier::available() { return false; }
void Fourier::close() {}
Status Fourier::plan(int32_t, int32_t, int32_t, int32_t*, int64_t*) {
  return Status(Code::kInternal, "libpc15-cuda was built without cuFFT");
}
Status Fourier::run(int32_t, cudaStream_t, double*, void*) {
  return Status(Code::kInternal, "libpc15-cuda was built without cuFFT");
}

}  // namespace pc15::backend::device

#endif
