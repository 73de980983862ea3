internal import Base

/// Writes plain tar archives whose bytes depend on nothing but the names and contents of their files.
enum TarWriter {
  /// The archive of these files in the order of their names, each with mode 0644, no owner and no time.
  static func archive(_ files: [String: [UInt8]]) throws(BelayError) -> [UInt8] {
    var bytes: [UInt8] = []
    for name in files.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      guard let content = files[name] else { continue }
      bytes += try header(name, content.count)
      bytes += content
      bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  /// How many bytes the archive of these files has.
  static func bytes(_ files: [String: [UInt8]]) -> Int {
    files.values.reduce(1024) { $0 + 512 + ($1.count + 511) / 512 * 512 }
  }

  private static func header(_ name: String, _ size: Int) throws(BelayError) -> [UInt8] {
    guard (1...100).contains(name.utf8.count), size < 1 << 33 else {
      throw BelayError(.usage, "a name of at most 100 bytes and a file below 8 GB", place: name)
    }
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at start: Int) {
      for (index, byte) in text.utf8.enumerated() { header[start + index] = byte }
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put(octal(0o644, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, 6) + "\u{0} ", at: 148)
    return header
  }
}
