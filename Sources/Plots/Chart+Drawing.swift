internal import Base
internal import Layout

extension Chart {
  /// A point in words.
  func said(_ point: Point) -> String {
    var text = point.label.isEmpty ? "" : "\(point.label): "
    text += "\(x.label) \(x.text(point.x)), \(y.label) \(y.text(point.y))"
    if let low = point.low, let high = point.high {
      text += " [\(y.text(low)), \(y.text(high))]"
    }
    return text
  }

  /// Draws the figure and answers its height.
  func draw(on drawing: inout some Brush, width: Double) -> Double {
    var top = Self.heading(title, on: &drawing, width: width)
    guard !isEmpty else { return Self.footing(about, on: &drawing, width: width, top: top) + 8 }
    top = legend(on: &drawing, width: width, top: top)
    let room = Frame(left: 64, top: top + 22, width: width - 64 - 24, height: 260)
    let scale = Scale(ys, y, count: 5)
    let across = Scale(xs, x, count: max(Int(room.width / 90), 2))
    axes(on: &drawing, room, across, scale)
    func at(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
      (
        room.left + across.place(x) * room.width,
        room.top + (1 - scale.place(y)) * room.height
      )
    }
    for rule in rules {
      let place = at(across.low, rule.y)
      drawing.line(room.left, place.y, room.left + room.width, place.y, "u")
    }
    for (index, series) in series.enumerated() {
      let kind = "w s\(index % 4)\(series.isExpectation ? " d" : "")"
      switch series.form {
      case .marks: break
      case .line: drawing.path(series.points.map { at($0.x, $0.y) }, kind)
      case .steps:
        var way: [(x: Double, y: Double)] = []
        for point in series.points {
          if let last = way.last { way.append((at(point.x, point.y).x, last.y)) }
          way.append(at(point.x, point.y))
        }
        if let last = way.last { way.append((room.left + room.width, last.y)) }
        drawing.path(way, kind)
      }
      for (point, aside) in zip(series.points, asides(series)) {
        var place = at(point.x + shift(index), point.y)
        place.x += aside
        if let low = point.low, let high = point.high {
          let (one, two) = (at(point.x, low).y, at(point.x, high).y)
          drawing.line(place.x, one, place.x, two, kind)
          for end in [one, two] { drawing.line(place.x - 4, end, place.x + 4, end, kind) }
        }
        if let low = point.lowX, let high = point.highX {
          drawing.line(at(low, point.y).x, place.y, at(high, point.y).x, place.y, kind)
        }
      }
      for (point, aside) in marked(series, most: 40) {
        let place = at(point.x + shift(index), point.y)
        drawing.mark(
          place.x + aside, place.y, series: index, isHollow: series.isExpectation,
          title: said(point))
      }
    }
    labels(on: &drawing, room, at)
    return Self.footing(about, on: &drawing, width: width, top: room.bottom + 48) + 8
  }

  // Names of points, each where it hides no other one and no mark.
  private func labels(
    on drawing: inout some Brush, _ room: Frame, _ at: (Double, Double) -> (x: Double, y: Double)
  ) {
    var taken: [Frame] = series.enumerated().flatMap { index, series in
      marked(series, most: 40).map { point, aside in
        let place = at(point.x + shift(index), point.y)
        return Frame(left: place.x + aside - 5, top: place.y - 5, width: 10, height: 10)
      }
    }
    for (index, series) in series.enumerated() where series.points.count <= 40 {
      for (point, aside) in zip(series.points, asides(series)) where !point.label.isEmpty {
        var place = at(point.x + shift(index), point.y)
        place.x += aside
        let text = DisplayWidth.cut(point.label.printable(), to: 24)
        let long = Double(DisplayWidth.of(text)) * 6.8
        for (dx, dy) in [(8.0, -6.0), (8, 16), (-8 - long, -6), (-8 - long, 16)] {
          let box = Frame(left: place.x + dx, top: place.y + dy - 11, width: long, height: 14)
          guard box.left >= room.left, box.left + box.width <= room.left + room.width + 20,
            !taken.contains(where: { $0.meets(box) })
          else { continue }
          drawing.text(
            text,
            x: box.left, y: place.y + dy, kind: "s\(index % 4)")
          taken.append(box)
          break
        }
      }
    }
  }

  private func axes(on drawing: inout some Brush, _ room: Frame, _ across: Scale, _ scale: Scale) {
    drawing.text(y.label, x: 8, y: room.top - 10, kind: "a")
    for tick in scale.ticks {
      let place = room.top + (1 - scale.place(tick)) * room.height
      drawing.line(room.left, place, room.left + room.width, place, "g")
      drawing.text(
        y.text(tick, step: scale.step),
        x: room.left - 8, y: place + 4, kind: "r a")
    }
    for tick in across.ticks {
      let place = room.left + across.place(tick) * room.width
      drawing.line(place, room.bottom, place, room.bottom + 5, "g")
      drawing.text(
        x.text(tick, step: across.step),
        x: place, y: room.bottom + 18, kind: "c a")
    }
    drawing.text(
      x.label,
      x: room.left + room.width, y: room.bottom + 34, kind: "r a")
    for rule in rules {
      let place = room.top + (1 - scale.place(rule.y)) * room.height
      drawing.text(
        rule.label,
        x: room.left + room.width, y: place - 5, kind: "r a")
    }
  }

  private func legend(on drawing: inout some Brush, width: Double, top: Double) -> Double {
    var y = top
    for (index, series) in series.enumerated() {
      drawing.mark(14, y - 4, series: index, isHollow: series.isExpectation)
      let name = series.name + (series.isExpectation ? " (an expectation, no result)" : "")
      for line in Prose.wrap(name, width: max(Int((width - 40) / 6.4), 20)) {
        drawing.text(line, x: 26, y: y, kind: "a")
        y += 17
      }
    }
    return y
  }

  static func heading(_ title: String, on drawing: inout some Brush, width: Double) -> Double {
    guard !title.isEmpty else { return 20 }
    var y = 22.0
    for line in Prose.wrap(title, width: max(Int((width - 16) / 8), 20)) {
      drawing.text(line, x: 8, y: y, kind: "t")
      y += 20
    }
    return y + 4
  }

  static func footing(_ about: [String], on drawing: inout some Brush, width: Double, top: Double)
    -> Double
  {
    var y = top
    for sentence in about {
      for line in Prose.wrap(sentence, width: max(Int((width - 16) / 6.2), 20)) {
        drawing.text(line, x: 8, y: y, kind: "a")
        y += 16
      }
    }
    return y
  }
}

/// A part of a drawing.
struct Frame {
  var left: Double
  var top: Double
  var width: Double
  var height: Double
  var bottom: Double { top + height }

  func meets(_ other: Frame) -> Bool {
    left < other.left + other.width && other.left < left + width && top < other.bottom
      && other.top < bottom
  }
}

extension Forest {
  /// Draws the figure and answers its height.
  func draw(on drawing: inout some Brush, width: Double) -> Double {
    var top = Chart.heading(title, on: &drawing, width: width)
    guard !rows.isEmpty else {
      return Chart.footing(about, on: &drawing, width: width, top: top) + 8
    }
    let groups = Array(Set(rows.map(\.group))).sorted()
    for (index, group) in groups.enumerated() where !group.isEmpty {
      drawing.mark(14, top - 4, series: index, isHollow: true)
      drawing.text(group, x: 26, y: top, kind: "a")
      top += 17
    }
    let left = min(width * 0.42, 320)
    let letters = max(Int((left - 16) / 6.6), 8)
    let room = Frame(
      left: left, top: top + 4, width: width - left - 24, height: Double(rows.count) * 24)
    let scale = Scale(
      rows.flatMap { [$0.low, $0.high] }, axis, count: max(Int(room.width / 80), 2))
    func at(_ value: Double) -> Double { room.left + scale.place(value) * room.width }
    for tick in scale.ticks {
      drawing.line(
        at(tick), room.top, at(tick), room.bottom, tick == axis.anchor ? "u" : "g")
      drawing.text(
        axis.text(tick, step: scale.step),
        x: at(tick), y: room.bottom + 16, kind: "c a")
    }
    for (place, row) in rows.enumerated() {
      let index = groups.firstIndex(of: row.group) ?? 0
      let y = room.top + Double(place) * 24 + 12
      drawing.text(
        DisplayWidth.cut(row.label.printable(), to: letters),
        x: 8, y: y + 4, kind: "")
      drawing.line(at(row.low), y, at(row.high), y, "w s\(index % 4)")
      let said =
        "\(row.label): \(axis.text(row.mean)) [\(axis.text(row.low)), \(axis.text(row.high))]"
      drawing.mark(at(row.mean), y, series: index, isHollow: true, title: said)
    }
    drawing.text(
      axis.label,
      x: room.left + room.width, y: room.bottom + 32, kind: "r a")
    return Chart.footing(about, on: &drawing, width: width, top: room.bottom + 54) + 8
  }
}
