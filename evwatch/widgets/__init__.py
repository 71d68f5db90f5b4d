"""Panels: each shows a slice of the snapshot, and knows neither AWS nor the session."""
