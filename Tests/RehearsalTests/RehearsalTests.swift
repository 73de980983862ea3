import Testing

@Suite struct RehearsalTests {}
