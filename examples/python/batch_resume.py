#!/usr/bin/env python3
"""batch_resume.py IMAGES OUT: encodes a folder, kills the batch on the way, resumes it, and shows that a rerun does
nothing."""

import json
import subprocess
import sys
import time

if len(sys.argv) != 3:
    sys.exit("usage: batch_resume.py IMAGES OUT")
images, out = sys.argv[1:]
command = [sys.executable, "-m", "pc15wf.commands.encode", "--images", images, "--out", out, "--effort", "2", "--json"]

victim = subprocess.Popen(command, stdout=subprocess.DEVNULL)
time.sleep(1.0)
victim.kill()  # SIGKILL: nothing can be cleaned up
victim.wait()

for name in ("resumed", "rerun"):
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    print(f"{name}: {report['encoded']} encoded, {report['skipped']} skipped, {len(report['errors'])} errors")
sys.exit(0 if report["encoded"] == 0 else "the rerun did something")
