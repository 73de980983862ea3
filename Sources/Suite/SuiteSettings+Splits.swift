public import Base

extension SuiteSettings {
  /// Gives every task its split, by the lists, the seed, or the standard seed of a bare dataset.
  mutating func assign(
    to tasks: inout [Task], invalid: [InvalidTask], file: String, isSingle: Bool,
    _ diagnostics: Diagnostics
  ) -> SplitSource {
    if let lists {
      follow(lists, tasks: &tasks, invalid: invalid, file: file, diagnostics)
      warnOfTornFamilies(tasks, file: file, diagnostics)
      return .listed
    }
    if isSingle || tasks.isEmpty { return .none }
    let used = seed ?? SuiteReader.standardSeed
    let dealt = SplitPlan.deal(
      tasks.map { $0.splitItem(by: strataKeys) }, seed: used, fractions: fractions)
    for index in tasks.indices { tasks[index].split = dealt[tasks[index].name] }
    return .seeded(seed: used, fractions: fractions)
  }

  private mutating func follow(
    _ lists: [Split: [ListedName]], tasks: inout [Task], invalid: [InvalidTask], file: String,
    _ diagnostics: Diagnostics
  ) {
    var seen: [String: Split] = [:]
    func fault(_ split: Split, _ line: Int, _ message: String) {
      diagnostics.add(
        Diagnostic(.error, file: file, line: line, key: "splits.\(split.rawValue)", message))
    }
    let known = tasks.flatMap { [$0.name, $0.shortName] } + invalid.map(\.name)
    for split in Split.allCases {
      for listed in lists[split] ?? [] {
        let name = listed.name
        let shown = name.printable()
        guard let index = tasks.firstIndex(where: { $0.isNamed(name) }) else {
          // A task that is there but faulty has been reported already.
          if !invalid.contains(where: { $0.name == name || name.hasSuffix("/\($0.name)") }) {
            fault(
              split, listed.line,
              "there is no task '\(shown)'" + Spelling.suggestion(for: name, in: known))
            isFaulty = true
          }
          continue
        }
        if let other = seen[tasks[index].name] {
          fault(split, listed.line, "'\(shown)' is also in \(other.rawValue)")
          isFaulty = true
        }
        seen[tasks[index].name] = split
        tasks[index].split = split
      }
    }
    for task in tasks where task.split == nil {
      diagnostics.add(
        Diagnostic(
          .error, file: file, line: splitsLine, key: "splits",
          "'\(task.shortName)' is in no split"))
      isFaulty = true
    }
  }

  private func warnOfTornFamilies(_ tasks: [Task], file: String, _ diagnostics: Diagnostics) {
    let families = Dictionary(grouping: tasks, by: \.family)
    for (family, members) in families.sorted(by: { $0.key < $1.key }) {
      let splits = Set(members.compactMap(\.split))
      guard splits.count > 1 else { continue }
      let shown = splits.sorted().map(\.rawValue).joined(separator: ", ")
      diagnostics.add(
        Diagnostic(
          .warning, file: file, key: "splits",
          "the family '\(family.printable())' lies in more than one split: \(shown)"))
    }
  }
}

extension Task {
  /// What the split looks at: the family and the values of some metadata keys.
  func splitItem(by keys: [String]) -> SplitItem {
    SplitItem(
      name: name, family: family,
      strata: keys.map { key in
        let value = metadata.all[key]
        return value.string ?? String(decoding: value.utf8(), as: UTF8.self)
      })
  }
}

extension Suite {
  /// The split that a seed would make of this suite's tasks.
  public func split(
    seed: UInt64, fractions: SplitFractions = .standard,
    by keys: [String] = ["category", "difficulty"]
  ) -> [Split: [String]] {
    let dealt = SplitPlan.deal(
      tasks.map { $0.splitItem(by: keys) }, seed: seed, fractions: fractions)
    var lists: [Split: [String]] = [:]
    for task in tasks {
      guard let split = dealt[task.name] else { continue }
      lists[split, default: []].append(task.shortName)
    }
    return lists.mapValues { $0.sorted() }
  }
}
