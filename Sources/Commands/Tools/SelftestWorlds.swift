internal import Base
internal import Console
internal import Facts
internal import Ledger
internal import Platform
internal import Selftest
internal import Workbench

/// The worlds of a selftest: a file's, or two with the tasks that the lab knows.
enum SelftestWorlds {
  struct World: Sendable {
    let problem: Problem
    /// What there is to be found, where that is known.
    let kind: SuiteWorld.Kind?

    var label: String {
      switch kind {
      case .gains: "edits that help: "
      case .nothing: "nothing to find: "
      case nil: ""
      }
    }
  }

  static func read(_ call: Call) throws -> [World] {
    if let path = call[SelftestCommand.problem] {
      return [World(problem: try Problem(JSON.parse(try Files.read(path))), kind: nil)]
    }
    guard call[SelftestCommand.run] != nil || call[SelftestCommand.suite] != nil else {
      throw BelayError(
        .usage, "selftest needs a simulated world",
        hint: "belay selftest --suite SUITE, --run RUN, or --problem FILE")
    }
    let world = try SuiteWorld(tasks(call))
    return try SuiteWorld.Kind.allCases.map {
      World(problem: try world.problem($0, seed: call[SelftestCommand.firstSeed]), kind: $0)
    }
  }

  /// The tasks of a run, or of a suite, with the trials of the harness that was tried most.
  private static func tasks(_ call: Call) throws -> [SuiteWorld.Task] {
    let reader = try LabWord.reader(call)
    var filter = CellFilter()
    if let run = call[SelftestCommand.run] {
      let known = try reader.head(run)
      filter.runs = [run]
      // Of a night only the baseline: what else was tried was chosen.
      if known.fact.type == .night {
        filter.candidates = try reader.baseline(of: known).map { [$0] } ?? []
      }
    } else if let suite = call[SelftestCommand.suite] {
      let digest = try reader.suite(SuiteWord.recorded(suite, reader, call)).digest
      filter.suite = digest
      filter.types = [.eval, .night, .imported]
    }
    var byCandidate: [CandidateID: [Digest: SuiteWorld.Task]] = [:]
    for cell in try reader.cells(filter) {
      var task =
        byCandidate[cell.candidate]?[cell.task]
        ?? SuiteWorld.Task(name: cell.taskName, split: cell.split, trials: 0, sum: 0)
      task.trials += cell.tally.scored
      task.sum += cell.tally.scoreSum
      byCandidate[cell.candidate, default: [:]][cell.task] = task
    }
    // The one that knows most tasks, and of these the one with most trials.
    let most = byCandidate.max { left, right in
      func weight(_ tasks: [Digest: SuiteWorld.Task]) -> (Int, Int) {
        (tasks.values.count { $0.trials > 0 }, tasks.values.reduce(0) { $0 + $1.trials })
      }
      let (one, two) = (weight(left.value), weight(right.value))
      return one == two ? left.key > right.key : one < two
    }
    return (most?.value.values).map { $0.sorted { $0.name < $1.name } } ?? []
  }
}
