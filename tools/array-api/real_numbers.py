"""A plugin of pytest: where the suite may choose, it draws real numbers.

One case of complex numbers that is missing makes a test fail as a whole, and would hide what it says of real ones.
"""
from array_api_tests import dtype_helpers as dh

dh.numeric_dtypes = dh.real_dtypes
dh.all_dtypes = (dh.bool_and_all_int_dtypes[0],) + dh.real_dtypes
dh.all_float_dtypes = dh.real_float_dtypes
for _name, _dtypes in dh.func_in_dtypes.items():
    dh.func_in_dtypes[_name] = tuple(d for d in _dtypes if d not in dh.complex_dtypes) or _dtypes

from array_api_tests import hypothesis_helpers as hh  # noqa: E402

hh.all_dtypes = hh.sampled_from(dh.all_dtypes)
hh.all_floating_dtypes = lambda: hh.floating_dtypes
hh.promotable_dtypes[:] = [pair for pair in hh.promotable_dtypes if not set(pair) & set(dh.complex_dtypes)]
