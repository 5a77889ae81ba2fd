import HillockIR

/// Writes the C of the elementwise tile kernels: the bodies as inline functions on scalars, and the loops over them. An op with a rare
/// case has three functions: `hk_op_…`, `hk_is_rare_…`, and `hk_rare_…` in place of the first where the second is true.
enum ElementwiseCWriter {
  /// One inline function for each op and dtype.
  static var bodies: String {
    var text = "// \(GeneratedFile.notice)\n"
    for row in OpTable.rows {
      text += "\n// \(row.name)\n"
      for dtype in row.dtypes { text += function(row, dtype) }
    }
    return text
  }

  /// One loop for each op, dtype and form, and the table of them.
  static var loops: String {
    var text = "// \(GeneratedFile.notice)\n\n"
    for row in OpTable.rows {
      for dtype in row.dtypes {
        let types = ([row.resultType(dtype)] + row.operandTypes(dtype)).map(\.name).joined(separator: ", ")
        let form = row.hasRareCase ? "RARE" : "\(row.arity)"
        text += "HK_LOOPS_\(form)(\(row.name), \(dtype.name), \(types))\n"
      }
    }
    text += "\nstatic hk_tile_fn elementwise_table[HK_OPS][HK_DTYPES][HK_FORMS] = {\n"
    for row in OpTable.rows {
      for dtype in row.dtypes {
        text += "  [\(row.op.code)][HK_\(dtype.name)] = HK_FORMS_\(row.arity)(\(row.name), \(dtype.name)),\n"
      }
    }
    text += "};\n\nstatic hk_rare_fn rare_table[HK_OPS][HK_DTYPES] = {\n"
    for row in OpTable.rows where row.hasRareCase {
      for dtype in row.dtypes { text += "  [\(row.op.code)][HK_\(dtype.name)] = rare_\(row.name)_\(dtype.name),\n" }
    }
    return text + "};\n"
  }

  /// The ops that are links of chains, by arity: code, and expression in the operands v0 and v1.
  static var links: String {
    var text = "// \(GeneratedFile.notice)\n"
    for arity in 1...2 {
      text += "\n#define HK_LINKS_\(arity)(M, V)"
      for row in OpTable.rows where row.arity == arity && row.isLink {
        for instruction in row.body(.f32).instructions {
          let operands = instruction.operands.map { "v\($0)" }.joined(separator: ", ")
          text += " \\\n  M(\(row.op.code), hk_\(instruction.primitive)_##V(\(operands)))"
        }
      }
      text += "\n"
    }
    return text
  }

  private static func function(_ row: OpRow, _ dtype: DType) -> String {
    let body = row.body(dtype), name = "\(row.name)_\(dtype.name)"
    var text = function("HK_INLINE", "hk_op_\(name)", body)
    if let rare = body.rare, let code = rare.body(dtype) {
      var condition = body
      condition.result = rare.condition
      condition.resultType = .bool
      text += function("HK_INLINE", "hk_is_rare_\(name)", condition) + function("HK_RARE", "hk_rare_\(name)", code)
    }
    return text
  }

  private static func function(_ storage: String, _ symbol: String, _ body: Body) -> String {
    let parameters = body.operandTypes.enumerated().map { "hk_\($0.element.name) v\($0.offset)" }.joined(separator: ", ")
    var text = "\(storage) hk_\(body.resultType.name) \(symbol)(\(parameters)) {\n"
    let isNeeded = needed(body)
    for (position, instruction) in body.instructions.enumerated() where isNeeded[position] && instruction.primitive != .constant {
      let operands = instruction.operands.map { name(of: $0, in: body) }.joined(separator: ", ")
      let value = body.operandTypes.count + position
      text += "  const hk_\(instruction.dtype.name) v\(value) = \(call(instruction, in: body))(\(operands));\n"
    }
    return text + "  return \(name(of: body.result, in: body));\n}\n"
  }

  /// The instructions that the result is computed from: those of a condition need no more of the body.
  private static func needed(_ body: Body) -> [Bool] {
    var isNeeded = [Bool](repeating: false, count: body.operandTypes.count + body.instructions.count)
    isNeeded[body.result] = true
    for (position, instruction) in body.instructions.enumerated().reversed() where isNeeded[body.operandTypes.count + position] {
      for operand in instruction.operands { isNeeded[operand] = true }
    }
    return Array(isNeeded[body.operandTypes.count...])
  }

  /// The function in primitives.h. Comparisons are named after what they compare, conversions after both dtypes.
  private static func call(_ instruction: BodyInstruction, in body: Body) -> String {
    let name = "hk_\(instruction.primitive)"
    switch instruction.primitive {
    case .lt, .le, .eq, .ne: return "\(name)_\(body.type(of: instruction.operands[0]).name)"
    case .convert, .bitcast: return "\(name)_\(body.type(of: instruction.operands[0]).name)_\(instruction.dtype.name)"
    default: return "\(name)_\(instruction.dtype.name)"
    }
  }

  private static func name(of value: Int, in body: Body) -> String {
    guard value >= body.operandTypes.count else { return "v\(value)" }
    let instruction = body.instructions[value - body.operandTypes.count]
    return instruction.primitive == .constant ? literal(instruction.constant, instruction.dtype) : "v\(value)"
  }

  /// A C expression with exactly these bits; a NaN's payload does not matter.
  static func literal(_ bits: UInt64, _ dtype: DType) -> String {
    switch dtype {
    case .f32:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      return value.isFinite ? "\(hexadecimal(Double(value)))f" : nonfinite(Double(value), suffix: "f")
    case .f64:
      let value = Double(bitPattern: bits)
      return value.isFinite ? hexadecimal(value) : nonfinite(value, suffix: "")
    case .i32: return "((hk_i32)UINT32_C(\(UInt32(truncatingIfNeeded: bits))))"
    case .i64: return "((hk_i64)UINT64_C(\(bits)))"
    case .u32: return "UINT32_C(\(UInt32(truncatingIfNeeded: bits)))"
    case .u64: return "UINT64_C(\(bits))"
    case .bool: return bits == 0 ? "0" : "1"
    case .f16, .bf16, .i8, .i16, .u8, .u16: return "\(bits)"  // No body has values of these.
    }
  }

  private static func nonfinite(_ value: Double, suffix: String) -> String {
    value.isNaN ? "__builtin_nan\(suffix)(\"\")" : value < 0 ? "(-__builtin_inf\(suffix)())" : "__builtin_inf\(suffix)()"
  }

  /// `0x1.8p+1`: exact, whatever the value.
  private static func hexadecimal(_ value: Double) -> String {
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return "\(sign)0x0p+0" }
    // Subnormal doubles keep their own exponent and leading digit.
    let digits = String(value.significandBitPattern | (value.isNormal ? 1 << 52 : 0), radix: 16)
    let padded = String(repeating: "0", count: 14 - digits.count) + digits
    var fraction = padded.dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    let exponent = value.isNormal ? Int(value.exponentBitPattern) - 1023 : -1022
    let point = fraction.isEmpty ? "" : "."
    return "\(sign)0x\(padded.first ?? "0")\(point)\(fraction)p\(exponent < 0 ? "" : "+")\(exponent)"
  }
}
