public import Base
internal import Stats

/// All edits that were ever proposed, as coordinates: a switch for each patch, and a bent line for each number.
public struct Pool: Sendable {
  /// A component that edits change, with those edits.
  public struct Component: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Whether it is a number, so that its edits share two coordinates.
    public let isNumber: Bool
    /// The edits of it, in the order of their ids.
    public internal(set) var options: [EditID]
    /// The coordinate of each option; for a number the straight and the bent part.
    var coordinates: [Int]
  }

  /// The edits; `e1` is the first.
  public private(set) var edits: [Edit] = []
  /// What they change, in the order in which it was first proposed.
  public private(set) var components: [Component] = []
  /// How many coordinates the pooled model has to know.
  public private(set) var coordinates = 0
  private var places: [String: Int] = [:]
  private var known: Set<Edit> = []
  private var hasRelations = false

  init() {}

  /// The edit with an id; nil for one that was never proposed.
  public subscript(_ id: EditID) -> Edit? {
    edits.indices.contains(id.number - 1) ? edits[id.number - 1] : nil
  }

  /// Takes an edit in; nil when there is one like it already, or when it fits no other of its component.
  mutating func add(_ edit: Edit) -> EditID? {
    var likeness = edit
    likeness.size = 0
    likeness.requires = []
    likeness.excludes = []
    let isNumber = if case .level = edit.value { true } else { false }
    if case .level(let level) = edit.value, level == 0 || !level.isFinite { return nil }
    let place = places[edit.component]
    if let place, components[place].isNumber != isNumber { return nil }
    guard known.insert(likeness).inserted else { return nil }
    edits.append(edit)
    hasRelations = hasRelations || !edit.requires.isEmpty || !edit.excludes.isEmpty
    let id = EditID(edits.count)
    if let place {
      components[place].options.append(id)
      if !isNumber { components[place].coordinates.append(take(1)[0]) }
    } else {
      places[edit.component] = components.count
      components.append(
        Component(
          name: edit.component, isNumber: isNumber, options: [id],
          coordinates: take(isNumber ? 2 : 1)))
    }
    return id
  }

  private mutating func take(_ count: Int) -> [Int] {
    defer { coordinates += count }
    return Array(coordinates..<(coordinates + count))
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
      guard let edit = self[id], let place = places[edit.component] else { continue }
      for (coordinate, value) in parts(of: id, in: components[place]) { row[coordinate] = value }
    }
    return row
  }

  func parts(of id: EditID, in component: Component) -> [(coordinate: Int, value: Double)] {
    if component.isNumber {
      guard case .level(let level) = self[id]?.value else { return [] }
      return [(component.coordinates[0], level), (component.coordinates[1], level * level)]
    }
    guard let option = component.options.firstIndex(of: id) else { return [] }
    return [(component.coordinates[option], 1)]
  }

  /// What an option is worth under some effects.
  func worth(of id: EditID, in component: Component, _ effects: [Double]) -> Double {
    parts(of: id, in: component).reduce(0) { $0 + $1.value * effects[$1.coordinate] }
  }

  /// Takes away what excludes something dearer, and what lacks something that it requires.
  func mended(_ chosen: [EditID], worth: (EditID) -> Double) -> [EditID] {
    guard hasRelations else { return chosen.sorted() }
    var taken: [EditID] = []
    for id in chosen.sorted(by: { (worth($1), $0) < (worth($0), $1) }) {
      let clashes = taken.contains { other in
        self[id]?.excludes.contains(other) == true || self[other]?.excludes.contains(id) == true
      }
      if !clashes { taken.append(id) }
    }
    while let lacking = taken.firstIndex(where: { id in
      self[id]?.requires.contains { !taken.contains($0) } == true
    }) {
      taken.remove(at: lacking)
    }
    return taken.sorted()
  }
}
