/// A pattern from the start of a text that needs no backtracking on ASCII.
///
/// It is a row of classes of characters, each repeated, none of which could take what the next one
/// needs. `^[0-9a-f]{64}$` is one.
struct PatternRuns: Sendable {
  private struct Run {
    /// Membership of the 128 ASCII scalars.
    var ascii: (UInt64, UInt64)
    var least = 1
    var most = 1

    func contains(_ byte: UInt8) -> Bool {
      byte < 64 ? ascii.0 >> UInt64(byte) & 1 == 1 : ascii.1 >> UInt64(byte & 63) & 1 == 1
    }

    func isDisjoint(with other: Run) -> Bool {
      ascii.0 & other.ascii.0 == 0 && ascii.1 & other.ascii.1 == 0
    }
  }

  private var runs: [Run] = []
  /// Whether the text must end behind the last run.
  private var isToEnd = false

  /// Nil for a pattern of another form.
  init?(_ node: PatternNode) {
    var nodes = Self.flat(node)[...]
    guard case .start? = nodes.popFirst() else { return nil }
    if case .end? = nodes.last {
      nodes.removeLast()
      isToEnd = true
    }
    for node in nodes {
      guard let run = Self.run(node) else { return nil }
      runs.append(run)
    }
    guard isUnambiguous else { return nil }
  }

  private static func flat(_ node: PatternNode) -> [PatternNode] {
    switch node {
    case .sequence(let nodes): nodes.flatMap(flat)
    case .group(let inner, _): flat(inner)
    case .empty: []
    default: [node]
    }
  }

  private static func run(_ node: PatternNode) -> Run? {
    switch node {
    case .scalar(let scalar):
      let value = UInt64(scalar.value)
      guard value < 128 else { return nil }
      return Run(ascii: value < 64 ? (1 << value, 0) : (0, 1 << (value - 64)))
    case .set(let set): return Run(ascii: set.ascii)
    case .repetition(let inner, let least, let most, _):
      let items = flat(inner)
      guard items.count == 1, case let run? = Self.run(items[0]), run.least == 1, run.most == 1
      else { return nil }
      return Run(ascii: run.ascii, least: least, most: most ?? .max)
    default: return nil
    }
  }

  /// Whether taking as much as there is never takes what a later run needs.
  private var isUnambiguous: Bool {
    for (index, run) in runs.enumerated() where run.least < run.most {
      for next in runs[(index + 1)...] {
        guard run.isDisjoint(with: next) else { return false }
        if next.least > 0 { break }
      }
    }
    return true
  }

  /// Whether the ASCII text in `range` matches.
  func match(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound
    for run in runs {
      let end = run.most < range.upperBound - at ? at + run.most : range.upperBound
      let start = at
      while at < end && run.contains(bytes[at]) { at += 1 }
      if at - start < run.least { return false }
    }
    return !isToEnd || at == range.upperBound
  }
}
