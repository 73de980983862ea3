public import Base
public import Climb
public import Components
internal import Facts
internal import Fleet
public import Harness
public import Ledger
internal import NightLog
public import Trial

/// Puts candidates together: the baseline with the patches of their edits, recorded and made ready.
public actor Workshop {
  /// The harness that the night began with.
  public nonisolated let baseline: Harness
  private let ledger: Ledger
  private let reader: LedgerReader
  private let run: RunID
  private let prepare: @Sendable (Harness) throws -> PreparedHarness
  private var patches: [EditID: ComponentPatch] = [:]
  private var built: [CandidateID: BuiltCandidate] = [:]
  private var order: [CandidateID] = []

  // Candidates are made again in a moment; a night may have tens of thousands.
  private static let kept = 256

  /// A workshop for one night.
  public init(
    baseline: Harness, ledger: Ledger, reader: LedgerReader, run: RunID,
    prepare: @escaping @Sendable (Harness) throws -> PreparedHarness
  ) {
    self.baseline = baseline
    self.ledger = ledger
    self.reader = reader
    self.run = run
    self.prepare = prepare
  }

  /// Keeps a patch of the harness with these edits, and says what it is as an edit of the baseline.
  public func edit(_ patch: ComponentPatch, over carried: [EditID], in pool: Pool) async throws
    -> Edit
  {
    let patch = try rebased(patch, over: carried, in: pool)
    let digest = try await ledger.keep(patch.json.utf8(), of: run)
    if let level = NumberLevel(of: patch, on: baseline) {
      return Edit(components: patch.touches, value: .level(level.distance), size: patch.size)
    }
    return Edit(components: patch.touches, value: .patch(digest.hex), size: patch.size)
  }

  // Edits of one component exclude each other: one that goes on from another's work takes that with it.
  private func rebased(_ patch: ComponentPatch, over carried: [EditID], in pool: Pool) throws
    -> ComponentPatch
  {
    let touched = Set(patch.touches)
    let isApart = carried.allSatisfy { id in
      pool[id].map { touched.isDisjoint(with: $0.components) } ?? true
    }
    if isApart { return patch }
    let edited = try harness(of: carried, in: pool).applying([patch])
    let whole = try ComponentTree(baseline).difference(to: ComponentTree(edited))
    let own = (whole?.changes ?? []).filter { touched.contains($0.component) }
    guard let rebased = ComponentPatch(own) else {
      throw BelayError(.usage, "it undoes what the baseline does not have", place: "\(run)")
    }
    return rebased
  }

  /// The patch of an edit.
  public func patch(of id: EditID, in pool: Pool) throws -> ComponentPatch {
    if let known = patches[id] { return known }
    guard let edit = pool[id] else {
      throw BelayError(.notFound, "no edit \(id)", place: "\(run)")
    }
    let patch: ComponentPatch
    switch edit.value {
    case .level(let distance):
      patch = try NumberLevel.patch(edit.components, distance, on: baseline)
    case .patch(let hex):
      guard let digest = Digest(hex) else {
        throw BelayError(.internal, "edit \(id) names no content", place: "\(run)")
      }
      patch = try ComponentPatch(json: JSON.parse(reader.blob(digest)))
    }
    patches[id] = patch
    return patch
  }

  /// The value that an edit sets a knob to, as text; nil for one that does anything else.
  public func level(of id: EditID, in pool: Pool) throws -> String? {
    guard pool[id]?.components.allSatisfy({ $0.hasPrefix("harness.toml#") }) == true,
      let levels = baseline.levels(of: try patch(of: id, in: pool)), levels.count == 1
    else { return nil }
    return levels[0].value.text()
  }

  /// A candidate's harness; an error when its edits do not go together.
  public func harness(of edits: [EditID], in pool: Pool) throws -> Harness {
    if edits.isEmpty { return baseline }
    return try baseline.applying(try edits.map { try patch(of: $0, in: pool) })
  }

  /// A candidate, recorded in the lab and ready to run.
  public func candidate(_ id: CandidateID, in world: World) async throws -> BuiltCandidate {
    if let known = built[id] { return known }
    let harness = try harness(of: world.edits(of: id), in: world.pool)
    try await ledger.record(HarnessFact(harness))
    let made = BuiltCandidate(
      id: try await ledger.candidate(harness: harness.digest), harness: try prepare(harness))
    if built.updateValue(made, forKey: id) == nil { order.append(id) }
    if order.count > Self.kept { built[order.removeFirst()] = nil }
    return made
  }
}

/// A number among the knobs at a distance from where the baseline has it.
struct NumberLevel: Sendable, Hashable {
  let distance: Double

  /// Nil for a patch that does anything else than set one number.
  init?(of patch: ComponentPatch, on baseline: Harness) {
    guard patch.components.count == 1, let levels = baseline.levels(of: patch), levels.count == 1,
      let level = levels.first, patch.components[0] == "harness.toml#\(level.target)",
      let scale = Self.scale(level.target, baseline), let value = level.value.double
    else { return nil }
    distance = (value - scale.base) / (scale.high - scale.low)
  }

  static func patch(_ components: [String], _ distance: Double, on baseline: Harness) throws
    -> ComponentPatch
  {
    guard let target = components.first?.split(separator: "#", maxSplits: 1).last.map(String.init),
      let scale = scale(target, baseline)
    else {
      throw BelayError(
        .internal, "is no number that may be set", place: components.joined(separator: ", "))
    }
    let value = scale.base + distance * (scale.high - scale.low)
    let level = KnobLevel(
      target: target, value: scale.isWhole ? .int(Int(value.rounded())) : .double(value))
    guard let patch = try baseline.patch(setting: [level]) else {
      throw BelayError(.internal, "is set to where it stands", place: target)
    }
    return patch
  }

  private static func scale(_ target: String, _ baseline: Harness) -> (
    base: Double, low: Double, high: Double, isWhole: Bool
  )? {
    guard let knob = baseline.native?.knobs.first(where: { $0.target == target }),
      let base = baseline.knobLevels.first(where: { $0.target == target })?.value.double
    else { return nil }
    switch knob.range {
    case .int(let range) where range.count > 1:
      return (base, Double(range.lowerBound), Double(range.upperBound), true)
    case .real(let range) where range.upperBound > range.lowerBound:
      return (base, range.lowerBound, range.upperBound, false)
    default: return nil
    }
  }
}
