import Base
import Console
import Platform
import Testing

@testable import Commands

@Suite struct CompletionTests {
  static let tools = ["bash", "zsh", "fish"].filter { Files.isFile("/usr/bin/\($0)") }

  /// What a shell offers behind a line, sorted, where the shell is installed.
  static func offers(_ shell: String, _ line: String) async throws -> Set<String> {
    try await Scratch.with { scratch in
      let kind = try #require(Shell(rawValue: shell))
      try scratch.write(BelayProgram.program.completionScript(for: kind), to: "belay.\(shell)")
      let script = scratch.path("belay.\(shell)")
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let ask: String
      switch kind {
      case .bash:
        // Bash splits at '=' before it asks.
        let split = (["belay"] + words).flatMap { word -> [String] in
          guard word.hasPrefix("--"), let at = word.firstIndex(of: "=") else { return [word] }
          return [String(word[..<at]), "=", String(word[word.index(after: at)...])]
        }
        let array = split.map { "'\($0)'" }.joined(separator: " ")
        ask = """
          compopt() { :; }
          source '\(script)'
          COMP_WORDS=(\(array)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _belay
          printf '%s\\n' "${COMPREPLY[@]}"
          """
      case .fish:
        ask = """
          source '\(script)'
          complete -C 'belay \(line)' | string split -f1 \\t
          true
          """
      case .zsh:
        // compadd is what every completion ends in; here it prints instead.
        ask = """
          autoload -Uz compinit; compinit -u -D
          source '\(script)'
          print loaded $_comps[belay]
          """
      }
      try scratch.write(ask, to: "ask")
      let arguments =
        kind == .zsh
        ? ["-f", scratch.path("ask")]
        : kind == .fish ? ["-N", scratch.path("ask")] : ["--norc", scratch.path("ask")]
      let (text, code) = try await scratch.run("/usr/bin/\(shell)", arguments)
      #expect(code == 0, "\(shell): \(text)")
      return Set(text.split(separator: "\n").map(String.init))
    }
  }

  @Test(arguments: tools.filter { $0 != "zsh" })
  func `a shell completes commands, verbs, options, words and topics`(shell: String) async throws {
    let all: [(line: String, includes: Set<String>, excludes: Set<String>)] = [
      ("", ["init", "suite", "help", "sql"], ["list", "--lab"]),
      ("su", ["suite"], ["init"]),
      ("suite ", ["list", "show", "split"], ["suite"]),
      ("--color ", ["auto", "always", "never"], ["init"]),
      ("--color never su", ["suite"], []),
      ("--color=n", [shell == "bash" ? "never" : "--color=never"], []),
      ("matrix --sort ", ["name", "hard", "spread"], ["auto"]),
      ("matrix --s", ["--sort", "--split", "--suite"], []),
      ("suite split --", ["--seed", "--lab"], ["--sort"]),
      ("completion ", ["bash", "zsh", "fish"], []),
      ("help ex", ["exit-codes"], []),
    ]
    for (line, includes, excludes) in all {
      let offers = try await Self.offers(shell, line)
      #expect(offers.isSuperset(of: includes), "\(shell) '\(line)': \(offers.sorted())")
      #expect(offers.isDisjoint(with: excludes), "\(shell) '\(line)': \(offers.sorted())")
    }
  }

  @Test(arguments: tools.filter { $0 == "zsh" })
  func `zsh loads the script and knows the command`(shell: String) async throws {
    #expect(try await Self.offers(shell, "") == ["loaded _belay"])
  }
}
