internal import Foundations
internal import JSONText

extension JSON {
  /// A scalar as text; nil for null, text of white space alone, arrays and objects.
  var scalarText: String? {
    switch self {
    case .string(let text): text.contains { !$0.isWhitespace } ? text : nil
    case .integer, .number, .bool: description
    case .null, .array, .object: nil
    }
  }

  /// Several texts: an array of scalars, the values of an object, or a list written as text.
  ///
  /// Values whose keys are letters stand in the order of these. A list in text is JSON, Python's, or
  /// parts between `|`, `;`, newlines, or `,`, the first of them that the text has.
  ///
  /// - Throws: `json.kind`, for an empty part too; `ingest.field` if a letter is left out.
  func fieldTexts() throws(Fault) -> [String] {
    switch self {
    case .array(let elements): return try Self.texts(elements)
    case .object(let object):
      return try Self.texts(
        Choice.areLettered(self)
          ? Choice.lettered(object.members) : object.members.map(\.value))
    case .string(let text): return try TextList.parse(text)
    default: throw Fault("json.kind", "expected a list of texts, found \(brief)")
    }
  }

  private static func texts(_ values: [JSON]) throws(Fault) -> [String] {
    var texts: [String] = []
    for (index, value) in values.enumerated() {
      guard let text = value.scalarText else {
        throw Fault("json.kind", "expected a text, found \(value.brief)").inside("[\(index)]")
      }
      texts.append(text)
    }
    return texts
  }

  /// Numbers in groups of four: one box as four numbers, an array of boxes, or either as text.
  func fieldBoxes() throws(Fault) -> [[Double]] {
    if case .array(let elements) = self, case .array? = elements.first {
      return try self.elements { element throws(Fault) in try element.fieldBoxes() }.flatMap { $0 }
    }
    let numbers: [Double]
    if case .string(let text) = self {
      numbers = try text.split { "[](),;".contains($0) || $0.isWhitespace }.map {
        part throws(Fault) in
        guard let number = Double(part), number.isFinite else {
          throw Fault(
            "ingest.target", "expected the numbers of a box, found \"\(part.prefix(40))\"")
        }
        return number
      }
    } else {
      numbers = try self.elements { element throws(Fault) in try element.asDouble }
    }
    guard !numbers.isEmpty, numbers.count % 4 == 0 else {
      throw Fault("ingest.target", "a box has four numbers, found \(numbers.count)")
    }
    return stride(from: 0, to: numbers.count, by: 4).map { Array(numbers[$0..<($0 + 4)]) }
  }
}

/// Lists that stand in one text, as in the cells of a table.
enum TextList {
  /// - Throws: `json.kind` for a part without text before the last one with text, because letters
  ///   that name the parts by their places would name others if it were left out, and for lists and
  ///   objects among the parts.
  static func parse(_ text: String) throws(Fault) -> [String] {
    let trimmed = text.trimmed
    let isList = trimmed.hasPrefix("[") && trimmed.hasSuffix("]")
    let isObject = trimmed.hasPrefix("{") && trimmed.hasSuffix("}")
    if isList || isObject, let json = try? JSON.parse(trimmed) { return try json.fieldTexts() }
    if isList { return try quoted(trimmed) }
    let separators: [Character] = ["|", ";", "\n", ","]
    let separator = separators.first { trimmed.contains($0) } ?? "|"
    if isObject, separator == "," { throw nested(trimmed) }
    var parts = trimmed.split(separator: separator, omittingEmptySubsequences: false)
      .map(\.trimmed)
    // Blank lines only keep parts apart.
    if separator == "\n" { parts.removeAll(where: \.isEmpty) }
    while parts.last?.isEmpty == true { parts.removeLast() }
    if let index = parts.firstIndex(of: "") {
      throw Fault("json.kind", "expected a text, found nothing before a \"\(separator)\"")
        .inside("[\(index)]")
    }
    return parts
  }

  private static func nested(_ part: String) -> Fault {
    Fault("json.kind", "expected a text, found \(part.prefix(40))")
  }

  /// The parts of a Python list: between single or double quotes, or bare between commas.
  private static func quoted(_ text: String) throws(Fault) -> [String] {
    var parts: [String] = []
    var part = ""
    var quote: Character?
    var wasQuoted = false
    var rest = text.dropFirst().dropLast()
    while let letter = rest.popFirst() {
      if let open = quote {
        if letter == "\\" {
          part += escaped(&rest)
        } else if letter == open {
          quote = nil
        } else {
          part.append(letter)
        }
      } else if (letter == "'" || letter == "\"") && part.trimmed.isEmpty {
        (quote, part, wasQuoted) = (letter, "", true)
      } else if (letter == "[" || letter == "{") && part.trimmed.isEmpty && !wasQuoted {
        throw nested(String(letter) + rest)
      } else if letter == "," {
        parts.append(wasQuoted ? part : part.trimmed)
        (part, wasQuoted) = ("", false)
      } else if !wasQuoted {
        part.append(letter)
      }
    }
    if wasQuoted || !part.trimmed.isEmpty { parts.append(wasQuoted ? part : part.trimmed) }
    return parts
  }

  /// What a backslash and the letters behind it stand for in Python's texts, which are taken from
  /// `rest`; what stands for nothing is left as it is.
  private static func escaped(_ rest: inout Substring) -> String {
    guard let letter = rest.popFirst() else { return "\\" }
    switch letter {
    case "\\", "'", "\"": return String(letter)
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "x": return scalar(of: 2, &rest) ?? "\\x"
    case "u": return scalar(of: 4, &rest) ?? "\\u"
    case "U": return scalar(of: 8, &rest) ?? "\\U"
    default: return "\\\(letter)"
    }
  }

  /// The letter whose number the next hexadecimal digits are.
  private static func scalar(of count: Int, _ rest: inout Substring) -> String? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isHexDigit),
      let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
    else { return nil }
    rest.removeFirst(count)
    return String(scalar)
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

/// The options of a question and the answer among them.
enum Choice {
  /// Options without the letters in front of them: `A. cat`, `(B) dog`, `C) hen`.
  static func plain(_ options: [String]) -> [String] {
    let bare = options.enumerated().map { index, option in afterLetter(index, option) }
    return bare.contains(nil) ? options : bare.compactMap { $0 }
  }

  private static func afterLetter(_ index: Int, _ option: String) -> String? {
    guard let letter = letter(index) else { return nil }
    for opening in ["\(letter). ", "\(letter)) ", "(\(letter)) ", "\(letter): "]
    where option.hasPrefix(opening) { return option.dropFirst(opening.count).trimmed }
    return nil
  }

  private static func letter(_ index: Int) -> String? {
    guard index < 26, let scalar = Unicode.Scalar(0x41 + UInt32(index)) else { return nil }
    return String(scalar)
  }

  /// Whether a value is an object whose keys are letters such as `A` or `a`.
  static func areLettered(_ value: JSON) -> Bool {
    guard case .object(let object) = value else { return false }
    return object.members.allSatisfy { $0.key.utf8.count == 1 && $0.key.allSatisfy(\.isLetter) }
  }

  /// Options that are called by letters, in the order of these.
  ///
  /// - Throws: `ingest.field` unless the letters are A, B and so forth, none of them left out.
  static func lettered<Option>(
    _ options: [(key: String, value: Option)]
  ) throws(Fault) -> [Option] {
    let sorted = options.sorted { $0.key.uppercased() < $1.key.uppercased() }
    for (index, option) in sorted.enumerated() where option.key.uppercased() != letter(index) {
      let expected = letter(index) ?? "more"
      throw Fault(
        "ingest.field",
        "there is an option \(option.key) and no option \(expected); letters in answers would be "
          + "those of other options", at: Place(key: expected))
    }
    return sorted.map(\.value)
  }

  /// The option that an answer names: by its text, its letter, both, or in other case.
  ///
  /// - Parameter areLettered: whether the options are called by letters where they stand: an answer
  ///   that is a letter then means the option of that letter, not one with that text.
  /// - Throws: `ingest.answer` if it names none, or one by its letter and another by its text.
  static func option(
    named answer: String, in options: [String], areLettered: Bool
  ) throws(Fault) -> String {
    if !areLettered, options.contains(answer) { return answer }
    let core = answer.filter { !"().: ".contains($0) && !$0.isWhitespace }.uppercased()
    let lettered = options.indices.first {
      core == letter($0) || afterLetter($0, answer) == options[$0]
    }.map { options[$0] }
    let alike = options.filter { $0.lowercased() == answer.trimmed.lowercased() }
    if let lettered, let other = alike.first(where: { $0 != lettered }) {
      throw Fault(
        "ingest.answer",
        "the answer \"\(answer.prefix(40))\" is the letter of \"\(lettered.prefix(40))\" and the "
          + "text of \"\(other.prefix(40))\"")
    }
    if let lettered { return lettered }
    if options.contains(answer) { return answer }
    if alike.count == 1 { return alike[0] }
    throw Fault(
      "ingest.answer",
      "the answer \"\(answer.prefix(40))\" is none of the options "
        + options.prefix(6).joined(separator: ", ") + (options.count > 6 ? ", …" : ""))
  }
}
