"""The alarm: what rings, in which words, and how it is sent."""
