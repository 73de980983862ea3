internal import Base

extension Program {
  // Works with bash alone: neither the bash-completion package nor its helpers are needed. Bash cuts
  // words at '=', so `--opt=val` arrives as three words.
  func bashCompletion() -> String {
    """
    # bash completion for \(name)
    #   source <(\(name) completion bash)
    _\(name)() {
      local cur prev word path="" count=0 i skip=0
      cur=${COMP_WORDS[COMP_CWORD]}
      prev=${COMP_WORDS[COMP_CWORD-1]}
      if [[ $cur == "=" ]]; then cur=""
      elif [[ $prev == "=" ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}
      fi
      for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == "=" ]]; then skip=1; continue; fi
        if ((skip)); then skip=0; continue; fi
        case $word in
          \(valueOptions.joined(separator: "|")))
            [[ ${COMP_WORDS[i+1]} == "=" ]] || skip=1 ;;
          -*) ;;
          *)
            case "$path $word" in
              \(nodes.map { "\" \($0.path)\"" }.joined(separator: "|"))) path="$path $word" ;;
              *) count=$((count + 1)) ;;
            esac ;;
        esac
      done
      path=${path# }
      case "$path|$prev" in
    \(bashValues())
      esac
      if [[ $cur == -* ]]; then
        local options="\(globalOptions.map(\.spelled).joined(separator: " "))"
        case $path in
    \(bashOptions())
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
      fi
      case "$path|$count" in
    \(bashArguments())
      esac
    }
    complete -F _\(name) \(name)

    """
  }

  private func bashValues() -> String {
    let own = nodes.flatMap { node in
      options(at: node).filter { $0.form == .option }.map { (node.path, $0) }
    }
    let lines =
      own.map { path, option in
        let patterns = option.spellings.map { "\"\(path)|\($0)\"" }.joined(separator: "|")
        return "    \(patterns)) \(bashReply(option)) return ;;"
      }
      + globalOptions.filter { $0.form == .option }.map { option in
        let patterns = option.spellings.map { "*\"|\($0)\"" }.joined(separator: "|")
        return "    \(patterns)) \(bashReply(option)) return ;;"
      }
    return lines.joined(separator: "\n")
  }

  private func bashOptions() -> String {
    nodes.compactMap { node in
      let names = options(at: node).map(\.spelled)
      guard !names.isEmpty else { return nil }
      return "      \"\(node.path)\") options=\"\(names.joined(separator: " ")) $options\" ;;"
    }.joined(separator: "\n")
  }

  private func bashArguments() -> String {
    var lines = ["    \"|0\") \(bashWords(commands.map(\.name))) ;;"]
    for node in nodes {
      if !node.command.commands.isEmpty {
        lines.append("    \"\(node.path)|0\") \(bashWords(node.command.commands.map(\.name))) ;;")
      }
      for (index, argument) in node.command.arguments.enumerated() {
        let count = argument.isRepeated ? "\"*" : "\(index)\""
        lines.append("    \"\(node.path)|\(count)) \(bashReply(argument)) ;;")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func bashWords(_ words: [String]) -> String {
    "mapfile -t COMPREPLY < <(compgen -W \"\(words.joined(separator: " "))\" -- \"$cur\")"
  }

  private func bashReply(_ declaration: Declaration) -> String {
    var parts: [String] = []
    if !offered(for: declaration).isEmpty {
      parts.append("compgen -W \"\(offered(for: declaration).joined(separator: " "))\" -- \"$cur\"")
    }
    switch declaration.completion {
    case .none, .command: break
    case .file: parts.append("compgen -f -- \"$cur\"")
    case .directory: parts.append("compgen -d -- \"$cur\"")
    }
    guard !parts.isEmpty else { return "COMPREPLY=();" }
    let names = [.none, .command].contains(declaration.completion) ? "" : " compopt -o filenames;"
    return "mapfile -t COMPREPLY < <(\(parts.joined(separator: "; ")));\(names)"
  }
}
