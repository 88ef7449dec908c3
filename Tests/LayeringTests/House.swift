import Foundation

/// The floors as `Package.swift` declares them, and the import lines of the sources.
///
/// Both are read as text, because a build that leaks a module through another target's search path
/// compiles an import that the manifest never allowed.
struct House {
  struct Import: Equatable {
    let room: String
    let target: String
    /// Below the root of the package.
    let file: String
    /// Counted from 1.
    let line: Int
  }

  /// Names of targets by floor, the cellar first.
  let floors: [[String]]

  /// Reads the array `floors` of a manifest: its elements open with `[` and close with `]`, each in
  /// a line of its own at an indent of two.
  init(manifest: String) {
    var floors: [[String]] = []
    var isInside = false
    for line in manifest.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("let floors") { isInside = true }
      if isInside, line == "]" { break }
      if isInside, line.hasPrefix("  [") { floors.append([]) }
      if isInside, !floors.isEmpty, let name = Self.declaredName(line) {
        floors[floors.count - 1].append(name)
      }
    }
    self.floors = floors
  }

  func floor(of room: String) -> Int? { floors.firstIndex { $0.contains(room) } }

  /// Imports of rooms on the importer's own floor or above, as `file:line: why`.
  func violations(in imports: [Import]) -> [String] {
    imports.compactMap { line in
      guard let target = floor(of: line.target) else { return nil }
      let place = "\(line.file):\(line.line):"
      guard let own = floor(of: line.room) else { return "\(place) \(line.room) is on no floor" }
      if target < own { return nil }
      return "\(place) \(line.room) (floor \(own)) imports \(line.target) (floor \(target))"
    }
  }

  /// The import declarations of one source text.
  static func imports(in text: String, room: String, file: String) -> [Import] {
    let pattern =
      /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      index, line in
      guard let match = line.firstMatch(of: pattern) else { return nil }
      return Import(room: room, target: String(match.1), file: file, line: index + 1)
    }
  }

  /// The first target named in a line, if the line declares one.
  ///
  /// Declarations are `room("Name", …`, `library("Name", …` and `name: "Name"`; a name that
  /// swift-format put in the line after `room(` is found by its indent of six.
  private static func declaredName(_ line: Substring) -> String? {
    let pattern = /(?:(?:room|library)\("|\bname: "|^ {6}")(\w+)"/
    return line.firstMatch(of: pattern).map { String($0.1) }
  }
}
