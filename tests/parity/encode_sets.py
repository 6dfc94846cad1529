#!/usr/bin/env python3
"""Encodes a picture with every instruction set and demands the same bytes: a file must not depend on the processor.

    tests/parity/encode_sets.py build/release/bin/pc15 samples/parrots.png
"""
import os
import pathlib
import subprocess
import sys
import tempfile

SETTINGS = [["--effort", "1"], ["--effort", "2", "--quality", "30"], ["--effort", "4"], ["--quality", "85"],
            ["--effort", "7", "--quality", "20", "--no-procedural"], ["--effort", "3", "--chroma", "444", "--tune", "look"]]


def coded(tool, picture, arguments, instruction_set, out):
    environment = dict(os.environ, PC15_CPU=instruction_set)
    subprocess.run([tool, "encode", *arguments, picture, out], check=True, env=environment, capture_output=True)
    return out.read_bytes()


def main(tool, picture):
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="pc15-sets-") as folder:
        out = pathlib.Path(folder) / "out.pc15"
        for arguments in SETTINGS:
            scalar, vector = (coded(tool, picture, arguments, name, out) for name in ("scalar", "avx2"))
            if scalar != vector:
                print(f"{' '.join(arguments)}: {len(scalar)} bytes without vectors, {len(vector)} others with them")
                wrong += 1
    print(f"{len(SETTINGS) - wrong} of {len(SETTINGS)} alike")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
