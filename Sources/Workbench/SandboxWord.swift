internal import Base
internal import Containers
package import Ledger
package import Sandbox

/// The one rule for `--sandbox`.
package enum SandboxWord {
  /// The provider of this name, working in the lab's scratch space.
  package static func provider(_ word: String, lab: Lab) async throws -> any SandboxProvider {
    try await provider(word, scratch: lab.scratchPath)
  }

  /// The provider of this name, working in a folder of its own.
  package static func provider(_ word: String, scratch: String) async throws -> any SandboxProvider
  {
    switch word {
    case "process": return try await ProcessSandbox(scratch: scratch)
    case "container": return try await ContainerSandbox()
    default:
      throw BelayError(
        .usage, "no sandbox is called \(word.printable())", hint: "process or container")
    }
  }
}
