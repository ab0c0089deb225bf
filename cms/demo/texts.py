"""The texts of the demo's documents, written for it. See ``documents`` for the mark-up."""
# ruff: noqa: E501 - prose, not code

TEXTS = {
    "worksheet": """
# Phiếu bài tập: cộng, trừ hai phân số khác mẫu số
Toán 5. Họ và tên: ……………………………………………   Lớp: …………
## Bài tập
1. Tính: a) 1/2 + 1/5    b) 3/4 + 1/6    c) 7/8 – 1/4    d) 5/6 – 3/8
2. Tính rồi rút gọn: a) 1/6 + 1/3    b) 7/10 – 1/5    c) 5/12 + 1/4
3. Tìm số thích hợp: a) … + 1/4 = 5/8    b) 5/6 – … = 1/2
4. Một vòi nước chảy vào bể, giờ thứ nhất được 2/7 bể, giờ thứ hai được 1/3 bể. Hỏi sau hai giờ, vòi nước chảy được bao nhiêu phần của bể?
5. Một cửa hàng có 3/4 tạ gạo, đã bán 2/5 tạ. Cửa hàng còn lại bao nhiêu ki-lô-gam gạo?
6. Bạn An đọc một quyển sách: ngày đầu đọc 1/4 số trang, ngày thứ hai đọc 2/5 số trang. Còn lại bao nhiêu phần số trang chưa đọc?
## Đáp án (dành cho giáo viên)
1. a) 7/10   b) 11/12   c) 5/8   d) 11/24
2. a) 1/2   b) 1/2   c) 2/3
3. a) 3/8   b) 1/3
4. 13/21 bể.   5. 35 kg.   6. 7/20 số trang.
""",
    "requirements": """
# Yêu cầu kĩ thuật với bài giảng e-Learning nộp vào kho dùng chung
Tài liệu dùng cho lớp bồi dưỡng thiết kế bài giảng e-Learning.
## 1. Nội dung
Bài giảng ứng với ít nhất một tiết trong chương trình hiện hành, ghi rõ môn, lớp, tên bài và yêu cầu cần đạt.
Người học tự học được mà không cần giáo viên bên cạnh: có lời dẫn, ví dụ, câu hỏi và phản hồi cho từng phương án trả lời.
## 2. Hình thức
Cỡ chữ từ 20 trở lên; mỗi trang một ý chính; màu chữ và màu nền tương phản rõ.
Hình, âm thanh, phim lấy từ nguồn được phép dùng và có ghi nguồn ở trang cuối.
Lời đọc rõ, không lẫn tiếng ồn; phim có phụ đề khi lời nói là nội dung chính.
## 3. Kĩ thuật
Đóng gói theo SCORM 1.2 hoặc SCORM 2004, xuất HTML5, một tệp .zip không quá 1 GB.
Tệp imsmanifest.xml nằm ở ngoài cùng của gói. Tên tệp nên không dấu, không khoảng trắng.
Bài báo được trạng thái hoàn thành; bài có câu hỏi báo được điểm.
Mở được trên máy tính và điện thoại, không cần cài thêm phần mềm.
## 4. Tự kiểm tra trước khi nộp
Học thử từ đầu đến cuối, đóng giữa chừng rồi mở lại xem bài có nhớ trang không.
Trả lời sai một câu để xem phản hồi có giúp người học hiểu vì sao.
Nhờ một đồng nghiệp học thử và ghi lại chỗ phải hỏi thêm.
""",
    "nam_xuong": """
# Kế hoạch bài dạy: Chuyện người con gái Nam Xương
Ngữ văn 9. Thời lượng: 2 tiết.
## I. Yêu cầu cần đạt
Nhận biết và phân tích được cốt truyện, nhân vật, lời kể và chi tiết kì ảo của truyện truyền kì.
Nêu được số phận người phụ nữ trong xã hội cũ qua nhân vật Vũ Nương; bày tỏ được ý kiến của bản thân.
Biết trân trọng lòng chung thuỷ và phê phán thói đa nghi, gia trưởng.
## II. Chuẩn bị
Giáo viên: phiếu học tập số 1 (tóm tắt cốt truyện), phiếu số 2 (chi tiết cái bóng), máy chiếu.
Học sinh: đọc văn bản ở nhà, đánh dấu những chỗ chưa hiểu.
## III. Tiến trình
Hoạt động 1. Mở đầu (7 phút): học sinh kể một lần mình bị hiểu lầm và cách đã làm sáng tỏ.
Hoạt động 2. Đọc và tìm hiểu chung (25 phút): đọc phân vai lời thoại; điền phiếu số 1; nêu đặc điểm truyện truyền kì.
Hoạt động 3. Nhân vật Vũ Nương (25 phút): bốn nhóm tìm lời nói, hành động của Vũ Nương trong bốn hoàn cảnh; trình bày; nhận xét.
Hoạt động 4. Chi tiết cái bóng (18 phút): cái bóng xuất hiện mấy lần, mỗi lần có ý nghĩa gì; kĩ thuật "khăn trải bàn".
Hoạt động 5. Luyện tập, vận dụng (15 phút): viết đoạn văn khoảng 150 chữ: nếu là người hàng xóm, em sẽ nói gì với Trương Sinh?
## IV. Đánh giá
Rubric đoạn văn: ý kiến rõ (4 điểm), có dẫn chứng (3 điểm), diễn đạt mạch lạc (2 điểm), chính tả (1 điểm).
""",
    "math9_test": """
# Đề kiểm tra giữa học kì 1, Toán 9
Thời gian làm bài: 90 phút.
## Phần I. Trắc nghiệm (3 điểm)
Câu 1. Cặp số nào là nghiệm của phương trình 2x – y = 5?   A. (1; 3)   B. (2; –1)   C. (3; –1)   D. (0; 5)
Câu 2. Hệ phương trình x + y = 7 và x – y = 1 có nghiệm là:   A. (3; 4)   B. (4; 3)   C. (5; 2)   D. (6; 1)
Câu 3. Bất phương trình 3x – 6 > 0 có nghiệm là:   A. x > 2   B. x < 2   C. x > –2   D. x < –2
Câu 4. Phương trình (x – 3)(2x + 8) = 0 có tổng các nghiệm bằng:   A. 7   B. –1   C. 1   D. –7
Câu 5. Tam giác ABC vuông tại A, AB = 3, AC = 4. Khi đó sin B bằng:   A. 3/5   B. 4/5   C. 3/4   D. 4/3
Câu 6. Giá trị của cos 60° là:   A. 1/2   B. 1   C. 0   D. 2
## Phần II. Tự luận (7 điểm)
Bài 1 (2 điểm). Giải hệ phương trình: 2x + 3y = 13 và 3x – y = 3.
Bài 2 (2 điểm). Hai người thợ cùng làm một công việc trong 6 giờ thì xong. Nếu người thứ nhất làm một mình 4 giờ rồi người thứ hai làm tiếp 9 giờ thì cũng xong. Hỏi mỗi người làm một mình thì bao lâu xong công việc?
Bài 3 (2 điểm). Một cột đèn có bóng trên mặt đất dài 7,5 m khi tia nắng tạo với mặt đất góc 42°. Tính chiều cao cột đèn, làm tròn đến hàng phần mười.
Bài 4 (1 điểm). Chứng minh rằng với mọi số dương a và b: a/b + b/a không nhỏ hơn 2.
## Đáp án và hướng dẫn chấm
Phần I: 1B, 2B, 3A, 4B, 5B, 6A; mỗi câu 0,5 điểm.
Bài 1: x = 2, y = 3. Bài 2: người thứ nhất 10 giờ, người thứ hai 15 giờ. Bài 3: khoảng 6,8 m. Bài 4: quy đồng, đưa về bình phương của a – b không âm.
""",
    "onion_cells": """
# Hướng dẫn thực hành: quan sát tế bào biểu bì vảy hành
Khoa học tự nhiên 6.
## Mục tiêu
Làm được tiêu bản tạm thời; chỉnh được kính hiển vi; vẽ và chú thích được tế bào quan sát thấy.
## Dụng cụ, mẫu vật
Kính hiển vi quang học, lam kính, lamen, kim mũi mác, ống nhỏ giọt, giấy thấm, nước cất, dung dịch i-ốt loãng, củ hành tây.
## Các bước
1. Dùng dao tách một vảy hành; rạch một ô vuông cạnh khoảng 5 mm ở mặt trong.
2. Dùng kim mũi mác bóc lớp biểu bì mỏng, đặt lên lam kính đã nhỏ sẵn một giọt nước.
3. Đậy lamen nghiêng 45° rồi hạ từ từ để không có bọt khí; thấm nước thừa.
4. Quan sát ở vật kính 10x, tìm chỗ một lớp tế bào, rồi chuyển sang 40x.
5. Nhỏ một giọt i-ốt ở mép lamen, đặt giấy thấm ở mép đối diện; quan sát lại nhân tế bào.
## An toàn
Giáo viên cắt hành giúp học sinh. I-ốt làm vàng da và quần áo: đeo găng, rửa tay sau khi làm.
## Câu hỏi
a) Tế bào biểu bì vảy hành có hình gì, xếp thế nào?   b) Sau khi nhuộm, bộ phận nào rõ hơn?   c) Vì sao không thấy lục lạp?
""",
    "speed": """
# Bài tập: tốc độ và đồ thị quãng đường – thời gian
Khoa học tự nhiên 7.
## Nhận biết
1. Nêu ý nghĩa vật lí của tốc độ. Viết công thức và đơn vị đo thường dùng.
2. Đổi: 36 km/h = … m/s;   15 m/s = … km/h;   0,5 m/s = … km/h.
## Thông hiểu
3. Lan đi bộ từ nhà đến trường dài 1,2 km hết 20 phút. Tính tốc độ của Lan theo m/s và km/h.
4. Xe máy đi 30 km đầu trong 45 phút, nghỉ 15 phút, rồi đi tiếp 20 km trong 30 phút. Lập bảng quãng đường theo thời gian.
## Vận dụng
5. Vẽ đồ thị quãng đường – thời gian của xe máy ở bài 4. Đoạn nào của đồ thị nằm ngang, cho biết điều gì?
6. Một ô tô đi với tốc độ 72 km/h trên đường khô. Theo quy định, khoảng cách an toàn tối thiểu là 55 m. Xe phía trước dừng đột ngột; người lái cần 1 giây để phản ứng. Trong 1 giây đó ô tô đi được bao nhiêu mét? Vì sao phải giữ khoảng cách?
## Đáp số
2. 10 m/s; 54 km/h; 1,8 km/h.   3. 1 m/s = 3,6 km/h.   6. 20 m.
""",
    "english_tenses": """
# Ôn tập: thì quá khứ đơn và hiện tại hoàn thành
Tiếng Anh 8.
## 1. Ghi nhớ
Past simple: việc đã xong, có thời điểm rõ. We visited Pho Hien last summer.
Present perfect: việc đã xảy ra, không nói lúc nào, hoặc còn liên quan đến bây giờ. I have visited Pho Hien twice.
Dấu hiệu: yesterday, last week, in 2020, ago / just, already, yet, ever, never, since, for.
## 2. Exercise A: choose the correct form
1. She (finished / has finished) her project last night.
2. They (lived / have lived) here since 2015.
3. (Did you ever eat / Have you ever eaten) longan cake?
4. My father (bought / has bought) this bike two years ago.
5. We (didn't see / haven't seen) the new teacher yet.
## 3. Exercise B: complete the sentences
6. I (lose) … my key. I can't open the door now.
7. When … you (move) … to Hung Yen?
8. Nam (not finish) … his homework yet.
9. It (rain) … a lot last week.
10. We (be) … friends for five years.
## Key
1 finished, 2 have lived, 3 Have you ever eaten, 4 bought, 5 haven't seen, 6 have lost, 7 did … move, 8 hasn't finished, 9 rained, 10 have been.
""",
    "reading_grade1": """
# Sáng kiến kinh nghiệm: giúp học sinh lớp 1 đọc chậm luyện đọc mỗi ngày
Tiếng Việt 1.
## 1. Lí do
Đầu năm, trong lớp 32 em có 9 em đọc dưới 15 tiếng một phút, hay lẫn vần gần giống nhau và ngại đọc trước lớp.
## 2. Biện pháp
Biện pháp 1. Góc đọc năm phút: đầu giờ, mỗi em đọc cho bạn bên cạnh một trang; bạn nghe và thưởng một hình dán.
Biện pháp 2. Thẻ vần theo cặp dễ lẫn (an – ang, ươn – ương, iêu – ươu), mỗi ngày một cặp, chơi tìm bạn.
Biện pháp 3. Sổ đọc ở nhà: phụ huynh nghe con đọc, ghi ngày và tên bài, không ghi lỗi.
Biện pháp 4. Đọc nối tiếp theo nhóm ba em khác trình độ; em đọc chậm được chọn câu ngắn trước.
## 3. Kết quả
Cuối học kì 1, cả 9 em đạt từ 22 đến 30 tiếng một phút; 7 em tự xung phong đọc trước lớp.
## 4. Điều rút ra
Đọc ít mà đều quan trọng hơn đọc nhiều trong một buổi. Lời khen cụ thể giúp các em mạnh dạn. Cần phụ huynh cùng làm.
""",
    "number5": """
# Kế hoạch tổ chức hoạt động: bé làm quen với số 5
Phát triển nhận thức, mẫu giáo 4–5 tuổi. Thời gian: 25 phút.
## Mục đích
Trẻ đếm đến 5, nhận biết nhóm có 5 đối tượng và chữ số 5; biết tạo nhóm có số lượng 5.
## Chuẩn bị
Mỗi trẻ 5 bông hoa, 5 con bướm bằng bìa, thẻ số từ 1 đến 5; quả nhãn, hộp; nhạc bài hát về số đếm.
## Tiến hành
1. Gây hứng thú: cô và trẻ hát, giơ ngón tay theo lời; hỏi trẻ bàn tay có mấy ngón.
2. Ôn số lượng 4: trẻ tìm trong lớp những nhóm có 4 đồ vật.
3. Tạo nhóm 5: xếp 5 bông hoa, 4 con bướm, so sánh, thêm 1; đếm cùng cô; gắn thẻ số 5.
4. Nhận biết chữ số 5: trẻ sờ, nói nét; tìm số 5 trên lịch, biển số nhà.
5. Trò chơi "Hái nhãn": mỗi đội bỏ đúng 5 quả vào hộp trong một bản nhạc.
## Đánh giá cuối hoạt động
Ghi lại trẻ đã đếm đúng, trẻ cần giúp thêm ở góc chơi buổi chiều.
""",
    "games": """
# Năm trò chơi vận động cho trẻ 5–6 tuổi
Phát triển thể chất.
## 1. Thỏ về chuồng
Vẽ vòng tròn ít hơn số trẻ một vòng. Nghe nhạc thì nhảy như thỏ, nhạc dừng thì vào chuồng; ai chưa có chuồng làm người gõ nhịp.
## 2. Chuyền bóng qua đầu
Hai hàng dọc, chuyền bóng bằng hai tay ra sau; bạn cuối chạy lên đầu. Hàng nào xong trước thắng.
## 3. Qua cầu đi chợ
Đi trên dây thừng dài 4 m, tay mang giỏ có ba quả; bước nối gót, mắt nhìn thẳng.
## 4. Mèo đuổi chuột
Trẻ cầm tay thành vòng, giơ tay làm hang. Chuột chạy hang nào, mèo chạy đúng hang ấy.
## 5. Kéo co bằng khăn
Từng cặp kéo khăn dài, vạch giữa là vạch thắng; nhắc trẻ không buông tay đột ngột.
## An toàn
Sân khô, không vật cứng trong vòng 2 m; khởi động cổ tay, cổ chân trước khi chơi; cho uống nước sau 15 phút.
""",
    "energy": """
# Hệ thống câu hỏi: công, năng lượng, công suất
Vật lí 10.
## Trắc nghiệm
1. Đơn vị của công suất là:   A. J   B. W   C. N   D. kg.m/s
2. Một vật rơi tự do không ma sát thì:   A. động năng không đổi   B. thế năng không đổi   C. cơ năng không đổi   D. cơ năng tăng
3. Kéo vật đi 5 m bằng lực 20 N cùng chiều chuyển động, công của lực là:   A. 4 J   B. 25 J   C. 100 J   D. 400 J
4. Động năng của vật tăng 4 lần khi tốc độ tăng:   A. 2 lần   B. 4 lần   C. 8 lần   D. 16 lần
5. Máy có công suất 500 W làm việc trong 2 phút thực hiện công:   A. 1 kJ   B. 6 kJ   C. 60 kJ   D. 250 kJ
## Tự luận
6. Thả vật 0,5 kg từ độ cao 20 m, lấy g = 10 m/s². Tính tốc độ khi chạm đất và động năng lúc đó.
7. Một máy bơm đưa 300 lít nước lên cao 8 m trong 1 phút. Tính công suất có ích; hiệu suất 80 % thì công suất tiêu thụ là bao nhiêu?
8. Vì sao đường lên núi làm ngoằn ngoèo chứ không thẳng? Giải thích bằng công và lực.
## Đáp án
1B, 2C, 3C, 4A, 5C.   6. 20 m/s; 100 J.   7. 400 W; 500 W.
""",
    "python": """
# Câu hỏi ôn tập: Python căn bản
Tin học 10.
## Phần A. Biến, kiểu dữ liệu, vào ra
1. Lệnh nào đọc một số nguyên từ bàn phím?   A. input(n)   B. int(input())   C. read(n)   D. print(n)
2. Kết quả của 7 // 2 và 7 % 2 lần lượt là:   A. 3 và 1   B. 3.5 và 1   C. 3 và 0   D. 4 và 1
3. Kiểu của biểu thức 3 / 1 là:   A. int   B. float   C. str   D. bool
## Phần B. Rẽ nhánh và lặp
4. Viết chương trình nhập điểm từ 0 đến 10, in "Đạt" nếu điểm từ 5 trở lên, ngược lại in "Chưa đạt".
5. Lệnh for i in range(1, 6): print(i) in ra những số nào?
6. Viết chương trình tính tổng các số chẵn từ 1 đến n, n nhập từ bàn phím.
7. Tìm lỗi: while x > 0: print(x) với x = 3. Chương trình chạy thế nào, sửa ra sao?
## Phần C. Danh sách
8. Cho a = [4, 8, 15, 16]. Viết lệnh thêm 23 vào cuối, in phần tử lớn nhất, in số phần tử.
9. Viết chương trình đếm số học sinh có điểm dưới 5 trong một danh sách điểm.
## Gợi ý
1B, 2A, 3B, 5: 1 2 3 4 5; 7: lặp vô hạn, cần giảm x sau mỗi lần in.
""",
}

#: Texts to be read as one long page
READINGS = {
    "on_the_phone": """
# Chín việc cần xem trên điện thoại trước khi giao bài
Phần lớn học sinh mở bài trên điện thoại của bố mẹ. Một bài đẹp trên máy chiếu có khi không đọc được trên màn hình rộng một gang tay. Chín việc dưới đây mất chừng mười phút, làm một lần cho mỗi bài.
## 1. Mở bài bằng điện thoại, không phải bằng máy tính thu nhỏ
Cửa sổ trình duyệt kéo hẹp lại trên máy tính chưa cho thấy cỡ chữ thật và cách chạm. Gửi đường dẫn vào điện thoại của mình rồi mở ở đó.
## 2. Đọc to một trang
Nếu phải phóng to mới đọc được thì chữ còn nhỏ. Chữ trong hình cũng vậy: hình chụp từ trang trình chiếu thường có chữ chỉ cao hai mi-li-mét.
## 3. Chạm vào từng nút
Nút nhỏ hơn đầu ngón tay hoặc nằm sát nhau dễ chạm nhầm. Để cách nhau ít nhất nửa đốt ngón tay.
## 4. Xoay ngang rồi xoay lại
Bài vẫn ở trang đang học, câu trả lời vẫn còn, không phải làm lại từ đầu.
## 5. Tắt mạng giữa chừng
Bật chế độ máy bay trong một phút. Bài nên học tiếp được và báo cho người học biết điều gì đã lưu, điều gì chưa.
## 6. Đóng hẳn rồi mở lại
Bài mở lại đúng chỗ đang học. Nếu bài bắt đầu lại từ đầu, phần lớn học sinh sẽ không làm lần thứ hai.
## 7. Nghe bằng loa ngoài
Lời đọc rõ khi không có tai nghe. Phần quan trọng luôn có chữ đi kèm cho em học ở nơi ồn hoặc không nghe được.
## 8. Trả lời sai một câu
Phản hồi nên nói vì sao chưa đúng và gợi ý bước tiếp theo. Chỉ hiện dấu đỏ thì học sinh chọn lần lượt cho đến khi hết phương án.
## 9. Tính xem tốn bao nhiêu dữ liệu
Một đoạn phim ba phút có thể nặng bằng cả trăm trang chữ. Phim dài nên cắt thành đoạn ngắn, ghi rõ mỗi đoạn mấy phút.
## Sau khi xem
Ghi lại những chỗ phải sửa ngay trên phiếu, sửa xong nhờ một đồng nghiệp mở thử trên một điện thoại khác. Hai loại máy khác nhau thường lộ ra phần lớn lỗi còn lại.
""",
}
