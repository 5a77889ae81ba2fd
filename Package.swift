// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

// One default trait: the package manager defines the enabled traits in an order that changes from run to run, and everything is compiled
// again where it has changed. What the sources ask for is defined here, in one order.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .define("Native", .when(traits: ["Full"])), .define("Foreign", .when(traits: ["Full"])),
]
let withNative: TargetDependencyCondition? = .when(traits: ["Full", "Native"])
let withForeign: TargetDependencyCondition? = .when(traits: ["Full", "Foreign"])

// The trait `Macros` brings swift-syntax, which takes minutes to build; without it nobody fetches it.
let withMacros: TargetDependencyCondition? = .when(traits: ["Macros"])

// The trait `Pictures` needs Cairo: tools/packages-pictures.
let withPictures: TargetDependencyCondition? = .when(traits: ["Pictures"])

let package = Package(
  name: "hillock",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Hillock", targets: ["Hillock"]),
    .library(name: "HillockDynamics", targets: ["HillockDynamics"]),
    .library(name: "HillockTraining", targets: ["HillockTraining"]),
    .library(name: "HillockLinearAlgebra", targets: ["HillockLinearAlgebra"]),
    .library(name: "HillockPictures", targets: ["HillockPictures"]),
    .library(name: "HillockMacros", targets: ["HillockMacros"]),
    .executable(name: "hillock", targets: ["HillockCLI"]),
    .executable(name: "hillock-conformance", targets: ["HillockConformance"]),
  ],
  traits: [
    .trait(name: "Full", description: "What Native and Foreign bring."),
    .trait(name: "Native", description: "The native tier: programs that get hot are compiled in memory by libtcc."),
    .trait(name: "Foreign", description: "Calls of C functions by libffi."),
    .trait(name: "Macros", description: "The macro @Jit of the product HillockMacros."),
    .trait(name: "Pictures", description: "Figures as SVG and PNG by Cairo, in the product HillockPictures."),
    .default(enabledTraits: ["Full"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
  ],
  targets: [
    // libm: fma, floor and the like at the baseline level, which has no instructions for them.
    .target(name: "CHillock", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CTCC", providers: [.apt(["libtcc-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CFFI", providers: [.apt(["libffi-dev"])]),
    .systemLibrary(name: "CZydis", providers: [.apt(["libzydis-dev"])]),
    .systemLibrary(name: "CCairo", providers: [.apt(["libcairo2-dev"])]),
    .target(name: "HillockIR", swiftSettings: strict),
    .target(name: "HillockBytecode", dependencies: ["HillockIR"], swiftSettings: strict),
    .target(name: "HillockRuntime", dependencies: ["CHillock", "HillockIR", "HillockBytecode"], swiftSettings: strict),
    .target(
      name: "HillockNative",
      dependencies: [
        "CHillock", "HillockIR", "HillockBytecode", "HillockRuntime",
        .target(name: "CTCC", condition: withNative),
        .target(name: "CZydis", condition: withNative),
      ], swiftSettings: strict),
    .target(
      name: "Hillock",
      dependencies: [
        "CHillock", "CZlib", "HillockIR", "HillockBytecode", "HillockRuntime",
        .target(name: "HillockNative", condition: withNative),
        .target(name: "CFFI", condition: withForeign),
      ], swiftSettings: strict),
    .target(name: "HillockDynamics", dependencies: ["Hillock"], swiftSettings: strict),
    .target(name: "HillockTraining", dependencies: ["Hillock"], swiftSettings: strict),
    // LAPACK is loaded when the first of its functions is called: nothing is linked.
    .target(name: "HillockLinearAlgebra", dependencies: ["Hillock", "HillockIR", "HillockRuntime"], swiftSettings: strict),
    .target(
      name: "HillockPictures", dependencies: ["Hillock", "HillockDynamics", .target(name: "CCairo", condition: withPictures)],
      swiftSettings: strict),
    .macro(
      name: "HillockMacrosPlugin",
      dependencies: [
        .product(name: "SwiftSyntaxMacros", package: "swift-syntax", condition: withMacros),
        .product(name: "SwiftCompilerPlugin", package: "swift-syntax", condition: withMacros),
      ], swiftSettings: strict),
    .target(
      name: "HillockMacros",
      dependencies: ["Hillock", .target(name: "HillockMacrosPlugin", condition: withMacros)], swiftSettings: strict),
    .target(
      name: "HillockCommandLine",
      dependencies: [
        "CHillock", "HillockIR", "HillockRuntime", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "HillockCLI",
      dependencies: [
        "Hillock", "HillockIR", "HillockBytecode", "HillockRuntime", "HillockCommandLine",
        .target(name: "HillockNative", condition: withNative),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .target(
      name: "HillockConformanceKit",
      dependencies: [
        "HillockIR", "HillockBytecode", "HillockRuntime",
        .target(name: "HillockNative", condition: withNative),
      ], swiftSettings: strict),
    .executableTarget(
      name: "HillockConformance",
      dependencies: [
        "HillockConformanceKit", "HillockCommandLine", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // Writes the files that follow from the op table: run it with tools/generate.
    .target(name: "HillockGenerator", dependencies: ["HillockIR"], swiftSettings: strict),
    .executableTarget(name: "HillockGenerate", dependencies: ["HillockGenerator"], swiftSettings: strict),
    // Errors of the functions over all floats: run it with tools/exhaustive/run.
    .target(
      name: "CReference", path: "tools/exhaustive/CReference", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .executableTarget(
      name: "HillockExhaustive",
      dependencies: ["CHillock", "CReference", "HillockIR", "HillockBytecode", "HillockRuntime", "HillockNative"],
      path: "tools/exhaustive/Check", swiftSettings: strict),
    // Errors of the special functions beside SciPy's: run it with tools/special/run.
    .executableTarget(
      name: "HillockSpecial", dependencies: ["Hillock"], path: "tools/special/Values", swiftSettings: strict),
    .target(name: "CForeignSamples", path: "Tests/Support/CForeignSamples"),
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
    .target(
      name: "HillockTestSupport", dependencies: ["HillockIR", "HillockBytecode"], path: "Tests/Support/HillockTestSupport",
      swiftSettings: strict),
    .testTarget(name: "HillockGeneratorTests", dependencies: ["HillockGenerator"], swiftSettings: strict),
    .testTarget(
      name: "CHillockTests", dependencies: ["CHillock", "CReference", "HillockIR", "HillockBytecode", "HillockTestSupport"],
      exclude: ["Oracle"], swiftSettings: strict),
    .testTarget(name: "HillockIRTests", dependencies: ["HillockIR", "HillockTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HillockBytecodeTests", dependencies: ["HillockBytecode", "HillockTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HillockRuntimeTests", dependencies: ["HillockRuntime", "CAllocationCounter", "HillockTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "HillockNativeTests", dependencies: ["HillockNative", "HillockTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HillockConformanceKitTests",
      dependencies: [
        "HillockConformanceKit", "HillockBytecode", "HillockIR",
        .target(name: "HillockNative", condition: withNative),
      ], swiftSettings: strict),
    .testTarget(
      name: "HillockCLITests", dependencies: ["HillockCLI", "HillockIR", "HillockTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HillockDifferentialTests",
      dependencies: [
        "Hillock", "HillockConformanceKit", "HillockRuntime", "HillockBytecode", "HillockIR", "HillockTestSupport",
        "CForeignSamples",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "HillockDynamicsTests", dependencies: ["HillockDynamics"], exclude: ["Oracle"], swiftSettings: strict),
    .testTarget(
      name: "HillockTrainingTests", dependencies: ["HillockTraining"], exclude: ["Oracle"], swiftSettings: strict),
    .testTarget(
      name: "HillockLinearAlgebraTests", dependencies: ["HillockLinearAlgebra", "HillockTestSupport"], exclude: ["Oracle"],
      swiftSettings: strict),
    // Every snippet of the documents and of the documentation comments, run.
    .testTarget(
      name: "HillockDocumentationTests",
      dependencies: ["Hillock", "HillockDynamics", "HillockTraining", "HillockLinearAlgebra", "HillockTestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "HillockTests",
      dependencies: [
        "Hillock", "HillockIR", "HillockRuntime", "CForeignSamples", "CAllocationCounter", "HillockTestSupport", "SavingProcess",
      ],
      exclude: ["Oracle"], swiftSettings: strict),
    // Saves until it is killed.
    .executableTarget(
      name: "SavingProcess", dependencies: ["Hillock"], path: "Tests/Support/SavingProcess", swiftSettings: strict),
  ]
)
