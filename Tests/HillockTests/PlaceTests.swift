import Testing

@testable import Hillock

/// How messages name places in the user's code.
@Suite struct PlaceTests {
  @Test(arguments: [
    ("specialized attempt(_:_:)", "attempt(_:_:)"), ("closure #42 in attempt(_:_:)", "attempt(_:_:)"),
    ("closure #1 in closure #2 in main", "main"), ("partial apply for closure #1 in Model.step(_:)", "Model.step(_:)"),
  ])
  func whatTheCompilerSaysOfItsCopiesIsLeftOut(_ symbol: String, _ expected: String) {
    #expect(UserFrame.functionName(symbol) == expected)
  }
}
