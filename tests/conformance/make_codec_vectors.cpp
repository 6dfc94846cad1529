// Makes the conformance vectors of the whole codec: small files in FOLDER and their table vectors.tsv with
// what a decoder must answer. Run by scripts/make-vectors when the bitstream changes, never by the tests: the
// files are kept, so that every later library must show the same samples.
//
//   make_codec_vectors FOLDER
//
// A line is: file, status of a strict decode, CRC-32 of the file, CRC-32 of the decoded samples as Y and as
// RGBA (row after row; - without samples).
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "pc15.h"

namespace {

using Bytes = std::vector<uint8_t>;

void check(pc15_status status, const char* what) {
  if (status == PC15_OK) return;
  std::fprintf(stderr, "make_codec_vectors: %s: %s\n", what, pc15_status_name(status));
  std::exit(1);
}

// Deterministic material: 0 flat, 1 ramp, 2 texture, 3 edges, 4 noise, 5 checkerboard, 6 a bit of all,
// 7 drawn: small glyphs that come again, on two grounds, beside a texture.
Bytes material(int kind, uint32_t w, uint32_t h, int channels, uint32_t seed) {
  Bytes p(static_cast<size_t>(w) * h * static_cast<size_t>(channels));
  uint32_t state = seed * 2654435761u + 12345u;
  size_t at = 0;
  for (uint32_t y = 0; y < h; ++y) {
    for (uint32_t x = 0; x < w; ++x) {
      for (int c = 0; c < channels; ++c) {
        state = state * 1664525u + 1013904223u;
        const uint32_t noise = state >> 24;
        uint32_t v = 0;
        switch (kind) {
          case 0:
            v = 40 + 60 * static_cast<uint32_t>(c);
            break;
          case 1:
            v = 2 * x + y + 30 * static_cast<uint32_t>(c);
            break;
          case 2:
            v = (x * x / 7 + y * 5 + x * y / 31) % 90 + 60 + noise / 16;
            break;
          case 3:
            v = (x / 9 + y / 14) % 3 * 80 + 20 * static_cast<uint32_t>(c);
            break;
          case 4:
            v = noise;
            break;
          case 5:
            v = ((x / 8 + y / 8) % 2) * 200 + 20;
            break;
          case 7: {
            const uint32_t glyph = (x / 7 * 5 + y / 9 * 3) % 6, dot = x % 7 * 9 + y % 9;
            const bool ink = x % 7 > 0 && y % 9 > 1 && (0x5A3C96E1u >> ((dot * (glyph + 3)) % 31) & 1u) != 0;
            v = x > 2 * w / 3     ? 100 + noise / 4
                : y / 40 % 2 == 0 ? (ink ? 20 : 240)
                                  : (ink ? 250 - 40 * static_cast<uint32_t>(c) : 60);
            break;
          }
          default:
            v = x * 3 / 2 + (y % 16 < 8 ? 50 : 0) + noise / 8 + (x > w / 2 ? 60 : 0);
            break;
        }
        if (c == 3) v = x < y ? 255 : 128 + noise / 4;
        p[at++] = static_cast<uint8_t>(v > 255 ? 255 : v);
      }
    }
  }
  return p;
}

struct Recipe {
  uint32_t w, h;
  int channels, kind;
  int quality, effort, cell, chroma, residual, procedural, compact, tile, overlap, lossless = 0;
};

Bytes encode(const Recipe& r, uint32_t seed) {
  pc15_encoder* encoder = nullptr;
  check(pc15_encoder_create(nullptr, &encoder), "create");
  const auto set = [&](int32_t id, int64_t value) {
    check(pc15_encoder_set_param(encoder, id, value), pc15_param_name(id));
  };
  set(PC15_PARAM_QUALITY, r.quality * 1000);
  set(PC15_PARAM_LOSSLESS, r.lossless);
  set(PC15_PARAM_EFFORT, r.effort);
  set(PC15_PARAM_CELL, r.cell);
  set(PC15_PARAM_CHROMA, r.chroma);
  set(PC15_PARAM_RESIDUAL, r.residual);
  set(PC15_PARAM_PROCEDURAL, r.procedural);
  set(PC15_PARAM_COMPACT, r.compact);
  set(PC15_PARAM_TILE, r.tile);
  set(PC15_PARAM_OVERLAP, r.overlap);
  set(PC15_PARAM_SEED, static_cast<int64_t>(seed) * 7919 - 5);
  set(PC15_PARAM_ALPHA, seed % 3 == 0 ? 0 : 700);
  Bytes pixels = material(r.kind, r.w, r.h, r.channels, seed);
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = r.channels;
  image.width = r.w;
  image.height = r.h;
  image.data = pixels.data();
  image.data_size = pixels.size();
  pc15_buffer* buffer = nullptr;
  check(pc15_encode_image_buffer(encoder, &image, &buffer), "encode");
  Bytes out(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  pc15_encoder_destroy(encoder);
  return out;
}

uint32_t crc(const uint8_t* data, size_t size) {
  return static_cast<uint32_t>(crc32(0, data, static_cast<uInt>(size)));
}

// "-" when the file does not decode.
std::string decoded_crc(const Bytes& file, int32_t format, pc15_status* status) {
  pc15_decoder* decoder = nullptr;
  check(pc15_decoder_create(nullptr, &decoder), "create");
  pc15_buffer* buffer = nullptr;
  *status = pc15_decode_image_buffer(decoder, file.data(), file.size(), format, nullptr, &buffer);
  char text[16] = "-";
  if (*status == PC15_OK) {
    std::snprintf(text, sizeof(text), "%08x", crc(pc15_buffer_data(buffer), pc15_buffer_size(buffer)));
  }
  pc15_buffer_free(buffer);
  pc15_decoder_destroy(decoder);
  return text;
}

class Writer {
 public:
  explicit Writer(const std::string& folder)
      : folder_(folder), table_(std::fopen((folder + "/vectors.tsv").c_str(), "wb")) {
    if (table_ == nullptr) {
      std::fprintf(stderr, "make_codec_vectors: %s cannot be written\n", folder.c_str());
      std::exit(1);
    }
  }
  ~Writer() { std::fclose(table_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void add(const char* stem, const Bytes& file) {
    char name[64];
    std::snprintf(name, sizeof(name), "%03d_%s.pc15", number_++, stem);
    FILE* f = std::fopen((folder_ + "/" + name).c_str(), "wb");
    if (f == nullptr || std::fwrite(file.data(), 1, file.size(), f) != file.size()) std::exit(1);
    std::fclose(f);
    pc15_status status = PC15_OK, again = PC15_OK;
    const std::string y = decoded_crc(file, PC15_FORMAT_Y, &status);
    const std::string rgba = decoded_crc(file, PC15_FORMAT_RGBA, &again);
    std::fprintf(table_, "%s\t%s\t%08x\t%s\t%s\n", name, pc15_status_name(status),
                 crc(file.data(), file.size()), y.c_str(), rgba.c_str());
  }

 private:
  std::string folder_;
  FILE* table_;
  int number_ = 0;
};

void add_valid(Writer* w) {
  // Every size around the granularities, alternating everything else.
  const uint32_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129};
  uint32_t n = 0;
  for (const uint32_t a : sizes) {
    const uint32_t b = sizes[(n * 7 + 3) % 20];
    const int channels = n % 3 == 0 ? 1 : n % 3 == 1 ? 3 : 4;
    w->add("size", encode({a, b, channels, static_cast<int>(n % 7), static_cast<int>(10 + n * 4),
                           static_cast<int>(1 + n % 9), 128, static_cast<int>(n % 2), 1,
                           static_cast<int>(n % 2), static_cast<int>(n % 4 != 0), 32, 8},
                          n));
    ++n;
  }
  for (int kind = 0; kind < 7; ++kind) {
    for (const int quality : {0, 50, 100}) {
      w->add("material",
             encode({97, 71, kind % 2 == 0 ? 3 : 1, kind, quality, 5, 128, kind % 3 == 0, 1, 1, 1, 64, 16},
                    n++));
    }
    w->add("programs",
           encode({120, 90, kind % 2 == 0 ? 1 : 3, kind, 40, 6, 256, 0, 0, 1, kind % 2, 48, 24}, n++));
  }
  w->add("cells", encode({300, 140, 3, 6, 30, 3, 128, 0, 1, 1, 0, 256, 24}, n++));
  for (int kind = 0; kind < 7; ++kind) {
    for (const int channels : {1, 3, 4}) {
      const uint32_t at = static_cast<uint32_t>(kind * 3 + channels);
      w->add("lossless", encode({sizes[at % 20], sizes[at * 7 % 20], channels, kind, 60, 4, 128, 0, 1,
                                 kind % 2, kind % 3 != 0, 64, 16, 1},
                                n++));
    }
  }
  for (const int quality : {5, 40, 70, 95}) {
    for (const int channels : {1, 3, 4}) {
      w->add("drawn", encode({150, 101, channels, 7, quality, 5, 128, quality == 70, 1, 0, 0, 64, 16}, n++));
    }
  }
  w->add("cells444", encode({260, 131, 4, 2, 25, 3, 128, 1, 1, 0, 0, 256, 0}, n++));
}

void add_invalid(Writer* w) {
  const Bytes full = encode({140, 60, 3, 6, 30, 3, 128, 0, 1, 1, 0, 64, 16}, 900);
  const Bytes compact = encode({64, 64, 1, 5, 40, 5, 128, 0, 0, 1, 1, 64, 16}, 901);
  for (const Bytes& good : {full, compact}) {
    w->add("whole", good);
    for (const size_t keep : {size_t{1}, size_t{4}, size_t{8}, good.size() / 2, good.size() - 1}) {
      w->add("cut", Bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(std::min(keep, good.size()))));
    }
    Bytes longer = good;
    longer.push_back(0);
    w->add("longer", longer);
    for (size_t i = 0; i < good.size(); i += 1 + good.size() / 12) {
      Bytes bad = good;
      bad[i] = static_cast<uint8_t>(bad[i] ^ 0x41);
      w->add("byte", bad);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_codec_vectors FOLDER\n");
    return 2;
  }
  Writer writer(argv[1]);
  add_valid(&writer);
  add_invalid(&writer);
  return 0;
}
