package import Base
package import Climb
package import Components
internal import Evidence
package import Harness

/// The one way by which edits come in, whoever made them: compared as trees, held inside the surface, taken
/// apart by mechanism, valid on the base, and never twice.
package struct Intake {
  /// The largest edit, in tokens added and removed.
  static let largest = 12_000
  /// A stated mechanism may take this many components; more are taken apart.
  static let fewComponents = 3

  /// What edits start from.
  package let base: Harness
  /// By whom they are signed.
  package let author: String
  private let tasks: DevTasks
  private let tree: ComponentTree
  private var known: Set<Digest>
  /// What was taken.
  package private(set) var drafts: [Draft] = []
  /// What was not.
  package private(set) var refused: [RefusedDraft] = []

  /// Takes edits in for a request.
  package init(_ request: ProposalRequest, author: String) throws(BelayError) {
    base = request.base
    tasks = request.tasks
    self.author = author
    tree = try ComponentTree(request.base)
    known = Set(request.pool.compactMap { $0.effectDigest.flatMap { Digest($0) } })
  }

  /// Takes an edited tree.
  package mutating func take(files: [HarnessFile], _ hypothesis: Hypothesis, summary: String) {
    let kept = files.filter { !Self.isUnwanted($0.path) }
    do throws(BelayError) {
      let whole = tree.difference(to: try ComponentTree(files: kept))
      // An empty line before a new section is no edit of the section above it.
      guard let patch = whole.flatMap({ ComponentPatch($0.changes.filter { !Self.isSpacing($0) }) })
      else { return refuse(summary, "it changes nothing") }
      take(patch, hypothesis, summary: summary)
    } catch {
      refuse(summary, error)
    }
  }

  /// Takes a patch of the base.
  package mutating func take(_ patch: ComponentPatch, _ hypothesis: Hypothesis, summary: String) {
    guard let inside = keepInside(patch, summary) else { return }
    let hypothesis = cleaned(hypothesis)
    let isOne = !hypothesis.mechanism.isEmpty && inside.changes.count <= Self.fewComponents
    // Of one text nothing can be taken apart; a list in `harness.toml` can.
    let isText =
      inside.changes.count == 1 && !inside.changes[0].component.hasPrefix("harness.toml#")
    let pieces = isOne || isText ? [inside] : inside.split(on: base)
    for piece in pieces {
      let what =
        pieces.count == 1 ? summary : "\(summary) (\(piece.components.joined(separator: ", ")))"
      admit(piece, hypothesis, summary: what)
    }
  }

  /// Takes a patch as one edit, however many components it has: a crossing is meant as a whole.
  package mutating func takeWhole(
    _ patch: ComponentPatch, _ hypothesis: Hypothesis, summary: String
  ) {
    guard let inside = keepInside(patch, summary) else { return }
    admit(inside, cleaned(hypothesis), summary: summary)
  }

  private mutating func admit(_ patch: ComponentPatch, _ hypothesis: Hypothesis, summary: String) {
    let summary = Fence.cut(
      summary.split(whereSeparator: \.isWhitespace).joined(separator: " "), to: 200)
    guard patch.size <= Self.largest else {
      return refuse(summary, "it is too large: \(patch.size) tokens of at most \(Self.largest)")
    }
    do throws(BelayError) {
      let edited = try base.applying([patch])
      guard edited.digest != base.digest else { return refuse(summary, "it changes nothing") }
    } catch {
      return refuse(summary, "with it the harness is not valid: \(error.description)")
    }
    guard known.insert(patch.effect).inserted else {
      return refuse(summary, "the same edit was proposed before")
    }
    let isSetting = patch.changes.allSatisfy { $0.component.hasPrefix("harness.toml#") }
    drafts.append(
      Draft(
        author: author, patch: patch, levels: isSetting ? base.levels(of: patch) ?? [] : [],
        hypothesis: hypothesis, summary: summary))
  }

  /// The part of a patch that lies inside the surface; what does not is refused by name.
  private mutating func keepInside(_ patch: ComponentPatch, _ summary: String) -> ComponentPatch? {
    var changes = patch.changes
    // Each round takes out what it found; what still breaches then breaches as a whole.
    for _ in 0..<3 {
      guard let current = ComponentPatch(changes) else { return nil }
      let breaches: [SurfaceBreach]
      do throws(BelayError) {
        breaches = try base.breaches(of: [current])
      } catch {
        refuse(summary, error.description)
        return nil
      }
      if breaches.isEmpty { return current }
      let before = changes.count
      for breach in breaches {
        refuse(summary, "\(breach.name.printable()) \(breach.message)")
        changes.removeAll { Self.isOf($0.component, breach.name) }
      }
      if changes.count == before { return nil }
    }
    return nil
  }

  private static func isOf(_ component: String, _ breach: String) -> Bool {
    let key = "harness.toml#\(breach)"
    return component == breach || component == key || component.hasPrefix("\(key).")
      || component.hasPrefix("\(breach)#") || breach.hasPrefix("\(component)/")
  }

  /// Whether a part of a text differs in nothing but empty lines at its end.
  private static func isSpacing(_ change: ComponentPatch.Change) -> Bool {
    guard change.place == nil, change.component.hasPrefix("prompts/"),
      let before = change.before?.bytes, let after = change.after?.bytes
    else { return false }
    func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
      let end = bytes.lastIndex { ![0x0A, 0x0D, 0x20, 0x09].contains($0) }
      return bytes[..<(end.map { $0 + 1 } ?? 0)]
    }
    return trimmed(before) == trimmed(after)
  }

  /// Refuses what an error speaks of, with its advice.
  package mutating func refuse(_ summary: String, _ error: BelayError) {
    refuse(summary, error.description + (error.hint.map { " (\($0))" } ?? ""))
  }

  /// Refuses something that was handed in.
  package mutating func refuse(_ summary: String, _ why: String) {
    let refusal = RefusedDraft(summary: Fence.cut(summary, to: 200), why: Fence.cut(why, to: 400))
    if refused.count < 100, !refused.contains(refusal) { refused.append(refusal) }
  }

  /// A hypothesis with what can be checked of it: ids, names of dev tasks, a gain that is a share.
  private func cleaned(_ hypothesis: Hypothesis) -> Hypothesis {
    func names(_ list: [String]) -> [String] {
      var seen: Set<String> = []
      return list.compactMap { tasks.task(named: $0)?.name }.filter { seen.insert($0).inserted }
    }
    return Hypothesis(
      evidence: hypothesis.evidence.filter { TrialID($0) != nil }.prefix(32).map { $0 },
      cause: Fence.cut(hypothesis.cause, to: 2_000),
      mechanism: Fence.cut(hypothesis.mechanism, to: 2_000), fixes: names(hypothesis.fixes),
      risks: names(hypothesis.risks),
      gain: hypothesis.gain.flatMap { $0.isFinite ? min(1, max(-1, $0)) : nil })
  }

  /// What editors, interpreters and version control leave behind is no part of a harness.
  static func isUnwanted(_ path: String) -> Bool {
    path.split(separator: "/").contains { part in
      [".git", ".hg", ".svn", "__pycache__", ".DS_Store", ".venv", "node_modules", ".belay"]
        .contains(part) || part.hasSuffix(".pyc") || part.hasSuffix("~") || part.hasSuffix(".swp")
    }
  }
}

extension Hypothesis {
  /// Reads what somebody wrote; whatever is missing or of another type is empty.
  package init(untrusted json: JSON) {
    func texts(_ value: JSON) -> [String] {
      (value.array ?? (value.string.map { [.string($0)] } ?? [])).prefix(200).compactMap(\.string)
    }
    self.init(
      evidence: texts(json["evidence"]), cause: json["cause"].string ?? "",
      mechanism: json["mechanism"].string ?? "", fixes: texts(json["fixes"]),
      risks: texts(json["risks"]), gain: json["gain"].double)
  }

  /// As a record.
  var json: JSON {
    [
      "evidence": .array(evidence.map(JSON.string)), "cause": .string(cause),
      "mechanism": .string(mechanism), "fixes": .array(fixes.map(JSON.string)),
      "risks": .array(risks.map(JSON.string)), "gain": .number(gain),
    ]
  }
}
