internal import CKernels
package import Foundations
internal import Glibc
internal import TensorCore

/// How tokens are drawn.
package struct SamplingSettings: Sendable, Equatable {
  /// 0 takes the most probable token.
  package var temperature = 1.0
  package var topP = 1.0
  package var maxTokens = 128
  package init() {}
}

/// One sequence being sampled below a cache node.
package struct SamplingJob {
  package let cache: KeyValueCache
  /// The context ends with this node.
  package let context: Int
  /// Tokens that the continuation starts with whatever the model thinks; not sampled.
  package let forced: [Int32]
  package let settings: SamplingSettings
  package let random: CounterRandom

  package init(
    _ cache: KeyValueCache, context: Int, forced: [Int32] = [], settings: SamplingSettings,
    random: CounterRandom
  ) {
    self.cache = cache
    self.context = context
    self.forced = forced
    self.settings = settings
    self.random = random
  }
}

/// What was sampled: ids after the forced ones, each with its log-probability at the sampling
/// temperature (1 when greedy), before top-p.
package struct SampledRun {
  /// The cache node that holds the run.
  package let node: Int
  package fileprivate(set) var ids: [Int32] = []
  package fileprivate(set) var logProbabilities: [Float] = []
  package fileprivate(set) var entropies: [Float] = []
  package fileprivate(set) var finished = false
}

extension Model {
  /// Samples all jobs side by side until each is finished or full.
  ///
  /// `isFinished(job, ids)` is asked after every token. All sampled tokens are in the cache.
  package func sample(
    _ jobs: [SamplingJob], isFinished: (Int, [Int32]) -> Bool
  ) -> [SampledRun] {
    var runs = jobs.map { SampledRun(node: $0.cache.add(parent: $0.context)) }
    var randoms = jobs.map(\.random)
    extend(zip(jobs, runs).map { CacheRun($0.cache, $1.node, $0.forced) })
    var active = jobs.indices.filter { jobs[$0].settings.maxTokens > 0 }
    while !active.isEmpty {
      let states = Tensor(uninitialized: active.count, configuration.text.width)
      for (row, job) in active.enumerated() {
        guard let last = jobs[job].cache.lastState(of: runs[job].node) else {
          fatalError("sampling needs a context")
        }
        states.row(row).update(from: last.pointer, count: last.count)
      }
      let logits = logits(states)
      for (row, job) in active.enumerated() {
        let draw = draw(logits, row, jobs[job].settings, &randoms[job])
        runs[job].ids.append(draw.id)
        runs[job].logProbabilities.append(draw.logProbability)
        runs[job].entropies.append(draw.entropy)
        runs[job].finished = isFinished(job, runs[job].ids)
      }
      // Every drawn token enters the cache, the last one too: what continues the run needs it.
      extend(
        active.map {
          CacheRun(jobs[$0].cache, runs[$0].node, [runs[$0].ids[runs[$0].ids.count - 1]])
        })
      active = active.filter {
        !runs[$0].finished && runs[$0].ids.count < jobs[$0].settings.maxTokens
      }
    }
    return runs
  }

  private func draw(
    _ logits: Tensor, _ row: Int, _ settings: SamplingSettings, _ random: inout CounterRandom
  ) -> (id: Int32, logProbability: Float, entropy: Float) {
    let vocabulary = logits.columns
    let values = logits.slice(row * vocabulary, vocabulary)
    let greedy = settings.temperature == 0
    var best: Int32 = 0
    var top = -Float.infinity
    for id in 0..<vocabulary where banned[id] == 0 && values.pointer[id] > top {
      (best, top) = (Int32(id), values.pointer[id])
    }
    var (greatest, entropy) = (Float(0), Float(0))
    ck_log_softmax_rows(
      values.pointer, [best], banned, greedy ? 1 : Float(1 / settings.temperature), &greatest,
      &entropy,
      1, Int64(vocabulary))
    if greedy { return (best, greatest, entropy) }
    let id = Self.choose(values, settings.topP, random.uniform())
    let probability = values.pointer[Int(id)]
    return (id, id == best ? greatest : log(probability), entropy)
  }

  /// The id at `point` (0..<1) of the cumulated probabilities, in id order, among the most probable
  /// ids whose probabilities reach `topP`; of equals the lowest ids are among them.
  static func choose(_ probabilities: Tensor, _ topP: Double, _ point: Double) -> Int32 {
    let p = probabilities.pointer
    var floor: Float = 0
    var atFloor = 0
    var total = 1.0
    if topP < 1 {
      let sorted = probabilities.values.sorted(by: >)
      total = 0
      for value in sorted where total < topP {
        total += Double(value)
        atFloor = value == floor ? atFloor + 1 : 1
        floor = value
      }
    } else {
      total = (0..<probabilities.count).reduce(0.0) { $0 + Double(p[$1]) }
    }
    var left = point * total
    var last: Int32 = 0
    for id in 0..<probabilities.count where p[id] > 0 && p[id] >= floor {
      if p[id] == floor {
        if atFloor == 0 { continue }
        atFloor -= 1
      }
      last = Int32(id)
      left -= Double(p[id])
      if left < 0 { break }
    }
    return last
  }
}
