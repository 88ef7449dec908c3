/// A pattern over code points in which `*` stands for any run and `?` for one.
package struct Glob: Sendable {
  private enum Part {
    case run
    case one
    case scalar(Unicode.Scalar)
  }

  private let parts: [Part]

  package init(_ pattern: String) {
    parts = pattern.unicodeScalars.map { $0 == "*" ? .run : $0 == "?" ? .one : .scalar($0) }
  }

  /// Whether all of `text` matches; at most (length of text) × (length of pattern) steps.
  package func matches(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    var (at, part) = (scalars.startIndex, 0)
    // Where the last run began, and up to where it has eaten.
    var retry: (at: String.UnicodeScalarView.Index, part: Int)?
    while at < scalars.endIndex {
      if part < parts.count, case .run = parts[part] {
        part += 1
        retry = (at, part)
      } else if part < parts.count, fits(parts[part], scalars[at]) {
        part += 1
        at = scalars.index(after: at)
      } else if let last = retry {
        at = scalars.index(after: last.at)
        part = last.part
        retry = (at, part)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { if case .run = $0 { true } else { false } }
  }

  private func fits(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .run: false
    case .one: true
    case .scalar(let expected): expected == scalar
    }
  }
}
