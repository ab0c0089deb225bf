"""Training for teachers: six steps from an idea to an e-lesson."""
# ruff: noqa: E501 - prose and mark-up, not code

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question

LESSON = Lesson(
    title="Sáu bước thiết kế một bài giảng e-Learning",
    subject="Bồi dưỡng giáo viên · Thiết kế bài giảng",
    accent="#8a4b14",
    tint="#f8efe4",
    pictures={
        "sau-buoc.svg": d.chain(
            ["Mục tiêu", "Nội dung", "Kịch bản", "Tư liệu", "Dựng bài", "Đóng gói"],
            fill="#f3dfc6",
            width=760,
            label="Sáu bước: mục tiêu, nội dung, kịch bản, tư liệu, dựng bài, đóng gói",
        )
    },
    pages=(
        Page(
            "Bắt đầu từ người học",
            """<p>Bài giảng e-Learning để học sinh <strong>tự học</strong> khi không có thầy cô bên cạnh. Vì thế mọi lời dẫn,
ví dụ và phản hồi phải nằm sẵn trong bài.</p>
<img src="hinh/sau-buoc.svg" width="760" height="130" alt="Sáu bước thiết kế">""",
        ),
        Page(
            "Bước 1–2: mục tiêu và nội dung",
            """<p>Viết mục tiêu bằng động từ quan sát được: <em>nêu được, tính được, vẽ được</em>, lấy từ yêu cầu cần đạt của
chương trình. Mỗi mục tiêu cần ít nhất một câu hỏi để kiểm tra.</p>
<p>Chia nội dung thành những mẩu học trong 5–7 phút. Mẩu nào không phục vụ mục tiêu thì bỏ.</p>""",
        ),
        Page(
            "Bước 3: kịch bản",
            """<table><tr><th>Trang</th><th>Hình</th><th>Lời</th><th>Học sinh làm gì</th></tr>
<tr><td>1</td><td>hai băng giấy</td><td>nêu tình huống</td><td>dự đoán</td></tr>
<tr><td>2</td><td>chia sáu phần</td><td>giải thích quy đồng</td><td>kéo thả</td></tr>
<tr><td>3</td><td>phép cộng</td><td>chốt quy tắc</td><td>làm 2 câu</td></tr></table>
<p>Cứ hai, ba trang lại có một việc cho học sinh làm.</p>""",
        ),
        Page(
            "Bước 4–6: tư liệu, dựng bài, đóng gói",
            """<ul><li><strong>Tư liệu</strong>: tự chụp, tự vẽ, hoặc dùng nguồn có giấy phép mở và ghi rõ nguồn.</li>
<li><strong>Dựng bài</strong>: chữ cỡ 20 trở lên, mỗi trang một ý, thu lời đọc ở nơi yên tĩnh.</li>
<li><strong>Đóng gói</strong>: xuất HTML5, SCORM, mở thử trên điện thoại trước khi gửi duyệt.</li></ul>
<div class="rule"><p>Nhờ một đồng nghiệp học thử mà không giải thích gì thêm: chỗ nào người ấy hỏi,
chỗ ấy bài giảng còn thiếu.</p></div>""",
        ),
    ),
    questions=(
        Question(
            "Mục tiêu nào viết đúng cách?",
            (
                "Học sinh hiểu về phân số",
                "Học sinh cộng được hai phân số khác mẫu số",
                "Giúp học sinh yêu môn Toán",
            ),
            1,
            "Mục tiêu phải quan sát và kiểm tra được.",
        ),
        Question(
            "Một mẩu học trong bài giảng e-Learning nên dài khoảng:",
            ("5–7 phút", "20–25 phút", "cả tiết 45 phút"),
            0,
            "Mẩu ngắn giúp học sinh giữ chú ý và dễ học tiếp.",
        ),
        Question(
            "Dùng ảnh trên mạng trong bài giảng cần:",
            ("tải về là dùng được", "xoá tên tác giả", "có giấy phép cho dùng và ghi nguồn"),
            2,
            "Tôn trọng bản quyền: kiểm tra giấy phép và ghi nguồn.",
        ),
        Question(
            "Cách tốt nhất để biết bài đã rõ ràng là:",
            ("nhờ người khác học thử", "thêm nhiều hiệu ứng", "thu lời đọc dài hơn"),
            0,
            "Người học thử cho thấy chỗ còn thiếu.",
        ),
    ),
)
