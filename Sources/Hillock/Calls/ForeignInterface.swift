#if Foreign
  import CFFI
  import HillockIR
  import HillockRuntime

  /// A C function's signature as libffi wants it, and calls by it.
  final class ForeignInterface: @unchecked Sendable {
    // @unchecked: everything is written in `init` only; libffi reads the interface.
    enum Passed {
      /// The address of the next operand, or of the next result.
      case operand, result
      /// The next operand's element.
      case value(DType)
      case integer(Int64)
    }

    static let alignment = 64

    private let function: ForeignFunction
    private let passed: [Passed]
    private let interface: UnsafeMutablePointer<ffi_cif>
    private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>

    init(_ function: ForeignFunction, _ passed: [Passed]) throws(HillockError) {
      for argument in passed { if case .value(let dtype) = argument { try Self.check(dtype, function) } }
      if case .value(let dtype) = function.returned { try Self.check(dtype, function) }
      self.function = function
      self.passed = passed
      interface = .allocate(capacity: 1)
      interface.initialize(to: ffi_cif())
      types = .allocate(capacity: max(passed.count, 1))
      for (position, argument) in passed.enumerated() { (types + position).initialize(to: hk_ffi_type(argument.kind)) }
      let returned: hk_ffi_kind =
        switch function.returned {
        case .nothing: HK_FFI_VOID
        case .status: HK_FFI_INT
        case .value(let dtype): dtype.foreignKind
        }
      guard hk_ffi_prepare(interface, UInt32(passed.count), hk_ffi_type(returned), types) != 0 else {
        throw HillockError(.argument, "libffi does not know how to call \(function.name) with these arguments")
      }
    }

    private static func check(_ dtype: DType, _ function: ForeignFunction) throws(HillockError) {
      guard dtype.narrowFormat != nil else { return }
      throw HillockError(
        .dtype,
        "\(function.name): \(dtype.name) is not passed by value, nor returned; pass an array without axes by its address, or .asType(.f32)"
      )
    }

    deinit {
      interface.deallocate()
      types.deallocate()
    }

    /// The results are the returned value, where there is one, then the outputs.
    func call(
      _ operands: [UnsafeRawPointer], _ operandTypes: [ArrayType], _ results: [UnsafeMutableRawPointer],
      _ resultTypes: [ArrayType]
    ) throws {
      var returnsValue = false
      if case .value = function.returned { returnsValue = true }
      // Each argument's value lies in a word of its own; memory that is not aligned is passed by a copy.
      var words = [UInt64](repeating: 0, count: passed.count)
      var copies: [Storage] = []
      var written: [(copy: Storage, result: Int)] = []
      var (operand, result) = (0, returnsValue ? 1 : 0)
      for (position, argument) in passed.enumerated() {
        switch argument {
        case .integer(let number): words[position] = UInt64(bitPattern: number)
        case .value(let dtype):
          withUnsafeMutableBytes(of: &words[position]) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: operands[operand], count: dtype.size))
          }
          operand += 1
        case .operand:
          var base = operands[operand]
          if UInt(bitPattern: base) % UInt(Self.alignment) != 0 {
            let copy = try Storage.copy(UnsafeRawBufferPointer(start: base, count: operandTypes[operand].byteCount))
            copies.append(copy)
            base = UnsafeRawPointer(copy.base)
          }
          words[position] = UInt64(UInt(bitPattern: base))
          operand += 1
        case .result:
          var base = results[result]
          let byteCount = resultTypes[result].byteCount
          if UInt(bitPattern: base) % UInt(Self.alignment) != 0 {
            let copy = try Storage.allocate(byteCount: byteCount)
            written.append((copy, result))
            base = copy.base
          }
          base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
          words[position] = UInt64(UInt(bitPattern: base))
          result += 1
        }
      }
      // libffi widens what is returned to a word.
      var returned: UInt64 = 0
      words.withUnsafeMutableBytes { words in
        var addresses: [UnsafeMutableRawPointer?] = passed.indices.map { position in words.baseAddress.map { $0 + 8 * position } }
        hk_ffi_call(interface, UnsafeRawPointer(bitPattern: function.address), &returned, &addresses)
      }
      withExtendedLifetime(copies) {}
      if case .status = function.returned, Int32(truncatingIfNeeded: returned) != 0 {
        throw ForeignStatus(code: Int32(truncatingIfNeeded: returned))
      }
      for (copy, result) in written {
        results[result].copyMemory(from: copy.base, byteCount: resultTypes[result].byteCount)
      }
      if returnsValue {
        withUnsafeBytes(of: returned) { bytes in
          if let base = bytes.baseAddress { results[0].copyMemory(from: base, byteCount: resultTypes[0].byteCount) }
        }
      }
      // A bool is 0 or 1, whatever C made of it.
      for (base, type) in zip(results, resultTypes) where type.dtype == .bool {
        let elements = base.assumingMemoryBound(to: UInt8.self)
        for index in 0..<type.count where elements[index] > 1 { elements[index] = 1 }
      }
    }
  }

  extension ForeignInterface.Passed {
    fileprivate var kind: hk_ffi_kind {
      switch self {
      case .operand, .result: HK_FFI_POINTER
      case .value(let dtype): dtype.foreignKind
      case .integer: HK_FFI_I64
      }
    }
  }

  extension DType {
    fileprivate var foreignKind: hk_ffi_kind {
      switch self {
      case .f32: HK_FFI_FLOAT
      case .f64: HK_FFI_DOUBLE
      case .i32: HK_FFI_I32
      case .i64: HK_FFI_I64
      case .u32: HK_FFI_U32
      case .u64: HK_FFI_U64
      case .bool, .u8: HK_FFI_U8
      case .i8: HK_FFI_I8
      case .i16: HK_FFI_I16
      case .u16: HK_FFI_U16
      // By value they are refused above.
      case .f16, .bf16: HK_FFI_U16
      }
    }
  }
#endif
