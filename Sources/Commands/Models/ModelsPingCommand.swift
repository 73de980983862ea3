internal import Base
internal import Console
internal import Dialect
internal import Layout
internal import Metering
internal import Model
internal import Workbench

enum ModelsPingCommand {
  static let models = Argument(repeated: .text("MODEL"), atLeast: 1, ModelsWord.help)
  static let patience = Option(
    "timeout", .duration("TIME"), default: .seconds(60), shown: "1m", "Wait so long for one answer")

  static let command = Command(
    "ping", in: .setup,
    "Ask models for one word each: does the key work, and how long does it take?",
    discussion:
      "Each call is paid for, a fraction of a cent. Ends with the code of the first failure.",
    takes: [models, patience, ModelsWord.file],
    examples: [Example("belay models ping openai/gpt-5-mini", "is it there?")],
    output: .page("model-ping", compact: ["model", "ok", "latency_ms"])
  ) { call in
    let setup = try ModelsWord.resolve(call, call[ModelsWord.file])
    let names = try call[models].map { try setup.file.model($0) }
    var settings = ModelClient.Settings()
    settings.retries.sends = 2
    settings.patience = call[patience]
    let client = MeteredAsking(
      ModelClient(backends: setup.backends(), settings: settings), models: setup.file,
      budget: Budget(BudgetLimits(trial: Caps())), scrubber: setup.keys.scrubber)
    var items: [JSON] = []
    var failures: [BelayError] = []
    for name in names {
      do {
        items.append(item(try await ask(client, name, within: call[patience])))
      } catch let fault as ModelFault {
        failures.append(fault.error(of: name))
        items.append([
          "model": .string("\(name)"), "ok": false, "fault": .string(fault.kind.rawValue),
          "detail": .string(fault.description),
        ])
      }
    }
    let page = Page(
      items: items, counts: ["items": items.count, "failed": failures.count],
      hints: failures.compactMap(\.hint))
    try call.output.page(page) { width in
      var table = TextTable([
        .init(title: "model", shrinksTo: 16), .init(title: "answer"),
        .init(title: "took", right: true),
        .init(title: "cost", right: true, leaves: 2),
        .init(title: "answered by, or why not", shrinksTo: 20),
      ])
      for item in items {
        table.add([
          item["model"].string ?? "", item["ok"].bool == true ? "ok" : item["fault"].string ?? "",
          Figure.duration(milliseconds: item["latency_ms"].int),
          Figure.dollars(item["cost_usd"].double),
          item["answered_by"].string ?? item["detail"].string ?? "",
        ])
      }
      let hints = Array(Set(failures.compactMap(\.hint))).sorted()
      return (table.lines(width: width) + hints).joined(separator: "\n")
    }
    return failures.first.map { ExitCode($0.kind) } ?? .ok
  }

  private static func ask(_ client: MeteredAsking, _ name: ModelName, within time: Duration)
    async throws -> ModelAnswer
  {
    var request = ModelRequest(model: "", turns: [.user("Reply with the one word: ok")])
    request.maxOutputTokens = 64
    let call = ModelCall(request, of: name, for: Purpose(.task, lane: "ping"))
    return try await withThrowingTaskGroup(of: ModelAnswer.self) { group in
      group.addTask { try await client.ask(call) }
      group.addTask {
        try await Task.sleep(for: time)
        throw ModelFault(.stalled, "no answer in \(time)")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  private static func item(_ answer: ModelAnswer) -> JSON {
    let usage = answer.reply.usage
    return [
      "model": .string("\(answer.name)"), "ok": true,
      "answered_by": .string(answer.reply.model),
      "latency_ms": .int(Int(answer.latency / .milliseconds(1))), "sends": .int(answer.sends),
      "input_tokens": .optional(usage?.input), "output_tokens": .optional(usage?.output),
      "cost_usd": .number(answer.costUSD), "cost_basis": .string(answer.costBasis.rawValue),
    ]
  }
}
