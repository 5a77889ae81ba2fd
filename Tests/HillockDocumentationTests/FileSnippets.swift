// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import Testing

/// The snippets about files of Spec/tiers.md.
@Suite struct FileSnippets {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func graphFile() throws {
    let f = jit { (x: NDArray) in x * 2 }
    try f.graph(ones(3)).write(toFile: folder["double.hlk"], atomically: true, encoding: .utf8)   // hillock run double.hlk --input 0=x.npy
    #expect(try String(contentsOfFile: folder["double.hlk"], encoding: .utf8).hasPrefix("hillock graph 1"))
  }
}
