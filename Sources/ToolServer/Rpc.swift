internal import Base

/// Messages of JSON-RPC 2.0.
enum Rpc {
  /// Why a request has no result.
  struct Fault: Error, Equatable {
    let code: Int
    let message: String
    var data: JSON?

    static func parse(_ message: String) -> Fault { Fault(code: -32700, message: message) }
    static func invalid(_ message: String) -> Fault { Fault(code: -32600, message: message) }
    static func parameters(_ message: String) -> Fault { Fault(code: -32602, message: message) }
    static func method(_ name: String) -> Fault {
      Fault(code: -32601, message: "method not found: \(name.printable().prefix(100))")
    }
    static func busy(_ message: String) -> Fault { Fault(code: -32000, message: message) }
  }

  static func answer(_ id: JSON, _ result: [String: JSON]) -> JSON {
    ["jsonrpc": "2.0", "id": id, "result": .object(result)]
  }

  static func answer(_ id: JSON, _ fault: Fault) -> JSON {
    var error: [String: JSON] = ["code": .int(fault.code), "message": .string(fault.message)]
    error["data"] = fault.data
    return ["jsonrpc": "2.0", "id": id, "error": .object(error)]
  }
}
