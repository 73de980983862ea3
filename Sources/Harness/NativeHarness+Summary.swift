extension NativeHarness {
  /// What it is in one line: its pattern with the roles, and how much else there is.
  public var summary: String {
    func count(_ number: Int, _ word: String) -> String? {
      number == 0 ? nil : "\(number) \(word)\(number == 1 ? "" : "s")"
    }
    let roles = orchestration.sequence.map { step in
      step.role + (step.fanOut > 1 ? " × \(step.fanOut)" : "")
    }
    return
      ([
        "\(orchestration.pattern) (\(roles.joined(separator: ", ")))", count(tools.count, "tool"),
        count(skills.count, "skill"), count(servers.count, "server"), count(knobs.count, "knob"),
      ] as [String?]).compactMap(\.self).joined(separator: ", ")
  }
}
