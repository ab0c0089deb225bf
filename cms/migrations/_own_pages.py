"""What migrations 0002 and 0005 call the portal's own pages; theirs to keep, read by the check of messages."""

NAMES = frozenset({"Bài giảng hay của thầy cô, dùng chung cho cả tỉnh", "Tin tức và văn bản", "Liên hệ"})
