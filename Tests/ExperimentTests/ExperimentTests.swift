import Base
import Climb
import Experiment
import Model
import Platform
import Testing

@Suite struct ExperimentTests {
  private static let good = """
    schema = "belay.experiment/1"
    name = "overnight"
    harness = "h"
    suite = "s"
    seed = 7
    autonomy = "approve"
    [models]
    task = "rehearsal/careful"
    judge = "openai/gpt-5-mini"
    [proposers]
    panel = ["rehearsal", "command:./propose --fast"]
    [stop]
    trials = 500
    candidates = 30
    cost_usd = 1.5
    deadline = "07:00"
    [fleet]
    slots = 4
    """

  private func read(_ text: String) throws -> (Experiment?, [Diagnostic]) {
    let folder = "/tmp/belay-experiment-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    try Files.makeDirectory(Path.join(folder, "h"))
    try Files.makeDirectory(Path.join(folder, "s"))
    try Files.write(Array(text.utf8), to: Path.join(folder, "experiment.toml"))
    return try Experiment.read(folder)
  }

  @Test func `what is written is what is read`() throws {
    let (experiment, faults) = try read(Self.good)
    #expect(faults == [])
    #expect(experiment?.autonomy == .approve && experiment?.seed == 7 && experiment?.slots == 4)
    #expect(experiment?.models["task"]?.description == "rehearsal/careful")
    #expect(experiment?.proposers == ["rehearsal", "command:./propose --fast"])
    #expect(experiment?.stop.trials == 500 && experiment?.stop.costUSD == 1.5)
    #expect(experiment?.stop.deadline == .timeOfDay(hour: 7, minute: 0))
  }

  @Test(arguments: [
    ("seed = 7", "sede = 7", "seed"), ("\"h\"", "\"nowhere\"", "no folder"),
    ("\"rehearsal\"", "\"rehersal\"", "rehearsal"), ("07:00", "7 in the morning", "07:00"),
    ("openai/gpt-5-mini", "gpt-5-mini", "PROVIDER/MODEL"), ("\"approve\"", "\"ask\"", "approve"),
    ("trials = 500", "trials = 0", "1"), ("experiment/1", "experiment/9", "belay.experiment/1"),
  ])
  func `a fault is named with what was expected`(_ old: String, _ new: String, _ hint: String)
    throws
  {
    let text = Self.good.split(separator: old, omittingEmptySubsequences: false)
      .joined(separator: new)
    let (experiment, faults) = try read(text)
    #expect(experiment == nil)
    #expect(faults.contains { $0.description.contains(hint) }, "\(faults)")
  }

  private static let deadlines: [(String, Int64, Int, Int)] = [
    ("07:00", 79_200, 0, 32_400), ("07:00", 21_601, 0, 3599), ("07:00", 0, 3600, 21_600),
    ("07:00", 25_200, 0, 86_400), ("90m", 5, 0, 5400), ("2h", 5, 0, 7200),
  ]

  @Test(arguments: deadlines)
  func `a deadline is the next time that the clock shows it`(
    _ text: String, _ now: Int64, _ offset: Int, _ seconds: Int
  ) throws {
    let deadline = try #require(Deadline(text))
    #expect(deadline.seconds(from: Timestamp(milliseconds: now * 1000), offset: offset) == seconds)
  }
}
