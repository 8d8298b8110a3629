"""Rules of collection: receipts, duplicates, what a device sends, visits."""
