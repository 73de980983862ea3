internal import Base
internal import Climb
internal import Components
internal import Night
internal import Reflection
internal import Screens

/// What looks at an edit before it is carried, and at a candidate's trials before it is adopted.
struct NightChecks: Sendable {
  private let setup: NightSetup
  private let night: Night
  private let screens: StaticScreens

  // Duplicates are looked for among so many of the latest edits.
  private static let remembered = 400

  init(setup: NightSetup, night: Night) throws(BelayError) {
    self.setup = setup
    self.night = night
    screens = try StaticScreens(suite: setup.suite)
  }

  func reflect(_ entry: PoolEntry, _ world: World) async throws -> Reflected {
    let patch = try await night.workshop.patch(of: entry.id, in: world.pool)
    var known: [KnownEdit] = []
    for other in world.pool.entries.prefix(entry.id.number - 1).suffix(Self.remembered) {
      let its = try await night.workshop.patch(of: other.id, in: world.pool)
      known.append(
        KnownEdit(
          name: "\(other.id)", effect: its.effect, components: its.components,
          mechanism: other.proposal.hypothesis.mechanism))
    }
    let verdicts = screens.verdicts(
      on: patch, base: night.workshop.baseline,
      mechanism: entry.proposal.hypothesis.mechanism, known: known)
    if verdicts.stopTheNight {
      _ = try? await night.steering.say(
        Steering(
          by: "belay",
          reason: "\(entry.id) holds text of tasks that no proposer can know: the sandbox leaks",
          order: .pause(hard: true)))
    }
    return Reflected(verdicts: verdicts, prior: verdicts.prior)
  }

  func inspect(_ candidate: CandidateID, _ world: World) async throws -> Reflected {
    Reflected(verdicts: [])
  }
}
