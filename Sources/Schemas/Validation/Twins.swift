internal import JSONText

/// Equal elements of one array, for `uniqueItems`.
enum Twins {
  /// Up to so many elements, comparing every pair is quicker than any order or table.
  static let mostInPairs = 256

  /// The positions of the first element that is the same as an earlier one, the earlier one first.
  static func first(in elements: [JSON]) -> (Int, Int)? {
    elements.count > mostInPairs ? byForm(elements) : byPairs(elements)
  }

  private static func byPairs(_ elements: [JSON]) -> (Int, Int)? {
    for second in elements.indices.dropFirst() {
      for first in 0..<second where JSONNumber.isSame(elements[first], elements[second]) {
        return (first, second)
      }
    }
    return nil
  }

  private static func byForm(_ elements: [JSON]) -> (Int, Int)? {
    var seen: [[UInt8]: Int] = [:]
    for (second, element) in elements.enumerated() {
      if let first = seen.updateValue(second, forKey: element.commonForm.bytes()) {
        return (first, second)
      }
    }
    return nil
  }
}

extension JSON {
  /// Written with the same bytes for all values that are the same to `JSONNumber.isSame`.
  fileprivate var commonForm: JSON {
    switch self {
    case .number(let number): Int(exactly: number).map { .integer($0) } ?? self
    case .array(let elements): .array(elements.map(\.commonForm))
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key, $0.value.commonForm) }))
    default: self
    }
  }
}
