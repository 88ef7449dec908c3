/// What can be told of a text in any language.
///
/// After the repetition and character rules of MassiveText (Rae et al., "Scaling language models",
/// 2021, table A1), in the form that does not need words.
package struct TextMeasures: Sendable, Equatable {
  /// Code points.
  package private(set) var length = 0
  /// The share of letters of any script among the code points that are no white space; 0 of none.
  package private(set) var letters = 0.0
  /// The share of lines that came before in the text, among those that are not blank; 0 of none.
  package private(set) var repeatedLines = 0.0
  /// The longest run of one code point.
  package private(set) var longestRun = 0
  /// Code points that print nothing: C0 without tab and line ends, delete, C1, and U+FFFE, U+FFFF.
  package private(set) var controls = 0
  /// Places that look like UTF-8 read as Windows-1252, such as `Ã©` for é, and replacement
  /// characters.
  package private(set) var mojibake = 0

  package init(of text: String) {
    var (seen, letterCount, run) = (0, 0, 0)
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      length += 1
      run = scalar == last ? run + 1 : 1
      last = scalar
      longestRun = max(longestRun, run)
      if Self.isControl(scalar) { controls += 1 }
      if scalar.properties.isWhitespace { continue }
      seen += 1
      if scalar.properties.isAlphabetic { letterCount += 1 }
    }
    letters = seen > 0 ? Double(letterCount) / Double(seen) : 0
    repeatedLines = Self.repeatedLines(text)
    mojibake = Mojibake.count(in: text)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: false
    case 0...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private static func repeatedLines(_ text: String) -> Double {
    var seen: Set<Substring> = []
    var (all, repeated) = (0, 0)
    for line in text.split(whereSeparator: \.isNewline)
    where line.contains(where: { !$0.isWhitespace }) {
      all += 1
      if !seen.insert(line).inserted { repeated += 1 }
    }
    return all > 0 ? Double(repeated) / Double(all) : 0
  }
}

/// Finds text that was written as UTF-8 and read as Windows-1252.
///
/// A run of such characters is turned back into bytes; two to four bytes of it that are UTF-8 count.
/// `É»` and the like are UTF-8 too, but common as they stand, so that a two-byte sequence that ends
/// in punctuation does not count.
enum Mojibake {
  static func count(in text: String) -> Int {
    var (found, bytes) = (0, [UInt8]())
    for scalar in text.unicodeScalars {
      if scalar.value < 0x80 {
        if !bytes.isEmpty { found += sequences(&bytes) }
      } else if scalar.value == 0xFFFD {
        found += 1
      } else if let byte = byte(of: scalar) {
        bytes.append(byte)
      } else {
        found += sequences(&bytes)
      }
    }
    return found + sequences(&bytes)
  }

  /// Counts and empties.
  private static func sequences(_ bytes: inout [UInt8]) -> Int {
    defer { bytes.removeAll(keepingCapacity: true) }
    var (found, index) = (0, 0)
    while index < bytes.count {
      let count =
        switch bytes[index] {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
      let end = index + count
      let isSequence =
        count > 1 && end <= bytes.count
        && bytes[(index + 1)..<end].allSatisfy { 0x80...0xBF ~= $0 }
        && !(count == 2 && punctuation.contains(bytes[index + 1]))
      if isSequence { found += 1 }
      index = isSequence ? end : index + 1
    }
    return found
  }

  private static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    if 0x80...0xFF ~= scalar.value { return UInt8(scalar.value) }
    return windows[scalar]
  }

  /// … ‘ ’ “ ” • – — ª « · º », which end words.
  private static let punctuation: Set<UInt8> = [
    0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0xAA, 0xAB, 0xB7, 0xBA, 0xBB,
  ]

  /// The characters that Windows-1252 has where Latin-1 has controls.
  private static let windows: [Unicode.Scalar: UInt8] = {
    let scalars: [UInt8: Unicode.Scalar] = [
      0x80: "€", 0x82: "‚", 0x83: "ƒ", 0x84: "„", 0x85: "…", 0x86: "†", 0x87: "‡", 0x88: "ˆ",
      0x89: "‰", 0x8A: "Š", 0x8B: "‹", 0x8C: "Œ", 0x8E: "Ž", 0x91: "‘", 0x92: "’", 0x93: "“",
      0x94: "”", 0x95: "•", 0x96: "–", 0x97: "—", 0x98: "˜", 0x99: "™", 0x9A: "š", 0x9B: "›",
      0x9C: "œ", 0x9E: "ž", 0x9F: "Ÿ",
    ]
    return Dictionary(uniqueKeysWithValues: scalars.map { ($0.value, $0.key) })
  }()
}
