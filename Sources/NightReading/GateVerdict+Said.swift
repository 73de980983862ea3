internal import Climb

extension GateVerdict {
  /// What it says, as far as its figures bear that out.
  ///
  /// The climb stops carrying edits on weak evidence, which is thrift and no proof: what it recorded then says more
  /// than the figures beside it do.
  package var said: String {
    guard word == .fail else { return sentence }
    switch gate {
    case "harmful":
      guard let apart, apart >= EditView.apart else {
        return "In its trials it looked worse than without it; not proven."
      }
      return "In its trials it did worse than without it."
    case "inert": return "In its trials it looked as if it did nothing; not proven."
    case "concentrated":
      return "Its gain seemed to sit in the few tasks where it gained most; not proven."
    default: return sentence
    }
  }

  // So many standard errors its effect lay from 0.
  private var apart: Double? {
    guard let effect = figures["effect"], let error = figures["error"], error > 0 else {
      return nil
    }
    return abs(effect) / error
  }
}
