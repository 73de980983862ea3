extension BelayError {
  /// The error as the envelope's member `error`.
  public var json: JSON {
    [
      "kind": .string(kind.rawValue), "message": .string(message), "place": .optional(place),
      "hint": .optional(hint), "cause": .optional(cause), "retryable": .bool(kind.retryable),
      "exit_code": .int(Int(kind.exitCode)),
    ]
  }
}
