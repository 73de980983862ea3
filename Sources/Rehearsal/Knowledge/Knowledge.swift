public import Base
internal import Platform

/// What the simulated models know of a suite: the file `rehearsal.json` beside its tasks.
public struct RehearsalKnowledge: Sendable, Hashable {
  /// The tasks, by name.
  public var tasks: [RehearsalTask]
  /// Twins of tasks, by name: known as well, and no tasks of the suite.
  public var twins: [RehearsalTask]
  /// The digest of the file, so that a figure can name what it rests on.
  public var digest: Digest
  private var tasksOfSentence: [UInt32: [Int]]

  /// The file's name within a suite's folder.
  public static let fileName = "rehearsal.json"

  /// Reads what is known of the suite in a folder, or the file itself.
  public static func read(_ path: String) throws(BelayError) -> RehearsalKnowledge {
    let file = Files.isDirectory(path) ? Path.join(path, fileName) : path
    guard Files.kind(file) != nil else {
      throw BelayError(
        .notFound, "the rehearsal models know nothing of this suite: there is no \(fileName)",
        place: path, hint: "belay rehearse truth --suite benchmarks/shell")
    }
    return try parse(try Files.read(file, limit: 16 << 20), place: file)
  }

  /// Reads the file's bytes; `place` is for messages.
  public static func parse(
    _ bytes: [UInt8], place: String
  ) throws(BelayError) -> RehearsalKnowledge {
    let document: JSON
    do {
      document = try JSON.parse(bytes)
    } catch {
      throw BelayError(.usage, "is not valid JSON", place: place, cause: error)
    }
    let reader = KnowledgeReader(place: place)
    return RehearsalKnowledge(
      tasks: try reader.tasks(document), twins: try reader.twins(document),
      digest: Digest.of(bytes))
  }

  init(tasks: [RehearsalTask], twins: [RehearsalTask] = [], digest: Digest) {
    self.tasks = tasks
    self.twins = twins
    self.digest = digest
    tasksOfSentence = [:]
    for (index, task) in (tasks + twins).enumerated() {
      for sentence in task.sentences { tasksOfSentence[sentence.hash, default: []].append(index) }
    }
  }

  /// The task that a text is about: the one most of whose instruction is in it.
  func recognise(_ sentences: [TextSentence]) -> Recognition? {
    var found: [Int: Set<UInt32>] = [:]
    for sentence in sentences {
      for index in tasksOfSentence[sentence.hash] ?? [] {
        found[index, default: []].insert(sentence.hash)
      }
    }
    var best: (share: Double, index: Int)?
    for (index, hashes) in found.sorted(by: { $0.key < $1.key }) {
      let known = known(index).sentences
      let total = known.reduce(0) { $0 + $1.words }
      let seen = known.reduce(0) { $0 + (hashes.contains($1.hash) ? $1.words : 0) }
      let share = Double(seen) / Double(max(total, 1))
      if share > best?.share ?? 0 { best = (share, index) }
    }
    // A third of the words: text around the instruction, another wrapping and an edited sentence or
    // two do no harm, and the sentences of two tasks are never that much alike.
    guard let best, best.share > 0.34 else { return nil }
    let own = Set(known(best.index).sentences.map(\.hash))
    return Recognition(
      task: known(best.index), share: best.share,
      around: sentences.filter { !own.contains($0.hash) })
  }

  private func known(_ index: Int) -> RehearsalTask {
    index < tasks.count ? tasks[index] : twins[index - tasks.count]
  }

  /// The task of a name.
  public func task(_ name: String) -> RehearsalTask? { tasks.first { $0.name == name } }
}

/// A recognised task, and what the harness says around its instruction.
struct Recognition: Sendable, Hashable {
  var task: RehearsalTask
  /// How much of the instruction was there.
  var share: Double
  /// The sentences that are not the instruction's.
  var around: [TextSentence]
}
