internal import CSystem
internal import Synchronization

/// Gives memory that was freed back to the system while pieces stream by.
///
/// Buffers of all sizes come and go on several threads, each with an arena of its own. What lies free
/// between them the allocator keeps: more the longer a stream runs, in the end as much as is used.
enum FreedPages {
  private static let due = Mutex(ContinuousClock.now)
  private static let pause = Duration.milliseconds(500)

  /// Does so twice a second at most; it takes about a millisecond.
  static func giveBack() {
    due.withLock { due in
      guard ContinuousClock.now >= due else { return }
      cs_trim_heap()
      due = .now + pause
    }
  }
}
