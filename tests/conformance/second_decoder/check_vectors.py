"""Holds the second decoder against the kept vectors: status, samples as Y and as RGBA.

    check_vectors.py FOLDER

Exit status: 0 all agree, 1 a difference, 77 numpy is missing.
"""

import argparse
import gzip
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


def files(folder):
    """The bytes of every vector in the order of the table, of a folder with a file for each vector or with all of them in vectors.pack.gz."""
    path = os.path.join(folder, "vectors.pack.gz")
    if os.path.exists(path):
        with gzip.open(path) as pack:
            while len(size := pack.read(4)) == 4:
                yield pack.read(int.from_bytes(size, "little"))
        return
    for row in table(folder):
        with open(os.path.join(folder, row[0]), "rb") as file:
            yield file.read()


def table(folder):
    with open(os.path.join(folder, "vectors.tsv"), encoding="utf-8") as file:
        return [line.split("\t") for line in file.read().splitlines() if line]


def check(row, data):
    """What is wrong with one line of the table, or None."""
    _, status, file_crc, y, rgba = row
    if "%08x" % zlib.crc32(data) != file_crc:
        return "the file is not the one of the table"
    found = answer(data)
    expected = (status, y, rgba)
    return None if found == expected else "found %s %s %s, expected %s %s %s" % (found + expected)


def main():
    parser = argparse.ArgumentParser(description="Check the second decoder against the kept vectors.")
    parser.add_argument("folder")
    options = parser.parse_args()
    rows, bad, data = table(options.folder), 0, files(options.folder)
    for row in rows:
        wrong = check(row, next(data, b""))
        if wrong:
            print("%s: %s" % (row[0], wrong))
            bad += 1
    print("%d vectors checked, %d differ" % (len(rows), bad))
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
