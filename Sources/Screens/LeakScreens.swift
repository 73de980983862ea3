internal import Climb
internal import Deciphering

/// What an edit can only have from a task: marks of the benchmark, names, texts, values.
struct LeakScreens {
  let index: TaskIndex
  let edit: ReflectedEdit

  func findings() -> (findings: [Finding], longest: Int) {
    var findings = canaries() + names()
    let texts = texts()
    findings += texts.findings
    findings += values() + kinship() + retellings()
    return (findings, texts.longest)
  }

  private func canaries() -> [Finding] {
    let known = Set(index.entries.flatMap(\.canaries))
    return edit.layers.flatMap { piece, layer -> [Finding] in
      let text = layer.text.lowercased()
      var found = known.filter { text.contains($0) && !edit.baseText.lowercased().contains($0) }
        .sorted()
      if text.contains("canary guid") || text.contains("should never appear in training") {
        found.append("canary")
      }
      return found.map {
        Finding(
          gate: "canary", isSure: true, what: "holds the mark by which the benchmark is known",
          quote: Self.line($0, in: layer.text))
      }
    }
  }

  private func names() -> [Finding] {
    var findings: [Finding] = []
    let base = edit.baseWords
    for (piece, layer) in edit.layers {
      let words = Words.of(layer.text)
      let places = Dictionary(grouping: words.indices) { words[$0] }
      let glued = words.filter { $0.utf8.count >= 10 }
      for entry in index.entries {
        guard let first = entry.id.first, entry.id.count > 1 || first.utf8.count >= 8 else {
          continue
        }
        let inRow = (places[first] ?? []).contains { words[$0...].starts(with: entry.id) }
        let one = entry.id.joined()
        let asOne =
          entry.id.count > 1 && one.utf8.count >= 10 && glued.contains { $0.contains(one) }
        guard inRow || asOne, !Self.contains(base, entry.id) else { continue }
        let isWritten =
          asOne
          || ["-", "_"].contains { Self.text(layer).contains(entry.id.joined(separator: $0)) }
        let quote = Self.line(entry.id.joined(separator: " "), in: layer.text, words: entry.id)
        if entry.isHidden {
          // Words may meet by chance; the written name cannot.
          findings.append(
            Finding(
              gate: isWritten ? "leak" : "task-id", isSure: isWritten,
              what: isWritten
                ? "names a task that no proposer may know" : "has a task's name as plain words",
              quote: quote))
        } else {
          findings.append(
            Finding(
              gate: "task-id", isSure: true,
              what: "names the task \(entry.name)\(layer.isDecoded ? " (\(layer.how))" : "")",
              quote: quote))
        }
      }
      _ = piece
    }
    return findings
  }

  private func texts() -> (findings: [Finding], longest: Int) {
    var findings: [Finding] = []
    var longest = 0
    for (piece, layer) in edit.layers {
      let words = Words.of(layer.text)
      for run in index.runs(words) {
        let entry = index.entries[run.task]
        guard run.length > index.run(edit.baseWords, with: run.task) else { continue }
        longest = max(longest, run.length)
        // Months, letters and small numbers stand in one order everywhere.
        let isTelling = Set(run.words.filter { $0.utf8.count >= 4 }).count >= 4
        let isLong = (run.length >= 12 || layer.isDecoded) && isTelling
        findings.append(
          Finding(
            gate: entry.isHidden && isLong ? "leak" : "ngram", isSure: isLong,
            what: entry.isHidden
              ? "shares \(run.length) words in a row with a task that no proposer may know"
              : "shares \(run.length) words in a row with the task \(entry.name)",
            quote: Self.line(run.words.joined(separator: " "), in: layer.text, words: run.words)))
      }
      guard layer.isDecoded else { continue }
      for run in index.shortRuns(words)
      where !Self.contains(edit.baseWords, run.words.split(separator: " ").map(String.init)) {
        findings.append(
          Finding(
            gate: "encoded", isSure: true,
            what: "says in another code (\(layer.how)) what stands in a task", quote: run.words))
      }
      _ = piece
    }
    return (findings, longest)
  }

  /// Files, numbers and texts of one task, weighed together.
  private func values() -> [Finding] {
    let base = Marks.of(edit.baseText)
    var weights: [Int: (sum: Double, marks: [String])] = [:]
    var seen: Set<String> = []
    for (_, layer) in edit.layers where !["rot13", "reversed", Ciphers.figured].contains(layer.how)
    {
      for mark in Marks.of(layer.text).sorted(by: { $0.text < $1.text })
      where !base.contains(mark) && seen.insert(mark.text).inserted {
        guard let known = index.marks[mark.text], known.weight > 0 else { continue }
        for task in known.tasks {
          weights[task, default: (0, [])].sum += layer.isDecoded ? 1 : known.weight
          weights[task, default: (0, [])].marks.append(mark.text)
        }
      }
    }
    // A little of several tasks is as much as a lot of one.
    let several = weights.values.filter { $0.sum >= 0.5 }
    if several.count >= 3 {
      let marks = Set(several.flatMap(\.marks)).sorted()
      return [
        Finding(
          gate: "answers", isSure: true, what: "holds files or values of several tasks",
          quote: marks.prefix(6).joined(separator: ", "))
      ]
    }
    return weights.sorted { $0.key < $1.key }.compactMap { task, found in
      guard found.sum >= 0.5 else { return nil }
      let entry = index.entries[task]
      return Finding(
        gate: "answers", isSure: found.sum >= 1,
        what: "holds \(found.marks.count == 1 ? "a file or value" : "files or values") of "
          + (entry.isHidden ? "a single task" : "the task \(entry.name)"),
        quote: found.marks.prefix(6).joined(separator: ", "))
    }
  }

  /// Sentences with several words that only one task has: no copy, perhaps a retelling.
  private func kinship() -> [Finding] {
    let base = Set(edit.baseWords)
    var findings: [Finding] = []
    for piece in edit.pieces {
      for sentence in Sentence.all(in: piece.plain) {
        var counts: [Int: Set<String>] = [:]
        for word in Set(Words.of(sentence.text)) where !base.contains(word) {
          for task in index.rare[word] ?? [] { counts[task, default: []].insert(word) }
        }
        for (task, words) in counts.sorted(by: { $0.key < $1.key })
        where words.count >= 2 && !index.entries[task].isHidden {
          findings.append(
            Finding(
              gate: "special-casing", isSure: Self.condition.matches(sentence),
              what:
                "retells the task \(index.entries[task].name) (\(words.sorted().joined(separator: ", ")))",
              quote: Self.line(sentence.text, in: sentence.text)))
        }
      }
    }
    return findings
  }

  /// What an advice begins with that is meant for some instructions only.
  private static let condition = PhraseRule(
    "special-casing", "chooses by what the instruction says", reach: 8, ordered: true,
    "if|when|whenever|where|once|for|should",
    "instruction*|task*|problem*|description|text|it|they|one",
    "mention*|say*|speak*|contain*|name*|talk*|refer*|include*|read*|about|ask*")

  /// A text with so much of what only one instruction says that it is the same task in other words.
  private func retellings() -> [Finding] {
    edit.pieces.compactMap { piece in
      let own = Set(Words.of(piece.plain)).subtracting(edit.baseWords)
      var sums = [Double](repeating: 0, count: index.entries.count)
      for word in own {
        guard let telling = index.telling[word] else { continue }
        for task in telling.tasks { sums[task] += telling.weight }
      }
      let order = sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }
      guard order.count >= 12, !index.entries[order[0]].isHidden, sums[order[0]] >= 40,
        sums[order[0]] - sums[order[1]] >= 20
      else { return nil }
      let words = own.filter { index.telling[$0]?.tasks.contains(order[0]) == true }
        .sorted {
          (index.telling[$0]?.tasks.count ?? 0, $0) < (index.telling[$1]?.tasks.count ?? 0, $1)
        }
      return Finding(
        gate: "special-casing", isSure: true,
        what: "tells the task \(index.entries[order[0]].name) in other words",
        quote: words.prefix(12).joined(separator: ", "))
    }
  }

  private static func text(_ layer: Layer) -> String { layer.text.lowercased() }

  static func contains(_ words: [String], _ row: [String]) -> Bool {
    guard let first = row.first else { return false }
    return words.indices.contains { words[$0] == first && words[$0...].starts(with: row) }
  }

  /// The line of a text in which something stands, cut to what a person reads at a glance.
  static func line(_ needle: String, in text: String, words: [String] = []) -> String {
    let lines = text.split(separator: "\n").map(String.init)
    let found =
      lines.first { $0.lowercased().contains(needle.lowercased()) }
      ?? lines.first { !words.isEmpty && contains(Words.of($0), words) }
      ?? needle
    return found.quoted
  }
}
