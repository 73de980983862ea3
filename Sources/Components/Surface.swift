public import Base
public import Harness

/// Something that an edit changes and may not.
public struct SurfaceBreach: Sendable, Hashable {
  /// What kind of thing was touched.
  public enum Kind: String, Sendable, Hashable {
    /// Outside of what may be edited.
    case outside
    /// A part of the treatment under which everybody is measured: model, sampling, limits.
    case treatment
  }

  /// The file or the dotted key of `harness.toml`.
  public let name: String
  /// What kind of thing was touched.
  public let kind: Kind
  /// What is wrong, without the name.
  public let message: String
}

extension Harness {
  /// All that an edited tree changes and may not: found by comparing the trees, whatever the edit says of itself.
  public func breaches(of edited: [HarnessFile]) -> [SurfaceBreach] {
    let old = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    let new = Dictionary(edited.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    var breaches: [SurfaceBreach] = []
    for path in Set(old.keys).union(new.keys).sorted() where old[path] != new[path] {
      guard isEditable(path) else {
        breaches.append(
          SurfaceBreach(name: path, kind: .outside, message: "lies outside of the surface"))
        continue
      }
      guard path == "harness.toml" else { continue }
      guard let content = new[path]?.content,
        let text = String(validating: content, as: UTF8.self),
        let toml = try? TOML.parse(text, file: path)
      else {
        breaches.append(
          SurfaceBreach(name: path, kind: .outside, message: "cannot be read any more"))
        continue
      }
      breaches += DefinitionCheck(base: self, edited: toml.json).breaches()
    }
    return breaches
  }

  /// The same for edits that are put on it together.
  public func breaches(of patches: [ComponentPatch]) throws(BelayError) -> [SurfaceBreach] {
    breaches(of: try ComponentTree(self).applying(patches).files())
  }
}

/// Compares two definitions key by key.
private struct DefinitionCheck {
  let base: Harness
  let edited: JSON

  func breaches() -> [SurfaceBreach] {
    let old = base.definition
    let keys = Set((old.object ?? [:]).keys).union((edited.object ?? [:]).keys)
    var breaches: [SurfaceBreach] = []
    for key in keys.sorted() where old[key] != edited[key] {
      switch key {
      case "model", "limits": breaches += settings(key, kind: .treatment)
      case "context": breaches += settings(key, kind: nil)
      case "knobs": breaches += knobs()
      case "orchestration": breaches += orchestration()
      case "tools", "mcp", "description", "command": break
      case "env", "runtime":
        breaches.append(.init(name: key, kind: .treatment, message: "is no part of the surface"))
      default:
        breaches.append(.init(name: key, kind: .outside, message: "is no part of the surface"))
      }
    }
    return breaches
  }

  /// Settings of a table: a knob may move within its range; the rest only where no kind of breach is named.
  private func settings(_ table: String, kind: SurfaceBreach.Kind?) -> [SurfaceBreach] {
    let (old, new) = (base.definition[table], edited[table])
    let keys = Set((old.object ?? [:]).keys).union((new.object ?? [:]).keys)
    return keys.sorted().filter { old[$0] != new[$0] }.compactMap { key in
      let target = "\(table).\(key)"
      if let knob = knob(target) { return Self.breach(knob, new[key], kind ?? .outside) }
      return kind.map { .init(name: target, kind: $0, message: "is not a knob") }
    }
  }

  private func knob(_ target: String) -> Knob? {
    base.native?.knobs.first { $0.target == target }
  }

  static func breach(_ knob: Knob, _ value: JSON, _ kind: SurfaceBreach.Kind) -> SurfaceBreach? {
    let fits =
      switch knob.range {
      case .int(let range): value.int.map(range.contains) ?? false
      case .real(let range): value.double.map(range.contains) ?? false
      case .choice(let words): value.string.map(words.contains) ?? false
      case .toggle: true
      }
    return fits
      ? nil : .init(name: knob.target, kind: kind, message: "lies outside of its knob's range")
  }

  /// Knobs stay as they are, but for switches: they may be turned, come with what they switch and go with it.
  private func knobs() -> [SurfaceBreach] {
    let (old, new) = (base.definition["knobs"], edited["knobs"])
    let targets = Set((old.object ?? [:]).keys).union((new.object ?? [:]).keys)
    return targets.sorted().filter { old[$0] != new[$0] }.compactMap { target in
      let isSwitch = { (knob: JSON) in knob.isNull || knob["switch"].bool != nil }
      if isSwitch(old[target]), isSwitch(new[target]) { return nil }
      // A knob of a step goes with the step.
      if new[target].isNull, target.hasPrefix("orchestration"),
        old["orchestration"] != edited["orchestration"]
      {
        return nil
      }
      return .init(
        name: "knobs.\(target)", kind: .treatment, message: "is a range that edits must keep")
    }
  }

  private func orchestration() -> [SurfaceBreach] {
    var breaches: [SurfaceBreach] = []
    let known = aliases(base.definition)
    for alias in aliases(edited).subtracting(known).sorted() {
      breaches.append(
        .init(
          name: "orchestration", kind: .treatment,
          message: "asks a model '\(alias.printable())' that the harness did not ask"))
    }
    for knob in base.native?.knobs ?? [] where knob.target.hasPrefix("orchestration") {
      let parts = knob.target.split(separator: ".").map(String.init)
      let value: JSON
      if parts.count == 2 {
        value = edited["orchestration"][parts[1]]
      } else {
        let steps = edited["orchestration"]["step"].array ?? []
        guard parts.count == 3, let step = steps.first(where: { $0["role"].string == parts[1] })
        else { continue }
        value = step[parts[2]]
      }
      if !value.isNull, let breach = Self.breach(knob, value, .outside) { breaches.append(breach) }
    }
    return breaches
  }

  private func aliases(_ definition: JSON) -> Set<String> {
    var aliases: Set<String> = [definition["model"]["alias"].string ?? "task"]
    func add(_ value: JSON) {
      if let one = value.string { aliases.insert(one) }
      for element in value.array ?? [] { if let one = element.string { aliases.insert(one) } }
    }
    for step in definition["orchestration"]["step"].array ?? [] { add(step["model"]) }
    for models in (definition["orchestration"]["models"].object ?? [:]).values { add(models) }
    return aliases
  }
}
