package import Foundations
package import JSONText

/// How far a reader has come: small enough to be saved with a training's state.
package struct ReadingPoint: Sendable, Equatable {
  /// The order of an epoch; `nil` where records come as they lie.
  package struct Order: Sendable, Equatable {
    package var seed: UInt64
    package var epoch: Int

    package init(seed: UInt64, epoch: Int) {
      self.seed = seed
      self.epoch = epoch
    }
  }

  /// Records that were read.
  package var position: Int
  package var order: Order?
  /// Records of the dataset: a point in another one means nothing.
  package var count: Int

  package init(position: Int = 0, order: Order? = nil, count: Int) {
    self.position = position
    self.order = order
    self.count = count
  }

  package init(json: JSON) throws(Fault) {
    try json.refuseKeys(except: ["position", "count", "seed", "epoch"])
    position = try json.int("position")
    count = try json.int("count")
    if json["seed"] != nil {
      let seed = try json.string("seed")
      guard let number = UInt64(seed) else {
        throw Fault("json.value", "expected a seed, found \"\(seed)\"", at: Place(key: "seed"))
      }
      order = Order(seed: number, epoch: try json.int("epoch"))
    }
    guard 0...max(count, 0) ~= position else {
      throw Fault(
        "json.value", "expected 0 to \(count), found \(position)", at: Place(key: "position"))
    }
  }

  /// `{"position", "count"}`, for a shuffled reader with `seed`, a text as it has 64 bits, and `epoch`.
  package var json: JSON {
    var object: JSONObject = ["position": .integer(position), "count": .integer(count)]
    if let order {
      object["seed"] = .string(String(order.seed))
      object["epoch"] = .integer(order.epoch)
    }
    return .object(object)
  }
}
