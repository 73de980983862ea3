class Window:
    """Costs of the visits of the last period."""

    def __init__(self, limit, period):
        self.limit = limit
        self.period = period
        self.visits = []

    def visit(self, now, cost):
        self.visits.append((now, cost))
        recent = [(time, c) for time, c in self.visits if time >= now - self.period]
        if sum(c for _, c in recent) <= self.limit:
            return 0
        return recent[0][0] + self.period - now
