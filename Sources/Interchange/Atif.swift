public import Base

/// The Agent Trajectory Interchange Format: versions 1.0 to 1.8 are read and checked, 1.7 is written.
public enum Atif {
  /// The version that Belay writes.
  public static let written = "ATIF-v1.7"

  /// What a document gave: all of it that can be used, and every fault.
  public struct Reading: Sendable {
    /// The trajectory; also there when the document has faults, as far as it could be read.
    public let trajectory: Trajectory?
    /// Why the document is not valid ATIF; at most a hundred are told.
    public let faults: [Diagnostic]

    /// Whether the document is valid.
    public var isValid: Bool { !faults.contains { $0.severity == .error } }
  }

  /// Reads a document; `file` is how it is named in faults.
  public static func read(_ bytes: [UInt8], file: String) -> Reading {
    let faults = JSONFields.Faults(file: file)
    let json: JSON
    do throws(BelayError) {
      json = try JSON.parse(bytes)
    } catch {
      faults.add("", error.message)
      return Reading(trajectory: nil, faults: faults.all)
    }
    guard let root = JSONFields(json, "", faults) else {
      return Reading(trajectory: nil, faults: faults.all)
    }
    let trajectory = AtifReader(faults: faults).trajectory(root)
    return Reading(trajectory: trajectory, faults: faults.all)
  }

  static let versions = (0...8).map { "ATIF-v1.\($0)" }
}
