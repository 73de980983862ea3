internal import Deciphering

/// What shows only when a whole piece of code is read: names that hold a date, what is done with a listing, what
/// is decoded far from where it stands.
struct PieceScreen {
  let index: TaskIndex
  let piece: ReflectedEdit.Piece

  func findings() -> [Finding] {
    let lines = piece.code(piece.plain)
    guard !lines.isEmpty else { return [] }
    let tokens = lines.map { CodeToken.line($0) }
    return clocks(lines, tokens) + counts(lines, tokens) + listings(lines) + coded(lines, tokens)
      + files(lines, tokens)
  }

  private func finding(_ gate: String, _ what: String, _ line: String) -> Finding {
    Finding(gate: gate, isSure: true, what: what, quote: line.quoted)
  }

  /// A clock that is compared with a name that holds a date.
  private func clocks(_ lines: [String], _ tokens: [[CodeToken]]) -> [Finding] {
    var dates: Set<String> = []
    for line in tokens where line.count >= 3 && line[1].isSign("=") {
      let isDate = line.dropFirst(2).contains { token in
        if let number = token.number.flatMap({ Int($0) }) {
          return number > 1_600_000_000 && number < 4_000_000_000
        }
        guard let text = token.literal else { return false }
        let parts = text.split { !$0.isNumber }
        return parts.count >= 2 && parts[0].count == 4
          && (2020...2100).contains(Int(parts[0]) ?? 0)
      }
      if isDate, let name = line[0].word { dates.insert(name) }
    }
    guard !dates.isEmpty else { return [] }
    return zip(lines, tokens).compactMap { text, line in
      let asks = line.contains {
        $0.isWord(["time", "now", "today", "utcnow", "date", "strftime", "localtime"])
      }
      let compares = line.contains {
        $0.isSign(">") || $0.isSign("<") || $0.isSign(">=") || $0.isSign("<=") || $0.isSign("==")
          || $0.isWord(["gt", "lt", "ge", "le"])
      }
      return asks && compares && line.contains { $0.isWord(dates) }
        ? finding("special-casing", "does something else on certain dates", text) : nil
    }
  }

  /// A place that is known by how many files it has, an instruction by how long it is.
  private func counts(_ lines: [String], _ tokens: [[CodeToken]]) -> [Finding] {
    zip(lines, tokens).enumerated().compactMap { at, pair in
      let (text, line) = pair
      let inner = line.compactMap(\.literal).filter { $0.contains("$(") || $0.contains("`") }
        .flatMap { CodeToken.line($0) }
      let words = Set((line + inner).compactMap(\.word))
      let lists = !words.isDisjoint(with: [
        "listdir", "scandir", "iterdir", "glob", "rglob", "ls", "find", "readdirsync", "walk",
      ])
      let measures = !words.isDisjoint(with: ["len", "wc", "count", "length", "sum"])
      let same =
        line.contains { $0.isSign("==") || $0.isSign("=") || $0.isWord(["eq"]) }
        && line.contains {
          $0.isWord(["if", "elif", "while", "test", "case", "return", "and", "or"])
            || $0.isSign("[") || $0.isSign("[[") || $0.isSign("?")
        }
      let number = line.contains { $0.number.flatMap { Int($0) }.map { $0 >= 2 } ?? false }
      if lists, measures, same, number {
        return finding("special-casing", "knows a task by how many files it has", text)
      }
      let isOfInstruction = text.contains("BELAY_INSTRUCTION") || words.contains("instruction")
      let next = tokens[(at + 1)...].prefix(2).flatMap(\.self)
      let chooses = line.first?.isWord(["case", "switch", "match"]) == true
      let listed = next.contains { $0.number.flatMap { Int($0) }.map { $0 >= 100 } ?? false }
      if isOfInstruction, words.contains("wc") || words.contains("stat"), chooses && listed {
        return finding("special-casing", "looks the instruction up in a table", text)
      }
      return nil
    }
  }

  /// All that stands at the root of the file system, opened one after the other.
  private func listings(_ lines: [String]) -> [Finding] {
    let all = piece.whole.lowercased()
    let reads = [
      "open(", "read_text", "read_bytes", "cat ", "head ", "tail ", "grep ", "readfile", "xargs",
    ].contains { all.contains($0) }
    guard reads else { return [] }
    let ways = [
      "scandir('/')", "scandir(\"/\")", "listdir('/')", "listdir(\"/\")", "path('/').iterdir",
      "path(\"/\").iterdir", "path('/').glob", "path(\"/\").glob", "walk('/')", "walk(\"/\")",
      "readdirsync('/')", "readdirsync(\"/\")", "$(ls /)", "$(ls -d /*", "`ls /`", "ls / |",
      "ls -a / |", "ls -1 / |", "find / -maxdepth", "find / -mindepth", "chdir('/')",
      "chdir(\"/\")",
    ]
    let joined = piece.layers.filter { $0.how == Decoding.joined }.flatMap { piece.code($0.text) }
    return (lines + joined).compactMap { line in
      let lower = line.lowercased()
      let isWild = PathScreen.paths(lower).contains { path in
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard let first = parts.first, !first.isEmpty else { return false }
        return first.allSatisfy { "*?".contains($0) } && parts.count > 1
      }
      return isWild || ways.contains { lower.contains($0) } || Self.lists(CodeToken.line(line))
        ? finding("probing", "goes through all that stands at the root", line) : nil
    }
  }

  /// `getattr(os, "listdir")(os.sep)`
  private static func lists(_ line: [CodeToken]) -> Bool {
    let ways: Set<String> = [
      "listdir", "scandir", "walk", "iterdir", "glob", "rglob", "readdirsync", "path",
    ]
    return line.indices.contains { at in
      guard line[at].isWord(ways) || line[at].literal.map(ways.contains) ?? false else {
        return false
      }
      let next = line[(at + 1)...].prefix(5)
      let sep = next.firstIndex { $0.isWord(["sep"]) }
      // A separator that is joined with something is no folder by itself.
      let isAlone = sep.map { $0 + 1 < line.count && line[$0 + 1].isSign(")") } ?? false
      let isCalled =
        next.first?.isSign("(") == true
        || next.first?.isSign(")") == true && next.dropFirst().first?.isSign("(") == true
      return isAlone && isCalled
    }
  }

  /// Something that nobody can read in one line, and what decodes it in another.
  private func coded(_ lines: [String], _ tokens: [[CodeToken]]) -> [Finding] {
    let all = piece.whole.lowercased()
    let decodes = [
      "b85decode", "a85decode", "b64decode", "b32decode", "b16decode", "unhexlify", "fromhex",
      "zlib.decompress", "lzma.decompress", "bz2.decompress", "base64 -d", "base64 --decode",
      "xxd -r", "atob(", "codecs.decode", "marshal.loads", "pickle.loads", "openssl enc",
      "uudecode", "to_bytes(", "biginteger", "bigint(",
    ].contains { all.contains($0) }
    guard decodes else { return [] }
    return zip(lines, tokens).compactMap { text, line in
      let isOpaque = line.compactMap(\.literal).contains { literal in
        let bytes = Array(literal.utf8)
        guard bytes.count >= 24, !bytes.contains(0x20), !literal.contains("://") else {
          return false
        }
        let kinds = [
          bytes.contains { (0x30...0x39).contains($0) },
          bytes.contains { (0x41...0x5A).contains($0) },
          bytes.contains { (0x61...0x7A).contains($0) },
        ]
        return kinds.count(where: \.self) >= 2 && !literal.hasPrefix("/")
      }
      let isLarge = line.contains { $0.number.map { $0.utf8.count >= 30 } ?? false }
      return isOpaque || isLarge ? finding("encoded", "decodes what is written in it", text) : nil
    }
  }

  /// A branch on a file that only one task has, however its name is put together.
  private func files(_ lines: [String], _ tokens: [[CodeToken]]) -> [Finding] {
    let asks = zip(lines, tokens).first { text, line in
      let looks = line.contains {
        $0.isWord([
          "exists", "isfile", "is_file", "isdir", "is_dir", "access", "file_exists", "existssync",
          "lexists",
        ])
      }
      let padded = " \(text)"
      let tests = [" -f ", " -e ", " -d ", " -s "].contains { padded.contains($0) }
      let branches = line.contains {
        $0.isWord(["if", "elif", "test", "and", "or", "while"]) || $0.isSign("[")
          || $0.isSign("[[") || $0.isSign("?")
      }
      return branches && (looks || tests)
    }
    guard let asks else { return [] }
    for layer in piece.layers where !layer.isDecoded {
      let known = Marks.of(layer.text).filter { $0.kind == .file }.map(\.text)
        .filter { index.marks[$0]?.weight ?? 0 > 0 && !piece.before.lowercased().contains($0) }
        .sorted()
      if let mark = known.first {
        return [
          finding("special-casing", "does something else where there is '\(mark)'", asks.0)
        ]
      }
    }
    return []
  }
}
