internal import Sandbox
internal import Suite

/// The environments that commands inside get: written from nothing, never the host's.
enum TrialEnvironment {
  /// What every command sees.
  static func base(user: String?, home: String? = nil) -> [String: String] {
    let name = user.flatMap { $0 == "0" ? nil : $0 } ?? "root"
    return [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME": home ?? (name == "root" ? "/root" : "/home/\(name)"), "USER": name, "LOGNAME": name,
      "SHELL": "/bin/bash", "LANG": "C.UTF-8", "TERM": "dumb",
    ]
  }

  /// What the agent of a trial sees.
  static func agent(_ place: PreparedPlace, user: String?, seed: UInt64) -> [String: String] {
    base(user: user ?? place.image?.user).merging(place.variables) { $1 }.merging([
      "BELAY_INSTRUCTION": "/run/belay/instruction.md", "BELAY_SEED": "\(seed)",
    ]) { $1 }
  }

  /// What a verifier sees: its own variables, none that steer a shell, a linker or an interpreter, and
  /// a home that no agent has written to. `git -c` of a verifier that means it wins over `git`.
  static func verifier(
    _ place: PreparedPlace, _ step: PreparedStep, git: [(String, String)] = []
  ) -> [String: String] {
    // In an image only its own PATH leads to its programs.
    let image = place.variables.filter {
      !isSteering($0.key) || $0.key == "PATH" && place.image != nil
    }
    return base(user: step.step.verifier.user, home: verifierHome)
      .merging(GitGuard.environment(GitGuard.always + git)) { own, _ in own }
      .merging(image) { own, new in place.image == nil ? own : new }
      .merging(step.verifierVariables) { $1 }
  }

  /// A folder that is fresh in each judging.
  static let verifierHome = "/run/verifier"

  private static func isSteering(_ name: String) -> Bool {
    ["PATH", "HOME", "SHELL", "USER", "LOGNAME", "BASH_ENV", "ENV", "IFS", "PERL5LIB", "PERL5OPT"]
      .contains(name)
      || ["LD_", "PYTHON", "GIT_", "BASH_FUNC", "DYLD_", "RUBY", "NODE_"].contains {
        name.hasPrefix($0)
      }
  }
}
