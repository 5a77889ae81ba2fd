import HillockIR
import HillockTestSupport
import Testing

@Suite struct GraphTextTests {
  @Test func handWrittenTextReads() throws {
    let graph = try Graph(
      parsing: """
        # One step of a linear model.
        hillock graph 1
        name linear

        %X = argument 0 : f32[20,10]
        %Y = argument 1 : f32[20]
        %w = variable 0 "w" : f32[10]
        %u = dot %X, %w              # the type is inferred
        %r = sub %u, %Y : f32[20]
        %g = dot %r, %X
        %s = mul %g, 0.5
        %v = sub %w, %s
        store "w", %v
        return %r
        """)
    #expect(graph.name == "linear")
    #expect(graph.arguments == [ArrayType(.f32, [20, 10]), ArrayType(.f32, [20])])
    #expect(graph.variables == [VariableSlot(name: "w", type: ArrayType(.f32, [10]))])
    #expect(graph.constants == [ConstantData(type: ArrayType(.f32, []), bytes: [0, 0, 0, 0x3F])])
    #expect(
      graph.nodes.map(\.operation.name)
        == ["argument", "argument", "variable", "dot", "sub", "dot", "constant", "broadcast", "mul", "sub"])
    #expect(graph.results == [ValueID(4)])
    #expect(graph.stores == [Graph.Store(slot: 0, value: ValueID(9))])
  }

  @Test func printedTextIsThis() throws {
    var builder = GraphBuilder(name: "f")
    let x = builder.argument(ArrayType(.f32, [4, 3]))
    let (slot, v) = builder.variable(name: "my \"v\"", ArrayType(.f32, [3]))
    let sum = try builder.reduce(.sum, x, axes: [0])
    let c = try builder.constant(ConstantData(type: ArrayType(.bool, [2]), bytes: [1, 0]))
    try builder.store(slot: slot, try builder.elementwise(try #require(ElementwiseOp.named("add")), [sum, v]))
    builder.result(c)
    builder.result(try builder.slice(x, starts: [3, 0], steps: [-1, 1], sizes: [2, 3]))
    #expect(
      builder.graph.text == """
        hillock graph 1
        name "f"
        %0 = argument 0 : f32[4,3]
        %1 = variable 0 "my \\"v\\"" : f32[3]
        %2 = reduce.sum %0 axes [0] : f32[3]
        %3 = constant bool[2] {true, false}
        %4 = add %2, %1 : f32[3]
        %5 = slice %0 starts [3, 0] steps [-1, 1] : f32[2,3]
        store 0, %4
        return %3, %5

        """)
  }

  @Test func whatIsNotReadIsDeclared() throws {
    var builder = GraphBuilder(name: "f")
    _ = builder.declareArgument(ArrayType(.f32, []))
    let slot = builder.declareVariable(name: "v", ArrayType(.i32, [2]))
    let unused = try builder.declareConstant(ConstantData(type: ArrayType(.u32, []), bytes: [1, 0, 0, 0]))
    let c = try builder.constant(ConstantData(type: ArrayType(.i32, [2]), bytes: [1, 0, 0, 0, 1, 0, 0, 0]))
    try builder.store(slot: slot, c)
    builder.result(builder.read(constant: unused))
    let text = builder.graph.text
    #expect(text.contains("argument 0 : f32[]\nvariable 0 \"v\" : i32[2]\nconstant 0 : u32[] {1}\n"))
    #expect(try Graph(parsing: text) == builder.graph)
  }

  @Test func everyRandomGraphReadsBackTheSame() throws {
    for seed in 0..<400 as Range<UInt64> {
      let graph = try randomGraph(seed: seed, size: 40)
      guard try !readsBack(graph) else { continue }
      let size = try (0...40).first { try !readsBack(try randomGraph(seed: seed, size: $0)) } ?? 40
      let smallest = try randomGraph(seed: seed, size: size)
      Issue.record("seed \(seed), size \(size): does not read back:\n\(smallest.text)")
      return
    }
  }

  private func readsBack(_ graph: Graph) throws -> Bool {
    do { return try Graph(parsing: graph.text) == graph } catch { return false }
  }

  // MARK: Constants

  /// IEEE 754 bit patterns of the nearest numbers, worked out from the format.
  @Test(
    arguments: [
      ("0.5", 0x3F00_0000), ("-0.0", 0x8000_0000), ("inf", 0x7F80_0000), ("-inf", 0xFF80_0000), ("nan", 0x7FC0_0000),
      ("nan.ffc00001", 0xFFC0_0001), ("1e-45", 1), ("16777217", 0x4B80_0000), ("3.4028235e38", 0x7F7F_FFFF),
      ("0x1p-1", 0x3F00_0000),
    ] as [(String, UInt64)])
  func floatsAreRoundedOnce(_ text: String, _ bits: UInt64) {
    #expect(ConstantText.bits(text, .f32) == bits)
  }

  @Test(arguments: ["1e39", "nan.7f800000", "nan.zz", "-nan", "infinity", "", "1_0", "--1", "true"])
  func whatIsNoFloatIsRefused(_ text: String) { #expect(ConstantText.bits(text, .f32) == nil) }

  @Test func integersKeepTheirRange() {
    #expect(ConstantText.bits("-2147483648", .i32) == 0x8000_0000)
    #expect(ConstantText.bits("2147483648", .i32) == nil)
    #expect(ConstantText.bits("18446744073709551615", .u64) == .max)
    #expect(ConstantText.bits("-1", .u64) == nil)
    #expect(ConstantText.bits("1.0", .i32) == nil)
  }

  @Test(
    arguments: [
      ("f32[2] {hex 0000003f 0000803f}", [0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F]), ("i32[2] {7...}", [7, 0, 0, 0, 7, 0, 0, 0]),
      ("bool[2] {\n  true, # first\n  false\n}", [1, 0]), ("f32[0] {}", []), ("f64[] {1}", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
    ] as [(String, [UInt8])])
  func formsOfConstants(_ text: String, _ bytes: [UInt8]) throws {
    let graph = try Graph(parsing: "hillock graph 1\n%c = constant \(text)\nreturn %c")
    #expect(graph.constants[0].bytes == bytes)
  }

  // MARK: Errors

  @Test(arguments: [
    ("", "line 1, column 1: expected `hillock`, found the end of the text"),
    ("hillock graph 2", "line 1, column 14: this build reads `hillock graph 1`, not version 2"),
    ("hillock graph 1\nreturn %x", "line 2, column 8: %x is not defined before this line"),
    ("hillock graph 1\n%x = argument 1 : f32[]", "line 2, column 15: expected argument 0 or an earlier one, found 1"),
    (
      "hillock graph 1\n%x = argument 0 : f33[]",
      "line 2, column 19: expected a dtype (f32, f64, i32, i64, u32, u64, bool, f16, bf16, i8, i16, u8, u16), found `f33[]`"
    ),
    ("hillock graph 1\n%x = argument 0 : f32[2\n", "line 2, column 24: expected `]`, found the end of the line"),
    (
      "hillock graph 1\n%x = argument 0 : f32[99999999999999999999]",
      "line 2, column 23: expected an integer of at most 64 bits, found `99999999999999999999`"
    ),
    (
      "hillock graph 1\n%x = argument 0 : f32[-1]",
      "line 2, column 19: f32[-1] is beyond the limits: extents of 0 or more, at most 16 axes and 2^40 elements"
    ),
    ("hillock graph 1\n%x = argument 0 : f32[]\n%x = neg %x", "line 3, column 1: %x is defined twice"),
    (loop + "return %l", "line 9, column 8: %l stands for several values; take one with `element %l position 0`"),
    (
      loop + "%y = add %l, %l\nreturn %y",
      "line 9, column 10: %l stands for several values; take one with `element %l position 0`"
    ),
    (
      "hillock graph 1\n%x = argument 0 : f32[]\n%y = neg %x : f64[]",
      "line 3, column 6: the line says f64[], but neg gives f32[] here"
    ),
    ("hillock graph 1\n%x = argument 0 : f32[]\n%y = frob %x", "line 3, column 6: there is no operation `frob`"),
    ("hillock graph 1\n%x = argument 0 : f32[]\n%y = neg %x axis 0", "line 3, column 13: `axis` is not expected here"),
    ("hillock graph 1\n%x = constant f32[2] {1}", "line 2, column 25: f32[2] has 2 elements, found 1"),
    ("hillock graph 1\n%x = constant i32[2] {1.5, 2}", "line 2, column 23: expected a i32, found `1.5`"),
    (
      "hillock graph 1\n%x = constant f32[1099511627776] {0...}",
      "line 2, column 35: `...` stands for too many elements; use a broadcast of one element"
    ),
    ("hillock graph 1\n", "line 2, column 1: expected a line `return` with the results, found the end of the text"),
    ("hillock graph 1\nname \"é\nreturn", "line 2, column 8: expected `\"` to end the text, found the end of the line"),
  ])
  func malformedTextIsLocated(_ text: String, _ message: String) {
    #expect(throws: HillockError(.format, message)) { try Graph(parsing: text) }
  }

  @Test func illTypedTextKeepsTheBuildersCode() {
    #expect(throws: HillockError(.shape, "line 4, column 6: add: shapes [2] and [3] cannot be broadcast together")) {
      try Graph(
        parsing: """
          hillock graph 1
          %x = argument 0 : f32[2]
          %y = argument 1 : f32[3]
          %z = add %x, %y
          return %z
          """)
    }
  }

  @Test func resultsTooLargeAreRefused() {
    let large = "hillock graph 1\n%x = argument 0 : f32[1099511627776,1]\n%y = argument 1 : f32[1,1099511627776]\n"
    #expect(throws: HillockError.self) { try Graph(parsing: large + "%z = dot %x, %y\nreturn %z") }
    let many = [String](repeating: "%x", count: 40_000).joined(separator: ", ")
    #expect(throws: HillockError.self) { try Graph(parsing: large + "%z = concatenate \(many) axis 0\nreturn %z") }
  }

  /// Every text is read or refused; what is read prints and reads back.
  @Test func changedTextNeverCrashes() throws {
    let pieces: [String] = [
      "", " ", "\n", ",", ":", "%", "%0", "[", "]", "{", "}", "\"", "\\", "...", "0", "-1", "9223372036854775807", "1e999",
      "nan", "f32", "bool[]", "axis 5", "starts [9]", "#", "é", "\u{0}", "return", "store 0, %0", "argument 0 : f32[1]",
    ]
    for seed in 0..<300 as Range<UInt64> {
      var random = SeededRandom(seed: seed &+ 0xF00D)
      var text = Array(try randomGraph(seed: seed, size: 12).text.unicodeScalars)
      for _ in 0..<20 {
        let a = Int.random(in: 0...text.count, using: &random)
        let b = min(text.count, a + Int.random(in: 0...6, using: &random))
        text.replaceSubrange(a..<b, with: pieces.randomElement(using: &random)!.unicodeScalars)
        var changed = String.UnicodeScalarView()
        changed.append(contentsOf: text)
        guard let graph = try? Graph(parsing: String(changed)) else { continue }
        #expect(try Graph(parsing: graph.text) == graph, "seed \(seed)")
      }
    }
  }
}

/// A loop named l, for what follows it.
private let loop = """
  hillock graph 1
  region 0 {
  %i = argument 0 : i64[]
  %v = argument 1 : f32[]
  return %v
  }
  %x = argument 0 : f32[]
  %l = loop %x region 0 trips 3 carried 1

  """

@Suite struct ArgumentNameTests {
  @Test func anArgumentIsNamedByTheValueThatIntroducesIt() throws {
    let graph = try Graph(parsing: "hillock graph 1\n%x = argument 0 : f32[]\n%1 = argument 1 : f32[]\nreturn %x, %1")
    #expect(graph.argumentNames == [0: "x"])
    #expect(graph.text.contains("%0 = argument 0 \"x\" : f32[]"))
    #expect(try Graph(parsing: graph.text) == graph)
  }
}
