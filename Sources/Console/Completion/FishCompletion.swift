internal import Base

extension Program {
  func fishCompletion() -> String {
    """
    # fish completion for \(name)
    #   \(name) completion fish | source
    function __\(name)_path
      set -l path
      set -l skip 0
      set -l words (commandline -opc)
      for word in $words[2..-1]
        if test $skip = 1
          set skip 0
          continue
        end
        switch $word
          case \(valueOptions.joined(separator: " "))
            set skip 1
          case '-*'
          case '*'
            switch "$path $word"
              case \(nodes.map { "' \($0.path)'" }.joined(separator: " "))
                set path "$path $word"
              case '*'
                break
            end
        end
      end
      string trim -- "$path"
    end
    function __\(name)_at
      test (__\(name)_path) = "$argv[1]"
    end
    complete -c \(name) -f
    \(fishLines().joined(separator: "\n"))

    """
  }

  private func fishLines() -> [String] {
    var lines = globalOptions.map { "complete -c \(name)" + fishOption($0) }
    lines += commands.map {
      "complete -c \(name) -n '__\(name)_at \"\"' -a \($0.name) -d \(quoted($0.summary))"
    }
    for node in nodes {
      let at = "complete -c \(name) -n '__\(name)_at \"\(node.path)\"'"
      lines += node.command.commands.map { "\(at) -a \($0.name) -d \(quoted($0.summary))" }
      lines += options(at: node).map { at + fishOption($0) }
      for argument in node.command.arguments {
        let words = fishOffers(argument)
        if !words.isEmpty { lines.append(at + words) }
      }
    }
    return lines
  }

  private func fishOption(_ option: Declaration) -> String {
    let letter = option.short.map { " -s \($0)" } ?? ""
    let value = option.form == .option ? " -r" + fishOffers(option) : ""
    return "\(letter) -l \(option.name)\(value) -d \(quoted(option.help))"
  }

  private func fishOffers(_ declaration: Declaration) -> String {
    let words =
      offered(for: declaration).isEmpty
      ? "" : " -a \(quoted(offered(for: declaration).joined(separator: " ")))"
    switch declaration.completion {
    case .none, .command: return words.isEmpty ? "" : " -f" + words
    case .file: return words + " -F"
    case .directory:
      return
        " -f -a \(quoted((offered(for: declaration) + ["(__fish_complete_directories)"]).joined(separator: " ")))"
    }
  }

  private func quoted(_ text: String) -> String {
    var out = "'"
    for character in text {
      if character == "'" || character == "\\" { out += "\\" }
      out.append(character)
    }
    return out + "'"
  }
}
