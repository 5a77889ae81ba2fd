import JitExpansion
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import SwiftSyntaxMacrosGenericTestSupport
import Testing

/// What `@Jit` is expanded to, and what it refuses. (The body keeps the layout it has in the source.)
@Suite struct ExpansionTests {
  private func check(
    _ source: String, _ expected: String, diagnostics: [DiagnosticSpec] = [], fixed: String? = nil,
    _ place: SourceLocation = #_sourceLocation
  ) {
    assertMacroExpansion(
      source, expandedSource: expected, diagnostics: diagnostics,
      macroSpecs: ["Jit": MacroSpec(type: JitMacro.self)], fixedSource: fixed, indentationWidth: .spaces(2),
      failureHandler: { failure in Issue.record("\(failure.message)", sourceLocation: place) })
  }

  @Test func theBodyMovesToAPrivateMethodBesideIt() {
    check(
      """
      final class Counter: Base {
        /// Counts.
        @Jit public override func count(_ x: NDArray, by n: Int) throws -> NDArray {
          x * n
        }
      }
      """,
      """
      final class Counter: Base {
        /// Counts.
        public override func count(_ x: NDArray, by n: Int) throws -> NDArray {
          return try Hillock.compiledMethod(of: self, "Counter.count") {
            $0._plain_count(_:by:)
          }(x, n)
        }

        private func _plain_count(_ x: NDArray, by n: Int) throws -> NDArray {
        #sourceLocation(file: "test.swift", line: 4)
          x * n
        #sourceLocation()
          }
      }
      """)
  }

  @Test func aMethodWithoutParametersInAnExtension() {
    check(
      """
      extension Net.Cell {
        @Jit func reset() throws {
          V[...] = 0
        }
      }
      """,
      """
      extension Net.Cell {
        func reset() throws {
          return try Hillock.compiledMethod(of: self, "Net.Cell.reset") {
            $0._plain_reset
          }()
        }

        private func _plain_reset() throws {
        #sourceLocation(file: "test.swift", line: 3)
          V[...] = 0
        #sourceLocation()
          }
      }
      """)
  }

  @Test(arguments: [
    (
      "class C: Base {\n  @Jit static func f() throws {\n  }\n}",
      "@Jit is for methods of instances; wrap a static function with jit(_:)", 2, 8
    ),
    (
      "class C: Base {\n  @Jit func f() async throws {\n  }\n}", "a method that suspends cannot be traced; take async away", 2, 17
    ),
    (
      "class C: Base {\n  @Jit func f(_ x: inout NDArray) throws {\n  }\n}",
      "a compiled method takes plain parameters, neither inout nor variadic", 2, 15
    ),
    (
      "class C: Base {\n  @Jit func f() throws(E) {\n  }\n}",
      "a compiled method throws any error: mark it throws, without a type", 2, 17
    ),
    (
      "struct S {\n  @Jit func f() throws {\n  }\n}",
      "@Jit is for methods of a class that inherits from Base; wrap other functions with jit(_:)", 2, 13
    ),
  ])
  func whatCannotBeCompiledIsRefused(_ source: String, _ message: String, _ line: Int, _ column: Int) {
    check(
      source, source.replacing("@Jit ", with: ""),
      diagnostics: [DiagnosticSpec(message: message, line: line, column: column)])
  }

  @Test func aMethodThatDoesNotThrowIsToldToAndMended() {
    check(
      "class C: Base {\n  @Jit func f(_ x: NDArray) -> NDArray {\n    x\n  }\n}",
      "class C: Base {\n  func f(_ x: NDArray) -> NDArray {\n    x\n  }\n}",
      diagnostics: [
        DiagnosticSpec(
          message: "a compiled method may fail, as by a conflict over a Variable: mark it throws", line: 2, column: 13,
          fixIts: [FixItSpec(message: "mark it throws")])
      ],
      fixed: "class C: Base {\n  @Jit func f(_ x: NDArray) throws -> NDArray {\n    x\n  }\n}")
  }
}
