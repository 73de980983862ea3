import Seeded
import Testing

@testable import Stats

/// Rows of features that trials share.
@Suite struct FeatureRowsTests {
  @Test func `each trial has the row that its features make, however the model grew since`() {
    var random = SplitMix(7)
    var model = PooledModel(tasks: 3, priors: [])
    var taught: [[[Double]]] = [[], [], []]
    for step in 0..<1200 {
      switch step % 100 {
      case 0: model.extend([.edit])
      case 37: model.extend([.knob, .knob])
      case 61 where model.coordinates > 4:
        model.link(
          Int.random(in: 0..<model.coordinates, using: &random),
          Int.random(in: 0..<model.coordinates, using: &random))
      default: break
      }
      let features = (0..<model.coordinates).map { _ -> Double in
        [0.0, 0, 0, 1, 0.5, -0.0].randomElement(using: &random) ?? 0
      }
      let task = step % 3
      model.add(task: task, features: features, score: Double(step % 2))
      taught[task].append(features)
      // What was carried before comes again.
      model.add(task: task, features: features, score: 1)
      taught[task].append(features)
    }
    #expect(model.pairs.count > 3)
    #expect(model.rows.count <= 1200 && model.rows.values.count == model.rows.count * model.size)
    for (task, rows) in taught.enumerated() {
      #expect(model.seen[task].places.count == rows.count)
      for (place, features) in zip(model.seen[task].places, rows) {
        let start = Int(place) * model.size
        let kept = model.rows.values[start..<(start + model.size)].map(\.bitPattern)
        #expect(kept == model.row(features).map(\.bitPattern))
      }
    }
  }

  @Test func `a row that is known is not kept twice`() {
    var rows = FeatureRows()
    rows.widen(by: 2, at: 1)
    let first = rows.place(of: [1, 0, 1])
    #expect(rows.place(of: [1, 1, 0]) != first)
    #expect(rows.place(of: [1, -0.0, 1]) != first)
    rows.widen(by: 1, at: 2)
    #expect(rows.place(of: [1, 0, 0, 1]) == first)
    #expect(rows.count == 3)
    for number in 0..<500 { _ = rows.place(of: [1, 0, Double(number), 1]) }
    #expect(rows.count == 502 && rows.place(of: [1, 0, 499, 1]) == UInt32(rows.count - 1))
  }
}
