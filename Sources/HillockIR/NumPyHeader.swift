/// The dictionary in a `.npy` file's header, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
package struct NumPyHeader {
  package var dtype: DType
  package var isBigEndian: Bool
  package var isColumnMajor: Bool
  package var shape: [Int]
  /// Whether the elements are real and imaginary parts, beside each other: `shape` has an axis of 2 for them, the one that
  /// varies fastest.
  package var isComplex: Bool

  /// Whether the elements lie as ours do.
  package var isPlain: Bool { !isBigEndian && (!isColumnMajor || shape.count <= 1) }

  package var type: ArrayType { ArrayType(dtype, shape) }

  /// How we write a dtype.
  static func descriptor(_ dtype: DType) -> String {
    switch dtype {
    case .f32: "<f4"
    case .f64: "<f8"
    case .i32: "<i4"
    case .i64: "<i8"
    case .u32: "<u4"
    case .u64: "<u8"
    case .bool: "|b1"
    case .f16: "<f2"
    // NumPy has no such dtype; the package ml_dtypes writes its own like this, and JAX reads it so.
    case .bf16: "<V2"
    case .i8: "|i1"
    case .i16: "<i2"
    case .u8: "|u1"
    case .u16: "<u2"
    }
  }

  /// - Parameter takesComplex: whether elements may be complex numbers; otherwise those are refused.
  init(_ text: String, takesComplex: Bool = false) throws(HillockError) {
    let literal: PythonLiteral
    do { literal = try PythonLiteral(parsing: text) } catch { throw error.about("a malformed .npy file") }
    guard case .dictionary(let items) = literal else { throw Self.malformed("a header that is no dictionary") }
    let names = ["descr", "fortran_order", "shape"]
    var values: [String: PythonLiteral] = [:]
    for item in items {
      if case .string(let key) = item.key { values[key] = item.value }
    }
    guard items.count == names.count, let descr = values["descr"], let order = values["fortran_order"],
      let extents = values["shape"]
    else {
      throw Self.malformed("a header of the keys \(Self.shown(items.map(\.key.text))), not 'descr', 'fortran_order' and 'shape'")
    }
    guard case .bool(let isColumnMajor) = order else { throw Self.malformed("'fortran_order': \(Self.shown([order.text]))") }
    self.isColumnMajor = isColumnMajor
    guard case .tuple(let parts) = extents else { throw Self.malformed("'shape': \(Self.shown([extents.text]))") }
    shape = []
    for part in parts {
      guard case .integer(let extent) = part, extent >= 0 else {
        throw Self.malformed("'shape': \(Self.shown([extents.text]))")
      }
      shape.append(extent)
    }
    (dtype, isBigEndian, isComplex) = try Self.dtype(descr)
    guard isComplex else { return }
    guard takesComplex else {
      throw HillockError(
        .dtype, "a .npy file of dtype \(Self.shown([descr.text])): read it with ComplexArray(npy:), as real and imaginary parts")
    }
    shape = isColumnMajor ? [2] + shape : shape + [2]
  }

  /// Everything that NumPy takes for one of our dtypes: kind and size, a letter of C, or a name, the first two with a byte
  /// order. (https://numpy.org/doc/stable/reference/arrays.dtypes.html)
  private static func dtype(
    _ descr: PythonLiteral
  ) throws(HillockError) -> (DType, isBigEndian: Bool, isComplex: Bool) {
    guard case .string(let name) = descr else { throw unread(descr) }
    if let dtype = named(name) { return (dtype, false, false) }
    if let dtype = complexNamed(name) { return (dtype, false, true) }
    guard let mark = name.first else { throw unread(descr) }
    let code = "<>|=".contains(mark) ? name.dropFirst() : name[...]
    let dtype: DType
    var isComplex = false
    switch code {
    case "f4", "f": dtype = .f32
    case "f8", "d": dtype = .f64
    case "i4", "i": dtype = .i32
    case "i8", "l", "q": dtype = .i64
    case "u4", "I": dtype = .u32
    case "u8", "L", "Q": dtype = .u64
    case "b1", "?": dtype = .bool
    case "f2", "e": dtype = .f16
    case "V2": dtype = .bf16
    case "i1", "b": dtype = .i8
    case "i2", "h": dtype = .i16
    case "u1", "B": dtype = .u8
    case "u2", "H": dtype = .u16
    case "c8", "F": (dtype, isComplex) = (.f32, true)
    case "c16", "D": (dtype, isComplex) = (.f64, true)
    default: throw unread(descr)
    }
    return (dtype, mark == ">" && dtype.size > 1, isComplex)
  }

  /// The names that NumPy has on machines with integers of 64 bits.
  private static func named(_ name: String) -> DType? {
    switch name {
    case "single": .f32
    case "double", "float": .f64
    case "intc": .i32
    case "int", "int_", "intp", "long", "longlong": .i64
    case "uintc": .u32
    case "uint", "uintp", "ulong", "ulonglong": .u64
    case "bool_": .bool
    case "half": .f16
    case "byte": .i8
    case "short": .i16
    case "ubyte": .u8
    case "ushort": .u16
    default: DType.allCases.first { $0.numpyName == name }
    }
  }

  /// The dtype of the parts.
  private static func complexNamed(_ name: String) -> DType? {
    switch name {
    case "complex64", "csingle": .f32
    case "complex128", "cdouble", "complex": .f64
    default: nil
    }
  }

  private static func unread(_ descr: PythonLiteral) -> HillockError {
    let advice =
      if case .list = descr {
        "its elements are records: save the fields one by one, as a['NAME']"
      } else {
        "save it as one of these, in Python by a.astype('float32')"
      }
    return HillockError(
      .dtype,
      "a .npy file of dtype \(shown([descr.text])); \(read) are read: \(advice)")
  }

  private static var read: String {
    let names = DType.allCases.map(\.numpyName) + ["complex64", "complex128"]
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  private static func malformed(_ what: String) -> HillockError { HillockError(.format, "a malformed .npy file: \(what)") }

  /// Headers can be long: their beginning.
  private static func shown(_ texts: [String]) -> String {
    let text = texts.joined(separator: ", ")
    return text.count <= 1000 ? text : "\(text.prefix(1000))…"
  }
}
