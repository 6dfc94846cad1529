#!/usr/bin/env python3
"""Encodes a picture with every instruction set and demands the same bytes: a file must not depend on the processor.

    tests/parity/encode_sets.py build/release/bin/pc15 samples/parrots.png
"""
import os
import pathlib
import subprocess
import sys
import tempfile

VECTOR_SETS = ("neon", "avx2", "avx512")
SETTINGS = [["--effort", "1"], ["--effort", "2", "--quality", "30"], ["--effort", "4"], ["--quality", "85"],
            ["--effort", "7", "--quality", "20", "--no-procedural"], ["--effort", "3", "--chroma", "444", "--tune", "look"]]


def runs(tool, instruction_set):
    """Whether the tool uses the set when it is asked for: the processor may lack it."""
    environment = dict(os.environ, PC15_CPU=instruction_set)
    version = subprocess.run([tool, "--version"], check=True, env=environment, capture_output=True, text=True)
    return f"({instruction_set})" in version.stdout


def coded(tool, picture, arguments, instruction_set, out):
    environment = dict(os.environ, PC15_CPU=instruction_set)
    subprocess.run([tool, "encode", *arguments, picture, out], check=True, env=environment, capture_output=True)
    return out.read_bytes()


def main(tool, picture):
    sets = [name for name in VECTOR_SETS if runs(tool, name)]
    for name in VECTOR_SETS:
        if name not in sets:
            print(f"skipped: this processor has no {name}")
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="pc15-sets-") as folder:
        out = pathlib.Path(folder) / "out.pc15"
        for arguments in SETTINGS:
            scalar = coded(tool, picture, arguments, "scalar", out)
            for name in sets:
                vector = coded(tool, picture, arguments, name, out)
                if scalar != vector:
                    print(f"{' '.join(arguments)}: {len(scalar)} bytes without vectors, {len(vector)} others with {name}")
                    wrong += 1
    print(f"{len(SETTINGS) * len(sets) - wrong} of {len(SETTINGS) * len(sets)} alike")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
