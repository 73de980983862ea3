internal import Base
internal import Climb
internal import Night

/// What looks at an edit before it is carried, and at a candidate's trials before it is adopted.
struct NightChecks: Sendable {
  let setup: NightSetup
  let session: TrialSession
  let night: Night

  func reflect(_ entry: PoolEntry, _ world: World) async throws -> Reflected {
    // What does not go together with the harness is never carried.
    do {
      _ = try await night.workshop.harness(of: [entry.id], in: world.pool)
    } catch {
      return Reflected(verdicts: [
        GateVerdict(
          gate: "valid", word: .fail, sentence: "the harness with it cannot be read: \(error)")
      ])
    }
    return Reflected(verdicts: [
      GateVerdict(gate: "valid", word: .pass, sentence: "the harness with it can be read")
    ])
  }

  func inspect(_ candidate: CandidateID, _ world: World) async throws -> Reflected {
    Reflected(verdicts: [])
  }
}
