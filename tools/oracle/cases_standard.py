"""The special cases of the Python array API standard, one case a row of its tables (special_cases.txt).

A row is read here: from its words follow the operands that it speaks of, and what it says of their results. The expectation is
that of numerics.py, which has never seen the table; each result is held against its row. So two descriptions of a function must
agree.
"""

import fractions
import math
import pathlib
import re

import numpy as np

import numerics
from cases_elementwise import tolerance_of
from cases_narrow import FORMATS, NarrowCase, rounded
from numerics import DTYPES, TRANSCENDENTAL

OPS = {
    "divide": "div",
    "equal": "eq",
    "floor_divide": "floordiv",
    "maximum": "max",
    "minimum": "min",
    "multiply": "mul",
    "not_equal": "ne",
    "remainder": "mod",
    "subtract": "sub",
}
# Functions that the standard defines by another one: name: (that function, its operands made of one's own).
DEFINED = {
    "subtract": ("add", lambda a, b: (a, -b)),
    "square": ("multiply", lambda x: (x, x)),
    "reciprocal": ("divide", lambda x: (1.0, x)),
}
REDUCTIONS = {"max": "max", "min": "min", "prod": "product", "sum": "sum"}
FLOATS = ["f32", "f64", "f16", "bf16"]
NOTE = "The sign of a NaN is not specified here: signbit is false, and copysign takes it for positive."


def tables():
    found = {}
    for line in (pathlib.Path(__file__).parent / "special_cases.txt").read_text().splitlines():
        if line.startswith("["):
            rows = found[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            rows.append(line)
    return found


def is_zero(x, sign):
    return x == 0 and math.copysign(1, x) == sign


def is_odd(x):
    return math.isfinite(x) and x % 2 == 1


# What a row can say of an operand.
PROPERTIES = [
    (r"NaN", lambda x: math.isnan(x)),
    (r"not NaN", lambda x: not math.isnan(x)),
    (r"any value, including NaN", lambda x: True),
    (r"\+0", lambda x: is_zero(x, 1)),
    (r"-0", lambda x: is_zero(x, -1)),
    (r"(?:either )?(?:\+0 or -0|-0 or \+0)", lambda x: x == 0),
    (r"\+infinity", lambda x: x == math.inf),
    (r"-infinity", lambda x: x == -math.inf),
    (r"(?:either )?\+infinity or -infinity", lambda x: math.isinf(x)),
    (r"\+?1", lambda x: x == 1),
    (r"-1", lambda x: x == -1),
    (r"a finite number", math.isfinite),
    (r"a finite number or NaN", lambda x: not math.isinf(x)),
    (r"a nonzero finite number", lambda x: math.isfinite(x) and x != 0),
    (r"a positive finite number", lambda x: 0 < x < math.inf),
    (r"a negative finite number", lambda x: -math.inf < x < 0),
    (r"greater than (-?\d)", lambda x, n: x > n),
    (r"less than (-?\d)", lambda x, n: x < n),
    (r"not equal to (-?\d)", lambda x, n: x != n),
    (r"already integer-valued", lambda x: math.isfinite(x) and x == int(x)),
    (r"an odd integer value", is_odd),
    (r"not an odd integer value", lambda x: not is_odd(x)),
    (r"not an integer value", lambda x: not float(x).is_integer()),
]
SAME = r"x1_i and x2_i have (the same|different) mathematical signs?( and are both nonzero finite numbers)?"


def property_of(text):
    for pattern, holds in PROPERTIES:
        if match := re.fullmatch(pattern, text):
            return lambda x: holds(x, *map(float, match.groups()))
    raise ValueError(text)


def clause(text, names):
    """A condition as a predicate of the operands."""
    at = names.index
    if match := re.fullmatch(r"either (\w+) or (\w+) is NaN|(\w+) is NaN or (\w+) is NaN", text):
        return lambda *x: any(math.isnan(x[at(name)]) for name in match.groups() if name)
    if match := re.fullmatch(SAME, text):
        signs_agree, both_finite = match[1] == "the same", bool(match[2])
        return lambda *x: not any(math.isnan(v) or both_finite and (v == 0 or math.isinf(v)) for v in x) and (
            (math.copysign(1, x[0]) == math.copysign(1, x[1])) == signs_agree
        )
    if match := re.fullmatch(r"(?:and )?the sign bit of (\w+) is (0|1)", text):
        return lambda *x: (math.copysign(1, x[at(match[1])]) < 0) == (match[2] == "1")
    if match := re.fullmatch(r"x1_i (equals|does not equal) x2_i", text):
        return lambda a, b: (a == b) == (match[1] == "equals")
    if text == "two integers are equally close to x_i":
        return lambda x: math.isfinite(x) and abs(x) < 2**50 and x * 2 % 2 == 1
    if text == "x2_i is -x1_i":
        return lambda a, b: b == -a
    match = re.fullmatch(r"(abs\()?(\w+)\)? is (.*)", text)
    holds = property_of(match[3])
    return lambda *x: holds(abs(x[at(match[2])]) if match[1] else x[at(match[2])])


def condition(text, names):
    text = re.sub(r" \(i\.e\.,[^)]*\)", "", text)
    text = text.replace("any value, including NaN", "any value;").replace("both nonzero", "BOTH")
    parts = re.split(r",? and (?=(?:abs\()?x\d?_i\)? (?:is|equals|does)|the sign bit)|, (?=x\d_i)", text)
    parts = [p.replace("any value;", "any value, including NaN").replace("BOTH", "both nonzero") for p in parts]
    clauses = [clause(p, names) for p in parts]
    return lambda *x: all(c(*x) for c in clauses)


def approximately(dtype, value):
    """Within two floats of it."""
    step = math.ldexp(1, max(math.frexp(value)[1] - FORMATS[dtype][0], FORMATS[dtype][1]))
    return lambda r: abs(r - value) <= 2 * step


def outcome(text, names, dtype):
    """What a row says of a result, as a predicate of it and the operands."""
    text = re.sub(r" \(note:.*|\..*|, even if .*|, unless .*|\(i\.e.*", "", text).strip()
    fixed = {"True": 1, "False": 0, "1": 1, "+1": 1, "-1": -1, "+infinity": math.inf, "-infinity": -math.inf, "0": 0}
    if text.startswith("NaN"):
        return lambda r, *x: math.isnan(r)
    if text in ("+0", "-0"):
        return lambda r, *x: is_zero(r, 1 if text == "+0" else -1)
    if text in fixed:
        return lambda r, *x: r == fixed[text]
    if match := re.fullmatch(r"an implementation-dependent approximation to ([+-])(\d?)π(?:/(\d))?", text):
        return lambda r, *x: approximately(dtype, float(match[1] + "1") * int(match[2] or 1) * math.pi / int(match[3] or 1))(r)
    if match := re.fullmatch(r"(?:equivalent to )?(-?)(abs\(|\|)?(x\d?_i)[)|]?", text):

        def same(r, *x):
            value = x[names.index(match[3])]
            value = (abs(value) if match[2] else value) * (-1 if match[1] else 1)
            return math.isnan(value) and math.isnan(r) or r == value and math.copysign(1, r) == math.copysign(1, value)

        return same
    if match := re.fullmatch(r"a (positive|negative) mathematical sign", text):
        return lambda r, *x: math.isnan(r) or math.copysign(1, r) == (1 if match[1] == "positive" else -1)
    if text.startswith("a signed infinity"):
        return lambda r, a, b: math.isinf(r) and math.copysign(1, r) == math.copysign(1, a) * math.copysign(1, b)
    if text == "the even integer closest to x_i":
        return lambda r, x: abs(r - x) == 0.5 and r % 2 == 0
    raise ValueError(text)


def nearest(dtype, name, exact_of):
    """What remains: the exact result, rounded once. A zero has the sign of the product, or is -0 as a sum of these alone."""

    def agrees(r, a, b):
        exact = exact_of(fractions.Fraction(a), fractions.Fraction(b))
        return r == rounded(exact, dtype) and (name == "add" or math.copysign(1, r) == math.copysign(1, a) * math.copysign(1, b))

    return agrees


def rest(function, dtype):
    """The rows that begin with "In the remaining cases", and hypot's of underflow."""
    exact = {
        "add": lambda a, b: a + b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
        "floor_divide": lambda a, b: fractions.Fraction(math.floor(a / b)),
    }
    if function in exact:
        zero_ok = function == "multiply"
        finite = lambda a, b: math.isfinite(a) and math.isfinite(b) and (zero_ok or a * b != 0 or a != 0 and b != 0)
        if function == "floor_divide":
            return (
                lambda a, b: finite(a, b) and a / b == a / b and 1 <= a / b < 2 ** FORMATS[dtype][0],
                lambda r, a, b: r == rounded(exact[function](fractions.Fraction(a), fractions.Fraction(b)), dtype),
            )
        return finite, nearest(dtype, function, exact[function])
    if function == "remainder":
        return (
            lambda a, b: math.isfinite(a) and math.isfinite(b) and a != 0 and b != 0 and dtype == "f64",
            lambda r, a, b: r == a % b,
        )
    if function == "hypot":
        return lambda a, b: math.isfinite(a) and math.isfinite(b) and (a != 0 or b != 0), lambda r, a, b: r > 0
    return None


def pool(dtype):
    digits, smallest, end = FORMATS[dtype]
    positive = [
        0.0,
        0.5,
        0.75,
        1.0,
        1.5,
        2.0,
        2.5,
        3.0,
        7.0,
        100.0,
        math.ldexp(1, smallest),
        math.ldexp(3, smallest),
        math.ldexp(1, smallest + digits - 1),
        math.ldexp(2**digits - 1, end - digits),
        math.inf,
    ]
    # (a case file has no sign for a NaN of two bytes)
    return positive + [-x for x in positive] + [math.nan] + ([-math.nan] if dtype in ("f32", "f64") else [])


MOST = 20


def chosen(holds, arity, dtype):
    """Operands for which the condition holds, few of them and from all over."""
    values = pool(dtype)
    tuples = [(a,) for a in values] if arity == 1 else [(a, b) for a in values for b in values]
    found = [t for t in tuples if holds(*t)]
    step = max(1, len(found) // MOST)
    # (an odd step, so that a second operand does not always meet the same first)
    return found[:: step | 1][:MOST]


def rows_of(function, rows, arity):
    """Each row with its condition and its outcome by dtype; what remains is what no row before spoke of."""
    names = ["x_i"] if arity == 1 else ["x1_i", "x2_i"]
    # The table of not_equal forgets a finite number beside an infinite one, which would make it "what remains".
    before = [lambda a, b: math.isinf(a) != math.isinf(b)] if function == "not_equal" else []
    for row in rows:
        match = re.match(r"If (.*?),? the (?:result is|result has|maximum value is) (.*)$", row)
        if match is None:
            if function in ("isinf", "isnan", "equal", "not_equal"):
                earlier, text = list(before), row.rsplit("is ", 1)[1]
                yield (
                    row,
                    lambda dtype, earlier=earlier: lambda *x: not any(c(*x) for c in earlier),
                    lambda dtype, text=text: outcome(text, names, dtype),
                )
            else:
                yield row, lambda dtype: rest(function, dtype)[0], lambda dtype: rest(function, dtype)[1]
            continue
        holds = condition(match[1], names)
        before.append(holds)
        yield row, lambda dtype, holds=holds: holds, lambda dtype, text=match[2]: outcome(text, names, dtype)


# Where the standard allows what Python does, this is what NumPy does.
PYTHON = {"libraries may return NaN": math.nan, "libraries may return -1.0": -1.0}


def case_of(function, row, condition_of, outcome_of, arity, rewritten=None):
    op = OPS.get(function, function)
    note = NOTE if "sign bit" in row and "NaN" in row else None
    g = NarrowCase(f"{function}: {row.split(' (note:')[0].split('. ')[0].rstrip('.')}", note=note)
    allowed = next((value for words, value in PYTHON.items() if words in row), None)
    for dtype in FLOATS:
        if op == "nextafter" and dtype not in ("f32", "f64"):
            continue
        holds, says = condition_of(dtype), outcome_of(dtype)
        operands = chosen((lambda *x: holds(*rewritten(*x))) if rewritten else holds, arity, dtype)
        if not operands:
            continue
        columns = [np.array(column).astype(DTYPES[dtype]) for column in zip(*operands)]
        result = g.op(op, *[g.argument(column) for column in columns])
        g.result(result, tolerance_of(op, dtype) if dtype in ("f32", "f64") or op not in TRANSCENDENTAL else "within 1 ulp")
        for r, x in zip(result.array, operands):
            x, r = (rewritten(*x) if rewritten else x), float(r)
            python = allowed is not None and (math.isnan(r) if math.isnan(allowed) else r == allowed)
            assert note or says(r, *x) or python, (g.name, dtype, x, r)
    return g


def elementwise_cases():
    found = tables()
    for function, rows in found.items():
        if function in REDUCTIONS or function in ("clip", "logaddexp"):
            continue
        arity = 2 if "x1_i" in "".join(rows) else 1
        for row in rows_of(function, rows, arity):
            yield function, case_of(function, *row, arity)
    for function, (other, rewritten) in DEFINED.items():
        for row in rows_of(other, found[other], 2):
            arity = 2 if function == "subtract" else 1
            try:
                made = case_of(function, *row, arity, rewritten)
            except OverflowError:
                continue
            if made.results:
                made.name = f"{function}, by {other}: {made.name.split(': ', 1)[1]}"
                yield function, made


def clip_cases(rows):
    for row in rows:
        nan = ["x_i", "min_i", "max_i"].index(row.split()[1])
        g = NarrowCase(f"clip: {row.rstrip('.')}", note="The smaller of the upper bound, and the larger of x and the lower one.")
        for dtype in FLOATS:
            columns = [np.array(c).astype(DTYPES[dtype]) for c in ([-5.0, 0.0, 5.0], [-1.0, -np.inf, 0.0], [1.0, np.inf, 0.5])]
            columns[nan][:] = np.nan
            x, low, high = (g.argument(c) for c in columns)
            result = g.op("min", g.op("max", x, low), high)
            assert np.isnan(result.array.astype(np.float64)).all()
            g.result(result)
        yield g


def logaddexp_cases(rows):
    for row, condition_of, outcome_of in rows_of("logaddexp", rows, 2):
        g = NarrowCase(f"logaddexp: {row.rstrip('.')}", note="The last element of a scan of two.")
        for dtype in FLOATS[:2]:
            pairs = chosen(condition_of(dtype), 2, dtype)
            scanned = g.scan("logaddexp", g.argument(np.array(pairs).astype(DTYPES[dtype])), 1)
            result = g.slice(scanned, [0, 1], [1, 1], [len(pairs), 1])
            assert all(outcome_of(dtype)(float(r), *pair) for r, pair in zip(result.array[:, 0], pairs))
            g.result(result)
        yield g


def reduction_cases(function, rows):
    for row in rows:
        g = NarrowCase(f"{function}: {row.rstrip('.')}")
        kind = REDUCTIONS[function]
        for dtype in FLOATS + ([] if "NaN" in row else ["i32", "i64", "u32", "u64", "i8", "i16", "u8", "u16"]):
            if "NaN" in row:
                # NaN at each place among numbers and infinities.
                x = np.resize(np.array([1.0, np.inf, -np.inf, 0.0, -3.0]), (5, 5))
                np.fill_diagonal(x, np.nan)
                result = g.reduce(kind, g.argument(x.astype(DTYPES[dtype])), [1])
                assert np.isnan(result.array.astype(np.float64)).all()
                g.result(result)
            else:
                for shape, axes in [([0], [0]), ([0, 3], [0]), ([2, 0, 3], [1]), ([2, 0], [0, 1])]:
                    result = g.reduce(kind, g.argument(np.zeros(shape, DTYPES[dtype])), axes)
                    assert (result.array.astype(np.float64) == (1 if function == "prod" else 0)).all()
                    g.result(result)
        yield g


def groups():
    found, by_function = tables(), {}
    for function, case in elementwise_cases():
        by_function.setdefault(function, []).append(case)
    by_function["clip"] = list(clip_cases(found["clip"]))
    by_function["logaddexp"] = list(logaddexp_cases(found["logaddexp"]))
    for function in REDUCTIONS:
        by_function[function] = list(reduction_cases(function, found[function]))
    return list(by_function.items())
