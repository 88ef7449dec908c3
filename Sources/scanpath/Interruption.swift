internal import Foundations
internal import Glibc

/// Turns Ctrl-C into a raised flag: work ends at its next safe point, and a second Ctrl-C at once.
enum Interruption {
  /// Raised by SIGINT and SIGTERM once `watch` was called.
  static let stop = StopFlag()

  static func watch() -> StopFlag {
    let flag = stop  // made here, so that the handler finds it ready
    // Who started the program may have kept them from it.
    var numbers = sigset_t()
    unsafe sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&numbers, number)
      signal(number) { number in
        Interruption.stop.raise()
        signal(number, SIG_DFL)
      }
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
    return flag
  }
}
