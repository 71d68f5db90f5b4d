"""From the model to text: pure functions, and the one door through which remote text reaches a screen or a terminal.

Every text that came from AWS passes `inert`. What leaves here is `rich.text.Text` with styles named in `tones`, or a
plain string for a terminal without colour.
"""
