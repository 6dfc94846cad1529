#!/usr/bin/env bash
# install_test.sh SOURCE BUILD WORK LIBDIR: installs BUILD, moves the prefix, and builds the consumer against
# it through find_package and through pkg-config, shared and static.
set -euo pipefail
source_dir=$1 build=$2 work=$3 libdir=$4

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/moved prefix" # relocatable, and a space does no harm
prefix="$work/moved prefix"
test -f "$prefix/include/pc15.h"
test -L "$prefix/$libdir/libpc15.so"

echo "-- find_package"
cmake -S "$source_dir/tests/install/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$prefix" >"$work/configure.log"
cmake --build "$work/consumer" >"$work/build.log"
ctest --test-dir "$work/consumer" --output-on-failure --no-tests=error
grep -q "pc15_DIR:PATH=$prefix" "$work/consumer/CMakeCache.txt"

echo "-- pkg-config"
unset PKG_CONFIG_LIBDIR
export PKG_CONFIG_PATH="$prefix/$libdir/pkgconfig"
test "$(pkg-config --modversion pc15)" = "$(sed -n 's/^#define PC15_VERSION_M[AI][JN]OR \|^#define PC15_VERSION_PATCH //p' "$prefix/include/pc15.h" | paste -sd.)"
eval "cc $source_dir/tests/install/consumer/consumer.c -o $work/by_pkg_config $(pkg-config --cflags --libs pc15)"
LD_LIBRARY_PATH="$prefix/$libdir" "$work/by_pkg_config"
eval "cc -DPC15_STATIC $source_dir/tests/install/consumer/consumer.c -o $work/by_pkg_config_static \
  $(pkg-config --cflags pc15) \"$prefix/$libdir/libpc15.a\" $(pkg-config --static --libs-only-l --libs-only-other pc15 | sed 's/-lpc15//')"
"$work/by_pkg_config_static"

echo "-- the example of README.md"
{ sed -n '/^```c$/,/^```$/p' "$source_dir/README.md" | sed '/^```/d'
  echo 'int main(void) { static uint8_t p[4096], f[65536]; size_t n = encode(p, 64, 64, f, sizeof f); return n == 0; }'
} >"$work/readme.c"
eval "cc -std=c99 -Wall -Wextra -Werror $work/readme.c -o $work/readme $(pkg-config --cflags --libs pc15)"
LD_LIBRARY_PATH="$prefix/$libdir" "$work/readme"

if [ -x "$prefix/bin/pc15" ]; then
  echo "-- the tool finds its library"
  env -u LD_LIBRARY_PATH "$prefix/bin/pc15" --version
  env -u LD_LIBRARY_PATH ldd "$prefix/bin/pc15" | grep -qF "$prefix"
fi
