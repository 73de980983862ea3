internal import Base
internal import Climb
internal import Console
internal import Harness
internal import Ledger
internal import Night
internal import Platform
internal import Workbench

/// With `autonomy = "draft"`: a folder in the lab with the harness of each candidate that won its race, ready to
/// be read and run before a person says yes.
struct NightDrafts: Sendable {
  private let night: Night
  private let folder: String
  private let output: Output

  /// None below or above that rung.
  init?(_ setup: NightSetup, _ night: Night, _ session: TrialSession) {
    guard setup.rules.autonomy == .draft else { return nil }
    self.night = night
    folder = Path.join(session.lab.path, "drafts")
    output = session.call.output
  }

  func write(_ candidate: CandidateID) async {
    let world = await night.world
    guard let own = world.assembled[candidate]?.candidate else { return }
    let path = Path.join(folder, "\(night.run)-\(own)")
    guard Files.kind(path) == nil else { return }
    do {
      let harness = try await night.workshop.harness(of: world.edits(of: candidate), in: world.pool)
      try Files.makeDirectory(folder, mode: 0o700)
      _ = try harness.written(to: path)
      output.note("\(own) won its race; its harness lies in \(path)")
    } catch {
      // The candidate is in the lab all the same: belay checkout writes it.
      output.warn("no draft of \(own) could be written: \(error)")
    }
  }
}
