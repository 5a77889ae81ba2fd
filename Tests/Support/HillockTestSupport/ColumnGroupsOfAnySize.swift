import HillockBytecode
import Testing

/// Programs that the test lays out form column groups of arrays of any size.
package struct ColumnGroupsOfAnySize: SuiteTrait, TestTrait, TestScoping {
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await ColumnGroup.$leastComputedByteCount.withValue(0) { try await function() }
  }
}

extension Trait where Self == ColumnGroupsOfAnySize {
  package static var columnGroupsOfAnySize: Self { ColumnGroupsOfAnySize() }
}
