/// The form in which answers are compared: small letters, punctuation as space, single spaces.
///
/// What belongs to a number stays: the point in `3.5`, the minus of `-2`; so do signs with a meaning
/// of their own such as `%` and `+`.
enum PlainForm {
  static func of(_ text: String) -> String {
    let scalars = Array(text.lowercased().unicodeScalars)
    var words: [String.UnicodeScalarView] = []
    var isInWord = false
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : nil
      let after = index + 1 < scalars.count ? scalars[index + 1] : nil
      guard isKept(scalar, before, after) else {
        isInWord = false
        continue
      }
      if !isInWord { words.append(String.UnicodeScalarView()) }
      words[words.count - 1].append(scalar)
      isInWord = true
    }
    return words.map { String($0) }.joined(separator: " ")
  }

  private static func isKept(
    _ scalar: Unicode.Scalar, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
  ) -> Bool {
    switch scalar {
    case ".", ",": return isDigit(before) && isDigit(after)
    case "-", "\u{2212}": return isDigit(after) && !isWord(before)
    case "%", "#", "&", "@", "/": return true
    default: return !isSpaceOrPunctuation(scalar)
    }
  }

  private static func isSpaceOrPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .control, .format:
      true
    default: scalar == "`"
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { ("0"..."9").contains($0) } ?? false
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
  }
}
