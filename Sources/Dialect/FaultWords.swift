/// The types, codes and sentences by which providers name their faults, in lower case.
enum FaultWords {
  static let money: Set<String> = [
    "insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active",
    "insufficient_credits", "insufficient_balance", "payment_required", "budget_exceeded",
    "access_terminated", "quota_exceeded", "out_of_credits", "credits_exhausted",
  ]
  static let moneyTexts = [
    "credit balance is too low", "insufficient credits", "insufficient balance",
    "insufficient funds", "budget has been exceeded", "spend limit", "spending limit",
    "credits are depleted", "out of credits", "key limit exceeded", "requires more credits",
  ]
  static let overflow: Set<String> = [
    "context_length_exceeded", "exceed_context_size_error", "request_too_large",
    "context_window_exceeded", "model_context_window_exceeded",
  ]
  static let overflowTexts = [
    "prompt is too long", "maximum context length", "context length exceeded",
    "exceed context limit", "exceeds the context window", "exceeds the model's context",
    "exceeds the available context size", "context size has been exceeded",
    "input is too long for requested model", "exceeds the limit of the context",
    "context window exceeded", "contextwindowexceeded", "maximum prompt length is",
    "input tokens exceed the configured limit", "input length exceeds the context length",
    "larger than the maximum context", "longer than the model's context length",
  ]
  static let refused: Set<String> = [
    "content_filter", "content_policy_violation", "invalid_prompt", "bio_policy", "cyber_policy",
    "moderation_blocked",
  ]
  static let auth: Set<String> = [
    "invalid_api_key", "api_key_invalid", "authentication_error", "permission_error",
    "permission_denied", "unauthenticated", "account_deactivated", "invalid_authentication",
  ]
  static let rate: Set<String> = [
    "rate_limit_error", "rate_limit_exceeded", "slow_down", "resource_exhausted",
    "too_many_requests",
  ]
  static let overload: Set<String> = [
    "overloaded_error", "server_is_overloaded", "overloaded", "unavailable",
  ]
  static let badRequest: Set<String> = ["invalid_request_error", "invalid_argument"]
}
