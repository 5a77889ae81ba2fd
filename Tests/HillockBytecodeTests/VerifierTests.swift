import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

/// A program broken by hand: the sample with some lines changed, and the one rule that refuses it.
struct BrokenProgram: CustomTestStringConvertible, Sendable {
  var rule: String
  var sample = sampleProgram
  var changes: [(from: String, to: String)]

  init(_ rule: String, _ changes: (String, String)...) {
    self.rule = rule
    self.changes = changes.map { (from: $0.0, to: $0.1) }
  }

  var testDescription: String { "\(rule): " + changes.map { "\($0.from) → \($0.to)" }.joined(separator: "; ") }

  static let all: [BrokenProgram] = structure + kernels + tiles + shapes + calls + flow + barrier + loops + inPlace

  private init(loop rule: String, _ changes: (String, String)...) {
    self.rule = rule
    sample = loopProgram
    self.changes = changes.map { (from: $0.0, to: $0.1) }
  }

  static let loops = [
    BrokenProgram(loop: "carry-type", ("r5 : f32[2] = buffer 1", "r5 : i32[2] = buffer 1")),
    BrokenProgram(loop: "carry-type", ("carry r0, r4, r5", "carry r0, r4, r4")),
    BrokenProgram(loop: "carry-type", ("r4 : f32[2] = buffer 0", "r4 : f32[2] = fresh")),
    BrokenProgram(loop: "carry-owner", ("carry r4, r11, r12", "carry r4, r11, r5")),
    BrokenProgram(loop: "carry-owner", ("carry r0, r4, r5", "carry r0, r4, r5\n  carry r0, r4, r5")),
    BrokenProgram(
      loop: "row-write",
      (
        "loop r3",
        "kernel 5 \"all\" shape [3,2] tile 64\n  p0 = read r1 contiguous 0\n  p1 = write r7 contiguous 0\n  p1 = load p0 : f32\nend\nlaunch 5\nloop r3"
      )),
    BrokenProgram(loop: "loop-registers", ("trips 3", "trips -3")),
    BrokenProgram(loop: "loop-registers", ("r3 : i64[]", "r3 : u64[]")),
    BrokenProgram(loop: "loop-registers", ("r10 : bool[] = buffer 3", "r10 : bool[1] = buffer 3")),
    BrokenProgram(loop: "loop-registers", ("r2 : i32[]", "r2 : u32[]"), ("argument 2 : i32[]", "argument 2 : u32[]")),
    BrokenProgram(loop: "row-owner", ("trips 3", "trips 2")),
    BrokenProgram(loop: "row-owner", ("rows r6, r8", "rows r6")),
    BrokenProgram(loop: "row-owner", ("rows r6, r8", "rows r6, r8, r6")),
    BrokenProgram(loop: "row-type", ("r6 : f32[2] = row r1", "r6 : f32[2] = row r7")),
    BrokenProgram(loop: "row-type", ("r6 : f32[2] = row r1", "r6 : f32[3] = row r1")),
    BrokenProgram(loop: "register-role", ("r6 : f32[2] = row r1", "r6 : f32[2] = row r99")),
    BrokenProgram(loop: "register-index", ("rows r6, r8", "rows r6, r88")),
    BrokenProgram(loop: "top-level", ("  launch 1", "  launch 1\n  return r9")),
    BrokenProgram(loop: "write-to-input", ("p2 = write r8", "p2 = write r6")),
    BrokenProgram(loop: "single-definition", ("  launch 1", "  launch 1\n  launch 1")),
    BrokenProgram(loop: "missing-carry", ("  launch 0", "")),
    BrokenProgram(loop: "missing-carry", ("rows r6, r8 {", "rows r6, r8 {\n  carry r0, r13, r14")),
    BrokenProgram(loop: "missing-carry", ("  launch 3\n}", "}")),
    BrokenProgram(loop: "missing-carry", ("  launch 2", "")),
    BrokenProgram(loop: "read-before-write", ("p0 = read r4 contiguous 0", "p0 = read r5 contiguous 0")),
    BrokenProgram(
      loop: "read-before-write",
      ("kernel 1 \"flip\" shape [2] tile 64\n  p0 = read r11", "kernel 1 \"flip\" shape [2] tile 64\n  p0 = read r5")),
    BrokenProgram(loop: "early-reuse", ("r5 : f32[2] = buffer 1", "r5 : f32[2] = buffer 0")),
    BrokenProgram(loop: "early-reuse", ("r11 : f32[2] = buffer 4", "r11 : f32[2] = buffer 0")),
    // After an odd number of steps the carried r11 lies in the buffer of r12, and is not read at its own position only.
    BrokenProgram(
      loop: "early-reuse", ("r14 : f32[2] = buffer 7", "r14 : f32[2] = buffer 5"),
      ("kernel 3 \"same\" shape [2] tile 64\n  p0 = read r11", "kernel 3 \"same\" shape [2] tile 64\n  p0 = read r14"),
      ("kernel 4 \"negative\" shape [2] tile 64\n  p0 = read r11", "kernel 4 \"negative\" shape [2] tile 64\n  p0 = read r14"),
      (
        "loop r3 trips",
        "kernel 5 \"turned\" shape [2] tile 64\n  p0 = read r11 strided 1 [-1]\n  p1 = write r14 contiguous 0\n  p1 = load p0 : f32\nend\nloop r3 trips"
      ),
      ("branch r2", "launch 5\nbranch r2")),
    BrokenProgram(loop: "fresh-use", ("r13 : f32[2] = buffer 6", "r13 : f32[2] = fresh")),
  ]

  private init(inPlace rule: String, _ changes: (String, String)...) {
    self.rule = rule
    sample = inPlaceProgram
    self.changes = changes.map { (from: $0.0, to: $0.1) }
  }

  static let inPlace = [
    BrokenProgram(inPlace: "over-type", ("r4 : f32[6] = over r1", "r4 : f32[5] = over r1")),
    BrokenProgram(inPlace: "over-type", ("r4 : f32[6] = over r1", "r4 : f32[6] = over r0")),
    BrokenProgram(inPlace: "over-type", ("r8 : f32[6] = over r7", "r8 : f32[6] = over r4")),
    BrokenProgram(inPlace: "register-role", ("over r7", "over r99")),
    BrokenProgram(inPlace: "carry-type", ("r8 : f32[6] = over r7", "r8 : f32[6] = over r3")),
    // Something else is stored.
    BrokenProgram(inPlace: "store-fresh", ("store 0, r4", "store 1, r4"), ("store 1, r5", "store 0, r5")),
    BrokenProgram(inPlace: "variable-in-place", ("store 0, r4\n", "")),
    BrokenProgram(inPlace: "variable-in-place", ("r10 : f32[] = fresh", "r10 : f32[] = fresh\nr11 : f32[6] = over r1")),
    // The old value is read later, by a kernel, as a whole, or through another register of the Variable.
    BrokenProgram(inPlace: "variable-in-place", ("launch 2\nlaunch 3", "launch 3\nlaunch 2")),
    BrokenProgram(
      inPlace: "variable-in-place", ("launch 2\nlaunch 3", "launch 3\nlaunch 2"),
      ("kernel 2 \"sum\" shape [6] tile 64\n  p0 = read r1", "kernel 2 \"sum\" shape [6] tile 64\n  p0 = read r2")),
    // It is not read at its own positions only.
    BrokenProgram(
      inPlace: "variable-in-place", ("p1 = read r1 contiguous 0", "p1 = read r1 strided 5 [-1]"),
      ("p2 = add p0, p1 : f32", "p2 = add p0, p0 : f32")),
    // It is read after the new value was written at the same positions.
    BrokenProgram(
      inPlace: "variable-in-place", ("p2 = add p0, p1 : f32", "p2 = add p0, p0 : f32\n  t0 = neg p1 : f32"),
      ("write r4 contiguous 0", "write r4 contiguous 0\n  t0 : f32")),
    // A loop may be given up after the store.
    BrokenProgram(
      inPlace: "variable-in-place", ("launch 2\nlaunch 3\n", ""), ("loop r6", "launch 2\nlaunch 3\nloop r6"),
      ("p0 = read r7 contiguous 0\n  p1 = read r1", "p0 = read r0 contiguous 0\n  p1 = read r1")),
    // Written by the blocks of a branch, about which nothing was proved.
    BrokenProgram(
      inPlace: "variable-in-place", ("buffer 0 : 8", "constant 0 : i32[] {0}\nbuffer 0 : 8"),
      ("r10 : f32[] = fresh", "r10 : f32[] = fresh\nr11 : i32[] = constant 0"),
      ("launch 2\nlaunch 3", "launch 2\nbranch r11 blocks 1 results r4 {\n  launch 3\n}"),
      ("p1 = read r1 contiguous 0", "p1 = read r1 strided 5 [-1]"),
      ("p2 = add p0, p1 : f32", "t0 = load p1 : f32\n  p2 = add p0, t0 : f32"),
      ("write r4 contiguous 0", "write r4 contiguous 0\n  t0 : f32")),
    // Written by a function, which may throw when it has written a part of it.
    BrokenProgram(
      inPlace: "variable-in-place",
      ("variable 1 \"w\" : f32[6]", "variable 1 \"w\" : f32[6]\n  function 0 \"fill\" (f32[6]) to (f32[6])"),
      ("launch 2\nlaunch 3", "launch 2\ncall 0 r7 results r4")),
    // What the loop carries is read after its next value was written, or not in place.
    BrokenProgram(
      inPlace: "carried-in-place", ("p1 = neg p0 : f32", "p1 = neg p0 : f32\n  t0 = neg p0 : f32"),
      ("write r8 contiguous 0", "write r8 contiguous 0\n  t0 : f32")),
    BrokenProgram(
      inPlace: "carried-in-place", ("p0 = read r7 contiguous 0\n  p1 = write r8", "p0 = read r7 strided 5 [-1]\n  p1 = write r8"),
      ("p1 = neg p0", "t0 = load p0 : f32\n  p1 = neg t0"), ("write r8 contiguous 0", "write r8 contiguous 0\n  t0 : f32")),
    BrokenProgram(inPlace: "carried-in-place", ("r9 : f32[6] = buffer 2", "r9 : f32[6] = over r7")),
  ]

  static let structure = [
    BrokenProgram("type-limits", ("argument 1 : f32[6]", "argument 1 : f32[-6]")),
    BrokenProgram("type-limits", ("variable 1 \"m\" : f32[3]", "variable 1 \"m\" : f32[1099511627776,2]")),
    BrokenProgram("type-limits", ("variable 1 \"m\" : f32[3]", "variable 1 \"m\" : f32[0,1099511627776,1099511627776]")),
    BrokenProgram("type-limits", ("shape [3] tile 64", "shape [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] tile 64")),
    BrokenProgram("constant-data", ("{true}", "{hex 02}")),
    BrokenProgram("constant-data", ("{2.0}", "{hex 000000}")),
    BrokenProgram("buffer-limits", ("buffer 2 : 16", "buffer 2 : -1")),
    BrokenProgram("buffer-limits", ("buffer 2 : 16", "buffer 2 : 9223372036854775807")),
    BrokenProgram("buffer-limits", ("buffer 2 : 16", "buffer 2 : 8796093022208")),
    BrokenProgram("register-role", ("= argument 2", "= argument 9")),
    BrokenProgram("register-role", ("= variable 0", "= variable 2")),
    BrokenProgram("register-role", ("= constant 1", "= constant -1")),
    BrokenProgram("register-role", ("= buffer 2", "= buffer 9")),
    BrokenProgram("argument-type", ("r1 : f32[6]", "r1 : f32[7]")),
    BrokenProgram("variable-type", ("r3 : f32[3]", "r3 : f64[3]")),
    BrokenProgram("constant-type", ("r4 : f32[]", "r4 : i32[]")),
    BrokenProgram("buffer-size", ("buffer 2 : 16", "buffer 2 : 15")),
    BrokenProgram("register-index", ("store 0, r10", "store 0, r99")),
    BrokenProgram("register-index", ("p1 = read r8", "p1 = read r-1")),
    BrokenProgram("type-limits", ("to (f32[4])", "to (f32[-4])")),
    BrokenProgram("function-index", ("call 0", "call 1")),
    BrokenProgram("register-index", ("results r19", "results r20")),
    BrokenProgram("kernel-index", ("launch 2", "launch 3")),
    BrokenProgram("variable-index", ("store 0, r10", "store 2, r10")),
    BrokenProgram("return-last", ("return r15, r17, r9", "")),
    BrokenProgram("return-last", ("store 0, r10", "return r15\nstore 0, r10")),
    BrokenProgram("return-last", ("return r15, r17, r9", "return r15, r17, r9\nlaunch 0")),
  ]

  static let kernels = [
    BrokenProgram("kernel-limits", ("shape [3] tile 64", "shape [3] tile 96")),
    BrokenProgram("kernel-limits", ("shape [3] tile 64", "shape [3] tile 32")),
    BrokenProgram("kernel-limits", ("shape [3] tile 64", "shape [3] tile 8192")),
    BrokenProgram("operand-access", ("p2 = read r4 scalar 0", "p2 = write r4 scalar 0")),
    BrokenProgram("operand-access", ("strided 5 [-1]", "strided 5 [-1, 0]")),
    BrokenProgram("operand-access", ("p1 = read r8 contiguous 0", "p1 = read r8 reduction 3")),
    BrokenProgram("operand-access", ("\"forward\" shape [6]", "\"forward\" shape [6,1]")),
    BrokenProgram("tile-overlap", ("p2 = write r7 contiguous 0", "p2 = write r7 contiguous 1")),
    BrokenProgram("tile-overlap", ("p2 = write r7 contiguous 0", "p2 = write r8 contiguous 0")),
    BrokenProgram("tile-overlap", ("p5 = write r8 reduction 3", "p5 = write r8 reduction 2")),
    BrokenProgram("tile-overlap", ("p5 = write r8 reduction 3", "p5 = write r6 reduction 6")),
    BrokenProgram("tile-overlap", ("r8 : f32[3] = buffer 1", "r8 : f32[3] = buffer 0")),
    BrokenProgram("access-bounds", ("strided 5 [-1]", "strided 4 [-1]")),
    BrokenProgram("access-bounds", ("strided 5 [-1]", "strided 1 [1]")),
    BrokenProgram("access-bounds", ("strided 5 [-1]", "strided 0 [-9223372036854775808]")),
    BrokenProgram("access-bounds", ("strided 5 [-1]", "strided 0 [9223372036854775807]")),
    BrokenProgram("access-bounds", ("strided 5 [-1]", "strided -9223372036854775808 [0]")),
    BrokenProgram("access-bounds", ("rows 0 3", "rows 1 3")),
    BrokenProgram("access-bounds", ("rows 0 3", "rows 0 4611686018427387904")),
    BrokenProgram("access-bounds", ("scalar 0", "scalar 1")),
    BrokenProgram("access-bounds", ("p1 = read r8 contiguous 0", "p1 = read r8 contiguous 1")),
    BrokenProgram("access-bounds", ("p1 = read r8 contiguous 0", "p1 = read r8 contiguous -1")),
    BrokenProgram("access-bounds", ("whole 0 3", "whole 1 3")),
    BrokenProgram("access-bounds", ("whole 0 3", "whole 0 -3")),
    BrokenProgram(
      "kernel-memory", ("buffer 1 : 24", "buffer 1 : 2199023255556"), ("r8 : f32[3]", "r8 : f32[549755813889]"),
      ("reduction 3", "reduction 549755813889")),
  ]

  static let tiles = [
    BrokenProgram("opcode-type", ("p4 = mul t0, p2 : f32", "p4 = mul t0, p2 : bool")),
    BrokenProgram("opcode-type", ("randombits p3 : u32", "randombits p3 : f32")),
    BrokenProgram("opcode-type", ("randombits p3 : u32", "randombits p3 first 1099511627776 : u32")),
    BrokenProgram("opcode-type", ("iota axis 0", "iota axis 1")),
    BrokenProgram("opcode-type", ("reduce.sum t0", "reduce.any t0")),
    BrokenProgram("opcode-type", ("from i32 : f32", "from f32 : f32")),
    BrokenProgram("slot-index", ("p4 = mul t0, p2", "p4 = mul t0")),
    BrokenProgram("slot-index", ("p4 = mul t0, p2", "p4 = mul t0, p2, t0")),
    BrokenProgram("slot-index", ("p4 = mul t0, p2", "p4 = mul _, p2, t0")),
    BrokenProgram("slot-index", ("t2 = iota", "t4 = iota")),
    BrokenProgram("slot-index", ("t2 = iota", "_ = iota")),
    BrokenProgram("slot-kind", ("outeraccumulate p4, p0", "outeraccumulate p4, p1")),
    BrokenProgram("slot-kind", ("p4 = mul t0, p2", "p2 = mul t0, p2")),
    BrokenProgram("slot-kind", ("p2 = add p0, t0", "p2 = add p1, t0")),
    BrokenProgram("slot-kind", ("p3 = reduce.sum t0", "t0 = reduce.sum t0")),
    BrokenProgram("slot-kind", ("t0 = load p1", "t0 = load t0")),
    BrokenProgram("slot-kind", ("p2 = sub p0, p1", "p1 = sub p0, p1")),
    BrokenProgram("slot-type", ("t2 = iota axis 0 : i32", "t2 = iota axis 0 : f32")),
    BrokenProgram("slot-type", ("p2 = sub p0, p1 : f32", "p2 = sub p0, p1 : f64")),
    BrokenProgram("slot-length", ("whole 0 3", "whole 0 2")),
    BrokenProgram("slot-length", ("p3 = read r5 whole 0 2", "p3 = read r5 whole 0 1")),
    BrokenProgram("slot-length", ("rows 0 3", "rows 0 2"), ("whole 0 3", "whole 0 2")),
    BrokenProgram("form", ("p4 = mul t0, p2", "p4 = mul p2, p2")),
    BrokenProgram("form", ("p4 = mul t0, p2", "p4 = fma p2, t0, t0")),
    BrokenProgram("tile-undefined", ("t0 = rowdot p0, p1 : f32", "")),
    BrokenProgram("tile-undefined", ("p4 = mul t0, p2", "t0 = mul t0, p2")),
    BrokenProgram("operand-written", ("p2 = sub p0, p1 : f32", "p2 = sub p0, p1 : f32\np2 = add p0, p1 : f32")),
    BrokenProgram("operand-written", ("p3 = reduce.sum t0 : f32", "")),
  ]

  static let shapes = [
    BrokenProgram("array-types", ("matmul r11, r13", "matmul r3, r13")),
    BrokenProgram("array-types", ("matmul r11, r13", "matmul r11, r2")),
    BrokenProgram("array-types", ("rows [2] inner 3 columns [2]", "rows [2] inner 2 columns [3]")),
    BrokenProgram("array-types", ("rows [2] inner 3 columns [2]", "rows [-2] inner -3 columns [-2]")),
    BrokenProgram("array-types", ("rows [2] inner 3 columns [2]", "rows [2] inner 3 columns [2] batch [2]")),
    BrokenProgram("array-types", ("rows [2] inner 3 columns [2]", "rows [2] inner 3 columns [2] batch [2] sharedA sharedB")),
    BrokenProgram("array-types", ("matmul r11, r13 rows [2] inner 3", "matmul r3, r13 inner 3 transposedB")),
    BrokenProgram("array-types", ("outer [] extent 2 inner [5]", "outer [2] extent 5 inner []")),
    BrokenProgram("array-types", ("outer [] extent 2 inner [5]", "outer [5] extent 3 inner []")),
    BrokenProgram("array-types", ("outer [] extent 2 inner [5]", "outer [-1] extent 2 inner [-5]")),
    BrokenProgram("array-types", ("reduce.max", "reduce.all")),
    BrokenProgram("array-types", ("gather r0, r2", "gather r0, r1")),
    BrokenProgram("array-types", ("gather r0, r2", "gather r13, r2")),
    BrokenProgram("array-types", ("scatter r0, r2, r14", "scatter r0, r2, r12")),
    BrokenProgram("array-types", ("scatter r0, r2, r14", "scatter r1, r2, r14")),
    BrokenProgram("array-types", ("gather r0, r2", "gather r0, r2 axis 1")),
    BrokenProgram("array-types", ("gather r0, r2", "gather r0, r2 axis 2")),
    BrokenProgram("array-types", ("gather r0, r2", "gather r0, r2 batch 1 axis 1")),
    BrokenProgram("array-types", ("scatter r0, r2, r14", "scatter.add r0, r2, r14 axis 1")),
    BrokenProgram("array-types", ("scatter r0, r2, r14", "dynamicupdate r0, r14, r2 batch 1")),
    BrokenProgram("array-types", ("scatter r0, r2, r14", "dynamicupdate r0, r14, r1")),
    BrokenProgram("array-types", ("reduce.max r16 outer [] extent 2 inner [5]", "dynamicslice r16, r2 sizes [1, 5]")),
    BrokenProgram("array-types", ("reduce.max r16 outer [] extent 2 inner [5]", "dynamicslice r16, r2 sizes [5]")),
    BrokenProgram("array-types", ("concatenate r3, r3 axis 0", "pad r3, r4 low [1] high [1] interior [1]")),
    BrokenProgram("array-types", ("concatenate r3, r3 axis 0", "pad r3, r3 low [3] high [0] interior [0]")),
    BrokenProgram("array-types", ("concatenate r3, r3 axis 0", "pad r3, r4 low [5] high [0] interior [-1]")),
    BrokenProgram("array-types", ("starts [0, 1]", "starts [0, 2]")),
    BrokenProgram("array-types", ("starts [0, 1]", "starts [0]")),
    BrokenProgram("array-types", ("starts [0, 1]", "starts [1, 1]")),
    BrokenProgram("array-types", ("starts [0, 1]", "starts [0, -1]")),
    BrokenProgram("array-types", ("steps [1, 1]", "steps [1, 0]")),
    BrokenProgram("array-types", ("steps [1, 1]", "steps [1, -9223372036854775808]")),
    BrokenProgram("array-types", ("r12, r14 axis 1", "r12, r14 axis 0")),
    BrokenProgram("array-types", ("r12, r14 axis 1", "r14 axis 1")),
    BrokenProgram("array-types", ("r12, r14 axis 1", "axis 1")),
    BrokenProgram("array-types", ("r12, r14 axis 1", "r12, r14 axis 2")),
  ]

  static let calls = [
    BrokenProgram("call-type", ("call 0 r12, r3", "call 0 r3, r12")),
    BrokenProgram("call-type", ("call 0 r12, r3", "call 0 r12")),
    BrokenProgram("call-type", ("call 0 r12, r3 results r19", "call 0 r12, r3")),
    BrokenProgram("call-type", ("to (f32[4])", "to (i32[4])")),
    BrokenProgram("write-to-input", ("to (f32[4])", "to (f32[3])"), ("results r19", "results r3")),
    BrokenProgram("read-before-write", ("call 0 r12", "call 0 r20"), ("r19 : f32[4]", "r19 : f32[4] = buffer 4\nr20 : f32[2,2]")),
    BrokenProgram("single-definition", ("results r19", "results r19\ncall 0 r12, r3 results r19")),
    // What a function writes never lies on what it reads.
    BrokenProgram("early-reuse", ("r19 : f32[4] = buffer 4", "r19 : f32[4] = buffer 2")),
  ]

  static let flow = [
    BrokenProgram("write-to-input", ("p2 = write r10 contiguous 0", "p2 = write r3 contiguous 0")),
    BrokenProgram("write-to-input", ("r15 = scatter", "r0 = scatter")),
    BrokenProgram("single-definition", ("launch 2", "launch 2\nlaunch 2")),
    BrokenProgram(
      "single-definition", ("r12 = matmul r11, r13", "r12 = matmul r11, r13 rows [2] inner 3 columns [2]\nr12 = matmul r11, r13")),
    BrokenProgram("read-before-write", ("launch 0\n", "")),
    BrokenProgram("read-before-write", ("r17 = reduce.max r16 outer [] extent 2 inner [5]", "")),
    // Another value's buffer.
    BrokenProgram("early-reuse", ("r12 : f32[2,2] = buffer 2", "r12 : f32[2,2] = buffer 1")),
    BrokenProgram("early-reuse", ("scatter r0, r2, r14", "scatter r0, r2, r11")),
    // The old value is read after the tile was overwritten.
    BrokenProgram(
      "early-reuse", ("p2 = add p0, t0", "p2 = add t0, t0"), ("reduce.sum t0", "reduce.sum p0")),
    // The old value is not read at its own position only.
    BrokenProgram("early-reuse", ("p0 = read r6 contiguous 0", "p0 = read r6 scalar 0")),
    BrokenProgram("early-reuse", ("p1 = read r1 strided 5 [-1]", "p1 = read r6 strided 5 [-1]")),
    // Only elementwise instructions may be given a destination that is a source.
    BrokenProgram("early-reuse", ("p2 = add p0, t0", "p2 = load p0")),
    // Elements of another size.
    BrokenProgram(
      "early-reuse", ("buffer 0 : 24", "buffer 0 : 48"), ("r7 : f32[6]", "r7 : f64[6]"),
      ("t0 : f32\n  t0", "t0 : f32\n  t1 : f64\n  t0"),
      ("p2 = add p0, t0 : f32", "t1 = convert p0 from f32 : f64\n  p2 = neg t1 : f64")),
    BrokenProgram("fresh-use", ("return r15, r17, r9", "return r15, r17")),
  ]

  static let barrier = [
    BrokenProgram("store-type", ("store 0, r10", "store 0, r10\nstore 1, r9")),
    BrokenProgram("store-once", ("store 0, r10", "store 0, r10\nstore 0, r10")),
    BrokenProgram(
      "store-fresh", ("store 0, r10", ""), ("launch 2\n", "launch 2\nstore 0, r8\n"), ("return r15", "return r10, r15")),
    BrokenProgram("store-fresh", ("store 0, r10", "store 0, r10\nstore 1, r10")),
    BrokenProgram("result-aliases", ("return r15", "return r10, r15")),
    BrokenProgram("result-aliases", ("return r15", "return r15, r15")),
    BrokenProgram("result-aliases", ("return r15", "return r3, r15")),
    BrokenProgram("result-aliases", ("return r15", "return r0, r15")),
    BrokenProgram("stale-read", ("store 0, r10", ""), ("r18 = concatenate", "store 0, r10\nr18 = concatenate")),
  ]
}

@Suite struct VerifierTests {
  @Test(arguments: [sampleProgram, loopProgram, inPlaceProgram]) func theSamplesKeepEveryRule(_ sample: String) throws {
    let program = try Program(parsing: sample)
    _ = try VerifiedProgram(program)
    #expect(ProgramOracle(program).complaint == nil)
    #expect(try Program(parsing: program.text) == program)
    #expect(try Program(decoding: program.encoded()) == program)
  }

  @Test(arguments: BrokenProgram.all) func aBrokenProgramIsRefusedByItsRule(_ broken: BrokenProgram) throws {
    var text = broken.sample
    for change in broken.changes {
      try #require(text.contains(change.from), "the sample has no \(change.from)")
      text = text.replacing(change.from, with: change.to, maxReplacements: 1)
    }
    let program = try Program(parsing: text)
    let error = #expect(throws: HillockError.self) { try VerifiedProgram(program) }
    #expect(error?.code == .verification)
    #expect(error?.rule == broken.rule, "\(error.map(\.description) ?? "accepted")")
  }

  @Test func everyRuleHasABrokenProgram() {
    #expect(Set(BrokenProgram.all.map(\.rule)) == Set(Rule.all.map(\.id)))
    #expect(Set(Rule.all.map(\.id)).count == Rule.all.count, "identifiers are unique")
  }

  @Test func anOpBeyondTheTableIsRefused() throws {
    var program = try Program(parsing: sampleProgram)
    program.kernels[2].code[0].opcode = .elementwise(ElementwiseOp(code: .max))
    #expect(program.text.contains("p2 = elementwise.255 p0, p1 : f32"))
    let error = #expect(throws: HillockError.self) { try VerifiedProgram(program) }
    #expect(error?.rule == "opcode-type")
  }

  @Test func tooManySlotsAreRefused() throws {
    var program = try Program(parsing: sampleProgram)
    program.kernels[2].tiles = Array(repeating: .f32, count: Kernel.maximumSlots)
    let error = #expect(throws: HillockError.self) { try VerifiedProgram(program) }
    #expect(error?.rule == "kernel-limits")
  }

  @Test func aProgramWithoutCodeIsRefused() {
    let error = #expect(throws: HillockError.self) { try VerifiedProgram(Program(name: "empty")) }
    #expect(error?.rule == "return-last")
  }

  /// An index space without positions reads nothing, so nothing need be there.
  @Test func anEmptyIndexSpaceReadsNothing() throws {
    _ = try VerifiedProgram(
      try Program(
        parsing: """
          hillock program 2
          argument 0 : f32[0]
          r0 : f32[0] = argument 0
          r1 : f32[0,5] = fresh
          r2 : f32[] = fresh
          kernel 0 "k" shape [0,5] tile 64
            p0 = read r0 strided 0 [1, 0]
            p1 = write r1 contiguous 0
            p2 = write r2 reduction 1
            p1 = load p0 : f32
            p2 = reduce.max p1 : f32
          end
          launch 0
          return r1, r2
          """))
  }
}
