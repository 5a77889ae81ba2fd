import HillockConformanceKit
import HillockIR
import Testing

@Suite("Case files")
struct CaseParserTests {
  private func parse(_ text: String) throws(HillockError) -> [ConformanceCase] {
    try CaseParser.parse(text, file: "t.case") { name throws(HillockError) in
      guard name == "x.npy" else { throw HillockError(.system, "no such file") }
      return NumPyFile.encode(ConstantData(type: ArrayType(.i32, [2]), bytes: [1, 0, 0, 0, 2, 0, 0, 0]))
    }
  }

  private func body(_ lines: String) -> String { "hillock cases 1\ncase one\nprogram\np\nend\n\(lines)\n" }

  @Test("lines may end with a carriage return, too")
  func carriageReturns() throws {
    let text = body("argument 0 f32[3] =\n  1 2\n  3\nresult 0 f32[1] exact = 1")
    let cases = try parse(text.replacing("\n", with: "\r\n"))
    #expect(try cases.map(\.program) == parse(text).map(\.program))
    #expect(cases.first?.arguments.first?.type == ArrayType(.f32, [3]))
  }

  @Test("a whole case")
  func whole() throws {
    let cases = try parse(
      """
      hillock cases 1
      # a comment

      case two words
      # another
      program
      hillock graph 1
        # kept: it belongs to the program

      return
      end
      argument 0 f32[3] = 1 -0 nan
      argument 1 i32[2] = file "x.npy"
      variable w bool[] = true
      result 0 f32[2] exact =
        0.5
        inf
      result 1 f64[1] within 2 ulp = 0.1
      stored w f32[1] within 3 ulp or 1e-6 = 1

      case refused
      program
      x
      end
      error verification rule-name "a part of it"
      """)
    #expect(cases.map(\.name) == ["two words", "refused"])
    #expect(cases[0].place == "t.case:4")
    #expect(cases[0].program == "hillock graph 1\n  # kept: it belongs to the program\n\nreturn\n")
    #expect(cases[0].arguments[0].bytes == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x80, 0, 0, 0xC0, 0x7F])
    #expect(cases[0].arguments[1] == ConstantData(type: ArrayType(.i32, [2]), bytes: [1, 0, 0, 0, 2, 0, 0, 0]))
    #expect(cases[0].variables["w"] == ConstantData(type: ArrayType(.bool, []), bytes: [1]))
    #expect(cases[0].results[0].tolerance == .exact)
    #expect(cases[0].results[0].value.bytes == [0, 0, 0, 0x3F, 0, 0, 0x80, 0x7F])
    #expect(cases[0].results[1].tolerance == .within(ulp: 2, absolute: 0))
    #expect(cases[0].stored["w"]?.tolerance == .within(ulp: 3, absolute: 1e-6))
    #expect(cases[1].error == ExpectedError(code: .verification, rule: "rule-name", containing: "a part of it"))
  }

  @Test("cycle repeats its elements up to the count")
  func cycle() throws {
    let value = try parse(body("result 0 u32[5] exact = cycle 7 8"))[0].results[0].value
    #expect(value.bytes == [7, 8, 7, 8, 7].flatMap { [$0, 0, 0, 0] })
  }

  @Test(
    "what is malformed is an error that names the line",
    arguments: [
      ("", 1), ("hillock cases 2\n", 1), ("hillock cases 1\n", 3), ("hillock cases 1\nprogram\n", 2),
      ("hillock cases 1\ncase a\nresult\n", 3), ("hillock cases 1\ncase a\nprogram\nx\n", 3),
      ("hillock cases 1\ncase a\nprogram\nend\n", 2),
    ])
  func structure(_ text: String, _ line: Int) {
    #expect { try parse(text) } throws: {
      ($0 as? HillockError)?.code == .format && ($0 as? HillockError)?.location == "t.case:\(line)"
    }
  }

  @Test(
    "a wrong line of a case is an error that names it",
    arguments: [
      "result 1 f32[1] exact = 1", "result 0 f32[1] = 1", "result 0 f32[1] about = 1", "result 0 f32[1] within x ulp = 1",
      "result 0 f8[1] exact = 1", "result 0 f32[2] exact = 1", "result 0 i32[1] exact = 1.5", "result 0 u32[1] exact = -1",
      "result 0 bool[1] exact = 2", "result 0 f32[1,] exact = 1", "result 0 f32[-1] exact =", "argument 0 f32[1] exact = 1",
      "result 0 f32[99999999999999] exact = cycle 0", "result 0 f32[1] exact = cycle", "result 0 f32[1] exact = cycle 1 2",
      "result 0 f32[2] exact = file \"x.npy\"", "result 0 i32[2] exact = file \"y.npy\"", "result 0 i32[2] exact = file x.npy",
      "error nonsense", "error", "error shape \"open", "error shape a b", "something", "result", "answer 0 f32[1] exact = 1",
      "transform", "transform jvp x", "transform spin 0", "transform vmap 0", "transform vmap 0,x lanes 3",
      "variable a f32[] = 1\nvariable a f32[] = 1", "error shape\nerror shape", "error shape\nresult 0 f32[] exact = 1",
    ])
  func statements(_ lines: String) {
    #expect { try parse(body(lines)) } throws: {
      guard let error = $0 as? HillockError else { return false }
      return error.code == .format && error.location?.hasPrefix("t.case:") == true
    }
  }
}
