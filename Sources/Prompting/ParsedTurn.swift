package import Geometry

/// What a model turn does.
package enum TurnAction: Sendable, Equatable {
  /// Look closer at a point of the view, in the model's pixels.
  case zoom(Point)
  case answer(String)
  /// Neither: the turn ended without an action, or its action could not be read.
  case none
}

/// A model turn, read.
///
/// Any text gives one: what does not follow the dialect has a reason.
package struct ParsedTurn: Sendable, Equatable {
  package var thought: String
  /// Points written in the thought, in the model's pixels, in order.
  package var points: [Point]
  package var action: TurnAction
  /// Why the turn does not follow the dialect, or nil.
  package var malformed: String?

  package init(
    thought: String = "", points: [Point] = [], action: TurnAction = .none,
    malformed: String? = nil
  ) {
    self.thought = thought
    self.points = points
    self.action = action
    self.malformed = malformed
  }
}

/// Points written as `(x, y)` with whole numbers.
package enum PointText {
  /// Every `(x, y)` of a text, in order; white space is free inside.
  package static func points(in text: String) -> [Point] {
    places(in: Array(text.utf8), fractions: false).map(\.point)
  }

  /// The text with another point for every `(x, y)`, those with fractions among them.
  package static func replacing(in text: String, with other: (Point) -> Point) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var copied = 0
    for (point, range) in places(in: bytes, fractions: true) {
      result += bytes[copied..<range.lowerBound]
      result += Self.text(of: other(point)).utf8
      copied = range.upperBound
    }
    return String(decoding: result + bytes[copied...], as: UTF8.self)
  }

  private static func places(
    in bytes: [UInt8], fractions: Bool
  ) -> [(point: Point, range: Range<Int>)] {
    var places: [(point: Point, range: Range<Int>)] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "("),
        let (point, end) = point(bytes, from: at, fractions: fractions)
      {
        places.append((point, at..<end))
        at = end
      } else {
        at += 1
      }
    }
    return places
  }

  /// The point that the whole of `text` is, white space around it aside.
  ///
  /// `fractions` also takes numbers with a fraction, `(3.5, 4)`, of up to 7 digits each.
  package static func exactly(_ text: String, fractions: Bool = false) -> Point? {
    let bytes = Array(text.utf8)
    let start = skipSpace(bytes, 0)
    guard let (point, end) = point(bytes, from: start, fractions: fractions),
      skipSpace(bytes, end) == bytes.count
    else { return nil }
    return point
  }

  package static func text(of point: Point) -> String { "(\(Int(point.x)), \(Int(point.y)))" }

  private static func point(
    _ bytes: [UInt8], from start: Int, fractions: Bool = false
  ) -> (Point, Int)? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "("),
      let (x, afterX) = number(bytes, skipSpace(bytes, start + 1), fractions)
    else { return nil }
    let comma = skipSpace(bytes, afterX)
    guard comma < bytes.count, bytes[comma] == UInt8(ascii: ","),
      let (y, afterY) = number(bytes, skipSpace(bytes, comma + 1), fractions)
    else { return nil }
    let end = skipSpace(bytes, afterY)
    guard end < bytes.count, bytes[end] == UInt8(ascii: ")") else { return nil }
    return (Point(x: x, y: y), end + 1)
  }

  private static func number(
    _ bytes: [UInt8], _ start: Int, _ fractions: Bool
  ) -> (Double, Int)? {
    guard let (whole, end) = digits(bytes, start) else { return nil }
    guard fractions, end < bytes.count, bytes[end] == UInt8(ascii: "."),
      let (part, last) = digits(bytes, end + 1)
    else { return (Double(whole), end) }
    let scale = (end + 1..<last).reduce(1.0) { scale, _ in scale * 10 }
    // Further digits are less than a point can tell.
    let rest = bytes[last...].prefix { (0x30...0x39).contains($0) }
    return (Double(whole) + Double(part) / scale, rest.endIndex)
  }

  private static func digits(_ bytes: [UInt8], _ start: Int) -> (Int, Int)? {
    var (value, at) = (0, start)
    while at < bytes.count, (0x30...0x39).contains(bytes[at]), at - start < 7 {
      value = value * 10 + Int(bytes[at] - 0x30)
      at += 1
    }
    return at > start ? (value, at) : nil
  }

  private static func skipSpace(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] == 0x20 || (9...13).contains(bytes[at]) { at += 1 }
    return at
  }
}
