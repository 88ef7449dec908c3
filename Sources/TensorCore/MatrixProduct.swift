internal import COpenBLAS

/// Matrix products by OpenBLAS, held to one thread: workers run above it, one per core, which is
/// faster than BLAS threads on a quiet machine and ten times faster on a busy one.
package enum MatrixProduct {
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// c = alpha * op(a) * op(b) + beta * c, with op(a) `[m, k]`, op(b) `[k, n]`, c `[m, n]`.
  ///
  /// Leading dimensions count floats between rows as stored. A single row goes to `sgemv`, which is
  /// five times faster there.
  package static func run(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, _ lda: Int, transposedA: Bool = false,
    _ b: UnsafePointer<Float>, _ ldb: Int, transposedB: Bool = false,
    beta: Float = 0, into c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    _ = oneThread
    if m == 0 || n == 0 { return }
    if m == 1 && !transposedA {
      let (stored, inner) = transposedB ? (n, k) : (k, n)
      cblas_sgemv(
        CblasRowMajor, transposedB ? CblasNoTrans : CblasTrans, Int32(stored), Int32(inner), alpha,
        b, Int32(ldb), a, 1, beta, c, 1)
      return
    }
    cblas_sgemm(
      CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans,
      transposedB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  /// The plain twin of `run` for tests: triple loop, `Double` sums.
  package static func reference(
    _ m: Int, _ n: Int, _ k: Int, alpha: Float = 1,
    _ a: [Float], _ lda: Int, transposedA: Bool = false,
    _ b: [Float], _ ldb: Int, transposedB: Bool = false,
    beta: Float = 0, into c: inout [Float], _ ldc: Int
  ) {
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        for inner in 0..<k {
          let x = transposedA ? a[inner * lda + row] : a[row * lda + inner]
          let y = transposedB ? b[column * ldb + inner] : b[inner * ldb + column]
          sum += Double(x) * Double(y)
        }
        c[row * ldc + column] = alpha * Float(sum) + beta * c[row * ldc + column]
      }
    }
  }
}
