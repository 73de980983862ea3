internal import Base

/// Who is told what happens in a night, and of what.
public struct Notify: Sendable, Hashable {
  /// Something that a person may want to be woken for, or to read at breakfast.
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    /// A candidate was adopted, or an adoption was taken back.
    case adopted
    /// A candidate waits for a person's word.
    case waiting
    /// Four fifths of the money, the tokens, the time or the trials are gone.
    case budget
    /// Nothing came back for a long time.
    case stall
    /// A model does not answer, or answers again.
    case provider
    /// The night holds itself because something is wrong.
    case paused
    /// The night is over.
    case done
    /// The night's process ended before the night did.
    case crashed
  }

  /// A program with its arguments; it gets one JSON object on its standard input.
  public var command: [String]
  /// What it is told.
  public var on: [Occasion]
  /// Names of variables that it sees beside the usual few; no other variable reaches it.
  public var environment: [String]
  /// The fewest seconds between two notices of a kind that comes often: adoptions, stalls, models that are away.
  public var everySeconds: Int
  /// How many seconds nothing may come back before that is told.
  public var stallSeconds: Int

  /// Tells of everything, of what comes often every ten minutes at most, and of half an hour without a result.
  public init(
    command: [String], on: [Occasion] = Occasion.allCases, environment: [String] = [],
    everySeconds: Int = 600, stallSeconds: Int = 1800
  ) {
    self.command = command
    self.on = on
    self.environment = environment
    self.everySeconds = everySeconds
    self.stallSeconds = stallSeconds
  }

  static func read(_ table: ConfigTable) -> Notify {
    var notify = Notify(command: table.strings("command") ?? [])
    if notify.command.first?.isEmpty ?? true {
      table.fault("command", "expected a program with its arguments, such as [\"notify.sh\"]")
    }
    if let words = table.strings("on") {
      notify.on = words.compactMap { word in
        let occasion = Occasion(rawValue: word)
        if occasion == nil {
          table.fault(
            "on",
            "'\(word.printable())' is not known; expected some of "
              + Occasion.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return occasion
      }
    }
    notify.environment = table.strings("environment") ?? []
    notify.everySeconds = seconds(table, "every") ?? notify.everySeconds
    notify.stallSeconds = seconds(table, "stall") ?? notify.stallSeconds
    table.finish()
    return notify
  }

  private static func seconds(_ table: ConfigTable, _ key: String) -> Int? {
    guard let word = table.string(key) else { return nil }
    guard case .after(let duration)? = Deadline(word) else {
      table.fault(key, "'\(word.printable())' is no while; expected such as 10m, 1h or 30s")
      return nil
    }
    return Int(duration.components.seconds)
  }
}
