internal import Foundations

/// Reads the syntax of ECMA-262 section 22.2.1 with the `u` flag.
///
/// More lenient in one point: any punctuation may be escaped.
struct PatternParser {
  let source: [Unicode.Scalar]
  /// The next scalar to read.
  var at = 0
  private var depth = 0
  /// Capturing groups so far, the whole match not counted.
  private(set) var groups = 0
  private var names: [String: Int] = [:]
  private var references: [(number: Int, at: Int)] = []

  init(_ source: String) { self.source = Array(source.unicodeScalars) }

  mutating func pattern() throws(Fault) -> PatternNode {
    Self.collectNames(source, into: &names)
    let node = try alternatives()
    if at < source.count { throw fault("found an unmatched ')'") }
    if let bad = references.first(where: { $0.number > groups }) {
      throw fault("the pattern has no group \(bad.number)", at: bad.at)
    }
    return node
  }

  /// Names may be referred to before their group, so they are numbered first.
  private static func collectNames(_ source: [Unicode.Scalar], into names: inout [String: Int]) {
    var number = 0
    var isInClass = false
    var index = 0
    while index < source.count {
      switch source[index] {
      case "\\": index += 1
      case "[": isInClass = true
      case "]": isInClass = false
      case "(" where !isInClass:
        let next = source[(index + 1)...].prefix(3)
        if next.first != "?" {
          number += 1
        } else if next.starts(with: ["?", "<"]), next.last != "=", next.last != "!" {
          number += 1
          let name = source[(index + 3)...].prefix { $0 != ">" }
          names[String(String.UnicodeScalarView(name))] = number
        }
      default: break
      }
      index += 1
    }
  }

  private mutating func alternatives() throws(Fault) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw fault("the pattern is nested too deep") }
    var node = try sequence()
    while take("|") { node = .either(node, try sequence()) }
    return node
  }

  private mutating func sequence() throws(Fault) -> PatternNode {
    var nodes: [PatternNode] = []
    while let next = peek, next != "|", next != ")" {
      let node = try term()
      if case .empty = node { continue }
      nodes.append(node)
    }
    return nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func term() throws(Fault) -> PatternNode {
    let start = at
    let node = try atom()
    guard let (least, most) = try quantifier() else { return node }
    switch node {
    case .start, .end, .wordBoundary, .look: throw fault("found nothing to repeat", at: start)
    default: break
    }
    let isGreedy = !take("?")
    // What is empty gives no instruction, and no size would end its turns.
    if case .empty = node { return .empty }
    return most == 0 ? .empty : .repetition(node, least: least, most: most, isGreedy: isGreedy)
  }

  private mutating func quantifier() throws(Fault) -> (least: Int, most: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let least = try number()
    var most: Int? = least
    if take(",") { most = peek == "}" ? nil : try number() }
    guard take("}") else { throw fault("expected '}'") }
    if let most, most < least { throw fault("the repetition's bounds are out of order") }
    return (least, most)
  }

  private mutating func number() throws(Fault) -> Int {
    let start = at
    var value = 0
    while let digit = peek.flatMap({ Self.digit($0, below: 10) }), value < 1_000_000 {
      value = value * 10 + digit
      at += 1
    }
    guard at > start else { throw fault("expected a number") }
    return value
  }

  private mutating func atom() throws(Fault) -> PatternNode {
    let start = at
    guard let next = advance() else { throw fault("the pattern ends too early") }
    switch next {
    case "^": return .start
    case "$": return .end
    case ".": return .set(.anyButLineEnds)
    case "(": return try group()
    case "[": return .set(try scalarClass())
    case "\\": return try escape()
    case "*", "+", "?": throw fault("found nothing to repeat", at: start)
    case "{", "}", "]": throw fault("found '\(next)', which must be escaped", at: start)
    default: return .scalar(next)
    }
  }

  private mutating func group() throws(Fault) -> PatternNode {
    var close: (PatternNode) -> PatternNode
    if take("?") {
      if take(":") {
        close = { $0 }
      } else if take("=") {
        close = { .look($0, isBehind: false, isNegated: false) }
      } else if take("!") {
        close = { .look($0, isBehind: false, isNegated: true) }
      } else if take("<") {
        if take("=") {
          close = { .look($0, isBehind: true, isNegated: false) }
        } else if take("!") {
          close = { .look($0, isBehind: true, isNegated: true) }
        } else {
          _ = try name()
          close = numbered()
        }
      } else {
        throw fault("found an unknown kind of group")
      }
    } else {
      close = numbered()
    }
    let node = try alternatives()
    guard take(")") else { throw fault("expected ')'") }
    return close(node)
  }

  private mutating func numbered() -> (PatternNode) -> PatternNode {
    groups += 1
    return { [number = groups] in .group($0, number: number) }
  }

  /// The rest of `<name>`: an identifier, whose escapes are not read.
  private mutating func name() throws(Fault) -> String {
    var text = ""
    while let next = advance() {
      if next == ">" && !text.isEmpty { return text }
      guard next.isOfIdentifier(asFirst: text.isEmpty) else { break }
      text.unicodeScalars.append(next)
    }
    throw fault("expected a name and '>'")
  }

  /// An escape outside of classes, behind the backslash.
  private mutating func escape() throws(Fault) -> PatternNode {
    let start = at
    switch peek {
    case "b", "B":
      at += 1
      return .wordBoundary(isNegated: source[start] == "B")
    case "k":
      at += 1
      guard take("<") else { throw fault("expected '<'") }
      let name = try name()
      guard let number = names[name] else {
        throw fault("the pattern has no group \"\(name)\"", at: start)
      }
      return .backReference(number)
    case let digit? where ("1"..."9").contains(digit):
      let number = try number()
      references.append((number, start))
      return .backReference(number)
    default:
      switch try classEscape() {
      case .range(let range) where range.count == 1:
        guard let scalar = Unicode.Scalar(range.lowerBound) else {
          throw fault("found half of a surrogate pair", at: start)
        }
        return .scalar(scalar)
      case let item: return .set(ScalarSet([item]))
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether a name may hold this scalar, so that no bracket in one is taken for a group or class.
  fileprivate func isOfIdentifier(asFirst isFirst: Bool) -> Bool {
    switch self {
    case "$", "_": true
    case "\u{200c}", "\u{200d}": !isFirst
    default: isFirst ? properties.isIDStart : properties.isIDContinue
    }
  }
}

// MARK: The cursor

extension PatternParser {
  /// The value of an ASCII digit; `hexDigitValue` alone takes full-width ones too.
  static func digit(_ scalar: Unicode.Scalar, below base: Int) -> Int? {
    guard scalar.isASCII, let value = Character(scalar).hexDigitValue else { return nil }
    return value < base ? value : nil
  }

  var peek: Unicode.Scalar? { at < source.count ? source[at] : nil }

  mutating func advance() -> Unicode.Scalar? {
    guard at < source.count else { return nil }
    at += 1
    return source[at - 1]
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    at += 1
    return true
  }

  func fault(_ message: String, at place: Int? = nil) -> Fault {
    let text = String(String.UnicodeScalarView(source))
    return Fault(
      "schema.pattern", "in the pattern \"\(text)\", at \((place ?? at) + 1): \(message)")
  }
}
