"""What the namespace says of itself."""
from . import _dtypes as dt


class Info:
    def capabilities(self):
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 16}

    def default_device(self):
        return "cpu"

    def default_dtypes(self, /, *, device=None):
        return {
            "real floating": dt.float32, "complex floating": dt.complex64, "integral": dt.int32, "indexing": dt.int64,
        }

    def devices(self):
        return ["cpu"]

    def dtypes(self, /, *, device=None, kind=None):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        return {dtype.name: dtype for dtype in dt.ALL if kind is None or any(dt.is_kind(dtype, k) for k in kinds)}


def __array_namespace_info__():
    return Info()
