import Testing

@Suite struct DialectTests {}
