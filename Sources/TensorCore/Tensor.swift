internal import Foundations

/// A matrix of 32-bit floats, row-major and contiguous, `[rows, columns]`.
///
/// Copies share storage, so a kernel that writes does so for every holder; operators of the tape
/// write only into tensors that they have just made.
package struct Tensor: @unchecked Sendable {
  // Unchecked: the buffer is written only by the lane that made it and read-only afterwards.
  package let rows: Int
  package let columns: Int
  private let buffer: FloatBuffer
  private let offset: Int

  package var count: Int { rows * columns }

  /// The first element; valid while this tensor lives.
  package var pointer: UnsafeMutablePointer<Float> { buffer.start + offset }

  /// Memory whose content is not set.
  package init(uninitialized rows: Int, _ columns: Int) {
    self.init(rows: rows, columns: columns, buffer: FloatBuffer(count: rows * columns), offset: 0)
  }

  package init(zeros rows: Int, _ columns: Int) {
    self.init(uninitialized: rows, columns)
    pointer.update(repeating: 0, count: count)
  }

  package init(_ values: [Float], rows: Int, columns: Int) {
    precondition(
      values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
    self.init(uninitialized: rows, columns)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
    }
  }

  private init(rows: Int, columns: Int, buffer: FloatBuffer, offset: Int) {
    self.rows = rows
    self.columns = columns
    self.buffer = buffer
    self.offset = offset
  }

  /// The same elements seen as `[rows, columns]`.
  package func reshaped(_ rows: Int, _ columns: Int) -> Tensor {
    precondition(
      rows * columns == count, "[\(self.rows), \(self.columns)] as [\(rows), \(columns)]")
    return Tensor(rows: rows, columns: columns, buffer: buffer, offset: offset)
  }

  /// A view of `count` elements from `start`, as one row.
  package func slice(_ start: Int, _ count: Int) -> Tensor {
    precondition(
      start >= 0 && start + count <= self.count, "slice \(start)+\(count) of \(self.count)")
    return Tensor(rows: 1, columns: count, buffer: buffer, offset: offset + start)
  }

  package subscript(row: Int, column: Int) -> Float { pointer[row * columns + column] }

  package var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * columns }
}

/// Storage from the pool; returned when the last tensor that uses it goes.
final class FloatBuffer: @unchecked Sendable {
  // Unchecked: see `Tensor`.
  let start: UnsafeMutablePointer<Float>
  private let capacity: Int

  init(count: Int) {
    capacity = BufferPool.capacity(for: count)
    start = BufferPool.shared.take(capacity)
  }

  deinit { BufferPool.shared.give(start, capacity) }
}
