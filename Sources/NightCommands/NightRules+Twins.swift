internal import Base
internal import Climb
internal import Suite
internal import Workbench

extension NightRules {
  /// Takes the twins of tasks in, which stand behind all others, where the night has trials for them.
  mutating func add(twinsOf tasks: [Task]) {
    guard tasks.contains(where: \.hasDevTwin), let twins = TwinRules(rollouts: rollouts) else {
      return
    }
    self.twins = twins
    for (number, task) in tasks.enumerated() where task.hasDevTwin {
      self.tasks.append(NightTask(name: "\(task.name)-twin", split: .dev, twinOf: number))
    }
  }
}
