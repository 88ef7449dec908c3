internal import ArgumentParser
internal import Glibc

/// How messages on standard error look.
enum Style: String, ExpressibleByArgument, CaseIterable {
  /// Colour and a redrawn line on a terminal, plain lines elsewhere; `NO_COLOR` is respected.
  case auto
  /// Lines without colour.
  case plain
  /// Colour and a redrawn line, wherever it goes.
  case color
  /// Errors only.
  case none
}

/// Options of every command that takes its time.
struct StyleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How progress looks on standard error.", valueName: "style"))
  var style = Style.auto

  /// Whether the progress line is redrawn in place.
  var redraws: Bool {
    switch style {
    case .auto: isatty(STDERR_FILENO) == 1 && Self.variable("TERM") != "dumb"
    case .color: true
    case .plain, .none: false
    }
  }

  var isColored: Bool {
    style == .color || redraws && (Self.variable("NO_COLOR") ?? "").isEmpty
  }

  var isSilent: Bool { style == .none }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
