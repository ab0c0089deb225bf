"""The taxonomy as it is loaded first; administrators edit it afterwards.

Subjects by Thông tư 32/2018 (amended by 13/2022) with the official spelling (lí, Mĩ), those of 2006
under their old names, the fields of early childhood, continuing education (Thông tư 43/2021 and
12/2022); resource types by Thông tư 09/2021 art. 7 and the contests. Data of one migration: frozen.
"""

CURRICULA = [
    ("2018", "Chương trình giáo dục phổ thông 2018"),
    ("mam-non", "Chương trình giáo dục mầm non"),
    ("gdtx", "Chương trình giáo dục thường xuyên"),
    ("2006", "Chương trình giáo dục phổ thông 2006"),
]

# code, name, short name
LEVELS = [
    ("mn", "Mầm non", "MN"),
    ("th", "Tiểu học", "TH"),
    ("thcs", "Trung học cơ sở", "THCS"),
    ("thpt", "Trung học phổ thông", "THPT"),
    ("gdtx", "Giáo dục thường xuyên", "GDTX"),
]

# code, name, level, number
GRADES = [
    ("nha-tre", "Nhà trẻ", "mn", None),
    ("mg-3-4", "Mẫu giáo 3–4 tuổi", "mn", None),
    ("mg-4-5", "Mẫu giáo 4–5 tuổi", "mn", None),
    ("mg-5-6", "Mẫu giáo 5–6 tuổi", "mn", None),
    *((f"lop-{n}", f"Lớp {n}", "th" if n < 6 else "thcs" if n < 10 else "thpt", n) for n in range(1, 13)),
]

ALL_AGES = ("nha-tre", "mg-3-4", "mg-4-5", "mg-5-6")

# code, name, curriculum, group, sign, compulsory grades, optional grades
SUBJECTS = [
    ("toan", "Toán", "2018", "math", "toan", range(1, 13), ()),
    ("tieng-viet", "Tiếng Việt", "2018", "words", "tiengviet", range(1, 6), ()),
    ("ngu-van", "Ngữ văn", "2018", "words", "van", range(6, 13), ()),
    ("ngoai-ngu-1", "Ngoại ngữ 1", "2018", "words", "anh", range(3, 13), (1, 2)),
    ("ngoai-ngu-2", "Ngoại ngữ 2", "2018", "words", "anh", (), range(6, 13)),
    ("tieng-dan-toc", "Tiếng dân tộc thiểu số", "2018", "words", "tiengviet", (), range(1, 13)),
    ("dao-duc", "Đạo đức", "2018", "life", "daoduc", range(1, 6), ()),
    ("gdcd", "Giáo dục công dân", "2018", "life", "daoduc", range(6, 10), ()),
    ("tnxh", "Tự nhiên và Xã hội", "2018", "science", "khtn", range(1, 4), ()),
    ("khoa-hoc", "Khoa học", "2018", "science", "khtn", (4, 5), ()),
    ("khtn", "Khoa học tự nhiên", "2018", "science", "khtn", range(6, 10), ()),
    ("vat-li", "Vật lí", "2018", "science", "vatli", (), (10, 11, 12)),
    ("hoa-hoc", "Hóa học", "2018", "science", "khtn", (), (10, 11, 12)),
    ("sinh-hoc", "Sinh học", "2018", "science", "sinh", (), (10, 11, 12)),
    ("ls-dl", "Lịch sử và Địa lí", "2018", "society", "sudia", range(4, 10), ()),
    ("lich-su", "Lịch sử", "2018", "society", "sudia", (10, 11, 12), ()),
    ("dia-li", "Địa lí", "2018", "society", "sudia", (), (10, 11, 12)),
    ("gdktpl", "Giáo dục kinh tế và pháp luật", "2018", "society", "daoduc", (), (10, 11, 12)),
    ("tin-hoc-cong-nghe", "Tin học và Công nghệ", "2018", "math", "tin", (3, 4, 5), ()),
    ("tin-hoc", "Tin học", "2018", "math", "tin", range(6, 10), (10, 11, 12)),
    ("cong-nghe", "Công nghệ", "2018", "math", "congnghe", range(6, 10), (10, 11, 12)),
    ("am-nhac", "Âm nhạc", "2018", "arts", "nhac", range(1, 10), (10, 11, 12)),
    ("mi-thuat", "Mĩ thuật", "2018", "arts", "mithuat", range(1, 10), (10, 11, 12)),
    ("gdtc", "Giáo dục thể chất", "2018", "life", "thechat", range(1, 13), ()),
    ("gdqp-an", "Giáo dục quốc phòng và an ninh", "2018", "society", "thechat", (10, 11, 12), ()),
    ("hdtn", "Hoạt động trải nghiệm", "2018", "life", "trainghiem", range(1, 6), ()),
    ("hdtn-hn", "Hoạt động trải nghiệm, hướng nghiệp", "2018", "life", "trainghiem", range(6, 13), ()),
    ("gddp", "Nội dung giáo dục của địa phương", "2018", "society", "sudia", range(6, 13), ()),
    # Without offers: no grade is asked for.
    ("lien-mon", "Liên môn", "2018", "life", "giaoan", (), ()),
    ("boi-duong", "Bồi dưỡng giáo viên", "2018", "life", "giaoan", (), ()),
    ("mn-the-chat", "Phát triển thể chất", "mam-non", "life", "thechat", ALL_AGES, ()),
    ("mn-nhan-thuc", "Phát triển nhận thức", "mam-non", "math", "mamnon", ALL_AGES, ()),
    ("mn-ngon-ngu", "Phát triển ngôn ngữ", "mam-non", "words", "mamnon", ALL_AGES, ()),
    (
        "mn-tinh-cam",
        "Phát triển tình cảm và kĩ năng xã hội",
        "mam-non",
        "life",
        "mamnon",
        ALL_AGES,
        (),
    ),
    ("mn-tham-mi", "Phát triển thẩm mĩ", "mam-non", "arts", "mithuat", ALL_AGES, ()),
    ("toan-gdtx", "Toán", "gdtx", "math", "toan", range(6, 13), ()),
    ("ngu-van-gdtx", "Ngữ văn", "gdtx", "words", "van", range(6, 13), ()),
    ("ngoai-ngu-gdtx", "Ngoại ngữ", "gdtx", "words", "anh", (), range(6, 13)),
    ("gdcd-gdtx", "Giáo dục công dân", "gdtx", "life", "daoduc", range(6, 10), ()),
    ("ls-dl-gdtx", "Lịch sử và Địa lí", "gdtx", "society", "sudia", range(6, 10), ()),
    ("khtn-gdtx", "Khoa học tự nhiên", "gdtx", "science", "khtn", range(6, 10), ()),
    ("lich-su-gdtx", "Lịch sử", "gdtx", "society", "sudia", (10, 11, 12), ()),
    ("dia-li-gdtx", "Địa lí", "gdtx", "society", "sudia", (), (10, 11, 12)),
    ("gdktpl-gdtx", "Giáo dục kinh tế và pháp luật", "gdtx", "society", "daoduc", (), (10, 11, 12)),
    ("vat-li-gdtx", "Vật lí", "gdtx", "science", "vatli", (), (10, 11, 12)),
    ("hoa-hoc-gdtx", "Hóa học", "gdtx", "science", "khtn", (), (10, 11, 12)),
    ("sinh-hoc-gdtx", "Sinh học", "gdtx", "science", "sinh", (), (10, 11, 12)),
    ("cong-nghe-gdtx", "Công nghệ", "gdtx", "math", "congnghe", (), range(6, 13)),
    ("tin-hoc-gdtx", "Tin học", "gdtx", "math", "tin", (), range(6, 13)),
    ("toan-2006", "Toán", "2006", "math", "toan", range(1, 13), ()),
    ("tieng-viet-2006", "Tiếng Việt", "2006", "words", "tiengviet", range(1, 6), ()),
    ("ngu-van-2006", "Ngữ văn", "2006", "words", "van", range(6, 13), ()),
    ("ngoai-ngu-2006", "Ngoại ngữ", "2006", "words", "anh", range(6, 13), range(3, 6)),
    ("dao-duc-2006", "Đạo đức", "2006", "life", "daoduc", range(1, 6), ()),
    ("gdcd-2006", "Giáo dục công dân", "2006", "life", "daoduc", range(6, 13), ()),
    ("tnxh-2006", "Tự nhiên và Xã hội", "2006", "science", "khtn", range(1, 4), ()),
    ("khoa-hoc-2006", "Khoa học", "2006", "science", "khtn", (4, 5), ()),
    ("vat-li-2006", "Vật lí", "2006", "science", "vatli", range(6, 13), ()),
    ("hoa-hoc-2006", "Hóa học", "2006", "science", "khtn", range(8, 13), ()),
    ("sinh-hoc-2006", "Sinh học", "2006", "science", "sinh", range(6, 13), ()),
    ("ls-dl-2006", "Lịch sử và Địa lí", "2006", "society", "sudia", (4, 5), ()),
    ("lich-su-2006", "Lịch sử", "2006", "society", "sudia", range(6, 13), ()),
    ("dia-li-2006", "Địa lí", "2006", "society", "sudia", range(6, 13), ()),
    ("thu-cong-2006", "Thủ công", "2006", "math", "congnghe", range(1, 4), ()),
    ("ki-thuat-2006", "Kĩ thuật", "2006", "math", "congnghe", (4, 5), ()),
    ("cong-nghe-2006", "Công nghệ", "2006", "math", "congnghe", range(6, 13), ()),
    ("tin-hoc-2006", "Tin học", "2006", "math", "tin", (10, 11, 12), range(3, 10)),
    ("am-nhac-2006", "Âm nhạc", "2006", "arts", "nhac", range(1, 10), ()),
    ("mi-thuat-2006", "Mĩ thuật", "2006", "arts", "mithuat", range(1, 10), ()),
    ("the-duc-2006", "Thể dục", "2006", "life", "thechat", range(1, 13), ()),
    ("gdqp-an-2006", "Giáo dục quốc phòng – an ninh", "2006", "society", "thechat", (10, 11, 12), ()),
]

RESOURCE_TYPES = [
    ("e-learning", "Bài giảng e‑Learning"),
    ("da-phuong-tien", "Bài giảng đa phương tiện"),
    ("video", "Video bài giảng"),
    ("mo-phong", "Phần mềm mô phỏng"),
    ("thi-nghiem-ao", "Thí nghiệm ảo"),
    ("thi-nghiem", "Hướng dẫn thí nghiệm, thực hành"),
    ("cau-hoi", "Hệ thống câu hỏi, bài tập"),
    ("de-thi", "Đề thi"),
    ("giao-an", "Giáo án"),
    ("tham-khao", "Tài liệu tham khảo, bổ trợ"),
    ("sgk-dien-tu", "Sách giáo khoa điện tử"),
    ("phan-mem", "Phần mềm dạy học"),
    ("skkn", "Sáng kiến kinh nghiệm"),
]

_CC = "https://creativecommons.org/licenses/"
# code, name, allows download, address, summary
LICENCES = [
    ("cc-by", "CC BY 4.0", True, f"{_CC}by/4.0/deed.vi", "Ai cũng được dùng và sửa, phải ghi tên tác giả"),
    (
        "cc-by-sa",
        "CC BY-SA 4.0",
        True,
        f"{_CC}by-sa/4.0/deed.vi",
        "Như CC BY; bài sửa lại phải chia sẻ theo đúng giấy phép này",
    ),
    ("cc-by-nc", "CC BY-NC 4.0", True, f"{_CC}by-nc/4.0/deed.vi", "Như CC BY, không dùng để bán"),
    (
        "cc-by-nc-sa",
        "CC BY-NC-SA 4.0",
        True,
        f"{_CC}by-nc-sa/4.0/deed.vi",
        "Như CC BY-SA, không dùng để bán",
    ),
    ("all-rights", "Giữ mọi quyền", False, "", "Chỉ xem, không tải, không sửa"),
    (
        "public-domain",
        "Phạm vi công cộng",
        True,
        "https://creativecommons.org/publicdomain/mark/1.0/deed.vi",
        "Dùng tự do, không cần xin phép",
    ),
]

TEXTBOOK_SERIES = [
    ("ket-noi", "Kết nối tri thức với cuộc sống"),
    ("chan-troi", "Chân trời sáng tạo"),
    ("canh-dieu", "Cánh Diều"),
]
