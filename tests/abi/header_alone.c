/* The public header must stand alone, be includable twice and bring what it needs. */
#include <pc15.h>
/* clang-format off: it would drop the second one */
#include <pc15.h>
/* clang-format on */

#if !defined(PC15_VERSION_MAJOR) || !defined(PC15_VERSION_MINOR) || !defined(PC15_VERSION_PATCH) || \
    !defined(PC15_ABI_MAJOR)
#error "pc15.h does not define its version"
#endif

static pc15_status first_status(void) { return PC15_OK; }

int main(void) { return first_status() == PC15_OK ? 0 : 1; }
