public import Base
internal import Stats

/// Where an edit stands.
public enum EditState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nobody has looked at it yet.
  case proposed
  /// The static screens and the judge let it through; its first trials are awaited.
  case reflected
  /// Candidates carry it.
  case active
  /// Its trials speak against it: carried no further.
  case dropped
  /// A screen or a judge found something: never carried.
  case blocked
  /// A person said no to its component.
  case vetoed
}

/// An edit of the pool with all that is recorded of it.
public struct PoolEntry: Sendable, Hashable, Codable {
  /// The edit's id.
  public let id: EditID
  /// The edit, with what its author says of it.
  public let proposal: Proposal
  /// Where it stands.
  public internal(set) var state = EditState.proposed
  /// By how much more evidence a candidate with it has to show.
  public internal(set) var prior = 1.0
  /// What was said of it.
  public internal(set) var verdicts: [GateVerdict] = []
  /// Scored trials on dev tasks whose candidates carried it.
  public internal(set) var trials = 0
  /// The edits of the incumbent that it was looked at on top of.
  public internal(set) var carried: [EditID] = []
}

/// All edits that were ever proposed, and those that are carried as coordinates: a switch for each patch,
/// and a bent line for each number.
public struct Pool: Sendable, Codable {
  /// Edits that change the same components, of which a candidate carries at most one.
  public struct Component: Sendable, Hashable, Codable {
    /// The names of what they change, with a plus between them.
    public let name: String
    /// Whether it is a number, so that its edits share two coordinates.
    public let isNumber: Bool
    /// The edits of it that may be carried, in the order in which they became so.
    public internal(set) var options: [EditID]
    /// The coordinate of each option; for a number the straight and the bent part.
    var coordinates: [Int]
  }

  /// Everything that was proposed; `e1` is the first.
  public internal(set) var entries: [PoolEntry] = []
  /// What candidates carry changes of, in the order in which it was first carried.
  public private(set) var components: [Component] = []
  /// How many coordinates the pooled model has to know.
  public private(set) var coordinates = 0
  private var places: [Likeness: Int] = [:]
  private var homes: [EditID: Home] = [:]
  private var known: Set<Likeness> = []
  private var touched: Set<String> = []
  private var hasRelations = false

  // Two edits are the same when they put the same in the same place, or do the same there in the same way.
  private enum Likeness: Hashable, Codable {
    case place([String], isNumber: Bool)
    case content([String], Edit.Value)
    case mechanism([String], String)
  }

  /// Where the coordinates of an edit are.
  struct Home: Sendable, Hashable, Codable {
    let component: Int
    let coordinate: Int
    /// The distance of a number; nil for a switch.
    let level: Double?

    /// The values that the edit gives to coordinates.
    var parts: [(coordinate: Int, value: Double)] {
      guard let level else { return [(coordinate, 1)] }
      return [(coordinate, level), (coordinate + 1, level * level)]
    }
  }

  init() {}

  /// The edits.
  public var edits: [Edit] { entries.map(\.proposal.edit) }

  /// The edit with an id; nil for one that was never proposed.
  public subscript(_ id: EditID) -> Edit? { entry(id)?.proposal.edit }

  /// What is recorded of an edit; nil for one that was never proposed.
  public func entry(_ id: EditID) -> PoolEntry? {
    entries.indices.contains(id.number - 1) ? entries[id.number - 1] : nil
  }

  /// Whether candidates may carry an edit.
  func isActive(_ id: EditID) -> Bool { entry(id)?.state == .active }

  /// Takes a proposal in; nil when there is one like it already, or when it says nothing.
  mutating func add(_ proposal: Proposal) -> EditID? {
    let edit = proposal.edit
    guard !edit.components.isEmpty else { return nil }
    if case .level(let level) = edit.value, level == 0 || !level.isFinite { return nil }
    let content = Likeness.content(edit.components, edit.value)
    let mechanism = Self.plain(proposal.hypothesis.mechanism)
    // The levels of a number all do the same, each by another amount.
    let manner: Likeness? =
      mechanism.isEmpty || edit.isNumber ? nil : .mechanism(edit.components, mechanism)
    guard !known.contains(content), manner.map({ !known.contains($0) }) ?? true else { return nil }
    known.insert(content)
    if let manner { known.insert(manner) }
    let id = EditID(entries.count + 1)
    entries.append(PoolEntry(id: id, proposal: proposal))
    return id
  }

  private static func plain(_ text: String) -> String {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
  }

  /// Gives an edit its coordinates, which stay its own whatever becomes of it.
  mutating func place(_ id: EditID) {
    guard let edit = self[id], homes[id] == nil else { return }
    let key = Likeness.place(edit.components, isNumber: edit.isNumber)
    let place = places[key] ?? components.count
    if place == components.count {
      places[key] = place
      for name in edit.components {
        hasRelations = hasRelations || touched.contains(name)
        touched.insert(name)
      }
      components.append(
        Component(
          name: edit.components.joined(separator: "+"), isNumber: edit.isNumber, options: [],
          coordinates: []))
    }
    if !edit.isNumber || components[place].coordinates.isEmpty {
      components[place].coordinates += take(edit.isNumber ? 2 : 1)
    }
    let home = edit.isNumber ? components[place].coordinates[0] : coordinates - 1
    let level: Double? = if case .level(let level) = edit.value { level } else { nil }
    homes[id] = Home(component: place, coordinate: home, level: level)
    if entries[id.number - 1].state == .proposed { entries[id.number - 1].state = .reflected }
    hasRelations = hasRelations || !edit.requires.isEmpty || !edit.excludes.isEmpty
  }

  /// Lets candidates carry an edit from now on.
  mutating func activate(_ id: EditID) {
    guard let home = homes[id], entries[id.number - 1].state == .reflected else { return }
    entries[id.number - 1].state = .active
    if !components[home.component].options.contains(id) {
      components[home.component].options.append(id)
    }
  }

  /// Records what was said of an edit.
  mutating func judge(_ id: EditID, _ verdicts: [GateVerdict], prior: Double? = nil) {
    guard entries.indices.contains(id.number - 1) else { return }
    entries[id.number - 1].verdicts += verdicts
    if let prior { entries[id.number - 1].prior = prior }
  }

  /// Records on top of which edits one is looked at.
  mutating func note(_ id: EditID, carried: [EditID]) {
    guard entries.indices.contains(id.number - 1) else { return }
    entries[id.number - 1].carried = carried
  }

  /// Counts a trial for all edits that its candidate carried.
  mutating func count(_ carried: [EditID]) {
    for id in carried where entries.indices.contains(id.number - 1) {
      entries[id.number - 1].trials += 1
    }
  }

  /// Some edits with one more, without those that cannot stand beside it.
  func bundle(_ edits: [EditID], with id: EditID) -> [EditID] {
    let rest = edits.filter { $0 != id && !clash($0, id) }
    let needed = (self[id]?.requires ?? []).filter { !rest.contains($0) }
    return Set(rest + needed + [id]).sorted()
  }

  private mutating func take(_ count: Int) -> [Int] {
    defer { coordinates += count }
    return Array(coordinates..<(coordinates + count))
  }

  /// Takes an edit out of what may be carried; what is known of it stays.
  mutating func retire(_ id: EditID, to state: EditState) {
    guard entries.indices.contains(id.number - 1),
      ![.blocked, .dropped, .vetoed].contains(entries[id.number - 1].state)
    else { return }
    entries[id.number - 1].state = state
    guard let home = homes[id] else { return }
    components[home.component].options.removeAll { $0 == id }
  }

  /// What is believed of each coordinate before the first trial.
  var priors: [PooledModel.Prior] {
    var priors = [PooledModel.Prior](repeating: .edit, count: coordinates)
    for component in components where component.isNumber {
      for coordinate in component.coordinates { priors[coordinate] = .knob }
    }
    return priors
  }

  /// The coordinates that are switches and not parts of a number.
  var switches: [Int] { components.flatMap { $0.isNumber ? [] : $0.coordinates } }

  /// The row of a candidate that carries these edits.
  public func features(of carried: [EditID]) -> [Double] {
    var row = [Double](repeating: 0, count: coordinates)
    for id in carried {
      for (coordinate, value) in homes[id]?.parts ?? [] { row[coordinate] = value }
    }
    return row
  }

  /// Where the coordinates of an edit are; nil for one that was never carried.
  func home(of id: EditID) -> Home? { homes[id] }

  /// What an edit is worth under some effects.
  func worth(of id: EditID, _ effects: [Double]) -> Double {
    homes[id]?.parts.reduce(0) { $0 + $1.value * effects[$1.coordinate] } ?? 0
  }

  /// Whether two edits cannot stand beside each other.
  func clash(_ one: EditID, _ other: EditID) -> Bool {
    guard let first = self[one], let second = self[other] else { return true }
    return first.excludes.contains(other) || second.excludes.contains(one)
      || first.components.contains { second.components.contains($0) }
  }

  /// Takes away what cannot stand beside something dearer, and what lacks something that it requires.
  func mended(_ chosen: [EditID], worth: (EditID) -> Double) -> [EditID] {
    guard hasRelations else { return chosen.sorted() }
    let values = Dictionary(uniqueKeysWithValues: Set(chosen).map { ($0, worth($0)) })
    let order = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    var taken: [EditID] = []
    for id in order where !taken.contains(where: { clash($0, id) }) { taken.append(id) }
    // One that covers much may stand in the way of several that are worth more together.
    for id in order where !taken.contains(id) {
      let beaten = taken.filter { clash($0, id) }
      guard beaten.count == 1 else { continue }
      let rest = taken.filter { $0 != beaten[0] }
      let freed = order.filter { other in
        other != beaten[0] && !taken.contains(other) && !rest.contains { clash($0, other) }
      }
      var together: [EditID] = []
      for other in freed where !together.contains(where: { clash($0, other) }) {
        together.append(other)
      }
      let gain = together.reduce(0) { $0 + (values[$1] ?? 0) }
      if gain > values[beaten[0]] ?? 0 { taken = rest + together }
    }
    while let lacking = taken.firstIndex(where: { id in
      self[id]?.requires.contains { !taken.contains($0) } == true
    }) {
      taken.remove(at: lacking)
    }
    return taken.sorted()
  }
}

extension Edit {
  /// Whether it is another value of a number.
  public var isNumber: Bool { if case .level = value { true } else { false } }
}
