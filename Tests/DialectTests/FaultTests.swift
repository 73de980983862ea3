import Base
import Testing

@testable import Dialect

@Suite struct FaultTests {
  private func read(
    _ dialect: WireDialect, _ status: Int, _ body: String, _ headers: [String: String] = [:],
    now: Timestamp? = nil
  ) -> ModelFault {
    dialect.fault(status: status, headers: headers, body: Array(body.utf8), now: now)
  }

  @Test(
    "recorded faults of every dialect are told apart",
    arguments: WireDialect.allCases,
    [
      ("429", ModelFault.Kind.rate), ("529", .overload), ("500", .server), ("401", .auth),
      ("ctx", .contextOverflow), ("quota", .money),
    ])
  func recorded(dialect: WireDialect, row: (String, ModelFault.Kind)) throws {
    let (status, headers, body) = try Recorded(dialect).fault(row.0)
    let fault = dialect.fault(status: status, headers: headers, body: body)
    #expect(fault.kind == row.1)
    #expect(fault.status == status)
    #expect(!fault.message.isEmpty)
    if row.0 == "429" { #expect(fault.retryAfter == .seconds(1)) }
  }

  static let table: [(Int, String, ModelFault.Kind)] = [
    // bad request
    (
      400,
      #"{"error":{"message":"Unsupported parameter","type":"invalid_request_error","param":"x","code":"unsupported_parameter"}}"#,
      .badRequest
    ),
    (
      400,
      #"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 100000 > 8192, which is the maximum allowed"}}"#,
      .badRequest
    ),
    (422, #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, .badRequest),
    (400, "", .badRequest),
    (301, "<html>moved</html>", .badRequest),
    // context overflow
    (400, #"{"error":{"message":"x","code":"context_length_exceeded"}}"#, .contextOverflow),
    (
      400,
      #"{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"}}"#,
      .contextOverflow
    ),
    (
      413,
      #"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
      .contextOverflow
    ),
    (
      400,
      #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_ctx":4096}}"#,
      .contextOverflow
    ),
    (
      400,
      #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}"#,
      .contextOverflow
    ),
    (
      429,
      #"{"error":{"message":"Request too large for gpt-4.1 on tokens per min (TPM): Limit 30000, Requested 52000.","type":"tokens","code":"rate_limit_exceeded"}}"#,
      .contextOverflow
    ),
    // auth
    (403, #"{"type":"error","error":{"type":"permission_error","message":"no"}}"#, .auth),
    (
      400,
      #"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#,
      .auth
    ),
    (401, "Unauthorized", .auth),
    // money
    (402, #"{"type":"error","error":{"type":"billing_error","message":"pay"}}"#, .money),
    (402, #"{"error":{"code":402,"message":"Insufficient credits"}}"#, .money),
    (
      400,
      #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
      .money
    ),
    (
      429,
      #"{"type":"error","error":{"type":"rate_limit_error","message":"limit"},"error_details":{"error_code":"enforced_spend_limit_reached"}}"#,
      .money
    ),
    (
      429,
      #"{"type":"error","error":{"type":"rate_limit_error","message":"limit","error_details":{"error_code":"enforced_spend_limit_reached_workspace"}}}"#,
      .money
    ),
    (
      429, #"{"error":{"message":"hard limit","type":"x","code":"billing_hard_limit_reached"}}"#,
      .money
    ),
    (
      429,
      #"{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"23s"}]}}"#,
      .money
    ),
    // rate
    (
      429,
      #"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateContentInputTokensPerModelPerMinute"}]},{"retryDelay":"23s"}]}}"#,
      .rate
    ),
    (429, #"{"error":{"message":"slow","type":"requests","code":"slow_down"}}"#, .rate),
    (429, "Too many requests", .rate),
    (429, "", .rate),
    // overload
    (
      529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
      .overload
    ),
    (503, #"{"error":{"message":"no provider","code":503}}"#, .overload),
    (500, #"{"error":{"message":"x","code":"server_is_overloaded"}}"#, .overload),
    // server
    (502, "<html><head><title>502 Bad Gateway</title></head></html>", .server),
    (504, #"{"type":"error","error":{"type":"timeout_error","message":"late"}}"#, .server),
    (504, #"{"error":{"code":504,"message":"late","status":"DEADLINE_EXCEEDED"}}"#, .server),
    (408, "", .server),
    (409, "", .server),
    // no such model, and moderation
    (
      404, #"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
      .noModel
    ),
    (404, #"{"error":"model 'x' not found"}"#, .noModel),
    (400, #"{"error":{"message":"x/y is not a valid model ID","code":400}}"#, .noModel),
    (
      403,
      #"{"error":{"code":403,"message":"flagged","metadata":{"reasons":["violence"],"flagged_input":"…"}}}"#,
      .refused
    ),
    (400, #"{"error":{"message":"filtered","code":"content_filter"}}"#, .refused),
  ]

  @Test("every row of the table of faults is told apart, in every dialect", arguments: table)
  func rows(status: Int, body: String, kind: ModelFault.Kind) {
    for dialect in WireDialect.allCases {
      #expect(read(dialect, status, body).kind == kind, "\(body)")
    }
  }

  @Test(
    "the time to wait is read in every form",
    arguments: [
      (["retry-after": "2"], Duration.seconds(2)),
      (["retry-after": "0.5"], .milliseconds(500)),
      (["retry-after-ms": "1500", "retry-after": "9"], .milliseconds(1500)),
      (
        ["retry-after": "Fri, 20 Nov 2026 22:00:30 GMT", "date": "Fri, 20 Nov 2026 22:00:00 GMT"],
        .seconds(30)
      ),
      (["retry-after": "Fri, 20 Nov 2026 22:00:10 GMT"], .seconds(10)),
      (["retry-after": "Fri, 20 Nov 2020 22:00:10 GMT"], .zero),
      (["retry-after": "6m0s"], .seconds(360)),
      (["retry-after": "1e300"], .seconds(366 * 86_400)),
      (["retry-after": "-5"], .zero),
    ])
  func waits(headers: [String: String], wait: Duration) {
    let now = Timestamp(iso: "2026-11-20T22:00:00Z")
    #expect(read(.chat, 429, "{}", headers, now: now).retryAfter == wait)
  }

  @Test(
    "the time to wait is read from the body when no header has it",
    arguments: [
      (
        #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"23s"}]}}"#,
        Duration.seconds(23)
      ),
      (
        #"{"error":{"message":"Rate limit reached. Please try again in 20ms. Visit x"}}"#,
        .milliseconds(20)
      ),
      (#"{"error":{"message":"Please retry in 34.5s."}}"#, .milliseconds(34_500)),
      (#"{"error":{"message":"Please try again in 6m0s."}}"#, .seconds(360)),
      (#"{"error":{"message":"try again in 7 seconds"}}"#, .seconds(7)),
    ])
  func bodyWaits(body: String, wait: Duration) {
    #expect(read(.gemini, 429, body).retryAfter == wait)
  }

  @Test(arguments: ["", "nan", "inf", "soon", "-", "9999999999999999999999h", "1x"])
  func `a time to wait that means nothing is no time`(text: String) {
    let wait = read(.chat, 429, "{}", ["retry-after": text]).retryAfter
    #expect(wait == nil || wait == .seconds(366 * 86_400))
  }

  @Test func `what the provider says of trying again and its id are kept`() {
    let fault = read(.messages, 500, "{}", ["x-should-retry": "false", "request-id": "req_1"])
    #expect(fault.providerSaysRetry == false)
    #expect(fault.requestID == "req_1")
    #expect(read(.chat, 400, "{}", ["x-should-retry": "true"]).providerSaysRetry == true)
  }

  @Test func `a key that a provider repeats is taken out`() {
    let body =
      #"{"error":{"message":"Incorrect API key provided: sk-proj-abc123***xyz. See https://x"}}"#
    #expect(read(.chat, 401, body).message == "Incorrect API key provided: [key] See https://x")
  }

  @Test func `an error inside an answer of status 200 is a fault by its own code`() {
    let body = Array(
      #"{"error":{"code":429,"message":"Rate limited upstream","metadata":{"raw":"wait"}}}"#.utf8)
    let fault = fault { () throws(ModelFault) in try WireDialect.chat.decodeReply(body) }
    #expect(fault?.kind == .rate)
    #expect(fault?.message == "Rate limited upstream: wait")
  }

  @Test(arguments: [
    "[]", "null", "[[[[", #"{"error":[1]}"#, #"{"error":{"code":1e300,"details":{}}}"#, "\u{0}",
    String(repeating: "[", count: 100_000), #"{"error":{"details":[1,null,{"violations":3}]}}"#,
  ])
  func `no body of a fault makes a crash`(body: String) {
    for dialect in WireDialect.allCases {
      #expect(read(dialect, 500, body).kind == .server)
    }
  }
}
