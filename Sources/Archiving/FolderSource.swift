internal import Foundations
internal import Glibc

/// The files below a folder, or one file, level by level, each level sorted by bytes.
///
/// Names are bytes throughout, so that files whose names are not UTF-8 are read too.
final class FolderSource: MemberSource {
  private let root: RawPath
  private let limits: ArchiveLimits
  /// Paths still to visit, the next one last.
  private var waiting: [[UInt8]] = []
  private var current: [UInt8] = []
  /// Of the current file while it is read, otherwise -1.
  private var descriptor: Int32 = -1
  /// Bytes that the current file has given.
  private var passed = 0

  init(_ path: String, _ limits: ArchiveLimits) throws(Fault) {
    root = RawPath(path)
    self.limits = limits
    waiting = try paths(in: [])
  }

  /// A folder with one file.
  init(ofFile path: String, _ limits: ArchiveLimits) {
    root = RawPath(Files.parent(of: path))
    self.limits = limits
    waiting = [Array(path.utf8.split(separator: UInt8(ascii: "/")).last ?? [])]
  }

  deinit { closeFile() }

  func next() throws(Fault) -> FoundMember? {
    closeFile()
    guard let path = waiting.popLast() else { return nil }
    current = path
    var status = stat()
    guard unsafe lstat(location(path), &status) == 0 else { throw failure("read", path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return FoundMember(path: path, kind: .file, size: Int(status.st_size))
    case S_IFDIR:
      waiting.append(contentsOf: try paths(in: path))
      return FoundMember(path: path, kind: .folder)
    case S_IFLNK: return FoundMember(path: path, kind: .symbolicLink, linkTarget: target(of: path))
    default: return FoundMember(path: path, kind: .special)
    }
  }

  func read(_ most: Int) throws(Fault) -> [UInt8] {
    if descriptor < 0 { descriptor = try open() }
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
      while filled < most {
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let step = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
        if step < 0 && errno == EINTR { continue }
        failed = step < 0
        if step <= 0 { return }
        filled += step
      }
    }
    if failed { throw failure("read", current) }
    passed += bytes.count
    guard passed <= limits.memberBytes else { throw limits.tooLarge(passed) }
    return bytes
  }

  func inner(scratch: String) throws(Fault) -> LibarchiveSource {
    let descriptor = try open()
    let bytes = Int(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, 0, SEEK_SET)
    return try LibarchiveSource(descriptor, limits, Expansion(of: bytes, limits), costOfByte: 1)
  }

  private func open() throws(Fault) -> Int32 {
    let descriptor = unsafe Glibc.open(location(current), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw failure("read", current) }
    return descriptor
  }

  private func closeFile() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    passed = 0
  }

  // MARK: Names

  /// The paths in a folder of the tree, the first one last.
  private func paths(in folder: [UInt8]) throws(Fault) -> [[UInt8]] {
    let names: [[UInt8]]
    do throws(Fault) { names = try root.entry(folder).names() } catch {
      throw Fault(error.code, error.message, at: place(of: folder), cause: error.cause)
    }
    let prefix = folder.isEmpty ? [] : folder + [UInt8(ascii: "/")]
    return names.reversed().map { prefix + $0 }
  }

  private func target(of path: [UInt8]) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe target.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return unsafe readlink(location(path), start, buffer.count)
    }
    return Array(target.prefix(max(count, 0)))
  }

  /// The path below the root as the system wants it.
  private func location(_ path: [UInt8]) -> [CChar] { root.entry(path).location }

  private func place(of path: [UInt8]) -> Place {
    Place(member: path.isEmpty ? nil : MemberPath.text(of: path))
  }

  private func failure(_ verb: String, _ path: [UInt8]) -> Fault {
    let reason = unsafe String(cString: strerror(errno))
    return Fault("file.\(verb)", "cannot \(verb)", at: place(of: path), cause: reason)
  }
}
