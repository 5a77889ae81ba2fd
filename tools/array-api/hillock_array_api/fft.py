"""The extension `fft`."""
from . import _dtypes as dt
from ._array import one

__all__ = [
    "fft", "ifft", "fftn", "ifftn", "rfft", "irfft", "rfftn", "irfftn", "hfft", "ihfft", "fftfreq", "rfftfreq", "fftshift",
    "ifftshift",
]


def _line(name):
    def function(x, /, *, n=None, axis=-1, norm="backward"):
        return one("fft." + name, x, count=n, axis=axis, order=norm)
    function.__name__ = name
    return function


def _box(name):
    def function(x, /, *, s=None, axes=None, norm="backward"):
        return one("fft." + name, x, counts=s and list(s), axes=axes and list(axes), order=norm)
    function.__name__ = name
    return function


def _frequencies(name):
    def function(n, /, *, d=1.0, dtype=None, device=None):
        return one("fft." + name, count=n, step=d, dtype=(dtype or dt.float32).short)
    function.__name__ = name
    return function


def _shift(name):
    def function(x, /, *, axes=None):
        return one("fft." + name, x, axes=axes if axes is None or isinstance(axes, list) else
                   list(axes) if isinstance(axes, tuple) else [axes])
    function.__name__ = name
    return function


for _name in ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]:
    globals()[_name] = _line(_name)
for _name in ["fftn", "ifftn", "rfftn", "irfftn"]:
    globals()[_name] = _box(_name)
for _name in ["fftfreq", "rfftfreq"]:
    globals()[_name] = _frequencies(_name)
for _name in ["fftshift", "ifftshift"]:
    globals()[_name] = _shift(_name)
