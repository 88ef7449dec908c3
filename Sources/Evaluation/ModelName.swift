/// Names of models in an evaluation.
package enum ModelName {
  /// What the name of a model ends with that was asked with looks switched off.
  package static let blindSuffix = " without looks"

  /// Whether two models say something when compared: both may look, or one is the other without
  /// looks.
  package static func areComparable(_ first: String, _ second: String) -> Bool {
    func isBlind(_ name: String) -> Bool { name.hasSuffix(blindSuffix) }
    return !isBlind(first) && !isBlind(second) || first + blindSuffix == second
      || second + blindSuffix == first
  }
}
