"""Khoa học 4: how water changes state, and its cycle in nature."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_SKY, _SEA, _LAND = "#dff0fb", "#5aa2d6", "#9cc48b"

_states = d.svg(
    640,
    210,
    "Ba thể của nước: thể rắn, thể lỏng, thể khí và các tên gọi khi chuyển thể",
    d.rect(10, 70, 150, 70, "#cfe8f6", radius=8),
    d.words(85, 112, "Thể rắn", size=24, bold=True),
    d.rect(245, 70, 150, 70, _SEA, radius=8),
    d.words(320, 112, "Thể lỏng", size=24, bold=True),
    d.rect(480, 70, 150, 70, "#f4f8fa", radius=8),
    d.words(555, 112, "Thể khí", size=24, bold=True),
    d.arrow(160, 85, 243, 85),
    d.words(202, 66, "nóng chảy", size=21),
    d.arrow(245, 128, 162, 128),
    d.words(202, 158, "đông đặc", size=21),
    d.arrow(395, 85, 478, 85),
    d.words(437, 66, "bay hơi", size=21),
    d.arrow(480, 128, 397, 128),
    d.words(437, 158, "ngưng tụ", size=21),
)
_cycle = d.svg(
    640,
    400,
    "Vòng tuần hoàn của nước: bay hơi, ngưng tụ thành mây, mưa rơi, nước chảy về biển",
    d.rect(0, 0, 640, 400, _SKY, line=_SKY),
    d.path("M0 400 L0 250 L90 190 L190 270 L300 300 L330 400 Z", fill=_LAND),
    d.rect(310, 310, 330, 90, _SEA, line=_SEA),
    d.circle(570, 65, 38, "#f7c948"),
    d.path(
        "M130 95 q15 -45 65 -30 q35 -40 80 -5 q60 -5 55 40 q-5 28 -50 22 l-120 0 q-50 0 -30 -27 Z",
        fill="#ffffff",
    ),
    d.arrow(470, 300, 420, 150, line="#c2410c"),
    d.words(505, 225, "bay hơi", size=25, bold=True),
    d.words(235, 98, "ngưng tụ", size=24, bold=True),
    d.arrow(200, 130, 170, 215, line="#1d4ed8"),
    d.arrow(245, 130, 225, 230, line="#1d4ed8"),
    d.words(290, 185, "mưa", size=25, bold=True),
    d.arrow(200, 300, 320, 345, line="#1d4ed8"),
    d.words(185, 345, "nước chảy", size=24, bold=True),
    d.words(490, 365, "sông, hồ, biển", size=24, fill="#ffffff", bold=True),
)

LESSON = Lesson(
    title="Sự chuyển thể của nước và vòng tuần hoàn của nước",
    subject="Khoa học 4 · Chất",
    accent="#17607a",
    tint="#e3f2f6",
    pictures={"ba-the.svg": _states, "vong-tuan-hoan.svg": _cycle},
    pages=(
        Page(
            "Nước có ở đâu quanh em?",
            """<p>Buổi sáng mùa đông, cửa kính mờ hơi nước. Trưa nắng, sân trường vừa rửa đã khô. Viên đá lấy khỏi tủ
lạnh tan dần trong cốc. Cùng là nước, nhưng ở ba thể khác nhau.</p>
<ul><li><strong>Thể rắn</strong>: nước đá, tuyết, băng. Có hình dạng nhất định.</li>
<li><strong>Thể lỏng</strong>: nước mưa, nước sông, nước trong cốc. Không có hình dạng nhất định.</li>
<li><strong>Thể khí</strong>: hơi nước trong không khí. Không có hình dạng nhất định, mắt thường không nhìn thấy.</li></ul>
<div class="rule"><p>Làn khói trắng trên miệng ấm không phải hơi nước: đó là những giọt nước rất nhỏ
do hơi nước gặp lạnh tụ lại.</p></div>""",
        ),
        Page(
            "Bốn sự chuyển thể",
            """<img src="hinh/ba-the.svg" width="640" height="210" alt="Sơ đồ ba thể của nước và bốn sự chuyển thể">
<table><tr><th>Tên gọi</th><th>Nước chuyển từ</th><th>Ví dụ</th></tr>
<tr><td>Nóng chảy</td><td>rắn sang lỏng</td><td>kem chảy ra khi để ngoài nắng</td></tr>
<tr><td>Đông đặc</td><td>lỏng sang rắn</td><td>nước trong khay thành đá ở 0 °C</td></tr>
<tr><td>Bay hơi</td><td>lỏng sang khí</td><td>quần áo phơi khô</td></tr>
<tr><td>Ngưng tụ</td><td>khí sang lỏng</td><td>giọt nước bám ngoài cốc nước lạnh</td></tr></table>""",
        ),
        Page(
            "Thí nghiệm nhỏ ở nhà",
            """<p><strong>Cần có:</strong> một cốc nước nóng vừa phải, một chiếc đĩa, vài viên đá.
<strong>Làm cùng người lớn.</strong></p>
<ol><li>Úp đĩa lên miệng cốc, đặt đá lên mặt đĩa.</li><li>Chờ năm phút rồi nhấc đĩa ra.</li>
<li>Quan sát mặt dưới của đĩa.</li></ol>
<details><summary>Em thấy gì, và vì sao?</summary><p>Mặt dưới đĩa có nhiều giọt nước. Nước trong cốc
<strong>bay hơi</strong>, hơi nước gặp mặt đĩa lạnh thì <strong>ngưng tụ</strong> thành giọt, rồi rơi trở lại cốc.
Đó là một vòng tuần hoàn thu nhỏ.</p></details>""",
        ),
        Page(
            "Vòng tuần hoàn của nước",
            """<img src="hinh/vong-tuan-hoan.svg" width="640" height="400" alt="Tranh vẽ vòng tuần hoàn của nước trong tự nhiên">
<ol><li>Nước ở sông, hồ, biển <strong>bay hơi</strong> vào không khí.</li>
<li>Hơi nước lên cao gặp lạnh, <strong>ngưng tụ</strong> thành những hạt nước nhỏ, tạo nên mây.</li>
<li>Các hạt nước lớn dần, rơi xuống thành <strong>mưa</strong>.</li>
<li>Nước mưa chảy theo suối, sông ra biển, và vòng tuần hoàn lặp lại.</li></ol>""",
        ),
        Page(
            "Giữ cho vòng nước sạch",
            """<p>Nước trên Trái Đất được dùng đi dùng lại qua vòng tuần hoàn. Rác và hoá chất đổ xuống mương hôm nay
có thể trở lại trong nước sinh hoạt ngày mai.</p>
<ul><li>Khoá vòi khi đánh răng, dùng lại nước rửa rau để tưới cây.</li>
<li>Không đổ dầu ăn, thuốc trừ sâu xuống cống, mương.</li>
<li>Trồng và giữ cây ở đầu nguồn: rễ cây giữ nước lại trong đất.</li></ul>""",
        ),
    ),
    questions=(
        Question(
            "Giọt nước bám ngoài cốc nước đá là do:",
            ("nước trong cốc thấm ra", "hơi nước trong không khí ngưng tụ", "đá nóng chảy", "nước bay hơi"),
            1,
            "Không khí quanh cốc gặp lạnh, hơi nước trong đó ngưng tụ.",
        ),
        Question(
            "Nước chuyển từ thể lỏng sang thể rắn gọi là:",
            ("nóng chảy", "bay hơi", "ngưng tụ", "đông đặc"),
            3,
            "Lỏng sang rắn là đông đặc.",
        ),
        Question(
            "Mây được tạo thành từ:",
            ("khói bụi", "hơi nước ngưng tụ", "nước sông bốc cháy", "tuyết tan"),
            1,
            "Mây gồm những hạt nước rất nhỏ do hơi nước ngưng tụ.",
        ),
        Question(
            "Quần áo ướt phơi ngoài nắng khô đi vì nước đã:",
            ("bay hơi", "đông đặc", "ngưng tụ", "nóng chảy"),
            0,
            "Nước ở thể lỏng chuyển sang thể khí: bay hơi.",
        ),
    ),
)
