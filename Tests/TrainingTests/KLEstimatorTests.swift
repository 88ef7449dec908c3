import Testing
import Training

@Suite struct `KL estimators` {
  static let policy = [-1, -0.5, -2, -0.1, -0.7, -1.5, -0.3]
  static let reference = [-0.9, -0.6, -1.8, -0.2, -0.8, -1.2, -0.5]

  @Test(arguments: [
    (KLEstimator.k1, [-0.1, 0.1, -0.2, 0.1, 0.1, -0.3, 0.2], -0.01428571),
    (.k2, [0.005, 0.005, 0.02, 0.005, 0.005, 0.045, 0.02], 0.015),
    (
      .k3, [0.005171, 0.004837, 0.021403, 0.004837, 0.004837, 0.049859, 0.018731], 0.01566792
    ),
  ])
  func `golden values come out`(estimator: KLEstimator, values: [Double], mean: Double) {
    let estimates = zip(Self.policy, Self.reference).map {
      estimator.estimate(policy: $0, reference: $1).value
    }
    expectClose(estimates, values)
    expectClose([estimates.reduce(0, +) / 7], [mean])
  }

  @Test(arguments: KLEstimator.allCases)
  func `gradients are those of finite differences`(estimator: KLEstimator) {
    for (policy, reference) in zip(Self.policy, Self.reference) {
      let above = estimator.estimate(policy: policy + 1e-6, reference: reference).value
      let below = estimator.estimate(policy: policy - 1e-6, reference: reference).value
      let gradient = estimator.estimate(policy: policy, reference: reference).gradient
      expectClose([gradient], [(above - below) / 2e-6])
    }
  }

  @Test(arguments: KLEstimator.allCases)
  func `far apart the value is cut and nothing flows`(estimator: KLEstimator) {
    let far = estimator.estimate(policy: -900, reference: -1)
    #expect(abs(far.value) == 10 && far.gradient == 0)
  }
}
