import Base
import Facts
import NightLab
import NightReading
import Platform
import Testing

/// What is known of a night beside its facts.
@Suite struct NightViewTests {
  @Test func `a night that was gone on with belongs to the process that does`() async throws {
    let me = ProcessIdentity.pid
    let detail: JSON = [
      "pid": .int(Int(me)), "start_ticks": .int(Int(ProcessIdentity.start(of: me) ?? 0)),
      "host": .string(Machine.hostName),
    ]
    let gone: JSON = ["pid": 1, "start_ticks": 1, "host": .string(Machine.hostName)]
    for (detail, at, state) in [(detail, 5, "running"), (gone, 5, "dead"), (detail, -5, "stopped")]
    {
      try await NightLab.with(
        Nights.racing(), owner: ProcessOwner(pid: 1, startTicks: 1, host: Machine.hostName),
        end: .interrupted,
        events: [EventFact(at: NightLab.at(at), kind: "resumed", detail: detail)]
      ) { lab in
        let view = try lab.view()
        #expect(view.state.rawValue == state)
      }
    }
  }
}
