#include "nvjpeg_peer.h"

#include <cuda_runtime_api.h>
#include <nvjpeg.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <jpeglib.h>  // wants stdio

namespace {

using Bytes = std::vector<uint8_t>;

Bytes write_jpeg(const uint8_t* rgb, int width, int height, int quality) {
  jpeg_compress_struct c;
  jpeg_error_mgr errors;
  unsigned char* data = nullptr;
  unsigned long size = 0;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  jpeg_mem_dest(&c, &data, &size);
  c.image_width = static_cast<JDIMENSION>(width);
  c.image_height = static_cast<JDIMENSION>(height);
  c.input_components = 3;
  c.in_color_space = JCS_RGB;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, quality, TRUE);
  jpeg_start_compress(&c, TRUE);
  while (c.next_scanline < c.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(rgb + size_t{3} * static_cast<size_t>(width) * c.next_scanline);
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  const Bytes out(data, data + size);
  std::free(data);
  return out;
}

// The quality whose file comes closest from below.
Bytes of_size(const uint8_t* rgb, int width, int height, size_t bytes) {
  int low = 1, high = 100;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (write_jpeg(rgb, width, height, middle).size() <= bytes ? low : high) = middle;
  }
  return write_jpeg(rgb, width, height, low);
}

// One handle with a stream, and memory for `batch` pictures.
class Decoder {
 public:
  Decoder(int width, int height, int batch) : width_(width), images_(static_cast<size_t>(batch)) {
    good_ = nvjpegCreateSimple(&handle_) == NVJPEG_STATUS_SUCCESS &&
            nvjpegJpegStateCreate(handle_, &state_) == NVJPEG_STATUS_SUCCESS &&
            cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking) == cudaSuccess;
    for (nvjpegImage_t& image : images_) {
      image = nvjpegImage_t();
      void* memory = nullptr;
      good_ = good_ && cudaMalloc(&memory, size_t{3} * static_cast<size_t>(width) *
                                               static_cast<size_t>(height)) == cudaSuccess;
      image.channel[0] = static_cast<unsigned char*>(memory);
      image.pitch[0] = size_t{3} * static_cast<size_t>(width_);
    }
  }
  ~Decoder() {
    for (nvjpegImage_t& image : images_) cudaFree(image.channel[0]);
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
    if (state_ != nullptr) nvjpegJpegStateDestroy(state_);
    if (handle_ != nullptr) nvjpegDestroy(handle_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  bool decode(const Bytes& file) {
    return good_ &&
           nvjpegDecode(handle_, state_, file.data(), file.size(), NVJPEG_OUTPUT_RGBI, images_.data(),
                        stream_) == NVJPEG_STATUS_SUCCESS &&
           cudaStreamSynchronize(stream_) == cudaSuccess;
  }
  bool start_batch() {
    return good_ && nvjpegDecodeBatchedInitialize(handle_, state_, static_cast<int>(images_.size()), 1,
                                                  NVJPEG_OUTPUT_RGBI) == NVJPEG_STATUS_SUCCESS;
  }
  bool decode_batch(const Bytes& file) {
    const std::vector<const unsigned char*> data(images_.size(), file.data());
    const std::vector<size_t> sizes(images_.size(), file.size());
    return nvjpegDecodeBatched(handle_, state_, data.data(), sizes.data(), images_.data(), stream_) ==
               NVJPEG_STATUS_SUCCESS &&
           cudaStreamSynchronize(stream_) == cudaSuccess;
  }

 private:
  int width_;
  std::vector<nvjpegImage_t> images_;
  nvjpegHandle_t handle_ = nullptr;
  nvjpegJpegState_t state_ = nullptr;
  cudaStream_t stream_ = nullptr;
  bool good_ = false;
};

// Megapixels a second of the best round; 0 when one fails.
template <class Body>
double speed(double megapixels, int rounds, const Body& body) {
  double best = 1e30;
  if (!body()) return 0;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (!body()) return 0;
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return megapixels / best;
}

}  // namespace

PeerSpeed measure_nvjpeg(const uint8_t* rgb, int width, int height, size_t bytes, int rounds, int batch) {
  const Bytes file = of_size(rgb, width, height, bytes);
  const double mp = 1e-6 * width * height;
  PeerSpeed s;
  s.bpp = 8e-6 * static_cast<double>(file.size()) / mp;
  Decoder decoder(width, height, batch);
  s.single = speed(mp, rounds, [&] { return decoder.decode(file); });
  if (decoder.start_batch()) s.batch = speed(mp * batch, rounds, [&] { return decoder.decode_batch(file); });
  return s;
}
