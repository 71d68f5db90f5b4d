"""The only code that speaks to AWS: responses become model values here, errors become sentences."""
