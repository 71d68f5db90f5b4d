"""When to read what: cadence, budget, back-off and freshness. Each reader turns one source into a feed."""
