internal import Glibc

/// All tasks of a suite, ready to be looked for in an edit.
package struct TaskIndex: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let isHidden: Bool
    package let words: [String]
    /// The name's words.
    package let id: [String]
    package let canaries: [String]
  }

  /// Where a row of words stands.
  private struct Spot {
    package let task: Int32
    let at: Int32
  }

  /// How long a row is by which texts are compared, and how long one is that only a decoded text is asked for.
  package static let row = 8
  package static let short = 4

  package let entries: [Entry]
  package let marks: [String: Mark]
  /// Words of instructions that at most two tasks have anywhere.
  package let rare: [String: [Int]]
  /// Words that at most a quarter of the instructions have, and how much each says of the task.
  package let telling: [String: Telling]
  private let rows: [UInt64: [Spot]]
  private let shortRows: [UInt64: [Int32]]

  /// A word of some instructions.
  package struct Telling: Sendable {
    package let tasks: [Int]
    /// The logarithm of how rare it is.
    package let weight: Double
  }

  /// Something that stands in one task and hardly anywhere else: a file, a number, a text in quotes.
  package struct Mark: Sendable {
    package let tasks: [Int]
    /// How much it says that an edit knows that task; 1 is enough.
    package let weight: Double
  }

  package init(_ tasks: [TaskText]) {
    entries = tasks.map { task in
      let parts = [task.instruction] + task.inner
      return Entry(
        name: task.name, isHidden: task.isHidden,
        // A mark between the files, so that no row runs over their ends.
        words: parts.map { Words.of(Plain($0).text) }.joined(separator: ["\u{1}"]).map(\.self),
        id: Words.of(task.name), canaries: task.canaries)
    }
    var rows: [UInt64: [Spot]] = [:]
    var shortRows: [UInt64: [Int32]] = [:]
    for (number, entry) in entries.enumerated() {
      let words = entry.words
      guard words.count >= Self.short else { continue }
      for at in 0...(words.count - Self.short) {
        let mark = Words.mark(words[at..<(at + Self.short)])
        if shortRows[mark]?.last != Int32(number) {
          shortRows[mark, default: []].append(Int32(number))
        }
        guard at + Self.row <= words.count else { continue }
        rows[Words.mark(words[at..<(at + Self.row)]), default: []]
          .append(Spot(task: Int32(number), at: Int32(at)))
      }
    }
    self.rows = rows
    self.shortRows = shortRows
    marks = Marks.index(tasks)
    var places: [String: [Int]] = [:]
    for (number, entry) in entries.enumerated() {
      for word in Set(entry.words) { places[word, default: []].append(number) }
    }
    var rare: [String: [Int]] = [:]
    for (number, task) in tasks.enumerated() {
      for word in Set(Words.of(Plain(task.instruction).text)) {
        guard word.utf8.count >= 5, places[word]?.count ?? 0 <= 2,
          word.contains(where: { !$0.isNumber })
        else { continue }
        rare[word, default: []].append(number)
      }
    }
    self.rare = rare
    var speakers: [String: [Int]] = [:]
    for (number, task) in tasks.enumerated() {
      for word in Set(Words.of(Plain(task.instruction).text)) {
        speakers[word, default: []].append(number)
      }
    }
    telling = speakers.filter { $0.value.count * 4 <= tasks.count }.mapValues {
      Telling(tasks: $0, weight: log(Double(tasks.count) / Double($0.count)))
    }
  }

  /// A row of words that an added text shares with a task.
  package struct Run {
    package let task: Int
    package let length: Int
    package let words: [String]
  }

  /// The longest shared row for each task that shares at least eight words in a row.
  package func runs(_ added: [String]) -> [Run] {
    guard added.count >= Self.row else { return [] }
    var best: [Int: (length: Int, at: Int)] = [:]
    for at in 0...(added.count - Self.row) {
      for spot in rows[Words.mark(added[at..<(at + Self.row)])] ?? [] {
        let words = entries[Int(spot.task)].words
        var length = 0
        while at + length < added.count, Int(spot.at) + length < words.count,
          added[at + length] == words[Int(spot.at) + length]
        {
          length += 1
        }
        if length >= Self.row, length > best[Int(spot.task)]?.length ?? 0 {
          best[Int(spot.task)] = (length, at)
        }
      }
    }
    return best.sorted { $0.key < $1.key }.map { task, found in
      Run(
        task: task, length: found.length,
        words: Array(added[found.at..<(found.at + found.length)]))
    }
  }

  /// The longest row that a text shares with one task.
  package func run(_ words: [String], with task: Int) -> Int {
    runs(words).first { $0.task == task }?.length ?? 0
  }

  /// The tasks that share four words in a row, with the words.
  package func shortRuns(_ added: [String]) -> [(task: Int, words: String)] {
    guard added.count >= Self.short else { return [] }
    var found: [(Int, String)] = []
    for at in 0...(added.count - Self.short) {
      let row = added[at..<(at + Self.short)]
      // Short words and single letters meet by chance.
      guard row.reduce(0, { $0 + $1.utf8.count }) >= 16 else { continue }
      let tasks = shortRows[Words.mark(row)] ?? []
      if (1...3).contains(tasks.count), let task = tasks.first {
        found.append((Int(task), row.joined(separator: " ")))
      }
    }
    return found
  }
}

/// What is found of a task's own things in its texts and in an edit.
package enum Marks {
  package struct Found: Hashable {
    package enum Kind: Hashable { case file, number, text }
    package let kind: Kind
    package let text: String
  }

  package static func index(_ tasks: [TaskText]) -> [String: TaskIndex.Mark] {
    var places: [Found: [Int]] = [:]
    for (number, task) in tasks.enumerated() {
      var found: Set<Found> = []
      for text in [task.instruction] + task.inner { found.formUnion(of(Plain(text).text)) }
      for mark in found { places[mark, default: []].append(number) }
    }
    var marks: [String: TaskIndex.Mark] = [:]
    for (mark, tasks) in places where tasks.count <= 2 {
      let weight = weight(mark)
      if weight > marks[mark.text]?.weight ?? 0 {
        marks[mark.text] = TaskIndex.Mark(tasks: tasks, weight: weight)
      }
    }
    return marks
  }

  /// Files, numbers and texts in quotes.
  package static func of(_ text: String) -> Set<Found> {
    var found: Set<Found> = []
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      if isNameByte(bytes[at]) {
        var end = at
        while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
        add(bytes[at..<end], &found)
        at = end
        continue
      }
      if [0x22, 0x27, 0x60].contains(bytes[at]) {
        var end = at + 1
        while end < bytes.count, end - at < 200, bytes[end] != bytes[at], bytes[end] != 0x0A {
          end += 1
        }
        if end < bytes.count, bytes[end] == bytes[at], end - at > 6 {
          let words = String(decoding: bytes[(at + 1)..<end], as: UTF8.self).lowercased()
            .split(separator: " ").joined(separator: " ")
          if words.utf8.count >= 6 { found.insert(Found(kind: .text, text: words)) }
        }
      }
      at += 1
    }
    return found
  }

  private static func add(_ raw: ArraySlice<UInt8>, _ found: inout Set<Found>) {
    var name = raw
    while let last = name.last, [0x2E, 0x2C, 0x2D, 0x2F].contains(last) { name = name.dropLast() }
    while let first = name.first, [0x2C, 0x2D].contains(first) { name = name.dropFirst() }
    let digits = name.filter { $0 != 0x2C && $0 != 0x5F && $0 != 0x2E }
    if !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) {
      let number = String(decoding: name.filter { $0 != 0x2C && $0 != 0x5F }, as: UTF8.self)
      if digits.count >= 4 { found.insert(Found(kind: .number, text: number)) }
      return
    }
    let text = String(decoding: name, as: UTF8.self).lowercased()
    let last = text.split(separator: "/").last.map(String.init) ?? ""
    if let dot = last.lastIndex(of: "."), dot > last.startIndex, last.utf8.count >= 5,
      endings.contains(String(last[last.index(after: dot)...]))
    {
      found.insert(Found(kind: .file, text: last))
    }
    if text.hasPrefix("/app/"), last.utf8.count >= 4 {
      found.insert(Found(kind: .file, text: text))
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x2C: true
    default: false
    }
  }

  /// How much one of these says; 0 for what everybody has.
  private static func weight(_ mark: Found) -> Double {
    let text = mark.text
    switch mark.kind {
    case .number:
      let digits = text.filter(\.isNumber)
      guard let value = Double(text), digits.contains(where: { $0 != digits.first }) else {
        return 0
      }
      // Round numbers, powers of two, years, minutes and seconds of days are everybody's.
      let significant = String(digits.drop { $0 == "0" }.reversed().drop { $0 == "0" }.reversed())
      if significant.count <= 2 || known.contains(text) { return 0 }
      if value >= 1900, value < 2100, digits.count == 4 { return 0 }
      if let whole = Int(text), whole.nonzeroBitCount <= 1 || (whole + 1).nonzeroBitCount <= 1 {
        return 0
      }
      return significant.count >= 7 ? 1 : significant.count >= 5 ? 0.5 : 0.3
    case .file:
      let name = text.split(separator: "/").last.map(String.init) ?? text
      if known.contains(name) { return 0 }
      let stem = name.split(separator: ".").first.map(String.init) ?? name
      let isOwn =
        stem.utf8.count >= 11 || stem.contains("_") || stem.contains("-")
        || stem.utf8.count >= 4 && stem.contains(where: \.isNumber)
      return isOwn ? 1 : text.hasPrefix("/app/") ? 0.6 : 0.5
    case .text:
      let all = Words.of(text)
      let words = all.contains { $0.utf8.count >= 4 } ? all.count : 0
      let odd = text.count { $0.isNumber }
      if text.contains("%") || text.contains("\\") || text.hasPrefix("-") { return 0 }
      if text.utf8.count >= 24, words >= 4 || odd >= 4 { return 1 }
      return text.utf8.count >= 12 && (words >= 2 || odd >= 2) ? 0.4 : 0
    }
  }

  private static let endings: Set<String> = Set(
    """
    csv tsv json jsonl ndjson txt log md xml yaml yml toml ini conf cfg env sql db sqlite sqlite3 dat bin hex gz
    tgz zip tar bz2 xz zst sh bash py pl rb js ts html css po pot srt vtt ics eml mbox pem crt pub lock patch diff
    bak old out err list lst tbl rec idx sha256 md5 manifest service timer rules mk bundle psv geojson inc
    """.split { $0 == " " || $0 == "\n" }.map(String.init))

  private static let known: Set<String> = Set(
    """
    readme.md makefile config.json config.toml config.yaml config.yml settings.json package.json setup.py
    setup.cfg pyproject.toml requirements.txt main.py app.py test.py tests.py utils.py __init__.py index.html
    index.js main.c main.go main.rs lib.rs cargo.toml go.mod tsconfig.json docker-compose.yml dockerfile
    .gitignore .gitattributes .gitmodules .bashrc .profile .env .netrc .ssh known_hosts authorized_keys
    sshd_config ssh_config nginx.conf crontab fstab passwd shadow sudoers hosts resolv.conf limits.conf
    sysctl.conf input.txt output.txt input.csv output.csv data.csv data.json data.txt file.txt file.csv
    notes.txt notes.md log.txt result.txt results.txt result.json results.json results.csv report.txt
    totals.csv items.csv names.txt report.csv report.json report.md summary.txt summary.json summary.csv users.csv orders.csv access.log
    error.log app.log server.log auth.log syslog backup.tar.gz archive.tar.gz data.db database.db app.db
    test.db example.com example.org script.sh run.sh build.sh deploy.sh install.sh backup.sh schema.sql
    dump.sql query.sql agent.py agent.md skill.md tool.toml harness.toml system.md instruction.md
    trajectory.json os.path json.loads json.dumps sys.argv sys.exit sys.stdin sys.stdout re.sub re.match
    re.search datetime.datetime subprocess.run collections.counter python3.11 hashlib.sha256 csv.reader
    csv.writer os.walk os.stat os.listdir os.environ tempfile.mkdtemp shutil.copy pathlib.path itertools
    hashlib.md5 hashlib.sha1 31536000 2592000 604800 1048576 16777216 2147483647 4294967295 65535 65536 16384 32768 8192 4096 8080
    8443 5432 3306 6379 27017 1024 2048 1234 12345 123456 1234567 12345678 123456789 1234567890 0755 0644
    0600 0700 0777 0640 0750 1000000 1.0.0 127.0.0.1 0.0.0.0 192.168.1.1 10.0.0.1 8859 1252 2822 3339 4180
    6901 6902 7231 5322 8601 3600 7200 1440 10080 525600 3.11 9999 99999 65534 1900 1970 2000 1.5.0 0123456789
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
