// swift-tools-version: 6.2
import PackageDescription

// A package of its own that depends on Hillock as yours would. Each program is one file:
//
//     swift run -c release mandelbrot
let programs = [
  "gelu": "GELU", "logistic": "Logistic", "heat": "Heat", "life": "Life", "mandelbrot": "Mandelbrot", "kmeans": "KMeans",
  "pricing": "Pricing", "kuramoto": "Kuramoto", "lif": "LIFPopulation", "hh": "HHPopulation", "network": "Network",
  "server": "Server", "rings": "Rings", "classifier": "Classifier", "spikingclassifier": "SpikingClassifier",
  "hhfit": "HHFit", "coba": "COBA", "cuba": "CUBA", "cobahh": "COBAHH", "izhikevich": "Izhikevich2003", "brunel": "Brunel2000",
  "decision": "Wang2002", "gamma": "WangBuzsaki1996", "stdp": "Song2000", "microcircuit": "PotjansDiesmann2014",
  // The other side of tools/compare; its name keeps it from those that tools/test runs.
  "compare-networks": "Compare",
]

let package = Package(
  name: "examples",
  platforms: [.macOS(.v15)],
  products: programs.map { .executable(name: $0.key, targets: [$0.value]) },
  // The pictures need Cairo: tools/setup tools/packages-pictures.
  dependencies: [.package(name: "hillock", path: "..", traits: [.defaults, "Pictures"])],
  targets: [
    .target(
      name: "Support",
      dependencies: [
        .product(name: "Hillock", package: "hillock"), .product(name: "HillockDynamics", package: "hillock"),
        .product(name: "HillockPictures", package: "hillock"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    // libpng, with which the tests read pictures.
    .systemLibrary(name: "CPNG", path: "Tests/CPNG", providers: [.apt(["libpng-dev"])]),
    .testTarget(
      name: "PictureTests",
      dependencies: [
        "CPNG",
        .product(name: "Hillock", package: "hillock"), .product(name: "HillockDynamics", package: "hillock"),
        .product(name: "HillockPictures", package: "hillock"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
    + programs.values.sorted().map { name in
      .executableTarget(
        name: name,
        dependencies: [
          "Support", .product(name: "Hillock", package: "hillock"), .product(name: "HillockDynamics", package: "hillock"),
          .product(name: "HillockTraining", package: "hillock"), .product(name: "HillockPictures", package: "hillock"),
        ],
        swiftSettings: [.swiftLanguageMode(.v6)])
    }
)
