"""News, documents and information pages of the demo's portal. Data only; the small demo has the first of each."""

# ruff: noqa: E501, ISC004 - prose, not code
from __future__ import annotations

from datetime import date

from cms.models import InfoPage

SMALL_NEWS, SMALL_HELP = 4, 2
# Title, number of the document ("" for news), days ago or the day itself, summary, paragraphs.
NEWS = (
    (
        "Mở lớp bồi dưỡng thiết kế bài giảng e‑Learning theo chuẩn SCORM",
        "",
        20,
        "Học trực tuyến theo nhịp của từng người trong tám tuần, học được trên điện thoại.",
        (
            "Lớp gồm ba phần: thiết kế bài giảng, yêu cầu kĩ thuật, đóng gói và tự kiểm tra. "
            "Học viên học lúc nào cũng được, hệ thống nhớ trang đang học và kết quả từng câu hỏi.",
            "Thầy cô đã có tên trong danh sách đăng nhập, mở mục Học tập và bắt đầu từ bài đầu tiên.",
        ),
    ),
    (
        "Kết quả lớp bồi dưỡng trước về bài giảng e‑Learning",
        "",
        95,
        "Hơn một phần tư cán bộ, giáo viên của các đơn vị đã hoàn thành khóa học.",
        (
            "Các trường THPT có tỉ lệ hoàn thành cao nhất; bậc mầm non sẽ được ưu tiên chỗ trong lớp tiếp theo.",
            "Danh sách hoàn thành của từng đơn vị có trong mục Chỉ tiêu, quản trị đơn vị xem được của đơn vị mình.",
        ),
    ),
    (
        "Hướng dẫn đóng góp học liệu vào kho dùng chung năm học mới",
        "Công văn số 15/SGDĐT-GDPT",
        72,
        "Mỗi tổ chuyên môn đóng góp ít nhất hai học liệu mỗi học kì; trường duyệt trước khi gửi Sở.",
        (
            "Học liệu nhận ở các dạng: gói SCORM, gói HTML5, tệp PDF và hình ảnh.",
            "Người gửi ghi rõ môn, lớp, bộ sách và giấy phép sử dụng. Bài dùng tư liệu của người khác phải ghi nguồn.",
        ),
    ),
    (
        "Từ ngày 1/7/2025 các trường mầm non, tiểu học, THCS thuộc xã, phường",
        "",
        date(2025, 7, 2),
        "Cây đơn vị trên hệ thống đã theo mô hình mới; số liệu các năm trước vẫn xem được theo mô hình cũ.",
        (
            "Học liệu, lớp học và kết quả bồi dưỡng của các trường được giữ nguyên, chỉ thay đổi đơn vị quản lí.",
            "Quản trị xã, phường kiểm tra danh sách trường và cán bộ của mình trong mục Đơn vị.",
        ),
    ),
    (
        "Phát động cuộc vận động mỗi tổ chuyên môn hai học liệu",
        "",
        33,
        "Sau một tháng, kho có thêm 96 học liệu của 31 trường; môn Toán và Tiếng Việt nhiều nhất.",
        (
            "Các tổ chuyên môn chọn bài học sinh hay vướng để làm trước. Bài ngắn, có câu hỏi và phản hồi, được dùng lại nhiều hơn bài dài.",
            "Tổ nào cần người góp ý kĩ thuật thì ghi vào ô “Ghi chú cho người duyệt” khi gửi; Sở phân công người hỗ trợ trong hai ngày.",
        ),
    ),
    (
        "Lịch bồi dưỡng học kì 1: ba khóa trực tuyến, một khóa kết hợp",
        "",
        27,
        "Thầy cô tự ghi danh các lớp còn chỗ tại mục Bồi dưỡng; lớp kết hợp do trường cử người.",
        (
            "Khóa Kĩ năng công nghệ thông tin cơ bản mở liên tục. Lớp dạy học kết hợp có bốn buổi gặp, buổi cuối họp trực tuyến.",
            "Người chưa nhớ tên đăng nhập liên hệ hiệu trưởng; quản trị đơn vị đặt lại được ngay.",
        ),
    ),
    (
        "Về việc công nhận hoàn thành bồi dưỡng trên hệ thống",
        "Công văn số 112/SGDĐT-TCCB",
        58,
        "Kết quả ghi trên hệ thống là căn cứ để trường lập danh sách bồi dưỡng thường xuyên cuối năm học.",
        (
            "Người học hoàn thành khi xong tất cả hoạt động bắt buộc của khóa học. Ngày hoàn thành và điểm không bị mất khi lớp kết thúc.",
            "Quản trị đơn vị xuất danh sách ra Excel tại mục Chỉ tiêu.",
        ),
    ),
    (
        "Hướng dẫn bảo vệ dữ liệu cá nhân của học sinh khi làm học liệu",
        "Công văn số 98/SGDĐT-VP",
        81,
        "Không đưa họ tên, ảnh, điểm của học sinh vào bài giảng; dùng tên và số liệu giả.",
        (
            "Trước khi gửi bài, thầy cô xem lại ảnh chụp màn hình, bảng điểm, tên tệp.",
            "Bài đã đăng mà có thông tin riêng: bấm Báo lỗi ở trang học liệu, Sở gỡ trong ngày.",
        ),
    ),
    (
        "Trường Tiểu học Nguyễn Huệ: mười phút đầu giờ với học liệu số",
        "",
        14,
        "Mỗi sáng một bài ngắn, học sinh tự chấm; cô giáo chỉ dừng ở câu nhiều em vướng.",
        (
            "Sau hai tháng, khối 5 đã dùng 23 bài trong kho. Các cô ghi lại câu hay nhầm và viết thêm phiếu bài tập cho đúng câu đó.",
            "“Cái được nhất là các em quen tự sửa”, cô tổ trưởng tổ 4–5 nói.",
        ),
    ),
    (
        "Bảo trì hệ thống tối Chủ nhật",
        "",
        5,
        "Từ 22 giờ đến 23 giờ, kho học liệu chỉ xem được, chưa tải lên được. Bài đang học vẫn được ghi lại.",
        (
            "Lớp đang mở không bị ảnh hưởng: bài làm giữ trên máy của người học và tự gửi khi hệ thống trở lại.",
        ),
    ),
)
HELP = (
    (
        "Cách tải bài giảng lên kho",
        InfoPage.HELP,
        (
            "Đăng nhập, mở mục Bài của tôi và bấm nút Tải lên bài giảng. Chọn tệp .zip của gói SCORM hoặc HTML5, tệp PDF hay hình ảnh.",
            "Trong lúc tệp tải lên, điền tên bài, môn, lớp và giấy phép sử dụng. Nếu mất mạng, chọn lại đúng tệp ấy, phần đã tải không phải tải lại.",
            "Tải xong, hệ thống kiểm tra gói và ghi rõ chỗ cần sửa, nếu có. Xem thử bài như học viên sẽ thấy trước khi gửi đi.",
            "Khi bài đã ổn, bấm Gửi duyệt. Tổ chuyên môn hoặc Sở duyệt bài rồi đăng lên kho; bài cần sửa sẽ được trả lại kèm lí do, tại mục Bài của tôi.",
        ),
    ),
    (
        "Quy định về bản quyền học liệu",
        InfoPage.RULES,
        (
            "Người gửi chịu trách nhiệm về nội dung và nguồn tư liệu trong bài.",
            "Mỗi học liệu có một giấy phép; người dùng lại phải làm theo giấy phép đó.",
        ),
    ),
    (
        "Câu hỏi thường gặp",
        InfoPage.HELP,
        (
            "Quên mật khẩu: bấm Quên mật khẩu ở trang đăng nhập; chưa có thư điện tử thì nhờ quản trị đơn vị đặt lại.",
            "Đang học mà mất mạng: cứ học tiếp. Bài làm giữ trên máy và tự gửi khi có mạng; trang sẽ báo khi đã ghi xong.",
            "Không thấy học liệu của trường khác: bài chỉ đăng ở trường hoặc ở xã, phường thì người ở đó mới thấy. Bài đăng ở Sở thì cả ngành thấy.",
            "Muốn dùng bài của người khác: xem giấy phép ở trang học liệu. Được tải thì có nút Tải về.",
        ),
    ),
    (
        "Hướng dẫn cho quản trị đơn vị",
        InfoPage.HELP,
        (
            "Đầu năm học: kiểm tra danh sách người của đơn vị, thêm người mới, cho người chuyển đi rời đơn vị. Làm được cả danh sách bằng tệp Excel.",
            "Trong năm: mở mục Chỉ tiêu, bấm vào đơn vị để thấy ai chưa học, chọn tất cả rồi ghi danh vào lớp đang mở.",
            "Cuối năm: xuất Excel tại mục Chỉ tiêu, chọn ngày cần báo cáo; số liệu của ngày đã qua vẫn xem lại được.",
        ),
    ),
    (
        "Quy định về dữ liệu cá nhân",
        InfoPage.RULES,
        (
            "Hệ thống giữ họ tên, đơn vị, chức vụ, môn dạy và kết quả bồi dưỡng của cán bộ, giáo viên, nhân viên.",
            "Người quản trị chỉ thấy người của đơn vị mình và đơn vị cấp dưới. Mỗi lần xem bài làm chi tiết đều được ghi lại.",
        ),
    ),
)
