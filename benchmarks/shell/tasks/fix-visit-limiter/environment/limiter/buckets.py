class Bucket:
    """Tokens that flow in evenly."""

    def __init__(self, capacity, refill, period, now):
        self.capacity = capacity
        self.rate = refill / period
        self.tokens = capacity
        self.last = now

    def visit(self, now, cost):
        self.tokens = min(self.capacity, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens >= cost:
            self.tokens -= cost
            return 0
        return int((cost - self.tokens) / self.rate)
