internal import Platform

/// How a task's script is started.
enum Script {
  /// The script itself when it names its interpreter, else through bash, as Harbor's shell would.
  static func arguments(_ inside: String, on folder: String?) -> [String] {
    let path = folder.map { Path.join($0, Path.last(inside)) }
    let start = path.flatMap { try? Files.prefix($0, count: 2) } ?? []
    return start == [0x23, 0x21] ? [inside] : ["/bin/bash", inside]
  }
}
