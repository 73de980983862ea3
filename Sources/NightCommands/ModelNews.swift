internal import Base
internal import Dialect
internal import Facts
internal import Ledger
internal import Model

/// Records when a model stops to answer and when it answers again, once there is a night to record it of.
final class ModelNews: Sendable {
  private let recorder = Locked<(@Sendable (ModelEvent) -> Void)?>(nil)

  func see(_ event: ModelEvent) { recorder.withLock { $0 }?(event) }

  func record(of run: RunID, in ledger: Ledger, _ clock: WallClock, _ notices: NightNotices?) {
    recorder.withLock { recorder in
      recorder = { event in
        let at = clock.now
        switch event {
        case .paused(let name, let fault):
          let why = fault.description
          Self.record(
            run, "\(name) does not answer, its callers wait: \(why)", name, true, at, ledger)
          Task { await notices?.model(name, isDown: true, why: why) }
        case .resumed(let name, let after):
          let away = after.components.seconds
          Self.record(run, "\(name) answers again, after \(away) s", name, false, at, ledger)
          Task { await notices?.model(name, isDown: false, why: "after \(away) s") }
        case .retrying, .fellBack: break
        }
      }
    }
  }

  private static func record(
    _ run: RunID, _ sentence: String, _ model: ModelName, _ isDown: Bool, _ at: Timestamp,
    _ ledger: Ledger
  ) {
    Task {
      try? await ledger.record(
        EventFact(
          run: run, at: at, kind: "provider",
          detail: [
            "sentence": .string(sentence), "model": .string("\(model)"), "down": .bool(isDown),
          ]))
    }
  }
}
