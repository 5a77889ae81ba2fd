#!/usr/bin/env python3
"""Writes the values that the library's tests expect, with NumPy: Tests/HillockTests/Oracle/*.json.

    python3 tools/oracle/library.py        needs numpy
"""
import json
import pathlib
import random

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "HillockTests" / "Oracle"
NAMES = {"float32": "f32", "float64": "f64", "int32": "i32", "int64": "i64", "uint32": "u32", "uint64": "u64", "bool": "bool"}


def bits(a):
    """The elements as unsigned integers, in row-major order: exact whatever the dtype."""
    a = np.ascontiguousarray(a)
    view = {1: np.uint8, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize]
    return [str(x) for x in a.reshape(-1).view(view)]


def array(a):
    form = {"dtype": NAMES[a.dtype.name], "shape": list(a.shape)}
    if a.size > 500 and (a.reshape(-1) == np.arange(a.size)).all():
        return form  # 0, 1, 2, …
    return form | {"bits": bits(a)}


def show(a):
    """numpy.array_repr, with the name NDArray and the dtype always shown."""
    prefix, width = "NDArray(", 75
    shape = f"shape={a.shape}, " if a.size == 0 and a.shape != (0,) or a.size > 1000 else ""
    dtype = f"{shape}dtype={a.dtype.name})"
    if a.size == 0:
        return f"{prefix}[], {dtype}"
    text = prefix + np.array2string(a, separator=", ", prefix=prefix, suffix=",", max_line_width=width) + ","
    last = len(text) - (text.rfind("\n") + 1)
    result = text + ("\n" + " " * len(prefix) if last + len(dtype) + 1 > width else " ") + dtype
    # NumPy's own words where it says the dtype too; its name is one letter longer here, so long lines break elsewhere.
    own = np.array_repr(a, max_line_width=width)
    if "dtype=" in own and "\n" not in own and "\n" not in result:
        assert result == "NDArray" + own[len("array"):], (result, own)
    return result


def printing(rng):
    f32 = np.float32
    cases = [
        np.arange(10, dtype=np.int32), np.array([3, 2, 10], np.int32), np.array([-1, 100], np.int64), np.array(7, np.int32),
        np.array([], f32), np.zeros((0, 3), f32), np.array(3.14159274, f32), np.array(1e-5, f32), np.array([True, False]),
        np.array(True), np.array([0.7, 0.7], f32), np.array([1, 2.5, -3.25], f32), np.array([1e10, 1e-5], f32),
        np.array([1e8], f32), np.array([99999999.0], np.float64), np.array([0.0001, 0.1], f32), np.array([0.00009, 1], f32),
        np.array([1, np.nan, np.inf, -np.inf], f32), np.array([np.nan, np.nan], f32), np.array([0.0, -0.0], f32),
        np.array([1 / 3, 2 / 3], np.float64), np.array([1e100, 1e-100], np.float64), np.array([123456.789, 0.5], f32),
        np.linspace(0, 1, 11, dtype=f32), np.arange(1001, dtype=np.int32), np.arange(1000, dtype=np.int32),
        np.arange(12, dtype=f32).reshape(3, 4), np.arange(24, dtype=np.int32).reshape(2, 3, 4),
        np.arange(100000, dtype=f32).reshape(100, 1000), np.arange(2000, dtype=np.int32).reshape(2, 1000),
        np.arange(16000, dtype=np.int32).reshape(20, 20, 40), np.array([2**64 - 1, 0], np.uint64),
        np.array([[1.5, np.nan], [-2, 1e5]], np.float64), np.array([1e-300, 1.0], np.float64), np.array([5e-324], np.float64),
        np.array([16777216.0, 16777217.0], np.float64), np.array([0.1 + 0.2]), np.array([1.0000001], f32),
    ]
    for _ in range(120):
        dtype = rng.choice([f32, np.float64, np.int32, np.int64, np.bool_])
        shape = tuple(rng.randint(1, 9) for _ in range(rng.randint(0, 3)))
        scale = 10.0 ** rng.randint(-6, 9)
        values = np.array([rng.gauss(0, 1) * scale * 10.0 ** rng.choice([0, 0, 0, 1, -1, 2]) for _ in range(int(np.prod(shape)))])
        if rng.random() < 0.3:
            values = np.round(values, rng.randint(0, 3))
        if dtype in (np.int32, np.int64):
            values = np.clip(values, -(2.0**31), 2.0**31 - 1)
        cases.append(values.reshape(shape).astype(dtype) if dtype != np.bool_ else values.reshape(shape) > 0)
    cases += more_printing(np.random.default_rng(33))
    return [{"array": array(np.asarray(a)), "text": show(np.asarray(a))} for a in cases]


def more_printing(rng):
    """Where forms change: the bounds 10^8, 10^-4 and 1000 of the exponent form, digits, extremes, long rows, three axes."""
    f32, f64 = np.float32, np.float64
    cases = []
    for t in (f32, f64):
        for bound in (1e8, 1e-4):
            b = t(bound)
            for x in (b, np.nextafter(b, t(0)), np.nextafter(b, t(np.inf))):
                cases += [np.array([x], t), np.array([x, -x], t), np.array(x, t), np.array([x, 0], t)]
        for small in (0.7, 0.1, 0.3, 1.0, 3.0, 0.001, 0.123):
            for factor in (999.0, 1000.0, 1001.0, 999.99994, 1000.0001):
                cases.append(np.array([small, t(small) * t(factor)], t))
        cases += [np.array([np.finfo(t).max, np.finfo(t).tiny], t), np.array([np.finfo(t).smallest_subnormal], t),
                  np.array([np.finfo(t).max], t), np.array([np.finfo(t).eps, 1], t), np.array([np.inf, -0.0], t),
                  np.array([[np.nan, 1e9], [-np.inf, 2]], t), np.zeros((40, 40), t), np.full((3, 500), np.nan, t)]
        for digits in range(1, 18):
            cases.append(np.array([float(("1." + "123456789123456789")[: 2 + digits])], t))
        for _ in range(150):
            size = int(rng.integers(1, 9))
            values = rng.standard_normal(size) * 10.0 ** rng.integers(-9, 12, size if rng.random() < 0.5 else 1)
            if rng.random() < 0.4:
                values = np.round(values, int(rng.integers(0, 6)))
            if rng.random() < 0.15:
                values[rng.integers(size)] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0])
            cases.append(values.astype(t))
        for _ in range(40):
            raw = rng.integers(0, 2**32 if t == f32 else 2**64, 3, dtype=np.uint64)
            cases.append(raw.astype(np.uint32).view(f32) if t == f32 else raw.view(f64))
    for t in (np.int32, np.int64, np.uint32, np.uint64):
        info = np.iinfo(t)
        cases += [np.array([info.min, info.max], t), np.array(info.max, t), np.zeros((0, 2, 3), t), np.arange(1500).astype(t),
                  np.arange(1200).reshape(2, 3, 200).astype(t), np.array([[info.max]], t)]
    cases += [np.arange(1500) % 3 == 0, (np.arange(24) % 5 == 0).reshape(2, 3, 4), np.zeros((2, 0), bool), np.array([[True]])]
    cases += [np.arange(30, dtype=f32), np.linspace(0, 1, 30), np.zeros((1, 1, 1, 1), f32), np.arange(1008, dtype=f32).reshape(4, 252)]
    return cases


def random_index(rng, shape):
    """A random index: what NumPy takes, and the same as JSON."""
    index, spelled = [], []
    axes = rng.randint(0, len(shape))
    has_list = False
    for axis in range(axes):
        n = shape[axis]
        if rng.random() < 0.15:
            index.append(None)
            spelled.append({"new": True})
        kind = rng.choice(["element", "range", "range", "list"])
        if kind == "element" and n > 0:
            i = rng.randrange(-n, n)
            index.append(i)
            spelled.append({"element": i})
        elif kind == "list" and n > 0 and not has_list:
            has_list = True
            rows = [rng.randrange(-n, n) for _ in range(rng.randint(1, 4))]
            index.append(rows)
            spelled.append({"list": rows})
        else:
            def bound():
                return None if rng.random() < 0.3 else rng.randrange(-n, n + 1) if n else 0
            step = rng.choice([1, 1, 1, 2, 3, -1, -2])
            a, b = bound(), bound()
            # A start one past the end has no element when counting down; the library refuses it where the range is not empty.
            if step < 0 and a is not None and (a == n):
                a = None
            index.append(slice(a, b, step))
            spelled.append({"range": [a, b, step]})
    return tuple(index), spelled


def indexing(rng):
    cases = []
    for _ in range(300):
        shape = [rng.randint(1, 5) for _ in range(rng.randint(1, 4))]
        index, spelled = random_index(rng, shape)
        x = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
        part = x[index]
        y = x.copy()
        y[index] = -(np.arange(part.size, dtype=np.int32).reshape(part.shape) + 1)
        cases.append({"shape": shape, "index": spelled, "part": array(np.asarray(part)), "replaced": array(y)})
    # Integer arrays, several at once, beside ranges.
    for _ in range(60):
        shape = [rng.randint(2, 5) for _ in range(3)]
        x = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
        form = [rng.randint(1, 3) for _ in range(rng.randint(1, 2))]
        count = int(np.prod(form))
        where = rng.choice([(0, 1), (1, 2), (0, 2), (0,), (1,), (2,), (0, 1, 2)])
        index, spelled = [], []
        for axis in range(3):
            if axis in where:
                rows = [rng.randrange(0, shape[axis]) for _ in range(count)]
                index.append(np.array(rows).reshape(form))
                spelled.append({"array": array(np.array(rows, np.int32).reshape(form))})
            else:
                index.append(slice(None, None, -1))
                spelled.append({"range": [None, None, -1]})
        part = x[tuple(index)]
        y = x.copy()
        y[tuple(index)] = -7
        cases.append({"shape": shape, "index": spelled, "part": array(part), "replacedBySeven": array(y)})
    return cases


def reductions(rng):
    cases = []
    numpy = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min, "mean": np.mean, "std": np.std, "any": np.any, "all": np.all}
    for _ in range(200):
        shape = [rng.randint(1, 7) for _ in range(rng.randint(1, 4))]
        dtype = rng.choice([np.float32, np.float64, np.int32, np.int64, np.uint32])
        values = np.array([rng.randint(-3, 4) for _ in range(int(np.prod(shape)))]).reshape(shape)
        x = (np.abs(values) if dtype == np.uint32 else values).astype(dtype)
        if dtype in (np.float32, np.float64):
            x = x + dtype(0.25)
        op = rng.choice(list(numpy))
        axis = rng.choice([None] + list(range(-len(shape), len(shape))))
        keep = rng.random() < 0.5
        wide = x.astype(np.float64) if op in ("mean", "std") else x
        extra = {"dtype": x.dtype} if op in ("sum", "prod") else {}
        result = np.asarray(numpy[op](wide, axis=axis, keepdims=keep, **extra))
        cases.append({
            "op": op, "axis": axis, "keepDims": keep, "x": array(x), "shape": list(result.shape),
            "values": [float(v) for v in result.reshape(-1)],
        })
    return cases


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20)
    for name, make in [("printing", printing), ("indexing", indexing), ("reductions", reductions)]:
        (OUT / f"{name}.json").write_text(json.dumps(make(rng), separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
