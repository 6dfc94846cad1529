// The text form of programs: every program comes back to the bit, every refusal names its place, and no text
// of any kind does harm.
#include <dirent.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "backend/param_codec.h"
#include "entropy/program_coder.h"
#include "support/cmocka_cpp.h"
#include "support/random_programs.h"
#include "text/decimal.h"
#include "text/file.h"
#include "text/words.h"

// fail_msg() of CMocka needs a macro that cmocka_cpp.h takes away.
#define TEST_FAILS(...) (print_error(__VA_ARGS__), _fail(__FILE__, __LINE__))

namespace {

using namespace pc15;
using namespace pc15::normative;

Span<const char> span_of(const std::string& s) { return {s.data(), s.size()}; }

// The records of a file: what has to come back byte for byte.
void records_of(const text::Document& d, Vector<uint8_t>* out) {
  if (d.programs.has_image_program) assert_true(entropy::encode_image_program(d.programs, out).ok());
  if (!d.header.has_tile_programs) return;
  for (int32_t group = 0; group < d.header.geometry.group_count(); ++group) {
    assert_true(entropy::encode_group(d.programs, group, out, Span<uint32_t>()).ok());
    out->push_back(0xFE);
  }
}

std::string text_of(const text::Document& d, Memory& memory) {
  Vector<char> out(memory);
  assert_true(text::print_document(d, text::LeftOut(), &out).ok());
  return std::string(out.data(), out.size());
}

void parse_good(const std::string& s, text::Document* d) {
  text::TextError error;
  if (text::parse_document(span_of(s), format::Limits(), d, &error).ok()) return;
  TEST_FAILS("%d:%d: %s in\n%s", error.place.line, error.place.column, error.message,
             s.substr(0, 4000).c_str());
}

bool same_header(const format::StreamHeader& a, const format::StreamHeader& b) {
  const Geometry &g = a.geometry, &h = b.geometry;
  return g.width == h.width && g.height == h.height && g.tile == h.tile && g.overlap == h.overlap &&
         g.cell == h.cell && a.alpha == b.alpha && g.group_rows == h.group_rows && a.color == b.color &&
         a.seed == b.seed && a.content_id == b.content_id && a.has_image_program == b.has_image_program &&
         a.has_tile_programs == b.has_tile_programs;
}

void random_programs_come_back(void**) {
  Memory memory;
  test::ProgramMaker make(15);
  int32_t copies = 0, deltas = 0, atoms = 0, masks = 0;
  for (int32_t round = 0; round < 120; ++round) {
    text::Document made(memory), back(memory);
    const int32_t tile = make.in(32, 300), color = round % 3;
    made.header.color = static_cast<format::Color>(color);
    // One after the other: compilers evaluate arguments in orders of their own.
    const int32_t overlap = make.in(0, tile / 2), height = make.in(1, 900), width = make.in(1, 900);
    make.fill(width, height, tile, overlap, color == 0 ? 1 : 3, &made.programs);
    made.header.geometry = made.programs.geometry;
    made.header.seed = made.programs.seed = round == 0 ? INT64_MIN : made.programs.seed;
    made.header.has_image_program = made.programs.has_image_program;
    made.header.has_tile_programs = true;
    made.header.alpha = round % 5 == 0;
    made.header.content_id = round % 2 == 0 ? 0xBADC0DE5u : 0;
    for (AtomShape& s : made.shapes) {
      s = AtomShape{static_cast<uint8_t>(make.in(0, 2)), static_cast<uint8_t>(make.in(0, kMaxAtomSigma)),
                    static_cast<uint8_t>(make.in(0, kMaxAtomSigma)),
                    static_cast<uint8_t>(make.in(kMinAtomWave, kMaxAtomWave))};
    }
    if (round % 4 == 0) made.programs.atom_shapes = made.shapes;
    const std::string first = text_of(made, memory);
    parse_good(first, &back);
    assert_int_equal(back.programs.atom_shapes != nullptr, round % 4 == 0);
    if (round % 4 == 0) assert_memory_equal(made.shapes, back.shapes, sizeof(made.shapes));
    Vector<uint8_t> one(memory), two(memory);
    records_of(made, &one);
    records_of(back, &two);
    assert_true(one == two);
    assert_true(same_header(made.header, back.header));
    assert_string_equal(first.c_str(), text_of(back, memory).c_str());
    copies += first.find("layer copy left") != std::string::npos ? 1 : 0;
    deltas += first.find("copy up 0(") != std::string::npos ? 1 : 0;
    atoms += first.find("atom(") != std::string::npos ? 1 : 0;
    masks += first.find(" mask kernel(") != std::string::npos ? 1 : 0;
  }
  assert_true(copies > 10 && deltas > 2 && atoms > 10 && masks > 10);
}

// Every index of the ends and many between, of every parameter and class, has a decimal that comes back.
void every_parameter_comes_back(void**) {
  Memory memory;
  test::ProgramMaker make(3);
  for (int32_t round = 0; round < 60; ++round) {
    for (int32_t i = 0; i < catalogue_size(); ++i) {
      const PresetSpec& spec = *catalogue_entry(i);
      text::Document made(memory), back(memory);
      made.header.geometry.width = made.header.geometry.height = make.in(1, 2000);
      made.programs.geometry = made.header.geometry;
      made.programs.has_image_program = made.header.has_image_program = true;
      Program& p = made.programs.image_program;
      p.layer_count = 1;
      assert_true(backend::make_layer(spec.preset, &p.layers[0]).ok());
      p.layers[0].precision = static_cast<uint8_t>(round % 8);
      for (int32_t k = 0; k < spec.param_count; ++k) {
        const ParamSpec& s = spec.params[k];
        p.layers[0].params[k] = round < 8 ? s.lo : round < 16 ? s.hi : make.in(s.lo, s.hi);
      }
      snap_layer(&p.layers[0], slot_frame(made.header.geometry, kImageSlot).extent);
      const std::string printed = text_of(made, memory);
      assert_true(printed.find('#') == std::string::npos);  // no raw index was needed
      parse_good(printed, &back);
      assert_memory_equal(p.layers[0].params, back.programs.image_program.layers[0].params,
                          sizeof(p.layers[0].params));
    }
  }
}

std::string picture(const std::string& rest) { return "picture 512x512 ycc444\n" + rest; }

void check_same(const std::string& a, const std::string& b) {
  Memory memory;
  text::Document one(memory), two(memory);
  parse_good(a, &one);
  parse_good(b, &two);
  Vector<uint8_t> x(memory), y(memory);
  records_of(one, &x);
  records_of(two, &y);
  if (!(x == y)) TEST_FAILS("differ:\n%s\n%s", text_of(one, memory).c_str(), text_of(two, memory).c_str());
}

void what_people_write(void**) {
  const std::string full = picture("image { field 128 layer stripes(period=32px, angle=90deg) add 64 }");
  check_same(full, picture("image{layer stripes(period=32,angle=0.25turn)}"));
  check_same(full, picture("let s = stripes(period=32) image { layer s(angle=90) } // a comment"));
  check_same(full, picture("let s = stripes\nlet t = s(period=32)\nimage { layer t(angle=450) add 64 }"));
  check_same(full, picture("image { layer stripes(period=#32768, angle=#65536) }"));
  check_same(picture("image { field #ff8000 }"), picture("image { field (151.5, 42.5, 202) }"));
  check_same(picture("image { field #808080 }"), picture("image { field 128 }"));
  check_same(picture("image { layer dots over #808080 }"), picture("image { layer dots over (0, 0, 0) }"));
  // A mask of a definition puts it below, without contrast; a layer that is there already is taken.
  const std::string masked = picture("image { layer perlin add 0 layer rings add 50 mask kernel }");
  check_same(masked, picture("let hill = perlin image { layer rings add 50 mask kernel of hill }"));
  check_same(masked, picture("image { layer n = perlin add 0 layer rings add 50 mask kernel of n }"));
  check_same(masked, picture("let r = rings add 50 mask kernel of hill let hill = perlin image { layer r }"));
  // Tiles by column and row, programs by name, ranges.
  const std::string tiles = "grid 128 overlap 0\n";
  check_same(picture(tiles + "tile 5 {field 20} tiles 6..7 left"),
             picture(tiles + "program p {field 20} tile 1,1 p tile 6 left tile 7 left"));
  check_same(picture(tiles + "tiles 4..5 {layer dots} tile 6 flat #808080"),
             picture(tiles + "tile 4 {layer dots} tile 5 {layer dots} tile 6 flat 128"));
  check_same(
      picture(tiles + "image {layer a = rings add 9 layer b = dots add 3} tile 0 {layer copy image b add 7}"),
      picture(tiles + "image {layer rings add 9 layer dots add 3} tile 0 {layer copy image 1 add 7}"));
}

struct Refusal {
  const char* text;
  int32_t line, column;
  Code code;
  const char* message;  // a part of it
};
constexpr Refusal kRefusals[] = {
    {"", 1, 1, Code::kInvalidArgument, "picture WIDTHxHEIGHT"},
    {"pictur 5x5", 1, 1, Code::kInvalidArgument, "unexpected 'pictur'"},
    {"picture 512x0", 1, 12, Code::kOutOfRange, "allowed 1...65535"},
    {"picture 70000x5", 1, 9, Code::kOutOfRange, "the width is 70000: allowed 1...65535"},
    {"picture 65535x65535", 1, 9, Code::kLimit, "536870912 pixels"},
    {"picture 5x5\nseed 1\nseed 2", 3, 1, Code::kInvalidArgument, "a second seed"},
    {"picture 5x5\nseed 99999999999999999999", 2, 6, Code::kOutOfRange, "64 bits"},
    {"picture 5x5 gray ycc420", 1, 18, Code::kInvalidArgument, "a second kind of colour"},
    {"picture 5x5\ngrid 31", 2, 6, Code::kOutOfRange, "allowed 32...1024"},
    {"picture 5x5\ngrid 64 overlap 33", 2, 17, Code::kOutOfRange, "allowed 0...32"},
    {"picture 5x5\ncell 100", 2, 6, Code::kOutOfRange, "128, 256 and 512"},
    {"picture 5x5\nid #xyz", 2, 4, Code::kInvalidArgument, "hexadecimal"},
    {"picture 5x5\nshapes { gabr 1 1 4", 2, 10, Code::kNotFound, "did you mean 'gabor'?"},
    {"picture 5x5\nshapes { gabor 1 1 4 }", 2, 22, Code::kInvalidArgument, "allowed 64 shapes"},
    {"picture 5x5\nshapes { edge 1 0.5 4 }", 2, 17, Code::kOutOfRange, "allowed 1...128 px"},
    {"picture 5x5\nimge {}", 2, 1, Code::kNotFound, "did you mean 'image'?"},
    {"picture 5x5\nimage {}\nseed 4", 3, 1, Code::kInvalidArgument, "settings stand before"},
    {"picture 5x5\nimage {}\nimage {}", 3, 1, Code::kInvalidArgument, "a second image-wide program"},
    {"picture 5x5\nimage { layer strpes }", 2, 15, Code::kNotFound,
     "'strpes' is no generator or definition; did you mean 'stripes'?"},
    {"picture 5x5\nimage { laier dots }", 2, 9, Code::kNotFound, "did you mean 'layer'?"},
    {"picture 5x5\nimage { layer dots(radus=3) }", 2, 20, Code::kNotFound,
     "'radus' is no parameter of dots; did you mean 'radius'?"},
    {"picture 5x5\nimage { layer dots(radius=300px) }", 2, 27, Code::kOutOfRange,
     "radius is 300: allowed 0...255.969 px"},
    {"picture 5x5\nimage { layer dots(radius=nan) }", 2, 27, Code::kOutOfRange,
     "radius is not a finite number"},
    {"picture 5x5\nimage { layer dots(radius=1e999) }", 2, 27, Code::kOutOfRange,
     "radius is not a finite number"},
    {"picture 5x5\nimage { layer dots(radius=3deg) }", 2, 28, Code::kInvalidArgument,
     "unit 'deg': allowed px"},
    {"picture 5x5\nimage { layer dots(radius=3cm) }", 2, 28, Code::kInvalidArgument, "unit 'cm': allowed px"},
    {"picture 5x5\nimage { layer dots(radius=3, radius=4) }", 2, 30, Code::kInvalidArgument,
     "a second 'radius'"},
    {"picture 5x5\nimage { layer dots(radius=#9999) }", 2, 27, Code::kOutOfRange,
     "index 9999: allowed 0...8191"},
    {"picture 5x5\nimage { layer dots(radius=#3) precision 2 }", 2, 27, Code::kOutOfRange, "multiples of 4"},
    {"picture 5x5\nimage { layer dots(radius=3 }", 2, 29, Code::kInvalidArgument, "')' is missing"},
    {"picture 5x5\nimage { layer dots(radius 3) }", 2, 27, Code::kInvalidArgument, "'=' is missing"},
    {"picture 5x5\nimage {\n layer dots\n", 4, 1, Code::kInvalidArgument, "the '{' of line 2 has no '}'"},
    {"picture 5x5\nimage layer dots", 2, 7, Code::kNotFound, "'layer' is no program"},
    {"picture 5x5\nimage { layer stripes(profile=pulze) }", 2, 31, Code::kNotFound, "did you mean 'pulse'?"},
    {"picture 5x5\nimage { layer dots warp twirl }", 2, 25, Code::kNotFound,
     "'twirl' is no warp; did you mean 'twist'?"},
    {"picture 5x5\nimage { layer dots warp sine warp quad }", 2, 30, Code::kInvalidArgument,
     "a second 'warp'"},
    {"picture 5x5\nimage { layer dots precision 8 }", 2, 30, Code::kOutOfRange, "allowed 0...7"},
    {"picture 5x5\nimage { layer dots seed 8 }", 2, 20, Code::kInvalidArgument, "does not depend on a seed"},
    {"picture 5x5\nimage { layer perlin nudge 16 }", 2, 28, Code::kOutOfRange, "allowed 0...15"},
    {"picture 5x5\nimage { layer dots profile(1) }", 2, 27, Code::kInvalidArgument, "only a ridge"},
    {"picture 5x5\nimage { layer ridge profile(1, 0) }", 2, 32, Code::kOutOfRange, "is not 0"},
    {"picture 5x5\nimage { layer dots add 256 }", 2, 24, Code::kOutOfRange, "allowed -255.5...255.5"},
    {"picture 5x5\nimage { layer dots add (1, 2, 3) }", 2, 24, Code::kInvalidArgument, "grey picture"},
    {"picture 5x5\nimage { layer dots over #102030 }", 2, 25, Code::kInvalidArgument, "grey picture"},
    {"picture 5x5 ycc444\nimage { layer dots add #102030 }", 2, 24, Code::kInvalidArgument,
     "belongs to over"},
    {"picture 5x5\nimage { field #12345 }", 2, 15, Code::kInvalidArgument, "six hexadecimal digits"},
    {"picture 5x5\nimage { field 256 }", 2, 15, Code::kOutOfRange, "allowed 0...255"},
    {"picture 5x5\nimage { field 6 z=3 }", 2, 17, Code::kNotFound, "term of a field"},
    {"picture 5x5\nimage { field 6 field 7 }", 2, 17, Code::kInvalidArgument, "a second field"},
    {"picture 5x5\nimage { layer dots layer dots layer dots layer dots }", 2, 48, Code::kOutOfRange,
     "too many layers: at most 3"},
    {"picture 5x5\nimage { layer dots mask kernel }", 2, 25, Code::kInvalidArgument, "there is none"},
    {"picture 5x5\nimage { layer dots mask strip of dots }", 2, 34, Code::kInvalidArgument, "reads no layer"},
    {"picture 5x5\nimage { layer copy left 0 }", 2, 15, Code::kInvalidArgument, "only layers of tiles"},
    {"picture 5x5\ntile 0 { layer copy left 0 }", 2, 26, Code::kOutOfRange, "no layer 0 to copy from 'left'"},
    {"picture 5x5\nimage {layer dots}\ntile 0 { layer copy image 0 precision 1 }", 3, 29,
     Code::kInvalidArgument, "keeps its source's precision"},
    {"picture 5x5\ntile 1 skip", 2, 6, Code::kOutOfRange, "tile 1: allowed 0...0"},
    {"picture 5x5\ntile 0 left", 2, 8, Code::kOutOfRange, "nothing is left of it"},
    {"picture 5x5\ntile 0 up", 2, 8, Code::kOutOfRange, "nothing is above it"},
    {"picture 5x5\ntile 0 skip\ntile 0 skip", 3, 6, Code::kInvalidArgument, "tile 0 after tile 0"},
    {"picture 5x5\ntile 0 flet", 2, 8, Code::kNotFound, "did you mean 'flat'?"},
    {"picture 5x5\ntile 0 skip\nimage {}", 3, 1, Code::kInvalidArgument, "before the tiles"},
    {"picture 5x5\nlet a = dots\nlet a = dots", 3, 5, Code::kInvalidArgument, "already defined in line 2"},
    {"picture 5x5\nlet dots = rings", 2, 5, Code::kInvalidArgument, "word of the language"},
    {"picture 5x5\nlet a = b\nlet b = a", 3, 9, Code::kInvalidArgument, "cyclic"},
    {"picture 5x5\nlet a = dots mask kernel of b\nlet b = dots mask kernel of a\nimage { layer a }", 3, 29,
     Code::kInvalidArgument, "masked by itself: cyclic"},
    {"picture 5x5\nlet a = dots mask kernel of a\nimage { layer a }", 2, 29, Code::kInvalidArgument,
     "masked by itself: cyclic"},
    {"picture 5x5\nlet a = dots mask kernel of b\nlet b = dots mask kernel of c\nlet c = dots mask kernel of "
     "d\nlet d = dots\nimage { layer a }",
     4, 29, Code::kLimit, "more than 3 layers deep"},
    {"picture 5x5\nlet a=b let b=c let c=d let d=e let e=f let f=g let g=h let h=i let i=j let j=k let "
     "k=dots",
     2, 71, Code::kLimit, "more than 8 deep"},
    {"picture 5x5\nimage { layer a = dots layer rings layer perlin mask kernel of a }", 2, 64,
     Code::kInvalidArgument, "just below"},
    {"picture 5x5\nimage { layer a = dots layer a = dots }", 2, 30, Code::kInvalidArgument,
     "a second layer 'a'"},
    {"picture 5x5\nimage { atom(x=4) }", 2, 16, Code::kOutOfRange, "allowed -2...2 px"},
    {"picture 5x5\nimage { atom(shap=4) }", 2, 14, Code::kNotFound, "did you mean 'shape'?"},
    {"picture 5x5\nimage { atom(level=0.5) }", 2, 20, Code::kOutOfRange, "1...128"},
    {"picture 5x5\nimage { @ }", 2, 9, Code::kInvalidArgument, "unexpected '@'"},
    {"picture 5x5\n\timage \xC3\xA9", 2, 8, Code::kInvalidArgument, "unexpected byte 195"},
};

void refusals_name_their_place(void**) {
  Memory memory;
  for (const Refusal& r : kRefusals) {
    text::Document d(memory);
    text::TextError error;
    const Status status = text::parse_document(span_of(r.text), format::Limits(), &d, &error);
    if (status.ok()) TEST_FAILS("accepted:\n%s", r.text);
    const bool as_told = error.place.line == r.line && error.place.column == r.column &&
                         status.code() == r.code && std::strstr(error.message, r.message) != nullptr;
    if (!as_told) {
      TEST_FAILS("%d:%d: %s (%d), expected %d:%d: %s (%d) for\n%s", error.place.line, error.place.column,
                 error.message, status.value(), r.line, r.column, r.message, static_cast<int>(r.code),
                 r.text);
    }
  }
}

void sizes_are_held_before_memory_is_taken(void**) {
  Memory memory(AllocatorFunctions(), uint64_t{8} << 20);
  text::TextError error;
  {
    text::Document d(memory);
    format::Limits limits;
    limits.max_memory_bytes = 1 << 20;
    const std::string s = "picture 20000x20000 grid 32 overlap 16 tile 0 skip";
    assert_int_equal(text::parse_document(span_of(s), limits, &d, &error).value(),
                     static_cast<int32_t>(Code::kLimit));
    assert_true(memory.peak() < 100000);
  }
  const std::string s(text::kMaxTextBytes + 1, ' ');
  text::Document d(memory);
  assert_int_equal(text::parse_document(span_of(s), format::Limits(), &d, &error).value(),
                   static_cast<int32_t>(Code::kLimit));
}

void decimals(void**) {
  char out[text::kDecimalBytes];
  double v = 0;
  const struct {
    const char* text;
    double value;
  } good[] = {{"0", 0},
              {"-0.5", -0.5},
              {"+3", 3},
              {"1e3", 1000},
              {"25E-2", 0.25},
              {".5", 0.5},
              {"7.", 7},
              {"0e99999999999999999999", 0},
              {"123456789012345678901234567890", 123456789012345678901234567890.0}};
  for (const auto& g : good) {
    const bool huge = std::strstr(g.text, "e999") != nullptr;
    const text::DecimalResult r = text::read_decimal(Span<const char>(g.text, std::strlen(g.text)), &v);
    assert_true(huge || r == text::DecimalResult::kGood);
    if (!huge)
      assert_true(v >= g.value - 1e-12 * (g.value < 0 ? -g.value : g.value) &&
                  v <= g.value * (g.value < 0 ? 1 : 1 + 1e-12));
  }
  assert_true(text::read_decimal({"1e400", 5}, &v) == text::DecimalResult::kNotFinite);
  assert_true(text::read_decimal({"-", 1}, &v) == text::DecimalResult::kMalformed);
  text::write_decimal(-12500, 4, out);
  assert_string_equal(out, "-1.25");
  text::write_decimal(-5, 1, out);
  assert_string_equal(out, "-0.5");
  int64_t i = 0;
  assert_true(text::read_integer({"-9223372036854775808", 20}, &i) && i == INT64_MIN);
  assert_false(text::read_integer({"9223372036854775808", 19}, &i));
  assert_int_equal(text::word_distance({"kitten", 6}, "sitting"), 3);
}

// Bytes changed, cut, doubled and moved: a status, never harm; what is accepted can be written.
void mutated_texts_do_no_harm(void**) {
  Memory memory;
  test::ProgramMaker make(11);
  std::vector<std::string> seeds;
  for (const Refusal& r : kRefusals) seeds.emplace_back(r.text);
  for (int32_t i = 0; i < 12; ++i) {
    text::Document d(memory);
    d.header.color = static_cast<format::Color>(i % 3);
    make.fill(make.in(1, 300), make.in(1, 300), 96, 16, i % 3 == 0 ? 1 : 3, &d.programs);
    d.header.geometry = d.programs.geometry;
    d.header.has_image_program = d.programs.has_image_program;
    d.header.has_tile_programs = true;
    seeds.push_back(text_of(d, memory));
  }
  const std::string signs = "{}()=,.#-0123456789 \n;exab\x80";
  int32_t accepted = 0;
  for (int32_t round = 0; round < 6000; ++round) {
    std::string s = seeds[static_cast<size_t>(make.in(0, static_cast<int32_t>(seeds.size()) - 1))];
    for (int32_t changes = make.in(1, 3); changes > 0 && !s.empty(); --changes) {
      const size_t at = static_cast<size_t>(make.in(0, static_cast<int32_t>(s.size()) - 1));
      const size_t run = std::min(static_cast<size_t>(make.in(1, 30)), s.size() - at);
      const char c = signs[static_cast<size_t>(make.in(0, static_cast<int32_t>(signs.size()) - 1))];
      switch (make.in(0, 4)) {
        case 0:
          s[at] = c;
          break;
        case 1:
          s.erase(at, run);
          break;
        case 2:
          s.insert(at, 1, c);
          break;
        case 3:
          s.insert(static_cast<size_t>(make.in(0, static_cast<int32_t>(s.size()))), s.substr(at, run));
          break;
        default:
          s.resize(at);
      }
    }
    text::Document d(memory);
    text::TextError error;
    format::Limits limits;
    limits.max_memory_bytes = 16 << 20;
    if (!text::parse_document(span_of(s), limits, &d, &error).ok()) {
      assert_true(error.message[0] != '\0' && error.place.line > 0 && error.place.column > 0);
      continue;
    }
    ++accepted;
    Vector<uint8_t> file(memory);
    const Status written = text::write_document(d, &file);
    if (!written.ok())
      TEST_FAILS("accepted but not written (%d):\n%s", written.value(), s.substr(0, 3000).c_str());
  }
  assert_true(accepted > 100);
}

void read_whole(const std::string& path, Vector<uint8_t>* bytes) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  assert_non_null(f);
  uint8_t block[4096];
  for (size_t n = 0; (n = std::fread(block, 1, sizeof(block), f)) > 0;)
    bytes->insert(bytes->end(), block, block + n);
  std::fclose(f);
}

// Disassembled and assembled: the same programs; *whole: the same bytes, *pure: a file without residual and
// sections. What the encoder wrote pure comes back whole; others may spend more on a symbol than they must.
bool file_comes_back(const Vector<uint8_t>& bytes, Memory& memory, bool* pure, bool* whole) {
  format::ContainerReader reader(memory), again(memory);
  if (!reader.open(ByteSpan(bytes.data(), bytes.size()), format::Limits(), true).ok()) return false;
  text::Document one(memory), two(memory), three(memory);
  text::LeftOut left, nothing;
  if (!text::read_document(reader, &one, &left).ok()) return false;
  parse_good(text_of(one, memory), &two);
  Vector<uint8_t> x(memory), y(memory), file(memory);
  records_of(one, &x);
  records_of(two, &y);
  assert_true(x == y && same_header(one.header, two.header));
  assert_int_equal(one.programs.atom_shapes != nullptr, two.programs.atom_shapes != nullptr);
  assert_memory_equal(one.shapes, two.shapes, sizeof(one.shapes));
  assert_true(text::write_document(two, &file).ok());
  assert_true(again.open(ByteSpan(file.data(), file.size()), format::Limits(), true).ok());
  assert_true(text::read_document(again, &three, &nothing).ok());
  assert_string_equal(text_of(two, memory).c_str(), text_of(three, memory).c_str());
  *pure = left.residual_step16 == 0 && left.sections == 0;
  *whole = file == bytes;
  assert_true(*pure || !*whole);
  return true;
}

void vectors_come_back(void**) {
  Memory memory;
  int32_t read = 0, whole_files = 0;
  for (const char* folder : {"vectors", "random", "models"}) {
    const std::string path = std::string(PC15_TEST_SOURCE_DIR "/tests/conformance/") + folder;
    DIR* list = opendir(path.c_str());
    if (list == nullptr) continue;
    for (const dirent* entry = readdir(list); entry != nullptr; entry = readdir(list)) {
      const std::string name = entry->d_name;
      if (name.size() < 5 || name.substr(name.size() - 5) != ".pc15") continue;
      Vector<uint8_t> bytes(memory);
      read_whole(path + "/" + name, &bytes);
      bool pure = false, whole = false;
      read += file_comes_back(bytes, memory, &pure, &whole) ? 1 : 0;
      whole_files += whole ? 1 : 0;
      if (std::strcmp(folder, "vectors") == 0) assert_true(whole || !pure);
    }
    closedir(list);
  }
  assert_true(read > 40 && whole_files > 5);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(random_programs_come_back),
      cmocka_unit_test(every_parameter_comes_back),
      cmocka_unit_test(what_people_write),
      cmocka_unit_test(refusals_name_their_place),
      cmocka_unit_test(decimals),
      cmocka_unit_test(sizes_are_held_before_memory_is_taken),
      cmocka_unit_test(mutated_texts_do_no_harm),
      cmocka_unit_test(vectors_come_back),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
