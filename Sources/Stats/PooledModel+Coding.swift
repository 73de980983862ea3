internal import Base

extension PooledModel: Codable {
  private enum Keys: String, CodingKey {
    case tasks, coordinates, pairs, trials, places, scores, rows, common, own, spreads, deviations
    case learned, covariance, factor
  }

  /// Reads a model and refuses one whose parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Keys.self)
    func packed<Value: Packable>(_ key: Keys, _ type: Value.Type = Value.self) throws -> Value {
      try members.decode(Packed<Value>.self, forKey: key).wrappedValue
    }
    let tasks = try members.decode(Int.self, forKey: .tasks)
    guard (0...1_000_000).contains(tasks) else { throw Self.unfit }
    self.init(tasks: tasks, priors: [])
    coordinates = try members.decode(Int.self, forKey: .coordinates)
    pairs = try members.decode([Pair].self, forKey: .pairs)
    trials = try members.decode(Int.self, forKey: .trials)
    guard (0...100_000).contains(coordinates), pairs.allSatisfy(isKnown) else { throw Self.unfit }
    size = 1 + coordinates + pairs.count
    common = try packed(.common)
    own = try packed(.own)
    spreads = try packed(.spreads)
    deviations = try packed(.deviations)
    isLearned = try packed(.learned, [Int].self).map { $0 != 0 }
    covariance = try Self.matrix(packed(.covariance), size)
    factor = try packed(.factor, [Double]?.self).map { try Self.matrix($0, size - 1) }
    guard let rows = FeatureRows(try packed(.rows), width: size) else { throw Self.unfit }
    self.rows = rows
    let places: [[UInt32]] = try packed(.places)
    let scores: [[Double]] = try packed(.scores)
    guard places.count == tasks, scores.count == tasks else { throw Self.unfit }
    seen = try zip(places, scores).map { places, scores in
      guard let seen = SeenTrials(places, scores, of: rows) else { throw Self.unfit }
      return seen
    }
    guard common.count == size, spreads.count == size, deviations.count == size,
      isLearned.count == size, own.count == tasks, own.allSatisfy({ $0.count == size })
    else { throw Self.unfit }
  }

  /// Writes all of it, so that what is read goes on to the last bit as it would have.
  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Keys.self)
    func pack(_ value: some Packable, _ key: Keys) throws {
      try members.encode(Packed(wrappedValue: value), forKey: key)
    }
    try members.encode(tasks, forKey: .tasks)
    try members.encode(coordinates, forKey: .coordinates)
    try members.encode(pairs, forKey: .pairs)
    try members.encode(trials, forKey: .trials)
    try pack(common, .common)
    try pack(own, .own)
    try pack(spreads, .spreads)
    try pack(deviations, .deviations)
    try pack(isLearned.map { $0 ? 1 : 0 }, .learned)
    try pack(covariance.values, .covariance)
    try pack(factor?.values, .factor)
    try pack(rows.values, .rows)
    try pack(seen.map(\.places), .places)
    try pack(seen.map(\.scores), .scores)
  }

  private func isKnown(_ pair: Pair) -> Bool {
    0 <= pair.first && pair.first < pair.second && pair.second < coordinates
  }

  private static func matrix(_ values: [Double], _ size: Int) throws -> SymmetricMatrix {
    guard values.count == size * size else { throw unfit }
    var matrix = SymmetricMatrix(size: size)
    matrix.values = values
    return matrix
  }

  private static var unfit: BelayError {
    BelayError(.internal, "the parts of a model do not fit together")
  }
}
