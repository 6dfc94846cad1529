#include "enc/forward_transform.h"

#include <cstdlib>

#include "normative/transform.h"

namespace pc15::enc {
namespace {

// out[k][x] = sum over y of m[k][y] * in[y][x], rounded to 3 fractional bits; fits 16 bits for |in| <= 255.
template <int32_t kW>
void columns(const int16_t* in, const int16_t* m, int32_t h, int16_t* out) {
  for (int32_t k = 0; k < h; ++k) {
    int32_t acc[kW];
    for (int32_t x = 0; x < kW; ++x) acc[x] = 1 << 10;
    for (int32_t y = 0; y < h; ++y) {
      const int16_t c = m[k * h + y];
      for (int32_t x = 0; x < kW; ++x) acc[x] += c * in[y * kW + x];
    }
    for (int32_t x = 0; x < kW; ++x) out[k * kW + x] = static_cast<int16_t>(acc[x] >> 11);
  }
}

// out[k][l] = sum over x of in[k][x] * m[l][x].
template <int32_t kW>
void rows(const int16_t* in, const int16_t* m, int32_t h, int32_t* out) {
  for (int32_t k = 0; k < h; ++k) {
    for (int32_t l = 0; l < kW; ++l) {
      int32_t acc = 1 << 13;
      for (int32_t x = 0; x < kW; ++x) acc += in[k * kW + x] * m[l * kW + x];
      out[k * kW + l] = acc >> 14;
    }
  }
}

template <int32_t kW>
void both(const int16_t* residual, const int16_t* mv, const int16_t* mh, int32_t h, int32_t* coefs) {
  alignas(32) int16_t middle[1024];
  columns<kW>(residual, mv, h, middle);
  rows<kW>(middle, mh, h, coefs);
}

// Hadamard transform of kN x kN differences; returns the sum of magnitudes.
template <int32_t kN>
int32_t hadamard(const uint8_t* a, int64_t as, const uint8_t* b, int64_t bs) {
  int16_t d[kN][kN];
  for (int32_t y = 0; y < kN; ++y) {
    for (int32_t x = 0; x < kN; ++x) d[y][x] = static_cast<int16_t>(a[y * as + x] - b[y * bs + x]);
  }
  for (int32_t step = 1; step < kN; step *= 2) {  // down the columns: vectorises over x
    for (int32_t y = 0; y < kN; y += 2 * step) {
      for (int32_t j = y; j < y + step; ++j) {
        for (int32_t x = 0; x < kN; ++x) {
          const int16_t u = d[j][x], v = d[j + step][x];
          d[j][x] = static_cast<int16_t>(u + v);
          d[j + step][x] = static_cast<int16_t>(u - v);
        }
      }
    }
  }
  int16_t t[kN][kN];
  for (int32_t y = 0; y < kN; ++y) {
    for (int32_t x = 0; x < kN; ++x) t[x][y] = d[y][x];
  }
  for (int32_t step = 1; step < kN; step *= 2) {
    for (int32_t y = 0; y < kN; y += 2 * step) {
      for (int32_t j = y; j < y + step; ++j) {
        for (int32_t x = 0; x < kN; ++x) {
          const int16_t u = t[j][x], v = t[j + step][x];
          t[j][x] = static_cast<int16_t>(u + v);
          t[j + step][x] = static_cast<int16_t>(u - v);
        }
      }
    }
  }
  int32_t sum = 0;
  for (int32_t y = 0; y < kN; ++y) {
    for (int32_t x = 0; x < kN; ++x) sum += t[y][x] < 0 ? -t[y][x] : t[y][x];
  }
  return sum;
}

}  // namespace

void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs) {
  const int16_t* mv = normative::transform_matrix(normative::vertical_kind(type), log2h);
  const int16_t* mh = normative::transform_matrix(normative::horizontal_kind(type), log2w);
  const int32_t h = 1 << log2h;
  switch (log2w) {
    case 2:
      both<4>(residual, mv, mh, h, coefs);
      return;
    case 3:
      both<8>(residual, mv, mh, h, coefs);
      return;
    case 4:
      both<16>(residual, mv, mh, h, coefs);
      return;
    default:
      both<32>(residual, mv, mh, h, coefs);
      return;
  }
}

int32_t satd(const uint8_t* source, int64_t source_stride, const uint8_t* prediction,
             int64_t prediction_stride, int32_t w, int32_t h) {
  int32_t sum = 0;
  if (w >= 8 && h >= 8) {
    for (int32_t y = 0; y < h; y += 8) {
      for (int32_t x = 0; x < w; x += 8) {
        sum += hadamard<8>(source + y * source_stride + x, source_stride,
                           prediction + y * prediction_stride + x, prediction_stride);
      }
    }
    return (sum + 4) >> 3;  // orthonormal scale: sum of |coefs| / 8
  }
  for (int32_t y = 0; y < h; y += 4) {
    for (int32_t x = 0; x < w; x += 4) {
      sum += hadamard<4>(source + y * source_stride + x, source_stride,
                         prediction + y * prediction_stride + x, prediction_stride);
    }
  }
  return (sum + 2) >> 2;
}

}  // namespace pc15::enc
