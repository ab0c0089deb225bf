"""The PDF documents of the demo library."""

from __future__ import annotations

from cms.demo.pdf import Line, document, heading, title


def worksheet() -> bytes:
    """A worksheet on fractions for grade 5."""
    name = "Phiếu bài tập: cộng, trừ phân số khác mẫu số"
    tasks = (
        "1. Tính: a) 1/2 + 1/5    b) 3/4 + 1/6    c) 7/8 – 1/4    d) 5/6 – 3/8",
        "2. Tính rồi rút gọn: a) 1/6 + 1/3    b) 7/10 – 1/5    c) 5/12 + 1/4",
        "3. Tìm số thích hợp: a) … + 1/4 = 5/8    b) 5/6 – … = 1/2",
        "4. Một vòi nước chảy vào bể, giờ đầu được 2/7 bể, giờ sau được 1/3 bể. Hai giờ được mấy phần bể?",
        "5. Một cửa hàng có 3/4 tạ gạo, đã bán 2/5 tạ. Cửa hàng còn lại bao nhiêu ki-lô-gam gạo?",
        "6. Bạn An đọc sách: ngày đầu 1/4 số trang, ngày sau 2/5 số trang. Còn mấy phần số trang chưa đọc?",
    )
    answers = (
        "1. a) 7/10   b) 11/12   c) 5/8   d) 11/24",
        "2. a) 1/2   b) 1/2   c) 2/3",
        "3. a) 3/8   b) 1/3",
        "4. 13/21 bể.   5. 35 kg.   6. 7/20 số trang.",
    )
    return document(
        name,
        [
            title("Phiếu bài tập"),
            Line("Toán 5 – Cộng, trừ hai phân số khác mẫu số", 13, bold=True),
            Line("Họ và tên: ……………………………………………………   Lớp: …………", above=8),
            heading("Bài tập"),
            *(Line(task, above=8) for task in tasks),
            heading("Đáp án (dành cho giáo viên)"),
            *(Line(answer, above=3) for answer in answers),
        ],
    )
