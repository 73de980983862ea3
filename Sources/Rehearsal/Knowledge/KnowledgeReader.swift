internal import Base

/// Reads `rehearsal.json` strictly: every fault names the task and the key.
struct KnowledgeReader {
  static let schema = "belay.rehearsal/1"
  let place: String

  func tasks(_ document: JSON) throws(BelayError) -> [RehearsalTask] {
    guard document["schema"].string == Self.schema else {
      throw fault("schema", "\"\(Self.schema)\"")
    }
    return try tasks(document, "tasks")
  }

  /// Those that stand beside the tasks, where there are any.
  func twins(_ document: JSON) throws(BelayError) -> [RehearsalTask] {
    document.object?["twins"] == nil ? [] : try tasks(document, "twins")
  }

  private func tasks(_ document: JSON, _ key: String) throws(BelayError) -> [RehearsalTask] {
    var tasks: [RehearsalTask] = []
    for (index, entry) in try list(document, key, nil).enumerated() {
      let name = try text(entry, "name", "\(key)[\(index)]")
      tasks.append(try task(entry, name))
    }
    return tasks
  }

  private func task(_ entry: JSON, _ name: String) throws(BelayError) -> RehearsalTask {
    var slips: [Slip] = []
    for (index, slip) in try list(entry, "slips", name).enumerated() {
      slips.append(try self.slip(slip, "\(name).slips[\(index)]"))
    }
    var task = RehearsalTask(
      name: name, category: try text(entry, "category", name),
      tags: Set(try texts(entry, "tags", name)), sentences: try sentences(entry, name),
      look: try text(entry, "look", name), lookAll: try text(entry, "look_all", name),
      lookAllBytes: try number(entry, "look_all_bytes", name),
      copiesFirst: entry["copies_first"].bool ?? false,
      solution: try texts(entry, "solve", name).joined(separator: "\n"),
      check: try text(entry, "check", name), checkShows: try texts(entry, "check_shows", name),
      slips: slips)
    guard task.checkShows.count == 1 << slips.count else {
      throw fault("\(name).check_shows", "one text for each set of slips")
    }
    for slip in slips where task.solution(with: [slip]) == task.solution {
      throw fault("\(name).\(slip.name).edits", "texts that the solution has")
    }
    task.makeWorks()
    return task
  }

  private func slip(_ entry: JSON, _ at: String) throws(BelayError) -> Slip {
    guard let kind = SlipKind(rawValue: try text(entry, "kind", at)) else {
      throw fault(
        "\(at).kind", "one of " + SlipKind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let difficulty = entry["difficulty"].double else {
      throw fault("\(at).difficulty", "a number")
    }
    guard let shows = entry["shows"].bool else { throw fault("\(at).shows", "true or false") }
    var edits: [Slip.Edit] = []
    for edit in try list(entry, "edits", at) {
      edits.append(Slip.Edit(find: try text(edit, "find", at), put: try text(edit, "put", at)))
    }
    return Slip(
      name: try text(entry, "name", at), kind: kind, difficulty: difficulty,
      finding: try text(entry, "finding", at), shows: shows, edits: edits)
  }

  private func sentences(
    _ entry: JSON, _ name: String
  ) throws(BelayError) -> [RehearsalTask.Sentence] {
    var found: [RehearsalTask.Sentence] = []
    for line in try texts(entry, "instruction", name) {
      let words = line.split(separator: " ")
      guard words.count == 2, let hash = UInt32(words[0], radix: 16), let count = Int(words[1])
      else { throw fault("\(name).instruction", "a hash and a number of words") }
      found.append(RehearsalTask.Sentence(hash: hash, words: count))
    }
    return found
  }

  private func list(_ entry: JSON, _ key: String, _ at: String?) throws(BelayError) -> [JSON] {
    guard let list = entry[key].array else {
      throw fault(at.map { "\($0).\(key)" } ?? key, "an array")
    }
    return list
  }

  private func text(_ entry: JSON, _ key: String, _ at: String) throws(BelayError) -> String {
    guard let text = entry[key].string else { throw fault("\(at).\(key)", "a text") }
    return text
  }

  private func number(_ entry: JSON, _ key: String, _ at: String) throws(BelayError) -> Int {
    guard let number = entry[key].int else { throw fault("\(at).\(key)", "a whole number") }
    return number
  }

  private func texts(_ entry: JSON, _ key: String, _ at: String) throws(BelayError) -> [String] {
    guard let list = entry[key].array else { throw fault("\(at).\(key)", "an array of texts") }
    let texts = list.compactMap(\.string)
    guard texts.count == list.count else { throw fault("\(at).\(key)", "an array of texts") }
    return texts
  }

  private func fault(_ key: String, _ expected: String) -> BelayError {
    BelayError(.usage, "\(key): expected \(expected)", place: place)
  }
}

extension RehearsalTask {
  /// The slips that are in the work, as the output of a check tells; nil when it shows something else.
  func slipsShown(in output: String) -> Set<Int>? {
    guard let bits = checkShows.firstIndex(where: { Self.has(output, $0) }) else { return nil }
    return Set(slips.indices.filter { bits >> $0 & 1 == 1 })
  }

  // A sum is not a part of a longer number; whatever else stands around it is the harness's.
  private static func has(_ output: String, _ sum: String) -> Bool {
    output.ranges(of: sum).contains { range in
      let before = output[..<range.lowerBound].last
      let after = output[range.upperBound...].first
      return !(before?.isNumber ?? false) && !(after?.isNumber ?? false)
    }
  }

  /// The commands with some slips made in them.
  func solution(with slips: [Slip]) -> String {
    var text = solution
    for slip in slips {
      for edit in slip.edits { text = text.replacing(edit.find, with: edit.put) }
    }
    return text
  }
}
