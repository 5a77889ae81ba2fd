#!/usr/bin/env python3
"""Files of arrays as NumPy and safetensors write them: Tests/HillockTests/Oracle/state/.

    python3 tools/oracle/state.py            writes them; needs numpy and safetensors
    python3 tools/oracle/state.py --check    reads ours.* there, which the tests compare byte for byte with what we write
"""
import io
import json
import pathlib
import sys
import zipfile

import numpy as np
import safetensors.numpy

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "HillockTests" / "Oracle" / "state"
NAMES = {
    "float32": "f32", "float64": "f64", "int32": "i32", "int64": "i64", "uint32": "u32", "uint64": "u64", "bool": "bool",
    "float16": "f16", "int8": "i8", "int16": "i16", "uint8": "u8", "uint16": "u16",
}
SHAPES = {"scalar": (), "empty": (0,), "row": (3,), "sheet": (2, 3), "hollow": (1, 0, 2)}


def bits(a):
    view = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize]
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


class Named437(zipfile.ZipInfo):
    """An entry whose name is in code page 437, as ZIP files without the UTF-8 flag have it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def npy(a):
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(a), allow_pickle=False)
    return out.getvalue()


def strange():
    """Entries that are no arrays of ours beside some that are, and names as people have them. None: not to be read."""
    good = np.array([1.5, -2], np.float32)
    named = {
        "": good, "\u0600": good + 1, "caf\u00e9": good + 2, "cafe\u0301": good + 3, '"': good + 4, "tab\tand\nline": good + 5,
        "back\\slash": good + 6, "x.npy": good + 7, "i8": np.int8([1]), "u8": np.uint8([1]), "i16": np.int16([1]), "f16": np.float16([1]),
        "text": np.array(["a", "bc"]), "complex": np.array([1j]), "axes": np.zeros((1,) * 17, np.float32),
        "records": np.zeros(2, [("time", "<f8"), ("spikes", "<i4", (3,))]),
        "wide": np.zeros(1, [(f"field{i:05}", "<f4") for i in range(4000)]),
    }
    with zipfile.ZipFile(OUT / "strange.npz", "w", zipfile.ZIP_DEFLATED) as out:
        for key, a in named.items():
            out.writestr(zipfile.ZipInfo(key + ".npy"), npy(a), zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("readme.txt"), "no array\n")
        out.writestr(zipfile.ZipInfo("folder/"), "")
        out.writestr(zipfile.ZipInfo("folder/x.npy"), npy(good + 8))
        out.writestr(Named437("Größe_½_αΓπ.npy"), npy(good + 9))
    found = np.load(OUT / "strange.npz", max_header_size=1 << 20)
    arrays = {}
    for key in found.files:
        if key == "folder/":
            continue
        a = found[key] if key != "readme.txt" else b""
        arrays[key] = a if isinstance(a, np.ndarray) and a.dtype.name in NAMES and a.ndim <= 16 else None
    return arrays


def strange_tensors():
    """The kinds of safetensors that are not ours, and metadata that are null; the package itself takes the file."""
    kinds = {
        "F4": (4, 2), "F6_E2M3": (6, 4), "F6_E3M2": (6, 4), "F8_E5M2": (8, 3), "F8_E4M3": (8, 3), "F8_E8M0": (8, 1),
        "C64": (64, 1),
    }
    tensors, body = {"__metadata__": None}, b""
    for name, (bits_, count) in kinds.items():
        size = bits_ * count // 8
        tensors[name] = {"dtype": name, "shape": [count], "data_offsets": [len(body), len(body) + size]}
        body += bytes(size)
    tensors["ours"] = {"dtype": "F32", "shape": [2], "data_offsets": [len(body), len(body) + 8]}
    body += np.array([1, 2], "<f4").tobytes()
    head = json.dumps(tensors).encode()
    data = len(head).to_bytes(8, "little") + head + body
    assert {k for k, _ in safetensors.deserialize(data)} == set(kinds) | {"ours"}
    (OUT / "strange.safetensors").write_bytes(data)


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
    np.savez(OUT / "foreign.npz", foreign=np.zeros(2, np.complex64), ours=np.ones(2, np.float32))
    safetensors.numpy.save_file({"foreign": np.zeros(3, np.complex64), "ours": np.ones(2, np.float32)}, OUT / "foreign.safetensors")
    strange_tensors()
    odd_names = strange()
    form = {
        "plain": listing(named), "odd": listing(odd), "strange": listing({k: a for k, a in odd_names.items() if a is not None}),
        "refused": [k for k, a in odd_names.items() if a is None]}
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
