internal import Foundations
internal import Glibc

/// Keeps other writers out of a folder; ends with the value, or with the process.
@safe final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `dataset.busy` while another one holds it. A file system that knows no locks keeps
  ///   nobody out.
  init(_ folder: String) throws(Fault) {
    descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.fault("read", folder) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      close(descriptor)
      throw Fault(
        "dataset.busy", "something else is writing into the folder; wait until it has ended",
        at: Place(file: folder))
    }
  }

  deinit { close(descriptor) }
}
