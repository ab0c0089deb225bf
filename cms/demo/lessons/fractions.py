"""Toán 5: adding and subtracting two fractions with different denominators."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_ONE, _TWO, _SUM = "#f2b84b", "#7fb7d9", "#8cc29a"


def fr(top: object, bottom: object) -> str:
    return f'<span class="fr"><span>{top}</span><span>{bottom}</span></span>'


_cake = d.svg(
    640,
    190,
    "Hai băng giấy bằng nhau: một băng tô 1/2, một băng tô 1/3",
    d.fraction_bar(110, 20, 500, 2, 1, _ONE),
    d.words(55, 52, "1/2", size=26, bold=True),
    d.fraction_bar(110, 110, 500, 3, 1, _TWO),
    d.words(55, 142, "1/3", size=26, bold=True),
)
_sixths = d.svg(
    640,
    280,
    "Chia mỗi băng giấy thành 6 phần: 3 phần và 2 phần, gộp lại được 5 phần",
    d.fraction_bar(110, 20, 500, 6, 3, _ONE),
    d.words(55, 52, "3/6", size=26, bold=True),
    d.fraction_bar(110, 110, 500, 6, 2, _TWO),
    d.words(55, 142, "2/6", size=26, bold=True),
    d.fraction_bar(110, 210, 500, 6, 5, _SUM),
    d.words(55, 242, "5/6", size=26, bold=True),
)
_minus = d.svg(
    640,
    250,
    "Từ 9 phần mười hai bớt 8 phần mười hai, còn 1 phần mười hai",
    d.fraction_bar(110, 20, 500, 12, 9, _ONE),
    d.words(55, 52, "9/12", size=24, bold=True),
    d.fraction_bar(110, 100, 500, 12, 8, _TWO),
    d.words(55, 132, "8/12", size=24, bold=True),
    d.fraction_bar(110, 180, 500, 12, 1, _SUM),
    d.words(55, 212, "1/12", size=24, bold=True),
)

LESSON = Lesson(
    title="Cộng, trừ hai phân số khác mẫu số",
    subject="Toán 5 · Số và phép tính",
    accent="#2f5d8a",
    tint="#e8f0f8",
    pictures={"bang-giay.svg": _cake, "phan-sau.svg": _sixths, "phep-tru.svg": _minus},
    pages=(
        Page(
            "Khởi động",
            f"""<p>Bạn Mai tô màu {fr(1, 2)} băng giấy, bạn Nam tô màu {fr(1, 3)} băng giấy bằng như thế.
Cả hai bạn đã tô bao nhiêu phần của băng giấy?</p>
<img src="hinh/bang-giay.svg" width="640" height="190" alt="Hai băng giấy, một băng tô một phần hai, một băng tô một phần ba">
<p>Các phần tô màu <strong>không bằng nhau</strong>, nên chưa thể đếm gộp. Cần chia cả hai băng thành những phần
bằng nhau trước đã.</p>
<div class="rule"><p>Học xong bài này, em cộng và trừ được hai phân số khác mẫu số, và giải được bài toán thực tế
có hai phép tính đó.</p></div>""",
        ),
        Page(
            "Nhớ lại: quy đồng mẫu số",
            f"""<p>Quy đồng là viết hai phân số thành hai phân số bằng chúng mà có <strong>cùng mẫu số</strong>.</p>
<ol><li>Chọn mẫu số chung: một số chia hết cho cả hai mẫu số.</li>
<li>Nhân cả tử số và mẫu số của mỗi phân số với cùng một số để được mẫu số chung đó.</li></ol>
<p class="sum">{fr(1, 2)} = {fr("1 × 3", "2 × 3")} = {fr(3, 6)} &nbsp;và&nbsp; {fr(1, 3)} = {fr("1 × 2", "3 × 2")} = {fr(2, 6)}</p>
<details><summary>Chọn mẫu số chung nào cho gọn?</summary>
<p>Với {fr(1, 4)} và {fr(5, 8)}, số 8 đã chia hết cho 4, nên chỉ cần quy đồng {fr(1, 4)} = {fr(2, 8)}.
Nhân hai mẫu số (4 × 8 = 32) vẫn đúng nhưng số to hơn.</p></details>""",
        ),
        Page(
            "Cộng hai phân số khác mẫu số",
            f"""<img src="hinh/phan-sau.svg" width="640" height="280" alt="Ba phần sáu cộng hai phần sáu bằng năm phần sáu">
<p class="sum">{fr(1, 2)} + {fr(1, 3)} = {fr(3, 6)} + {fr(2, 6)} = {fr("3 + 2", 6)} = {fr(5, 6)}</p>
<div class="rule"><p><strong>Quy tắc.</strong> Muốn cộng hai phân số khác mẫu số, ta quy đồng mẫu số hai phân số
rồi cộng hai phân số cùng mẫu số.</p></div>
<p>Cả hai bạn đã tô {fr(5, 6)} băng giấy.</p>""",
        ),
        Page(
            "Trừ hai phân số khác mẫu số",
            f"""<p>Một chai có {fr(3, 4)} lít nước, đã rót ra {fr(2, 3)} lít. Trong chai còn bao nhiêu lít nước?</p>
<img src="hinh/phep-tru.svg" width="640" height="250" alt="Chín phần mười hai trừ tám phần mười hai còn một phần mười hai">
<p class="sum">{fr(3, 4)} − {fr(2, 3)} = {fr(9, 12)} − {fr(8, 12)} = {fr(1, 12)}</p>
<div class="rule"><p><strong>Quy tắc.</strong> Muốn trừ hai phân số khác mẫu số, ta quy đồng mẫu số hai phân số
rồi trừ hai phân số cùng mẫu số.</p></div>""",
        ),
        Page(
            "Những chỗ hay nhầm",
            f"""<table><tr><th>Cách làm</th><th>Nhận xét</th></tr>
<tr><td>{fr(1, 2)} + {fr(1, 3)} = {fr(2, 5)}</td><td>Chưa đúng: không cộng tử với tử, mẫu với mẫu.
Kết quả {fr(2, 5)} còn bé hơn {fr(1, 2)}.</td></tr>
<tr><td>{fr(1, 4)} + {fr(5, 8)} = {fr(6, 8)}</td><td>Chưa đúng: quên nhân tử số khi quy đồng {fr(1, 4)}.</td></tr>
<tr><td>{fr(1, 4)} + {fr(5, 8)} = {fr(2, 8)} + {fr(5, 8)} = {fr(7, 8)}</td><td>Đúng.</td></tr>
<tr><td>{fr(5, 6)} − {fr(1, 3)} = {fr(5, 6)} − {fr(2, 6)} = {fr(3, 6)} = {fr(1, 2)}</td>
<td>Đúng, và đã rút gọn kết quả.</td></tr></table>
<p><strong>Ước lượng trước khi tính</strong> giúp em nhận ra ngay kết quả vô lí.</p>""",
        ),
        Page(
            "Vận dụng",
            f"""<p>Một đội sửa đường, ngày thứ nhất sửa được {fr(2, 5)} quãng đường, ngày thứ hai sửa được
{fr(1, 4)} quãng đường. Còn lại bao nhiêu phần quãng đường chưa sửa?</p>
<details><summary>Xem bài giải</summary>
<p>Hai ngày đội đó sửa được số phần quãng đường là:</p>
<p class="sum">{fr(2, 5)} + {fr(1, 4)} = {fr(8, 20)} + {fr(5, 20)} = {fr(13, 20)} (quãng đường)</p>
<p>Số phần quãng đường chưa sửa là:</p>
<p class="sum">1 − {fr(13, 20)} = {fr(7, 20)} (quãng đường)</p>
<p>Đáp số: {fr(7, 20)} quãng đường.</p></details>""",
        ),
    ),
    questions=(
        Question(
            "Kết quả của 1/3 + 1/4 là:",
            ("2/7", "7/12", "1/12", "2/12"),
            1,
            "1/3 = 4/12, 1/4 = 3/12, cộng lại được 7/12.",
        ),
        Question(
            "Kết quả của 5/6 − 1/2 là:",
            ("4/4", "4/6", "1/3", "1/2"),
            2,
            "1/2 = 3/6, nên 5/6 − 3/6 = 2/6 = 1/3.",
        ),
        Question(
            "Mẫu số chung bé nhất của 3/4 và 5/6 là:",
            ("10", "12", "24", "46"),
            1,
            "12 là số bé nhất khác 0 chia hết cho cả 4 và 6.",
        ),
        Question(
            "Một tấm vải dài 7/8 m, đã cắt 1/4 m. Tấm vải còn lại dài:",
            ("6/4 m", "6/8 m", "5/8 m", "3/4 m"),
            2,
            "1/4 = 2/8, nên 7/8 − 2/8 = 5/8 (m).",
        ),
        Question(
            "Phép tính nào có kết quả lớn hơn 1?",
            ("1/2 + 2/5", "2/3 + 1/2", "3/8 + 1/2", "1/4 + 2/3"),
            1,
            "2/3 + 1/2 = 4/6 + 3/6 = 7/6, lớn hơn 1.",
        ),
    ),
)
