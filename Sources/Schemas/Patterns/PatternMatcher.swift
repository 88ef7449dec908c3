/// One search of a program in a text, with its own stack instead of recursion.
struct PatternMatcher {
  private let program: PatternProgram
  private let text: [Unicode.Scalar]
  private var slots: [Int]
  private var stack: [Retry] = []
  /// Instructions performed, and scalars and slots that one of them went through beside.
  private var steps = 0

  private let mostSteps: Int

  /// What to undo or to try when the present path fails.
  private enum Retry {
    case path(instruction: Int, position: Int)
    case slot(Int, old: Int)
  }

  init(_ program: PatternProgram, _ text: [Unicode.Scalar]) {
    self.program = program
    self.text = text
    mostSteps = 1_000_000 + 100 * text.count
    slots = Array(repeating: -1, count: program.slots)
  }

  mutating func search() -> Bool {
    for start in 0...(program.isAnchored ? 0 : text.count) {
      if run(from: 0, at: start) { return true }
    }
    return false
  }

  /// Runs to the next `match`; a failed run leaves slots as they were.
  private mutating func run(from first: Int, at start: Int) -> Bool {
    let bottom = stack.count
    var instruction = first
    var position = start
    while steps < mostSteps {
      steps += 1
      if case .match = program.instructions[instruction] {
        keepUndo(above: bottom)
        return true
      }
      if step(&instruction, &position) { continue }
      guard backtrack(to: bottom, &instruction, &position) else { return false }
    }
    return false
  }

  /// Performs one instruction other than `match`; returns whether the path goes on.
  private mutating func step(_ instruction: inout Int, _ position: inout Int) -> Bool {
    switch program.instructions[instruction] {
    case .scalar(let scalar, let isBackward):
      guard read(&position, isBackward) == scalar else { return false }
    case .set(let set, let isBackward):
      guard let scalar = read(&position, isBackward), set.contains(scalar) else { return false }
    case .times(let count, let set, let isBackward):
      for _ in 0..<count {
        steps += 1
        guard let scalar = read(&position, isBackward), set.contains(scalar) else { return false }
      }
    case .split(let first, let second):
      stack.append(.path(instruction: second, position: position))
      instruction = first
      return true
    case .jump(let target):
      instruction = target
      return true
    case .save(let slot): set(slot, position)
    case .progress(let slot): guard slots[slot] != position else { return false }
    case .forget(let range):
      steps += range.count
      for slot in range where slots[slot] != -1 { set(slot, -1) }
    case .start: guard position == 0 else { return false }
    case .end: guard position == text.count else { return false }
    case .wordBoundary(let isNegated):
      let isBoundary = isWord(position - 1) != isWord(position)
      guard isBoundary != isNegated else { return false }
    case .look(let isNegated, let next):
      guard run(from: instruction + 1, at: position) != isNegated else { return false }
      instruction = next
      return true
    case .backReference(let number, let isBackward):
      guard readAgain(number, &position, isBackward) else { return false }
    case .match: return false
    }
    instruction += 1
    return true
  }

  private func read(_ position: inout Int, _ isBackward: Bool) -> Unicode.Scalar? {
    if isBackward {
      guard position > 0 else { return nil }
      position -= 1
      return text[position]
    }
    guard position < text.count else { return nil }
    position += 1
    return text[position - 1]
  }

  /// Reads what a group matched; a group that took no part matches nothing, which succeeds.
  private mutating func readAgain(
    _ number: Int, _ position: inout Int, _ isBackward: Bool
  ) -> Bool {
    let (low, high) = (slots[2 * number], slots[2 * number + 1])
    guard low >= 0, high >= low else { return true }
    let start = isBackward ? position - (high - low) : position
    guard start >= 0, start + high - low <= text.count else { return false }
    for offset in 0..<high - low {
      steps += 1
      guard text[low + offset] == text[start + offset] else { return false }
    }
    position = isBackward ? start : start + high - low
    return true
  }

  private func isWord(_ index: Int) -> Bool {
    text.indices.contains(index) && ScalarSet.isWord(text[index])
  }

  private mutating func set(_ slot: Int, _ position: Int) {
    stack.append(.slot(slot, old: slots[slot]))
    slots[slot] = position
  }

  /// Undoes to the last choice above `bottom` and takes its other path.
  private mutating func backtrack(
    to bottom: Int, _ instruction: inout Int, _ position: inout Int
  ) -> Bool {
    while stack.count > bottom {
      switch stack.removeLast() {
      case .slot(let slot, let old): slots[slot] = old
      case .path(let nextInstruction, let nextPosition):
        (instruction, position) = (nextInstruction, nextPosition)
        return true
      }
    }
    return false
  }

  /// Drops the choices of a finished look-around, as it is atomic, but keeps how to undo its slots.
  private mutating func keepUndo(above bottom: Int) {
    let undo = stack[bottom...].filter {
      if case .slot = $0 { return true }
      return false
    }
    stack.replaceSubrange(bottom..., with: undo)
  }
}
