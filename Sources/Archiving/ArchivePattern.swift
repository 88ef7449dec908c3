package import Foundations
internal import Glibc

/// Names of archives as people write them: `shards/{000000..000123}.tar`, `raw/**/*.zip`, `-`.
///
/// Braces are expanded first, in their order: lists `{a,b}`, which may be nested, and ranges
/// `{8..12}`, padded with zeros to the same width if one of the ends is. Then `*`, `?` and `[…]`
/// match within a part of the path, and a part `**` matches any number of folders, links aside;
/// none of them matches a leading dot. Matches are sorted by bytes. A name that is there as it is
/// written is taken as it is.
package enum ArchivePattern {
  /// Stands for standard input.
  package static let standardInput = "-"

  /// The most names that braces may expand to.
  private static let mostNames = 1_000_000

  /// The paths that the patterns name, each once, in their order; a pattern without a match is
  /// there as it is.
  ///
  /// - Throws: `archive.pattern` if braces expand to more than a million names.
  package static func expand(_ patterns: [String]) throws(Fault) -> [String] {
    var paths: [String] = []
    var seen: Set<String> = []
    for pattern in patterns {
      for name in Files.exists(pattern) ? [pattern] : try braces(pattern) {
        for path in matches(of: name) where seen.insert(path).inserted { paths.append(path) }
      }
    }
    return paths
  }

  /// Whether a path has signs that match others.
  package static func isPattern(_ path: String) -> Bool {
    path.utf8.contains { "*?[".utf8.contains($0) }
  }

  // MARK: Braces

  static func braces(_ text: String) throws(Fault) -> [String] {
    guard let (open, close, commas) = firstBraces(Array(text.utf8)) else { return [text] }
    let bytes = Array(text.utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let choices: [String]
    if commas.isEmpty {
      guard let range = range(part(open + 1..<close)) else {
        return try braces(part(close + 1..<bytes.count)).map { part(0..<close + 1) + $0 }
      }
      choices = range
    } else {
      let starts = [open] + commas
      let ends = commas + [close]
      var found: [String] = []
      for (start, end) in zip(starts, ends) { found += try braces(part(start + 1..<end)) }
      choices = found
    }
    let tails = try braces(part(close + 1..<bytes.count))
    guard choices.count <= mostNames / tails.count else { throw tooMany(text) }
    let head = part(0..<open)
    return choices.flatMap { choice in tails.map { head + choice + $0 } }
  }

  /// The first pair of braces that is closed, and the commas on its own level.
  private static func firstBraces(_ bytes: [UInt8]) -> (open: Int, close: Int, commas: [Int])? {
    for open in bytes.indices where bytes[open] == UInt8(ascii: "{") {
      var depth = 0
      var commas: [Int] = []
      for at in bytes[(open + 1)...].indices {
        switch bytes[at] {
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}") where depth == 0: return (open, at, commas)
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: ",") where depth == 0: commas.append(at)
        default: break
        }
      }
    }
    return nil
  }

  /// The numbers of `first..last`, downwards too; nil if it is no range.
  private static func range(_ text: String) -> [String]? {
    let ends = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
      let first = Int(ends[0]), let last = Int(ends[1]),
      abs(first - last) < mostNames
    else { return nil }
    let isPadded = ends.contains { $0.utf8.count > 1 && $0.hasPrefix("0") }
    let width = isPadded ? max(ends[0].utf8.count, ends[1].utf8.count) : 0
    return stride(from: first, through: last, by: first <= last ? 1 : -1).map { number in
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  private static func tooMany(_ text: String) -> Fault {
    Fault("archive.pattern", "\"\(text)\" expands to more than \(mostNames) names")
  }

  // MARK: Matching

  private static func matches(of name: String) -> [String] {
    guard isPattern(name), !Files.exists(name) else { return [name] }
    let parts = name.split(separator: "/").map(String.init)
    let found = walk(name.hasPrefix("/") ? "/" : "", parts[...])
    let sorted = Set(found).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return sorted.isEmpty ? [name] : sorted
  }

  /// The paths below `folder` that match the parts.
  private static func walk(_ folder: String, _ parts: ArraySlice<String>) -> [String] {
    guard let part = parts.first else { return [folder] }
    let rest = parts.dropFirst()
    func path(_ name: String) -> String {
      folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
    if part == "**" {
      let below = names(in: folder).filter { !$0.hasPrefix(".") }.map(path)
      let here = rest.isEmpty ? below.filter { !Files.isFolder($0) } : walk(folder, rest)
      return here + below.filter(isRealFolder).flatMap { walk($0, parts) }
    }
    guard isPattern(part) else {
      return Files.exists(path(part)) ? walk(path(part), rest) : []
    }
    return names(in: folder).filter { unsafe fnmatch(part, $0, FNM_PERIOD) == 0 }.map(path)
      .filter { rest.isEmpty || Files.isFolder($0) }.flatMap { walk($0, rest) }
  }

  private static func names(in folder: String) -> [String] {
    (try? Files.names(in: folder.isEmpty ? "." : folder)) ?? []
  }

  /// Links to folders could lead in circles.
  private static func isRealFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
