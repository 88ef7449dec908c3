package import Foundations
package import JSONText

/// A small, safe language over the fields of a record: `answer.kind == "text" and len(question) < 200`.
///
/// ```
/// or         = and {"or" and}                    comparison = sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
/// and        = not {"and" not}                              | sum ["not"] "in" sum
/// not        = "not" not | comparison            sum        = term {("+" | "-") term}
/// term       = factor {("*" | "/" | "%") factor} factor     = "-" factor | atom
/// atom       = number | "text" | 'text' | true | false | null | path | function "(" … ")" | "(" or ")" | "[" or, … "]"
/// path       = name {"." name | "[" whole number "]" | "[" "key" "]"}
/// ```
///
/// Functions: `exists(x)`: x is not null; `len(x)`: code points of a text, elements of an array,
/// members of an object; `lower(x)`: a text in lower case; `text(x)`: a number or truth value as
/// text; `matches(x, "glob")`: the whole text matches, where `*` is any run and `?` one code point.
///
/// **Null.** A path to what is not there is null; so are arithmetic and functions of null, but
/// `exists` and `matches`, which are false. `==` and `!=` compare null like any value, an order
/// with null is false, and null counts as false for `and`, `or` and `not`.
///
/// **Types.** `+` adds numbers or joins texts, `/` always gives the exact quotient (7 / 2 is 3.5),
/// `%` has the sign of its left side; 1 equals 1.0, and other unlike kinds are unequal. Anything
/// else is a fault of the record, `expression.type` or `expression.value`: an order of unlike kinds,
/// text where a number is needed, division by zero, a whole number beyond 64 bits.
///
/// **Bounds.** At most `longest` bytes and `deepest` nested levels; there are no loops and no
/// names to bind, so that the work is at most the expression's length times the record's.
package struct Expression: Sendable {
  package let source: String
  private let root: ExpressionNode
  /// The places of the record that it reads, in their order, once each.
  package let paths: [FieldPath]

  static let longest = 4096
  static let deepest = 32

  /// - Throws: `expression.syntax`, which says the column, what was expected and what was found.
  package init(_ source: String) throws(Fault) {
    var parser = try ExpressionParser(source)
    root = try parser.whole()
    paths = parser.paths
    self.source = source
  }

  /// Throws `expression.field` if it reads a place that no record has.
  package func check(_ fields: RecordFields) throws(Fault) {
    for path in paths {
      do { try fields.check(path) } catch { throw placed(error) }
    }
  }

  /// What the expression is for a record.
  package func value(of record: JSON) throws(Fault) -> JSON {
    do { return try root.value(record) } catch { throw placed(error) }
  }

  /// Whether the expression holds for a record.
  package func holds(for record: JSON) throws(Fault) -> Bool {
    do { return try root.truth(record) } catch { throw placed(error) }
  }

  private func placed(_ fault: Fault) -> Fault {
    Fault(fault.code, "\(source): \(fault.message)", at: fault.place)
  }
}

/// A parsed expression.
///
/// Runs of one level are one node, so that the depth is that of parentheses.
indirect enum ExpressionNode: Sendable {
  case literal(JSON)
  case list([ExpressionNode])
  case path(FieldPath)
  case all([ExpressionNode])
  case any([ExpressionNode])
  case not(ExpressionNode)
  case negative(ExpressionNode)
  case comparison(ExpressionNode, Comparison, ExpressionNode)
  case membership(ExpressionNode, in: ExpressionNode)
  case arithmetic(ExpressionNode, [(Arithmetic, ExpressionNode)])
  case exists(ExpressionNode)
  case length(ExpressionNode)
  case lower(ExpressionNode)
  case text(ExpressionNode)
  case matches(ExpressionNode, Glob)

  enum Comparison: String {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  enum Arithmetic: String {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case modulo = "%"
  }
}
