internal import Foundations
internal import Pipelines
internal import Synchronization

/// Shows a run while it goes on: one redrawn line on a terminal, a line now and then elsewhere.
final class ProgressPrinter: Sendable {
  private let redraws: Bool
  private let isColored: Bool
  private let isSilent: Bool
  /// Guards what is on the screen; events come from several threads.
  private let screen = Mutex(Screen())

  private struct Screen {
    var last = -Double.infinity
    var progress = ""
    var note = ""
    var isOpen = false
  }

  init(_ options: StyleOptions) {
    redraws = options.redraws
    isColored = options.isColored
    isSilent = options.isSilent
  }

  func show(_ event: RunEvent) {
    if isSilent { return }
    screen.withLock { screen in
      switch event {
      case .skipped(let stage): line("\(bold(stage)): done before", &screen)
      case .started(let stage):
        screen = Screen(isOpen: screen.isOpen)
        line("\(bold(stage)) …", &screen)
      case .advanced(let progress):
        screen.progress = progress.text
        draw(isLast: progress.done == progress.total, &screen)
      case .note(let stage, let text):
        if screen.progress.isEmpty { screen.progress = stage }
        screen.note = " · " + text.visible
        draw(isLast: false, &screen)
      case .finished(let summary):
        line(Self.words(summary, bold(summary.stage)), &screen)
        for miss in summary.misses { line("  not met: \(miss.visible)", &screen) }
      }
    }
  }

  /// Leaves the terminal with a fresh line.
  func close() {
    screen.withLock { screen in
      if screen.isOpen { Output.say("\n") }
      screen.isOpen = false
    }
  }

  /// A line that stays.
  private func line(_ text: String, _ screen: inout Screen) {
    Output.say((screen.isOpen ? "\r\u{1B}[K" : "") + text + "\n")
    screen.isOpen = false
  }

  /// A line that the next one replaces; at most ten a second, and elsewhere one in ten seconds.
  private func draw(isLast: Bool, _ screen: inout Screen) {
    let now = Seconds.now.wall
    if now - screen.last < (redraws ? 0.1 : 10) && !(redraws && isLast) { return }
    screen.last = now
    let text = screen.progress + screen.note
    if redraws {
      Output.say("\r\u{1B}[K  " + text)
      screen.isOpen = true
    } else {
      Output.say("  " + text + "\n")
    }
  }

  private func bold(_ text: String) -> String {
    isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  private static func words(_ summary: StageSummary, _ name: String) -> String {
    let counts = summary.counts
    var text = "\(name): \(counts.input) in, \(counts.output) out"
    if counts.droppedTotal > 0 { text += ", \(counts.droppedTotal) dropped" }
    if counts.quarantinedTotal > 0 { text += ", \(counts.quarantinedTotal) quarantined" }
    return text + ", \(Seconds.text(summary.seconds.wall))"
  }
}
