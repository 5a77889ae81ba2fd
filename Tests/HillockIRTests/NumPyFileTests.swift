import HillockIR
import Testing

/// Files as NumPy 2.4 writes them (`np.save`, `np.lib.format.write_array`), byte for byte after the padding is cut.
@Suite("NumPy files")
struct NumPyFileTests {
  private func file(_ header: String, _ elements: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = header.utf8.count
    let size: [UInt8] =
      version == 1
      ? [UInt8(length & 255), UInt8(length >> 8)]
      : [UInt8(length & 255), UInt8(length >> 8 & 255), UInt8(length >> 16 & 255), UInt8(length >> 24)]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + elements
  }

  @Test("float32, one axis")
  func oneAxis() throws {
    let bytes = file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", [0, 0, 128, 63, 0, 0, 0, 192])
    let array = try NumPyFile.decode(bytes)
    #expect(array == ConstantData(type: ArrayType(.f32, [2]), bytes: [0, 0, 128, 63, 0, 0, 0, 192]))
  }

  @Test("no axis, version 2 and 3 headers")
  func versions() throws {
    for version in [2, 3] as [UInt8] {
      let bytes = file("{'descr': '<i4', 'fortran_order': False, 'shape': (), }\n", [7, 0, 0, 0], version: version)
      #expect(try NumPyFile.decode(bytes) == ConstantData(type: ArrayType(.i32, []), bytes: [7, 0, 0, 0]))
    }
  }

  @Test("column-major order becomes row-major")
  func columnMajor() throws {
    // np.asfortranarray([[1, 2, 3], [4, 5, 6]], dtype=bool-sized): columns first in the file.
    let header = "{'descr': '|b1', 'fortran_order': True, 'shape': (2, 3), }\n"
    let array = try NumPyFile.decode(file(header, [1, 0, 0, 1, 1, 0]))
    #expect(array.bytes == [1, 0, 1, 0, 1, 0])
    let wide = try NumPyFile.decode(
      file("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 2), }\n", [1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0]))
    #expect(wide.bytes == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0])
  }

  @Test("big-endian elements are swapped")
  func bigEndian() throws {
    let array = try NumPyFile.decode(file("{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }\n", [0, 0, 1, 2]))
    #expect(array.bytes == [2, 1, 0, 0])
    let halves = try NumPyFile.decode(
      file("{'descr': '>f2', 'fortran_order': True, 'shape': (2, 2), }\n", [0, 1, 0, 2, 0, 3, 0, 4]))
    #expect(halves.bytes == [1, 0, 3, 0, 2, 0, 4, 0])
  }

  @Test("what is written is read back, for every dtype and rank", arguments: DType.allCases)
  func roundTrip(_ dtype: DType) throws {
    for shape in [[], [0], [3], [2, 3], [1, 0, 2], [2, 1, 3]] {
      let type = ArrayType(dtype, shape)
      let bytes = (0..<type.byteCount).map { dtype == .bool ? UInt8($0 % 2) : UInt8(truncatingIfNeeded: $0 * 37) }
      let array = ConstantData(type: type, bytes: bytes)
      let written = NumPyFile.encode(array)
      #expect((written.count - bytes.count) % 64 == 0)
      #expect(try NumPyFile.decode(written) == array)
    }
  }

  /// As NumPy 2.4 takes them (np.load of the same bytes).
  @Test(
    "headers as others write them are read",
    arguments: [
      ("'<f4'", "(3L,)"), ("'<f4'", "( 3 , )"), ("'<f4'", "(3 ,)"), ("'f4'", "(3,)"), ("'=f4'", "(3,)"), ("'|f4'", "(3,)"),
      ("'float32'", "(3,)"), ("'f'", "(3,)"), ("'single'", "(3,)"), ("u'<f4'", "(3,)"), ("\"<f4\"", "(3,)"), ("'<' 'f4'", "(3,)"),
      ("'\\x3cf4'", "(3,)"), ("'<f4'", "(0x3,)"), ("'<f4'", "(+3,)"), ("'<f4'", "((3),)"), ("'<f4'", "(3,) # three"),
      ("'<f4'", "(\n3,)"), ("'<f4'", "(1_1,)"),
    ])
  func unusualHeaders(_ descr: String, _ shape: String) throws {
    let count = shape == "(1_1,)" ? 11 : 3
    for header in [
      "{'descr': \(descr), 'fortran_order': False, 'shape': \(shape)\n}",
      "{'shape':\(shape)\n,'descr':\(descr),'fortran_order':False}",
    ] {
      let array = try NumPyFile.decode(file(header, [UInt8](repeating: 0, count: 4 * count)))
      #expect(array.type == ArrayType(.f32, [count]), "\(header)")
    }
  }

  /// np.dtype(name) of each.
  @Test("the names of dtypes")
  func dtypeNames() throws {
    let names: [(DType, [String])] = [
      (.f32, ["f4", "<f4", "=f4", "|f4", "f", "<f", "float32", "single"]), (.f64, ["f8", "d", "float64", "double", "float"]),
      (.i32, ["i4", "i", "<i", "int32", "intc"]), (.i64, ["i8", "q", "l", "int64", "int", "int_", "intp", "long", "longlong"]),
      (.u32, ["u4", "I", "uint32", "uintc"]), (.u64, ["=u8", "Q", "L", "uint64", "uint", "uintp", "ulong", "ulonglong"]),
      (.f16, ["<f2", "f2", "e", "float16", "half"]), (.bf16, ["<V2", "|V2", "V2", "bfloat16"]),
      (.i8, ["|i1", "i1", "b", "int8", "byte"]), (.i16, ["<i2", "h", "int16", "short"]), (.u8, ["|u1", "B", "uint8", "ubyte"]),
      (.u16, ["<u2", "H", "uint16", "ushort"]), (.bool, ["?", "|?", "<?", ">b1", "b1", "|b1", "bool", "bool_"]),
    ]
    for (dtype, names) in names {
      for name in names {
        let header = "{'descr': '\(name)', 'fortran_order': False, 'shape': (1,)}"
        #expect(try NumPyFile.decode(file(header, [UInt8](repeating: 0, count: dtype.size))).type.dtype == dtype, "\(name)")
      }
    }
    #expect(
      try NumPyFile.decode(file("{'descr': '>d', 'fortran_order': False, 'shape': ()}", [63, 240, 0, 0, 0, 0, 0, 0])).bytes
        == [0, 0, 0, 0, 0, 0, 240, 63])
    for name in ["<float32", "F4", "B1", " f4", "f4 ", "r", "float_", "np.float32", "f16", "i3", "V4", "S4", "", "<"] {
      let error = #expect(throws: HillockError.self, "\(name)") {
        try NumPyFile.decode(self.file("{'descr': '\(name)', 'fortran_order': False, 'shape': (1,)}", [0, 0, 0, 0]))
      }
      #expect(error?.code == .dtype)
    }
  }

  @Test(
    "malformed files are refused with an error",
    arguments: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
      "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999, 9999999999), }", "{'descr': '<f4'}", "{", "",
      "{'descr': , 'fortran_order': False, 'shape': (1,)}", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 1}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,, 1)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
      "{'descr': '<i4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (01,)}", "{'descr': '<f4', 'fortran_order': False 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}\0",
      "{'descr': b'<f4', 'fortran_order': False, 'shape': (1,)}", "('descr', '<f4')",
      "{'a': \"'descr': '<f4', 'fortran_order': False, 'shape': (1,)\"}", String(repeating: "(", count: 60_000),
      String(repeating: "{1:", count: 20_000),
    ])
  func malformed(_ header: String) {
    #expect(throws: HillockError.self) { try NumPyFile.decode(self.file(header, [0, 0, 0, 0])) }
  }

  @Test("every truncation of a file is refused")
  func truncated() {
    let whole = NumPyFile.encode(ConstantData(type: ArrayType(.f64, [2]), bytes: [UInt8](repeating: 1, count: 16)))
    for length in 0..<whole.count {
      #expect(throws: HillockError.self) { try NumPyFile.decode(Array(whole[..<length])) }
    }
  }

  @Test("random bytes after the magic never crash")
  func randomBytes() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<2000 {
      var bytes = NumPyFile.encode(ConstantData(type: ArrayType(.i64, [3, 2]), bytes: [UInt8](repeating: 9, count: 48)))
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      if let array = try? NumPyFile.decode(bytes) { #expect(array.bytes.count == array.type.byteCount) }
    }
  }
}
