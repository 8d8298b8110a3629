"""imports: statements of banks that people bring into a book."""
