internal import Foundations

/// A regular expression of ECMA-262 with the `u` flag, as JSON Schema's `pattern` asks for.
///
/// Swift's `Regex` is not `Sendable`, differs (`$` before a final newline, Unicode digits) and
/// reads 20 MB/s; this backtracking matcher over scalars is exact in these points. All of the
/// syntax is there but `\p{Script=…}`, which the standard library has no data for.
final class Pattern: Sendable {
  let source: String
  private let program: PatternProgram
  /// The same pattern without backtracking, for ASCII texts.
  let runs: PatternRuns?

  /// Faults have the code `schema.pattern` and name the place in the pattern.
  init(_ source: String) throws(Fault) {
    self.source = source
    var parser = PatternParser(source)
    let node = try parser.pattern()
    program = try PatternProgram(node, groups: parser.groups)
    runs = PatternRuns(node)
  }

  /// Whether any part of `text` matches.
  ///
  /// Patterns such as `(a|a)*b` can take exponential time; a match gives up after a million steps
  /// and a hundred for each code point, and then counts as none.
  func matches(_ text: String) -> Bool {
    var matcher = PatternMatcher(program, Array(text.unicodeScalars))
    return matcher.search()
  }
}

/// A parsed pattern.
indirect enum PatternNode {
  case empty
  case scalar(Unicode.Scalar)
  case set(ScalarSet)
  case sequence([PatternNode])
  case either(PatternNode, PatternNode)
  case group(PatternNode, number: Int)
  case repetition(PatternNode, least: Int, most: Int?, isGreedy: Bool)
  case start
  case end
  case wordBoundary(isNegated: Bool)
  case look(PatternNode, isBehind: Bool, isNegated: Bool)
  case backReference(Int)
}
