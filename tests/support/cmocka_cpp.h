// CMocka for tests in C++: its header has no linkage of its own, and its macros must come after ours.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}
#undef skip
#undef fail
