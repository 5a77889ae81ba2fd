#!/usr/bin/env python3
"""Files of arrays as NumPy and safetensors write them: Tests/HillockTests/Oracle/state/.

    python3 tools/oracle/state.py            writes them; needs numpy and safetensors
    python3 tools/oracle/state.py --check    reads ours.* there, which the tests compare byte for byte with what we write
"""
import json
import pathlib
import sys

import numpy as np
import safetensors.numpy

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "HillockTests" / "Oracle" / "state"
NAMES = {"float32": "f32", "float64": "f64", "int32": "i32", "int64": "i64", "uint32": "u32", "uint64": "u64", "bool": "bool"}
SHAPES = {"scalar": (), "empty": (0,), "row": (3,), "sheet": (2, 3), "hollow": (1, 0, 2)}


def bits(a):
    view = {1: np.uint8, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize]
    return [str(x) for x in np.ascontiguousarray(a).reshape(-1).view(view)]


def arrays():
    """Every dtype in every shape; the bits are those of an arithmetic series, floats have a NaN and a -0 among them."""
    result = {}
    for d, (name, short) in enumerate(NAMES.items()):
        for form, shape in SHAPES.items():
            count = int(np.prod(shape))
            values = (np.arange(count) * 3 + d).astype(name) if name != "bool" else np.arange(count) % 2 == 0
            if name.startswith("float") and count > 2:
                values[1], values[2] = np.nan, -0.0
            result[f"{short}.{form}"] = values.reshape(shape)
    return result


def listing(named):
    return [
        {"key": k, "array": {"dtype": NAMES[a.dtype.newbyteorder("=").name], "shape": list(a.shape),
                             "bits": bits(a.astype(a.dtype.newbyteorder("=")))}} for k, a in named.items()]


def write():
    OUT.mkdir(parents=True, exist_ok=True)
    named = arrays()
    np.savez(OUT / "stored.npz", **named)
    np.savez_compressed(OUT / "compressed.npz", **named)
    safetensors.numpy.save_file(named, OUT / "plain.safetensors", metadata={"made by": 'safetensors "numpy"\n'})
    odd = {
        "big": np.array([1.5, -2, 3], ">f8"), "columns": np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
        "both": np.asfortranarray(np.arange(8, dtype=">i8").reshape(2, 2, 2)), "unicode_é": np.array([True, False]),
        "in/a/folder": np.arange(3, dtype=np.uint32), "cells[0].V": np.array(2, np.uint64),
    }
    np.savez_compressed(OUT / "odd.npz", **odd)
    np.savez(OUT / "half.npz", half=np.zeros(2, np.float16), ours=np.ones(2, np.float32))
    safetensors.numpy.save_file({"half": np.zeros(3, np.float16), "ours": np.ones(2, np.float32)}, OUT / "half.safetensors")
    form = {"plain": listing(named), "odd": listing(odd)}
    (OUT / "expected.json").write_text(json.dumps([form], separators=(",", ":")) + "\n")


def check():
    expected = arrays()
    for path in sorted(OUT.glob("ours*")):
        found = dict(np.load(path)) if path.suffix == ".npz" else safetensors.numpy.load_file(path)
        assert set(found) == set(expected), (path, set(found) ^ set(expected))
        for key, a in expected.items():
            assert found[key].dtype == a.dtype and found[key].shape == a.shape and bits(found[key]) == bits(a), (path, key)
        print(path.name, len(found), "arrays")


check() if "--check" in sys.argv else write()
