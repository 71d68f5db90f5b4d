"""A server before the emulator that answers, as AWS would, what the emulator lacks, and passes everything else through.

Each middleware is one idea and one file; `app.create_gateway` puts them together. Tests add their own: recording,
denying, latency, faults.
"""
