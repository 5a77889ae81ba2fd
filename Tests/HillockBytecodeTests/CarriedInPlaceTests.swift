import HillockIR
import Testing

@testable import HillockBytecode

/// A carried value that a kernel changes first and an array op after it: both write in the value's own place.
@Suite("Several writers in the place of a carried value")
struct CarriedInPlaceTests {
  /// A state that decays, and then takes in what spikes send. `last` stands at the end of each step.
  private func lower(last: String = "return %g") throws -> Program {
    let text = """
      hillock graph 1
      region 0 {
        %i = argument 0 : i64[]
        %s = argument 1 : f32[3]
        %x = argument 2 : bool[2]
        %b = argument 3 : i64[3]
        %t = argument 4 : i32[4]
        %w = constant f32[1] {0.5}
        %z = constant i64[] {0}
        %h = mul %s, 0.25
        %g = deliver %h, %x, %z, %b, %t, %w
        \(last)
      }
      %s = argument 0 : f32[3]
      %x = argument 1 : bool[2]
      %b = argument 2 : i64[3]
      %t = argument 3 : i32[4]
      %l = loop %s, %x, %b, %t region 0 trips 4 carried 1 sliced 0
      %r = element %l position 0
      return %r
      """
    return try Lowering.lower(Passes.run(Graph(parsing: text)))
  }

  private func over(_ program: Program) throws -> [Int] {
    let current = try #require(program.flattened.flatMap(\.carries).first).current
    return program.registers.indices.filter { program.registers[$0].role == .over(current) }
  }

  private func violation(_ program: Program) -> String? {
    Rule.all.first { $0.id == "carried-in-place" }?.violation(program)
  }

  @Test("the decayed state and the next one lie over the present one")
  func inPlace() throws {
    let program = try lower()
    #expect(try over(program).count == 2)
    for rule in Rule.all { #expect(rule.violation(program) == nil, "\(rule.id)") }
    #expect(try Program(parsing: program.text) == program)
  }

  @Test("where the decayed state is read afterwards, it does not lie over the present one")
  func readLater() throws {
    let program = try lower(last: "%k = add %g, %h\n return %k")
    // (What is returned may: a kernel that computes %h anew reads the present value at its own positions.)
    #expect(try over(program).count < 2)
    for rule in Rule.all { #expect(rule.violation(program) == nil, "\(rule.id)") }
  }

  @Test("a value on the way to the next one that another carried value becomes has a place of its own")
  func becomesAnother() throws {
    let text = """
      hillock graph 1
      region 0 {
        %i = argument 0 : i64[]
        %a = argument 1 : f32[4]
        %b = argument 2 : f32[4]
        %u = argument 3 : f32[2]
        %k = constant i64[2] {0, 2}
        %c = neg %b
        %d = scatter.add %c, %k, %u
        return %d, %c
      }
      %a = argument 0 : f32[4]
      %b = argument 1 : f32[4]
      %u = argument 2 : f32[2]
      %l = loop %a, %b, %u region 0 trips 2 carried 2 sliced 0
      %x = element %l position 0
      %y = element %l position 1
      return %x, %y
      """
    let program = try Lowering.lower(Passes.run(Graph(parsing: text)))
    for rule in Rule.all { #expect(rule.violation(program) == nil, "\(rule.id)") }
    // Over the other's present value it would be overwritten before it is handed on.
    let carries = program.flattened.flatMap(\.carries)
    var broken = program
    for register in carries.map(\.next) { broken.registers[register].role = .over(carries[0].current) }
    #expect(violation(broken) != nil)
  }

  @Test("a program in which the first of two writers comes last, or which reads the present value between them, is refused")
  func refused() throws {
    let program = try lower(), registers = try over(program)
    guard case .loop(let loop) = program.code.first(where: { !$0.carries.isEmpty }), loop.body.count == 2 else {
      Issue.record("the loop has other steps: \(program.text)")
      return
    }
    func broken(_ change: (inout Program, inout Loop) -> Void) -> Program {
      var copy = program, changed = loop
      change(&copy, &changed)
      copy.code = copy.code.map { $0.carries.isEmpty ? $0 : .loop(changed) }
      return copy
    }
    #expect(violation(broken { _, loop in loop.body.reverse() }) != nil)
    // The array op reads its base a second time, as what the state was before the kernel.
    let again = broken { copy, loop in loop.body.append(loop.body[0]) }
    #expect(violation(again) != nil)
    // Only the first lies over the present value; what the value becomes does not.
    let half = broken { copy, _ in copy.registers[registers[1]].role = .temporary(buffer: 0) }
    #expect(violation(half) != nil)
  }
}
