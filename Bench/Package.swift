// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what a benchmark needs burdens nobody who uses the library.
let package = Package(
  name: "bench",
  dependencies: [
    .package(name: "hillock", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CBench"),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CBench", .product(name: "Hillock", package: "hillock"), .product(name: "HillockDynamics", package: "hillock"),
        .product(name: "HillockTraining", package: "hillock"), .product(name: "HillockLinearAlgebra", package: "hillock"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/Bench", swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
