internal import Deciphering

/// Code that behaves otherwise for single tasks: it asks the instruction, the date, sizes or sums of files.
struct BranchScreen {
  let index: TaskIndex
  let piece: ReflectedEdit.Piece

  private static let seeds: Set<String> = [
    "instruction", "belay_instruction", "problem_statement", "task_text", "task_description",
    "task_prompt", "user_prompt", "user_message", "task_statement", "instruction_text",
  ]
  /// What a name says only when it is asked for something of several words.
  private static let vague: Set<String> = [
    "task", "prompt", "problem", "question", "goal", "issue", "objective", "description",
  ]
  private static let textOps: Set<String> = [
    "lower", "upper", "strip", "lstrip", "rstrip", "casefold", "read", "open", "replace", "decode",
    "encode", "split", "splitlines", "str", "set", "list", "tuple", "sorted", "join", "read_text",
    "readlines", "readline", "sub", "normalize", "get", "getenv", "tolowercase", "trim", "path",
    "cat", "tr", "head", "sed", "title", "format", "dict", "tolower", "readfilesync", "tostring",
    "findall", "frozenset", "expandvars",
  ]
  private static let questions: Set<String> = [
    "startswith", "endswith", "find", "index", "count", "contains", "includes", "match", "search",
    "indexof", "rfind", "hasprefix", "hassuffix", "fullmatch", "findall", "test", "partition",
  ]

  func findings() -> [Finding] {
    var findings: [Finding] = []
    let whole = piece.code(piece.whole)
    let tainted = Self.tainted(whole.map { CodeToken.line($0) })
    for layer in piece.layers where !layer.isDecoded {
      let lines = piece.code(layer.text)
      let tokens = lines.map { CodeToken.line($0) }
      let tables = tokens.reduce(0) { $0 + Self.entries($1) { _ in true } }
      let sizes = tokens.reduce(0) { $0 + Self.numbers($1) }
      let names = tokens.reduce(0) { $0 + Self.entries($1, Self.isFile) }
      for (number, line) in tokens.enumerated() {
        let next = tokens[(number + 1)...].prefix(3).flatMap(\.self)
        for asked in questions(line, tainted, tables: tables) {
          findings.append(finding(asked.text, isSure: asked.isSure, lines[number]))
        }
        if Self.endsEarly(line, next, tainted) {
          findings.append(
            Finding(
              gate: "conduct", isSure: true, what: "ends the work by the look of the instruction",
              quote: lines[number].quoted))
        }
        if let what = Self.otherwise(line, tables: names, sizes: sizes) {
          findings.append(
            Finding(
              gate: "special-casing", isSure: true, what: what, quote: lines[number].quoted))
        }
      }
    }
    return findings
  }

  private func finding(_ asked: String?, isSure: Bool, _ line: String) -> Finding {
    Finding(
      gate: "special-casing", isSure: isSure,
      what: asked.map { "does something else when the instruction says '\($0)'" }
        ?? "looks the instruction up in a table", quote: line.quoted)
  }

  private struct Asked {
    /// nil where it is asked for something that is not written there.
    let text: String?
    let isSure: Bool
  }

  private func questions(_ line: [CodeToken], _ tainted: Set<String>, tables: Int) -> [Asked] {
    var asked: [Asked] = []
    func speaks(_ at: Int, vaguely: Bool = false) -> Bool {
      line.indices.contains(at)
        && (Self.speaks(line[at], tainted) || vaguely && line[at].isWord(Self.vague))
    }
    func near(_ from: Int, _ reach: Int, vaguely: Bool = false) -> Bool {
      (from..<min(line.count, from + reach)).contains { speaks($0, vaguely: vaguely) }
    }
    func ask(_ literal: String, isWhole: Bool = false) {
      let text = literal.replacing("\\b", with: " ").replacing("\\s+", with: " ")
        .replacing(".*", with: " ")
      let words = Words.of(text)
      guard words.joined().utf8.count >= 3, !Self.isForm(text) else { return }
      let isOwn =
        words.count >= 2 || index.marks[text.lowercased()] != nil || isRare(words.first ?? "")
        || isWhole && isMade(words.first ?? "")
      asked.append(Asked(text: text, isSure: isOwn))
    }
    for (at, token) in line.enumerated() {
      switch token {
      case .literal(let text):
        let words = Words.of(text).count
        let vaguely = words >= 2
        // "…" in instruction, "…" == instruction
        if at + 1 < line.count,
          line[at + 1].isWord(["in"]) || line[at + 1].isSign("==") || line[at + 1].isSign("!=")
            || line[at + 1].isWord(["not"])
        {
          if near(at + 2, 4, vaguely: vaguely) { ask(text) }
        }
        // instruction == "…", instruction.startswith("…"), [[ $instruction == *"…"* ]], match(instruction, "…")
        let before = line[max(0, at - 7)..<at]
        let compares = before.contains {
          $0.isSign("==") || $0.isSign("=~") || $0.isSign("!=") || $0.isWord(Self.questions)
            || $0.isWord(["is", "fnmatch", "strstr", "stristr"])
        }
        if compares,
          before.contains(where: { Self.speaks($0, tainted) || vaguely && $0.isWord(Self.vague) })
        {
          ask(text, isWhole: at > 0 && line[at - 1].isSign("=="))
        }
        // re.search("…", instruction), grep -q "…" "$instruction"
        let isSearch = before.contains {
          $0.isWord([
            "search", "match", "fullmatch", "findall", "finditer", "compile", "grep", "egrep", "rg",
            "awk", "fnmatch", "filter", "ack",
          ])
        }
        if isSearch, near(at + 1, 6) || before.contains(where: { Self.speaks($0, tainted) }) {
          ask(text)
        }
        if line.first?.isWord(["echo", "printf", "case", "cat"]) == true,
          line.prefix(at).contains(where: { Self.speaks($0, tainted) }),
          line.prefix(at).contains(where: { $0.isWord(["grep", "egrep", "in", "rg"]) })
        {
          ask(text)
        }
      case .word(let word):
        // grep -q hsts "$BELAY_INSTRUCTION"
        if ["grep", "egrep", "rg"].contains(word),
          near(at + 1, 10) || line[..<at].contains(where: { Self.speaks($0, tainted) })
        {
          let bare = line[(at + 1)...].compactMap(\.word).filter {
            $0.utf8.count > 3 && !Self.speaks(.word($0), tainted)
          }
          if !line[(at + 1)...].contains(where: { $0.literal.map { !$0.contains("$") } ?? false }),
            let first = bare.first
          {
            ask(first)
          }
        }
        // for key in TABLE: if key in instruction
        if word == "in", at > 0, near(at + 1, 4), let key = line[at - 1].word, key != "not",
          line.contains(where: {
            $0.isWord(["if", "any", "next", "filter", "elif", "while", "all", "sum", "max"])
          }),
          !line.contains(where: { $0.literal != nil })
        {
          let iterates = at >= 2 && line[at - 2].isWord(["for"])
          if !iterates { asked.append(Asked(text: nil, isSure: tables >= 2)) }
        }
        // hash(instruction), md5sum "$BELAY_INSTRUCTION", get_close_matches(instruction, …)
        if Self.sums.contains(word) || word.hasSuffix("sum") && word.utf8.count > 4, near(at + 1, 5)
        {
          asked.append(Asked(text: nil, isSure: true))
        }
        if ["get_close_matches", "sequencematcher", "levenshtein", "cosine_similarity", "fuzz"]
          .contains(word), near(at + 1, 6)
        {
          asked.append(Asked(text: nil, isSure: true))
        }
        // TABLE[instruction], TABLE.get(instruction), len(instruction) == 812
        if at + 1 < line.count, speaks(at), at >= 2, line[at - 1].isSign("["),
          line[at - 2].word != nil,
          line[at - 2].word != "environ"
        {
          asked.append(Asked(text: nil, isSure: true))
        }
        if word == "get", at + 2 < line.count, speaks(at + 2), at >= 2,
          line[at - 2].word.map({ $0 != "environ" && $0 != "requests" }) ?? false
        {
          asked.append(Asked(text: nil, isSure: true))
        }
        if word == "len", near(at + 1, 3),
          line[at...].prefix(9).contains(where: { $0.isSign("==") || $0.isWord(["in"]) })
        {
          asked.append(Asked(text: nil, isSure: true))
        }
        if (word == "match" || word == "switch" || word == "case") && at == 0, near(1, 3) {
          asked.append(Asked(text: nil, isSure: true))
        }
      case .sign("/"):
        // $instruction =~ /bank statement/, /bank statement/.test(instruction)
        guard let end = line[(at + 1)...].prefix(12).firstIndex(where: { $0.isSign("/") }),
          end > at + 1
        else { break }
        let words = line[(at + 1)..<end].compactMap { $0.word ?? $0.number }
        let compared =
          at > 0 && line[at - 1].isSign("=~") && line[..<at].contains { Self.speaks($0, tainted) }
        let tested =
          line[end...].prefix(6).contains { $0.isWord(["test", "match", "exec"]) } && near(end, 8)
          || at > 0 && line[at - 1].isSign("(")
            && line[..<at].contains { $0.isWord(["match", "search"]) }
            && line[..<at].contains { Self.speaks($0, tainted) }
        if compared || tested { ask(words.joined(separator: " ")) }
      default: break
      }
    }
    return asked
  }

  private static let sums: Set<String> = [
    "hash", "md5", "sha1", "sha256", "sha512", "blake2b", "crc32", "adler32", "cksum", "hexdigest",
    "b2sum", "new",
  ]

  /// A word that the instructions of very few tasks have.
  private func isRare(_ word: String) -> Bool {
    guard word.utf8.count >= 4 else { return false }
    let count = index.entries.count { $0.words.contains(word) }
    return (1...2).contains(count)
  }

  /// A word that no task has: what equals it was put together from an instruction.
  private func isMade(_ word: String) -> Bool {
    word.utf8.count >= 5 && !index.entries.contains { $0.words.contains(word) }
  }

  /// Marks of form, which say nothing of the task.
  private static func isForm(_ text: String) -> Bool {
    [
      "http", "https", "http://", "https://", "system", "user", "assistant", "content", "role",
      "utf", "utf-8", "rb", "none", "null", "true", "false", "instruction",
    ].contains(text.lowercased())
  }

  /// What asks for a date, or for the size or the sum of a file, and compares it with one that is written there.
  private static func otherwise(_ line: [CodeToken], tables: Int, sizes known: Int) -> String? {
    // What a shell runs inside of quotes is run all the same.
    let inner = line.compactMap(\.literal).filter { $0.contains("$(") || $0.contains("`") }
    let words = Set(
      line.compactMap(\.word) + inner.flatMap { CodeToken.line($0).compactMap(\.word) })
    let numbers = line.compactMap { $0.number.flatMap { Int($0) } }
    let compares = line.contains {
      $0.isSign("==") || $0.isSign("<") || $0.isSign(">") || $0.isSign("<=") || $0.isSign(">=")
        || $0.isWord(["in", "eq", "gt", "lt", "ge", "le"])
    }
    let same = line.contains {
      $0.isSign("==") || $0.isSign("=") || $0.isWord(["in", "eq", "case"]) || $0.isSign("!=")
    }
    let asks = line.contains {
      $0.isWord(["if", "elif", "while", "test", "case", "assert", "and", "or", "return", "switch"])
        || $0.isSign("[") || $0.isSign("[[") || $0.isSign("?")
    }
    let clock = !words.isDisjoint(with: [
      "now", "today", "utcnow", "date", "time", "localtime", "gmtime", "strftime", "year", "month",
      "weekday",
    ])
    let dates =
      numbers.contains { (2020...2100).contains($0) || $0 > 1_600_000_000 && $0 < 4_000_000_000 }
      || numbers.contains(86_400) && numbers.contains { (18_000...40_000).contains($0) }
      || line.compactMap(\.literal).contains { isDate($0) }
    if clock, dates, compares, asks { return "does something else on certain dates" }
    let sizes = !words.isDisjoint(with: [
      "getsize", "st_size", "filesize", "wc", "stat", "du", "size",
    ])
    if sizes, same, asks, numbers.contains(where: { $0 >= 100 && $0 % 512 != 0 && $0 % 100 != 0 }) {
      return "knows a file by its size"
    }
    if sizes, words != ["size"],
      !words.isDisjoint(with: ["getsize", "st_size", "filesize", "wc", "stat"]), known >= 2,
      line.contains(where: { $0.isWord(["get", "in"]) || $0.isSign("[") })
    {
      return "knows files by their sizes"
    }
    if words.contains("belay_seed") || line.contains(where: { $0.literal == "BELAY_SEED" }), asks {
      return "does something else by the trial's seed"
    }
    let summed = words.contains {
      sums.contains($0) && $0 != "new" && $0 != "hash" || $0.hasSuffix("sum") && $0.utf8.count > 5
    }
    let isHex = { (text: String) in
      text.utf8.count >= 8 && text.allSatisfy(\.isHexDigit) && text.contains(where: \.isNumber)
    }
    if summed, same,
      line.contains(where: { ($0.literal ?? $0.word ?? $0.number).map(isHex) ?? false })
    {
      return "knows a file or text by its checksum"
    }
    if tables >= 2,
      !words.isDisjoint(with: [
        "exists", "isfile", "is_file", "listdir", "glob", "access", "stat", "file_exists",
        "existssync",
      ]), words.contains("if") || words.contains("for") || asks,
      line.compactMap(\.literal).allSatisfy({ !$0.contains(".") || $0.hasSuffix("/") })
    {
      return "looks files up in a table"
    }
    return nil
  }

  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-")
    return parts.count >= 2 && parts[0].count == 4 && (2020...2100).contains(Int(parts[0]) ?? 0)
      || text.utf8.count == 8 && text.hasPrefix("20") && text.allSatisfy(\.isNumber)
  }

  /// A branch on the instruction's length or kind that ends the work.
  private static func endsEarly(_ line: [CodeToken], _ next: [CodeToken], _ tainted: Set<String>)
    -> Bool
  {
    guard
      line.contains(where: {
        $0.isWord(["if", "elif", "when", "unless"]) || $0.isSign("[") || $0.isSign("[[")
      }),
      line.contains(where: {
        speaks($0, tainted)
          || $0.isWord(["difficulty", "is_hard", "hard", "complexity", "too_hard", "looks_hard"])
      }),
      line.contains(where: {
        $0.isWord([
          "len", "count", "wc", "size", "length", "difficulty", "is_hard", "hard", "complexity",
          "too_hard", "looks_hard",
        ]) || $0.isSign("${")
      }),
      line.contains(where: {
        $0.isSign(">") || $0.isSign(">=")
          || $0.isWord(["gt", "ge", "is_hard", "hard", "too_hard", "looks_hard"])
      })
    else { return false }
    return (line + next).contains {
      $0.isWord(["exit", "_exit", "submit", "give_up", "quit", "abort", "return"])
    }
      && !(line + next).contains {
        $0.isWord(["shorten", "truncate", "compact", "summarize", "cut"])
      }
  }

  // MARK: - Names that hold the instruction

  static func speaks(_ token: CodeToken, _ tainted: Set<String>) -> Bool {
    switch token {
    case .word(let word): tainted.contains(word)
    case .literal(let text):
      text.contains("BELAY_INSTRUCTION") || text.hasSuffix("instruction.md")
        || (text.contains("$") || text.contains("{"))
          && CodeToken.line(text).contains { $0.isWord(tainted) }
    default: false
    }
  }

  static func tainted(_ lines: [[CodeToken]]) -> Set<String> {
    var tainted = seeds
    var functions: [String: [String]] = [:]
    for line in lines {
      if let first = line.first, first.isWord(["def", "function", "fn", "func", "sub"]),
        line.count > 2, let name = line[1].word
      {
        functions[name] = line.dropFirst(2).compactMap(\.word)
      }
    }
    for _ in 0..<4 {
      let before = tainted.count
      for line in lines {
        if let sign = line.firstIndex(where: { $0.isSign("=") || $0.isSign(":") }),
          line[sign].isSign("="), sign > 0
        {
          let right = line[(sign + 1)...]
          let calls = right.indices.filter { $0 + 1 < line.count && line[$0 + 1].isSign("(") }
            .compactMap { line[$0].word }
          if right.contains(where: { speaks($0, tainted) }), calls.allSatisfy(textOps.contains),
            line[sign - 1].word != nil, sign <= 3
          {
            for token in line[..<sign] {
              if let name = token.word, name.utf8.count > 0, name != "self", name != "const",
                name != "let", name != "var", name != "local"
              {
                tainted.insert(name)
              }
            }
          }
        }
        if line.contains(where: { speaks($0, tainted) }) {
          for (at, token) in line.enumerated() where at + 1 < line.count {
            if token.isWord(["as"]), let name = line[at + 1].word { tainted.insert(name) }
            if token.isWord(["for"]), at + 2 < line.count, line[at + 2].isWord(["in"]),
              let name = line[at + 1].word,
              line[(at + 3)...].prefix(2).contains(where: { speaks($0, tainted) })
            {
              tainted.insert(name)
            }
            if let name = token.word, let parameters = functions[name], line[at + 1].isSign("("),
              line.first?.isWord(["def", "function"]) != true,
              line[(at + 2)...].prefix(9).contains(where: { speaks($0, tainted) }),
              let first = parameters.first
            {
              tainted.insert(first)
            }
          }
        }
      }
      if tainted.count == before { break }
    }
    return tainted
  }

  /// How many texts a line of a table names: `"key": "value"`, `("key", …)`, `["key", …]`.
  private static func entries(_ line: [CodeToken], _ counts: (String) -> Bool) -> Int {
    line.indices.count { at in
      guard let text = line[at].literal, text.utf8.count >= 3, at + 1 < line.count else {
        return false
      }
      let isKey = [":", "=>"].contains { line[at + 1].isSign($0) }
      // A list of texts that stands in one line is a table, too.
      let isOne =
        line[at + 1].isSign(",") && at > 0 && ["[", "(", ","].contains { line[at - 1].isSign($0) }
      let isEntry = isKey || isOne && counts("x")
      return isEntry && counts(text)
    }
  }

  /// How many numbers a line of a table names: `48213: …`.
  private static func numbers(_ line: [CodeToken]) -> Int {
    line.indices.count { at in
      at + 1 < line.count && line[at + 1].isSign(":")
        && line[at].number.map { $0.utf8.count >= 3 } ?? false
    }
  }

  private static func isFile(_ text: String) -> Bool {
    guard let dot = text.lastIndex(of: "."), dot > text.startIndex, !text.contains(" ") else {
      return false
    }
    let ending = text[text.index(after: dot)...]
    return (1...5).contains(ending.count) && ending.allSatisfy { $0.isLetter || $0.isNumber }
  }
}
