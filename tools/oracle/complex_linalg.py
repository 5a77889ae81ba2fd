"""Cases of linear algebra of complex matrices for the tests of HillockLinearAlgebra, written to
Tests/HillockLinearAlgebraTests/Oracle/complex.json.

Values are NumPy's and SciPy's, derivatives JAX's, both in double (`pip install jax scipy`). A complex operand or result is two arrays, its parts. What is
unique only up to phases, such as eigenvectors, is not among the values: tests put the factors together again.

    python3 tools/oracle/complex_linalg.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
import scipy.linalg as sl

jax.config.update("jax_enable_x64", True)
FILE = pathlib.Path(__file__).parents[2] / "Tests/HillockLinearAlgebraTests/Oracle/complex.json"
rng = np.random.default_rng(21)


def short(*shape):
    """Numbers that are written in a few digits, so that every dtype begins from the same ones."""
    x = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    return np.round(x * 64) / 64


A = short(2, 3, 3) + 2 * np.eye(3)
B = short(2, 3, 2)
V = short(3)
TALL, WIDE = short(2, 4, 3), short(2, 3, 4)
HERMITIAN = np.round((TALL.conj().swapaxes(1, 2) @ TALL + np.eye(3)) * 64) / 64
POOR = TALL[0] @ np.array([[1, 0, 1], [0, 1, 1j], [0, 0, 0]])  # rank 2
SINGULAR = np.array([[1, 1j, 2], [1j, -1, 2j], [1, 0, 1 - 1j]])


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "values": " ".join(repr(float(v)) for v in x.ravel())}


def parts(x):
    return [array(np.real(x)), array(np.imag(x))]


def flat(x):
    """The parts of complex results; real ones are one array."""
    return parts(x) if np.iscomplexobj(x) else [array(x)]


def values():
    la = np.linalg

    def case(name, operands, *results):
        return {"name": name, "operands": sum(map(parts, operands), []), "results": sum(map(flat, results), [])}

    nan = complex(np.nan, np.nan)
    yield case("solve", [A, B], la.solve(A, B))
    yield case("solve", [A[0], V], la.solve(A[0], V))
    yield case("solve", [A, V], la.solve(A, np.broadcast_to(V[:, None], (2, 3, 1)))[..., 0])
    yield case("inverse", [A], la.inv(A))
    # The second row is i times the first, which LU finds exactly.
    yield case("inverse", [SINGULAR], np.full((3, 3), nan))
    for x in (A, np.zeros((2, 0, 0), complex)):
        yield case("det", [x], la.det(x))
        yield case("slogdet", [x], *la.slogdet(x))
    yield case("det", [SINGULAR], 0j)
    yield case("cholesky", [HERMITIAN], la.cholesky(HERMITIAN))
    yield case("cholesky", [HERMITIAN - 100 * np.eye(3)], np.full((2, 3, 3), nan))
    yield case("eigvalsh", [HERMITIAN], la.eigvalsh(HERMITIAN))
    for x in (A, TALL, WIDE):
        yield case("svdvals", [x], la.svd(x, compute_uv=False))
        yield case("pinv", [x], la.pinv(x))
        for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
            yield case(f"matrixNorm.{order}", [x], la.norm(x, order, axis=(-2, -1)))
    yield case("pinv", [POOR], la.pinv(POOR, rcond=1e-10))
    yield case("matrixRank", [POOR], la.matrix_rank(POOR, rtol=1e-6))
    for order in (0, 0.5, 1, 2, 3, -1, np.inf, -np.inf):
        yield case(f"vectorNorm.{order}", [TALL], la.norm(TALL, order, axis=-1))
    for x, b in ((TALL[0], short(4, 2)), (WIDE[0], B[0]), (POOR, short(4, 2))):
        x0, _, rank, s = la.lstsq(x, b, rcond=1e-10)
        yield case("lstsq", [x, b], x0, (abs(b - x @ x0) ** 2).sum(0), rank, s)
    for power in (0, 1, 2, 5, -1, -3):
        yield case(f"matrixPower.{power}", [A], la.matrix_power(A, power))
    for x in (A[0], TALL[0], WIDE[0], SINGULAR):
        order, lower, upper = sl.lu(x, p_indices=True)
        yield case("lu", [x], np.argsort(order), lower, upper)
    for lower in (True, False):
        for transposed in (False, True):
            for unit in (False, True):
                x = [sl.solve_triangular(a, b, trans=int(transposed), lower=lower, unit_diagonal=unit) for a, b in zip(A, B)]
                yield case("triangularSolve." + triangle(lower, transposed, unit), [A, B], np.stack(x))
    yield case("triangularSolve." + triangle(True, False, False), [A[0], V], sl.solve_triangular(A[0], V, lower=True))
    for x in (A, 8 * A, A / 1024, np.zeros((2, 2), complex), np.zeros((0, 0), complex)):
        yield case("expm", [x], np.stack([sl.expm(m) for m in x]) if x.ndim == 3 else sl.expm(x))
    for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        yield case(f"cond.{order}", [A], la.cond(A, order))
    yield case("cond.1", [SINGULAR], np.array(np.inf))


def triangle(lower, transposed, unit):
    return f"{'lower' if lower else 'upper'}{'-transposed' if transposed else ''}{'-unit' if unit else ''}"


def weigh(x):
    """A number of arrays, of which every element and part matters. Tests do the same."""
    if isinstance(x, tuple):
        return sum(map(weigh, x))
    x = jnp.asarray(x)
    if jnp.iscomplexobj(x):
        return weigh(x.real) + 2 * weigh(x.imag)
    return (x * jnp.sin(1 + jnp.arange(x.size)).reshape(x.shape)).sum()


def gauge(v):
    """Vectors without their phases."""
    return v @ jnp.diag(jnp.array([1.0, 2, 4])) @ v.conj().swapaxes(-1, -2)


def derivatives():
    la = jnp.linalg
    hermitian = lambda x: (x + x.conj().swapaxes(-1, -2)) / 2
    for name, function, operands in [
        ("solve", la.solve, [A, B]),
        ("inverse", la.inv, [A]),
        ("det", la.det, [A]),
        ("det", la.det, [SINGULAR]),
        ("slogdet", lambda a: tuple(la.slogdet(a)), [A]),
        ("cholesky", lambda a: la.cholesky(hermitian(a)), [HERMITIAN]),
        ("qr.gauge", lambda a: (lambda q, r: (q @ q.conj().T, r.conj().T @ r))(*la.qr(a)), [TALL[0]]),
        ("svdvals", lambda a: la.svd(a, compute_uv=False), [TALL]),
        ("svd.gauge", lambda a: (lambda u, s, v: (gauge(u), s, gauge(v.conj().T)))(
            *la.svd(a, full_matrices=False)), [TALL[0]]),
        ("svd.gauge", lambda a: (lambda u, s, v: (gauge(u), s, gauge(v.conj().T), u @ v))(
            *la.svd(a, full_matrices=False)), [WIDE[0]]),
        ("eigvalsh", lambda a: la.eigvalsh(hermitian(a)), [HERMITIAN]),
        ("eigh.gauge", lambda a: (lambda w, v: (w, gauge(v)))(*la.eigh(hermitian(a))), [HERMITIAN[0]]),
        ("eigvals.sums", lambda a: (lambda w: (w ** 3).real.sum() + (w.real ** 2 * w.imag).sum())(la.eigvals(a)), [A[0]]),
        ("pinv", la.pinv, [TALL[0]]),
        ("pinv", la.pinv, [WIDE[0]]),
        ("lstsq", lambda a, b: la.pinv(a) @ b, [TALL[0], TALL[1][:, :2]]),
        ("matrixPower.3", lambda a: la.matrix_power(a, 3), [A]),
        ("matrixPower.-2", lambda a: la.matrix_power(a, -2), [A]),
        ("lu.slopes", lambda a: tuple(jsl.lu(a)[1:]), [A[0]]),
        ("lu.slopes", lambda a: tuple(jsl.lu(a)[1:]), [TALL[0]]),
        ("lu.slopes", lambda a: tuple(jsl.lu(a)[1:]), [WIDE[0]]),
        ("triangularSolve.lower", lambda a, b: jsl.solve_triangular(a, b, lower=True), [A[0], B[0]]),
        ("triangularSolve.upper-transposed", lambda a, b: jsl.solve_triangular(a, b, trans=1), [A[1], B[1]]),
        ("triangularSolve.upper-unit", lambda a, b: jsl.solve_triangular(a, b, unit_diagonal=True), [A[0], B[0]]),
        ("expm", lambda a: jsl.expm(a), [A[0]]),
        ("vectorNorm.2", lambda a: jnp.sqrt((abs(a) ** 2).sum(-1)), [TALL]),
        ("vectorNorm.3", lambda a: (abs(a) ** 3).sum(-1) ** (1 / 3), [TALL]),
        ("matrixNorm.nuc", lambda a: la.svd(a, compute_uv=False).sum(-1), [TALL]),
    ]:
        def loss(*x):
            return weigh(function(*[a + 1j * b for a, b in zip(x[::2], x[1::2])]))
        inputs = [jnp.asarray(p) for x in operands for p in (x.real, x.imag)]
        places = tuple(range(len(inputs)))
        gradient = jax.jit(jax.grad(loss, argnums=places))
        case = {"name": name, "operands": sum(map(parts, operands), []), "slopes": [array(g) for g in gradient(*inputs)]}
        if name not in ("eigvals.sums", "qr.gauge") and operands[0] is not SINGULAR:
            # The second derivative along a direction: the gradient of the sum of products of the gradient with sines.
            second = jax.jit(jax.grad(lambda *x: sum(map(weigh, gradient(*x))), argnums=places))
            case["second"] = [array(g) for g in second(*inputs)]
        yield case


if __name__ == "__main__":
    cases = [*values(), *derivatives()]
    FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    print(f"{len(cases)} cases, {FILE.stat().st_size} bytes")
