public import Base
internal import Glibc

/// What is around a call: environment, folder, streams and clock; a test makes its own.
public struct Surroundings: Sendable {
  /// The environment variables.
  public let environment: [String: String]
  /// The working folder, absolute.
  public let workingDirectory: String
  /// Where results go.
  public let output: TextStream
  /// Where notes, progress and errors go.
  public let errors: TextStream
  /// Asks the user for a line; nil where nobody can be asked.
  public let ask: (@Sendable () -> String?)?
  /// All of standard input as text.
  public let input: @Sendable () throws(BelayError) -> String
  /// The next piece of standard input; empty at its end.
  public let inputPiece: @Sendable () async throws -> [UInt8]
  /// What time it is.
  public let clock: WallClock

  /// Surroundings of your own.
  public init(
    environment: [String: String], workingDirectory: String, output: TextStream,
    errors: TextStream, ask: (@Sendable () -> String?)? = nil,
    input: @escaping @Sendable () throws(BelayError) -> String = { () throws(BelayError) in "" },
    inputPiece: @escaping @Sendable () async throws -> [UInt8] = { [] },
    clock: WallClock
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.output = output
    self.errors = errors
    self.ask = ask
    self.input = input
    self.inputPiece = inputPiece
    self.clock = clock
  }

  /// The ones that this process was started with.
  public static func system() -> Surroundings {
    let ask: @Sendable () -> String? = { Terminal.readLine() }
    return Surroundings(
      environment: systemEnvironment(), workingDirectory: Files.workingDirectory(),
      output: .standard(1), errors: .standard(2), ask: Terminal.hasInput ? ask : nil,
      input: { () throws(BelayError) in try Terminal.readInput() },
      inputPiece: { try await Terminal.readPiece() }, clock: .system)
  }

  private static func systemEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      unsafe entry += 1
    }
    return variables
  }
}
