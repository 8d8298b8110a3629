"""The HTTP contract: its document as a file, and checks of its changes."""
