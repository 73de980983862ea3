import Base
import Gateway
import Glibc
import Http
import Loopback
import Platform
import Testing
import Transport
import Trial

@Suite struct AllowedHostsTests {
  /// Asks for a server of this machine through a gateway's proxy.
  static func ask(
    hosts: [String], for host: String, mayReach: @escaping @Sendable (NetworkAddress) -> Bool
  ) async throws -> HTTPResponse {
    let server = try HTTPServer()
    let (_, port) = try server.serve(loopback: 0) { _ in .text(200, "reached") }
    let socket = LoopbackSocket()
    let lease = try await Gateway(server: server, mayReach: mayReach)
      .proxy(to: hosts, on: SharedDescriptor(owning: dup(socket.raw)))
    #expect(lease.variables["https_proxy"] == "http://127.0.0.1:\(Gateway.proxyPort)")
    var request = HTTPRequest("GET", "http://\(host):\(port)/")
    request.proxy = "http://127.0.0.1:\(socket.port)"
    do {
      let response = try await HTTPClient.shared.send(request)
      await lease.close()
      await server.stop()
      return response
    } catch {
      await server.stop()
      throw error
    }
  }

  @Test func `a host that is allowed is reached by its name`() async throws {
    let response = try await Self.ask(hosts: ["localhost"], for: "localhost") { _ in true }
    #expect(String(decoding: response.body, as: UTF8.self) == "reached")
  }

  @Test(arguments: [
    (["example.org"], "localhost", "not among"), ([], "localhost", "not among"),
    (["localhost"], "localhost", "not public"), (["127.0.0.1"], "127.0.0.1", "not public"),
    (["10.0.0.0/8"], "127.0.0.1", "not among"), (["*.localhost"], "localhost", "not among"),
  ])
  func `others are not, and none that leads to this machine or its neighbours`(
    hosts: [String], host: String, why: String
  ) async throws {
    let response = try await Self.ask(hosts: hosts, for: host) { $0.isPublic }
    #expect(response.head.status == 403)
    #expect(String(decoding: response.body, as: UTF8.self).contains(why))
  }
}
