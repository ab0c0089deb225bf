"""Toán 8: why a² + b² = c²."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_T = "#f2b84b"
_square = d.svg(
    640,
    300,
    "Hình vuông cạnh a cộng b: bốn tam giác vuông quanh một hình vuông cạnh c",
    d.rect(190, 20, 260, 260, "#ffffff"),
    d.path("M190 20 L290 20 L190 180 Z", fill=_T),
    d.path("M290 20 L450 20 L450 120 Z", fill=_T),
    d.path("M450 120 L450 280 L350 280 Z", fill=_T),
    d.path("M350 280 L190 280 L190 180 Z", fill=_T),
    d.words(320, 158, "c²", size=34, bold=True),
    d.words(240, 14, "a", size=18),
    d.words(370, 14, "b", size=18),
    d.words(176, 105, "b", size=18),
    d.words(176, 235, "a", size=18),
)
_moved = d.svg(
    640,
    300,
    "Cùng bốn tam giác ấy ghép thành hai hình chữ nhật: phần trống là hai hình vuông cạnh a và b",
    d.rect(190, 20, 260, 260, "#ffffff"),
    d.path("M190 20 L290 20 L290 180 Z", fill=_T),
    d.path("M190 20 L190 180 L290 180 Z", fill="#f7d58f"),
    d.path("M290 180 L450 180 L450 280 Z", fill=_T),
    d.path("M290 180 L290 280 L450 280 Z", fill="#f7d58f"),
    d.words(240, 238, "a²", size=30, bold=True),
    d.words(370, 108, "b²", size=34, bold=True),
)
_ladder = d.svg(
    640,
    300,
    "Thang dài 5 mét dựa vào tường, chân cách tường 3 mét",
    d.path("M150 270 L520 270", width=4),
    d.path("M420 30 L420 270", width=6),
    d.path("M240 270 L420 30", width=7, line="#6b4f2f"),
    d.words(300, 140, "5 m", size=22, bold=True),
    d.words(330, 293, "3 m", size=22, bold=True),
    d.words(455, 155, "?", size=30, bold=True, fill="#a3241c"),
)

LESSON = Lesson(
    title="Khám phá định lí Pythagore bằng ghép hình",
    subject="Toán 8 · Hình học trực quan",
    accent="#8a5a2f",
    tint="#f8efe4",
    pictures={"bon-tam-giac.svg": _square, "ghep-lai.svg": _moved, "thang.svg": _ladder},
    pages=(
        Page(
            "Câu hỏi của người thợ",
            """<p>Người thợ xây lấy dây 12 khúc bằng nhau, căng thành tam giác 3, 4, 5 khúc để có góc vuông. Vì sao được?</p>
<p>Cắt bốn tam giác vuông bằng giấy, cạnh góc vuông a và b, cạnh huyền c. Em sẽ ghép chúng hai cách.</p>""",
        ),
        Page(
            "Cách ghép thứ nhất",
            """<img src="hinh/bon-tam-giac.svg" width="640" height="300" alt="Bốn tam giác xếp quanh một hình vuông cạnh c trong hình vuông cạnh a cộng b">
<p>Phần trống ở giữa là hình vuông cạnh c, diện tích <strong>c²</strong>. Vì sao góc của nó vuông?</p>
<details><summary>Gợi ý</summary><p>Hai góc nhọn của tam giác vuông cộng lại bằng 90°, nên góc còn lại trên cạnh là 180° − 90° = 90°.</p></details>""",
        ),
        Page(
            "Cách ghép thứ hai",
            """<img src="hinh/ghep-lai.svg" width="640" height="300" alt="Bốn tam giác ghép thành hai hình chữ nhật, phần trống là hai hình vuông cạnh a và cạnh b">
<p>Cùng hình vuông lớn, cùng bốn tam giác, nên phần trống bằng nhau:</p><p class="sum">a² + b² = c²</p>
<div class="rule"><p><strong>Định lí Pythagore.</strong> Trong một tam giác vuông, bình phương cạnh huyền bằng tổng bình phương hai cạnh góc vuông.</p></div>""",
        ),
        Page(
            "Đo thật",
            """<img src="hinh/thang.svg" width="640" height="300" alt="Thang 5 mét dựa tường, chân cách tường 3 mét">
<p>Thang cao tới đâu? Gọi chiều cao là h:</p><p class="sum">h² = 5² − 3² = 25 − 9 = 16, nên h = 4 (m)</p>
<p>Việc của em: đo chiều dài, chiều rộng bàn học; tính đường chéo rồi đo lại bằng thước.</p>""",
        ),
        Page(
            "Chiều ngược lại",
            """<p>Nếu một tam giác có a² + b² = c² thì góc đối diện cạnh c là góc vuông. Người thợ dùng điều này.</p>
<table><tr><th>Ba cạnh</th><th>Kiểm tra</th><th>Vuông?</th></tr><tr><td>3, 4, 5</td><td>9 + 16 = 25</td><td>có</td></tr>
<tr><td>4, 5, 6</td><td>16 + 25 = 41 ≠ 36</td><td>không</td></tr><tr><td>5, 12, 13</td><td>25 + 144 = 169</td><td>có</td></tr></table>""",
        ),
    ),
    questions=(
        Question("Tam giác vuông có hai cạnh góc vuông 6 cm và 8 cm. Cạnh huyền dài:", ("14 cm", "10 cm", "100 cm"), 1, "36 + 64 = 100, căn bậc hai là 10."),
        Question("Trong cách ghép thứ hai, phần trống gồm:", ("Một hình vuông cạnh c", "Hai hình vuông cạnh a và b", "Bốn tam giác"), 1, "Vì thế a² + b² = c²."),
        Question("Ba cạnh nào tạo thành tam giác vuông?", ("2, 3, 4", "4, 5, 6", "9, 12, 15"), 2, "81 + 144 = 225 = 15²."),
        Question("Màn hình rộng 80 cm, cao 60 cm có đường chéo:", ("100 cm", "140 cm", "70 cm"), 0, "6400 + 3600 = 10000."),
    ),
)  # fmt: skip
