internal import Foundations

/// A pattern as instructions of a backtracking machine.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    case scalar(Unicode.Scalar, isBackward: Bool)
    case set(ScalarSet, isBackward: Bool)
    /// As many of the set, one after the other.
    case times(Int, ScalarSet, isBackward: Bool)
    /// Goes on at `first`, and at `second` if that fails.
    case split(first: Int, second: Int)
    case jump(Int)
    /// Stores the position in a slot.
    case save(Int)
    /// Fails if the position is still the one in the slot: a repetition that ate nothing ends.
    case progress(Int)
    /// Forgets the groups of a repeated part before its next turn.
    case forget(Range<Int>)
    case start
    case end
    case wordBoundary(isNegated: Bool)
    /// Tries the instructions behind, up to their `match`; goes on at `next`.
    case look(isNegated: Bool, next: Int)
    case backReference(Int, isBackward: Bool)
    case match
  }

  private(set) var instructions: [Instruction] = []
  /// Two slots a group, then one a repetition.
  private(set) var slots: Int

  /// Programs beyond this size are refused; counted repetitions are written out.
  private static let longest = 100_000

  init(_ node: PatternNode, groups: Int) throws(Fault) {
    slots = 2 * (groups + 1)
    try compile(node, isBackward: false)
    instructions.append(.match)
  }

  /// Whether a match can only begin at the start of the text.
  var isAnchored: Bool {
    if case .start? = instructions.first { return true }
    return false
  }

  private mutating func compile(_ node: PatternNode, isBackward: Bool) throws(Fault) {
    guard instructions.count < Self.longest else {
      throw Fault("schema.pattern", "the pattern's repetitions make it too large")
    }
    switch node {
    case .empty: break
    case .scalar(let scalar): instructions.append(.scalar(scalar, isBackward: isBackward))
    case .set(let set): instructions.append(.set(set, isBackward: isBackward))
    case .sequence(let nodes):
      for node in isBackward ? nodes.reversed() : nodes {
        try compile(node, isBackward: isBackward)
      }
    case .either(let first, let second):
      let split = reserve()
      try compile(first, isBackward: isBackward)
      let jump = reserve()
      instructions[split] = .split(first: split + 1, second: instructions.count)
      try compile(second, isBackward: isBackward)
      instructions[jump] = .jump(instructions.count)
    case .group(let inner, let number):
      instructions.append(.save(2 * number + (isBackward ? 1 : 0)))
      try compile(inner, isBackward: isBackward)
      instructions.append(.save(2 * number + (isBackward ? 0 : 1)))
    case .repetition(let inner, let least, let most, let isGreedy):
      try compileRepetition(inner, least, most, isGreedy: isGreedy, isBackward: isBackward)
    case .start: instructions.append(.start)
    case .end: instructions.append(.end)
    case .wordBoundary(let isNegated): instructions.append(.wordBoundary(isNegated: isNegated))
    case .look(let inner, let isBehind, let isNegated):
      let look = reserve()
      try compile(inner, isBackward: isBehind)
      instructions.append(.match)
      instructions[look] = .look(isNegated: isNegated, next: instructions.count)
    case .backReference(let number):
      instructions.append(.backReference(number, isBackward: isBackward))
    }
  }

  private mutating func compileRepetition(
    _ inner: PatternNode, _ least: Int, _ most: Int?, isGreedy: Bool, isBackward: Bool
  ) throws(Fault) {
    let forgotten = Self.groups(in: inner).map { 2 * $0.lowerBound..<2 * $0.upperBound }
    func turn(_ program: inout PatternProgram) throws(Fault) {
      if let forgotten { program.instructions.append(.forget(forgotten)) }
      try program.compile(inner, isBackward: isBackward)
    }
    if case .set(let set) = inner {
      instructions.append(.times(least, set, isBackward: isBackward))
    } else {
      for _ in 0..<least { try turn(&self) }
    }
    var splits: [Int] = []
    if let most {
      for _ in least..<most {
        splits.append(reserve())
        try turn(&self)
      }
    } else {
      let slot = slots
      slots += 1
      splits.append(reserve())
      instructions.append(.save(slot))
      try turn(&self)
      instructions.append(.progress(slot))
      instructions.append(.jump(splits[0]))
    }
    let next = instructions.count
    for split in splits {
      instructions[split] =
        isGreedy ? .split(first: split + 1, second: next) : .split(first: next, second: split + 1)
    }
  }

  /// A place whose instruction is set when its target is known.
  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }

  /// The numbers of the groups in a node, which are consecutive.
  private static func groups(in node: PatternNode) -> Range<Int>? {
    switch node {
    case .sequence(let nodes): join(nodes.compactMap(groups))
    case .either(let first, let second): join([first, second].compactMap(groups))
    case .group(let inner, let number):
      join([number..<number + 1] + [groups(in: inner)].compactMap { $0 })
    case .repetition(let inner, _, _, _), .look(let inner, _, _): groups(in: inner)
    default: nil
    }
  }

  private static func join(_ ranges: [Range<Int>]) -> Range<Int>? {
    guard let first = ranges.first else { return nil }
    return ranges.dropFirst().reduce(first) {
      min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
    }
  }
}
