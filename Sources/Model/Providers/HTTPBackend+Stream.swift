internal import Dialect
internal import Transport

extension HTTPBackend {
  /// Reads an answer as it comes; without the dialect's own mark of the end there is none.
  func stream(
    _ request: HTTPRequest, _ asked: ModelRequest, _ wire: WireRequest?,
    _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async -> Outcome {
    let stream: HTTPStream
    do {
      stream = try await http.open(request)
    } catch {
      return Outcome(.failure(Self.fault(error)))
    }
    let headers = stream.head.headers.byLowerCaseName
    // Some servers answer a request for a stream with a whole document: a fault, or all of it.
    guard stream.head.isSuccess, headers["content-type"]?.hasPrefix("application/json") != true
    else {
      return await whole(stream, wire, pieces)
    }
    var outcome: Outcome
    do {
      outcome = Outcome(.success(try await read(stream, asked, wire, pieces)))
    } catch {
      stream.cancel()
      outcome = Outcome(
        .failure(error as? ModelFault ?? Self.fault(error, hasBegun: true)))
    }
    outcome.quota = quota(headers)
    return outcome
  }

  private func whole(
    _ stream: HTTPStream, _ wire: WireRequest?, _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async -> Outcome {
    let body: [UInt8]
    do {
      body = try await stream.rest()
    } catch {
      return Outcome(.failure(Self.fault(error, hasBegun: true)))
    }
    let outcome = read(stream.head, body)
    if case .success(let reply) = outcome.result {
      await wire?.bytes(body)
      await Self.tell(reply, pieces)
    }
    return outcome
  }

  private func read(
    _ stream: HTTPStream, _ asked: ModelRequest, _ wire: WireRequest?,
    _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply {
    var parser = ReplyStream(provider.dialect, model: asked.model)
    var answer: ModelReply?
    func take(_ events: [ReplyEvent]) async {
      for event in events {
        if case .finished(let reply) = event { answer = reply }
        await pieces(event)
      }
    }
    while !parser.isFinished, let bytes = try await stream.next() {
      // Before the pieces are made: a fault in the middle is passed on in the provider's own words.
      await wire?.bytes(bytes)
      await take(try parser.push(bytes))
    }
    await take(try parser.finish())
    // What still comes after the mark is nobody's, but its end frees the connection.
    stream.letGo()
    guard let answer else {
      throw ModelFault(.truncated, "the stream ended before the answer's own mark of the end")
    }
    return answer
  }
}
