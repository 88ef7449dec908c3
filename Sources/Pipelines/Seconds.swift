internal import Glibc

/// Time spent, on the wall and on all cores of this process together.
package struct Seconds: Sendable, Equatable {
  package var wall: Double
  package var cpu: Double

  package init(wall: Double = 0, cpu: Double = 0) {
    self.wall = wall
    self.cpu = cpu
  }

  /// The clocks now; only differences mean something.
  package static var now: Seconds {
    Seconds(wall: read(CLOCK_MONOTONIC), cpu: read(CLOCK_PROCESS_CPUTIME_ID))
  }

  package static func + (left: Seconds, right: Seconds) -> Seconds {
    Seconds(wall: left.wall + right.wall, cpu: left.cpu + right.cpu)
  }

  package static func - (left: Seconds, right: Seconds) -> Seconds {
    Seconds(wall: left.wall - right.wall, cpu: left.cpu - right.cpu)
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// A duration for people: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 14 min`.
  package static func text(_ seconds: Double) -> String {
    if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60)) s" }
    return "\(whole / 3600) h \(padded(whole / 60 % 60)) min"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
