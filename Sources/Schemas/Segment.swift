package import Foundations
package import Geometry
package import JSONText

/// One piece of a trajectory with one author: the unit of every tree, chain and rollout.
package struct Segment: JSONForm, Hashable {
  package enum Role: String, Sendable, CaseIterable {
    /// The system text and the question.
    case prompt
    /// What the policy wrote, whether sampled or forced.
    case model
    /// What a tool answered.
    case observation
  }

  package var role: Role
  package var text: String
  /// Token ids; empty when the policy is an endpoint that shows none.
  package var ids: [Int]
  /// The pictures in the segment, in order.
  package var media: [MediaReference]
  /// The sampler's natural log-probability per id, for model segments.
  package var logProbabilities: [Double]?
  /// How many leading ids of a model segment were forced, not sampled; never trained by RL.
  package var forced: Int

  package init(
    role: Role, text: String, ids: [Int] = [], media: [MediaReference] = [],
    logProbabilities: [Double]? = nil, forced: Int = 0
  ) {
    self.role = role
    self.text = text
    self.ids = ids
    self.media = media
    self.logProbabilities = logProbabilities
    self.forced = forced
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      role: try json.choice("role"), text: try json.string("text"), ids: try json.counts("ids"),
      media: try json.list("media", MediaReference.init(json:)),
      logProbabilities: try json.has("log_probabilities") ? json.doubles("log_probabilities") : nil,
      forced: try json.has("forced") ? json.count("forced") : 0)
  }

  package var json: JSON {
    .form([
      ("role", .string(role.rawValue)), ("text", .string(text)), ("ids", .integers(ids)),
      ("media", media.isEmpty ? nil : .forms(media)),
      ("log_probabilities", logProbabilities.map(JSON.measures)),
      ("forced", forced == 0 ? nil : .integer(forced)),
    ])
  }
}

/// A picture, or a crop of one, as the model saw it.
package struct MediaReference: JSONForm, Hashable {
  /// Of the original picture's file.
  package var sha256: String
  /// In pixels of the original picture; `nil` for all of it.
  package var crop: Crop?
  /// What the model sees, in pixels after the resize to multiples of 28.
  package var size: Size

  package init(sha256: String, crop: Crop? = nil, size: Size) {
    self.sha256 = sha256
    self.crop = crop
    self.size = size
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: Self.keys)
    self.init(
      sha256: try json.digest("sha256"),
      crop: try json.has("crop") ? json.required("crop", Crop.init(json:)) : nil,
      size: try json.required("size", Size.init(json:)))
  }

  package var json: JSON {
    .form([("sha256", .string(sha256)), ("crop", crop?.json), ("size", size.json)])
  }
}
