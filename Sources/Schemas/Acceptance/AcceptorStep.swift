internal import JSONText

/// What a schema asks of a value of one kind, step by step; numbers mean what the action says.
struct AcceptorStep: BitwiseCopyable, Sendable {
  enum Action: UInt8, BitwiseCopyable, Sendable {
    /// All was asked.
    case end
    case reject
    /// Beyond what an acceptor knows.
    case unsure
    /// `index`: of a node.
    case apply
    /// A number without fraction.
    case whole
    /// `count`: the limit of an integer.
    case atLeast, atMost, above, below
    /// `count`: what an integer is a multiple of.
    case multiple
    /// `index`: of a rule that is asked of the number as `JSON`.
    case number
    /// `index`: of a list of integers.
    case anInteger
    /// `index`: of the first text, `count`: of texts that a string may be.
    case aText
    /// `count`: the limit in code points.
    case longEnough, shortEnough
    /// `index`: of a pattern.
    case pattern
    /// `count`: the limit in elements or members.
    case manyEnough, fewEnough
    /// `index`: of the first text, `count`: of texts that must be keys.
    case keys
    /// `index`: of a text; if it is a key, the `count` steps behind are asked, else passed over.
    case ifKey
    /// `index`: of a table of members.
    case members
    /// `index`: of the node for every key.
    case names
    /// `index`: of a table of elements.
    case elements
    /// `index`: of a table of counted elements.
    case contains
    case unique
    /// `index`: of the first node in the lists, `count`: of alternatives.
    case any, one
    /// `index`: of a node.
    case not
    /// `index`: of a table of conditions.
    case condition
  }

  let action: Action
  var index: Int32 = 0
  var count = 0

  init(_ action: Action, _ index: Int = 0, count: Int = 0) {
    self.action = action
    self.index = Int32(index)
    self.count = count
  }
}

/// What an acceptor says of a value.
enum Verdict: UInt8, BitwiseCopyable {
  case accept
  case reject
  /// Ask the validator.
  case unsure

  init(_ holds: Bool) { self = holds ? .accept : .reject }
}

/// A text that strings and keys are compared with.
struct AcceptorText: BitwiseCopyable, Sendable {
  let signature: UInt32
  /// In the bytes of all texts.
  let start: Int32
  let count: Int32
  /// Of a property: its node and its bit among the required ones.
  var node: Int32 = 0
  var bit: UInt64 = 0
}

/// `properties`, `patternProperties`, `additionalProperties`, and `required` among the first.
struct MemberTable: Sendable {
  /// The properties among the texts.
  var texts: Range<Int>
  /// The bits that must be found.
  var required: UInt64
  /// Pairs in the lists, of a pattern and a node; counted in pairs.
  var patterns: Range<Int>
  /// The node of other members; nil for none.
  var additional: Int?
}

struct ElementTable: Sendable {
  /// In the lists.
  var prefix: Range<Int>
  var rest: Int?
}

struct CountedTable: Sendable {
  var node: Int
  var least: Int
  var most: Int
}

struct ConditionTable: Sendable {
  var test: Int
  var then: Int?
  var otherwise: Int?
}
