/// HTML or SVG text in which everything that came from outside is escaped.
///
/// Written as a string literal: the literal parts are markup, an interpolated `String` is escaped,
/// an interpolated `Markup` is not. So no value can open a tag unless it was written as one.
package struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  package private(set) var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation parts: Interpolation) { text = parts.text }

  /// All pieces, one after the other.
  package init(_ pieces: some Sequence<Markup>) { text = pieces.map(\.text).joined() }

  package static func += (left: inout Markup, right: Markup) { left.text += right.text }

  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    package mutating func appendInterpolation(_ pieces: [Markup]) {
      for piece in pieces { text += piece.text }
    }
    package mutating func appendInterpolation(_ value: String) { text += escaped(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }

    /// A length or coordinate with one decimal.
    package mutating func appendInterpolation(_ value: Double) {
      text += Decimal.text(value, digits: 1)
    }
  }

  /// Safe in text and in quoted attributes; control characters, which no page may hold, show as
  /// U+FFFD.
  static func escaped(_ value: String) -> String {
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      default:
        result.unicodeScalars.append(
          scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}

private func escaped(_ value: String) -> String { Markup.escaped(value) }

/// Numbers as people read them, the same in every locale.
enum Decimal {
  /// A finite number with `digits` decimals and a true minus sign; others as a dash.
  static func text(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 0x1p53 else { return "–" }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    let fraction = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
  }

  /// A share as percent, `61.3 %`.
  static func percent(_ share: Double, digits: Int = 1) -> String {
    text(100 * share, digits: digits).replacing("-", with: "−") + " %"
  }

  /// A difference of shares in points, always with its sign.
  static func points(_ difference: Double) -> String {
    (difference > 0 ? "+" : "") + text(100 * difference, digits: 1).replacing("-", with: "−")
  }

  /// A whole number in groups of three.
  static func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "\u{202F}" }
      result.append(digit)
    }
    return (count < 0 ? "−" : "") + result
  }

  /// A p value: three decimals, or the bound below which it lies.
  static func probability(_ p: Double) -> String {
    p < 0.001 ? "< 0.001" : text(p, digits: 3)
  }
}
