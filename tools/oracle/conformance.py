#!/usr/bin/env python3
"""Writes the conformance cases: python3 tools/oracle/conformance.py [FOLDER]

Needs NumPy, mpmath and ml_dtypes (tools/oracle/requirements.txt). The cases are the same on every machine and in every run.
"""

import os
import shutil
import sys

import cases_calls
import cases_control
import cases_elementwise
import cases_errors
import cases_fused
import cases_narrow
import cases_structural
from graph import write


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Spec", "conformance")
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(root)
    total = 0
    for name, groups in [
        ("elementwise", cases_elementwise.groups()), ("structural", cases_structural.groups()), ("narrow", cases_narrow.groups()),
        ("control", cases_control.groups()), ("calls", cases_calls.groups()), ("fused", cases_fused.groups()), ("errors", cases_errors.groups()),
    ]:
        target = os.path.join(folder, name)
        shutil.rmtree(target, ignore_errors=True)
        count = sum(write(target, group, cases) for group, cases in groups)
        print(f"{name}: {count} cases", flush=True)
        total += count
    print(f"{total} cases in {folder}")


if __name__ == "__main__":
    main()
