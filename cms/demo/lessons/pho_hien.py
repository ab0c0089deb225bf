"""Local history for grade 7: the trading port of Phố Hiến."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_river = d.svg(
    640,
    280,
    "Sơ đồ: từ biển theo sông Hồng lên Phố Hiến rồi tới Thăng Long",
    d.rect(0, 0, 640, 280, "#f4efdf", line="#f4efdf"),
    d.path("M70 30 Q150 90 210 110 T380 170 T600 240", line="#5aa2d6", width=18),
    d.circle(82, 42, 14, "#b3261e"),
    d.words(170, 42, "Thăng Long", size=25, bold=True),
    d.circle(330, 150, 14, "#b3261e"),
    d.words(330, 122, "Phố Hiến", size=25, bold=True),
    d.words(555, 205, "biển", size=25, bold=True),
    d.words(190, 170, "sông Hồng", size=22),
    d.path("M450 225 l60 0 l-12 22 l-36 0 Z M480 225 l0 -40 l26 34 Z", fill="#d9b382"),
)

LESSON = Lesson(
    title="Phố Hiến: thứ nhất Kinh Kì, thứ nhì Phố Hiến",
    subject="Nội dung giáo dục của địa phương 7 · Lịch sử Hưng Yên",
    accent="#6b4a1f",
    tint="#f5ecdd",
    pictures={"song-hong.svg": _river},
    pages=(
        Page(
            "Một thương cảng bên sông",
            """<p>“Thứ nhất Kinh Kì, thứ nhì Phố Hiến”: câu ca nhắc tới thời Phố Hiến chỉ đứng sau Thăng Long về sự sầm uất.</p>
<img src="hinh/song-hong.svg" width="640" height="280" alt="Sơ đồ vị trí Phố Hiến trên sông Hồng, giữa biển và Thăng Long">
<p>Từ biển, thuyền buôn ngược dòng phải dừng ở đây để làm thủ tục trước khi lên kinh đô. Bến đỗ, nhà kho, phố nghề
mọc lên dọc bờ sông.</p>""",
        ),
        Page(
            "Thời hưng thịnh",
            """<ul><li>Phố Hiến phát triển nhất vào <strong>thế kỉ XVII</strong>, dưới thời vua Lê – chúa Trịnh.</li>
<li>Nơi đây có phố của người Việt, người Hoa, người Nhật; tàu Hà Lan, Anh cũng ghé và mở <strong>thương điếm</strong>.</li>
<li>Hàng bán ra: tơ lụa, gốm, đồ sơn, quế. Hàng mua vào: vải, đồ thuỷ tinh, bạc, vũ khí.</li></ul>
<details><summary>Thương điếm là gì?</summary><p>Là trạm buôn bán của thương nhân nước ngoài, vừa là kho hàng, vừa là chỗ ở và
nơi giao dịch.</p></details>""",
        ),
        Page(
            "Vì sao Phố Hiến suy tàn?",
            """<ol><li>Dòng sông Hồng đổi hướng, bãi bồi đẩy bến xa dần phố.</li>
<li>Chính sách buôn bán của triều đình thay đổi, tàu nước ngoài thưa dần.</li>
<li>Về sau, các cảng gần biển và đường bộ thay thế.</li></ol>
<p>Từ cuối thế kỉ XVII, thương nhân nước ngoài rời đi; Phố Hiến trở lại là một trấn lị yên tĩnh.</p>""",
        ),
        Page(
            "Dấu xưa còn lại",
            """<table><tr><th>Di tích</th><th>Điều đáng nhớ</th></tr>
<tr><td>Văn miếu Xích Đằng</td><td>những tấm bia đá ghi tên người đỗ đạt của trấn Sơn Nam</td></tr>
<tr><td>Chùa Chuông</td><td>được khen là “Phố Hiến đệ nhất danh lam”</td></tr>
<tr><td>Đền Mẫu</td><td>có cây cổ thụ nhiều gốc quấn vào nhau</td></tr>
<tr><td>Đền Thiên Hậu</td><td>do cộng đồng người Hoa dựng</td></tr></table>
<p>Khu di tích Phố Hiến là <strong>di tích quốc gia đặc biệt</strong>.</p>
<div class="rule"><p><strong>Việc của em.</strong> Cùng nhóm chọn một di tích, chụp ba ảnh và viết năm câu giới thiệu cho một bạn ở tỉnh khác.</p></div>""",
        ),
    ),
    questions=(
        Question(
            "Phố Hiến hưng thịnh nhất vào thế kỉ nào?",
            ("XV", "XVII", "XIX"),
            1,
            "Thế kỉ XVII là thời hưng thịnh nhất.",
        ),
        Question(
            "Phố Hiến nằm bên con sông nào?",
            ("sông Hồng", "sông Mã", "sông Hương"),
            0,
            "Phố Hiến là bến trên đường sông Hồng từ biển lên Thăng Long.",
        ),
        Question(
            "Thương nhân nước nào đã mở thương điếm ở Phố Hiến?",
            ("Hà Lan và Anh", "Nga và Đức", "Thuỵ Điển và Đan Mạch"),
            0,
            "Người Hà Lan và người Anh đã mở thương điếm tại đây.",
        ),
        Question(
            "Một nguyên nhân làm Phố Hiến suy tàn là:",
            ("động đất", "sông đổi dòng, bến xa phố", "cháy rừng"),
            1,
            "Bãi bồi làm bến đỗ xa dần phố xá.",
        ),
    ),
)
