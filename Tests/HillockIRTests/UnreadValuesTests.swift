import Testing

@testable import HillockIR

/// What nobody reads of loops and branches goes, with what is given for it alone.
@Suite struct UnreadValuesTests {
  /// The second program says what is left of the first; arguments that nobody reads may stand in it.
  private func same(_ text: String, as expected: String) throws {
    let left = DeadCode.eliminate(try Graph(parsing: "hillock graph 1\n" + text))
    let graph = try Graph(parsing: "hillock graph 1\n" + expected), control = graph.nodes.filter { !$0.operation.regions.isEmpty }
    #expect(left.text == DeadCode.eliminate(graph).text)
    #expect(left.nodes.filter { !$0.operation.regions.isEmpty }.map(\.operation) == control.map(\.operation))
  }

  @Test func aCarriedValueThatOnlyItselfNeedsGoes() throws {
    try same(
      """
      region 0 {
        %i = argument 0 : i64[]
        %a = argument 1 : f32[3]
        %b = argument 2 : f32[3]
        %row = argument 3 : f32[3]
        %c = argument 4 : f32[3]
        %2 = neg %a
        %3 = mul %b, %c
        %4 = add %3, %row
        return %2, %4, %4
      }
      %0 = argument 0 : f32[3]
      %1 = argument 1 : f32[3]
      %2 = argument 2 : f32[5,3]
      %3 = argument 3 : f32[3]
      %4 = loop %0, %1, %2, %3 region 0 trips 5 carried 2 sliced 1
      %5 = element %4 position 0
      return %5
      """,
      as: """
        region 0 {
          %i = argument 0 : i64[]
          %a = argument 1 : f32[3]
          %2 = neg %a
          return %2
        }
        %0 = argument 0 : f32[3]
        %1 = argument 1 : f32[3]
        %2 = argument 2 : f32[5,3]
        %3 = argument 3 : f32[3]
        %4 = loop %0 region 0 trips 5 carried 1 sliced 0
        %5 = element %4 position 0
        return %5
        """)
  }

  /// The second is made from the first in each step, the first from the third one step before.
  @Test func carriedValuesThatOthersNeedInLaterStepsStay() throws {
    let program = """
      region 0 {
        %i = argument 0 : i64[]
        %a = argument 1 : f32[]
        %b = argument 2 : f32[]
        %c = argument 3 : f32[]
        %4 = neg %c
        return %4, %a, %c
      }
      %0 = argument 0 : f32[]
      %1 = argument 1 : f32[]
      %2 = argument 2 : f32[]
      %3 = loop %0, %1, %2 region 0 trips 5 carried 3 sliced 0
      %4 = element %3 position 1
      return %4
      """
    let graph = DeadCode.eliminate(try Graph(parsing: "hillock graph 1\n" + program))
    guard case .loop(let loop) = graph.nodes.first(where: { $0.operation.hasElements })?.operation else {
      Issue.record("there is no loop")
      return
    }
    #expect(loop.carried == 3)
  }

  /// The values of an inner loop are followed one by one.
  @Test func loopsInLoopsKeepWhatIsReadAlone() throws {
    try same(
      """
      region 0 {
        region 0 {
          %i = argument 0 : i64[]
          %a = argument 1 : f32[]
          %b = argument 2 : f32[]
          %2 = neg %a
          %3 = mul %a, %b
          return %2, %3
        }
        %i = argument 0 : i64[]
        %a = argument 1 : f32[]
        %b = argument 2 : f32[]
        %3 = loop %a, %b region 0 trips 2 carried 2 sliced 0
        %4 = element %3 position 0
        %5 = element %3 position 1
        return %4, %5
      }
      %0 = argument 0 : f32[]
      %1 = argument 1 : f32[]
      %2 = loop %0, %1 region 0 trips 3 carried 2 sliced 0
      %3 = element %2 position 0
      return %3
      """,
      as: """
        region 0 {
          region 0 {
            %i = argument 0 : i64[]
            %a = argument 1 : f32[]
            %2 = neg %a
            return %2
          }
          %i = argument 0 : i64[]
          %a = argument 1 : f32[]
          %3 = loop %a region 0 trips 2 carried 1 sliced 0
          %4 = element %3 position 0
          return %4
        }
        %0 = argument 0 : f32[]
        %1 = argument 1 : f32[]
        %2 = loop %0 region 0 trips 3 carried 1 sliced 0
        %3 = element %2 position 0
        return %3
        """)
  }

  @Test func aWhileLoopKeepsWhatItsConditionReads() throws {
    try same(
      """
      region 0 {
        %a = argument 0 : f32[]
        %b = argument 1 : f32[]
        %c = argument 2 : f32[]
        %d = argument 3 : f32[]
        %4 = lt %a, %d
        return %4
      }
      region 1 {
        %a = argument 0 : f32[]
        %b = argument 1 : f32[]
        %c = argument 2 : f32[]
        %d = argument 3 : f32[]
        %4 = add %a, 1
        %5 = mul %b, %d
        %6 = mul %c, %b
        return %4, %5, %6
      }
      %0 = argument 0 : f32[]
      %1 = argument 1 : f32[]
      %2 = argument 2 : f32[]
      %3 = argument 3 : f32[]
      %4 = while %0, %1, %2, %3 condition 0 body 1 carried 3
      %5 = element %4 position 1
      return %5
      """,
      as: """
        region 0 {
          %a = argument 0 : f32[]
          %b = argument 1 : f32[]
          %d = argument 2 : f32[]
          %4 = lt %a, %d
          return %4
        }
        region 1 {
          %a = argument 0 : f32[]
          %b = argument 1 : f32[]
          %d = argument 2 : f32[]
          %4 = add %a, 1
          %5 = mul %b, %d
          return %4, %5
        }
        %0 = argument 0 : f32[]
        %1 = argument 1 : f32[]
        %2 = argument 2 : f32[]
        %3 = argument 3 : f32[]
        %4 = while %0, %1, %3 condition 0 body 1 carried 2
        %5 = element %4 position 1
        return %5
        """)
  }

  /// The loop stays, because the one in it might never end; nothing is left that it gives.
  @Test func aLoopThatGivesNothingIsReadAgainFromItsText() throws {
    let text = """
      hillock graph 1
      region 0 {
        region 0 {
          %x = argument 0 : f32[]
          %1 = lt %x, 9
          return %1
        }
        region 1 {
          %x = argument 0 : f32[]
          %1 = add %x, 1
          return %1
        }
        %i = argument 0 : i64[]
        %a = argument 1 : f32[5,5]
        %x = argument 2 : f32[]
        %3 = while %x condition 0 body 1 carried 1
        %4 = element %3 position 0
        %5 = broadcast %4 : f32[5,5]
        %6 = add %a, %5
        return %6
      }
      %0 = argument 0 : f32[5,5]
      %1 = argument 1 : f32[]
      %2 = loop %0, %1 region 0 trips 3 carried 1 sliced 0
      %3 = element %2 position 0
      return %1
      """
    let left = DeadCode.eliminate(try Graph(parsing: text))
    guard case .loop(let loop) = left.nodes.first(where: { !$0.operation.regions.isEmpty })?.operation else {
      Issue.record("the loop has gone: \(left.text)")
      return
    }
    #expect(loop.carried == 0 && left.regions[loop.region].results.isEmpty)
    #expect(try Graph(parsing: left.text) == left)
  }

  @Test func aBranchGivesWhatIsRead() throws {
    try same(
      """
      region 0 {
        %a = argument 0 : f32[]
        %b = argument 1 : f32[]
        return %a, %b
      }
      region 1 {
        %a = argument 0 : f32[]
        %b = argument 1 : f32[]
        %2 = neg %a
        return %2, %b
      }
      %0 = argument 0 : f32[]
      %1 = argument 1 : f32[]
      %2 = argument 2 : i32[]
      %3 = branch %2, %0, %1 regions [0, 1]
      %4 = element %3 position 0
      return %4
      """,
      as: """
        region 0 {
          %a = argument 0 : f32[]
          return %a
        }
        region 1 {
          %a = argument 0 : f32[]
          %2 = neg %a
          return %2
        }
        %0 = argument 0 : f32[]
        %1 = argument 1 : f32[]
        %2 = argument 2 : i32[]
        %3 = branch %2, %0 regions [0, 1]
        %4 = element %3 position 0
        return %4
        """)
  }
}
