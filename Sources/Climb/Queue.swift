internal import Base

/// Trials in the order in which they are to be dispatched.
struct Queue: Sendable, Codable {
  @Packed private var items: [World.Waiting] = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var count: Int { items.count - head }
  subscript(_ index: Int) -> World.Waiting { items[head + index] }

  mutating func append(_ item: World.Waiting) { items.append(item) }

  mutating func removeFirst() {
    head += 1
    if head == items.count { removeAll() }
  }

  mutating func removeAll(where isNeedless: (World.Waiting) -> Bool) {
    items = items[head...].filter { !isNeedless($0) }
    head = 0
  }

  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    head = 0
  }
}
