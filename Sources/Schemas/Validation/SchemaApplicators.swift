internal import Foundations
internal import JSONText

// MARK: Members and elements

extension SchemaValidation {
  mutating func checkMembers(
    _ rule: MemberRule, of node: Int, _ object: JSONObject, _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    var guess = 0
    for (position, member) in object.members.enumerated() {
      var isKnown = false
      if let index = rule.position(of: member.key, from: guess) {
        isKnown = true
        guess = index + 1
        if !descend(.key(member.key), rule.nodes[index], member.value) { holds = false }
      }
      for (pattern, node) in rule.patterns where pattern.matches(member.key) {
        isKnown = true
        if !descend(.key(member.key), node, member.value) { holds = false }
      }
      if !isKnown, let additional = rule.additional {
        isKnown = true
        if isNever(additional) {
          holds = refuse(member.key, of: node, "additionalProperties", known: rule.names)
        } else if !descend(.key(member.key), additional, member.value) {
          holds = false
        }
      }
      if !holds && isSilent { return false }
      if isKnown { marks.insert(position) }
    }
    return holds
  }

  mutating func checkUnevaluated(
    _ rest: Int, of node: Int, _ object: JSONObject, _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    for (position, member) in object.members.enumerated() where !marks.contains(position) {
      if isNever(rest) {
        holds = refuse(member.key, of: node, "unevaluatedProperties", known: [])
      } else if !descend(.key(member.key), rest, member.value) {
        holds = false
      }
      if !holds && isSilent { return false }
    }
    marks.insertAll()
    return holds
  }

  private func isNever(_ node: Int) -> Bool {
    if case .never? = schema.nodes[node].rules.first { return true }
    return false
  }

  private mutating func refuse(
    _ key: String, of node: Int, _ keyword: String, known: [String]
  ) -> Bool {
    fail(node, keyword, Spelling.unknown("key", key, known: known))
  }

  mutating func checkNames(_ rule: Int, _ object: JSONObject) -> Bool {
    var holds = true
    for member in object where !descend(.key(member.key), rule, .string(member.key)) {
      holds = false
      if isSilent { return false }
    }
    return holds
  }

  mutating func checkDependent(
    _ rules: [(key: String, node: Int)], _ object: JSONObject, _ value: JSON,
    _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    for rule in rules where object.has(rule.key) {
      if !apply(rule.node, to: value, &marks) { holds = false }
    }
    return holds
  }

  mutating func checkElements(
    _ prefix: [Int], _ rest: Int?, _ elements: [JSON], _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    for (index, element) in elements.enumerated() {
      guard let node = index < prefix.count ? prefix[index] : rest else { break }
      if !descend(.index(index), node, element) { holds = false }
      if !holds && isSilent { return false }
      marks.insert(index)
    }
    return holds
  }

  mutating func checkUnevaluated(
    _ rest: Int, _ elements: [JSON], _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    for (index, element) in elements.enumerated() where !marks.contains(index) {
      if !descend(.index(index), rest, element) { holds = false }
      if !holds && isSilent { return false }
    }
    marks.insertAll()
    return holds
  }

  mutating func checkContains(
    _ item: Int, _ least: Int, _ most: Int?, of node: Int, _ elements: [JSON],
    _ marks: inout EvaluationMarks
  ) -> Bool {
    var found = 0
    for (index, element) in elements.enumerated() {
      var ignored = EvaluationMarks(isTracking: schema.isTracking)
      if tries(item, element, &ignored) {
        found += 1
        marks.insert(index)
      }
    }
    if found < least {
      let keyword = least == 1 ? "contains" : "minContains"
      return fail(node, keyword, "expected at least \(least) fitting elements, found \(found)")
    }
    if let most, found > most {
      return fail(node, "maxContains", "expected at most \(most) fitting elements, found \(found)")
    }
    return true
  }
}

// MARK: Logic on one value

extension SchemaValidation {
  /// The schema of a dynamic anchor in the outermost resource that has it.
  func dynamicTarget(_ anchor: String) -> Int? {
    for resource in scope {
      if let node = schema.dynamicAnchors[resource][anchor] { return node }
    }
    return nil
  }

  mutating func checkAll(
    _ nodes: [Int], _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = true
    for node in nodes where !apply(node, to: value, &marks) {
      holds = false
      if isSilent { return false }
    }
    return holds
  }

  mutating func checkAny(
    _ nodes: [Int], of node: Int, _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    var holds = false
    for node in nodes where tries(node, value, &marks) {
      holds = true
      if !marks.isTracking { return true }
    }
    return holds || explain(nodes, of: node, "anyOf", value)
  }

  mutating func checkOne(
    _ nodes: [Int], of node: Int, _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    var fitting: [Int] = []
    for (index, node) in nodes.enumerated() where tries(node, value, &marks) {
      fitting.append(index)
    }
    if fitting.count == 1 { return true }
    if fitting.isEmpty { return explain(nodes, of: node, "oneOf", value) }
    return fail(node, "oneOf", "expected one fitting alternative, found \(fitting)")
  }

  mutating func checkNot(
    _ forbidden: Int, of node: Int, _ value: JSON, _ marks: EvaluationMarks
  ) -> Bool {
    var ignored = marks.fresh()
    guard tries(forbidden, value, &ignored) else { return true }
    return fail(node, "not", "expected anything but what fits this schema, found \(value.brief)")
  }

  mutating func checkCondition(
    _ test: Int, _ then: Int?, _ otherwise: Int?, _ value: JSON, _ marks: inout EvaluationMarks
  ) -> Bool {
    let branch = tries(test, value, &marks) ? then : otherwise
    return branch.map { apply($0, to: value, &marks) } ?? true
  }

  /// Writes down that no alternative fits, and why the nearest does not.
  ///
  /// Nearest is the one with the least faults of kind (`type`, `const`, `enum`), then the least
  /// faults: alternatives mostly differ in these, so it is the one that was meant.
  private mutating func explain(
    _ nodes: [Int], of node: Int, _ keyword: String, _ value: JSON
  ) -> Bool {
    if isSilent { return false }
    // Swapped, as a copy of the faults so far for every value would take time in their square.
    var before: [SchemaFault] = []
    swap(&before, &faults)
    setAside += before.count
    var nearest: (faults: [SchemaFault], distance: (Int, Int))?
    for node in nodes {
      faults = []
      var ignored = EvaluationMarks(isTracking: schema.isTracking)
      _ = apply(node, to: value, &ignored)
      let kinds = faults.filter { ["type", "const", "enum"].contains($0.keyword) }.count
      let distance = (kinds, faults.count)
      if nearest.map({ distance < $0.distance }) ?? true { nearest = (faults, distance) }
    }
    swap(&before, &faults)
    setAside -= faults.count
    _ = fail(node, keyword, "expected one of \(nodes.count) alternatives, and none fits")
    faults += nearest?.faults ?? []
    return false
  }
}
