import Base
import Climb
import Ledger
import Testing

@testable import Commands
@testable import NightCommands
@testable import Night

@Suite struct SteeringTests {
  @Test func `a word reaches the night that it names, and none that goes on beside it in the lab`()
    async throws
  {
    try await Scratch.with { scratch in
      let lab = try await SampleLab.make(in: scratch)
      let heard = Locked<[Steering]>([])
      let control = try NightControl(run: RunID(2), lab: lab) { word throws(BelayError) in
        heard.withLock { $0.append(word) }
        return true
      }
      let word = Steering(by: "ann", reason: "the fan", order: .pause(hard: false))
      #expect(try await NightControl.say(word, to: RunID(1), lab: lab) == nil)
      #expect(heard.withLock(\.isEmpty))
      #expect(try await NightControl.say(word, to: RunID(2), lab: lab) == true)
      #expect(heard.withLock { $0 } == [word])
      await control.close()
      #expect(try await NightControl.say(word, to: RunID(2), lab: lab) == nil)
    }
  }

  @Test(
    arguments: [
      (["trials": 2000], Retuning(rollouts: 2000)),
      (["slots": 4, "cost_usd": 2.5], Retuning(costUSD: 2.5, slots: 4)),
      (["candidates": 9], Retuning(proposals: 9)), (["cost_usd": 0], Retuning(costUSD: 0)),
      ([:], nil), (["slots": 0], nil), (["slots": 1.5], nil), (["trials": 1e300], nil),
      (["cost_usd": -1], nil), (["seed": 3], nil),
    ] as [([String: Double], Retuning?)])
  func `limits from the page are those that the command takes`(
    _ named: [String: Double], _ limits: Retuning?
  ) {
    #expect((try? SteeringCommands.limits(named)) == limits)
  }
}
