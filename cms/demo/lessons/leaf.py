"""Khoa học tự nhiên 7: photosynthesis."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_leaf = d.svg(
    640,
    320,
    "Lá cây nhận ánh sáng và khí carbon dioxide, rễ đưa nước lên; lá tạo glucose và thải oxygen",
    d.circle(90, 60, 38, "#f2c230", line="#b8860b"),
    d.arrow(130, 85, 245, 140, line="#b8860b"),
    d.words(190, 92, "ánh sáng", size=17),
    d.path("M250 170 Q330 70 450 150 Q350 230 250 170 Z", fill="#8cc29a", line="#2f6b4f", width=3),
    d.path("M250 170 Q340 160 450 150", line="#2f6b4f", width=3),
    d.path("M250 170 L210 300", line="#6b4f2f", width=6),
    d.arrow(170, 300, 205, 230, line="#2f5d8a"),
    d.words(120, 300, "nước", size=17, fill="#2f5d8a"),
    d.arrow(590, 70, 450, 128),
    d.words(560, 55, "carbon dioxide", size=17),
    d.arrow(440, 170, 570, 220, line="#2f6b4f"),
    d.words(575, 248, "oxygen", size=17, fill="#2f6b4f"),
    d.words(345, 155, "glucose", size=19, bold=True),
)
_equation = d.chain(
    ("nước", "carbon|dioxide", "ánh sáng|diệp lục", "glucose", "oxygen"),
    fill="#e6f4ec",
    label="Nước và carbon dioxide, nhờ ánh sáng và diệp lục, thành glucose và oxygen",
)

LESSON = Lesson(
    title="Quang hợp ở cây xanh",
    subject="Khoa học tự nhiên 7 · Trao đổi chất",
    accent="#2f6b4f",
    tint="#e6f4ec",
    pictures={"la-cay.svg": _leaf, "phuong-trinh.svg": _equation},
    pages=(
        Page(
            "Cây ăn gì?",
            """<p>Ba trăm năm trước, ông Van Helmont trồng một cành liễu nặng 2,3 kg trong chậu có 90 kg đất khô, năm năm chỉ tưới nước mưa. Cây nặng 76 kg, đất chỉ nhẹ đi 57 g.</p>
<p>Khối lượng tăng lên lấy từ đâu? Em viết dự đoán rồi sang trang sau.</p>
<div class="rule"><p>Học xong bài, em nêu được nguyên liệu, sản phẩm của quang hợp, viết được phương trình bằng chữ và giải thích được việc trồng cây đủ sáng.</p></div>""",
        ),
        Page(
            "Nhà máy trong chiếc lá",
            """<img src="hinh/la-cay.svg" width="640" height="320" alt="Lá nhận ánh sáng, carbon dioxide và nước, tạo glucose và thải oxygen">
<p>Khí carbon dioxide vào lá qua <strong>khí khổng</strong>, phần nhiều ở mặt dưới lá. Nước theo <strong>gân lá</strong> đi từ rễ lên. <strong>Diệp lục</strong> trong lục lạp hấp thụ ánh sáng.</p>""",
        ),
        Page(
            "Phương trình bằng chữ",
            """<img src="hinh/phuong-trinh.svg" width="640" height="130" alt="Nước, carbon dioxide, ánh sáng và diệp lục cho glucose và oxygen">
<p class="sum">nước + carbon dioxide → glucose + oxygen</p>
<p>Điều kiện: có ánh sáng và diệp lục. Glucose nối lại thành <strong>tinh bột</strong> để dành; vì thế nhỏ i-ốt lên lá đã tẩy màu thấy xanh tím.</p>""",
        ),
        Page(
            "Ánh sáng nhiều hay ít",
            """<table><tr><th>Cây</th><th>Ưa</th><th>Nơi trồng</th></tr><tr><td>Lúa, ngô, nhãn</td><td>nhiều sáng</td><td>ngoài đồng, cách nhau</td></tr>
<tr><td>Trầu không, lá lốt</td><td>ít sáng</td><td>dưới tán cây</td></tr></table>
<p>Trồng quá dày, lá che nhau: quang hợp kém, năng suất giảm. Nhà kính thắp đèn ban đêm để cây hoa nở đúng Tết.</p>
<details><summary>Ban đêm cây có quang hợp không?</summary><p>Không có ánh sáng thì không quang hợp, nhưng cây vẫn hô hấp suốt ngày đêm.</p></details>""",
        ),
        Page(
            "Thử làm ở nhà",
            """<p>Lấy cành rong trong cốc nước, đặt ra nắng, úp phễu và ống nghiệm đầy nước lên trên. Sau một giờ đếm bọt khí; che bằng khăn đen rồi đếm lại.</p>
<p>Em ghi vào bảng: số bọt trong 1 phút khi có nắng, khi che. Bọt khí đó là oxygen.</p>""",
        ),
    ),
    questions=(
        Question("Nguyên liệu của quang hợp là:", ("Oxygen và glucose", "Nước và carbon dioxide", "Tinh bột và nước"), 1, "Nước từ rễ, carbon dioxide từ không khí."),
        Question("Khí thải ra khi quang hợp là:", ("Nitrogen", "Carbon dioxide", "Oxygen"), 2, "Bọt khí ở cành rong là oxygen."),
        Question("Diệp lục có ở đâu?", ("Lục lạp", "Khí khổng", "Lông hút"), 0, "Lục lạp chứa diệp lục, hấp thụ ánh sáng."),
        Question("Trồng rau quá dày thì:", ("Quang hợp kém vì thiếu sáng", "Cây cao nên nhiều rau", "Không ảnh hưởng"), 0, "Lá che nhau nên thiếu ánh sáng."),
    ),
)  # fmt: skip
