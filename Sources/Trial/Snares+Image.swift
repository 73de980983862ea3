internal import Base
internal import Platform
internal import Sandbox

extension Snares {
  /// The same in a place made of an image: only what the trial changed of it can have been laid out. The
  /// changes are known by their paths alone, so that a folder counts as a repository when something in
  /// it bears a name that git reads.
  static func find(in root: SandboxFolder, changes: [String]?) async throws -> Snares {
    var snares = Snares()
    if let changes {
      snares.isCut = root.hasUnclearChanges
      snares.repositories = repositories(among: changes)
      for place in ["tmp", "var/tmp"] {
        guard let links = try await root.links(below: place, limit: entries, time: time) else {
          snares.isCut = true
          break
        }
        snares.links += links.filter(isLaidOut).map { $0.path.flatMap { [47] + $0 } }
      }
    }
    if let written = try await Collector().file("etc/passwd", in: root, limit: accountBytes) {
      let judged = Accounts.forJudge(written)
      snares.accounts = judged == written ? nil : judged
    }
    return snares
  }

  static func repositories(among changes: [String]) -> [String] {
    var folders: Set<String> = []
    for change in changes {
      let parts = change.split(separator: "/")
      if let git = parts.firstIndex(of: ".git") {
        folders.insert("/" + parts[..<git].joined(separator: "/"))
      } else if ["HEAD", "config", "config.worktree"].contains(Path.last(change)) {
        folders.insert(Path.parent(change))
      }
    }
    return folders.sorted()
  }

  private static func isLaidOut(_ link: SandboxLink) -> Bool {
    guard let name = link.path.last, let place = TemporaryPlace(link.path.dropLast()) else {
      return false
    }
    return place.isLeft(by: link.target, named: name)
  }
}
