import Testing

@Suite struct HttpTests {}
