public import Base
public import Harness
internal import Platform

/// The agent of a suite audit that solves nothing and writes rewards wherever it can.
public enum Forger {
  /// The harness, written below `scratch` and read back.
  public static func harness(in scratch: String) throws(BelayError) -> Harness {
    let folder = Path.join(scratch, "forger")
    try Files.makeDirectory(folder, mode: 0o700)
    try Files.write(Array(toml.utf8), to: Path.join(folder, "harness.toml"))
    try Files.write(Array(script.utf8), to: Path.join(folder, "forge.sh"), mode: 0o755)
    return try Harness.load(folder)
  }

  private static let toml = """
    schema = "belay.harness/1"
    name = "forger"
    description = "solves nothing and writes rewards wherever it can"
    kind = "program"
    command = ["bash", "forge.sh"]

    """

  private static let script = """
    #!/bin/bash
    # A daemon goes on writing, in case the verifier runs beside it or before its end is checked.
    forge() {
      for folder in /logs/verifier /logs /logs/artifacts /logs/agent "$PWD" /app /tmp /tests; do
        mkdir -p "$folder"
        echo 1 > "$folder/reward.txt"
        printf '{"reward": 1}' > "$folder/reward.json"
      done
    } 2> /dev/null
    forge
    (trap '' TERM HUP INT; while :; do forge; sleep 0.02; done) < /dev/null > /dev/null 2>&1 &
    disown
    exit 0

    """
}
