import Base
import Dialect

@testable import Rehearsal

/// A place that knows which commands a model may run and what they would print, so that thousands of
/// episodes can be played without a sandbox.
struct Mimic {
  let backend: RehearsalBackend
  let task: RehearsalTask
  var toolOutputBytes = 16_384

  /// The slips that are in the work at the end; nil when there is no work.
  func play(_ request: ModelRequest, turns: Int = 50) throws -> Set<Int>? {
    let model = RehearsalModel.all[0]
    let script = Script(task: task, model: model, draws: Draws(seed: 0, task: task.name))
    var request = request
    var state: Set<Int>?
    for _ in 0..<turns {
      let reply = try backend.answer(request)
      guard let command = Shipped.command(reply) else { return state }
      var output = ""
      switch script.move(of: command) {
      case .look(whole: true):
        output = String(repeating: "x", count: min(task.lookAllBytes, toolOutputBytes))
      case .solve(let slips), .repair(let slips, _): state = slips
      case .check: output = "…\n\(checkShows(state))\n"
      default: output = "ok"
      }
      request = Shipped.goOn(request, reply, output: output)
    }
    return state
  }

  /// What the check's last line is in a state.
  func checkShows(_ state: Set<Int>?) -> String {
    state.map { task.checkShows[$0.reduce(0) { $0 | 1 << $1 }] } ?? "0 0"
  }
}
