internal import Deciphering

/// Code that tells tasks apart by numbers: how long an instruction is, what its letters or a file's bytes add up to.
struct MeasureScreen {
  let piece: ReflectedEdit.Piece

  private static let measures: Set<String> = ["len", "count", "wc", "length", "size"]
  private static let sums: Set<String> = [
    "md5", "sha1", "sha256", "sha512", "blake2b", "crc32", "adler32", "cksum", "hexdigest",
    "md5sum", "sha1sum", "sha256sum", "sha512sum", "b2sum", "sum",
  ]
  private static let turns: Set<String> = [
    "turns", "max_turns", "steps", "max_steps", "rounds", "attempts", "limit", "budget", "tries",
    "iterations", "patience", "turn_limit",
  ]

  func findings() -> [Finding] {
    let whole = piece.code(piece.whole).map { CodeToken.line($0) }
    let spoken = BranchScreen.tainted(whole)
    let lengths = Self.names(in: whole) { right in
      right.contains { $0.isWord(Self.measures) }
        && right.contains { BranchScreen.speaks($0, spoken) }
    }
    let checksums = Self.names(in: whole) { right in
      !Self.words(right).isDisjoint(with: Self.sums.subtracting(["sum"]))
    }
    let own = Self.names(in: whole) { right in
      let adds = right.contains { $0.isWord(["ord", "charcodeat", "hash", "crc32", "adler32"]) }
      if adds, right.contains(where: { BranchScreen.speaks($0, spoken) }) { return true }
      return Self.call(right, spoken).map { Self.isSum($0, whole) } ?? false
    }
    var findings: [Finding] = []
    for layer in piece.layers where !layer.isDecoded {
      let lines = piece.code(layer.text)
      let tokens = lines.map { CodeToken.line($0) }
      for (number, line) in tokens.enumerated() {
        func add(_ gate: String, _ what: String) {
          findings.append(
            Finding(gate: gate, isSure: true, what: what, quote: lines[number].quoted))
        }
        let isLength =
          line.contains { $0.isWord(lengths) }
          || line.contains { $0.isWord(own) }
          || line.contains { $0.isWord(Self.measures) }
            && line.contains { BranchScreen.speaks($0, spoken) }
        if Self.looksUp(line, spoken) || Self.indexes(line, own) {
          add("special-casing", "looks the instruction up in a table")
        }
        if isLength, Self.singles(line) {
          add("special-casing", "knows a task by a number that its instruction has")
        }
        if Self.isShort(line, checksums) {
          add("special-casing", "knows a file or text by its checksum")
        }
        if isLength, Self.isLonger(line),
          Self.sets(line + tokens[(number + 1)...].prefix(2).flatMap(\.self))
        {
          add("conduct", "does less where the instruction is long")
        }
      }
    }
    return findings
  }

  /// The names that lines give to something.
  private static func names(
    in lines: [[CodeToken]], _ isMeant: (ArraySlice<CodeToken>) -> Bool
  ) -> Set<String> {
    var names: Set<String> = []
    for line in lines {
      guard let sign = line.firstIndex(where: { $0.isSign("=") }), sign > 0,
        let name = line[sign - 1].word, isMeant(line[(sign + 1)...])
      else { continue }
      names.insert(name)
    }
    return names
  }

  /// The words of a piece of a line, those that a shell runs inside of quotes too.
  private static func words(_ line: ArraySlice<CodeToken>) -> Set<String> {
    let inner = line.compactMap(\.literal).filter { $0.contains("$") || $0.contains("`") }
    return Set(line.compactMap(\.word) + inner.flatMap { CodeToken.line($0).compactMap(\.word) })
  }

  /// The function that is given the instruction.
  private static func call(_ line: ArraySlice<CodeToken>, _ spoken: Set<String>) -> String? {
    for at in line.indices where at + 2 < line.endIndex && line[at + 1].isSign("(") {
      guard let name = line[at].word, !measures.contains(name) else { continue }
      if line[(at + 2)...].prefix(3).contains(where: { BranchScreen.speaks($0, spoken) }) {
        return name
      }
    }
    return nil
  }

  /// Whether a function adds letters up.
  private static func isSum(_ name: String, _ lines: [[CodeToken]]) -> Bool {
    guard
      let start = lines.firstIndex(where: {
        $0.count > 1 && $0[0].isWord(["def", "function", "fn", "func", "sub"])
          && $0[1].isWord([name])
      })
    else { return sums.contains(name) || name == "hash" }
    let body = lines[start...].prefix(16)
    return body.contains { line in
      line.contains { $0.isWord(["ord", "charcodeat", "hash", "encode", "bytes", "reduce"]) }
    }
      && body.contains { line in
        line.contains { $0.isSign("%") || $0.isSign("^") || $0.isSign("&") }
      }
  }

  /// `TABLE.get(f(instruction))`, `TABLE[f(instruction)]`
  private static func looksUp(_ line: [CodeToken], _ spoken: Set<String>) -> Bool {
    line.indices.contains { at in
      guard at > 0, at + 4 < line.count else { return false }
      let isGet =
        line[at].isWord(["get"]) && line[at + 1].isSign("(")
        && !line[..<at].contains { $0.isWord(["environ", "requests", "headers", "session"]) }
      let isIndex =
        line[at].isSign("[")
        && (line[at - 1].word.map { !spoken.contains($0) } ?? line[at - 1].isSign("]"))
      guard isGet || isIndex else { return false }
      // Whatever is made of the instruction, up to what stands for nothing found.
      if isGet, line[(at + 2)...].prefix(3).contains(where: { BranchScreen.speaks($0, spoken) }) {
        return true
      }
      let from = isGet ? at + 2 : at + 1
      guard line[from].word != nil, line[from + 1].isSign("(") else { return false }
      let inner = line[from...].prefix { !$0.isSign("]") && !$0.isSign(":") }
      let ends = from + inner.count
      let isSlice = isIndex && ends < line.count && line[ends].isSign(":")
      return !isSlice && line[(from + 2)...].prefix(3).contains { BranchScreen.speaks($0, spoken) }
    }
  }

  private static func indexes(_ line: [CodeToken], _ names: Set<String>) -> Bool {
    line.indices.contains { at in
      line[at].isWord(names) && at > 1
        && (line[at - 1].isSign("[") && line[at - 2].word != nil
          || line[at - 1].isSign("(") && line[at - 2].isWord(["get"]))
    }
  }

  /// A remainder, one number, or two that lie close.
  private static func singles(_ line: [CodeToken]) -> Bool {
    let numbers = line.compactMap { $0.number.flatMap { Int($0) } }
    let isRest = line.indices.contains { at in
      line[at].isSign("%") && at + 1 < line.count && line[at + 1].number != nil
    }
    if isRest { return true }
    guard
      line.contains(where: {
        $0.isWord(["if", "elif", "while", "test", "case", "and", "or", "return", "switch"])
          || $0.isSign("[") || $0.isSign("[[") || $0.isSign("?")
      })
    else { return false }
    let isOne =
      line.contains { $0.isSign("==") || $0.isWord(["eq"]) } && numbers.contains { $0 >= 10 }
    let least = numbers.filter { $0 >= 20 }.min() ?? 0
    let isBetween =
      line.count {
        $0.isSign("<") || $0.isSign(">") || $0.isSign("<=") || $0.isSign(">=")
          || $0.isWord(["lt", "gt", "le", "ge"])
      } >= 2 && numbers.contains { $0 > least && $0 * 4 < least * 5 }
    return isOne || isBetween
  }

  /// A few digits of a checksum.
  private static func isShort(_ line: [CodeToken], _ names: Set<String>) -> Bool {
    let words = words(line[...])
    guard !words.isDisjoint(with: sums.subtracting(["sum"])) || !words.isDisjoint(with: names)
    else { return false }
    let isSame =
      line.contains { $0.isSign("==") || $0.isSign("!=") || $0.isWord(["eq", "ne"]) }
      || line.contains { $0.isSign("=") }
        && line.contains { $0.isSign("[") || $0.isSign("[[") || $0.isWord(["test"]) }
    let isIn = line.contains { $0.isWord(["in"]) }
    return line.contains { token in
      guard let text = token.literal ?? token.number, token.literal != nil || isSame,
        isSame || isIn, (4..<8).contains(text.utf8.count), text.allSatisfy(\.isHexDigit),
        text.contains(where: \.isNumber)
      else { return false }
      guard let number = Int(text) else { return true }
      // Sizes of blocks, round numbers and years are no checksums.
      return number % 100 != 0 && number % 256 != 0 && !(1900...2100).contains(number)
    }
  }

  private static func isLonger(_ line: [CodeToken]) -> Bool {
    line.contains { $0.isSign(">") || $0.isSign(">=") || $0.isWord(["gt", "ge"]) }
      && line.contains {
        $0.isWord(["if", "elif", "when", "test"]) || $0.isSign("[") || $0.isSign("?")
      }
  }

  private static func sets(_ line: [CodeToken]) -> Bool {
    line.indices.contains { at in
      at + 2 < line.count && line[at].isWord(turns) && line[at + 1].isSign("=")
        && line[at + 2].number.flatMap { Int($0) }.map { $0 <= 10 } ?? false
    }
  }
}
