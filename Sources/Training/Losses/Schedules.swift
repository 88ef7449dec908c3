internal import Glibc

/// The learning rate by step: a warm-up, then a shape down to a share of the peak.
package struct Schedule: Sendable, Equatable {
  package enum Shape: String, Sendable, CaseIterable {
    case constant
    case linear
    case cosine
  }

  package var shape: Shape
  /// The highest rate.
  package var peak: Double
  /// Optimiser steps in all.
  package var steps: Int
  /// Steps until the peak is reached.
  package var warmup: Int
  /// The rate at the end as a share of the peak; meaningless for a constant one.
  package var floor: Double

  package init(_ shape: Shape, peak: Double, steps: Int, warmup: Int = 0, floor: Double = 0) {
    precondition(steps >= 0 && warmup >= 0, "a schedule of \(steps) steps, \(warmup) to warm up")
    self.shape = shape
    self.peak = peak
    self.steps = steps
    self.warmup = warmup
    self.floor = floor
  }

  /// The warm-up steps of a share of all steps, rounded up as Hugging Face does.
  package static func warmup(share: Double, of steps: Int) -> Int {
    Int((share * Double(steps)).rounded(.up))
  }

  /// The rate of step `step`, counted from 0.
  package func rate(at step: Int) -> Double { peak * factor(at: step) }

  /// The rate as a share of the peak.
  ///
  /// Step s of a warm-up of w steps has (s + 1)/w. Hugging Face's s/w makes the first update a
  /// no-op. After the warm-up the factors are theirs; the last step is not yet at the floor.
  package func factor(at step: Int) -> Double {
    if step < warmup { return Double(step + 1) / Double(warmup) }
    guard shape != .constant, steps > warmup else { return 1 }
    let progress = min(1, Double(step - warmup) / Double(steps - warmup))
    let share = shape == .linear ? 1 - progress : (1 + cos(.pi * progress)) / 2
    return floor + (1 - floor) * share
  }
}
