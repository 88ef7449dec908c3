internal import CSystem
internal import Glibc
internal import Synchronization

/// Whole files as bytes, and writes that are either complete or absent.
package enum Files {
  /// The bytes of a file.
  package static func read(_ path: String) throws(Fault) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw fault("read", path) }
    if Kind(mode: status.st_mode) == .folder { throw notAFile(path, .folder) }
    // A byte more than the file says, so that the first call sees its end; what says 0, such as
    // those of /proc, or grows, takes more calls.
    var bytes: [UInt8] = []
    var room = Int(status.st_size) + 1
    while true {
      let piece = try take(room, descriptor, path)
      bytes = bytes.isEmpty ? piece : bytes + piece
      if piece.count < room { return bytes }
      room = max(bytes.count, 1 << 16)
    }
  }

  /// The next `count` bytes, fewer at the end of the file.
  private static func take(
    _ count: Int, _ descriptor: Int32, _ path: String
  ) throws(Fault) -> [UInt8] {
    var failure: Fault?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let step = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
        if step < 0 && errno == EINTR { continue }
        if step < 0 { failure = fault("read", path) }
        if step <= 0 { return }
        filled += step
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes `bytes` under `path` so that a reader sees the old file or the whole new one:
  /// temporary name, fsync, rename, fsync of the folder.
  package static func writeAtomically(_ bytes: [UInt8], to path: String) throws(Fault) {
    var file = try OutputFile(path)
    try file.write(bytes)
    _ = try file.commit()
  }

  /// Renames a finished, synced file to its final name and syncs the folder.
  package static func publish(_ temporary: String, as path: String) throws(Fault) {
    guard unsafe rename(temporary, path) == 0 else { throw fault("rename", path) }
    let folder = unsafe open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Appends one line and syncs it; what fails leaves the file as it was.
  ///
  /// `line` must not hold a newline; one is added.
  package static func appendLine(_ line: [UInt8], to path: String) throws(Fault) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fault("append", path) }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    do throws(Fault) {
      try put(line + [0x0A], descriptor, path)
      guard fsync(descriptor) == 0 else { throw fault("append", path) }
    } catch {
      // The next line must not be glued to half of this one.
      ftruncate(descriptor, end)
      throw error
    }
  }

  /// Where scratch files go that belong to no run: `TMPDIR`, or `/tmp`.
  package static var scratch: String {
    guard let named = unsafe getenv("TMPDIR") else { return "/tmp" }
    return unsafe String(cString: named)
  }

  /// Makes a folder and its parents; an existing folder is fine.
  package static func makeFolder(_ path: String) throws(Fault) {
    if path.isEmpty || isFolder(path) { return }
    try makeFolder(parent(of: path))
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw fault("create folder", path)
    }
  }

  /// The length of a file in bytes.
  package static func size(_ path: String) throws(Fault) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw fault("read", path) }
    return Int(status.st_size)
  }

  /// The SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits; the file may be larger
  /// than memory.
  package static func sha256(_ path: String) throws(Fault) -> String {
    try RawPath(path).sha256()
  }

  /// Removes a file, or a folder with all that is in it; an absent one is fine, and a link is not
  /// followed.
  package static func removeTree(_ path: String) throws(Fault) {
    var status = stat()
    if unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try removeTree(path + "/" + name) }
      guard unsafe rmdir(path) == 0 else { throw fault("remove", path) }
    } else {
      guard unsafe unlink(path) == 0 || errno == ENOENT else { throw fault("remove", path) }
    }
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  package static func isFolder(_ path: String) -> Bool { RawPath(path).kind() == .folder }

  /// The names in a folder, sorted by bytes, without `.` and `..`.
  package static func names(in folder: String) throws(Fault) -> [String] {
    try RawPath(folder).names().map { String(decoding: $0, as: UTF8.self) }
  }

  /// The folder part of a path: `a/b` of `a/b/c`, `.` of `c`, `/` of `/c`.
  package static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path: `c` of `a/b/c` and of `a/b/c/`; the path itself if it has no part.
  package static func name(of path: String) -> String {
    let bytes = path.utf8
    let slash = UInt8(ascii: "/")
    guard let last = bytes.lastIndex(where: { $0 != slash }) else { return path }
    let start = bytes[...last].lastIndex(of: slash).map(bytes.index(after:))
    return String(Substring(bytes[(start ?? bytes.startIndex)...last]))
  }

  /// Deletes a file; one that is not there is fine.
  package static func remove(_ path: String) throws(Fault) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw fault("remove", path) }
  }

  /// Cuts a file to its first `count` bytes and syncs it.
  package static func truncate(_ path: String, to count: Int) throws(Fault) {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("truncate", path) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, count) == 0, fsync(descriptor) == 0 else {
      throw fault("truncate", path)
    }
  }

  /// Brings everything written to the file system of `path` onto the disk, in one call.
  ///
  /// For many small files at once, where a sync of each would cost more than all else.
  package static func syncFileSystem(of path: String) throws(Fault) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("sync", path) }
    defer { close(descriptor) }
    guard cs_syncfs(descriptor) == 0 else { throw fault("sync", path) }
  }

  /// Writes a small file that is sure to stay only once `syncFileSystem` returned.
  ///
  /// Several threads may write the same file: each has a temporary name of its own, which begins
  /// with `stem`, on the same file system.
  package static func writeUnsynced(
    _ bytes: [UInt8], to path: String, by stem: String
  ) throws(Fault) {
    let number = temporaries.add(1, ordering: .relaxed).oldValue
    let temporary = "\(stem)-\(number)\(OutputFile.temporarySuffix)"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fault("write", temporary) }
    defer { close(descriptor) }
    try put(bytes, descriptor, temporary)
    guard unsafe rename(temporary, path) == 0 else { throw fault("rename", path) }
  }

  private static let temporaries = Atomic<Int>(0)

  /// Writes all bytes, however many calls it takes.
  static func put(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(Fault) {
    var done = 0
    while done < bytes.count {
      let step = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if step < 0 && errno == EINTR { continue }
      guard step > 0 else { throw fault("write", path) }
      done += step
    }
  }

  /// The fault of a path that names a folder, or what can be read only once.
  package static func notAFile(_ path: String, _ kind: Kind) -> Fault {
    kind == .folder
      ? Fault("file.is-folder", "expected a file, found a folder", at: Place(file: path))
      : Fault(
        "file.is-special",
        "expected a file, found a pipe or device; write what it gives into a file first",
        at: Place(file: path))
  }

  /// The fault of the system call that just failed.
  package static func fault(_ verb: String, _ path: String) -> Fault {
    let code = errno
    let reason = unsafe String(cString: strerror(code))
    if code == ENOSPC || code == EDQUOT {
      return Fault(
        "file.disk-full",
        "cannot \(verb): the disk is full; make room and repeat the command, which goes on",
        at: Place(file: path), cause: reason)
    }
    return Fault(
      "file.\(verb.replacing(" ", with: "-"))", "cannot \(verb)", at: Place(file: path),
      cause: reason)
  }
}
