#!/usr/bin/env python3
"""environment_report.py: what is installed, for a bug report; also appended to reports/environment.jsonl."""

import json

import pc15core
import pc15wf

report = pc15core.environment()
print(json.dumps(report, indent=2))
pc15wf.log_append("environment", report)
