// `DType`, `HillockError` and `ErrorCode` are part of the public API; the rest of that module has package access.
@_exported public import HillockIR
