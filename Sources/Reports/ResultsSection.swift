internal import Evaluation

/// The three answers a reader came for: how often right, better than what, and with how many looks.
struct ResultsSection {
  let content: ReportContent

  var markup: Markup {
    if content.results.isEmpty { return "" }
    return """
      <section id="results"><h2>Results</h2>
      <p class="lead">Share of held-out questions answered correctly. Bars are 95 % intervals \
      (Wilson); a ring is the same model with looks switched off.</p>
      <div class="scroll"><table class="results">
      <thead><tr><th>Model</th><th class="wide">\(Self.scale)</th><th class="n">95 % interval</th>\
      <th class="n">Looks off</th><th class="n">Looks per question</th><th class="n">Answered</th>\
      <th class="n">Questions</th></tr></thead>
      <tbody>\(content.results.map(row))</tbody></table></div>
      \(comparisons)\(categories)\(search)</section>

      """
  }

  private func row(_ row: ResultRow) -> Markup {
    let accuracy = row.score.accuracy
    let off = row.withoutLooks.map { Decimal.percent($0.accuracy.rate) } ?? "–"
    return """
      <tr><th scope="row">\(row.score.model)</th>\
      <td class="wide">\(bar(accuracy, ring: row.withoutLooks?.accuracy))</td>\
      <td class="n soft">\(Self.range(accuracy.interval))</td><td class="n">\(off)</td>\
      <td class="n">\(Decimal.text(row.score.meanLooks, digits: 2))</td>\
      <td class="n">\(Decimal.percent(row.score.answered.rate, digits: 0))</td>\
      <td class="n">\(Decimal.grouped(accuracy.count))</td></tr>

      """
  }

  private func bar(_ share: Proportion, ring: Proportion?) -> Markup {
    let (low, high) = (share.interval.low * 100, share.interval.high * 100)
    var marks: Markup = """
      <i class="range" style="left:\(low)%;width:\(high - low)%"></i>
      """
    if let ring {
      marks += "<i class=\"ring\" style=\"left:\(100 * ring.rate)%\"></i>"
    }
    marks += "<i class=\"dot\" style=\"left:\(100 * share.rate)%\"></i>"
    return """
      <span class="measure"><span class="bar">\(marks)</span>\
      <b>\(Decimal.percent(share.rate))</b></span>
      """
  }

  private var comparisons: Markup {
    if content.comparisons.isEmpty { return "" }
    let rows = content.comparisons.map { pair -> Markup in
      """
      <tr><th scope="row">\(pair.second) <span class="soft">against</span> \(pair.first)</th>\
      <td class="n"><b class="\(verdict(pair))">\(Decimal.points(pair.difference))</b></td>\
      <td class="n soft">\(Decimal.points(pair.interval.low)) … \
      \(Decimal.points(pair.interval.high))</td>\
      <td class="n">\(Decimal.probability(pair.pValue))</td><td class="n">\(pair.onlySecond)</td>\
      <td class="n">\(pair.onlyFirst)</td><td class="n">\(Decimal.grouped(pair.count))</td></tr>

      """
    }
    return """
      <h3>Paired differences</h3>
      <p class="lead">Both models on the same questions: difference in points with its 95 % interval \
      (bootstrap over pictures), McNemar’s exact p, and how many questions only one of them got \
      right.</p>
      <div class="scroll"><table><thead><tr><th>Pair</th><th class="n">Difference</th>\
      <th class="n">95 % interval</th><th class="n">p</th><th class="n">Only the first</th>\
      <th class="n">Only the second</th><th class="n">Questions</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }

  /// A difference has a colour only where its interval leaves out zero.
  private func verdict(_ pair: PairedComparison) -> Markup {
    pair.interval.low > 0 ? "good" : pair.interval.high < 0 ? "bad" : "even"
  }

  private var categories: Markup {
    if content.categories.isEmpty { return "" }
    var previous = ""
    let rows = content.categories.map { cell -> Markup in
      let name = cell.category == previous ? "" : cell.category
      previous = cell.category
      return """
        <tr\(name.isEmpty ? "" : " class=\"first\"")><th scope="row">\(name)</th>\
        <td>\(cell.score.model)</td>\
        <td class="wide">\(bar(cell.score.accuracy, ring: nil))</td>\
        <td class="n">\(Decimal.text(cell.score.meanLooks, digits: 2))</td>\
        <td class="n">\(Decimal.grouped(cell.score.accuracy.count))</td></tr>

        """
    }
    return """
      <h3>By kind of question</h3>
      <div class="scroll"><table><thead><tr><th>Kind</th><th>Model</th>\
      <th class="wide">\(Self.scale)</th><th class="n">Looks per question</th>\
      <th class="n">Questions</th></tr></thead><tbody>\(rows)</tbody></table></div>

      """
  }

  private var search: Markup {
    guard let figures = content.search else { return "" }
    return """
      <h3 id="search">What search finds</h3>
      <p class="lead">Training questions whose search tree holds a leaf with the right answer, beside \
      one greedy rollout of the same model.</p>
      <div class="cards">\(card("Tree search", figures.rightLeaf))\
      \(card("One greedy rollout", figures.greedy))</div>

      """
  }

  private func card(_ name: String, _ share: Proportion) -> Markup {
    """
    <div class="card"><span class="soft">\(name)</span>\
    <strong>\(Decimal.percent(share.rate))</strong>\
    <span class="soft">\(Decimal.grouped(share.successes)) of \
    \(Decimal.grouped(share.count)) questions · \(Self.range(share.interval))</span></div>
    """
  }

  private static let scale: Markup = """
    <span class="scale"><span>0</span><span>Accuracy</span><span>100 %</span></span>
    """

  private static func range(_ interval: Interval) -> String {
    "\(Decimal.text(100 * interval.low, digits: 1)) – \(Decimal.percent(interval.high))"
  }
}
