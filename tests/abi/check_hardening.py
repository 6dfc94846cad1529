#!/usr/bin/env python3
"""check_hardening.py FILE...: full RELRO, no executable stack, no text relocations, and on x86-64 CET."""
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def complaints(path):
    segments, dynamic = readelf("-l", path), readelf("-d", path)
    header, notes = readelf("-h", path), readelf("-n", path)
    stack = re.search(r"GNU_STACK\s+(?:\S+\s+){5}([RWE ]+)\s", segments)
    if "GNU_RELRO" not in segments:
        yield "has no GNU_RELRO segment"
    if not re.search(r"\(FLAGS(_1)?\).*\bNOW\b|\(BIND_NOW\)", dynamic):
        yield "is not linked with -z now"
    if stack is None or "E" in stack.group(1):
        yield "has an executable stack"
    if re.search(r"LOAD.*\bRWE\b", segments):
        yield "has a segment that is writable and executable"
    if "TEXTREL" in dynamic:
        yield "has text relocations"
    if "X86-64" in header and "IBT" not in notes:
        yield "is not marked for CET (IBT)"
    if not re.search(r"Type:\s+DYN", header):
        yield "is not position independent"


def main():
    found = [f"{path} {text}" for path in sys.argv[1:] for text in complaints(path)]
    print("\n".join(found) if found else f"{len(sys.argv) - 1} files hardened")
    return 1 if found or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
