import Foundation
import HillockIR
import HillockTestSupport
import Testing

/// `hillock transform`: what it prints is a program that `hillock run` runs.
@Suite("hillock transform")
struct TransformTests {
  private let scratch: ScratchFolder
  private let folder: URL

  init() throws {
    scratch = try ScratchFolder()
    folder = URL(fileURLWithPath: scratch.path)
    // Σ x² w
    try write(
      """
      hillock graph 1
      name "loss"
      %x = argument 0 : f32[2]
      %w = argument 1 : f32[2]
      %2 = mul %x, %x
      %3 = mul %2, %w
      %4 = reduce.sum %3
      return %4
      """, "loss.hlk")
    try array([1, 2], [2], "x")
    try array([3, 5], [2], "w")
    try array([10, 100], [2], "d")
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func array(_ values: [Float], _ shape: [Int], _ name: String) throws {
    let bytes = values.withUnsafeBytes { Array($0) }
    try Data(NumPyFile.encode(ConstantData(type: ArrayType(.f32, shape), bytes: bytes))).write(
      to: folder.appendingPathComponent(name + ".npy"))
  }

  /// What the transformed program prints for these inputs.
  private func run(_ options: [String], of file: String = "loss.hlk", _ inputs: [String: String]) throws -> [Substring] {
    let transformed = try CommandRun(["transform", path(file)] + options)
    #expect(transformed.status == 0, "\(transformed.errors)")
    try write(transformed.output, "transformed.hlk")
    #expect(try Graph(parsing: transformed.output).text == transformed.output)
    let given = inputs.sorted(by: { $0.key < $1.key }).flatMap { ["--input", "\($0.key)=\(path($0.value)).npy"] }
    let outcome = try CommandRun(["run", path("transformed.hlk")] + given)
    #expect(outcome.status == 0, "\(outcome.errors)\n\(transformed.output)")
    return outcome.output.split(separator: "\n")
  }

  @Test("gradients, tangents and cotangents")
  func derivatives() throws {
    // The value is 3 + 20; by x 2 x w, by w x².
    #expect(
      try run(["--grad", "x,w"], ["x": "x", "w": "w"]) == [
        "result0 f32[] = 23.0", "result1 f32[2] = 6.0 20.0", "result2 f32[2] = 1.0 4.0",
      ])
    #expect(
      try run(["--jvp", "x"], ["x": "x", "w": "w", "d_x": "d"]) == ["result0 f32[] = 23.0", "result1 f32[] = 2060.0"])
    #expect(try run(["--linearize", "x"], ["x": "x", "w": "w", "d_x": "d"]) == ["result0 f32[] = 2060.0"])
    try array([2], [], "c")
    #expect(
      try run(["--vjp", "0"], ["x": "x", "w": "w", "c_0": "c"]) == [
        "result0 f32[] = 23.0", "result1 f32[2] = 12.0 40.0",
      ])
  }

  @Test("lanes, and a derivative of them")
  func lanes() throws {
    try array([1, 2, 3, 4, 5, 6], [3, 2], "rows")
    try array([1, 3, 5, 2, 4, 6], [2, 3], "columns")
    let expected: [Substring] = ["result0 f32[3] = 23.0 107.0 255.0"]
    #expect(try run(["--vmap", "0,-", "--lanes", "3"], ["x": "rows", "w": "w"]) == expected)
    #expect(try run(["--vmap", "1,-", "--lanes", "3"], ["x": "columns", "w": "w"]) == expected)
    #expect(
      try run(["--vmap", "-,0", "--lanes", "3"], ["x": "x", "w": "rows"]) == ["result0 f32[3] = 9.0 19.0 29.0"])
    let gradient = try CommandRun(["transform", path("loss.hlk"), "--grad", "x"])
    try write(gradient.output, "gradient.hlk")
    #expect(
      try run(["--vmap", "0", "--lanes", "3"], of: "gradient.hlk", ["x": "rows", "w": "rows"]) == [
        "result0 f32[3] = 9.0 91.0 341.0", "result1 f32[3,2] = 2.0 8.0 18.0 32.0 50.0 72.0",
      ])
  }

  @Test("a program with a loop that keeps few slots, and a part that is computed again")
  func regions() throws {
    try write(
      """
      hillock graph 1
      name "power"
      region 0 {
        argument 0 : i64[]
        argument 1 : f32[]
        argument 2 : f32[]
        %0 = argument 1
        %1 = argument 2
        %2 = mul %0, %1
        return %2
      }
      region 1 {
        %0 = argument 0 : f32[]
        %1 = mul %0, %0
        return %1
      }
      %0 = argument 0 "w" : f32[]
      %1 = constant f32[] {1.0}
      %2 = loop %1, %0 region 0 trips 10 carried 1 sliced 0 slots 7
      %3 = element %2 position 0
      %4 = checkpoint %3 body 1
      %5 = element %4 position 0
      return %5
      """, "power.hlk")
    try array([1], [], "one")
    // w²⁰: 20 w¹⁹
    #expect(
      try run(["--grad", "w"], of: "power.hlk", ["w": "one"]) == ["result0 f32[] = 1.0", "result1 f32[] = 20.0"])
  }

  @Test(
    "mistakes are told in one line",
    arguments: [
      ["--grad", "y"], ["--vmap", "0"], ["--lanes", "3"], ["--vmap", "0,0,0", "--lanes", "3"],
      ["--vmap", "x", "--lanes", "3"], ["--vmap", "7,0", "--lanes", "3"], ["--grad", "x", "--jvp", "x"], [],
    ])
  func mistakes(_ options: [String]) throws {
    let outcome = try CommandRun(["transform", path("loss.hlk")] + options)
    #expect(!outcome.crashed && outcome.status != 0 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }
}
