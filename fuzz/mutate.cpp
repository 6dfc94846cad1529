#include "mutate.h"

#include <algorithm>

namespace pc15::fuzz {
namespace {

uint8_t hostile_byte(Random& random) {
  constexpr uint8_t kEdges[] = {0, 1, 2, 127, 128, 254, 255, 32, 8, 9, 7};
  return random.chance(50) ? kEdges[random.below(sizeof(kEdges))] : static_cast<uint8_t>(random.bits());
}

void change_bytes(Bytes* bytes, Random& random) {
  if (bytes->empty()) return;
  const uint32_t size = static_cast<uint32_t>(bytes->size());
  for (int32_t n = random.in(1, 4); n > 0; --n) {
    uint8_t& b = (*bytes)[random.below(size)];
    b = random.chance(40) ? static_cast<uint8_t>(b ^ 1u << random.below(8)) : hostile_byte(random);
  }
}

// Grows, shrinks or changes a payload.
void change_payload(Bytes* payload, Random& random) {
  switch (random.below(6)) {
    case 0:
      payload->resize(random.below(static_cast<uint32_t>(payload->size()) + 1));
      break;
    case 1:
      for (int32_t n = random.in(1, 8); n > 0; --n) payload->push_back(hostile_byte(random));
      break;
    case 2:
      payload->clear();
      break;
    default:
      change_bytes(payload, random);
  }
}

// Tables lie in a file twice and have to agree: mostly the copy follows.
void change_section(HostileFile* file, Random& random) {
  HostileSection& chosen = file->sections[random.below(static_cast<uint32_t>(file->sections.size()))];
  change_payload(&chosen.payload, random);
  if (random.chance(20)) return;
  for (HostileSection& other : file->sections) {
    if (other.type == chosen.type) other.payload = chosen.payload;
  }
}

// Preamble bytes that mean something; version and magic change rarely, or nothing else would be reached.
void change_field(HostileFile* file, Random& random) {
  const uint32_t at = random.chance(4) ? random.below(16) : 9 + random.below(38);
  uint8_t& b = file->preamble[at];
  b = random.chance(50) ? static_cast<uint8_t>(b ^ 1u << random.below(8)) : hostile_byte(random);
}

}  // namespace

Bytes mutate_and_repair(const Bytes& bytes, Random& random) {
  HostileFile file;
  if (bytes.size() < 64 || bytes[4] == 0xF0 || !take_apart(bytes.data(), bytes.size(), &file)) {
    Bytes changed = bytes;
    change_bytes(&changed, random);
    return repair(changed.data(), changed.size());
  }
  for (int32_t n = random.in(1, 3); n > 0; --n) {
    const uint32_t records = static_cast<uint32_t>(file.records.size());
    const uint32_t sections = static_cast<uint32_t>(file.sections.size());
    switch (random.below(8)) {
      case 0:
      case 1:
        change_field(&file, random);
        break;
      case 2:
        if (sections == 0 || random.chance(30)) {
          file.sections.push_back(HostileSection{static_cast<uint32_t>(random.bits()), random.below(6), {}});
        } else {
          change_section(&file, random);
        }
        break;
      case 3:
        if (records > 1) std::swap(file.records[random.below(records)], file.records[random.below(records)]);
        break;
      default:
        if (records > 0) change_payload(&file.records[random.below(records)], random);
    }
  }
  return put_together(file);
}

Bytes damage(Bytes file, Random& random) {
  switch (random.below(4)) {
    case 0:
      file.resize(random.below(static_cast<uint32_t>(file.size()) + 1));
      break;
    case 1:
      for (int32_t n = random.in(1, 40); n > 0; --n) file.push_back(hostile_byte(random));
      break;
    default:
      change_bytes(&file, random);
  }
  return file;
}

}  // namespace pc15::fuzz
