"""Of what the made-up documents consist beside their topics: titles, phrases, names."""

from __future__ import annotations

#: type → how its titles are written
PATTERNS = {
    "e-learning": ("{title}", "Bài giảng e-Learning: {title}", "{subject} {number}: {title}"),
    "giao-an": ("Giáo án {lower}", "Kế hoạch bài dạy {subject} {number} – {title}", "Giáo án: {title}"),
    "cau-hoi": ("Phiếu bài tập {lower}", "Câu hỏi trắc nghiệm: {title}", "Bài tập {lower}"),
    "video": ("Video: {title}", "{title} (video bài giảng)"),
    "de-thi": ("Đề kiểm tra 15 phút: {title}", "Đề ôn {subject} {number}: {title}"),
    "tham-khao": ("Tài liệu tham khảo: {title}", "Trò chơi ôn tập: {title}", "{title}"),
    "mo-phong": ("Mô phỏng {lower}", "Phần mềm mô phỏng: {title}"),
    "skkn": ("Sáng kiến kinh nghiệm dạy {lower}", "Kinh nghiệm giúp học sinh học tốt {lower}"),
}
#: Titles that do not say what the lesson is about
UNNAMED = (
    "{subject} {number}, {week}",
    "{week}: luyện tập chung",
    "Bài giảng dự thi cấp tỉnh, {week}",
    "Tài liệu {grade}, {week}",
)
WEEKS = ("tuần 3", "tuần 7", "tuần 12", "tuần 18", "tuần 21", "tuần 26", "tuần 30", "tuần 33")
LEADS = (
    "Tài liệu dành cho {grade}, dùng được ngay trên lớp.",
    "Bài học giúp trẻ và học sinh hứng thú qua trò chơi.",
    "Cô giáo tổ chức cho học sinh hoạt động theo nhóm.",
    "Học sinh tự học ở nhà, có câu hỏi cuối mỗi phần.",
    "Cả lớp cùng chơi, mỗi tổ một bộ thẻ.",
    "Dạy trong một tiết, gồm khởi động, khám phá và luyện tập.",
    "Dùng cho {grade} khi ôn tập cuối tuần.",
)
CLOSING = (
    "Kèm phiếu học tập và đáp án.",
    "Có hình ảnh, âm thanh và trò chơi cuối bài.",
    "Đã dạy thử ở trường và góp ý trong tổ.",
    "Giáo viên có thể sửa cho hợp với lớp mình.",
    "Bố mẹ có thể cùng con làm ở nhà.",
    "",
)
SURNAMES = ("Nguyễn Thị", "Trần Văn", "Lê Thu", "Phạm Quang", "Hoàng Thị", "Đỗ Bá", "Vũ Ngọc")
SCHOOLS = (
    "Trường Tiểu học Phố Hiến",
    "Trường THCS Bình Minh",
    "Trường Mầm non Hoa Sen",
    "Trường THPT Tiên Lữ",
    "Trường Tiểu học Kim Động",
    "Trường THCS Ân Thi",
    "Sở Giáo dục và Đào tạo",
)
