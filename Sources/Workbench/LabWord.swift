internal import Base
package import Console
package import Ledger
internal import Platform

/// The one rule for the lab: `--lab`, else `BELAY_LAB`, else `.belay` found upwards from the working folder.
package enum LabWord {
  /// The lab that is meant; with `create`, a new one in `./.belay` where none is found, which is said.
  package static func resolve(_ call: Call, create: Bool = false) throws -> Lab {
    do {
      let lab = try Lab.find(
        explicit: call.lab, environment: call.surroundings.environment,
        from: call.surroundings.workingDirectory)
      address(lab, call)
      return lab
    } catch let error as BelayError {
      guard create, error.kind == .notFound, call.lab == nil else { throw error }
      let lab = try make(at: Path.join(call.surroundings.workingDirectory, ".belay"))
      call.output.note("made a lab: \(lab.path)")
      return lab
    }
  }

  /// The lab that is meant; nil where there is none and all of these words are known without.
  package static func resolve(_ call: Call, for words: [String]) throws -> Lab? {
    do {
      return try resolve(call)
    } catch let error as BelayError where error.kind == .notFound && call.lab == nil {
      let shelf = Path.join(call.surroundings.workingDirectory, "harnesses")
      let isNeeded = words.contains { word in
        (HarnessWord.isID(word) || GenerationWord.isPlace(word))
          && !Files.isDirectory(Path.join(shelf, word))
      }
      if isNeeded { throw error }
      return nil
    }
  }

  /// Has the commands that this call says name the lab, where whoever pastes them would not find it without.
  package static func address(_ lab: Lab, _ call: Call) {
    guard let named = call.lab else { return }
    let alone = try? Lab.find(
      explicit: nil, environment: call.surroundings.environment,
      from: call.surroundings.workingDirectory)
    if alone != lab { call.output.sends(commandsTo: named) }
  }

  /// A reader of the lab that is meant.
  package static func reader(_ call: Call) throws -> LedgerReader { try resolve(call).reader() }

  /// Makes a lab with an empty ledger, kept out of version control; one that is there is left as it is.
  package static func make(at path: String) throws -> Lab {
    let lab = try Lab.create(at: path)
    let ignore = Path.join(lab.path, ".gitignore")
    if Files.kind(ignore) == nil { try Files.write(Array("*\n".utf8), to: ignore) }
    return lab
  }
}
