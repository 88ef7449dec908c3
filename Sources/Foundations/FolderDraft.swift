internal import Glibc

/// A folder in the making, which shows under its name only when it is whole.
///
/// Files go to `path` + `.partial`; `commit` syncs all of them at once and renames the folder. After
/// a crash the partial folder stays, and the next attempt begins anew.
package struct FolderDraft: Sendable {
  /// The final name.
  package let path: String
  /// Where files are written until then.
  package var folder: String { path + OutputFile.temporarySuffix }

  /// - Throws: `file.exists` if there is something under the final name already.
  package init(_ path: String) throws(Fault) {
    self.path = path
    guard !Files.exists(path) else {
      throw Fault(
        "file.exists", "the folder is there already; name another or delete it",
        at: Place(file: path))
    }
    try Files.removeTree(folder)
    try Files.makeFolder(folder)
  }

  /// Writes a file of the folder without syncing it: for many small ones, which `commit` syncs.
  package func write(_ bytes: [UInt8], as name: String) throws(Fault) {
    let path = "\(folder)/\(name)"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Files.fault("write", path) }
    defer { close(descriptor) }
    try Files.put(bytes, descriptor, path)
  }

  /// Syncs the files and gives the folder its name.
  package func commit() throws(Fault) {
    try Files.syncFileSystem(of: folder)
    try Files.publish(folder, as: path)
  }
}
