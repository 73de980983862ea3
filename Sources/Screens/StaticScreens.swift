public import Base
public import Climb
public import Components
public import Deciphering
public import Harness
internal import Stats
public import Suite

/// An edit that is known already, by which duplicates are told.
public struct KnownEdit: Sendable, Hashable {
  /// What it is called: `e7`.
  public let name: String
  /// What it makes (`ComponentPatch.effect`).
  public let effect: Digest
  /// The components that it changes.
  public let components: [String]
  /// Its mechanism in its author's words.
  public let mechanism: String

  /// An edit.
  public init(name: String, effect: Digest, components: [String], mechanism: String) {
    self.name = name
    self.effect = effect
    self.components = components
    self.mechanism = mechanism
  }
}

/// The screens that an edit passes before anything is paid for it: on the text that it adds.
public struct StaticScreens: Sendable {
  /// The gates, in the order in which their verdicts are given.
  public static let gates = [
    "valid", "surface", "treatment", "duplicate", "leak", "canary", "task-id", "ngram", "answers",
    "special-casing", "probing", "forging", "conduct", "encoded",
  ]

  private let index: TaskIndex

  /// Screens that know every task of a suite, the hidden ones too: they run where no proposer can look.
  public init(suite: Suite) throws(BelayError) { self.init(tasks: try TaskText.all(of: suite)) }

  /// Screens that know these tasks.
  public init(tasks: [TaskText]) { index = TaskIndex(tasks) }

  /// Whether a passage holds something that only one or two tasks have: a name, a row of words, a file, a value.
  public func knows(_ passage: String) -> Bool {
    let text = Plain(passage).text
    let words = Words.of(text)
    if index.entries.contains(where: { $0.id.count > 1 && LeakScreens.contains(words, $0.id) }) {
      return true
    }
    if !index.shortRuns(words).isEmpty { return true }
    if Marks.of(text).contains(where: { index.marks[$0.text]?.weight ?? 0 > 0 }) { return true }
    return words.contains { index.rare[$0] != nil }
  }

  /// One verdict for each gate. A failed `leak` means that the proposer has seen what it cannot have seen: the
  /// night must be stopped (`stopTheNight` of `Reflection`).
  public func verdicts(
    on patch: ComponentPatch, base: Harness, mechanism: String = "", known: [KnownEdit] = []
  ) -> [GateVerdict] {
    var verdicts = form(patch, base) + [duplicate(patch, mechanism, known)]
    let edit = ReflectedEdit(patch, base: base)
    let leaks = LeakScreens(index: index, edit: edit).findings()
    var findings = leaks.findings
    for piece in edit.pieces {
      findings += BranchScreen(index: index, piece: piece).findings()
      findings += PieceScreen(index: index, piece: piece).findings()
      findings += MeasureScreen(piece: piece).findings() + OutwardScreen(piece: piece).findings()
    }
    findings += PathScreen(edit: edit).findings() + ConductScreen(edit: edit).findings()
    findings += CodedScreen(edit: edit).findings() + TreatmentScreen(edit: edit).findings()
    for gate in Self.gates where gate != "valid" && gate != "surface" && gate != "duplicate" {
      let own = findings.filter { $0.gate == gate }
      let breach = verdicts.firstIndex { $0.gate == gate }
      if let breach {
        if verdicts[breach].word != .pass || own.isEmpty { continue }
        verdicts.remove(at: breach)
      }
      verdicts.append(Self.verdict(gate, own, longest: leaks.longest))
    }
    return verdicts.sorted {
      (Self.gates.firstIndex(of: $0.gate) ?? 0) < (Self.gates.firstIndex(of: $1.gate) ?? 0)
    }
  }

  /// The verdicts on an edit of a harness that carries other edits already: on what it adds there, and on what
  /// all of them together add to the baseline. What is carried excuses nothing, and is not held against it twice.
  public func verdicts(
    on patch: ComponentPatch, base: Harness, baseline: Harness, mechanism: String = "",
    known: [KnownEdit] = []
  ) throws(BelayError) -> [GateVerdict] {
    var verdicts = verdicts(on: patch, base: base, mechanism: mechanism, known: known)
    // What cannot be put on its base, or makes no harness there, is refused for that.
    guard base.digest != baseline.digest,
      verdicts.allSatisfy({ $0.gate != "valid" || $0.word == .pass })
    else { return verdicts }
    var alone: [String: Int] = [:]
    for verdict in verdicts { alone[verdict.gate] = verdict.word.weight }
    let worse = try together(baseline, base.applying([patch])).filter {
      $0.word.weight > alone[$0.gate] ?? $0.word.weight
    }
    guard !worse.isEmpty else { return verdicts }
    let before = try together(baseline, base)
    for whole in worse {
      guard let place = verdicts.firstIndex(where: { $0.gate == whole.gate }),
        whole.word.weight > before.first(where: { $0.gate == whole.gate })?.word.weight ?? 0
      else { continue }
      verdicts[place] = GateVerdict(
        gate: whole.gate, word: whole.word, figures: whole.figures,
        sentence: "Together with edits that are carried already: \(whole.sentence)",
        quotes: whole.quotes)
    }
    return verdicts
  }

  /// One verdict on all that a candidate's edits add together, which none of them may show alone.
  public func verdict(onCandidate harness: Harness, baseline: Harness) throws(BelayError)
    -> GateVerdict
  {
    let found = try together(baseline, harness).filter { $0.word == .fail }
    guard let first = found.first else {
      return GateVerdict(
        gate: "bundle", word: .pass,
        sentence: "What its edits add together is no more than each of them adds.")
    }
    return GateVerdict(
      gate: "bundle", word: .fail, figures: ["gates": Double(found.count)],
      sentence: "Its edits together (\(first.gate)): \(first.sentence)",
      quotes: Array(found.flatMap(\.quotes).prefix(5)))
  }

  /// The verdicts on all that lies between two harnesses: none where they do the same.
  private func together(_ baseline: Harness, _ edited: Harness) throws(BelayError) -> [GateVerdict]
  {
    guard let patch = try ComponentTree(baseline).difference(to: ComponentTree(edited)) else {
      return []
    }
    return verdicts(on: patch, base: baseline).filter { $0.gate != "duplicate" }
  }

  private static func verdict(_ gate: String, _ findings: [Finding], longest: Int) -> GateVerdict {
    var figures: [String: Double] = [:]
    if !findings.isEmpty { figures["findings"] = Double(findings.count) }
    if gate == "ngram" { figures["longest"] = Double(longest) }
    guard let first = findings.first(where: \.isSure) ?? findings.first else {
      return GateVerdict(
        gate: gate, word: .pass, figures: figures, sentence: "Nothing of the kind was found.")
    }
    var quotes: [String] = []
    for finding in findings where finding.isSure == first.isSure && !quotes.contains(finding.quote)
    {
      quotes.append(finding.quote)
    }
    return GateVerdict(
      gate: gate, word: first.isSure ? .fail : .undecided, figures: figures,
      sentence: (first.isSure ? "The edit " : "Perhaps the edit ") + first.what + ".",
      quotes: Array(quotes.prefix(5)))
  }

  /// Whether the edited harness is one, and lies inside of what may be edited.
  private func form(_ patch: ComponentPatch, _ base: Harness) -> [GateVerdict] {
    let tree: ComponentTree
    do throws(BelayError) {
      tree = try ComponentTree(base).applying([patch])
    } catch {
      return [
        GateVerdict(
          gate: "valid", word: .fail, sentence: "The edit cannot be put on its base: \(error).",
          quotes: [error.place].compactMap(\.self))
      ]
    }
    let files = tree.files()
    let diagnostics = Harness.check(files: files, named: base.name, near: base.origin).diagnostics
    let errors = diagnostics.filter { $0.severity == .error }
    var verdicts = [
      errors.isEmpty
        ? GateVerdict(gate: "valid", word: .pass, sentence: "The edited harness reads well.")
        : GateVerdict(
          gate: "valid", word: .fail, figures: ["errors": Double(errors.count)],
          sentence: "The edited harness is not valid: \(errors[0].message.printable()).",
          quotes: errors.prefix(5).map(\.description))
    ]
    let breaches = base.breaches(of: files)
    for kind in [SurfaceBreach.Kind.outside, .treatment] {
      let own = breaches.filter { $0.kind == kind }
      let gate = kind == .outside ? "surface" : "treatment"
      verdicts.append(
        own.isEmpty
          ? GateVerdict(gate: gate, word: .pass, sentence: "It touches only what may be edited.")
          : GateVerdict(
            gate: gate, word: .fail, figures: ["breaches": Double(own.count)],
            sentence: "\(own[0].name.printable()) \(own[0].message).",
            quotes: own.prefix(5).map { $0.name.printable() }))
    }
    return verdicts
  }

  private func duplicate(_ patch: ComponentPatch, _ mechanism: String, _ known: [KnownEdit])
    -> GateVerdict
  {
    if let same = known.first(where: { $0.effect == patch.effect }) {
      return GateVerdict(
        gate: "duplicate", word: .fail, sentence: "It does the very same as \(same.name).")
    }
    let words = Set(LeakScreen.words(mechanism))
    let alike = known.first { other in
      let others = Set(LeakScreen.words(other.mechanism))
      guard words.count >= 3, others.count >= 3,
        !Set(other.components).isDisjoint(with: patch.components)
      else { return false }
      return LeakScreen.areAlike(words, others)
    }
    if let alike {
      return GateVerdict(
        gate: "duplicate", word: .fail,
        sentence: "It has the same mechanism as \(alike.name), on the same component.")
    }
    return GateVerdict(gate: "duplicate", word: .pass, sentence: "No edit does the same.")
  }
}

extension GateVerdict.Word {
  fileprivate var weight: Int {
    switch self {
    case .pass: 0
    case .undecided: 1
    case .fail: 2
    }
  }
}
