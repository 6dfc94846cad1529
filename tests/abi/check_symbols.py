#!/usr/bin/env python3
"""The exported names, in four places that must agree: include/pc15.h, cmake/pc15.map, abi/symbols.txt and
the built library.

  check_symbols.py --root DIR [--library FILE] [--decoder-only]
  check_symbols.py --root DIR --write      rewrite the map and the list from the header
  check_symbols.py --self-test
"""
import argparse
import pathlib
import re
import subprocess
import sys

NODE = "LIBPC15_1.0"
# What a decoder-only library leaves out.
ENCODER_ONLY = re.compile(r"^pc15_(encode|encoder)(_|$)")


def header_functions(text):
    """Every function declared in the header: a name followed by a parameter list at file scope."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", " ", text, flags=re.M)
    text = re.sub(r'extern\s+"C"\s*\{', " ", text)
    while re.search(r"\{[^{}]*\}", text):  # struct and enum bodies
        text = re.sub(r"\{[^{}]*\}", " ", text)
    names = set()
    for declaration in text.split(";"):
        if re.match(r"\s*typedef\b", declaration):
            continue
        match = re.search(r"\b(pc15_\w+)\s*\(", declaration)
        if match:
            names.add(match.group(1))
    return names


def map_symbols(text, decoder_only=False):
    """Returns (names, complaints) of a version script."""
    complaints = []
    if decoder_only:
        text = re.sub(r"[^\n]*/\* encoder \*/[^\n]*\n", "", text)
    text = re.sub(r"/\*.*?\*/|#[^\n]*", " ", text, flags=re.S)
    names = set()
    for _, body in re.findall(r"(\w[\w.]*)\s*\{(.*?)\}", text, flags=re.S):
        exported, _, hidden = body.partition("local:")
        for name in re.sub(r"global:", " ", exported).replace(";", " ").split():
            if not re.fullmatch(r"\w+", name):
                complaints.append(f"the map holds the pattern '{name}'")
            if name in names:
                complaints.append(f"the map lists {name} twice")
            names.add(name)
        if hidden.strip() not in ("", "*;"):
            complaints.append(f"the map hides by name: {hidden.strip()}")
    if "local:" not in text:
        complaints.append("the map does not end with 'local: *;'")
    return names, complaints


def library_symbols(path):
    """Returns (name, version) of every dynamic symbol that the library defines."""
    out = subprocess.run(["nm", "-D", "--defined-only", path], check=True, capture_output=True, text=True).stdout
    found = set()
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        if kind == "A":
            continue  # the version node itself
        base, _, version = name.partition("@")
        found.add((base, version.lstrip("@")))
    return found


def compare(what, left, right, left_name, right_name):
    lines = [f"{what}: {n} is in {left_name} and not in {right_name}" for n in sorted(left - right)]
    return lines + [f"{what}: {n} is in {right_name} and not in {left_name}" for n in sorted(right - left)]


def check(root, library, decoder_only):
    header = header_functions((root / "include/pc15.h").read_text())
    mapped, found = map_symbols((root / "cmake/pc15.map").read_text())
    listed = set((root / "abi/symbols.txt").read_text().split())
    if not header:
        found.append("no function found in include/pc15.h")
    found += compare("map", header, mapped, "include/pc15.h", "cmake/pc15.map")
    found += compare("list", header, listed, "include/pc15.h", "abi/symbols.txt")
    if library:
        expected, _ = map_symbols((root / "cmake/pc15.map").read_text(), decoder_only)
        symbols = library_symbols(library)
        found += compare("library", expected, {n for n, _ in symbols}, "cmake/pc15.map", library)
        found += [f"library: {n} has the version '{v}', not a LIBPC15 node" for n, v in sorted(symbols)
                  if not v.startswith("LIBPC15_")]
    for line in found:
        print(line)
    print(f"{len(header)} functions, {len(found)} disagreements")
    return 1 if found else 0


def write(root):
    names = sorted(header_functions((root / "include/pc15.h").read_text()))
    lines = [f"    {n};{' /* encoder */' if ENCODER_ONLY.search(n) else ''}" for n in names]
    (root / "cmake/pc15.map").write_text(
        "/* Every exported symbol by name. A later release adds a node LIBPC15_1.1 { ... } LIBPC15_1.0.\n"
        "   Lines marked \"encoder\" are left out of a decoder-only library. */\n"
        f"{NODE} {{\n  global:\n" + "\n".join(lines) + "\n  local:\n    *;\n};\n")
    (root / "abi").mkdir(exist_ok=True)
    (root / "abi/symbols.txt").write_text("\n".join(names) + "\n")
    print(f"{len(names)} symbols written")
    return 0


def self_test():
    header = ('#define PC15_F(x) pc15_macro(x)\n/* pc15_comment(void); */\nextern "C" {\n'
              "typedef struct pc15_s { int (*pc15_member)(int); } pc15_s;\ntypedef void (*pc15_fn)(void* p);\n"
              "PC15_API int pc15_one(int a,\n  pc15_fn f);\nPC15_API const char *pc15_two(void);\n}\n")
    assert header_functions(header) == {"pc15_one", "pc15_two"}, header_functions(header)
    script = "A_1 {\n global:\n  pc15_one;\n  pc15_encode; /* encoder */\n local:\n  *;\n};\n"
    assert map_symbols(script) == ({"pc15_one", "pc15_encode"}, [])
    assert map_symbols(script, True)[0] == {"pc15_one"}
    assert map_symbols("A_1 { global: pc15_*; local: *; };")[1]
    assert map_symbols("A_1 { global: pc15_one; pc15_one; local: *; };")[1]
    assert map_symbols("A_1 { global: pc15_one; };")[1]
    assert len(compare("x", {"a", "b"}, {"b", "c"}, "l", "r")) == 2
    print("self-test: passed")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path)
    parser.add_argument("--library", dest="shared_object")
    parser.add_argument("--decoder-only", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if options.root is None:
        parser.error("--root is required")
    return write(options.root) if options.write else check(options.root, options.shared_object, options.decoder_only)


if __name__ == "__main__":
    sys.exit(main())
