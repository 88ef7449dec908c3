internal import JSONText

// Steps that look at one string or number, and at pairs of them.

extension SchemaAcceptor {
  func checkScalar(_ step: AcceptorStep, _ token: JSONToken, _ bytes: Span<UInt8>) -> Verdict {
    let index = Int(step.index)
    switch step.action {
    case .atLeast: return Verdict(token.integer >= step.count)
    case .atMost: return Verdict(token.integer <= step.count)
    case .above: return Verdict(token.integer > step.count)
    case .below: return Verdict(token.integer < step.count)
    case .multiple:
      return Verdict(token.integer.magnitude.isMultiple(of: step.count.magnitude))
    case .anInteger: return Verdict(integers[index].contains(token.integer))
    case .whole:
      return Verdict(JSONTypes.integer.admits(JSON.number(at: token, in: bytes)))
    case .number:
      let number = JSON.number(at: token, in: bytes)
      return Verdict(Assertion.failure(of: numberRules[index], number) == nil)
    case .aText:
      if token.isEscaped { return .unsure }
      for text in index..<index + step.count where isText(token, text, bytes) { return .accept }
      return .reject
    case .longEnough:
      // A code point takes 1 to 4 bytes, or up to 12 in two escapes.
      let count = token.bytes.count
      if count < step.count || count >= 12 * step.count { return Verdict(count >= step.count) }
      return Verdict(codePoints(of: token, bytes) >= step.count)
    case .shortEnough:
      if token.bytes.count <= step.count { return .accept }
      return Verdict(codePoints(of: token, bytes) <= step.count)
    case .pattern: return match(index, token, bytes)
    case .manyEnough: return Verdict(token.count >= step.count)
    case .fewEnough: return Verdict(token.count <= step.count)
    default: return .unsure
    }
  }

  /// How many code points a string has once its escapes are read.
  private func codePoints(of token: JSONToken, _ bytes: Span<UInt8>) -> Int {
    let range = token.bytes
    var (at, count) = (range.lowerBound, 0)
    while at < range.upperBound {
      let byte = bytes[at]
      count += byte & 0xC0 == 0x80 ? 0 : 1
      if byte != UInt8(ascii: "\\") {
        at += 1
      } else if bytes[at + 1] != UInt8(ascii: "u") {
        at += 2
      } else {
        // D800 to DBFF begin a pair, the second half of which the tape has made sure of.
        let isPair =
          bytes[at + 2] | 0x20 == UInt8(ascii: "d")
          && "89abAB".utf8.contains(bytes[at + 3])
        at += isPair ? 12 : 6
      }
    }
    return count
  }

  /// Whether a string matches a pattern.
  func match(_ pattern: Int, _ token: JSONToken, _ bytes: Span<UInt8>) -> Verdict {
    if token.isEscaped { return .unsure }
    if !token.isBeyondASCII, let runs = patterns[pattern].runs {
      return Verdict(runs.match(bytes, token.bytes))
    }
    guard let text = text(of: token, bytes) else { return .unsure }
    return Verdict(patterns[pattern].matches(text))
  }

  private func text(of token: JSONToken, _ bytes: Span<UInt8>) -> String? {
    guard let text = try? UTF8Span(validating: bytes.extracting(token.bytes)) else { return nil }
    return String(copying: text)
  }

  /// Whether all elements differ; compares every pair unless there are many.
  @inline(never)
  func checkUnique(
    _ position: Int, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Verdict {
    let end = tokens[position].end(at: position)
    if tokens[position].count > Twins.mostInPairs {
      return areUnique(position + 1..<end, tokens, bytes)
    }
    var second = position + 1
    while second < end {
      var first = position + 1
      while first < second {
        switch areSame(tokens[first], tokens[second], bytes) {
        case true?: return .reject
        case false?: break
        case nil: return .unsure
        }
        first = tokens[first].end(at: first)
      }
      second = tokens[second].end(at: second)
    }
    return .accept
  }

  /// Whether many elements differ; unsure of what is more than a number or a plain string.
  private func areUnique(
    _ positions: Range<Int>, _ tokens: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> Verdict {
    var elements: [JSON] = []
    for position in positions {
      guard let scalar = scalar(tokens[position], bytes) else { return .unsure }
      elements.append(scalar)
    }
    return Verdict(Twins.first(in: elements) == nil)
  }

  private func scalar(_ token: JSONToken, _ bytes: Span<UInt8>) -> JSON? {
    switch token.kind {
    case .null: .null
    case .false: .bool(false)
    case .true: .bool(true)
    case .integer, .number: .number(at: token, in: bytes)
    case .string: token.isEscaped ? nil : text(of: token, bytes).map { .string($0) }
    case .array, .object: nil
    }
  }

  /// Whether two values are the same; nil if that takes more than a look.
  private func areSame(_ left: JSONToken, _ right: JSONToken, _ bytes: Span<UInt8>) -> Bool? {
    switch (left.kind, right.kind) {
    case (.integer, .integer): return left.integer == right.integer
    case (.integer, .number), (.number, .integer), (.number, .number):
      return JSONNumber.isSame(
        JSON.number(at: left, in: bytes), JSON.number(at: right, in: bytes))
    case (.string, .string):
      if left.isEscaped || right.isEscaped { return nil }
      guard left.signature == right.signature, left.bytes.count == right.bytes.count else {
        return false
      }
      let offset = right.bytes.lowerBound - left.bytes.lowerBound
      return left.bytes.allSatisfy { bytes[$0] == bytes[$0 + offset] }
    case (.array, .array), (.object, .object): return nil
    default: return left.kind == right.kind
    }
  }
}
