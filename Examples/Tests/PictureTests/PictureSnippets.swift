// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import HillockDynamics
import HillockPictures
import Testing

/// Snippets of pictures.
@Suite struct PictureSnippets {
  /// A path in the folder of temporary files.
  struct Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    subscript(_ name: String) -> String { url.appendingPathComponent(name).path }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }
    func remove() { try? FileManager.default.removeItem(at: url) }
  }

  @Test func panels() throws {
    let t = linspace(0, 100, count: 201)
    var panel = try Panel.lines(exp(-t / 20), at: t, labels: ["τ = 20 ms"], x: "t (ms)", y: "g (nS)")
    panel = panel.adding(.rule(at: exp(-1), label: "1/e", style: .dashed))
    panel.title = "Decay"
    #expect(try Figure(panel).svg().count > 1000)
  }

  @Test func figures() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let neurons = LIF(20)
    neurons.input.value = linspace(15, 60, count: 20)
    let record = try neurons.run(200, monitors: ["V": neurons.V, "spikes": Monitor(spikesOf: neurons)])
    guard let spikes = record.spikes("spikes") else { return }
    let figure = Figure(
      try .raster(spikes, of: 0..<20, over: 0...200),
      try .traces(record, "V", of: [0, 10], labels: ["15 nA", "39 nA"], y: "V (mV)"))
    try figure.write(to: folder["lif.svg"])
    #expect(folder.exists("lif.svg"))
  }

  @Test func guide() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let neurons = LIF(100)
    neurons.input.value = linspace(15, 60, count: 100)
    let run = try neurons.run(200, monitors: ["V": neurons.V, "spikes": Monitor(spikesOf: neurons)])
    let fired = run.spikes("spikes") ?? SpikeList()
    let rates = try fired.rates(of: 0..<100, over: 0...200)
    var figure = Figure(
      width: 17,
      [
        [try .raster(fired, of: 0..<100, over: 0...200), try .traces(run, "V", of: [20, 90], labels: ["24 nA", "56 nA"], y: "V (mV)")],
        [
          try .rate(fired.rate(of: 0..<100, over: 0...200, bin: 0.5, smoothing: .gaussian(sigma: 2))),
          try .lines(rates, at: linspace(15, 60, count: 100), x: "input (nA)", y: "rate (Hz)"),
        ],
      ])
    figure.hasLetters = true
    try figure.write(to: folder["population.svg"])
    try figure.write(to: folder["population.png"], dotsPerInch: 300)
    #expect(folder.exists("population.svg") && folder.exists("population.png"))
    if let kept = ProcessInfo.processInfo.environment["PICTURES"] { try figure.write(to: "\(kept)/guide.png") }
  }
}
