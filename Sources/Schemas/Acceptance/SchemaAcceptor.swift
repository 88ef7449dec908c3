internal import JSONText

/// A schema as a flat program that runs over the tape of a value and allocates nothing.
///
/// It accepts, rejects, or is unsure; only what it accepts counts. Rules are asked in the order of
/// `SchemaValidation`, so that the two enter the same schemas and meet the same limit of depth.
/// Unsure of: dynamic references, `unevaluated…`, strings with escapes where their text matters,
/// and containers under `const`, `enum` and `uniqueItems`.
final class SchemaAcceptor: Sendable {
  /// Per node and kind of token, the first step.
  let entries: [Int32]
  let steps: [AcceptorStep]
  let texts: [AcceptorText]
  let textBytes: [UInt8]
  let lists: [Int]
  let integers: [[Int]]
  let numberRules: [SchemaRule]
  let patterns: [Pattern]
  let members: [MemberTable]
  let elements: [ElementTable]
  let counted: [CountedTable]
  let conditions: [ConditionTable]

  /// A little less than the validator's, so that it never meets its own.
  static let deepest = SchemaValidation.deepest - 8

  /// What one value may take, and what is known of it.
  struct Run {
    /// How many nodes may still be asked.
    fileprivate var budget: Int
    /// Whether nodes hold, by node and position; nil: not remembered.
    fileprivate var verdicts: [Int: Bool]?
  }

  /// Nodes that may be asked of any value, a tenth of a second of them.
  private static let fewNodes = 1_000_000

  init(_ compiler: consuming AcceptorCompiler) {
    entries = compiler.entries
    steps = compiler.steps
    texts = compiler.texts
    textBytes = compiler.textBytes
    lists = compiler.lists
    integers = compiler.integers
    numberRules = compiler.numberRules
    patterns = compiler.patterns
    members = compiler.members
    elements = compiler.elements
    counted = compiler.counted
    conditions = compiler.conditions
  }

  func accepts(_ tokens: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    var run = Run(budget: Self.fewNodes + 64 * tokens.count)
    let verdict = check(0, 0, tokens, bytes, depth: 0, &run)
    guard verdict == .unsure, run.budget < 0 else { return verdict == .accept }
    // A schema that asks each member twice asks the innermost of 40 levels 2^40 times, unless what
    // was asked before is remembered.
    run = Run(budget: 2 * Self.fewNodes, verdicts: [:])
    return check(0, 0, tokens, bytes, depth: 0, &run) == .accept
  }

  /// Asks a node of the value at `position`.
  func check(
    _ node: Int, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int,
    _ run: inout Run
  ) -> Verdict {
    run.budget -= 1
    if depth >= Self.deepest || run.budget < 0 { return .unsure }
    let question = run.verdicts == nil ? nil : node << 32 | position
    if let question, let holds = run.verdicts?[question] { return Verdict(holds) }
    let verdict = ask(node, position, tokens, bytes, depth: depth, &run)
    if let question, verdict != .unsure { run.verdicts?[question] = verdict == .accept }
    return verdict
  }

  @inline(__always)
  private func ask(
    _ node: Int, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int,
    _ run: inout Run
  ) -> Verdict {
    let token = tokens[position]
    var next = entry(node, token)
    while true {
      let step = steps[next]
      var verdict = Verdict.accept
      switch step.action {
      case .end: return .accept
      case .reject: return .reject
      case .unsure: return .unsure
      case .members:
        verdict = checkMembers(Int(step.index), position, tokens, bytes, depth: depth, &run)
      case .elements:
        verdict = checkElements(
          elements[Int(step.index)], position, tokens, bytes, depth: depth, &run)
      case .apply:
        verdict = check(Int(step.index), position, tokens, bytes, depth: depth + 1, &run)
      case .ifKey:
        let key = Int(step.index)
        if !hasKeys(key..<key + 1, position, tokens, bytes) { next += step.count }
      case .names:
        verdict = checkNames(Int(step.index), position, tokens, bytes, depth: depth, &run)
      case .keys:
        let first = Int(step.index)
        verdict = Verdict(hasKeys(first..<first + step.count, position, tokens, bytes))
      case .contains:
        verdict = checkCount(counted[Int(step.index)], position, tokens, bytes, depth: depth, &run)
      case .unique: verdict = checkUnique(position, tokens, bytes)
      case .any, .one, .not, .condition:
        verdict = checkLogic(step, position, tokens, bytes, depth: depth, &run)
      default: verdict = checkScalar(step, token, bytes)
      }
      if verdict != .accept { return verdict }
      next += 1
    }
  }

  @inline(__always)
  func entry(_ node: Int, _ token: JSONToken) -> Int {
    Int(entries[node << 3 | Int(token.tag)])
  }

  /// The same as `check` one level deeper, without a call for a node that asks nothing more.
  @inline(__always)
  private func descend(
    _ node: Int, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int,
    _ run: inout Run
  ) -> Verdict {
    if steps[entry(node, tokens[position])].action == .end { return .accept }
    return check(node, position, tokens, bytes, depth: depth + 1, &run)
  }

  // MARK: Members and elements

  private func checkMembers(
    _ table: Int, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int,
    _ run: inout Run
  ) -> Verdict {
    let table = members[table]
    let end = tokens[position].end(at: position)
    var guess = table.texts.lowerBound
    var found: UInt64 = 0
    var at = position + 1
    while at < end {
      let key = tokens[at]
      var isKnown = false
      if let index = find(key, in: table.texts, from: guess, bytes) {
        isKnown = true
        guess = index + 1
        found |= texts[index].bit
        let verdict = descend(Int(texts[index].node), at + 1, tokens, bytes, depth: depth, &run)
        if verdict != .accept { return verdict }
      }
      for index in table.patterns {
        let verdict = match(lists[2 * index], key, bytes)
        if verdict == .unsure { return .unsure }
        if verdict == .reject { continue }
        isKnown = true
        let inner = descend(lists[2 * index + 1], at + 1, tokens, bytes, depth: depth, &run)
        if inner != .accept { return inner }
      }
      if !isKnown, let additional = table.additional {
        let verdict = descend(additional, at + 1, tokens, bytes, depth: depth, &run)
        if verdict != .accept { return verdict }
      }
      at = tokens[at + 1].end(at: at + 1)
    }
    return Verdict(found & table.required == table.required)
  }

  /// The text that a key is, searched from `guess` on and around.
  @inline(__always)
  private func find(
    _ key: JSONToken, in texts: Range<Int>, from guess: Int, _ bytes: Span<UInt8>
  ) -> Int? {
    for index in guess..<texts.upperBound where isText(key, index, bytes) { return index }
    for index in texts.lowerBound..<min(guess, texts.upperBound) where isText(key, index, bytes) {
      return index
    }
    return nil
  }

  /// Whether a string without escapes is a text.
  @inline(__always)
  func isText(_ token: JSONToken, _ index: Int, _ bytes: Span<UInt8>) -> Bool {
    let text = texts[index]
    guard text.signature == token.signature else { return false }
    let range = token.bytes
    guard range.count == Int(text.count) else { return false }
    var own = Int(text.start)
    for at in range {
      if bytes[at] != textBytes[own] { return false }
      own += 1
    }
    return true
  }

  @inline(never)
  private func hasKeys(
    _ texts: Range<Int>, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Bool {
    let end = tokens[position].end(at: position)
    for text in texts {
      var at = position + 1
      while at < end && !isText(tokens[at], text, bytes) { at = tokens[at + 1].end(at: at + 1) }
      if at >= end { return false }
    }
    return true
  }

  @inline(never)
  private func checkNames(
    _ node: Int, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int,
    _ run: inout Run
  ) -> Verdict {
    let end = tokens[position].end(at: position)
    var at = position + 1
    while at < end {
      let verdict = descend(node, at, tokens, bytes, depth: depth, &run)
      if verdict != .accept { return verdict }
      at = tokens[at + 1].end(at: at + 1)
    }
    return .accept
  }

  @inline(never)
  private func checkElements(
    _ table: ElementTable, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>,
    depth: Int, _ run: inout Run
  ) -> Verdict {
    let end = tokens[position].end(at: position)
    var (at, index) = (position + 1, table.prefix.lowerBound)
    while at < end {
      guard let node = index < table.prefix.upperBound ? lists[index] : table.rest else { break }
      let verdict = descend(node, at, tokens, bytes, depth: depth, &run)
      if verdict != .accept { return verdict }
      at = tokens[at].end(at: at)
      index += 1
    }
    return .accept
  }

  @inline(never)
  private func checkCount(
    _ table: CountedTable, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>,
    depth: Int, _ run: inout Run
  ) -> Verdict {
    let end = tokens[position].end(at: position)
    var (at, found) = (position + 1, 0)
    while at < end {
      switch descend(table.node, at, tokens, bytes, depth: depth, &run) {
      case .accept: found += 1
      case .reject: break
      case .unsure: return .unsure
      }
      at = tokens[at].end(at: at)
    }
    return Verdict(found >= table.least && found <= table.most)
  }

  // MARK: Logic

  @inline(never)
  private func checkLogic(
    _ step: AcceptorStep, _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>,
    depth: Int, _ run: inout Run
  ) -> Verdict {
    let index = Int(step.index)
    switch step.action {
    case .not:
      switch check(index, position, tokens, bytes, depth: depth + 1, &run) {
      case .accept: return .reject
      case .reject: return .accept
      case .unsure: return .unsure
      }
    case .condition:
      let table = conditions[index]
      let test = check(table.test, position, tokens, bytes, depth: depth + 1, &run)
      if test == .unsure { return .unsure }
      guard let branch = test == .accept ? table.then : table.otherwise else { return .accept }
      return check(branch, position, tokens, bytes, depth: depth + 1, &run)
    default:
      var fitting = 0
      for index in index..<index + step.count {
        switch check(lists[index], position, tokens, bytes, depth: depth + 1, &run) {
        case .accept: fitting += 1
        case .reject: break
        case .unsure: return .unsure
        }
        if step.action == .any && fitting == 1 { return .accept }
      }
      return Verdict(step.action == .one && fitting == 1)
    }
  }
}
