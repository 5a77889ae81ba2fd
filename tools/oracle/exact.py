"""The functions in mpmath, as exact as its precision: names are those of the op table."""

import mpmath as mp

FUNCTIONS = {
    "exp": mp.exp, "exp2": lambda x: mp.mpf(2) ** x, "expm1": mp.expm1, "log": mp.log, "log2": lambda x: mp.log(x) / mp.log(2),
    "log10": mp.log10, "log1p": mp.log1p, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "tanh": mp.tanh,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)), "sinh": mp.sinh, "cosh": mp.cosh,
    "atan": mp.atan, "asin": mp.asin, "acos": mp.acos, "exprel": lambda x: mp.expm1(x) / x if x else mp.mpf(1), "erf": mp.erf,
    "rexprel": lambda x: x / mp.expm1(x) if x else mp.mpf(1), "rsqrt": lambda x: 1 / mp.sqrt(x),
    "atan2": mp.atan2, "pow": lambda x, y: mp.re(mp.power(x, y)), "hypot": mp.hypot,
}
