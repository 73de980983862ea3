internal import Base

extension Program {
  func zshCompletion() -> String {
    """
    #compdef \(name)
    # zsh completion for \(name): put it into a folder of $fpath as _\(name), or
    #   source <(\(name) completion zsh)
    _\(name)() {
      local curcontext="$curcontext" state line
      typeset -A opt_args
      local -a globals
      globals=(
    \(globalOptions.map { "    " + zshOption($0) }.joined(separator: "\n"))
      )
      _arguments -C $globals \(zshList(commands)) '*::arguments:->\(name)' && return
      [[ $state == \(name) ]] || return 1
      case $words[1] in
    \(commands.map { zshCase(Located(words: [$0.name], command: $0), indent: 4) }
        .joined(separator: "\n"))
      esac
    }
    if [[ $funcstack[1] == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi

    """
  }

  private func zshCase(_ node: Located, indent: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    let word = node.words.last ?? ""
    guard node.command.commands.isEmpty else {
      let verbs = node.command.commands.map {
        zshCase(Located(words: node.words + [$0.name], command: $0), indent: indent + 4)
      }
      let options = options(at: node).map { zshOption($0) }.joined(separator: " ")
      return """
        \(pad)\(word))
        \(pad)  _arguments -C $globals \(options) \(zshList(node.command.commands)) \
        '*::arguments:->verb' && return
        \(pad)  [[ $state == verb ]] || return 1
        \(pad)  case $words[1] in
        \(verbs.joined(separator: "\n"))
        \(pad)  esac ;;
        """
    }
    let own = options(at: node).map { zshOption($0) }
    let arguments = node.command.arguments.map { argument in
      let mark = argument.isRepeated ? "*" : argument.isRequired ? "" : ":"
      return quoted("\(mark):\(argument.name):\(zshAction(argument))")
    }
    let words = (own + arguments).joined(separator: " ")
    return "\(pad)\(word)) _arguments $globals \(words) ;;"
  }

  private func zshList(_ commands: [Command]) -> String {
    let words = commands.map { "\(escaped($0.name))\\:\"\(escaped($0.summary))\"" }
    return quoted(":command:((\(words.joined(separator: " "))))")
  }

  private func zshOption(_ option: Declaration) -> String {
    let repeats = option.isRepeated ? "*" : ""
    let explanation = "[\(escaped(option.help))]"
    let value = option.form == .option ? ":\(option.value):\(zshAction(option))" : ""
    let long = repeats + option.spelled + (option.form == .option ? "=" : "")
    var specs = [quoted(long + explanation + value)]
    if let letter = option.short {
      specs.append(quoted("\(repeats)-\(letter)\(explanation)\(value)"))
    }
    return specs.joined(separator: " ")
  }

  private func zshAction(_ declaration: Declaration) -> String {
    let words = offered(for: declaration).joined(separator: " ")
    let files = declaration.completion == .directory ? "_files -/" : "_files"
    if [.none, .command].contains(declaration.completion) {
      return words.isEmpty ? " " : "(\(words))"
    }
    return words.isEmpty
      ? files : "{_alternative \"words:word:(\(words))\" \"files:file:\(files)\"}"
  }

  private func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      if "[]:\\\"()`$".contains(character) { out += "\\" }
      out.append(character)
    }
    return out
  }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
