import Foundations
import TensorCore
import Testing

@Suite struct `A matrix product` {
  struct Form: Sendable, CustomTestStringConvertible {
    let size: (m: Int, n: Int, k: Int)
    let transposedA: Bool
    let transposedB: Bool
    let beta: Float
    var testDescription: String {
      "\(size.m)x\(size.n)x\(size.k)\(transposedA ? " Aᵀ" : "")\(transposedB ? " Bᵀ" : "") beta \(beta)"
    }
  }

  static let forms = [(1, 7, 5), (1, 1, 3), (3, 1, 9), (5, 7, 3), (17, 33, 13)].flatMap { size in
    [(false, false), (false, true), (true, false), (true, true)].flatMap { a, b in
      [Float(0), 1, 0.5].map { Form(size: size, transposedA: a, transposedB: b, beta: $0) }
    }
  }

  @Test(arguments: forms)
  func `is that of the triple loop, with room between rows`(form: Form) {
    let (m, n, k) = form.size
    var random = CounterRandom(seed: 31)
    func draw(_ rows: Int, _ columns: Int) -> [Float] {
      (0..<rows * columns).map { _ in Float(random.uniform(-1...1)) }
    }
    let (lda, ldb, ldc) = ((form.transposedA ? m : k) + 2, (form.transposedB ? k : n) + 1, n + 3)
    let a = draw(form.transposedA ? k : m, lda)
    let b = draw(form.transposedB ? n : k, ldb)
    var (c, wanted) = ([Float](), draw(m, ldc))
    c = wanted
    MatrixProduct.run(
      m, n, k, alpha: 0.75, a, lda, transposedA: form.transposedA, b, ldb,
      transposedB: form.transposedB, beta: form.beta, into: &c, ldc)
    MatrixProduct.reference(
      m, n, k, alpha: 0.75, a, lda, transposedA: form.transposedA, b, ldb,
      transposedB: form.transposedB, beta: form.beta, into: &wanted, ldc)
    for (i, (found, value)) in zip(c, wanted).enumerated() {
      #expect(abs(found - value) < 1e-5, "\(i)")
    }
  }

  @Test func `with nothing in it writes nothing`() {
    var c: [Float] = [4]
    MatrixProduct.run(0, 1, 1, [1], 1, [1], 1, into: &c, 1)
    #expect(c == [4])
  }
}
