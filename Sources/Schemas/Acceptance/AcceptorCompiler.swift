internal import JSONText

/// Turns the nodes of a schema into the steps of an acceptor.
struct AcceptorCompiler {
  private(set) var entries: [Int32] = []
  private(set) var steps: [AcceptorStep] = []
  private(set) var texts: [AcceptorText] = []
  private(set) var textBytes: [UInt8] = []
  private(set) var lists: [Int] = []
  private(set) var integers: [[Int]] = []
  private(set) var numberRules: [SchemaRule] = []
  private(set) var patterns: [Pattern] = []
  private(set) var members: [MemberTable] = []
  private(set) var elements: [ElementTable] = []
  private(set) var counted: [CountedTable] = []
  private(set) var conditions: [ConditionTable] = []

  /// Tables that are the same for every kind of token are made once.
  private let nodes: [SchemaNode]

  /// In the order of the raw values.
  private static let kinds: [JSONToken.Kind] = [
    .null, .false, .true, .integer, .number, .string, .array, .object,
  ]

  init(_ nodes: [SchemaNode]) {
    self.nodes = nodes
    entries.reserveCapacity(nodes.count * Self.kinds.count)
    for node in nodes {
      for kind in Self.kinds {
        entries.append(Int32(steps.count))
        for rule in node.rules { add(rule, for: kind, of: node) }
        steps.append(AcceptorStep(.end))
      }
    }
  }

  private mutating func add(_ rule: SchemaRule, for kind: JSONToken.Kind, of node: SchemaNode) {
    switch rule {
    case .never: add(.reject)
    case .type(let types): add(types, for: kind)
    case .constant(let value): add(choices: [value], rule, for: kind)
    case .choices(let values): add(choices: values, rule, for: kind)
    case .multiple, .bound: addNumber(rule, for: kind)
    case .size(let limit, let count): add(limit, count, for: kind)
    case .reference(let target): add(.apply, target)
    case .dynamicReference, .unevaluatedItems, .unevaluatedProperties: add(.unsure)
    case .all(let targets): for target in targets { add(.apply, target) }
    case .any(let targets): add(.any, list(targets), count: targets.count)
    case .one(let targets): add(.one, list(targets), count: targets.count)
    case .not(let target): add(.not, target)
    case .condition(let test, let then, let otherwise):
      conditions.append(ConditionTable(test: test, then: then, otherwise: otherwise))
      add(.condition, conditions.count - 1)
    default:
      switch kind {
      case .string:
        guard case .pattern(let pattern) = rule else { return }
        add(.pattern, self.pattern(pattern))
      case .array: addArray(rule)
      case .object: addObject(rule, of: node)
      default: break
      }
    }
  }

  private mutating func add(_ action: AcceptorStep.Action, _ index: Int = 0, count: Int = 0) {
    steps.append(AcceptorStep(action, index, count: count))
  }

  // MARK: Scalars

  private mutating func add(_ types: JSONTypes, for kind: JSONToken.Kind) {
    let admits =
      switch kind {
      case .null: types.contains(.null)
      case .false, .true: types.contains(.boolean)
      case .integer: !types.isDisjoint(with: [.integer, .number])
      case .number: types.contains(.number)
      case .string: types.contains(.string)
      case .array: types.contains(.array)
      case .object: types.contains(.object)
      }
    if admits { return }
    add(kind == .number && types.contains(.integer) ? .whole : .reject)
  }

  private mutating func add(
    choices: [JSON], _ rule: SchemaRule, for kind: JSONToken.Kind
  ) {
    switch kind {
    case .null: if !choices.contains(.null) { add(.reject) }
    case .true: if !choices.contains(.bool(true)) { add(.reject) }
    case .false: if !choices.contains(.bool(false)) { add(.reject) }
    case .integer:
      integers.append(choices.compactMap { try? $0.asInt })
      add(.anInteger, integers.count - 1)
    case .number: addNumber(rule, for: kind)
    case .string:
      let words = choices.compactMap { try? $0.asString }
      let first = texts.count
      for word in words { text(word) }
      add(.aText, first, count: words.count)
    case .array: add(choices.contains { (try? $0.asArray) != nil } ? .unsure : .reject)
    case .object: add(choices.contains { (try? $0.asObject) != nil } ? .unsure : .reject)
    }
  }

  private mutating func addNumber(_ rule: SchemaRule, for kind: JSONToken.Kind) {
    guard kind == .integer || kind == .number else { return }
    if kind == .integer {
      switch rule {
      case .multiple(.integer(let divisor)) where divisor != 0:
        return add(.multiple, count: divisor)
      case .bound(.minimum, .integer(let limit)): return add(.atLeast, count: limit)
      case .bound(.maximum, .integer(let limit)): return add(.atMost, count: limit)
      case .bound(.exclusiveMinimum, .integer(let limit)): return add(.above, count: limit)
      case .bound(.exclusiveMaximum, .integer(let limit)): return add(.below, count: limit)
      default: break
      }
    }
    numberRules.append(rule)
    add(.number, numberRules.count - 1)
  }

  private mutating func add(_ limit: SizeLimit, _ count: Int, for kind: JSONToken.Kind) {
    switch (limit, kind) {
    case (.minLength, .string): add(.longEnough, count: count)
    case (.maxLength, .string): add(.shortEnough, count: count)
    case (.minItems, .array), (.minProperties, .object): add(.manyEnough, count: count)
    case (.maxItems, .array), (.maxProperties, .object): add(.fewEnough, count: count)
    default: break
    }
  }

  // MARK: Arrays and objects

  private mutating func addArray(_ rule: SchemaRule) {
    switch rule {
    case .unique: add(.unique)
    case .elements(let prefix, let rest):
      let first = list(prefix)
      elements.append(ElementTable(prefix: first..<first + prefix.count, rest: rest))
      add(.elements, elements.count - 1)
    case .contains(let node, let least, let most):
      counted.append(CountedTable(node: node, least: least, most: most ?? .max))
      add(.contains, counted.count - 1)
    default: break
    }
  }

  private mutating func addObject(_ rule: SchemaRule, of node: SchemaNode) {
    switch rule {
    case .required(let names):
      if !isInMembers(names, of: node) { addKeys(names) }
    case .dependentRequired(let dependent):
      for (key, names) in dependent {
        add(.ifKey, text(key), count: 1)
        addKeys(names)
      }
    case .members(let rule): addMembers(rule, of: node)
    case .memberNames(let node): add(.names, node)
    case .dependentSchemas(let dependent):
      for (key, node) in dependent {
        add(.ifKey, text(key), count: 1)
        add(.apply, node)
      }
    default: break
    }
  }

  private mutating func addKeys(_ names: [String]) {
    let first = texts.count
    for name in names { text(name) }
    add(.keys, first, count: names.count)
  }

  private mutating func addMembers(_ rule: MemberRule, of node: SchemaNode) {
    var required: Set<[UInt8]> = []
    for case .required(let names) in node.rules where isInMembers(names, of: node) {
      required.formUnion(names.map { Array($0.utf8) })
    }
    let first = texts.count
    var (bits, bit) = (UInt64(0), UInt64(1))
    for (name, target) in zip(rule.names, rule.nodes) {
      let index = text(name)
      texts[index].node = Int32(target)
      guard required.contains(Array(name.utf8)) else { continue }
      texts[index].bit = bit
      bits |= bit
      bit <<= 1
    }
    let texts = first..<texts.count
    if lists.count % 2 == 1 { lists.append(0) }
    let pairs = lists.count / 2
    for (pattern, node) in rule.patterns { _ = list([self.pattern(pattern), node]) }
    members.append(
      MemberTable(
        texts: texts, required: bits, patterns: pairs..<lists.count / 2,
        additional: rule.additional))
    add(.members, members.count - 1)
  }

  /// Whether required names are found on the way through the members: each is a property.
  private func isInMembers(_ names: [String], of node: SchemaNode) -> Bool {
    guard names.count <= 64 else { return false }
    for case .members(let rule) in node.rules {
      return names.allSatisfy { name in
        rule.names.contains { $0.utf8.elementsEqual(name.utf8) }
      }
    }
    return false
  }

  // MARK: Tables

  @discardableResult
  private mutating func text(_ text: String) -> Int {
    let start = textBytes.count
    textBytes += text.utf8
    let signature = JSONSignature.of(textBytes.span, start..<textBytes.count)
    texts.append(
      AcceptorText(
        signature: signature, start: Int32(start), count: Int32(textBytes.count - start)))
    return texts.count - 1
  }

  private mutating func list(_ nodes: [Int]) -> Int {
    lists += nodes
    return lists.count - nodes.count
  }

  private mutating func pattern(_ pattern: Pattern) -> Int {
    patterns.append(pattern)
    return patterns.count - 1
  }
}
