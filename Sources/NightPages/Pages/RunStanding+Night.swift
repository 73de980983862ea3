internal import Base
internal import Facts
public import Inspection
internal import Layout
public import NightReading

extension RunStanding {
  /// What a night comes to, in the words of its own pages: the stages of its trials, its funnel, its verdict.
  public init(_ view: NightView) {
    let page = MorningPage(view)
    let report = page.items.first ?? .null
    let purposes = report["trials"]["by_purpose"].object ?? [:]
    let order = ["pilot", "screen", "bank", "race", "twin", "report", "vault"]
    let stages =
      order.filter { purposes[$0] != nil } + purposes.keys.filter { !order.contains($0) }.sorted()
    self.init(
      fields: [
        "night": .object(
          Dictionary(
            uniqueKeysWithValues: [
              "state", "phase", "sentence", "trials", "funnel", "champion", "adoptions", "verdict",
            ].map { ($0, report[$0]) }))
      ],
      values: [
        ("state", report["sentence"].string ?? ""),
        (
          "stages",
          stages.map { "\($0) \(Figure.grouped(purposes[$0]?["scored"].int ?? 0))" }
            .joined(separator: ", ")
        ),
        ("funnel", page.funnelWords), ("champion", report["champion"].string ?? ""),
        ("verdict", report["verdict"]["sentence"].string ?? ""),
      ],
      hints: [
        "belay report \(view.run.id)", "belay tree \(view.run.id)", "belay log \(view.run.id)",
      ])
  }
}
