/// How a program is being executed.
package enum Tier: UInt8, CaseIterable, Sendable {
  case interpreter, native
  package var name: String { String(describing: self) }
}
