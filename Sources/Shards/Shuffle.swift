internal import Foundations

/// The order in which an epoch goes through a dataset.
package enum Shuffle {
  /// A permutation of 0 ..< `count` over the whole dataset, which depends on count, seed and epoch
  /// alone: any position of it is a point to resume from.
  package static func order(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var random = CounterRandom(seed: seed).child("shuffle").child(epoch)
    return random.shuffled(Array(0..<count))
  }
}
