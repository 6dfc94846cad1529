"""Holds the second decoder against the kept vectors: status, samples as Y and as RGBA.

    check_vectors.py FOLDER

Exit status: 0 all agree, 1 a difference, 77 numpy is missing.
"""

import argparse
import os
import sys
import zlib

try:
    import numpy  # noqa: F401
except ImportError:
    print("skipped: the second decoder needs numpy (Debian: python3-numpy)")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from container_model import (CORRUPT, CRC, LIMIT, NOT_PC15, TRAILING, TRUNCATED, UNSUPPORTED, VERSION,  # noqa: E402
                             Refused)
from decode import decode, samples  # noqa: E402

NAMES = {NOT_PC15: "NOT_PC15", VERSION: "VERSION", UNSUPPORTED: "UNSUPPORTED", TRUNCATED: "TRUNCATED", CRC: "CRC",
         CORRUPT: "CORRUPT", TRAILING: "TRAILING", LIMIT: "LIMIT"}


def answer(data):
    """(status name, CRC of Y, CRC of RGBA)."""
    try:
        h, planes = decode(data)
    except Refused as error:
        return "PC15_ERROR_" + NAMES[error.status], "-", "-"
    return ("PC15_OK",) + tuple("%08x" % zlib.crc32(samples(h, planes, form)) for form in ("y", "rgba"))


def check(folder, row):
    """What is wrong with one line of the table, or None."""
    name, status, file_crc, y, rgba = row
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read()
    if "%08x" % zlib.crc32(data) != file_crc:
        return "the file is not the one of the table"
    found = answer(data)
    expected = (status, y, rgba)
    return None if found == expected else "found %s %s %s, expected %s %s %s" % (found + expected)


def main():
    parser = argparse.ArgumentParser(description="Check the second decoder against the kept vectors.")
    parser.add_argument("folder")
    options = parser.parse_args()
    with open(os.path.join(options.folder, "vectors.tsv"), encoding="utf-8") as file:
        rows = [line.split("\t") for line in file.read().splitlines() if line]
    bad = 0
    for row in rows:
        wrong = check(options.folder, row)
        if wrong:
            print("%s: %s" % (row[0], wrong))
            bad += 1
    print("%d vectors checked, %d differ" % (len(rows), bad))
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
