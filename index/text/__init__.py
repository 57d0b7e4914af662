"""Letters and syllables: text in, tokens out. Knows nothing of procedures."""
