public import Dialect

/// What happens to calls on their way, for those who watch a run.
public enum ModelEvent: Sendable, Hashable {
  /// A model does not answer any more: everybody who calls it waits.
  case paused(ModelName, ModelFault)
  /// It answers again.
  case resumed(ModelName, after: Duration)
  /// A call failed and is made again.
  case retrying(ModelName, ModelFault, wait: Duration)
  /// A call was declined, and another model was asked.
  case fellBack(ModelName, to: ModelName)
}
