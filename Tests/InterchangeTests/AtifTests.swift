import Base
import Interchange
import Platform
import Testing

@Suite struct AtifTests {
  static let vectors: [JSON] = {
    let root = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let bytes = try? Files.read("\(root)/Vectors/interchange/atif.json")
    return bytes.flatMap { try? JSON.parse($0).array } ?? []
  }()

  /// Documents and whether the validator of Harbor 0.25.0 takes them.
  @Test func whatHarborRefusesIsRefused() throws {
    #expect(Self.vectors.count > 100)
    for vector in Self.vectors {
      let reading = Atif.read(vector["document"].utf8(), file: "t.json")
      #expect(reading.isValid == vector["valid"].bool, "\(vector["note"]): \(reading.faults)")
    }
  }

  @Test func aDocumentBecomesATrajectory() throws {
    let reading = Atif.read(Self.vectors[0]["document"].utf8(), file: "t.json")
    let trajectory = try #require(reading.trajectory)
    #expect(trajectory.format == "ATIF-v1.7")
    #expect(trajectory.agentName == "a")
    #expect(trajectory.tools.count == 1)
    #expect(trajectory.steps.map(\.source) == [.system, .user, .agent])
    let step = trajectory.steps[2]
    #expect(step.at == Timestamp(iso: "2026-01-31T10:00:01.500Z"))
    #expect(step.calls.map(\.name) == ["shell"])
    #expect(step.calls.first?.arguments == ["cmd": "ls"])
    #expect(step.results.map(\.text) == ["out"])
    #expect(step.model == "m2")
    #expect(step.reasoning == "hm")
    #expect(
      trajectory.usage == TokenUsage(input: 10, cached: nil, output: 3, costUSD: 0.01))
    #expect(trajectory.modelCalls == 1)
  }

  @Test func usageIsSummedWhereNothingIsDeclaredAndCopiesDoNotCount() throws {
    let text = """
      {"schema_version": "ATIF-v1.5", "session_id": "s", "agent": {"name": "a", "version": "1"},
       "steps": [
        {"step_id": 1, "source": "agent", "message": "", "is_copied_context": true,
         "metrics": {"prompt_tokens": 100}},
        {"step_id": 2, "source": "agent", "message": "", "metrics": {"prompt_tokens": 10}},
        {"step_id": 3, "source": "agent", "message": "",
         "metrics": {"prompt_tokens": 5, "completion_tokens": 2}}]}
      """
    let trajectory = try #require(Atif.read(Array(text.utf8), file: "t").trajectory)
    #expect(trajectory.usage == TokenUsage(input: 15, output: 2))
    #expect(trajectory.modelCalls == 2)
  }

  @Test func faultyDocumentsStillShowWhatTheyHold() throws {
    let text = """
      {"agent": 3, "steps": [{"step_id": "x", "message": [{"type": "text", "text": "hi"}], "zz": 1}]}
      """
    let reading = Atif.read(Array(text.utf8), file: "t")
    #expect(!reading.isValid)
    #expect(reading.trajectory?.steps.map(\.text) == ["hi"])
    #expect(
      reading.faults.map(\.description).contains("t: error: steps[0].zz: unknown key"))
  }

  @Test(arguments: ["", "nul", "[", "3", "\"x\"", "{\"steps\":1}", "{\"steps\":[[]]}", "\u{0}"])
  func whatIsNoTrajectoryIsAFault(text: String) {
    #expect(!Atif.read(Array(text.utf8), file: "t").isValid)
  }

  @Test func aHostileDocumentGivesABoundedNumberOfFaults() {
    let steps = Array(repeating: "{\"\\u001b[31m\": 1}", count: 5000).joined(separator: ",")
    let reading = Atif.read(Array("{\"steps\": [\(steps)]}".utf8), file: "t")
    #expect(reading.faults.count == 100)
    #expect(reading.faults.allSatisfy { !$0.description.unicodeScalars.contains("\u{1B}") })
    let deep = String(repeating: "[", count: 100_000)
    #expect(!Atif.read(Array(deep.utf8), file: "t").isValid)
  }
}
