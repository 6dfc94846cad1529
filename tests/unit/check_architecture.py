#!/usr/bin/env python3
"""Refuses code under src/ that breaks the dependency rule or the rules of the normative core.

  check_architecture.py SRC          check a source tree; prints path:line: reason, exit 1 on any
  check_architecture.py --self-test  plant one violation of each kind and demand that it is found
"""
import pathlib
import re
import sys
import tempfile

# Which layers a layer may include. api -> {enc, dec} -> backend -> {entropy, format} -> normative -> base.
CORE = {"base", "normative", "entropy", "format", "backend"}
ALLOWED = {
    "base": {"base"},
    "normative": {"normative", "base"},
    "entropy": {"entropy", "normative", "base"},
    "format": {"format", "normative", "base"},
    "metrics": {"metrics", "base"},
    "vq": {"vq", "base"},
    "backend": CORE,
    "text": CORE | {"text"},
    "dec": CORE | {"dec"},
    "enc": CORE | {"enc", "metrics"},
    "api": CORE | {"enc", "dec", "metrics", "vq", "text", "api"},
    "cli": {"cli"},
}

# Headers from outside, and the only files that may include them (paths relative to src/).
RESERVED = [
    (r"^pc15\.h$", r"^(api|cli)/"),
    (r"^(zlib|zconf)\.h$", r"^format/crc[^/]*$"),
    (r"^(cuda|cufft|curand|cub/|thrust/|nv/|nvtx|cooperative_groups)", r"^backend/cuda/"),
    (r"^kissfft/", r"^enc/"),
    (r"^(png|pngconf|jpeglib|jerror|turbojpeg|setjmp)\.h$|^csetjmp$", r"^cli/"),
]

# The arithmetic that decides pixels: integers of known width only.
INTEGER_ONLY = re.compile(r"^normative/|^entropy/rans_core\.h$")
NOT_INTEGER = [
    (re.compile(r"\b(float|double)\b"), "floating point"),
    (re.compile(r"(?<![\w.])(\d+\.\d*|\.\d+)([eE][-+]?\d+)?[fFlL]?(?![\w.])"), "a floating-point literal"),
    (re.compile(r"(?<!long )\blong\b(?! long)"), "`long`, whose width depends on the platform"),
    (re.compile(r"#\s*include\s*<(cmath|math\.h|complex|random|cfenv)>"), "the maths library"),
    (re.compile(r"\b(std::)?(sinf?|cosf?|tanf?|sqrtf?|powf?|expf?|logf?|floorf?|ceilf?|l?roundf?)\s*\("),
     "a maths function"),
]

# One gate for memory: base/allocator.h.
GATED = re.compile(r"^(?!cli/)")
# Exempt: the gate itself, the pool of threads, the memory of a handle, which holds the gate, and the session of a
# device, which is another library's.
GATE_EXEMPT = re.compile(
    r"^base/(allocator\.h|thread_pool\.(h|cpp))$|^api/handle\.cpp$|^backend/cuda/session\.cpp$")
UNGATED = [
    (re.compile(r"(?<![\w.>])(std::)?(malloc|calloc|realloc|aligned_alloc|posix_memalign|strdup|free)\s*\("),
     "a direct heap call"),
    (re.compile(r"\bnew\b(?!\s*\((?!\s*std::(nothrow|align_val_t)))(?!\s*>)"), "a `new` expression"),
    (re.compile(r"\bstd::(make_unique|make_shared|allocate_shared)\b"), "a heap-allocating helper"),
    (re.compile(r"\bstd::(vector|string|wstring|deque|list|map|set|multimap|multiset|unordered_map|unordered_set|"
                r"basic_string|ostringstream|stringstream)\b"), "a container outside the allocation gate"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SOURCES = {".h", ".hpp", ".c", ".cpp", ".cc", ".cu", ".cuh", ".inc"}


def strip_comments_and_strings(text):
    """Blanks comments and literals, keeping the line structure; keeps the text of #include lines."""
    pattern = re.compile(
        r'(?P<include>^[ \t]*#[ \t]*include[^\n]*)|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
        re.S | re.M)

    def blank(match):
        if match.group("include"):
            return match.group(0)
        literal = match.group(0)
        if literal[0] == "'" and match.start() > 0 and match.string[match.start() - 1].isalnum():
            return literal  # a digit separator, 1'000'000
        return " " + "\n" * literal.count("\n")

    return pattern.sub(blank, text)


def check_file(root, path):
    relative = path.relative_to(root).as_posix()
    layer = relative.split("/")[0]
    if "/" not in relative or layer not in ALLOWED:
        return [(relative, 1, f"the folder '{layer}' is not a layer")]
    found = []
    text = strip_comments_and_strings(path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match:
            found += [(relative, number, reason) for reason in check_include(root, relative, layer, match)]
        if INTEGER_ONLY.search(relative):
            found += [(relative, number, f"{what} in normative arithmetic") for rx, what in NOT_INTEGER
                      if rx.search(line)]
        if not match and GATED.search(relative) and not GATE_EXEMPT.search(relative):
            found += [(relative, number, f"{what}: memory comes from base/allocator.h") for rx, what in UNGATED
                      if rx.search(line)]
    return found


def check_include(root, relative, layer, match):
    quote, name = match.groups()
    for header, where in RESERVED:
        if re.search(header, name) and not re.search(where, relative):
            yield f"includes {name}, which only {where} may"
    if quote == "<" or name == "pc15.h":
        return
    target = name.split("/")[0]
    if "/" not in name or target not in ALLOWED:
        yield f'includes "{name}": write the path from src/'
    elif target not in ALLOWED[layer]:
        yield f"includes {name}: {layer} must not know {target}"
    elif not (root / name).is_file():
        yield f"includes {name}, which does not exist"


def check_lists(root, files):
    """Every translation unit is named in the CMakeLists.txt of its layer: a forgotten one fails only at a link."""
    for path in files:
        layer, _, name = path.relative_to(root).as_posix().partition("/")
        build = path.parent / "CMakeLists.txt"  # a folder that is a library of its own
        if build.is_file():
            name = path.name
        else:
            build = root / layer / "CMakeLists.txt"
        if path.suffix in {".c", ".cc", ".cpp", ".cu"} and build.is_file():
            if not re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w.])", build.read_text(encoding="utf-8")):
                yield f"{layer}/{name}", 1, f"is not listed in src/{build.relative_to(root).as_posix()}"


def check_tree(root):
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.suffix in SOURCES)
    return len(files), [f for p in files for f in check_file(root, p)] + list(check_lists(root, files))


# path, text, and whether it must be refused.
PLANTED = [
    ("dec/a.cpp", '#include "enc/x.h"\n', True),
    ("enc/a.cpp", '#include "dec/x.h"\n', True),
    ("enc/b.cpp", '#include "metrics/x.h"\n', False),
    ("metrics/a.cpp", '#include "normative/x.h"\n', True),
    ("vq/a.cpp", '#include "metrics/x.h"\n', True),
    ("vq/b.cpp", '#include "base/x.h"\n', False),
    ("enc/g.cpp", '#include "vq/x.h"\n', True),
    ("text/a.cpp", '#include "dec/x.h"\n', True),
    ("text/b.cpp", '#include "entropy/x.h"\n#include "format/x.h"\n', False),
    ("dec/l.cpp", '#include "text/x.h"\n', True),
    ("normative/a.h", '#include "entropy/x.h"\n', True),
    ("entropy/a.h", '#include "format/x.h"\n', True),
    ("format/a.cpp", '#include "entropy/x.h"\n', True),
    ("backend/a.cpp", '#include "enc/x.h"\n', True),
    ("base/a.h", '#include "normative/x.h"\n', True),
    ("dec/b.cpp", '#include "api/x.h"\n', True),
    ("cli/a.cpp", '#include "api/x.h"\n', True),
    ("cli/b.cpp", '#include "pc15.h"\n#include <png.h>\n#include "cli/x.h"\nint* p = new int;\n', False),
    ("api/a.cpp", '#include "pc15.h"\n#include "enc/x.h"\n#include "dec/x.h"\n', False),
    ("dec/c.cpp", '#include "pc15.h"\n', True),
    ("dec/d.cpp", "#include <zlib.h>\n", True),
    ("format/crc32.cpp", "#include <zlib.h>\n", False),
    ("backend/cpu/a.cpp", "#include <cuda_runtime.h>\n", True),
    ("dec/e.cpp", "#include <kissfft/kissfft.hh>\n", True),
    ("enc/c.cpp", "#include <kissfft/kissfft.hh>\n", False),
    ("enc/d.cpp", "#include <png.h>\n", True),
    ("enc/e.cpp", '#include "../base/x.h"\n', True),
    ("enc/f.cpp", '#include "base/missing.h"\n', True),
    ("dec/forgotten.cpp", "int a;\n", True),
    ("stray/a.cpp", "int a;\n", True),
    ("normative/b.h", "int f(float x);\n", True),
    ("normative/c.h", "const auto k = 1.5;\n", True),
    ("normative/d.h", "unsigned long f();\n", True),
    ("normative/d2.h", "int64_t f(int64_t x) { return __clzll(static_cast<long long>(x)); }\n", False),
    ("normative/e.h", "#include <cmath>\n", True),
    ("normative/f.h", "// a float in a comment, 1.5\n/* double\n long */ int ok = 1'000;\n", False),
    ("entropy/rans_core.h", "double x;\n", True),
    ("entropy/cost.h", "double x;\n", False),
    ("dec/f.cpp", "void* p = malloc(3);\n", True),
    ("dec/g.cpp", "int* p = new int[3];\n", True),
    ("dec/h.cpp", "int* p = new (std::nothrow) int;\n", True),
    ("dec/i.cpp", "T* p = new (memory) T();\nauto f = x.free();\n// new things\n", False),
    ("dec/j.cpp", "std::vector<int> v;\n", True),
    ("dec/k.cpp", "auto p = std::make_unique<int>();\n", True),
]


def self_test():
    wrong = 0
    for path, text, refused in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for layer in ALLOWED:
                (root / layer).mkdir()
                (root / layer / "x.h").write_text("")
            names = " ".join(p for p, _, _ in PLANTED if "forgotten" not in p)
            for layer in ALLOWED:
                (root / layer / "CMakeLists.txt").write_text(f"pc15_add_layer({layer} " + names.replace(
                    f"{layer}/", "") + ")\n")
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            found = check_tree(root)[1]
            if bool(found) != refused:
                wrong += 1
                print(f"self-test: {path} with {text!r} should be {'refused' if refused else 'accepted'}: {found}")
    print(f"self-test: {len(PLANTED)} cases, {wrong} wrong")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    count, found = check_tree(pathlib.Path(arguments[0]))
    for relative, number, reason in found:
        print(f"src/{relative}:{number}: {reason}")
    print(f"{count} files, {len(found)} violations")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
