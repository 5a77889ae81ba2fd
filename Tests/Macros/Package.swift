// swift-tools-version: 6.2
import PackageDescription

// A package that depends on Hillock with the trait `Macros`, as that of a user does. In the package itself, its tests would have all
// others built with swift-syntax as well.
let package = Package(
  name: "hillock-macros-tests",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "hillock", path: "../..", traits: [.defaults, "Macros"]),
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
  ],
  targets: [
    // The plugin's sources once more, as a library: what a macro is expanded to is tested by calling it.
    .target(
      name: "JitExpansion",
      dependencies: [.product(name: "SwiftSyntaxMacros", package: "swift-syntax")],
      exclude: ["Plugin.swift"], swiftSettings: [.define("Macros"), .swiftLanguageMode(.v6)]),
    .testTarget(
      name: "HillockMacrosTests",
      dependencies: [
        .product(name: "HillockMacros", package: "hillock"), .product(name: "HillockDynamics", package: "hillock"),
        "JitExpansion",
        .product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax"),
      ], swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
