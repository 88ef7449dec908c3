internal import Autograd
internal import Foundations
internal import JSONText
internal import Pipelines
internal import TensorCore
internal import Training
internal import VisionLanguage
internal import Weights

/// Training in slices of steps: each slice is one unit of work that leaves weights and optimiser
/// state, so that a killed training goes on with the same bytes.
struct TrainingSlices {
  let context: StageContext
  let steps: Int
  /// Steps a slice.
  let size: Int

  /// What a step leaves: a line of metrics, and records worth keeping.
  struct Step {
    var metrics: JSON
    var records: [JSON] = []
  }

  /// Runs `step` for every step that is not done yet and returns what all of them left, in order.
  func run(
    _ model: Model, _ optimizer: Optimizer, _ step: (Int) throws -> Step
  ) throws -> (metrics: [JSON], records: [JSON]) {
    let slices = (steps + size - 1) / size
    let done = min(context.finishedUnits(), slices)
    if done > 0 {
      try restore(context.path(ofUnit: done - 1, "state.safetensors"), model, optimizer)
    }
    let values = try context.steps(slices) { unit in
      var (metrics, records): ([JSON], [JSON]) = ([], [])
      for number in unit.index * size..<min(steps, (unit.index + 1) * size) {
        try unit.stop.check()
        let left = try step(number)
        metrics.append(left.metrics)
        records += left.records
      }
      try save(unit.path("state.safetensors"), model, optimizer)
      return ["metrics": .array(metrics), "records": .array(records)]
    }
    let metrics = try values.flatMap { try $0.required("metrics").asArray }
    try context.write(JSONLines.bytes(of: metrics), as: "metrics/\(context.stage).jsonl")
    return (metrics, try values.flatMap { try $0.required("records").asArray })
  }

  private func save(_ path: String, _ model: Model, _ optimizer: Optimizer) throws(Fault) {
    let items = [
      ("weights", model.parameters.values), ("first", optimizer.first),
      ("second", optimizer.second),
    ].map { SafetensorsWriter.Item(name: $0.0, shape: [$0.1.count], values: $0.1) }
    let bytes = SafetensorsWriter.bytes(items, metadata: [("step", "\(optimizer.step)")])
    try Files.makeFolder(Files.parent(of: path))
    try Files.writeAtomically(bytes, to: path)
  }

  private func restore(_ path: String, _ model: Model, _ optimizer: Optimizer) throws(Fault) {
    let file = try SafetensorsFile(path: path)
    let tensors = [
      ("weights", model.parameters.values), ("first", optimizer.first),
      ("second", optimizer.second),
    ]
    for (name, tensor) in tensors {
      guard let entry = file.entries[name], entry.count == tensor.count else {
        throw Fault("training.state", "the saved state is of another model", at: Place(file: path))
      }
      unsafe file.copy(entry, into: tensor.pointer)
    }
    optimizer.step = Int(file.metadata["step"] ?? "") ?? 0
  }
}
