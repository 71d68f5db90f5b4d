"""The engine `journal`: evwatch's own way from a DLQ to the targets, which is right whatever fails on the way."""
