internal import Base
internal import Climb
package import Console
internal import Facts
internal import Ledger
internal import Night
internal import NightLog
internal import Platform
internal import Web
internal import Workbench

/// Words to a night while it goes on: said to its process where one is there, else written down for when it
/// goes on.
package enum SteeringCommands {
  static let reason = Option("reason", .text("WHY"), "Why; recorded and shown in the report")
  static let now = Flag("now", "Hold back calls of models too, not only new trials")
  static let text = Argument(.text("TEXT"), "What proposers are told, as a person's hint")
  static let component = Argument(.text("COMPONENT"), "A component, as `belay tree` names it")
  static let candidate = Argument(.text("CANDIDATE"), "A candidate of the night: c12")
  static let no = Flag("no", "Say no: it is not adopted")
  // What a night takes, from the command line as from the page.
  private static let trialNumbers = 1...100_000_000
  private static let slotNumbers = 1...10_000
  private static let editNumbers = 1...1_000_000
  private static let dollars = 0...1e9

  static let trials = Option(
    "trials", .whole("N", trialNumbers), "The most trials of the whole night")
  static let cost = Option(
    "cost-usd", .number("DOLLARS", dollars), "The most money of the whole night")
  static let slots = Option("slots", .whole("N", slotNumbers), "Trials at once at most")
  static let candidates = Option(
    "candidates", .whole("N", editNumbers), "The most edits of the whole night")

  package static let all = [pause, resume, hint, veto, branch, retune, approve]

  static let pause = Command(
    "pause", in: .run, "Let a night begin nothing more until it is resumed",
    takes: [now, NightWord.flag, reason],
    examples: [Example("belay pause --reason 'the fan is loud'", "what runs is finished")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in try await say(call) { _ in .pause(hard: call[now]) } }

  static let resume = Command(
    "resume", in: .run, "Let a paused night go on", takes: [NightWord.flag, reason],
    examples: [Example("belay resume", "after belay pause")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in try await say(call) { _ in .resume } }

  static let hint = Command(
    "hint", in: .run, "Tell the proposers of a night something",
    takes: [text, NightWord.flag, reason],
    examples: [Example("belay hint 'look at what happens with empty files'", "from now on")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in try await say(call) { _ in .hint(call[text]) } }

  static let veto = Command(
    "veto", in: .run, "Let no candidate carry an edit of a component any more",
    takes: [component, NightWord.flag, reason],
    examples: [Example("belay veto 'prompts/system.md#Finish' --reason 'legal text'", "hands off")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in try await say(call) { _ in .veto(component: call[component]) } }

  static let branch = Command(
    "branch", in: .run, "Go on from this candidate", takes: [candidate, NightWord.flag, reason],
    examples: [Example("belay branch c12 --reason 'simpler to read'", "it is the incumbent then")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in try await say(call) { .branch(try own(call[candidate], try $0())) } }

  static let retune = Command(
    "retune", in: .run, "Change what a night may use",
    takes: [trials, cost, slots, candidates, NightWord.flag, reason],
    examples: [Example("belay retune --cost-usd 40 --slots 8", "more money, fewer at once")],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in
    let new = Retuning(
      rollouts: call[trials], costUSD: call[cost], slots: call[slots], proposals: call[candidates])
    guard new != Retuning() else { throw nothingToChange }
    return try await say(call) { _ in .retune(new) }
  }

  static let approve = Command(
    "approve", in: .run, "Adopt the candidate that waits for a yes",
    takes: [candidate, no, NightWord.flag, reason],
    examples: [
      Example("belay approve c12", "adopt it"),
      Example("belay approve c12 --no --reason 'too long'", "do not"),
    ],
    output: .page("steer", compact: ["run", "changed"])
  ) { call in
    try await say(call) { world in
      let candidate = try own(call[Self.candidate], try world())
      return call[no] ? .reject(candidate) : .approve(candidate)
    }
  }

  /// The number within the night of a candidate as people see it.
  private static func own(_ text: String, _ world: World) throws(BelayError) -> CandidateID {
    guard let id = CandidateID(text) else {
      throw BelayError(.usage, "'\(text.printable())' is no candidate; expected one such as c12")
    }
    guard let own = world.assembled.first(where: { $0.value.candidate == id })?.key else {
      throw BelayError(.notFound, "\(id) is no candidate of this night", hint: "belay tree")
    }
    return own
  }

  /// Who says it, for the record.
  static func author(_ call: Call) -> String {
    call.surroundings.environment["USER"] ?? "someone"
  }

  private static var nothingToChange: BelayError {
    BelayError(
      .usage, "retune needs something to change",
      hint: "--trials, --cost-usd, --slots or --candidates")
  }

  /// Says to a night what somebody said on its page.
  static func tell(_ word: WebWord, lab: Lab, _ call: Call) async throws -> JSON {
    let order: (() throws -> World) throws -> Steering.Order
    switch word.order {
    case "pause": order = { _ in .pause(hard: false) }
    case "resume": order = { _ in .resume }
    case "hint": order = { _ in .hint(word.text) }
    case "veto": order = { _ in .veto(component: word.text) }
    case "branch": order = { .branch(try own(word.text, try $0())) }
    case "retune":
      let new = try limits(word.limits)
      order = { _ in .retune(new) }
    case "approve": order = { .approve(try own(word.text, try $0())) }
    case "reject": order = { .reject(try own(word.text, try $0())) }
    default: throw BelayError(.usage, "no such word to a night: \(word.order.printable())")
    }
    if ["hint", "veto"].contains(word.order), word.text.isEmpty {
      throw BelayError(.usage, "\(word.order) needs a text")
    }
    return try await said(
      lab, try NightWord.id("\(word.run)", try lab.reader()), by: "\(author(call)), on the page",
      reason: word.reason.isEmpty ? nil : word.reason, call, order)
  }

  /// New limits as the page names them, within what the command of the same name takes.
  static func limits(_ named: [String: Double]) throws(BelayError) -> Retuning {
    var new = Retuning()
    for (name, value) in named.sorted(by: { $0.key < $1.key }) {
      func whole(_ range: ClosedRange<Int>) throws(BelayError) -> Int {
        guard let count = Int(exactly: value), range.contains(count) else {
          throw BelayError(
            .usage, "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
      }
      switch name {
      case "trials": new.rollouts = try whole(trialNumbers)
      case "slots": new.slots = try whole(slotNumbers)
      case "candidates": new.proposals = try whole(editNumbers)
      case "cost_usd":
        guard dollars.contains(value) else {
          throw BelayError(.usage, "cost_usd is dollars from 0 to a billion")
        }
        new.costUSD = value
      default: throw BelayError(.usage, "no such limit of a night: \(name.printable())")
      }
    }
    guard new != Retuning() else { throw nothingToChange }
    return new
  }

  private static func say(
    _ call: Call, _ order: (() throws -> World) throws -> Steering.Order
  ) async throws -> ExitCode {
    let lab = try LabWord.resolve(call)
    let night = try NightWord.id(call[NightWord.flag], try lab.reader())
    let fields = try await said(
      lab, night, by: author(call), reason: call[reason], call, order)
    try call.output.page(Page(items: [fields])) { _ in
      guard fields["changed"].bool == true else { return "nothing to change" }
      return fields["running"].bool == true
        ? "\(night) was told"
        : "\(night) does not run: it will be told by belay run --resume \(night)"
    }
    return .ok
  }

  // The night is folded for those words alone that name a candidate: a long one takes a while.
  private static func said(
    _ lab: Lab, _ night: RunID, by: String, reason: String?, _ call: Call,
    _ order: (() throws -> World) throws -> Steering.Order
  ) async throws -> JSON {
    let reader = try lab.reader()
    let notBegun = BelayError(.notFound, "the night has not begun yet", place: "\(night)")
    guard try reader.nightLength(night) > 0 else { throw notBegun }
    let word = Steering(
      by: by, reason: reason,
      order: try order {
        guard let (world, _) = try reader.nightWorld(night) else { throw notBegun }
        return world
      })
    var changed = try await NightControl.say(word, to: night, lab: lab)
    let isThere = changed != nil
    if changed == nil {
      changed = try await NightControl.note(
        word, for: night, in: lab, clock: call.surroundings.clock)
    }
    return [
      "run": .string("\(night)"), "changed": .bool(changed ?? false), "running": .bool(isThere),
    ]
  }
}
