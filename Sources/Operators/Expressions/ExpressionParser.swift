internal import Foundations
internal import JSONText

/// Reads the grammar of `Expression` by recursive descent, one method a rule.
struct ExpressionParser {
  private let tokens: [(token: ExpressionTokens.Token, column: Int)]
  private var position = 0
  private var depth = 0
  private(set) var paths: [FieldPath] = []

  private static let words: Set<String> = ["and", "or", "not", "in", "true", "false", "null"]
  private static let functions = ["exists", "len", "lower", "text", "matches"]

  init(_ source: String) throws(Fault) { tokens = try ExpressionTokens(source).tokens }

  mutating func whole() throws(Fault) -> ExpressionNode {
    let node = try either()
    guard current == .end else { throw unexpected("an operator or the end") }
    return node
  }

  mutating func wholePath() throws(Fault) -> FieldPath {
    guard case .name(let name) = current, !Self.words.contains(name) else {
      throw unexpected("the name of a field")
    }
    position += 1
    let path = try path(from: name)
    guard current == .end else { throw unexpected("the end of the path") }
    return path
  }

  // MARK: Rules

  private mutating func either() throws(Fault) -> ExpressionNode {
    var nodes = [try both()]
    while take(word: "or") { nodes.append(try both()) }
    return nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func both() throws(Fault) -> ExpressionNode {
    var nodes = [try negation()]
    while take(word: "and") { nodes.append(try negation()) }
    return nodes.count == 1 ? nodes[0] : .all(nodes)
  }

  private mutating func negation() throws(Fault) -> ExpressionNode {
    guard take(word: "not") else { return try comparison() }
    return .not(try nested { parser throws(Fault) in try parser.negation() })
  }

  private mutating func comparison() throws(Fault) -> ExpressionNode {
    let left = try sum()
    let node: ExpressionNode
    if case .symbol(let symbol) = current,
      let comparison = ExpressionNode.Comparison(rawValue: symbol)
    {
      position += 1
      node = .comparison(left, comparison, try sum())
    } else if take(word: "in") {
      node = .membership(left, in: try sum())
    } else if current == .name("not"), tokens[position + 1].token == .name("in") {
      position += 2
      node = .not(.membership(left, in: try sum()))
    } else {
      return left
    }
    if case .symbol(let symbol) = current, ExpressionNode.Comparison(rawValue: symbol) != nil {
      throw unexpected("\"and\" between two comparisons")
    }
    return node
  }

  private mutating func sum() throws(Fault) -> ExpressionNode {
    try run(of: ["+", "-"]) { parser throws(Fault) in
      try parser.run(of: ["*", "/", "%"]) { parser throws(Fault) in try parser.factor() }
    }
  }

  private mutating func run(
    of symbols: [String], _ part: (inout Self) throws(Fault) -> ExpressionNode
  ) throws(Fault) -> ExpressionNode {
    let first = try part(&self)
    var rest: [(ExpressionNode.Arithmetic, ExpressionNode)] = []
    while case .symbol(let symbol) = current, symbols.contains(symbol),
      let operation = ExpressionNode.Arithmetic(rawValue: symbol)
    {
      position += 1
      rest.append((operation, try part(&self)))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  private mutating func factor() throws(Fault) -> ExpressionNode {
    guard take("-") else { return try atom() }
    return .negative(try nested { parser throws(Fault) in try parser.factor() })
  }

  private mutating func atom() throws(Fault) -> ExpressionNode {
    let token = current
    switch token {
    case .number(let number):
      position += 1
      return .literal(number)
    case .text(let text):
      position += 1
      return .literal(.string(text))
    case .symbol("("):
      position += 1
      let node = try nested { parser throws(Fault) in try parser.either() }
      try expect(")")
      return node
    case .symbol("["):
      position += 1
      return .list(try nested { parser throws(Fault) in try parser.elements() })
    case .name(let name):
      if let literal = ["true": JSON.bool(true), "false": .bool(false), "null": .null][name] {
        position += 1
        return .literal(literal)
      }
      guard !Self.words.contains(name) else { throw unexpected("a value") }
      position += 1
      if current == .symbol("(") { return try call(name) }
      return .path(try path(from: name))
    default: throw unexpected("a value")
    }
  }

  private mutating func elements() throws(Fault) -> [ExpressionNode] {
    var nodes: [ExpressionNode] = []
    if take("]") { return nodes }
    repeat { nodes.append(try either()) } while take(",")
    try expect("]", or: "\",\"")
    return nodes
  }

  private mutating func call(_ name: String) throws(Fault) -> ExpressionNode {
    guard Self.functions.contains(name) else {
      position -= 1
      throw ExpressionTokens.fault(
        tokens[position].column, Spelling.unknown("function", name, known: Self.functions))
    }
    position += 1
    let argument = try nested { parser throws(Fault) in try parser.either() }
    var node: ExpressionNode =
      switch name {
      case "exists": .exists(argument)
      case "len": .length(argument)
      case "lower": .lower(argument)
      default: .text(argument)
      }
    if name == "matches" {
      try expect(",")
      guard case .text(let pattern) = current else { throw unexpected("a pattern in quotes") }
      position += 1
      node = .matches(argument, Glob(pattern))
    }
    try expect(")")
    return node
  }

  private mutating func path(from name: String) throws(Fault) -> FieldPath {
    var steps: [FieldPath.Step] = [.key(name)]
    while true {
      if take(".") {
        guard case .name(let key) = current else { throw unexpected("the name of a field") }
        position += 1
        steps.append(.key(key))
      } else if take("[") {
        switch current {
        case .number(.integer(let index)): steps.append(.index(index))
        case .text(let key): steps.append(.key(key))
        default: throw unexpected("a whole number or a key in quotes")
        }
        position += 1
        try expect("]")
      } else {
        let path = FieldPath(steps: steps)
        if !paths.contains(path) { paths.append(path) }
        return path
      }
    }
  }

  // MARK: Tokens

  private var current: ExpressionTokens.Token { tokens[position].token }

  private mutating func take(_ symbol: String) -> Bool {
    guard current == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard current == .name(word) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String, or other: String? = nil) throws(Fault) {
    guard take(symbol) else {
      throw unexpected((other.map { $0 + " or " } ?? "") + "\"\(symbol)\"")
    }
  }

  private func unexpected(_ expected: String) -> Fault {
    ExpressionTokens.fault(
      tokens[position].column, "expected \(expected), found \(current.found)")
  }

  private mutating func nested<T>(_ rule: (inout Self) throws(Fault) -> T) throws(Fault) -> T {
    guard depth < Expression.deepest else {
      throw ExpressionTokens.fault(
        tokens[position].column, "expected at most \(Expression.deepest) nested levels")
    }
    depth += 1
    defer { depth -= 1 }
    return try rule(&self)
  }
}
