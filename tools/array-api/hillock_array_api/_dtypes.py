"""The dtypes: which of Hillock's each is, and what Python has to know to read and write its elements."""


class DType:
    def __init__(self, name, code, short, size, form, kind):
        self.name, self.code, self.short, self.size, self.form, self.kind = name, code, short, size, form, kind

    def __repr__(self):
        return self.name


bool = DType("bool", 6, "bool", 1, "?", "bool")
int8 = DType("int8", 9, "i8", 1, "b", "signed integer")
int16 = DType("int16", 10, "i16", 2, "h", "signed integer")
int32 = DType("int32", 2, "i32", 4, "i", "signed integer")
int64 = DType("int64", 3, "i64", 8, "q", "signed integer")
uint8 = DType("uint8", 11, "u8", 1, "B", "unsigned integer")
uint16 = DType("uint16", 12, "u16", 2, "H", "unsigned integer")
uint32 = DType("uint32", 4, "u32", 4, "I", "unsigned integer")
uint64 = DType("uint64", 5, "u64", 8, "Q", "unsigned integer")
float32 = DType("float32", 0, "f32", 4, "f", "real floating")
float64 = DType("float64", 1, "f64", 8, "d", "real floating")
complex64 = DType("complex64", 100, "f32", 8, "ff", "complex floating")
complex128 = DType("complex128", 101, "f64", 16, "dd", "complex floating")

ALL = [
    bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, complex64, complex128,
]
BY_CODE = {dtype.code: dtype for dtype in ALL}
KINDS = {
    "integral": ("signed integer", "unsigned integer"),
    "numeric": ("signed integer", "unsigned integer", "real floating", "complex floating"),
}


def is_kind(dtype, kind):
    return dtype.kind == kind or dtype.kind in KINDS.get(kind, ())
