internal import Base
internal import Console
internal import Facts
internal import Harness
internal import Inspection
internal import Layout
internal import Ledger
internal import Live
internal import NightPages
internal import NightReading
internal import Platform
internal import Survey
internal import Workbench

/// The pages of the full screen, from the same values as the commands of their names.
struct LiveScreens: Sendable {
  let reader: LedgerReader
  let lab: Lab
  let clock: WallClock
  let folder: String
  private let fresh = FreshRows()

  func lines(_ page: LivePage, _ view: NightView, width: Int, ink: Ink) throws -> [String] {
    let report = try report(page, view)
    return report.text(width: width, ink: ink).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .dropLast().map(String.init)
  }

  private func report(_ page: LivePage, _ view: NightView) throws -> any ReportPage {
    switch page {
    case .tree: return try TreePage(view, window: Window(limit: 2000))
    case .hypotheses: return HypothesesPage(view, window: Window(limit: 2000))
    case .gates: return GateList(view, window: Window(limit: 2000))
    case .matrix(let word):
      return try NightMatrix(
        reader, view, order: NightMatrix.Order(rawValue: word) ?? .delta,
        window: Window(limit: 2000))
    case .plot(let word):
      guard let kind = PlotPage.Kind(rawValue: word) else {
        throw BelayError(
          .usage, "no figure '\(word)'",
          hint: PlotPage.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return PlotPage(view, kind)
    case .leaderboard:
      return try BoardsPage.read(
        reader, suite: view.run.fact.suite.hex, all: true, window: Window(limit: 500),
        known: fresh, keeping: true, clock: clock)
    case .report: return MorningPage(view)
    case .log:
      return try RunLog.read(
        reader, run: view.run.id, after: nil, limit: 1000, content: false, withholding: hides(view))
    case .subject(let name): return try GateExplanation(view, name, content: false)
    case .trace(let trial):
      return try Trace.read(reader, Trace.Request(trial: trial), withholding: hides(view))
    case .search(let text):
      return try SearchPage.read(
        reader, text, window: Window(limit: 1000), content: false, withholding: hides(view))
    case .difference(let one, let other):
      let sides = try [one, other].map { word in
        let id = try GenerationWord.candidate(word, in: view)
        let name = id.map { "\($0)" } ?? word
        return DifferencePage.Side(
          word, try HarnessWord.resolve(name, lab: lab, from: folder),
          candidate: id ?? CandidateID(word))
      }
      return try DifferencePage(sides[0], sides[1], night: view, reader: reader)
    }
  }

  // Whoever watches may steer.
  private func hides(_ view: NightView) -> Withholding {
    NightView.withholding(reader, knowing: view, clock: clock)
  }
}
