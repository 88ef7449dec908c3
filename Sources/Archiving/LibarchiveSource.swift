internal import CArchive
internal import Foundations
internal import Glibc

/// Members by libarchive.
@safe final class LibarchiveSource: MemberSource {
  private let archive: OpaquePointer
  private let limits: ArchiveLimits
  private let expansion: Expansion
  /// Bytes of the outermost archive that stand for one byte of this one.
  private let costOfByte: Double
  /// Closed with the archive.
  private let descriptor: Int32
  private var size: Int?
  private var isUnread = false
  /// Bytes that the member has given.
  private var passed = 0
  /// Bytes of the file that were consumed before the member's data.
  private var consumedBefore = 0

  /// Bytes that libarchive reads at once; so far it may be ahead of what it hands out.
  private static let block = 1 << 16

  /// An archive on the disk.
  convenience init(_ path: String, _ limits: ArchiveLimits) throws(Fault) {
    let count = try InputFile(path).count
    guard count > 0 else { throw Fault("archive.empty", "the file is empty") }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    try self.init(descriptor, limits, Expansion(of: count, limits), costOfByte: 1)
  }

  /// - Parameter descriptor: of a file open at its start, which the source closes.
  init(
    _ descriptor: Int32, _ limits: ArchiveLimits, _ expansion: Expansion, costOfByte: Double
  ) throws(Fault) {
    guard let archive = unsafe archive_read_new() else { fatalError("libarchive gave no reader") }
    unsafe self.archive = archive
    self.descriptor = descriptor
    self.limits = limits
    self.expansion = expansion
    self.costOfByte = costOfByte
    // Not "all": that has mtree, which takes some texts for archives, and filters that run
    // other programs.
    unsafe archive_read_support_filter_gzip(archive)
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_filter_lzma(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_filter_lz4(archive)
    unsafe archive_read_support_format_tar(archive)
    unsafe archive_read_support_format_zip(archive)
    unsafe archive_read_support_format_7zip(archive)
    unsafe archive_read_support_format_cpio(archive)
    unsafe archive_read_support_format_iso9660(archive)
    unsafe archive_read_support_format_rar(archive)
    unsafe archive_read_support_format_rar5(archive)
    guard unsafe archive_read_open_fd(archive, descriptor, Self.block) == ARCHIVE_OK else {
      throw headerFault()
    }
  }

  deinit {
    unsafe archive_read_free(archive)
    close(descriptor)
  }

  func next() throws(Fault) -> FoundMember? {
    try skip()
    var entry: OpaquePointer?
    let status = UTF8Locale.use { unsafe archive_read_next_header(archive, &entry) }
    if status == ARCHIVE_EOF { return nil }
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry = unsafe entry else {
      throw headerFault()
    }
    isUnread = true
    passed = 0
    consumedBefore = consumed
    // 7z and zip state sizes of 64 bits without sign, which come out negative from 2^63 on.
    let isStated = unsafe archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) >= 0
    size = unsafe isStated ? Int(archive_entry_size(entry)) : nil
    return unsafe found(entry)
  }

  func read(_ most: Int) throws(Fault) -> [UInt8] {
    guard isUnread else { return [] }
    if let size, size > limits.memberBytes { throw limits.tooLarge(size) }
    var isAtEnd = false
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
      while filled < most {
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let step = unsafe archive_read_data(archive, rest.baseAddress, rest.count)
        failed = step < 0
        isAtEnd = step == 0
        if step <= 0 { return }
        filled += step
      }
    }
    isUnread = !isAtEnd && !failed
    if failed { throw fault("archive.damaged", "the data is damaged") }
    try pass(bytes.count)
    guard passed <= limits.memberBytes else { throw limits.tooLarge(passed) }
    return bytes
  }

  /// What the member has cost so far, in bytes of the outermost archive.
  var cost: Double { Double(used) * costOfByte }

  // MARK: Skipping

  /// Passes over data that nobody asked for, within the limits of ratio.
  private func skip() throws(Fault) {
    guard isUnread else { return }
    isUnread = false
    if skipsWithoutReading { return }
    var scratch = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let step = unsafe scratch.withUnsafeMutableBytes { buffer in
        unsafe archive_read_data(archive, buffer.baseAddress, buffer.count)
      }
      // What is wrong inside a skipped member is not asked; a lost archive shows at the header.
      if step <= 0 { return }
      try pass(step)
    }
  }

  /// Whether libarchive passes over data without expanding it.
  private var skipsWithoutReading: Bool {
    guard unsafe archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE else { return false }
    let format = unsafe archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK
    return [ARCHIVE_FORMAT_TAR, ARCHIVE_FORMAT_CPIO, ARCHIVE_FORMAT_ISO9660, ARCHIVE_FORMAT_ZIP]
      .contains(format)
  }

  // MARK: Limits

  private var consumed: Int { unsafe Int(archive_filter_bytes(archive, -1)) }

  /// A member that came in with the block before its header was read may have consumed nothing.
  private var used: Int { consumed - consumedBefore + Self.block }

  private func pass(_ bytes: Int) throws(Fault) {
    passed += bytes
    // The headers of 7z are behind the data, to which libarchive goes back.
    consumedBefore = min(consumedBefore, consumed)
    try limits.checkRatio(passed, of: Int(cost), free: limits.freeBytes)
    try expansion.add(bytes)
  }

  // MARK: Faults

  private func headerFault() -> Fault {
    guard unsafe archive_format(archive) == 0 else {
      return fault("archive.damaged", "the archive is damaged")
    }
    let expected = "expected tar (plain or compressed), zip, 7z, cpio, iso or rar"
    return fault("archive.unknown-format", "the file is no archive that can be read; \(expected)")
  }

  private func fault(_ code: String, _ message: String) -> Fault {
    let cause = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
    return Fault(code, message, cause: cause)
  }
}

// MARK: Archives in the archive

extension LibarchiveSource {
  /// The member goes to a file without a name first, because zip and 7z are read by seeking.
  func inner(scratch: String) throws(Fault) -> LibarchiveSource {
    let descriptor = try Self.namelessFile(in: scratch)
    var count = 0
    do throws(Fault) {
      while true {
        let bytes = try read(Self.innerPiece)
        if bytes.isEmpty { break }
        try Self.put(bytes, descriptor, scratch)
        count += bytes.count
      }
      guard count > 0 else { throw Fault("archive.empty", "the file is empty") }
    } catch {
      close(descriptor)
      throw error
    }
    lseek(descriptor, 0, SEEK_SET)
    return try LibarchiveSource(
      descriptor, limits, expansion, costOfByte: min(1, cost / Double(count)))
  }

  private static let innerPiece = 1 << 20

  private static func namelessFile(in folder: String) throws(Fault) -> Int32 {
    var name = Array("\(folder)/archive-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else { throw Files.fault("write", folder) }
    unsafe unlink(name)
    return descriptor
  }

  private static func put(
    _ bytes: [UInt8], _ descriptor: Int32, _ folder: String
  ) throws(Fault) {
    var done = 0
    while done < bytes.count {
      let step = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe write(descriptor, rest.baseAddress, rest.count)
      }
      if step < 0 && errno == EINTR { continue }
      guard step > 0 else { throw Files.fault("write", folder) }
      done += step
    }
  }
}

// MARK: Entries

extension LibarchiveSource {
  private func found(_ entry: OpaquePointer) -> FoundMember {
    let link = unsafe Self.bytes(archive_entry_hardlink(entry))
    // Some formats keep the data of linked files with the last link.
    let isLink = link != nil && (size ?? 0) == 0
    return FoundMember(
      path: unsafe Self.bytes(archive_entry_pathname(entry)) ?? Self.bytes(
        archive_entry_pathname_utf8(entry)) ?? [],
      kind: isLink ? .hardLink : unsafe Self.kind(archive_entry_filetype(entry)), size: size,
      linkTarget: unsafe link ?? Self.bytes(archive_entry_symlink(entry)),
      isEncrypted: unsafe archive_entry_is_data_encrypted(entry) != 0)
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    guard let text = unsafe text else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// From the values of `AE_IFREG` and its like, which are macros that Swift does not see.
  ///
  /// An entry without a type is a file: some zip writers state none.
  private static func kind(_ type: mode_t) -> ArchiveMember.Kind {
    switch type {
    case 0o100000, 0: .file
    case 0o040000: .folder
    case 0o120000: .symbolicLink
    default: .special
    }
  }
}

/// Names in archives are UTF-8 for us, whatever the environment says.
private enum UTF8Locale {
  /// Made once and never changed.
  nonisolated(unsafe) private static let locale = unsafe newlocale(1 << 0, "C.UTF-8", nil)

  /// Calls `body` on this thread with a UTF-8 character type: in the plain C locale libarchive
  /// loses names of pax and zip headers that are beyond ASCII.
  static func use<T>(_ body: () -> T) -> T {
    guard let locale = unsafe locale else { return body() }
    let before = unsafe uselocale(locale)
    defer { unsafe uselocale(before) }
    return body()
  }
}
