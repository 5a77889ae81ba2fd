import Foundation
import HillockPictures

extension Example {
  /// Writes a figure into the folder of pictures, and says so. The ending of the name says whether it is SVG or PNG.
  public static func write(_ figure: Figure, _ name: String) throws {
    let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
    try figure.write(to: url.path)
    print("wrote   \(url.path) (\(short(figure.width)) × \(short(figure.height)) cm)")
  }
}
