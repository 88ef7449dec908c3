/// What every stage took, gave and left behind, so that nothing is lost silently.
struct StagesSection {
  let stages: [StageCount]

  var markup: Markup {
    if stages.isEmpty { return "" }
    return """
      <section id="stages"><h2>Stages</h2>
      <p class="lead">Records by stage: in = out + dropped + quarantined.</p>
      <div class="scroll"><table class="stages"><thead><tr><th>Stage</th><th class="n">In</th>\
      <th class="flow">Flow</th><th class="n">Out</th><th>Left behind</th><th>Note</th></tr></thead>
      <tbody>\(stages.map(row))</tbody></table></div></section>

      """
  }

  private func row(_ stage: StageCount) -> Markup {
    """
    <tr><th scope="row">\(stage.stage)</th><td class="n">\(Decimal.grouped(stage.taken))</td>\
    <td class="flow">\(flow(stage))</td><td class="n"><b>\(Decimal.grouped(stage.passed))</b></td>\
    <td>\(leftBehind(stage))</td><td class="soft">\(stage.note)</td></tr>

    """
  }

  private func flow(_ stage: StageCount) -> Markup {
    let total = Double(max(stage.taken, 1))
    func part(_ name: Markup, _ count: Int) -> Markup {
      count == 0 ? "" : "<i class=\"\(name)\" style=\"width:\(100 * Double(count) / total)%\"></i>"
    }
    return """
      <span class="stack">\(part("out", stage.passed))\(part("drop", stage.droppedTotal))\
      \(part("sick", stage.quarantinedTotal))</span>
      """
  }

  private func leftBehind(_ stage: StageCount) -> Markup {
    var chips = stage.dropped.map { drop -> Markup in
      "<span class=\"chip drop\">\(drop.reason) <b>\(Decimal.grouped(drop.count))</b></span>"
    }
    chips += stage.quarantined.map { bad in
      "<span class=\"chip sick\">quarantined: \(bad.reason) <b>\(Decimal.grouped(bad.count))</b></span>"
    }
    if stage.unexplained != 0 {
      chips.append(
        "<span class=\"chip wrong\">not accounted for <b>\(stage.unexplained)</b></span>")
    }
    return chips.isEmpty ? "<span class=\"soft\">–</span>" : Markup(chips)
  }
}
