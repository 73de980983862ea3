package import Console

/// How trials are run, for every command that runs any.
package enum TrialFlags {
  package static let slots = Option(
    "slots", .whole("N", 1...10_000), "Trials at once at most (default: 2 per processor)")
  package static let provider = Option(
    "sandbox", .choice("KIND", ["process", "container"]), default: "process",
    "Processes of this machine, or containers of podman or docker")
}
