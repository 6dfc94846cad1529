"""Adds gcovr's counts up by layer, prints them and fails when the core is below a gate.

    coverage_table.py SUMMARY.json WHAT [--no-gate]

WHAT ran, as the last line names it: "120 tests".
"""

import collections
import json
import sys

GATE = 95.0         # per cent of the lines of each of these layers
BRANCH_GATE = 80.0  # per cent of the branches of all of them
CORE = ("base", "normative", "entropy", "format", "dec", "text", "vq", "backend", "api")


def percent(covered, total):
    return 100.0 * covered / total if total else 100.0


def main():
    layers = collections.defaultdict(lambda: [0, 0, 0, 0])
    for file in json.load(open(sys.argv[1], encoding="utf-8"))["files"]:
        layer = file["filename"].split("/")[1]
        for name in [layer, "the core"] if layer in CORE else [layer]:
            for i, key in enumerate(("line_covered", "line_total", "branch_covered", "branch_total")):
                layers[name][i] += file[key]
    gate = "--no-gate" not in sys.argv[3:]
    below = []
    print("%-10s %15s %7s %17s %7s" % ("layer", "lines", "%", "branches", "%"))
    for name in [*CORE, "the core", *sorted(set(layers) - {*CORE, "the core"})]:
        lines, all_lines, branches, all_branches = layers[name]
        print("%-10s %7d/%7d %7.1f %8d/%8d %7.1f" % (
            name, lines, all_lines, percent(lines, all_lines), branches, all_branches, percent(branches, all_branches)))
        if gate and (name in CORE or name == "the core") and percent(lines, all_lines) < GATE:
            below.append(name)
    branches = percent(*layers["the core"][2:])
    few = gate and branches < BRANCH_GATE
    if few:
        print("FAILED: the core has fewer than %.0f %% of its branches covered" % BRANCH_GATE)
    for name in below:
        print("FAILED: %s has fewer than %.0f %% of its lines covered" % (name, GATE))
    print("%s, lines of the core %.1f %%, branches %.1f %%" % (
        sys.argv[2], percent(*layers["the core"][:2]), branches))
    return 1 if below or few else 0


if __name__ == "__main__":
    sys.exit(main())
