import Foundation
import Hillock

// The C functions. Strings end with a zero byte; handles are given up by hillock_release.

private func dtype(_ code: Int32) -> DType? { UInt8(exactly: code).flatMap(DType.init(rawValue:)) }

private func shape(_ rank: Int, _ extents: UnsafePointer<Int64>?) -> [Int] {
  (0..<rank).map { axis in extents.map { Int($0[axis]) } ?? 0 }
}

/// An array of bytes in row-major order; a complex number is its two parts.
@_cdecl("hillock_make")
public func make(
  _ bytes: UnsafeRawPointer?, _ byteCount: Int, _ rank: Int, _ extents: UnsafePointer<Int64>?, _ code: Int32
) -> UnsafeMutableRawPointer {
  let buffer = UnsafeRawBufferPointer(start: bytes, count: byteCount), shape = shape(rank, extents)
  if let dtype = dtype(code) { return Handle(.real(NDArray(bytes: buffer, shape: shape, dtype: dtype))).retained }
  let parts = NDArray(bytes: buffer, shape: shape + [2], dtype: code == 101 ? .f64 : .f32)
  return Handle(.complex(ComplexArray(parts[..., 0], parts[..., 1]))).retained
}

/// A number without a dtype, as Swift's literals are: kind 0 a bool, 1 an integer, 2 one without a sign, 3 a float; of these bits.
@_cdecl("hillock_scalar")
public func scalar(_ kind: Int32, _ bits: UInt64) -> UnsafeMutableRawPointer {
  let array =
    switch kind {
    case 0: NDArray(weak: bits != 0)
    case 1: NDArray(weak: Int(bitPattern: UInt(bits)))
    case 2: NDArray(weak: bits)
    default: NDArray(weak: Double(bitPattern: bits))
    }
  return Handle(.real(array)).retained
}

@_cdecl("hillock_release")
public func release(_ handle: UnsafeRawPointer) { Unmanaged<Handle>.fromOpaque(handle).release() }

/// Writes the error, and gives its length: 0 if there is none.
@_cdecl("hillock_error")
public func error(_ handle: UnsafeRawPointer, _ text: UnsafeMutablePointer<UInt8>?, _ capacity: Int) -> Int {
  guard let error = Handle.at(handle).error else { return 0 }
  for (i, unit) in error.utf8.prefix(text == nil ? 0 : capacity).enumerated() { text?[i] = unit }
  return error.utf8.count
}

@_cdecl("hillock_dtype")
public func dtypeCode(_ handle: UnsafeRawPointer) -> Int32 { Handle.at(handle).value?.dtypeCode ?? -1 }

@_cdecl("hillock_rank")
public func rank(_ handle: UnsafeRawPointer) -> Int { Handle.at(handle).value?.shape.count ?? 0 }

@_cdecl("hillock_shape")
public func shape(_ handle: UnsafeRawPointer, _ extents: UnsafeMutablePointer<Int64>?) {
  for (axis, extent) in (Handle.at(handle).value?.shape ?? []).enumerated() { extents?[axis] = Int64(extent) }
}

/// Writes the elements; 0 if the buffer has their size and they could be read.
@_cdecl("hillock_read")
public func read(_ handle: UnsafeRawPointer, _ bytes: UnsafeMutableRawPointer?, _ byteCount: Int) -> Int32 {
  guard let value = Handle.at(handle).value else { return 1 }
  let copied = try? value.elements.withUnsafeBytes { source in
    guard source.count == byteCount else { return false }
    if let bytes, let base = source.baseAddress { bytes.copyMemory(from: base, byteCount: byteCount) }
    return true
  }
  return copied == true ? 0 : 1
}

/// The dtype in which two meet; -1 if there is none.
@_cdecl("hillock_promote")
public func promote(_ a: Int32, _ b: Int32) -> Int32 {
  guard let a = dtype(a), let b = dtype(b) else { return -1 }
  return Int32(DType.promote(a, b).rawValue)
}

/// Calls the function of this name with arrays and with attributes in JSON. Writes handles of the results, and gives their number; of
/// a call that failed there is one, which carries the error.
@_cdecl("hillock_call")
public func call(
  _ name: UnsafePointer<CChar>, _ handles: UnsafePointer<UnsafeRawPointer>?, _ count: Int, _ attributes: UnsafePointer<CChar>,
  _ results: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ capacity: Int
) -> Int {
  let given: [Handle]
  do {
    let operands = try (0..<count).map { i in
      guard let handles, let value = Handle.at(handles[i]).value else { throw CallError("an operand carries an error") }
      return value
    }
    let call = Call(
      name: String(cString: name), operands: operands,
      attributes: try JSONDecoder().decode(Attributes.self, from: Data(String(cString: attributes).utf8)))
    given = try call.run().map { Handle($0) }
    if given.count > capacity { throw CallError("\(given.count) results, and room for \(capacity)") }
  } catch let error as CallError {
    results[0] = Handle(failing: error).retained
    return 1
  } catch {
    results[0] = Handle(failing: CallError("\(error)")).retained
    return 1
  }
  for (i, handle) in given.enumerated() { results[i] = handle.retained }
  return given.count
}
