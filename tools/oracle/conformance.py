#!/usr/bin/env python3
"""Writes the conformance cases: python3 tools/oracle/conformance.py [FOLDER]

Needs NumPy, mpmath and ml_dtypes (tools/oracle/requirements.txt). The cases are the same on every machine and in every run.
"""

import os
import shutil
import sys

import cases_arrays
import cases_bytecode
import cases_calls
import cases_control
import cases_elementwise
import cases_errors
import cases_fused
import cases_layouts
import cases_narrow
import cases_standard
import cases_structural
from graph import write


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Spec", "conformance")
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.normpath(root)
    total = 0
    for module in [
        cases_elementwise, cases_structural, cases_narrow, cases_control, cases_calls, cases_fused, cases_errors, cases_standard, cases_layouts,
        cases_arrays, cases_bytecode,
    ]:
        name = module.__name__.removeprefix("cases_")
        target = os.path.join(folder, name)
        shutil.rmtree(target, ignore_errors=True)
        count = sum(write(target, group, cases) for group, cases in module.groups())
        print(f"{name}: {count} cases", flush=True)
        total += count
    print(f"{total} cases in {folder}")


if __name__ == "__main__":
    main()
