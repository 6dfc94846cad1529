#!/usr/bin/env python3
"""Writes a starting corpus for the fuzzers: make_corpus.py FOLDER [FUZZ_PC15]

All conformance vectors of at most 64 KiB, and, with the path of
fuzz_pc15, its starting files. Names are hashes, so that a corpus can be grown and merged.
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/conformance/second_decoder"), str(ROOT / "tests/conformance")]

from check_vectors import files  # noqa: E402


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    corpus = [data for folder in ("vectors", "random", "models", "spec") for data in files(ROOT / "tests/conformance" / folder)]
    with tempfile.TemporaryDirectory() as made:
        if len(sys.argv) == 3:
            subprocess.run([os.path.abspath(sys.argv[2]), "--write", made], check=True)
        corpus += [path.read_bytes() for path in sorted(pathlib.Path(made).iterdir())]
    for data in corpus:
        if len(data) <= 65536:
            (target / hashlib.sha256(data).hexdigest()[:24]).write_bytes(data)
    print("%d files in %s" % (len(list(target.iterdir())), target))


if __name__ == "__main__":
    main()
