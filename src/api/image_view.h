// Rows inside a caller's memory block: every size is checked in 64 bits before it is used.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/plane.h"
#include "base/status.h"

struct pc15_image;

namespace pc15::api {

constexpr uint32_t kMaxSide = 65535;

// Where the rows of a picture lie in a block.
struct Rows {
  int64_t stride = 0;  // bytes, never 0
  size_t first = 0;    // offset of the first row of the picture
  size_t bytes = 0;    // that the block must have
};

bool valid_format(int32_t format);
Status check_extent(uint32_t width, uint32_t height);  // 1...65535 each
// Sizes in [1, 65535], |stride| at least a row; 0 means tight.
Status lay_rows(int32_t channels, uint32_t width, uint32_t height, int64_t stride, Rows* rows);
// A view of a plane inside a block of `size` bytes: kInvalidArgument when it does not fit.
Status view_plane(const uint8_t* data, size_t size, uint32_t width, uint32_t height, int64_t stride,
                  PlaneView<const Pixel>* view);
// The same for output: kDstTooSmall.
Status view_output(uint8_t* data, size_t size, uint32_t width, uint32_t height, int64_t stride,
                   PlaneView<Pixel>* view);
// Checks a pc15_image completely except that data_size may be short: `fits` says whether it is enough.
Status read_image(const pc15_image* in, pc15_image* image, Rows* rows, bool* fits);

}  // namespace pc15::api
