internal import Base
internal import Platform
internal import Sandbox

/// Removes containers and images whose owner is gone: what a killed coordinator had no time to remove.
///
/// Nothing runs in them: a container ends by itself when its coordinator does.
struct ContainerSweep: Sendable {
  let engine: ContainerEngine

  func run() async {
    await remove(["ps", "--all", "--quiet"], "container", ["rm", "--force", "--volumes"])
    await remove(["images", "--all", "--quiet"], "image", ["image", "rm", "--force"])
  }

  private func remove(_ list: [String], _ kind: String, _ removal: [String]) async {
    let listed = try? await engine.call(list + ["--filter", "label=\(ContainerMaker.label)"])
    let ids = words(listed)
    guard !ids.isEmpty else { return }
    let format = "{{.Id}} {{index .Config.Labels \"\(ContainerMaker.label)\"}}"
    let owners = try? await engine.call(
      [kind, "inspect", "--format", format] + Set(ids).sorted().prefix(2000))
    let text = String(decoding: owners?.output ?? [], as: UTF8.self)
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let owner = GroupOwner(name: String(parts[1])), owner.isGone else {
        continue
      }
      _ = try? await engine.call(removal + [String(parts[0])])
    }
  }

  private func words(_ done: ChildOutput?) -> [String] {
    String(decoding: done?.output ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
