"""The suite `numpy` on the other side: for each row the same expression in JAX, NumPy and PyTorch, under the name that
NumPyWorks.swift gives it. Inputs are described by text, `KIND SHAPE`, and made of the same numbers on both sides.
"""

import jax
import jax.numpy as jnp
import numpy as np

try:
    import torch
    import torch.nn.functional as F
except ImportError:  # a large package: without it the other two are measured
    torch = F = None

RANDOM = np.random.default_rng(1)
ABSENT = object()  # a library that has no such function


def numbers(count, seed):
    """32 bits for each place: the integer hash lowbias32, as NumPyInput in NumPyWorks.swift."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def made(text, seed):
    kind, _, size = text.partition(" ")
    shape = [int(part) for part in size.split("x")] if size else []
    count = int(np.prod(shape))
    kind, _, bound = kind.partition("<")
    if kind == "key":
        return None
    if kind == "shape":
        return tuple(shape)
    if kind == "ramp":
        return (np.arange(count, dtype=np.float32) / np.float32(count)).reshape(shape)
    if kind == "spread":
        return (np.arange(count, dtype=np.int64) * 7919 % int(bound)).reshape(shape)
    bits = numbers(count, seed)
    unit = lambda: (bits >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)
    if kind == "f32":
        return unit().reshape(shape)
    if kind == "f64":
        return unit().astype(np.float64).reshape(shape)
    if kind == "bool":
        return (bits >= np.uint32(2**31)).reshape(shape)
    if kind in ("i32", "index"):
        return (bits % np.uint32(int(bound))).astype(np.int32 if kind == "i32" else np.int64).reshape(shape)
    # A symmetric matrix, or with as much on its diagonal as makes it positive definite.
    x = unit().reshape(shape)
    x = np.triu(x) + np.triu(x, 1).T
    return x + len(x) * np.eye(len(x), dtype=np.float32) if kind == "spd" else x


class Row:
    """One expression for all, or what a library spells otherwise. `ready` changes its inputs before the clock runs, where each
    has a form of its own for them."""

    def __init__(self, shared=None, *, jax=None, numpy=None, torch=None, ready=None):
        self.jax, self.numpy, self.torch = jax, numpy, torch
        self.shared, self.ready = shared, ready

    def function(self, name, xp):
        own = getattr(self, name)
        if own is ABSENT or (own is None and self.shared is None):
            return None
        return own or (lambda *arrays: self.shared(xp, *arrays))


def method(function):
    """The same methods and operators everywhere."""
    return Row(lambda xp, *arrays: function(*arrays))


def named(name):
    """A function with the same name and arguments everywhere."""
    return Row(lambda xp, *arrays: getattr(xp, name)(*arrays))


def is_torch(xp):
    return xp is torch


def np_softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def np_logsumexp(x):
    top = x.max(axis=1, keepdims=True)
    return np.log(np.exp(x - top).sum(axis=1)) + top[:, 0]


def layernorm(xp, x):
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / xp.sqrt(xp.square(centred).mean(axis=1, keepdims=True) + 1e-5)


def np_add_at(x, i):
    d = np.zeros((1000, *x.shape[1:]), np.float32)
    np.add.at(d, i, x)
    return d


def np_set_at(x, i, y):
    d = x.copy()
    d[i] = y
    return d


def np_topk(x):
    return np.sort(np.partition(x, -10)[-10:])[::-1]


def complexes(xp, x, y):
    z = np.asarray(x) + np.complex64(1j) * np.asarray(y)
    return (torch.from_numpy(z),) if is_torch(xp) else (xp.asarray(z),)


def channels_first(xp, x, *kernel):
    """PyTorch's own layout; the others' is that with the channels last."""
    if not is_torch(xp):
        return (x, *kernel)
    return (x.permute(0, 3, 1, 2).contiguous(), *(k.permute(3, 2, 0, 1).contiguous() for k in kernel))


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def np_conv2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape[:2], axis=(1, 2))
    return np.tensordot(windows, k, axes=([4, 5, 3], [0, 1, 2]))


def np_blocks(x):
    b, h, w, c = x.shape
    return x.reshape(b, h // 2, 2, w // 2, 2, c)


def jax_window(x, start, operation):
    return jax.lax.reduce_window(x, start, operation, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def torch_convolve(x, k):
    return F.conv1d(x[None, None], k.flip(0)[None, None], padding=k.shape[0] // 2)[0, 0]


def tf(function):
    """PyTorch's spelling, absent where PyTorch is."""
    return function if torch else ABSENT


ROWS = {
    # Elementwise
    "add": method(lambda x, y: x + y),
    "multiply-add": method(lambda x, y: x * y + x),
    "divide": method(lambda x, y: x / (y + 1)),
    "sqrt": named("sqrt"),
    "exp": named("exp"),
    "log": Row(lambda xp, x: xp.log(x + 1)),
    "log1p": named("log1p"),
    "sin": named("sin"),
    "tanh": named("tanh"),
    "atan2": named("arctan2"),
    "power": method(lambda x, y: x**y),
    "erf": Row(jax=jax.scipy.special.erf, torch=tf(lambda x: torch.erf(x))),
    "sigmoid": Row(lambda xp, x: 1 / (1 + xp.exp(-x)), jax=jax.nn.sigmoid, torch=tf(lambda x: torch.sigmoid(x))),
    "gelu": Row(lambda xp, x: x * 0.5 * (1 + xp.tanh(0.7978845608 * (x + 0.044715 * (x * x * x)))),
                torch=tf(lambda x: F.gelu(x, approximate="tanh"))),
    "maximum": named("maximum"),
    "clip": Row(lambda xp, x: xp.clip(x, 0.2, 0.8)),
    "round": Row(lambda xp, x: xp.round(x * 100)),
    "floor-divide-i32": method(lambda x, y: x // (y + 1)),
    "bits-i32": method(lambda x, y: (x & y) ^ (x >> 3)),
    "outer-sum": method(lambda x, y: x[:, None] + y),
    "complex-multiply": Row(lambda xp, z: z * z, ready=complexes),
    "cast-i32": Row(lambda xp, x: (x * 1000).astype(xp.int32), torch=tf(lambda x: (x * 1000).to(torch.int32))),
    "cast-f16": Row(lambda xp, x: x.astype(xp.float16), torch=tf(lambda x: x.to(torch.float16))),
    "cast-f64": Row(numpy=lambda x: x.astype(np.float64), torch=tf(lambda x: x.to(torch.float64))),
    "add-f64": Row(numpy=lambda x, y: x + y, torch=tf(lambda x, y: x + y)),
    "exp-f64": Row(numpy=np.exp, torch=tf(lambda x: torch.exp(x))),
    # Comparison, masks
    "less": method(lambda x, y: x < y),
    "all-close": Row(lambda xp, x, y: (xp.abs(x - y) <= 1e-5 + 1e-3 * xp.abs(y)).all()),
    "where": Row(lambda xp, m, x, y: xp.where(m, x, y)),
    "select-3": Row(lambda xp, x: xp.where(x < 0.3, -x, xp.where(x < 0.6, x * 2, x * x))),
    "mask-sum": Row(lambda xp, m, x: xp.where(m, x, 0).sum()),
    "extract": Row(numpy=lambda m, x: x[m], torch=tf(lambda m, x: x[m]), jax=lambda m, x: jnp.extract(m, x, size=49_734)),
    "nonzero": Row(numpy=np.flatnonzero, torch=tf(lambda m: torch.nonzero(m)[:, 0]),
                   jax=lambda m: jnp.flatnonzero(m, size=49_734)),
    # Reductions
    "sum": method(lambda x: x.sum()),
    "sum-0": method(lambda x: x.sum(axis=0)),
    "sum-1": method(lambda x: x.sum(axis=1)),
    "sum-middle": method(lambda x: x.sum(axis=1)),
    "sum-i32": Row(lambda xp, x: x.sum()),
    "squares-1": method(lambda x: (x * x).sum(axis=1)),
    "mean-1": method(lambda x: x.mean(axis=1)),
    "prod": Row(lambda xp, x: xp.prod(x * 0.001 + 0.9995)),
    "max": method(lambda x: x.max()),
    "max-0": Row(lambda xp, x: x.max(axis=0), torch=tf(lambda x: x.amax(0))),
    "min-1": Row(lambda xp, x: x.min(axis=1), torch=tf(lambda x: x.amin(1))),
    "any": method(lambda x: (x > 2).any()),
    "all-1": method(lambda m: m.all(axis=1)),
    "count-nonzero": named("count_nonzero"),
    "variance": Row(lambda xp, x: x.var(), torch=tf(lambda x: x.var(correction=0))),
    "std-1": Row(lambda xp, x: x.std(axis=1), torch=tf(lambda x: x.std(1, correction=0))),
    "norm": Row(lambda xp, x: xp.linalg.norm(x)),
    "nansum": named("nansum"),
    "argmax": method(lambda x: x.argmax()),
    "argmin-0": method(lambda x: x.argmin(axis=0)),
    "argmin-1": method(lambda x: x.argmin(axis=1)),
    "logsumexp-1": Row(jax=lambda x: jax.nn.logsumexp(x, 1), numpy=np_logsumexp, torch=tf(lambda x: torch.logsumexp(x, 1))),
    "softmax": Row(jax=lambda x: jax.nn.softmax(x, 1), numpy=np_softmax, torch=tf(lambda x: torch.softmax(x, 1))),
    "layernorm": Row(layernorm, torch=tf(lambda x: F.layer_norm(x, x.shape[1:]))),
    # Scans
    "cumsum": method(lambda x: x.cumsum(axis=0)),
    "cumsum-0": method(lambda x: x.cumsum(axis=0)),
    "cumsum-1": method(lambda x: x.cumsum(axis=1)),
    "cumprod": Row(lambda xp, x: xp.cumprod(x * 0.001 + 0.9995, 0)),
    "cummax": Row(jax=lambda x: jax.lax.cummax(x), numpy=np.maximum.accumulate, torch=tf(lambda x: torch.cummax(x, 0).values)),
    "diff": Row(lambda xp, x: xp.diff(x)),
    # Sorting, searching, sets, statistics
    "sort": Row(lambda xp, x: xp.sort(x), torch=tf(lambda x: torch.sort(x).values)),
    "sort-0": Row(lambda xp, x: xp.sort(x, axis=0), torch=tf(lambda x: torch.sort(x, 0).values)),
    "sort-i32": Row(lambda xp, x: xp.sort(x), torch=tf(lambda x: torch.sort(x).values)),
    "argsort": Row(lambda xp, x: xp.argsort(x, stable=True), torch=tf(lambda x: torch.argsort(x, stable=True))),
    "top-10": Row(jax=lambda x: jax.lax.top_k(x, 10)[0], numpy=np_topk, torch=tf(lambda x: torch.topk(x, 10).values)),
    "searchsorted": named("searchsorted"),
    "isin": named("isin"),
    "unique": Row(jax=lambda x: jnp.unique(x, size=1000), numpy=np.unique, torch=tf(lambda x: torch.unique(x))),
    "histogram": Row(lambda xp, x: xp.histogram(x, bins=50, range=(0, 1))[0], torch=tf(lambda x: torch.histc(x, 50, 0, 1))),
    "bincount": Row(numpy=lambda i: np.bincount(i, minlength=1000), jax=lambda i: jnp.bincount(i, length=1000),
                    torch=tf(lambda i: torch.bincount(i, minlength=1000))),
    "median": Row(lambda xp, x: xp.median(x)),
    "median-1": Row(lambda xp, x: xp.median(x, axis=1), torch=tf(lambda x: torch.median(x, 1).values)),
    "quantile": Row(lambda xp, x: xp.quantile(x, 0.9)),
    "interp": Row(lambda xp, x, xs, ys: xp.interp(x, xs, ys), torch=ABSENT),
    "corrcoef": named("corrcoef"),
    # Moving elements
    "take": method(lambda x, i: x[i]),
    "take-rows": method(lambda x, i: x[i]),
    "take-along-0": Row(lambda xp, x, i: xp.take_along_axis(x, i, axis=0), torch=tf(lambda x, i: torch.take_along_dim(x, i, 0))),
    "take-along-1": Row(lambda xp, x, i: xp.take_along_axis(x, i, axis=1), torch=tf(lambda x, i: torch.take_along_dim(x, i, 1))),
    "add-at": Row(jax=lambda x, i: jnp.zeros(1000).at[i].add(x), numpy=np_add_at,
                  torch=tf(lambda x, i: torch.zeros(1000).index_add_(0, i, x))),
    "set-at": Row(jax=lambda x, i, y: x.at[i].set(y), numpy=np_set_at, torch=tf(lambda x, i, y: x.index_put((i,), y))),
    "segment-sum": Row(jax=lambda x, i: jax.ops.segment_sum(x, i, num_segments=1000),
                       numpy=lambda x, i: np_add_at(x, i),
                       torch=tf(lambda x, i: torch.zeros(1000, *x.shape[1:]).index_add_(0, i, x))),
    "slice": Row(lambda xp, x: x[::2], numpy=lambda x: x[::2].copy(), torch=tf(lambda x: x[::2].clone())),
    "window": Row(jax=lambda x: x[500:1500, 300:1300], numpy=lambda x: x[500:1500, 300:1300].copy(),
                  torch=tf(lambda x: x[500:1500, 300:1300].contiguous())),
    "reverse": Row(lambda xp, x: xp.flip(x, 0), numpy=lambda x: x[::-1].copy(), torch=tf(lambda x: x.flip(0))),
    "roll": Row(lambda xp, x: xp.roll(x, 17)),
    "transpose": Row(lambda xp, x: x.T, numpy=lambda x: x.T.copy(), torch=tf(lambda x: x.T.contiguous())),
    "transpose-3": Row(lambda xp, x: x.transpose(2, 0, 1), numpy=lambda x: x.transpose(2, 0, 1).copy(),
                       torch=tf(lambda x: x.permute(2, 0, 1).contiguous())),
    "add-transposed": method(lambda x: x + x.T),
    "concatenate-0": Row(lambda xp, x, y: xp.concatenate([x, y], 0)),
    "concatenate-1": Row(lambda xp, x, y: xp.concatenate([x, y], 1)),
    "stack": Row(lambda xp, x, y: xp.stack([x, y], 1)),
    "pad": Row(lambda xp, x: xp.pad(x, 3, constant_values=1.5), torch=tf(lambda x: F.pad(x, (3, 3, 3, 3), value=1.5))),
    "tile": Row(lambda xp, x: xp.tile(x, (3, 2))),
    "repeat": Row(lambda xp, x: xp.repeat(x, 3), torch=tf(lambda x: torch.repeat_interleave(x, 3))),
    "triu": named("triu"),
    # Products
    "matmul": method(lambda x, y: x @ y),
    "matmul-batch": method(lambda x, y: x @ y),
    "matvec": method(lambda x, y: x @ y),
    "dot": method(lambda x, y: x @ y),
    "outer": named("outer"),
    "gram": method(lambda x: x.T @ x),
    "einsum-chain": Row(lambda xp, x, y, z: xp.einsum("ij,jk,kl->il", x, y, z)),
    "einsum-batch": Row(lambda xp, x, y: xp.einsum("bij,bkj->bik", x, y)),
    "einsum-tensor": Row(lambda xp, x, y: xp.einsum("ijk,kl->ijl", x, y)),
    # Fourier transforms, convolutions, pooling
    "fft": Row(lambda xp, z: xp.fft.fft(z), ready=complexes),
    "fft-2": Row(lambda xp, z: xp.fft.fft2(z), ready=complexes),
    "fft-rows": Row(lambda xp, z: xp.fft.fft(z), ready=complexes),
    "rfft": Row(lambda xp, x: xp.fft.rfft(x)),
    "irfft": Row(lambda xp, z: xp.fft.irfft(z), ready=complexes),
    "convolve": Row(lambda xp, x, k: xp.convolve(x, k, "same"), torch=tf(torch_convolve)),
    "conv-2": Row(numpy=np_conv2d, torch=tf(lambda x, k: channels_last(F.conv2d(x, k))), ready=channels_first,
                  jax=lambda x, k: jax.lax.conv_general_dilated(x, k, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))),
    "max-pool": Row(jax=lambda x: jax_window(x, -jnp.inf, jax.lax.max), numpy=lambda x: np_blocks(x).max(axis=(2, 4)),
                    torch=tf(lambda x: channels_last(F.max_pool2d(x, 2))), ready=channels_first),
    "mean-pool": Row(jax=lambda x: jax_window(x, 0.0, jax.lax.add) / 4, numpy=lambda x: np_blocks(x).mean(axis=(2, 4)),
                     torch=tf(lambda x: channels_last(F.avg_pool2d(x, 2))), ready=channels_first),
    # Random draws
    "uniform": Row(jax=lambda key, shape: jax.random.uniform(key, shape), numpy=lambda key, shape: RANDOM.random(shape, np.float32),
                   torch=tf(lambda key, shape: torch.rand(shape))),
    "normal": Row(jax=lambda key, shape: jax.random.normal(key, shape),
                  numpy=lambda key, shape: RANDOM.standard_normal(shape, np.float32), torch=tf(lambda key, shape: torch.randn(shape))),
    "randint": Row(jax=lambda key, shape: jax.random.randint(key, shape, 0, 1000),
                   numpy=lambda key, shape: RANDOM.integers(0, 1000, shape, np.int32),
                   torch=tf(lambda key, shape: torch.randint(0, 1000, shape, dtype=torch.int32))),
    "bernoulli": Row(jax=lambda key, shape: jax.random.bernoulli(key, 0.3, shape),
                     numpy=lambda key, shape: RANDOM.random(shape, np.float32) < np.float32(0.3),
                     torch=tf(lambda key, shape: torch.rand(shape) < 0.3)),
    # Linear algebra
    "cholesky": Row(lambda xp, a: xp.linalg.cholesky(a)),
    "lu": Row(jax=lambda a: jax.scipy.linalg.lu(a)[1:], torch=tf(lambda a: torch.linalg.lu(a)[1:])),
    "qr": Row(lambda xp, a: tuple(xp.linalg.qr(a))),
    "solve": Row(lambda xp, a, b: xp.linalg.solve(a, b)),
    "solve-batch": Row(lambda xp, a, b: xp.linalg.solve(a, b)),
    "inv": Row(lambda xp, a: xp.linalg.inv(a)),
    "det": Row(lambda xp, a: tuple(xp.linalg.slogdet(a))),
    "svd": Row(lambda xp, a: tuple(xp.linalg.svd(a, full_matrices=False))[1::-1]),
    "eigh": Row(lambda xp, a: tuple(xp.linalg.eigh(a))),
}


def sampled(result, command):
    """What is compared of a result: how many elements there are and a thousand of them, or their mean and deviation."""
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    outputs = outputs[: command["outputs"]]
    answer = []
    for output in outputs:
        output = np.asarray(output)
        parts = [output.real, output.imag] if np.iscomplexobj(output) else [output]
        for part in parts:
            part = part.astype(np.float64).ravel()
            if command["check"] == "moments":
                answer.append([part.size, part.mean(), part.std()])
            else:
                answer.append([part.size, *part[:: max(part.size // 1000, 1)].tolist()])
    return answer


def prepare(command, timed):
    """The peers who have the row, by name, each with its time and its answer."""
    texts = command["inputs"]
    name = command["case"].split(" ")[0]
    row, inputs = ROWS[name], [made(text, seed) for seed, text in enumerate(texts)]
    static = [place for place, text in enumerate(texts) if text.startswith("shape")]
    peers = {}

    def add(library, version, xp, convert, compiled, finish):
        function = row.function(library, xp)
        if function is None:
            return
        arguments = [convert(x) if isinstance(x, np.ndarray) else x for x in inputs]
        if row.ready:
            arguments = row.ready(xp, *arguments)
        f = compiled(function)
        run = lambda: finish(f(*arguments))
        once = timed(run)
        once.answer = lambda: sampled(run(), command)
        peers[f"{library} {version}"] = once

    def with_key(function):
        f = jax.jit(function, static_argnums=static)
        key = jax.random.key(1)
        return lambda *arguments: f(*(key if a is None else a for a in arguments))

    add("jax", jax.__version__, jnp, jnp.asarray, with_key, jax.block_until_ready)
    add("numpy", np.__version__, np, lambda x: x, lambda f: f, lambda result: result)
    if torch:
        add("torch", torch.__version__.split("+")[0], torch, torch.from_numpy, lambda f: torch.inference_mode()(f), lambda r: r)
    return peers
