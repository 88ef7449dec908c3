package import Foundations
package import JSONText

/// One sampled trace of reinforcement learning, with all that its loss is computed from.
package struct RolloutRecord: Record {
  package var id: String
  /// The id of the question.
  package var question: String
  /// The group of the rollout: all rollouts of one question in one step share it.
  package var group: String
  /// The number of the rollout in its group, from 0.
  package var sample: Int
  /// Optimiser steps the sampling policy had seen.
  package var policyStep: Int
  package var segments: [Segment]
  package var answer: String?
  /// Whether a limit of tokens or turns ended the trace.
  package var isTruncated: Bool
  package var rewards: [RewardTerm]
  /// The reward that the advantage is computed from.
  package var total: Double
  package var advantage: Double
  /// Of the sampler, such as temperature, top-p and turns.
  package var settings: Settings
  package var provenance: Provenance

  package init(
    id: String, question: String, group: String, sample: Int, policyStep: Int,
    segments: [Segment], answer: String?, isTruncated: Bool, rewards: [RewardTerm], total: Double,
    advantage: Double, settings: Settings = Settings(), provenance: Provenance
  ) {
    self.id = id
    self.question = question
    self.group = group
    self.sample = sample
    self.policyStep = policyStep
    self.segments = segments
    self.answer = answer
    self.isTruncated = isTruncated
    self.rewards = rewards
    self.total = total
    self.advantage = advantage
    self.settings = settings
    self.provenance = provenance
  }

  package static let kind = RecordKind.rollout
  package init(json: JSON) throws(Fault) {
    try Self.open(json)
    self.init(
      id: try json.name("id"), question: try json.name("question"), group: try json.name("group"),
      sample: try json.count("sample"), policyStep: try json.count("policy_step"),
      segments: try json.array("segments", Segment.init(json:)),
      answer: try json.has("answer") ? json.string("answer") : nil,
      isTruncated: try json.bool("truncated"),
      rewards: try json.array("rewards", RewardTerm.init(json:)), total: try json.double("total"),
      advantage: try json.double("advantage"),
      settings: try json.required("settings", Settings.init(json:)),
      provenance: try json.required("provenance", Provenance.init(json:)))
  }

  package var json: JSON {
    .form(
      Self.opening(id) + [
        ("question", .string(question)), ("group", .string(group)), ("sample", .integer(sample)),
        ("policy_step", .integer(policyStep)), ("segments", .forms(segments)),
        ("answer", answer.map(JSON.string)), ("truncated", .bool(isTruncated)),
        ("rewards", .forms(rewards)), ("total", .measure(total)),
        ("advantage", .measure(advantage)), ("settings", settings.json),
        ("provenance", provenance.json),
      ])
  }
}

/// A named part of a reward, with its reason.
package struct RewardTerm: JSONForm {
  package var name: String
  package var value: Double
  /// One sentence for people; empty when the value says it all.
  package var reason: String

  package init(name: String, value: Double, reason: String = "") {
    self.name = name
    self.value = value
    self.reason = reason
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      name: try json.name("name"), value: try json.double("value"),
      reason: try json.string("reason"))
  }

  package var json: JSON {
    .form([("name", .string(name)), ("value", .measure(value)), ("reason", .string(reason))])
  }
}
