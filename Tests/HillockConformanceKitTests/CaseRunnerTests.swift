import HillockConformanceKit
import HillockIR
import Testing

/// The runner on small cases whose right answers are known by hand.
@Suite("Running cases")
struct CaseRunnerTests {
  private let runner = CaseRunner(modes: Mode.all(workers: [1, 2]))

  private func run(_ lines: String) throws -> CaseOutcome {
    let cases = try CaseParser.parse("hillock cases 1\n\(lines)\n", file: "t.case") { _ throws(HillockError) in [] }
    return runner.run(try #require(cases.first))
  }

  private let doubling = """
    case doubling
    program
    hillock graph 1
    %0 = argument 0 : f32[3]
    %1 = add %0, %0
    return %1
    end
    argument 0 f32[3] = 1 2 3
    """

  private let counting = """
    case counting
    program
    hillock graph 1
    %0 = variable 0 "n" : i32[]
    %1 = add %0, 1
    store "n", %1
    return
    end
    variable n i32[] = 41
    """

  @Test("a right expectation passes in every mode")
  func passes() throws {
    #expect(try run(doubling + "\nresult 0 f32[3] exact = 2 4 6").failures == [])
    #expect(try run(counting + "\nstored n i32[] exact = 42").failures == [])
  }

  @Test("a wrong expectation fails, and says where and by how much")
  func wrongValue() throws {
    let outcome = try run(doubling + "\nresult 0 f32[3] exact = 2 4.5 6")
    #expect(outcome.failures.count == 1)
    #expect(outcome.failures.first?.contains("result 0: 1 of 3 elements differ") == true)
    #expect(outcome.failures.first?.contains("[1]: 4.0, expected 4.5") == true)
    #expect(try !run(counting + "\nstored n i32[] exact = 43").passed)
  }

  private let calling = """
    case calling
    program
    hillock graph 1
    function 0 "reverse" (f32[3]) to (f32[3])
    function 1 "digest" () to (u64[])
    %0 = argument 0 : f32[3]
    %1 = call %0 function 0
    %2 = element %1 position 0
    %3 = call function 1
    %4 = element %3 position 0
    return %2, %4
    end
    argument 0 f32[3] = 1 2 3
    """

  /// FNV-1a of "reverse", the twelve bytes of 1, 2, 3, and "digest", by a few lines of Python.
  @Test("host functions are called alike in every mode")
  func hostFunctions() throws {
    let right = "\nresult 0 f32[3] exact = 3 2 1\nresult 1 u64[] exact = 7582821185224310384"
    #expect(try run(calling + right).failures == [])
    #expect(try !run(calling + right.replacing("3 2 1", with: "1 2 3")).passed)
    let unknown = calling.replacing("\"digest\"", with: "\"nobody\"")
    #expect(try run(unknown + right).failures.contains { $0.contains("none is bound") })
  }

  @Test("a wrong type, a missing or an extra result, a Variable that should not change: all fail")
  func wrongStructure() throws {
    #expect(try !run(doubling + "\nresult 0 f64[3] exact = 2 4 6").passed)
    #expect(try !run(doubling + "\nresult 0 f32[3,1] exact = 2 4 6").passed)
    #expect(try !run(doubling + "\nresult 0 f32[3] exact = 2 4 6\nresult 1 f32[] exact = 0").passed)
    #expect(try !run(counting + "\nresult 0 i32[] exact = 42\nstored n i32[] exact = 42").passed)
    let reading = counting.replacing("return", with: "return %1")
    #expect(try run(reading + "\nresult 0 i32[] exact = 42").failures.contains { $0.contains("Variable n") })
  }

  @Test(
    "inputs that do not fit the program fail with an argument error",
    arguments: [
      ("argument 0 f32[3] = 1 2 3", "argument 0 f32[4] = 1 2 3 4"), ("argument 0 f32[3] = 1 2 3", ""),
      ("argument 0 f32[3] = 1 2 3", "argument 0 f32[3] = 1 2 3\nvariable v f32[] = 1"),
    ])
  func wrongInputs(_ line: String, _ replacement: String) throws {
    let outcome = try run(doubling.replacing(line, with: replacement) + "\nresult 0 f32[3] exact = 2 4 6")
    #expect(outcome.failures.first?.hasPrefix("argument error") == true)
  }

  @Test("an expected error passes only where it comes, with its code, its rule and its text")
  func errors() throws {
    let refused = "case refused\nprogram\nhillock graph 1\n%0 = argument 0 : bool[3]\n%1 = add %0, %0\nreturn %1\nend\n"
    #expect(try run(refused + "error dtype").passed)
    #expect(try run(refused + "error dtype \"add is not defined for bool\"").passed)
    #expect(try !run(refused + "error shape").passed)
    #expect(try !run(refused + "error dtype \"multiply\"").passed)
    #expect(try !run(refused + "error dtype some-rule").passed)
    #expect(try run(doubling + "\nerror dtype").failures == ["expected dtype error, but the program ran"])
  }

  @Test("a program that cannot be read is a failure with its place in the text")
  func unreadable() throws {
    let outcome = try run("case x\nprogram\nhillock graph 1\nreturn %7\nend\nresult 0 f32[] exact = 1")
    #expect(outcome.failures.count == 1)
    #expect(outcome.failures.first?.hasPrefix("format error") == true)
  }

  @Test("modes: eager once, the others at every level and every number of workers")
  func modes() {
    let modes = Mode.all(engines: [.eager, .interpreter], workers: [1, 2, 7], levels: [.baseline])
    #expect(
      modes.map(\.description) == [
        "eager, 1 worker, \(modes[0].isa)", "interpreter, 1 worker, baseline", "interpreter, 2 workers, baseline",
        "interpreter, 7 workers, baseline",
      ])
  }
}

@Suite("Coverage and reports")
struct ReportTests {
  @Test("coverage asks for every row of the op table at every dtype, and for every structural operation")
  func coverage() throws {
    var coverage = Coverage()
    #expect(coverage.missing.count == Coverage.wanted.count)
    let text = "hillock graph 1\n%0 = argument 0 : f64[3]\n%1 = select true, %0, %0\n%2 = reduce.sum %1\nreturn %2\n"
    coverage.add(try Graph(parsing: text))
    #expect(coverage.covered == ["argument", "constant", "broadcast", "select f64", "reduce.sum"])
    #expect(!coverage.missing.contains("select f64"))
    #expect(coverage.missing.contains("select f32"))
  }

  @Test("the JUnit report counts and escapes")
  func junit() {
    let xml = JUnitReport.xml([
      CaseOutcome(name: "a <b> & \"c\"", place: "x/y.case:3", failures: [], seconds: 0.5),
      CaseOutcome(name: "d", place: "x/y.case:9", failures: ["1 < 2\u{1}\u{FFFE}\u{1B}\n3"], seconds: 0.25),
    ])
    #expect(xml.contains(#"tests="2" failures="1" errors="0" time="0.75""#))
    #expect(xml.contains(#"<testcase classname="x/y.case" name="a &lt;b&gt; &amp; &quot;c&quot;" time="0.5"/>"#))
    #expect(xml.contains(#"<failure message="x/y.case:9">1 &lt; 2\u{1}\u{FFFE}\u{1B}\n3</failure>"#))
  }
}
