"""Tiếng Việt 4: personification."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_sun = d.svg(
    640,
    260,
    "Ông mặt trời mỉm cười sau luỹ tre",
    d.rect(0, 0, 640, 260, "#fdf1d3", line="#fdf1d3"),
    d.circle(320, 120, 80, "#f7c948"),
    d.circle(292, 105, 8, d.INK),
    d.circle(348, 105, 8, d.INK),
    d.path("M285 140 Q320 175 355 140", width=5),
    d.path("M0 260 L0 205 Q80 175 160 205 T320 205 T480 205 T640 205 L640 260 Z", fill="#8fbf7f"),
    d.path(
        "M90 205 Q70 120 110 60 M120 205 Q130 130 95 90 M540 205 Q560 130 525 70 M510 205 Q495 140 540 105",
        line="#4f7f3f",
        width=6,
    ),
)

LESSON = Lesson(
    title="Biện pháp nhân hoá",
    subject="Tiếng Việt 4 · Luyện từ và câu",
    accent="#8c2f52",
    tint="#fae8ef",
    pictures={"mat-troi.svg": _sun},
    pages=(
        Page(
            "Đọc và nhận xét",
            """<p>Hai câu sau cùng tả buổi sáng. Em thấy câu nào sinh động hơn?</p>
<ol><li>Mặt trời mọc sau luỹ tre, toả nắng xuống đồng.</li>
<li>Ông mặt trời vén luỹ tre, mỉm cười với cánh đồng vừa thức giấc.</li></ol>
<img src="hinh/mat-troi.svg" width="640" height="260" alt="Ông mặt trời mỉm cười sau luỹ tre">
<p>Ở câu thứ hai, mặt trời được <strong>gọi</strong> là “ông”, biết <strong>vén</strong>, biết <strong>mỉm cười</strong>;
cánh đồng cũng biết <strong>thức giấc</strong>.</p>""",
        ),
        Page(
            "Nhân hoá là gì?",
            """<div class="rule"><p><strong>Ghi nhớ.</strong> Nhân hoá là dùng từ ngữ vốn để gọi hoặc tả người để gọi hoặc tả
con vật, cây cối, đồ vật, hiện tượng tự nhiên, làm cho chúng trở nên gần gũi, sinh động.</p></div>
<p>Người viết nhân hoá khi muốn sự vật cũng có tình cảm, suy nghĩ như bạn bè của mình.</p>""",
        ),
        Page(
            "Ba cách nhân hoá",
            """<table><tr><th>Cách</th><th>Ví dụ</th></tr>
<tr><td>Gọi sự vật bằng từ ngữ dùng để gọi người</td><td><em>bác</em> gà trống, <em>chị</em> gió, <em>ông</em> mặt trời</td></tr>
<tr><td>Tả hoạt động, đặc điểm của sự vật bằng từ ngữ dùng để tả người</td><td>hàng cau <em>lặng im nghe</em> mưa; dòng sông <em>hiền lành</em></td></tr>
<tr><td>Trò chuyện, xưng hô với sự vật như với người</td><td>Trâu ơi, ta bảo trâu này…</td></tr></table>
<p>Trong một câu có thể dùng nhiều cách cùng lúc.</p>""",
        ),
        Page(
            "Tìm trong ca dao",
            """<p>Đọc bài ca dao rồi trả lời trước khi mở gợi ý:</p>
<div class="rule"><p>Con mèo mà trèo cây cau<br>Hỏi thăm chú chuột đi đâu vắng nhà<br>Chú chuột đi chợ đường xa<br>Mua mắm, mua muối giỗ cha con mèo.</p></div>
<ul><li>Những con vật nào được nhân hoá?</li><li>Bằng những từ ngữ nào?</li></ul>
<details><summary>Gợi ý</summary><p>Con mèo biết <em>hỏi thăm</em>; con chuột được gọi là <em>chú</em>, biết <em>đi chợ</em>,
<em>mua mắm, mua muối</em>. Cách nói ấy làm bài ca dao hóm hỉnh.</p></details>""",
        ),
        Page(
            "Viết câu có nhân hoá",
            """<p>Chọn một sự vật trong sân trường và viết 2–3 câu có dùng nhân hoá, theo các bước:</p>
<ol><li>Quan sát: sự vật ấy có hình dáng, màu sắc, hoạt động gì?</li>
<li>Nghĩ: nếu là người, nó giống ai, đang làm gì, vui hay buồn?</li>
<li>Viết, đọc lại, thay những từ chưa hợp.</li></ol>
<details><summary>Xem một đoạn mẫu</summary><p>Bác trống trường nằm im trên giá suốt ba tháng hè. Sáng nay, bác hắng giọng
gọi vang: tùng, tùng, tùng. Hàng phượng giật mình, rũ những giọt sương còn ngái ngủ.</p></details>""",
        ),
    ),
    questions=(
        Question(
            "Câu nào có dùng nhân hoá?",
            (
                "Dòng sông rộng hơn trăm mét.",
                "Dòng sông điệu đà mặc áo lụa đào.",
                "Dòng sông chảy qua làng em.",
            ),
            1,
            "“Điệu đà mặc áo” vốn dùng để tả người.",
        ),
        Question(
            "“Trâu ơi, ta bảo trâu này” nhân hoá bằng cách:",
            ("gọi vật như gọi người", "tả vật như tả người", "trò chuyện với vật như với người"),
            2,
            "Người nói trò chuyện với con trâu như với bạn.",
        ),
        Question(
            "Từ nào điền được vào chỗ trống để câu có nhân hoá: “Chị gió … lay cành lá.”?",
            ("nhẹ nhàng", "cấp bốn", "theo hướng bắc"),
            0,
            "“Nhẹ nhàng” hợp với lời tả một người chị.",
        ),
        Question(
            "Tác dụng của nhân hoá là:",
            ("làm câu ngắn hơn", "làm sự vật gần gũi, sinh động", "cho biết số lượng sự vật"),
            1,
            "Nhân hoá làm sự vật có hồn, gần gũi với người.",
        ),
    ),
)
