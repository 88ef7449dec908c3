/// A Unicode property as `\p{…}` names it: a general category or a binary property.
struct ScalarProperty: Sendable {
  private let test: @Sendable (Unicode.Scalar) -> Bool

  func holds(_ scalar: Unicode.Scalar) -> Bool { test(scalar) }

  /// The property of a name such as `L`, `Letter`, `General_Category=Lu`, `Alphabetic`.
  init?(_ name: String) {
    let parts = name.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, ["General_Category", "gc"].contains(parts[0]) {
      guard let categories = Self.categories[parts[1]] else { return nil }
      test = { categories.contains($0.properties.generalCategory) }
    } else if let categories = Self.categories[name] {
      test = { categories.contains($0.properties.generalCategory) }
    } else if let binary = Self.binaries[name] {
      test = binary
    } else {
      return nil
    }
  }

  private typealias Category = Unicode.GeneralCategory

  private static let categories: [String: Set<Category>] = {
    var table: [String: Set<Category>] = [:]
    for (names, members) in single + grouped {
      for name in names { table[name] = Set(members) }
    }
    return table
  }()

  // Names of Unicode's PropertyValueAliases.txt, as ECMA-262 table 69 allows them.
  private static let single: [([String], [Category])] = [
    (["Lu", "Uppercase_Letter"], [.uppercaseLetter]),
    (["Ll", "Lowercase_Letter"], [.lowercaseLetter]),
    (["Lt", "Titlecase_Letter"], [.titlecaseLetter]),
    (["Lm", "Modifier_Letter"], [.modifierLetter]),
    (["Lo", "Other_Letter"], [.otherLetter]),
    (["Mn", "Nonspacing_Mark"], [.nonspacingMark]),
    (["Mc", "Spacing_Mark"], [.spacingMark]),
    (["Me", "Enclosing_Mark"], [.enclosingMark]),
    (["Nd", "Decimal_Number", "digit"], [.decimalNumber]),
    (["Nl", "Letter_Number"], [.letterNumber]),
    (["No", "Other_Number"], [.otherNumber]),
    (["Pc", "Connector_Punctuation"], [.connectorPunctuation]),
    (["Pd", "Dash_Punctuation"], [.dashPunctuation]),
    (["Ps", "Open_Punctuation"], [.openPunctuation]),
    (["Pe", "Close_Punctuation"], [.closePunctuation]),
    (["Pi", "Initial_Punctuation"], [.initialPunctuation]),
    (["Pf", "Final_Punctuation"], [.finalPunctuation]),
    (["Po", "Other_Punctuation"], [.otherPunctuation]),
    (["Sm", "Math_Symbol"], [.mathSymbol]),
    (["Sc", "Currency_Symbol"], [.currencySymbol]),
    (["Sk", "Modifier_Symbol"], [.modifierSymbol]),
    (["So", "Other_Symbol"], [.otherSymbol]),
    (["Zs", "Space_Separator"], [.spaceSeparator]),
    (["Zl", "Line_Separator"], [.lineSeparator]),
    (["Zp", "Paragraph_Separator"], [.paragraphSeparator]),
    (["Cc", "Control", "cntrl"], [.control]),
    (["Cf", "Format"], [.format]),
    (["Cs", "Surrogate"], [.surrogate]),
    (["Co", "Private_Use"], [.privateUse]),
    (["Cn", "Unassigned"], [.unassigned]),
  ]

  private static let grouped: [([String], [Category])] = [
    (["LC", "Cased_Letter"], [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]),
    (
      ["L", "Letter"],
      [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
    ),
    (["M", "Mark", "Combining_Mark"], [.nonspacingMark, .spacingMark, .enclosingMark]),
    (["N", "Number"], [.decimalNumber, .letterNumber, .otherNumber]),
    (
      ["P", "Punctuation", "punct"],
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation,
      ]
    ),
    (["S", "Symbol"], [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]),
    (["Z", "Separator"], [.spaceSeparator, .lineSeparator, .paragraphSeparator]),
    (["C", "Other"], [.control, .format, .surrogate, .privateUse, .unassigned]),
  ]

  private static let binaries: [String: @Sendable (Unicode.Scalar) -> Bool] = [
    "Any": { _ in true },
    "ASCII": { $0.isASCII },
    "Assigned": { $0.properties.generalCategory != .unassigned },
    "Alphabetic": { $0.properties.isAlphabetic },
    "Alpha": { $0.properties.isAlphabetic },
    "ASCII_Hex_Digit": { $0.properties.isASCIIHexDigit },
    "AHex": { $0.properties.isASCIIHexDigit },
    "Hex_Digit": { $0.properties.isHexDigit },
    "Hex": { $0.properties.isHexDigit },
    "Lowercase": { $0.properties.isLowercase },
    "Lower": { $0.properties.isLowercase },
    "Uppercase": { $0.properties.isUppercase },
    "Upper": { $0.properties.isUppercase },
    "White_Space": { $0.properties.isWhitespace },
    "space": { $0.properties.isWhitespace },
    "Cased": { $0.properties.isCased },
    "Dash": { $0.properties.isDash },
    "Math": { $0.properties.isMath },
    "Ideographic": { $0.properties.isIdeographic },
    "ID_Start": { $0.properties.isIDStart },
    "ID_Continue": { $0.properties.isIDContinue },
    "XID_Start": { $0.properties.isXIDStart },
    "XID_Continue": { $0.properties.isXIDContinue },
    "Emoji": { $0.properties.isEmoji },
    "Emoji_Presentation": { $0.properties.isEmojiPresentation },
  ]
}
