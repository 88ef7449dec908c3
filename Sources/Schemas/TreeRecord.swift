package import Foundations
package import Geometry
package import JSONText

/// The search tree of one question.
package struct TreeRecord: Record {
  package var question: Question
  /// Parents before children; the root, which holds the prompt, is first.
  package var nodes: [TreeNode]
  /// Of the search, such as simulations, children, rollouts and temperature.
  package var settings: Settings
  package var provenance: Provenance

  package var id: String { question.id }

  package init(
    question: Question, nodes: [TreeNode], settings: Settings = Settings(), provenance: Provenance
  ) {
    self.question = question
    self.nodes = nodes
    self.settings = settings
    self.provenance = provenance
  }

  package static let kind = RecordKind.tree
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    self.init(
      question: try json.question(), nodes: try json.array("nodes", TreeNode.init(json:)),
      settings: try json.required("settings", Settings.init(json:)),
      provenance: try json.required("provenance", Provenance.init(json:)))
  }

  package var json: JSON {
    .form(
      Self.opening(id) + [
        ("question", question.json), ("nodes", .forms(nodes)), ("settings", settings.json),
        ("provenance", provenance.json),
      ])
  }
}

extension JSON {
  /// The question that a record is about, whose id is the record's own.
  func question() throws(Fault) -> Question {
    let id = try name("id")
    let question = try required("question", Question.init(json:))
    guard question.id == id else {
      let message = "expected \"\(question.id)\", the id of the question, found \"\(id)\""
      throw Fault("record.conflict", message, at: Place(key: "id"))
    }
    return question
  }
}

/// A node of a search tree: one step and what followed from it.
package struct TreeNode: JSONForm {
  /// The parent's index in `nodes`; -1 for the root.
  package var parent: Int
  /// What this step adds to the path from the root.
  package var segments: [Segment]
  /// Where the step looks, in pixels of the original picture.
  package var point: Point?
  /// Whether the step gives an answer or may not be continued.
  package var isTerminal: Bool
  package var answer: String?
  package var visits: Int
  /// The sum of backed-up rewards over visits, or as `settings` says.
  package var value: Double
  package var rollouts: [TreeRollout]

  package init(
    parent: Int, segments: [Segment], point: Point? = nil, isTerminal: Bool = false,
    answer: String? = nil, visits: Int = 0, value: Double = 0, rollouts: [TreeRollout] = []
  ) {
    self.parent = parent
    self.segments = segments
    self.point = point
    self.isTerminal = isTerminal
    self.answer = answer
    self.visits = visits
    self.value = value
    self.rollouts = rollouts
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      parent: try json.count("parent", atLeast: -1),
      segments: try json.array("segments", Segment.init(json:)),
      point: try json.has("point") ? json.required("point", Point.init(json:)) : nil,
      isTerminal: try json.bool("terminal"),
      answer: try json.has("answer") ? json.string("answer") : nil,
      visits: try json.count("visits"), value: try json.double("value"),
      rollouts: try json.array("rollouts", TreeRollout.init(json:)))
  }

  package var json: JSON {
    .form([
      ("parent", .integer(parent)), ("segments", .forms(segments)), ("point", point?.json),
      ("terminal", .bool(isTerminal)), ("answer", answer.map(JSON.string)),
      ("visits", .integer(visits)), ("value", .measure(value)), ("rollouts", .forms(rollouts)),
    ])
  }
}

/// One continuation of a node to an answer, whose steps are not nodes of the tree.
package struct TreeRollout: JSONForm {
  /// What follows the node's own segments.
  package var segments: [Segment]
  package var answer: String?
  package var reward: Double
  /// Steps taken after the node.
  package var steps: Int
  /// How many of their points were looked at before on the same path.
  package var samePoints: Int

  package init(
    segments: [Segment], answer: String? = nil, reward: Double, steps: Int, samePoints: Int = 0
  ) {
    self.segments = segments
    self.answer = answer
    self.reward = reward
    self.steps = steps
    self.samePoints = samePoints
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      segments: try json.array("segments", Segment.init(json:)),
      answer: try json.has("answer") ? json.string("answer") : nil,
      reward: try json.double("reward"), steps: try json.count("steps"),
      samePoints: try json.count("same_points"))
  }

  package var json: JSON {
    .form([
      ("segments", .forms(segments)), ("answer", answer.map(JSON.string)),
      ("reward", .measure(reward)), ("steps", .integer(steps)),
      ("same_points", .integer(samePoints)),
    ])
  }
}
