"""One turn of a run, by whichever engine: begun or taken up, carried out, and written down to its end."""
