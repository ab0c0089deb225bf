"""For teachers: passwords, strange letters, pupils' personal data."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_letter = d.svg(
    640,
    300,
    "Một thư lừa: địa chỉ lạ, lời giục, đường dẫn giả",
    d.rect(60, 20, 520, 260, "#ffffff", radius=10),
    d.words(320, 60, "Từ: ho-tro@sgd-hungyen.example.top", size=17),
    d.words(320, 105, "KHẨN: tài khoản của bạn bị khóa sau 2 giờ", size=18, bold=True, fill="#a3241c"),
    d.words(320, 150, "Bấm vào đây và nhập mật khẩu để giữ lại", size=17),
    d.rect(230, 175, 180, 46, "#f2b84b", radius=8),
    d.words(320, 204, "Xác nhận ngay", size=17, bold=True),
    d.words(110, 262, "1 địa chỉ lạ", size=15, fill="#a3241c"),
    d.words(320, 262, "2 lời giục vội", size=15, fill="#a3241c"),
    d.words(520, 262, "3 đòi mật khẩu", size=15, fill="#a3241c"),
)
_steps = d.chain(
    ("Ngắt|mạng", "Đổi|mật khẩu", "Báo|người phụ trách", "Ghi lại|việc đã làm"),
    fill="#f8e8e6",
    label="Khi lỡ bấm: ngắt mạng, đổi mật khẩu, báo người phụ trách, ghi lại việc đã làm",
)

LESSON = Lesson(
    title="An toàn thông tin cho giáo viên",
    subject="Bồi dưỡng giáo viên · Kĩ năng công nghệ thông tin",
    accent="#8a2f2f",
    tint="#f8e8e6",
    pictures={"thu-la.svg": _letter, "bon-viec.svg": _steps},
    pages=(
        Page(
            "Mật khẩu dài, dễ nhớ, không dùng chung",
            """<p>Ghép bốn từ không liên quan thành một cụm dài: dễ nhớ mà khó đoán hơn “Hy@2026”.</p>
<ul><li>Mỗi nơi một mật khẩu; trình duyệt hoặc ứng dụng giữ hộ.</li><li>Bật xác nhận hai bước cho thư điện tử.</li><li>Máy dùng chung: không lưu mật khẩu, nhớ đăng xuất.</li></ul>
<div class="rule"><p>Không ai ở Sở hay ở trường hỏi mật khẩu của thầy cô, kể cả người hỗ trợ.</p></div>""",
        ),
        Page(
            "Nhận ra thư lừa",
            """<img src="hinh/thu-la.svg" width="640" height="300" alt="Thư lừa có ba dấu hiệu: địa chỉ lạ, lời giục vội, đòi mật khẩu">
<p>Ba dấu hiệu: <strong>địa chỉ lạ</strong>, <strong>lời giục vội</strong>, <strong>đòi mật khẩu hay mã</strong>. Thấy một dấu hiệu, gọi điện hỏi lại bằng số đã biết từ trước.</p>""",
        ),
        Page(
            "Thông tin của học sinh",
            """<p>Họ tên kèm ngày sinh, địa chỉ, ảnh, điểm, sức khỏe là <strong>dữ liệu cá nhân</strong>; của trẻ em càng phải giữ kĩ.</p>
<table><tr><th>Việc</th><th>Cách an toàn</th></tr><tr><td>Gửi bảng điểm</td><td>Từng phụ huynh, không gửi cả lớp vào nhóm</td></tr>
<tr><td>Đăng ảnh hoạt động</td><td>Có đồng ý; không kèm họ tên và lớp</td></tr><tr><td>Dùng công cụ trên mạng</td><td>Đặt bí danh thay cho tên thật</td></tr></table>""",
        ),
        Page(
            "Lỡ bấm rồi thì sao?",
            """<img src="hinh/bon-viec.svg" width="640" height="130" alt="Ngắt mạng, đổi mật khẩu, báo người phụ trách, ghi lại việc đã làm">
<p>Báo sớm không ai trách; giấu đi thì cả trường có thể mất dữ liệu. Số điện thoại của người phụ trách dán cạnh máy.</p>""",
        ),
    ),
    questions=(
        Question("Mật khẩu nào khó đoán nhất?", ("Hy@2026", "thu-do-may-nhan-cau-ao", "12345678"), 1, "Cụm dài nhiều từ không liên quan khó đoán nhất."),
        Question("Thư báo “khóa tài khoản sau 2 giờ”, việc đầu tiên là:", ("Bấm xác nhận", "Gọi hỏi bằng số đã biết", "Chuyển tiếp cho cả tổ"), 1, "Kiểm tra bằng một đường khác với thư."),
        Question("Gửi bảng điểm cho phụ huynh nên:", ("Gửi cả lớp vào nhóm chung", "Gửi riêng từng người", "Đăng lên mạng xã hội"), 1, "Điểm là dữ liệu cá nhân của từng em."),
        Question("Lỡ nhập mật khẩu vào trang lạ:", ("Chờ xem", "Ngắt mạng, đổi mật khẩu, báo người phụ trách", "Xóa lịch sử duyệt"), 1, "Làm ngay bốn việc, báo sớm."),
    ),
)  # fmt: skip
