"""A short training in three parts for teachers: packing a lesson by the SCORM standard."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

_SUBJECT = "Bồi dưỡng giáo viên · Công nghệ thông tin"
_LOOK = {"accent": "#6b3fa0", "tint": "#f1eaf8"}

WHAT = Lesson(
    title="SCORM là gì và để làm gì",
    subject=_SUBJECT,
    **_LOOK,
    pictures={
        "duong-di.svg": d.chain(
            ["Công cụ|soạn bài", "Gói SCORM|(tệp .zip)", "Kho học liệu", "Người học"],
            fill="#e4d8f2",
            label="Bài giảng đi từ công cụ soạn, thành gói SCORM, vào kho học liệu, tới người học",
        )
    },
    pages=(
        Page(
            "Một bài giảng, nhiều hệ thống",
            """<p>Thầy cô soạn bài giảng e-Learning bằng những công cụ khác nhau. Nếu mỗi công cụ lưu một kiểu riêng,
hệ thống khác không mở được và không biết người học đã học đến đâu.</p>
<p><strong>SCORM</strong> là bộ quy ước chung về cách đóng gói bài giảng và cách bài giảng báo kết quả cho hệ thống.</p>
<img src="hinh/duong-di.svg" width="640" height="130" alt="Đường đi của bài giảng từ công cụ soạn tới người học">""",
        ),
        Page(
            "Bên trong một gói",
            """<p>Gói là một tệp <code>.zip</code> bình thường, trong đó có:</p>
<ul><li><code>imsmanifest.xml</code>: bản kê, luôn nằm ở <strong>ngoài cùng</strong> của gói, cho biết gói gồm những
bài nào và mở từ tệp nào;</li><li>các trang, hình, âm thanh, phim của bài giảng.</li></ul>
<div class="rule"><p>Lỗi gặp nhiều nhất: nén cả <em>thư mục</em> thay vì nén các tệp <em>bên trong</em> thư mục.</p></div>""",
        ),
        Page(
            "Hai phiên bản đang dùng",
            """<table><tr><th></th><th>SCORM 1.2</th><th>SCORM 2004</th></tr>
<tr><th>Trạng thái</th><td>một giá trị: đã xong, đạt, chưa đạt…</td><td>tách hai: hoàn thành và kết quả</td></tr>
<tr><th>Điểm</th><td>0–100</td><td>thêm thang từ −1 đến 1</td></tr>
<tr><th>Thứ tự học</th><td>tự do</td><td>đặt được quy tắc</td></tr></table>
<p>Chưa rõ chọn gì, hãy chọn <strong>SCORM 1.2</strong>: mọi hệ thống đều nhận.</p>""",
        ),
    ),
)

EXPORT = Lesson(
    title="Xuất gói và tự kiểm tra trước khi tải lên",
    subject=_SUBJECT,
    **_LOOK,
    pictures={
        "bon-buoc.svg": d.chain(
            ["Xuất bản|HTML5", "Chọn|SCORM 1.2", "Mở thử|trên máy", "Tải lên|và gửi duyệt"],
            fill="#e4d8f2",
            label="Bốn bước: xuất bản HTML5, chọn SCORM 1.2, mở thử trên máy, tải lên và gửi duyệt",
        )
    },
    pages=(
        Page(
            "Bốn bước",
            """<img src="hinh/bon-buoc.svg" width="640" height="130" alt="Bốn bước xuất và tải gói lên">
<ol><li>Chọn kiểu xuất <strong>HTML5</strong>. Bản Flash (tệp .swf) không trình duyệt nào còn mở.</li>
<li>Ở mục hệ thống quản lí học tập, chọn <strong>SCORM 1.2</strong>, dạng tệp <strong>.zip</strong>.</li>
<li>Giải nén ra một thư mục khác và mở tệp bắt đầu để xem thử.</li>
<li>Tải tệp .zip lên kho, đọc kết quả kiểm tra, rồi gửi duyệt.</li></ol>""",
        ),
        Page(
            "Điều kiện hoàn thành",
            """<p>Trong công cụ soạn, mục <em>Báo cáo</em> hay <em>Tracking</em> quyết định khi nào bài được tính là xong:</p>
<ul><li><strong>Theo số trang đã xem</strong>: hợp với bài chỉ đọc và xem.</li>
<li><strong>Theo kết quả câu hỏi</strong>: đặt điểm đạt, ví dụ 60 trên 100.</li></ul>
<p>Không đặt gì, hệ thống sẽ không biết người học đã học xong hay chưa.</p>""",
        ),
        Page(
            "Tên tệp và dung lượng",
            """<ul><li>Đặt tên tệp không dấu, không khoảng trắng: <code>bai-1.html</code> thay cho <code>Bài 1.html</code>.</li>
<li>Phim nên nén về 720p, khoảng 1 Mbit/s: một tiết học còn dưới 400 MB.</li>
<li>Ảnh chụp để 1.600 điểm ảnh bề ngang là đủ.</li></ul>""",
        ),
    ),
)

QUIZ = Lesson(
    title="Tự kiểm tra",
    subject=_SUBJECT,
    **_LOOK,
    must_pass=True,
    pages=(
        Page(
            "Trước khi làm bài",
            "<p>Bài có bốn câu. Cần đúng ít nhất ba câu (75 điểm) để đạt. Chưa đạt, thầy cô xem lại hai phần trước "
            "rồi làm lại ở lượt học mới.</p>",
        ),
    ),
    pass_mark=75,
    questions=(
        Question(
            "Tệp imsmanifest.xml phải nằm ở đâu trong gói?",
            ("Trong thư mục con bất kì", "Ở ngoài cùng của gói", "Bên cạnh gói, không nằm trong gói"),
            1,
            "Hệ thống tìm bản kê ở ngoài cùng của gói.",
        ),
        Question(
            "Bản xuất Flash (.swf) hiện nay:",
            ("mở được trên mọi trình duyệt", "chỉ mở được trên điện thoại", "không trình duyệt nào còn mở"),
            2,
            "Flash đã dừng từ cuối năm 2020; hãy xuất lại dạng HTML5.",
        ),
        Question(
            "Muốn tính hoàn thành theo câu hỏi, cần đặt gì khi xuất?",
            ("Điểm đạt", "Màu nền", "Tên tác giả"),
            0,
            "Điểm đạt cho hệ thống biết thế nào là hoàn thành.",
        ),
        Question(
            "Chưa rõ hệ thống nhận phiên bản nào thì nên chọn:",
            ("SCORM 1.2", "SCORM 2004", "Tệp trình chiếu .pptx"),
            0,
            "SCORM 1.2 được nhận rộng rãi nhất.",
        ),
    ),
)
