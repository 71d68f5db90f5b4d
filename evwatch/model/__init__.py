"""What things are: frozen values and pure functions on them.

Every poll yields new values; two that are equal mean that nothing changed, so times that always move are kept out of
the comparison. Nothing here knows AWS, the terminal or any other part of evwatch.
"""
