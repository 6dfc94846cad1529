// What decoding a luma sample of 4:2:0 costs at least, counted by hand from the agents (src/backend/cuda),
// against what the card copies and multiplies at most.
#pragma once

#include <algorithm>
#include <cstdio>

#include "ceilings.h"

struct RooflineStep {
  const char* name;
  double sent;           // bytes from the host
  double read, written;  // bytes of the card's memory
  double operations;     // of integers
};

// `bpp`: of the file. Leaves and levels are about 1.5 bytes a bit, levels two thirds of that; a transform has
// 16 to 64 operations a sample, an edge every eighth line 15 a line.
inline void print_roofline(const Ceilings& c, double bpp, double resident_mp_s, double batch_mp_s) {
  const double symbols = 1.5 * bpp, levels = bpp;
  const RooflineStep steps[] = {
      {"upload of leaves and levels", symbols, 0, symbols, 0},
      {"prediction", 0, 2, 0, 30},
      {"inverse transform", 0, levels, 0, 60},
      {"reconstruction", 0, 0, 1.5, 4.5},
      {"seam filter", 0, 1.6, 0.4, 6},
      {"loop filter", 0, 1.5, 1.5, 135},
      {"colour", 0, 1.5, 3, 25},
  };
  std::printf("step | bytes sent | read | written | operations | ns by sending | by memory | by integers\n");
  double least = 0;
  for (const RooflineStep& s : steps) {
    const double send = s.sent / c.upload_gb_s, memory = (s.read + s.written) / c.copy_gb_s,
                 integers = s.operations / c.integer_gops;
    least += std::max(send, std::max(memory, integers));
    std::printf("%s | %.2f | %.2f | %.2f | %.1f | %.4f | %.4f | %.4f\n", s.name, s.sent, s.read, s.written,
                s.operations, send, memory, integers);
  }
  std::printf("at least %.4f ns a pixel; resident takes %.1f times that, a batch %.1f times\n", least,
              1e3 / resident_mp_s / least, 1e3 / batch_mp_s / least);
}
