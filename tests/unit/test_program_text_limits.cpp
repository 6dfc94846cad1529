// What a text may hold at most: the last that is allowed is taken, one more is refused where it stands.
#include <cstring>
#include <string>

#include "support/cmocka_cpp.h"
#include "text/file.h"

namespace {

using namespace pc15;

Status parse(const std::string& s, text::TextError* error) {
  Memory memory;
  text::Document document(memory);
  return text::parse_document({s.data(), s.size()}, format::Limits(), &document, error);
}

void taken(const std::string& s) {
  text::TextError error;
  const Status status = parse(s, &error);
  if (!status.ok()) print_error("%d:%d: %s\n", error.place.line, error.place.column, error.message);
  assert_true(status.ok());
}

void refused(const std::string& s, Code code, int32_t line, const char* message) {
  text::TextError error;
  const Status status = parse(s, &error);
  if (!status.ok()) print_message("%d: %s\n", error.place.line, error.message);
  assert_int_equal(static_cast<int32_t>(status.code()), static_cast<int32_t>(code));
  assert_int_equal(error.place.line, line);
  assert_non_null(std::strstr(error.message, message));
}

std::string repeated(const std::string& what, int32_t times) {
  std::string all;
  for (int32_t i = 0; i < times; ++i) all += what;
  return all;
}

void definitions(void**) {
  std::string s = "picture 5x5";
  for (int32_t i = 0; i < 200; ++i) s += "\nlet a" + std::to_string(i) + " = dots";
  taken(s);
  refused(s + "\nlet last = dots", Code::kLimit, 202, "more than 200 definitions");
}

void atoms(void**) {
  const std::string s = "picture 50x50\nimage {\n" + repeated("atom(x=1, level=4)\n", 128);
  taken(s + "}");
  refused(s + "atom(x=2) }", Code::kOutOfRange, 131, "too many atoms: at most 128");
  refused("picture 50x50\nimage { atom(x=1, x=1) }", Code::kInvalidArgument, 2, "a second 'x'");
  refused("picture 50x50\nimage { atom(3) }", Code::kInvalidArgument, 2,
          "x, y, shape, angle, phase and level");
}

void profiles(void**) {
  const std::string s = "picture 5x5\nimage { layer ridge profile(" + repeated("0.5, ", 31);
  taken(s + "0.5) }");
  refused(s + "0.5, 0.5) }", Code::kOutOfRange, 2, "at most 32 coefficients");
}

void programs_that_do_not_end(void**) {
  refused("picture 5x5\nprogram p {\nlayer dots {\n}", Code::kInvalidArgument, 4,
          "the '{' of line 2 has no '}'");
}

// An angle is told in degrees or turns; a length in neither.
void units(void**) {
  for (const char* angle : {"90deg", "0.25turn", "90", "-270"}) {
    taken("picture 5x5\nimage { layer stripes(angle=" + std::string(angle) + ") }");
  }
  refused("picture 5x5\nimage { layer stripes(period=1turn) }", Code::kInvalidArgument, 2,
          "unit 'turn': allowed px");
  refused("picture 5x5\nimage { layer stripes(angle=3px) }", Code::kInvalidArgument, 2, "unit 'px'");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(definitions), cmocka_unit_test(atoms),
      cmocka_unit_test(profiles),    cmocka_unit_test(programs_that_do_not_end),
      cmocka_unit_test(units),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
