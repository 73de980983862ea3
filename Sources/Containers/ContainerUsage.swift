internal import Base
internal import Sandbox

/// Reads what a container's control group says of it, as the launcher sends it along.
enum ContainerUsage {
  /// The readings of an `end`; their order is the launcher's (`inside.c`). A container without a control
  /// group of its own sees the host's, which says nothing of it.
  static func read(_ message: WireMessage, hasGroup: Bool) -> PhaseUsage {
    var usage = PhaseUsage()
    message.forEach { tag, value in
      if tag == .cpu { usage.cpu = WireMessage.cpu(value) }
      guard tag == .cgroupText, hasGroup else { return }
      let index = Int(WireMessage.number(value, 0) as UInt32)
      read(index, WireMessage.text(value.dropFirst(4)), into: &usage)
    }
    return usage
  }

  private static func read(_ index: Int, _ text: String, into usage: inout PhaseUsage) {
    switch index {
    case 0: usage.cpu = field("usage_usec", text).map { .microseconds($0) } ?? usage.cpu
    case 1, 5: usage.peakMemoryBytes = number(text) ?? usage.peakMemoryBytes
    case 2, 6: usage.memoryKills = field("oom_kill", text) ?? usage.memoryKills
    case 3, 7: usage.processLimitHits = field("max", text) ?? usage.processLimitHits
    case 4: usage.cpu = number(text).map { .nanoseconds($0) } ?? usage.cpu
    default: break
    }
  }

  private static func number(_ text: String) -> Int? { Int(text.filter { !$0.isWhitespace }) }

  private static func field(_ name: String, _ text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}
