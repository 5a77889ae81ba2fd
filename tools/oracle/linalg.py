"""Cases of linear algebra for the tests of HillockLinearAlgebra, written to Tests/HillockLinearAlgebraTests/Oracle/*.json.

Values are NumPy's and SciPy's, derivatives JAX's, both in double (`pip install jax scipy`). What is unique only up to signs, such as
eigenvectors, is not among them: tests put the factors together again.

    python3 tools/oracle/linalg.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
import scipy.linalg

jax.config.update("jax_enable_x64", True)
FOLDER = pathlib.Path(__file__).parents[2] / "Tests/HillockLinearAlgebraTests/Oracle"
rng = np.random.default_rng(20)


def short(x):
    """Numbers that are written in a few digits, so that every dtype begins from the same ones."""
    return np.round(x * 64) / 64


A = short(rng.standard_normal((2, 3, 4, 4)) + 2 * np.eye(4))
B = short(rng.standard_normal((3, 4, 2)))
V = short(rng.standard_normal(4))
TALL = short(rng.standard_normal((2, 5, 3)))
WIDE = short(rng.standard_normal((2, 3, 5)))
SYMMETRIC = short(TALL.swapaxes(1, 2) @ TALL + np.eye(3))
SYMMETRIC = (SYMMETRIC + SYMMETRIC.swapaxes(1, 2)) / 2
POOR = TALL[0] @ np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]])  # rank 2
SINGULAR = np.array([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]])


def array(x):
    """JSON has no NaN, so the elements are one text."""
    x = np.asarray(x)
    return {"shape": list(x.shape), "values": " ".join(repr(float(v)) for v in x.ravel())}


def write(name, cases):
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = ",\n".join(json.dumps(c) for c in cases)
    (FOLDER / name).write_text(f"[\n{text}\n]\n")


def values():
    la = np.linalg

    def case(name, operands, *results):
        return {"name": name, "operands": [array(x) for x in operands], "results": [array(x) for x in results]}

    yield case("solve", [A[0], B], la.solve(A[0], B))
    yield case("solve", [A[0, 0], V], la.solve(A[0, 0], V))
    yield case("solve", [A, B], la.solve(A, B))
    yield case("solve", [A, V], la.solve(A, np.broadcast_to(V[:, None], (2, 3, 4, 1)))[..., 0])
    yield case("solve", [SINGULAR, V[:3]], np.full(3, np.nan))
    yield case("inverse", [A], la.inv(A))
    yield case("inverse", [SINGULAR], np.full((3, 3), np.nan))
    for x in (A, SINGULAR, np.zeros((2, 0, 0))):
        yield case("det", [x], la.det(x))
        yield case("slogdet", [x], *la.slogdet(x))
    lower, upper = np.tril(A[0]), np.triu(A[0])
    for x, name in ((lower, "lower"), (upper, "upper")):
        yield case(f"triangularSolve.{name}", [A[0], B], la.solve(x, B))
        yield case(f"triangularSolve.{name}.transposed", [A[0], B], la.solve(x.swapaxes(1, 2), B))
        unit = x - x * np.eye(4) + np.eye(4)
        yield case(f"triangularSolve.{name}.unit", [A[0], B], la.solve(unit, B))
    yield case("cholesky", [SYMMETRIC], la.cholesky(SYMMETRIC))
    yield case("cholesky", [SYMMETRIC - 100 * np.eye(3)], np.full((2, 3, 3), np.nan))
    for x in (A[0], TALL, WIDE):
        parts = [scipy.linalg.lu(m, p_indices=True) for m in x]
        # SciPy gives a = l[p] u; here row i of l u is row order[i] of a.
        yield case("lu", [x], *[np.stack(p) for p in zip(*[(np.argsort(p), l, u) for p, l, u in parts])])
        yield case("svdvals", [x], la.svd(x, compute_uv=False))
        yield case("pinv", [x], la.pinv(x))
        for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
            yield case(f"matrixNorm.{order}", [x], la.norm(x, order, axis=(-2, -1)))
        yield case("cond.2", [x], la.cond(x))
        yield case("cond.-2", [x], la.cond(x, -2))
    for order in ("fro", "nuc", 1, -1, np.inf, -np.inf):
        yield case(f"cond.{order}", [A[0]], la.cond(A[0], order))
    for order in (0, 0.5, 1, 2, 3, -1, np.inf, -np.inf):
        yield case(f"vectorNorm.{order}", [A[0, 0]], la.norm(A[0, 0], order, axis=-1))
    yield case("norm", [TALL], la.norm(TALL))
    yield case("eigvalsh", [SYMMETRIC], la.eigvalsh(SYMMETRIC))
    yield case("pinv", [POOR], la.pinv(POOR, rcond=1e-10))
    yield case("matrixRank", [POOR], la.matrix_rank(POOR))
    yield case("matrixRank", [TALL], la.matrix_rank(TALL))
    yield case("matrixRank", [np.zeros((2, 3, 3))], [0, 0])
    for x, b in ((TALL[0], rng.standard_normal((5, 2))), (WIDE[0], V[:3]), (POOR, TALL[1][:, :2])):
        b = short(b)
        x0, _, rank, s = la.lstsq(x, b, rcond=1e-10)
        yield case("lstsq", [x, b], x0, ((b - x @ x0) ** 2).sum(0), rank, s)
    for scale in (0, 0.01, 0.3, 1, 8, 40):
        yield case("expm", [scale * SYMMETRIC / 8], scipy.linalg.expm(scale * SYMMETRIC / 8))
    yield case("expm", [A[0] - 2], scipy.linalg.expm(A[0] - 2))
    for power in (0, 1, 2, 5, 10, -1, -3):
        yield case(f"matrixPower.{power}", [A[0]], la.matrix_power(A[0], power))
    yield case("multiDot", [WIDE[0], TALL[0], TALL[0].T, V[:1].repeat(5)],
               la.multi_dot([WIDE[0], TALL[0], TALL[0].T, V[:1].repeat(5)]))
    yield case("multiDot", [V[:3], WIDE[0], TALL[0]], la.multi_dot([V[:3], WIDE[0], TALL[0]]))
    yield case("trace", [WIDE], np.trace(WIDE, axis1=1, axis2=2))


def weigh(x):
    """A number of an array, of which every element matters: a sum of products with sines. Tests do the same."""
    x = jnp.asarray(x)
    return (x * jnp.sin(1 + jnp.arange(x.size)).reshape(x.shape)).sum()


def gauge(v):
    """Eigenvectors without their signs."""
    return v @ jnp.diag(jnp.array([1.0, 2, 4])) @ v.swapaxes(-1, -2)


def derivatives():
    la, sla = jnp.linalg, jax.scipy.linalg
    sym = lambda x: (x + x.swapaxes(-1, -2)) / 2
    eig = jnp.linalg.eigvals
    functions = [
        ("solve", lambda a, b: la.solve(a, b), [A[0, :1], B]),
        ("solve.vector", lambda a, b: la.solve(a, b), [A[0, 0], V]),
        ("inverse", la.inv, [A[0]]),
        ("det", la.det, [A[0]]),
        ("det.singular", la.det, [SINGULAR]),
        ("slogdet", lambda a: la.slogdet(a)[1], [A[0]]),
        ("triangularSolve", lambda a, b: sla.solve_triangular(a, b, lower=True), [A[0, 0], B[0]]),
        ("triangularSolve.transposed", lambda a, b: sla.solve_triangular(a, b, trans=1), [A[0, 0], B[0]]),
        ("triangularSolve.unit", lambda a, b: sla.solve_triangular(a, b, unit_diagonal=True), [A[0, 0], B[0]]),
        ("cholesky", la.cholesky, [SYMMETRIC]),
        ("lu", lambda a: sum(map(weigh, sla.lu(a)[1:])), [A[0, 0]]),
        ("lu", lambda a: sum(map(weigh, sla.lu(a)[1:])), [TALL[0]]),
        ("lu", lambda a: sum(map(weigh, sla.lu(a)[1:])), [WIDE[0]]),
        ("qr.gauge", lambda a: (lambda q, r: weigh(q @ q.T) + weigh(r.T @ r))(*la.qr(a)), [TALL[0]]),
        ("svdvals", lambda a: la.svd(a, compute_uv=False), [TALL]),
        ("svdvals", lambda a: la.svd(a, compute_uv=False), [WIDE]),
        ("svd.gauge", lambda a: (lambda u, s, v: weigh(gauge(u)) + weigh(s) + weigh(gauge(v.swapaxes(-1, -2))))(
            *la.svd(a, full_matrices=False)), [TALL[0]]),
        ("svd.gauge", lambda a: (lambda u, s, v: weigh(gauge(u)) + weigh(s) + weigh(gauge(v.swapaxes(-1, -2))))(
            *la.svd(a, full_matrices=False)), [WIDE[0]]),
        ("eigvalsh", lambda a: la.eigvalsh(sym(a)), [SYMMETRIC]),
        ("eigh.gauge", lambda a: (lambda w, v: weigh(w) + weigh(gauge(v)))(*la.eigh(sym(a))), [SYMMETRIC[0]]),
        ("eigvals.sums", lambda a: (lambda w: (w ** 3).real.sum() + (jnp.abs(w) ** 3).sum() + (w.imag ** 2).sum())(eig(a)), [A[0, 1]]),
        ("pinv", la.pinv, [TALL[0]]),
        ("pinv", la.pinv, [WIDE[0]]),
        ("lstsq", lambda a, b: la.pinv(a) @ b, [TALL[0], TALL[1][:, :2]]),
        ("lstsq", lambda a, b: la.pinv(a) @ b, [WIDE[0], B[0, :3]]),
        ("expm", sla.expm, [A[0, :2] - 2]),
        ("matrixPower.3", lambda a: la.matrix_power(a, 3), [A[0]]),
        ("matrixPower.-2", lambda a: la.matrix_power(a, -2), [A[0]]),
        ("vectorNorm.2", lambda a: la.norm(a, axis=-1), [TALL]),
        ("vectorNorm.3", lambda a: la.norm(a, 3, axis=-1), [TALL]),
        ("matrixNorm.nuc", lambda a: la.norm(a, "nuc", axis=(-2, -1)), [TALL]),
        ("cond.2", la.cond, [TALL[0]]),
    ]
    for name, function, operands in functions:
        loss = lambda *x: weigh(function(*x))
        gradient = jax.grad(loss, argnums=tuple(range(len(operands))))
        case = {"name": name, "operands": [array(x) for x in operands], "results": [array(g) for g in gradient(*operands)]}
        # The second derivative along a direction: the gradient of the sum of products of the gradient with sines.
        second = lambda *x: sum(map(weigh, gradient(*x)))
        case["second"] = [] if name in ("eigvals.sums", "det.singular") else [
            array(g) for g in jax.grad(second, argnums=tuple(range(len(operands))))(*operands)]
        yield case


write("values.json", list(values()))
write("derivatives.json", list(derivatives()))
