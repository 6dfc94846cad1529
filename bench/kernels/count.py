#!/usr/bin/env python3
"""Instructions per sample of every kernel, one instruction set beside the other, as QEMU counts them: the difference
between two numbers of calls, so that what a program does besides does not count. scripts/count-arm64 runs it.

    bench/kernels/count.py --plugin count_instructions.so -- qemu-aarch64 [OPTION...] kernels
"""
import argparse
import re
import subprocess

SETS = ("scalar", "neon")


def counted(emulator, plugin, program, name, instruction_set, calls):
    command = [emulator[0], "-plugin", plugin, "-d", "plugin", *emulator[1:], program, "--only", name, "--set",
               instruction_set, "--calls", str(calls)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"instructions: (\d+)", text).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plugin", required=True, help="bench/kernels/count_instructions.c, compiled")
    parser.add_argument("--only", default="", help="part of the names to count")
    parser.add_argument("command", nargs="+", help="the emulator and its options, then the program")
    options = parser.parse_args()
    emulator, program = options.command[:-1], options.command[-1]
    listed = subprocess.run([*emulator, program, "--list"], check=True, capture_output=True, text=True).stdout
    print(f"| instructions per sample | {' | '.join(SETS)} | ratio |\n|{'---|' * (len(SETS) + 2)}")
    for line in listed.splitlines():
        name, samples = line.split("\t")
        if options.only not in name:
            continue
        few, many = (1, 3) if int(samples) > 10000 else (10, 60)
        costs = [(counted(emulator, options.plugin, program, name, s, many) -
                  counted(emulator, options.plugin, program, name, s, few)) / ((many - few) * int(samples)) for s in SETS]
        print(f"| {name} | {' | '.join(f'{c:.2f}' for c in costs)} | {costs[0] / costs[-1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
