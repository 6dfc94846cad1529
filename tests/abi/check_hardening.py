#!/usr/bin/env python3
"""check_hardening.py FILE...: full RELRO, no executable stack, no text relocations, position independent,
and on x86-64 every exported function begins with the landing instruction of CET.

The CET mark of the whole file is not asked for: it also depends on the start files of the distribution."""
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def complaints(path):
    segments, dynamic = readelf("-l", path), readelf("-d", path)
    header = readelf("-h", path)
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
    if "X86-64" in header:
        code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True,
                              text=True).stdout
        entries = re.findall(r"^[0-9a-f]+ <(pc15_\w+)(?:@@\S+)?>:\n\s*[0-9a-f]+:\s*(\w+)", code, re.M)
        if "SONAME" in dynamic and not entries:
            yield "exports no function that could be checked"
        for name, first in entries:
            if first != "endbr64":
                yield f"begins {name} with {first}, not endbr64"
    if not re.search(r"Type:\s+DYN", header):
        yield "is not position independent"


def main():
    found = [f"{path} {text}" for path in sys.argv[1:] for text in complaints(path)]
    print("\n".join(found) if found else f"{len(sys.argv) - 1} files hardened")
    return 1 if found or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
