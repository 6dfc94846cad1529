# Shared by what counts the lines of the library that something runs. Source it after common.sh.
COVERAGE_BUILD=build/coverage
GCOVR=build/coverage-venv/bin/gcovr

# build_coverage TARGET...: builds with gcov's counters, all at zero. Without a target: everything.
build_coverage() {
  mkdir -p build
  if [ ! -x $GCOVR ]; then # Debian's 5.2 waits for ever when it meets a file it cannot read
    /usr/bin/python3 -m venv build/coverage-venv
    build/coverage-venv/bin/pip install -q "gcovr>=8,<9"
  fi
  cmake --preset coverage >build/coverage.log
  cmake --build $COVERAGE_BUILD -j "$JOBS" ${1:+--target "$@"} >>build/coverage.log 2>&1 || { tail -n 40 build/coverage.log; exit 1; }
  find $COVERAGE_BUILD -name '*.gcda' -delete
}

# coverage_table WHAT [OPTION]: what the counters say, layer by layer; scripts/lib/coverage_table.py knows the options. Branches
# that only an exception takes are the compiler's: the library throws none. Only the counters of the layers: what a test
# compiles of their headers is its own. Inner loops of the search run more than 10^10 times, which gcovr would take for a
# defect of gcov.
coverage_table() {
  $GCOVR --root . --gcov-suspicious-hits-threshold 0 --filter src/ --exclude src/cli/ --exclude src/backend/cuda/ --exclude-throw-branches -j "$JOBS" \
    --json-summary $COVERAGE_BUILD/summary.json --txt $COVERAGE_BUILD/lines.txt $COVERAGE_BUILD/src
  /usr/bin/python3 -B scripts/lib/coverage_table.py $COVERAGE_BUILD/summary.json "$@"
}
