internal import CArchive
internal import Foundations

/// The content of a single file that is compressed by gzip or zstd, or not at all, found out by its
/// first bytes; piece by piece, by libarchive.
@safe package final class ExpandedText {
  private let archive: OpaquePointer
  private let source: () throws -> [UInt8]
  private let limits: ArchiveLimits
  /// What libarchive looks at until it asks for more.
  private var held = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
  private var failure: (any Error)?
  private var isOpen = false
  private var isAtEnd = false
  private var used = 0
  private var expanded = 0

  private static let pieceBytes = 1 << 18

  /// - Parameter source: the next bytes of the file, none at its end.
  package init(limits: ArchiveLimits = ArchiveLimits(), source: @escaping () throws -> [UInt8]) {
    guard let archive = unsafe archive_read_new() else { fatalError("libarchive gave no reader") }
    unsafe self.archive = archive
    self.limits = limits
    self.source = source
    unsafe archive_read_support_filter_gzip(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_format_raw(archive)
    unsafe archive_read_support_format_empty(archive)
  }

  deinit {
    unsafe archive_read_free(archive)
    unsafe held.deallocate()
  }

  /// The next bytes of the content, never none, or `nil` at the end.
  ///
  /// - Throws: `archive.damaged`, `archive.ratio`; what `source` throws.
  package func next() throws -> [UInt8]? {
    guard !isAtEnd else { return nil }
    if !isOpen { try open() }
    guard !isAtEnd else { return nil }
    var step = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, filled in
      step = unsafe archive_read_data(archive, buffer.baseAddress, buffer.count)
      filled = max(step, 0)
    }
    if step < 0 { throw damage() }
    isAtEnd = step == 0
    expanded += step
    try limits.checkRatio(expanded, of: used, free: limits.freeBytes)
    return isAtEnd ? nil : bytes
  }

  private func open() throws {
    isOpen = true
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    let status = unsafe archive_read_open(
      archive, this, nil,
      { _, this, start in
        guard let this = unsafe this, let start = unsafe start else { return -1 }
        let text = unsafe Unmanaged<ExpandedText>.fromOpaque(this).takeUnretainedValue()
        let count = text.refill()
        unsafe start.pointee = UnsafeRawPointer(text.held.baseAddress)
        return count
      }, nil)
    guard status == ARCHIVE_OK else { throw damage() }
    var entry: OpaquePointer?
    let header = unsafe archive_read_next_header(archive, &entry)
    isAtEnd = header == ARCHIVE_EOF
    guard isAtEnd || header == ARCHIVE_OK || header == ARCHIVE_WARN else { throw damage() }
  }

  /// Returns how many bytes are held now; 0 at the end, -1 after a fault.
  private func refill() -> Int {
    do {
      let bytes = try source()
      unsafe held.deallocate()
      unsafe held = .allocate(byteCount: bytes.count, alignment: 1)
      unsafe held.copyBytes(from: bytes)
      used += bytes.count
      return bytes.count
    } catch {
      failure = error
      return -1
    }
  }

  private func damage() -> any Error {
    if let failure { return failure }
    isAtEnd = true
    let cause = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
    return Fault("archive.damaged", "the compressed text is damaged", cause: cause)
  }
}
