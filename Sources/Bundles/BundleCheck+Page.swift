public import Base
internal import Layout

extension BundleCheck {
  /// One record per line.
  public var items: [JSON] {
    lines.map {
      [
        "check": .string($0.name), "state": .string($0.state.rawValue),
        "sentence": .string($0.sentence),
      ]
    }
  }

  /// How many lines came out how.
  public var counts: [String: Int] {
    var counts: [String: Int] = [:]
    for state in State.allCases { counts[state.rawValue] = lines.count { $0.state == state } }
    return counts
  }

  /// What was recomputed, and who signed.
  public var fields: [String: JSON] {
    [
      "bundle": .string(path), "holds": .bool(holds), "signer": .optional(signer),
      "run": manifest["run"], "candidate": manifest["candidate"], "suite": manifest["suite"],
      "belay": manifest["belay"],
      "rehearsal": manifest["rehearsal"], "claims": claims,
    ]
  }

  /// The page as lines, the verdict first.
  public func text(width: Int) -> String {
    var text = Prose.wrap(
      "Bundle  \(path)  \(manifest["run"].string ?? "")", width: width, indent: 2)
    let word =
      holds ? "What can be checked holds." : "It does not hold: do not rely on what it claims."
    text += Labelled.line("verdict", word, width: width)
    text += Labelled.line("", manifest["rehearsal"].string ?? "", width: width)
    let night = claims["night"]
    let vault = night["vault"]
    if holds, let mean = vault["mean"].double, let low = vault["low"].double,
      let high = vault["high"].double
    {
      let sides =
        "\(night["champion"].string ?? "") against \(night["baseline"].string ?? "")"
      let interval = Figure.range(low, high, signed: true)
      text += Labelled.line(
        "vault",
        "\(sides): \(Figure.percent(mean, signed: true)) pp \(interval) over \(vault["tasks"].int ?? 0) sealed tasks",
        width: width)
    }
    if holds, !claims["candidate"].isNull {
      text += Labelled.line("candidate", Self.candidate(claims["candidate"]), width: width)
    }
    if holds, let money = Self.money(claims["money"]) {
      text += Labelled.line("money", money, width: width)
    }
    for line in lines {
      let mark = line.state == .fails ? "FAILS" : line.state.rawValue
      text += Labelled.line(mark, "\(line.name): \(line.sentence)", width: width)
    }
    return Prose.text(text)
  }

  private static func candidate(_ claims: JSON) -> String {
    let said = (claims["verdicts"].array ?? []).map { verdict in
      let pairs = verdict["race"]["pairs"].int
      return (verdict["verdict"].string ?? "")
        + (pairs.map { " after \(Figure.plural($0, "pair"))" } ?? "")
    }
    let word =
      claims["verdicts"].isNull
      ? "" : said.isEmpty ? ", never raced" : ", " + said.joined(separator: "; ")
    let harness = (claims["harness"].string ?? "").prefix(12)
    return "\((claims["candidate"].string ?? "").printable()), harness \(harness)\(word)"
  }

  private static func money(_ claims: JSON) -> String? {
    guard let usd = claims["usd"].double, let calls = claims["calls"].int else { return nil }
    let unpriced = claims["unpriced"].int ?? 0
    return "\(Figure.dollars(usd)) in \(Figure.plural(calls, "call"))"
      + (unpriced > 0 ? ", and nobody knows what \(unpriced) of them cost" : "")
  }
}
