// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a library of C functions, which tools/array-api/hillock_array_api calls.
let package = Package(
  name: "array-api",
  products: [.library(name: "HillockArrayAPI", type: .dynamic, targets: ["HillockArrayAPI"])],
  // Without the native tier: libtcc.a is not position-independent, so no shared library can have it. The interpreter's bits are the same.
  dependencies: [.package(name: "hillock", path: "../..", traits: [])],
  targets: [
    .target(
      name: "HillockArrayAPI",
      dependencies: [
        .product(name: "Hillock", package: "hillock"), .product(name: "HillockLinearAlgebra", package: "hillock"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
