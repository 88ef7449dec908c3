/// A set of Unicode scalars: a character class.
struct ScalarSet: Sendable {
  enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case digit
    case word
    case space
    case property(ScalarProperty)
    indirect case not(Item)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .range(let range): range.contains(scalar.value)
      case .digit: ("0"..."9").contains(scalar)
      case .word: ScalarSet.isWord(scalar)
      case .space: ScalarSet.isSpace(scalar)
      case .property(let property): property.holds(scalar)
      case .not(let item): !item.contains(scalar)
      }
    }
  }

  private let items: [Item]
  private let isNegated: Bool
  /// Membership of the 128 ASCII scalars.
  private(set) var ascii: (UInt64, UInt64) = (0, 0)

  init(_ items: [Item], isNegated: Bool = false) {
    self.items = items
    self.isNegated = isNegated
    for value in UInt8(0)..<64 {
      if includes(Unicode.Scalar(value)) { ascii.0 |= 1 << value }
      if includes(Unicode.Scalar(value + 64)) { ascii.1 |= 1 << value }
    }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<64: ascii.0 >> scalar.value & 1 == 1
    case ..<128: ascii.1 >> (scalar.value - 64) & 1 == 1
    default: includes(scalar)
    }
  }

  private func includes(_ scalar: Unicode.Scalar) -> Bool {
    items.contains { $0.contains(scalar) } != isNegated
  }

  /// What `.` matches: all but line terminators.
  static let anyButLineEnds = ScalarSet(
    [.range(0x0A...0x0A), .range(0x0D...0x0D), .range(0x2028...0x2029)], isNegated: true)

  /// ECMA-262 `\w`: ASCII letters, digits and the underscore.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  /// ECMA-262 `\s`: white space and line terminators.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0xA0, 0x2028, 0x2029, 0xFEFF: true
    default: scalar.properties.generalCategory == .spaceSeparator
    }
  }
}
