"""Acting on dead letters: plan, send, delete, and a journal on disk that outlives whatever happens meanwhile."""
