#!/usr/bin/env bash
# decoder_only_test.sh SOURCE WORK: builds the library without its encoder, checks what it exports and that a
# program can use it.
set -euo pipefail
source_dir=$1 work=$2

# What it exports does not depend on the optimiser, which took most of the time.
cmake -S "$source_dir" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DPC15_ENABLE_ENCODER=OFF \
  -DPC15_ENABLE_CUDA=OFF -DPC15_BUILD_TOOL=OFF -DPC15_BUILD_TESTS=OFF -DPC15_KISSFFT_INCLUDE_DIR=NOTFOUND >/dev/null
cmake --build "$work" -j 2 --target pc15 >"$work/build.log" || { tail -n 40 "$work/build.log"; exit 1; }
python3 "$source_dir/tests/abi/check_symbols.py" --root "$source_dir" --library "$work/libpc15.so" --decoder-only
if nm -D --defined-only "$work/libpc15.so" | grep -q ' pc15_encode'; then
  echo "the decoder-only library exports encoder functions"
  exit 1
fi
cc -DPC15_CONSUMER_DECODER_ONLY -I "$source_dir/include" "$source_dir/tests/install/consumer/consumer.c" \
  -o "$work/consumer" -L "$work" -lpc15 -Wl,-rpath,"$work"
"$work/consumer"
