// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

// A package of its own: swift-syntax, which macros are written with, takes minutes to build and burdens nobody who does not
// want it.
let package = Package(
  name: "hillock-macros",
  platforms: [.macOS(.v15)],
  products: [.library(name: "HillockMacros", targets: ["HillockMacros"])],
  dependencies: [
    .package(name: "hillock", path: ".."),
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
  ],
  targets: [
    .macro(
      name: "HillockMacrosPlugin",
      dependencies: [
        .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
        .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
      ], swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(
      name: "HillockMacros",
      dependencies: ["HillockMacrosPlugin", .product(name: "Hillock", package: "hillock")],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .testTarget(
      name: "HillockMacrosTests",
      dependencies: [
        "HillockMacros", "HillockMacrosPlugin", .product(name: "HillockDynamics", package: "hillock"),
        .product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax"),
      ], swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
