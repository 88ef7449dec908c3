import Foundation
import Testing

/// A room imports rooms of lower floors only, never its own floor, never above.
@Suite struct LayeringTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  let house: House
  let imports: [House.Import]

  init() throws {
    house = House(
      manifest: try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8))
    let names = FileManager.default.enumerator(atPath: Self.root.appending(path: "Sources").path)
    imports = try (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
      .sorted().flatMap { name in
        let text = try String(
          contentsOf: Self.root.appending(path: "Sources/\(name)"), encoding: .utf8)
        let room = String(name.prefix { $0 != "/" })
        return House.imports(in: text, room: room, file: "Sources/\(name)")
      }
  }

  @Test func `Every room imports lower floors only`() {
    for violation in house.violations(in: imports) { Issue.record("\(violation)") }
  }

  @Test func `Foundation stays above floor 4, where bytes are counted`() {
    for line in imports where line.target == "Foundation" {
      if let floor = house.floor(of: line.room), floor < 5 {
        Issue.record("\(line.file):\(line.line): \(line.room) (floor \(floor)) imports Foundation")
      }
    }
  }

  @Test func `The manifest and the sources were really read`() {
    #expect(house.floors.count == 10)
    #expect(house.floor(of: "CKernels") == 0)
    #expect(house.floor(of: "Foundations") == 1)
    #expect(house.floor(of: "VisionLanguage") == 5)
    #expect(house.floor(of: "scanpath") == 9)
    #expect(house.floors.joined().count == Set(house.floors.joined()).count)
    #expect(imports.contains { $0.room == "JSONText" && $0.target == "Foundations" })
  }

  @Test func `Imports of siblings and of higher floors are named with file and line`() {
    let manifest = """
      let floors: [[Target]] = [
        [  // 0
          library("CThing", "thing", apt: "thing"),
          .target(name: "CKernels", cSettings: []),
        ],
        [room("Low", ["CThing"])],
        [
          room(
            "Middle", ["Low"]),
          room("Sibling", ["Low"], raw: true),
        ],
        [
          .executableTarget(
            name: "top",
            dependencies: [
              "Low"
            ])
        ],
      ]
      let suites = [room("Outside", [])]
      """
    let house = House(manifest: manifest)
    #expect(
      house.floors == [["CThing", "CKernels"], ["Low"], ["Middle", "Sibling"], ["top"]])
    let source = """
      package import Low
      // import Sibling
      internal import Sibling

      @testable import struct top.Thing
      @_implementationOnly import CThing
      @_spi(Some) import Glibc
      let important = "import Sibling"
      """
    let imports = House.imports(in: source, room: "Middle", file: "Sources/Middle/A.swift")
    #expect(imports.map(\.target) == ["Low", "Sibling", "top", "CThing", "Glibc"])
    #expect(
      house.violations(in: imports) == [
        "Sources/Middle/A.swift:3: Middle (floor 2) imports Sibling (floor 2)",
        "Sources/Middle/A.swift:5: Middle (floor 2) imports top (floor 3)",
      ])
  }
}
