/// Which members or elements of one value have been looked at by its schema, for `unevaluated…`.
///
/// Positions are those in the object or array. Untracked marks cost nothing.
struct EvaluationMarks {
  let isTracking: Bool
  private var hasAll = false
  private var marked: [Bool] = []

  init(isTracking: Bool) { self.isTracking = isTracking }

  /// Marks of another schema on the same value, none yet.
  func fresh() -> EvaluationMarks { EvaluationMarks(isTracking: isTracking) }

  func contains(_ position: Int) -> Bool {
    hasAll || (position < marked.count && marked[position])
  }

  mutating func insert(_ position: Int) {
    guard isTracking && !hasAll else { return }
    while marked.count <= position { marked.append(false) }
    marked[position] = true
  }

  mutating func insertAll() { hasAll = true }

  mutating func formUnion(_ other: EvaluationMarks) {
    guard isTracking else { return }
    if other.hasAll { hasAll = true }
    for position in other.marked.indices where other.marked[position] { insert(position) }
  }
}
