import Foundation
// swift-tools-version: 6.2
import PackageDescription

// A room imports rooms of lower floors only; LayeringTests reads the floors from this file.
// Every room is strict about memory safety, except those whose job is memory (`raw: true`).

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ pkgConfig: String, apt package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func room(
  _ name: String, _ imports: [Target.Dependency] = [], raw: Bool = false,
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: imports, resources: resources,
    swiftSettings: raw ? settings : settings + [.strictMemorySafety()])
}

func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: imports, swiftSettings: settings)
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// The house, floor by floor: a room imports rooms of lower floors only.
let floors: [[Target]] = [
  [  // 0: the cellar, C
    library("COpenBLAS", "openblas", apt: "libopenblas-dev"),
    library("CArchive", "libarchive", apt: "libarchive-dev"),
    library("CZstd", "libzstd", apt: "libzstd-dev"),
    library("CCrypto", "libcrypto", apt: "libssl-dev"),
    library("CJPEG", "libjpeg", apt: "libjpeg-dev"),
    library("CPNG", "libpng", apt: "libpng-dev"),
    .target(
      name: "CImageCodecs", dependencies: ["CJPEG", "CPNG"],
      cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(name: "CSystem"),
    .target(
      name: "CDigests", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
  ],
  [  // 1: values
    room("Foundations", ["CCrypto", "CDigests", "CSystem"])
  ],
  [  // 2: bytes, places, numbers
    room("JSONText", ["Foundations"]),
    room("Geometry", ["Foundations"]),
    room("TensorCore", ["Foundations", "COpenBLAS", "CKernels"], raw: true),
    room("Archiving", ["Foundations", "CArchive", "CZstd"]),
  ],
  [  // 3: pictures, records, words, derivatives
    room("Imaging", ["Foundations", "Geometry", "CImageCodecs"]),
    room("Schemas", ["Foundations", "JSONText", "Geometry"]),
    room("Tokenizing", ["Foundations", "JSONText"]),
    room("Autograd", ["Foundations", "TensorCore"], raw: true),
    room("Weights", ["Foundations", "JSONText", "TensorCore", "CKernels"], raw: true),
  ],
  [  // 4: datasets, dialogue, layers, tasks
    room("Shards", ["Foundations", "Archiving", "JSONText", "Schemas"]),
    room("Prompting", ["Foundations", "Geometry", "JSONText", "Schemas", "Tokenizing"]),
    room("Layers", ["Foundations", "TensorCore", "Autograd"], raw: true),
    room("TaskKinds", ["Foundations", "JSONText", "Geometry", "Imaging", "Schemas"]),
  ],
  [  // 5: judgement, the model, the engine
    room("Rewards", ["Foundations", "Geometry", "Schemas", "Prompting"]),
    room(
      "VisionLanguage",
      [
        "Foundations", "JSONText", "Geometry", "TensorCore", "Imaging", "Schemas", "Tokenizing",
        "Autograd", "Weights", "Prompting", "Layers", "CKernels",
      ], raw: true, resources: [.copy("Bundled")]),
    room("Pipelines", ["Foundations", "JSONText", "Archiving", "Schemas", "Shards"]),
  ],
  [  // 6: search, training, operators, evaluation
    room(
      "TraceSearch",
      ["Foundations", "JSONText", "Geometry", "Schemas", "Prompting", "Rewards"]),
    room(
      "Training",
      [
        "Foundations", "JSONText", "Geometry", "TensorCore", "Imaging", "Schemas", "Tokenizing",
        "Autograd", "Weights", "Shards", "Prompting", "Layers", "TaskKinds", "Rewards",
        "VisionLanguage",
      ], raw: true),
    room(
      "Operators",
      [
        "Foundations", "JSONText", "Geometry", "Archiving", "Imaging", "Schemas", "Shards",
        "Prompting", "Rewards", "Pipelines", "CKernels",
      ]),
    room("Evaluation", ["Foundations", "JSONText", "Geometry", "Schemas", "Prompting", "Rewards"]),
  ],
  [  // 7: pages
    room(
      "Reports",
      [
        "Foundations", "JSONText", "Geometry", "Imaging", "Schemas", "Prompting", "Pipelines",
        "Evaluation",
      ])
  ],
  [  // 8: composition
    room(
      "Recipes",
      [
        "Foundations", "JSONText", "Geometry", "Archiving", "Imaging", "Schemas", "Tokenizing",
        "Weights", "Shards", "Prompting", "TaskKinds", "Rewards", "VisionLanguage", "Pipelines",
        "TraceSearch", "Training", "Operators", "Evaluation", "Reports", "Autograd", "TensorCore",
        yams,
      ])
  ],
  [  // 9: the command
    .executableTarget(
      name: "scanpath",
      dependencies: [
        "Foundations", "JSONText", "Geometry", "Archiving", "Imaging", "Schemas", "Shards",
        "Tokenizing", "Prompting", "TaskKinds", "VisionLanguage", "Pipelines", "TensorCore",
        "TraceSearch", "Training", "Autograd", "Operators", "Evaluation", "Recipes", "Reports",
        arguments,
      ], swiftSettings: settings + [.strictMemorySafety()])
  ],
]

/// What only benchmarks run; no product of ours depends on it.
let benchmarks: [Target] = [
  .executableTarget(
    name: "shard-samples", dependencies: ["Foundations", "JSONText", "Schemas", "Shards"],
    path: "Benchmarks/shard-samples", swiftSettings: settings),
  .executableTarget(
    name: "near-hashes", dependencies: ["Foundations", "Operators"],
    path: "Benchmarks/near-hashes", swiftSettings: settings),
]

let suites: [Target] = [
  tests("LayeringTests", []),
  tests("FoundationsTests", ["Foundations"]),
  tests("JSONTextTests", ["Foundations", "JSONText"]),
  tests("GeometryTests", ["Foundations", "Geometry"]),
  tests("TensorCoreTests", ["Foundations", "TensorCore"]),
  tests("ArchivingTests", ["Foundations", "Archiving"]),
  tests("ImagingTests", ["Foundations", "Geometry", "Imaging"]),
  tests("SchemasTests", ["Foundations", "JSONText", "Geometry", "Schemas"]),
  tests("TokenizingTests", ["Foundations", "JSONText", "Tokenizing"]),
  tests("AutogradTests", ["Foundations", "TensorCore", "Autograd"]),
  tests("WeightsTests", ["Foundations", "TensorCore", "Weights"]),
  tests("ShardsTests", ["Foundations", "Archiving", "JSONText", "Schemas", "Shards"]),
  tests("PromptingTests", ["Foundations", "Geometry", "Schemas", "Tokenizing", "Prompting"]),
  tests("LayersTests", ["Foundations", "TensorCore", "Autograd", "Layers"]),
  tests(
    "TaskKindsTests",
    ["Foundations", "JSONText", "Geometry", "Imaging", "Schemas", "TaskKinds"]),
  tests("RewardsTests", ["Foundations", "Geometry", "Schemas", "Prompting", "Rewards"]),
  tests(
    "VisionLanguageTests",
    [
      "Foundations", "JSONText", "Geometry", "TensorCore", "Imaging", "Schemas", "Tokenizing",
      "Autograd", "Weights", "Prompting", "Layers", "VisionLanguage",
    ]),
  tests(
    "PipelinesTests",
    ["Foundations", "JSONText", "Archiving", "Schemas", "Shards", "Pipelines"]),
  tests(
    "TraceSearchTests",
    [
      "Foundations", "JSONText", "Geometry", "Schemas", "Tokenizing", "Prompting", "Rewards",
      "TraceSearch",
    ]),
  tests(
    "TrainingTests",
    [
      "Foundations", "Geometry", "TensorCore", "Imaging", "Schemas", "Tokenizing", "Autograd",
      "Weights", "Prompting", "Rewards", "VisionLanguage", "TaskKinds", "TraceSearch", "Training",
    ]),
  tests(
    "OperatorsTests",
    [
      "Foundations", "JSONText", "Geometry", "Archiving", "Imaging", "Schemas", "Shards",
      "Prompting", "Pipelines", "Operators",
    ]),
  tests("EvaluationTests", ["Foundations", "JSONText", "Geometry", "Schemas", "Evaluation"]),
  tests(
    "ReportsTests",
    [
      "Foundations", "JSONText", "Geometry", "Imaging", "Schemas", "Prompting", "Pipelines",
      "Evaluation", "Reports",
    ]),
  tests(
    "RecipesTests",
    [
      "Foundations", "JSONText", "Geometry", "Archiving", "Imaging", "Schemas", "Shards",
      "Pipelines", "Recipes",
    ]),
  tests(
    "EndToEndTests",
    ["Foundations", "TensorCore", "Autograd", "Tokenizing", "Prompting", "VisionLanguage"]),
]

let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
func exists(_ target: Target) -> Bool {
  FileManager.default.fileExists(
    atPath: "\(here)/\(target.type == .test ? "Tests" : "Sources")/\(target.name)")
}
let present = (floors.flatMap { $0 } + suites).filter(exists)
for target in present {
  let names = Set(present.map(\.name))
  target.dependencies.removeAll {
    if case .byNameItem(let name, _) = $0 { return !names.contains(name) }
    return false
  }
}

let package = Package(
  name: "scanpath",
  products: [],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: present + benchmarks
)
