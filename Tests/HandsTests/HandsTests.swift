import Testing

@Suite struct HandsTests {}
