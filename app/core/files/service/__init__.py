"""Services of files."""

from app.core.files.service.attached import AttachedFiles, KeptFile, ReceiptValues
from app.core.files.service.files import STRAY_AFTER, Download, FileService
from app.core.files.service.judging import MOST_AT_ONCE, WAIT_SECONDS, FileJudge

__all__ = [
    "MOST_AT_ONCE",
    "STRAY_AFTER",
    "WAIT_SECONDS",
    "AttachedFiles",
    "Download",
    "FileJudge",
    "FileService",
    "KeptFile",
    "ReceiptValues",
]
