"""For teachers: writing official documents, and a spreadsheet for a form teacher."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_sheet = d.svg(
    640,
    300,
    "Một trang giấy A4 với khoảng cách lề: trên, dưới 20 mm, trái 30 mm, phải 15 mm",
    d.rect(230, 15, 190, 268, "#ffffff"),
    d.rect(273, 44, 126, 210, "#e6f0f7", line="#1f5f8b"),
    d.words(325, 36, "20 mm", size=15),
    d.words(325, 276, "20 mm", size=15),
    d.words(252, 150, "30", size=15),
    d.words(410, 150, "15", size=15),
    d.arrow(150, 150, 226, 150),
    d.words(100, 145, "lề trái để", size=16),
    d.words(100, 168, "đóng gáy", size=16),
    d.words(336, 100, "Quốc hiệu", size=16, bold=True),
    d.words(336, 150, "Nội dung", size=16),
    d.words(336, 230, "Nơi nhận, chữ kí", size=15),
)
_table = d.svg(
    640,
    240,
    "Bảng điểm ba học sinh, cột cuối tính trung bình",
    *[
        d.rect(40 + 140 * column, 20 + 45 * row, 140, 45, "#e6f0f7" if row == 0 else "#ffffff")
        for row in range(4)
        for column in range(4)
    ],
    *[
        d.words(110 + 140 * column, 49 + 45 * row, text, size=17, bold=row == 0)
        for row, texts in enumerate(
            (
                ("Họ tên", "Toán", "Tiếng Việt", "Trung bình"),
                ("An", "8", "9", "8,5"),
                ("Bình", "7", "7", "7"),
                ("Chi", "10", "9", "9,5"),
            )
        )
        for column, text in enumerate(texts)
    ],
    d.words(430, 225, "=AVERAGE(B2:C2)", size=17, fill="#1f5f8b", bold=True),
)

TEXT = Lesson(
    title="Soạn thảo văn bản hành chính trong nhà trường",
    subject="Bồi dưỡng giáo viên · Kĩ năng công nghệ thông tin",
    pictures={"trang-giay.svg": _sheet},
    pages=(
        Page(
            "Một trang đúng thể thức",
            """<p>Văn bản hành chính dùng khổ A4. Lề trên và dưới 20–25 mm, lề trái 30–35 mm, lề phải 15–20 mm (Nghị định 30/2020).</p>
<img src="hinh/trang-giay.svg" width="640" height="300" alt="Trang A4 với các lề và vị trí quốc hiệu, nội dung, nơi nhận">
<p>Phông chữ Times New Roman, cỡ 13–14, bộ mã Unicode. Số trang đặt giữa lề trên, từ trang thứ hai.</p>""",
        ),
        Page(
            "Dùng kiểu chữ thay vì tô đậm từng chỗ",
            """<p>Đặt <strong>kiểu (Style)</strong> cho tiêu đề, mục, đoạn. Muốn đổi cỡ chữ của mọi mục, chỉ đổi một lần.</p>
<ol><li>Bôi chọn tên mục, chọn kiểu <em>Heading 1</em>.</li><li>Chọn đoạn văn, kiểu <em>Normal</em>, giãn dòng 1,15.</li><li>Mục lục: chèn tự động từ các kiểu đã đặt.</li></ol>
<details><summary>Vì sao không bấm phím cách để căn giữa?</summary><p>In ra máy khác chữ sẽ xô lệch. Dùng nút căn giữa, điểm dừng tab hoặc bảng không viền.</p></details>""",
        ),
        Page(
            "Trộn thư: 40 giấy mời trong một phút",
            """<p>Danh sách phụ huynh nằm trong bảng tính; giấy mời là văn bản có chỗ trống. Trộn thư ghép hai tệp lại.</p>
<ol><li>Mở thẻ <em>Mailings</em>, chọn tệp danh sách.</li><li>Chèn trường «Họ tên», «Lớp» vào giấy mời.</li><li>Xem trước, rồi in hoặc lưu thành PDF.</li></ol>
<div class="rule"><p>Danh sách có thông tin riêng của phụ huynh: lưu ở máy của trường, không gửi qua nhóm chung.</p></div>""",
        ),
        Page(
            "Gửi đi: PDF, tên tệp, phiên bản",
            """<table><tr><th>Việc</th><th>Nên</th><th>Tránh</th></tr>
<tr><td>Định dạng gửi</td><td>PDF để đọc, .docx để góp ý</td><td>Ảnh chụp màn hình</td></tr>
<tr><td>Tên tệp</td><td>2026-09-05_ke-hoach-to-toan.docx</td><td>ke hoach moi nhat (2) sua lan cuoi.docx</td></tr>
<tr><td>Góp ý</td><td>Track Changes, Comment</td><td>Sửa thẳng rồi gửi lại</td></tr></table>""",
        ),
    ),
    questions=(
        Question("Lề trái của văn bản hành chính nên là:", ("10 mm", "30–35 mm", "50 mm"), 1, "Lề trái rộng hơn để đóng gáy: 30–35 mm."),
        Question("Muốn đổi cỡ chữ của tất cả các mục, cách nhanh nhất là:", ("Chọn từng mục rồi đổi", "Đổi kiểu (Style) của mục", "Phóng to màn hình"), 1, "Sửa kiểu một lần, mọi mục theo."),
        Question("Trộn thư dùng để:", ("Nén tệp", "Ghép danh sách vào một mẫu", "Gửi thư rác"), 1, "Mỗi dòng của danh sách thành một bản của mẫu."),
        Question("Gửi kế hoạch để đồng nghiệp góp ý, nên gửi:", ("Ảnh chụp", ".docx có bật Track Changes", "PDF khóa"), 1, "Track Changes cho thấy ai sửa gì."),
    ),
)  # fmt: skip
SPREADSHEET = Lesson(
    title="Bảng tính cho giáo viên chủ nhiệm",
    subject="Bồi dưỡng giáo viên · Kĩ năng công nghệ thông tin",
    accent="#2f6b4f",
    tint="#e6f4ec",
    pictures={"bang-diem.svg": _table},
    pages=(
        Page(
            "Ô, hàng, cột và công thức",
            """<p>Mỗi ô có địa chỉ: cột B, hàng 2 là ô <strong>B2</strong>. Công thức bắt đầu bằng dấu bằng.</p>
<img src="hinh/bang-diem.svg" width="640" height="240" alt="Bảng điểm ba học sinh, cột trung bình tính bằng hàm AVERAGE">
<p>Kéo góc dưới bên phải của ô D2 xuống: hai hàng dưới tự có công thức của mình.</p>""",
        ),
        Page(
            "Năm hàm đủ dùng cả năm",
            """<table><tr><th>Hàm</th><th>Cho biết</th><th>Ví dụ</th></tr>
<tr><td>SUM</td><td>Tổng</td><td>=SUM(B2:B40)</td></tr><tr><td>AVERAGE</td><td>Trung bình cộng</td><td>=AVERAGE(B2:C2)</td></tr>
<tr><td>COUNTIF</td><td>Đếm theo điều kiện</td><td>=COUNTIF(D2:D40;"&gt;=8")</td></tr>
<tr><td>IF</td><td>Chọn một trong hai</td><td>=IF(D2&gt;=5;"Đạt";"Chưa đạt")</td></tr><tr><td>TODAY</td><td>Ngày hôm nay</td><td>=TODAY()</td></tr></table>""",
        ),
        Page(
            "Lọc, sắp xếp, in cho phụ huynh",
            """<p>Đặt con trỏ trong bảng, bật <em>Filter</em>: chọn tổ, chọn ngày vắng. Sắp xếp tên theo <strong>tên</strong>, không theo họ: tách cột Tên riêng.</p>
<p>Trước khi in: đặt vùng in, lặp lại hàng tiêu đề, xem trước trang.</p>
<details><summary>Số điện thoại mất số 0 ở đầu</summary><p>Định dạng cột là <em>Text</em> trước khi gõ, hoặc gõ dấu nháy đơn trước số.</p></details>""",
        ),
    ),
    questions=(
        Question("Công thức nào tính trung bình của B2 và C2?", ("AVERAGE(B2:C2)", "=AVERAGE(B2:C2)", "=SUM(B2:C2)"), 1, "Công thức phải bắt đầu bằng dấu bằng."),
        Question("Đếm số em có điểm từ 8 trở lên trong D2:D40:", ("=COUNTIF(D2:D40;\">=8\")", "=SUM(D2:D40)", "=MAX(D2:D40)"), 0, "COUNTIF đếm các ô thỏa điều kiện."),
        Question("Số điện thoại 0912… gõ vào ô bị mất số 0, cần:", ("Gõ lại nhiều lần", "Đổi định dạng cột thành Text", "Nhân với 10"), 1, "Định dạng Text giữ nguyên các chữ số."),
        Question("Để danh sách xếp theo tên, cần:", ("Tách cột Tên", "Viết hoa họ", "Tô màu"), 0, "Người Việt xếp theo tên, nên tên cần một cột riêng."),
    ),
)  # fmt: skip
