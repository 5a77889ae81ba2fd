"""Cases of complex numbers, Fourier transforms, convolutions and pooling for the tests of Hillock, written to
Tests/HillockTests/Oracle/signals.json.

Values and derivatives are JAX's, in double (`pip install jax`). Complex operands and results are two arrays each. The derivative is that of
Σ cos(3i) yᵢ over the elements of all results, one after the other.

    python3 tools/oracle/signals.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

jax.config.update("jax_enable_x64", True)
FILE = pathlib.Path(__file__).parents[2] / "Tests/HillockTests/Oracle/signals.json"
rng = np.random.default_rng(15)


def short(*shape):
    """Numbers that are written in a few digits, so that every dtype begins from the same ones."""
    return np.round(rng.standard_normal(shape) * 64) / 64


def array(x):
    x = np.asarray(x, np.float64)
    return {"dtype": "f64", "shape": list(x.shape), "bits": [str(v) for v in x.ravel().view(np.uint64)]}


def complexes(function):
    """Of a function of complex operands, one of their parts."""
    def of_parts(*parts):
        z = [a + 1j * b for a, b in zip(parts[::2], parts[1::2])]
        result = function(*z)
        return [result.real, result.imag] if jnp.iscomplexobj(result) else [result]
    return of_parts


def reals(function):
    def of_parts(*x):
        result = function(*x)
        return [result.real, result.imag] if jnp.iscomplexobj(result) else [result]
    return of_parts


def pair(*shape):
    return [short(*shape), short(*shape)]


def complex_cases():
    # (JAX's arccosh has a derivative of the wrong sign on the left.)
    z, w = pair(3, 4), pair(3, 4)
    for name, function in {
        "complex exp": jnp.exp, "complex log": jnp.log, "complex sqrt": jnp.sqrt, "complex sin": jnp.sin, "complex cos": jnp.cos,
        "complex tan": jnp.tan, "complex sinh": jnp.sinh, "complex cosh": jnp.cosh, "complex tanh": jnp.tanh, "complex abs": jnp.abs,
        "complex angle": jnp.angle, "complex conjugate": jnp.conj, "complex square": jnp.square, "complex power 5": lambda z: z * z * z * z * z,
        "complex power -2": lambda z: 1 / (z * z), "complex 2 - z": lambda z: 2 - z, "complex 3 / z": lambda z: 3 / z,
        "complex z / 4": lambda z: z / 4, "complex prod": lambda z: jnp.prod(z, axis=1), "complex prod all": lambda z: jnp.prod(z),
        "complex sum": lambda z: jnp.sum(z, axis=0), "complex mean": lambda z: jnp.mean(z), "complex adjoint": lambda z: jnp.conj(z.T),
        "complex cumsum": lambda z: jnp.cumsum(z, axis=1), "complex part": lambda z: z[1:, ::2], "complex reshaped": lambda z: z.reshape(2, 6),
        "complex asin": jnp.arcsin, "complex acos": jnp.arccos, "complex atan": jnp.arctan, "complex asinh": jnp.arcsinh, "complex acosh": lambda z: jnp.log(z + jnp.sqrt(z - 1) * jnp.sqrt(z + 1)),
        "complex atanh": jnp.arctanh, "complex expm1": lambda z: jnp.exp(z) - 1, "complex log1p": lambda z: jnp.log(1 + z),
        "complex log2": lambda z: jnp.log(z) / np.log(2), "complex log10": lambda z: jnp.log(z) / np.log(10), "complex sign": lambda z: z / jnp.abs(z),
        "complex cumprod": lambda z: jnp.cumprod(z, axis=1), "complex prod of axes": lambda z: jnp.prod(z, axis=(0, 1)),
        "complex sum of axes": lambda z: jnp.sum(z, axis=(0, 1)), "complex diagonal": lambda z: jnp.diagonal(z, 1),
    }.items():
        yield name, complexes(function), z
    for name, function in {
        "complex product": lambda z, w: z * w, "complex sum of two": lambda z, w: z + w, "complex difference": lambda z, w: z - w,
        "complex quotient": lambda z, w: z / w, "complex pow": lambda z, w: jnp.exp(w * jnp.log(z)), "complex concatenated": lambda z, w: jnp.concatenate([z, w], axis=1),
        "complex outer": jnp.outer, "complex vecdot": lambda z, w: jnp.vecdot(z, w, axis=0), "complex kron": jnp.kron,
        "complex tensordot": jnp.tensordot, "complex tensordot of axes": lambda z, w: jnp.tensordot(z, w, axes=([0], [0])),
    }.items():
        yield name, complexes(function), z + w
    yield "complex matmul", complexes(jnp.matmul), pair(2, 3, 4) + pair(4, 2)


def fourier_cases():
    z = pair(2, 3, 6)
    f = jnp.fft
    for name, function in {
        "fft": f.fft, "fft axis": lambda z: f.fft(z, axis=0), "fft cut": lambda z: f.fft(z, n=4), "fft longer": lambda z: f.fft(z, n=5, axis=1),
        "fft ortho": lambda z: f.fft(z, norm="ortho"), "fft forward": lambda z: f.fft(z, norm="forward"), "ifft": f.ifft,
        "ifft axis": lambda z: f.ifft(z, n=7, axis=-2), "ifft ortho": lambda z: f.ifft(z, norm="ortho"), "ifft forward": lambda z: f.ifft(z, norm="forward"),
        "fft2": f.fft2, "ifft2": f.ifft2, "fftn": f.fftn, "fftn some": lambda z: f.fftn(z, s=[3, 4], axes=[0, 2]), "ifftn": f.ifftn,
        "fftn lengths": lambda z: f.fftn(z, s=[4, 5], axes=[1, 2]),
        "irfft": f.irfft, "irfft odd": lambda z: f.irfft(z, n=11), "irfft short": lambda z: f.irfft(z, n=3, axis=1), "irfft one": lambda z: f.irfft(z, n=1),
        "irfftn": f.irfftn, "irfftn odd": lambda z: f.irfftn(z, s=[2, 5], axes=[1, 2]), "irfft2": lambda z: f.irfft2(z, norm="ortho"),
        "hfft": f.hfft, "hfft odd": lambda z: f.hfft(z, n=9), "fftshift": f.fftshift, "ifftshift": lambda z: f.ifftshift(z, axes=[1]),
    }.items():
        yield name, complexes(function), z
    x = [short(3, 7)]
    for name, function in {
        "rfft": f.rfft, "rfft even": lambda x: f.rfft(x, n=6), "rfft axis": lambda x: f.rfft(x, n=8, axis=0), "rfftn": f.rfftn,
        "rfftn lengths": lambda x: f.rfftn(x, s=[4, 6]), "rfft2": lambda x: f.rfft2(x, norm="forward"), "ihfft": f.ihfft, "fft of reals": f.fft,
        "spectrum and back": lambda x: f.irfft(f.rfft(x), n=7),
    }.items():
        yield name, reals(function), x
    yield "fft of 67", complexes(f.fft), pair(2, 67)
    yield "fft of 144", complexes(f.fft), pair(144)
    for mode in ["full", "same", "valid"]:
        yield f"fftconvolve {mode}", reals(lambda a, v, mode=mode: jax.scipy.signal.fftconvolve(a, v, mode)), [short(9, 6), short(4, 3)]


LAST = {1: ("NWC", "WIO", "NWC"), 2: ("NHWC", "HWIO", "NHWC"), 3: ("NDHWC", "DHWIO", "NDHWC")}
FIRST = {1: ("NCW", "OIW", "NCW"), 2: ("NCHW", "OIHW", "NCHW"), 3: ("NCDHW", "OIDHW", "NCDHW")}


def conv(strides, padding, layout=LAST, **options):
    def function(x, k):
        n = x.ndim - 2
        return lax.conv_general_dilated(x, k, strides, padding, dimension_numbers=layout[n], **options)
    return function


def transposed(shape, strides, padding, layout, **options):
    """PyTorch's: the derivative of a convolution of an array of this shape by the array."""
    def function(y, k):
        _, pull = jax.vjp(lambda x: conv(strides, padding, layout, **options)(x, k), jnp.zeros(shape))
        return pull(y)[0]
    return function


def convolution_cases():
    signal, image, volume = short(2, 9, 4), short(2, 7, 6, 4), short(1, 4, 5, 3, 2)
    for name, function, x, k in [
        ("conv 1", conv([1], "VALID"), signal, short(3, 4, 5)),
        ("conv 1 strided", conv([2], "SAME", rhs_dilation=[2]), signal, short(3, 4, 2)),
        ("conv 2", conv([1, 1], "VALID"), image, short(3, 2, 4, 3)),
        ("conv 2 same", conv([2, 3], "SAME"), image, short(3, 4, 4, 2)),
        ("conv 2 padded", conv([1, 2], [(2, 1), (0, 3)], rhs_dilation=[1, 2]), image, short(2, 3, 4, 2)),
        ("conv 2 cut", conv([1, 1], [(-1, 0), (1, -2)]), image, short(2, 2, 4, 2)),
        ("conv 2 spread", conv([1, 2], [(1, 1), (2, 0)], lhs_dilation=[2, 3]), image, short(3, 2, 4, 2)),
        ("conv 2 groups", conv([1, 1], "SAME", feature_group_count=2), image, short(3, 3, 2, 6)),
        ("conv 2 depthwise", conv([2, 1], "SAME", feature_group_count=4), image, short(3, 3, 1, 8)),
        ("conv 2 of points", conv([1, 1], "VALID"), image, short(1, 1, 4, 3)),
        ("conv 2 first", conv([2, 1], [(1, 1), (1, 1)], FIRST, feature_group_count=2), short(2, 4, 6, 5), short(6, 2, 3, 2)),
        ("conv 3", conv([1, 2, 1], [(1, 1), (0, 0), (1, 0)]), volume, short(2, 2, 2, 2, 3)),
        ("conv of nothing", conv([1], "VALID"), signal, short(10, 4, 2)),
    ]:
        yield name, reals(function), [x, k]
    small, k = short(2, 4, 3, 2), short(3, 2, 2, 3)
    for name, strides, padding, dilation in [
        ("convTranspose", (2, 2), "VALID", (1, 1)), ("convTranspose same", (2, 3), "SAME", (1, 1)), ("convTranspose far", (4, 3), "VALID", (1, 1)),
        ("convTranspose dilated", (1, 2), "SAME", (2, 3)), ("convTranspose far same", (5, 4), "SAME", (1, 1)),
    ]:
        yield name, reals(lambda x, k, s=strides, p=padding, d=dilation: lax.conv_transpose(x, k, s, p, d, LAST[2])), [small, k]
    yield ("convTranspose of the kernel", reals(lambda x, k: lax.conv_transpose(x, k, (2, 2), "SAME", None, LAST[2], transpose_kernel=True)),
           [small, short(3, 2, 3, 2)])
    # The convolution of 10 rows is that of 9, which outputPadding says.
    yield ("convTranspose first", reals(transposed((2, 4, 10, 6), [2, 2], [(1, 1), (1, 1)], FIRST, feature_group_count=2)),
           [short(2, 6, 5, 4), short(6, 2, 3, 2)])


def pool(kind, window, strides, padding, first=False, counts=True):
    def function(x):
        n = x.ndim - 2
        whole = (lambda a: (1, 1, *a)) if first else (lambda a: (1, *a, 1))
        pads = padding if isinstance(padding, str) else ([(0, 0)] * 2 + padding if first else [(0, 0)] + padding + [(0, 0)])
        if kind == "max":
            return lax.reduce_window(x, -jnp.inf, lax.max, whole(window), whole(strides), pads)
        total = lax.reduce_window(x, 0.0, lax.add, whole(window), whole(strides), pads)
        if kind == "sum":
            return total
        return total / (np.prod(window) if counts else lax.reduce_window(jnp.ones_like(x), 0.0, lax.add, whole(window), whole(strides), pads))
    return function


def pooling_cases():
    image = rng.permutation(2 * 7 * 6 * 3).reshape(2, 7, 6, 3) / 16.0
    for name, function, x in [
        ("maxPool", pool("max", (2, 3), (2, 3), "VALID"), image), ("maxPool same", pool("max", (3, 3), (2, 1), "SAME"), image),
        ("maxPool padded", pool("max", (3, 2), (3, 2), [(1, 1), (1, 1)]), image), ("sumPool", pool("sum", (2, 2), (1, 2), "SAME"), image),
        ("avgPool", pool("avg", (2, 2), (2, 2), "SAME"), image), ("avgPool inside", pool("avg", (3, 3), (2, 2), "SAME", counts=False), image),
        ("maxPool 1", pool("max", (4,), (2,), "VALID"), image[:, :, 0]), ("avgPool first", pool("avg", (2, 2), (1, 1), "VALID", first=True), image),
        ("maxPool 3", pool("max", (2, 2, 2), (1, 2, 1), "VALID"), image.reshape(2, 3, 7, 3, 2)),
    ]:
        yield name, reals(function), [x]


def main():
    lines = []
    for name, function, inputs in [*complex_cases(), *fourier_cases(), *convolution_cases(), *pooling_cases()]:
        def loss(parts):
            return sum(jnp.sum(jnp.cos(3.0 * jnp.arange(y.size)).reshape(y.shape) * y) for y in function(*parts))
        # One program a case: compiling every operation by itself would take minutes.
        results, slopes = jax.jit(lambda x: (function(*x), jax.grad(loss)(x)))([jnp.asarray(x) for x in inputs])
        lines.append(json.dumps({"name": name, "inputs": [array(x) for x in inputs], "results": [array(y) for y in results],
                                 "slopes": [array(s) for s in slopes]}))
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} cases, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
