"""Media types of accepted files."""

PDF, PNG, JPEG, WEBP = "application/pdf", "image/png", "image/jpeg", "image/webp"
XML, CSV, TXT = "application/xml", "text/csv", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
"""Archives that the program makes; it accepts none."""
ALL = (PDF, PNG, JPEG, WEBP, XML, CSV, TXT, DOCX, XLSX, ZIP)
