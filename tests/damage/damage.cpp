// Damages small files of every mode and holds the answer against what the layout promises (docs/bitstream.md,
// 12.2), through pc15.h alone.
//
//   test_damage [--long] [--files FIRST LAST]
//
// One oracle for every damage that keeps the length: a part (pc15_part_info) is reported intact exactly when
// none of its bytes changed; a strict opening refuses; a tolerant one works while one copy of preamble and
// index is whole; the lost cells are exactly the changed ones; and every sample out of reach of a lost part
// is that of the undamaged file. What is decoded is also repaired: the new file shows strictly what the
// damaged one shows tolerantly, and is the old one when nothing was lost. Without --long a sample of files,
// bytes and values; with it every byte x 255 values of all files, every truncation, and 10^6 other damages.
// The last line sums up; exit status 1 when a promise did not hold.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "damage_oracle.h"
#include "files.h"

using namespace pc15_damage;

namespace {

struct Plan {
  bool full = false;
  int first = 0, last = kFiles - 1;
};

uint32_t next(uint32_t* state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

// Every byte, 255 values each; the samples of two values of each byte are decoded and compared, or, in the
// short run, of every 23rd.
void every_byte(Oracle* oracle, bool full) {
  Bytes file = oracle->intact();
  const size_t step = full ? 1 : 5;
  for (size_t at = 0; at < file.size(); at += step) {
    for (uint32_t flip = 1; flip < 256; flip += full ? 1 : 51) {
      file[at] = static_cast<uint8_t>(file[at] ^ flip);
      const bool pixels = full ? flip == 1 || flip == 0xA5 : at % 115 == 0 && flip == 1;
      oracle->same_length(file, pixels, "byte", at);
      file[at] = static_cast<uint8_t>(file[at] ^ flip);
    }
  }
}

void every_truncation(Oracle* oracle, bool full) {
  const size_t size = oracle->intact().size(), step = full ? 1 : 1 + size / 40;
  for (size_t n = 0; n < size; n += step) oracle->truncated(n);
}

// Two records of one length change places, or one overwrites the other.
void move_records(Oracle* oracle, uint32_t* random) {
  const std::vector<pc15_part_info>& parts = oracle->parts();
  const pc15_part_info& a = parts[next(random) % parts.size()];
  const pc15_part_info& b = parts[next(random) % parts.size()];
  Bytes file = oracle->intact();
  const size_t n = static_cast<size_t>(std::min(a.size, b.size));
  uint8_t *pa = file.data() + a.offset, *pb = file.data() + b.offset;
  if (&a == &b) return;
  if (next(random) % 2 == 0) {
    std::swap_ranges(pa, pa + n, pb);
  } else {
    std::memcpy(pb, pa, n);
  }
  oracle->foreign(file, next(random) % 16 == 0, "moved record", static_cast<size_t>(a.offset));
}

// A part of another encoding of the same picture, at its place.
void splice(Oracle* oracle, const Bytes& sibling, uint32_t* random) {
  Bytes file = oracle->intact();
  const pc15_part_info& part = oracle->parts()[next(random) % oracle->parts().size()];
  const size_t at = static_cast<size_t>(part.offset), n = static_cast<size_t>(part.size);
  if (at + n > sibling.size()) return;
  std::memcpy(file.data() + at, sibling.data() + at, n);
  oracle->foreign(file, next(random) % 16 == 0, "splice", at);
}

void burst(Oracle* oracle, uint32_t* random) {
  Bytes file = oracle->intact();
  const size_t bits = 1 + next(random) % 32, from = next(random) % (8 * file.size());
  for (size_t i = from; i < from + bits && i < 8 * file.size(); ++i) {
    if (i == from || next(random) % 2 == 0) file[i / 8] = static_cast<uint8_t>(file[i / 8] ^ 1u << i % 8);
  }
  oracle->same_length(file, next(random) % 16 == 0, "burst", from);
}

void zero_sector(Oracle* oracle, uint32_t* random) {
  Bytes file = oracle->intact();
  const size_t sector = next(random) % 2 == 0 ? 512 : 4096;
  const size_t at = next(random) % (file.size() / sector + 1) * sector;
  for (size_t i = at; i < at + sector && i < file.size(); ++i) file[i] = 0;
  oracle->same_length(file, next(random) % 4 == 0, "zeroed sector", at);
}

void other_damage(Oracle* oracle, const Bytes& sibling, uint32_t count, uint32_t* random) {
  for (uint32_t i = 0; i < count; ++i) {
    switch (next(random) % 8) {
      case 0:
        move_records(oracle, random);
        break;
      case 1:
        splice(oracle, sibling, random);
        break;
      case 2:
        zero_sector(oracle, random);
        break;
      case 3: {
        Bytes longer = oracle->intact();
        const size_t n = 1 + next(random) % 600;
        if (next(random) % 3 == 0) {
          longer.insert(longer.end(), longer.begin(), longer.begin() + static_cast<ptrdiff_t>(longer.size()));
        } else {
          for (size_t k = 0; k < n; ++k) longer.push_back(static_cast<uint8_t>(next(random)));
        }
        oracle->longer(longer);
        break;
      }
      default:
        burst(oracle, random);
    }
  }
}

// Both copies of the index, and then a cell too: the records are found again by their checksums.
void lost_index(Oracle* oracle) {
  Bytes file = oracle->intact();
  bool has_copy = false;
  for (const pc15_part_info& part : oracle->parts()) {
    if (part.kind != PC15_PART_INDEX && part.kind != PC15_PART_BACKUP_INDEX) continue;
    file[static_cast<size_t>(part.offset)] ^= 0x10;
    has_copy |= part.kind == PC15_PART_BACKUP_INDEX;
  }
  if (!has_copy) return;
  oracle->without_index(file);
  for (const pc15_part_info& part : oracle->parts()) {
    if (part.kind != PC15_PART_CELL) continue;
    file[static_cast<size_t>(part.offset)] ^= 0x10;
    oracle->without_index(file);
    file[static_cast<size_t>(part.offset)] ^= 0x10;
  }
}

void one_file(int number, const Plan& plan, Totals* all) {
  const File file = make_file(number);
  Totals totals;
  Oracle oracle(file, &totals);
  uint32_t random = 2463534242u + static_cast<uint32_t>(number);
  every_byte(&oracle, plan.full);
  every_truncation(&oracle, plan.full);
  lost_index(&oracle);
  other_damage(&oracle, make_sibling(number), plan.full ? 1000000 / kFiles : 300, &random);
  std::printf("%2d  %-26s %6zu %9llu %9llu %9llu %8llu %8llu %5u %6llu\n", number, file.name.c_str(),
              file.bytes.size(), totals.damages, totals.detected, totals.one_lost, totals.decodes,
              totals.restored, totals.reach, totals.wrong);
  std::fflush(stdout);
  all->add(totals);
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--long") == 0) {
      plan.full = true;
    } else if (std::strcmp(argv[i], "--files") == 0 && i + 2 < argc) {
      plan.first = std::atoi(argv[++i]);
      plan.last = std::min(std::atoi(argv[++i]), kFiles - 1);
    } else {
      std::fprintf(stderr, "usage: test_damage [--long] [--files FIRST LAST]\n");
      return 2;
    }
  }
  std::printf(
      "    file                        bytes   damages  detected  one lost  decodes restored reach  wrong\n");
  Totals all;
  for (int number = plan.first; number <= plan.last; ++number) one_file(number, plan, &all);
  std::printf(
      "%llu damages, %llu detected, %llu cost exactly one cell, %llu decodes compared and as many repaired, "
      "%llu as before the damage, %llu wrong\n",
      all.damages, all.detected, all.one_lost, all.decodes, all.restored, all.wrong);
  return all.wrong == 0 && all.damages != 0 && all.detected == all.damages ? 0 : 1;
}
