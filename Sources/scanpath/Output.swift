internal import Foundations
internal import Glibc
internal import JSONText

/// The two streams: results on standard output, everything else on standard error.
enum Output {
  /// Lets writes to a closed pipe return, so that `scanpath … | head` ends well.
  static func survivePipes() { signal(SIGPIPE, SIG_IGN) }

  /// Writes a result; ends the program with code 0 when nobody reads any more.
  static func result(_ text: String) { result(Array(text.visible.utf8)) }

  static func result(_ json: JSON) { result(json.bytes(pretty: true)) }

  static func result(_ bytes: [UInt8]) {
    guard !write(bytes, to: STDOUT_FILENO) else { return }
    if errno == EPIPE { exit(0) }
    complain("error: \(Files.fault("write", "standard output"))")
    exit(2)
  }

  /// Says something about the program itself; a newline is added.
  static func complain(_ text: String) { say("scanpath: \(text.visible)\n") }

  /// Writes to standard error as it is; failures are nobody's business.
  static func say(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let put = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if put < 0 && errno == EINTR { continue }
      guard put > 0 else { return false }
      rest = rest.dropFirst(put)
    }
    return true
  }
}

extension String {
  /// The text with control characters written out, because ids and names come from foreign archives
  /// and must not command the terminal; newlines and tabs stay.
  var visible: String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x09, 0x0A: false
      case 0..<0x20, 0x7F..<0xA0: true
      default: false
      }
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    return unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
  }
}
