#!/usr/bin/env python3
"""Write the binary fixtures of tests/ingest_tables.rs. Every post, name and id in them is invented.

usage: make-container-fixtures.py [FOLDER]

FOLDER defaults to tests/fixtures/exports. Needs openpyxl, xlwt, pyarrow, zstandard and msoffcrypto-tool. The files are
committed; run this only to change them.
"""
import datetime, gzip, io, os, sqlite3, sys, zipfile

import msoffcrypto.format.ooxml, openpyxl, pyarrow, pyarrow.parquet, xlwt, zstandard

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", "tests", "fixtures", "exports")
WRD = ["序号", "标题／微博内容", "信息属性", "原创/转发", "原文/评论链接", "原文作者", "日期", "原微博内容", "认证类型", "全文内容",
       "粉丝数", "转发数", "评论数", "点赞数", "用户简介"]


def at(name):
    return os.path.join(OUT, name)


def wrd_row(number, text, when, kind):
    return [number, text[:8], "非敏感", "原创", f"https://weibo.com/1000000001/N5gHxpqz{number}", "青湖科普", when, None, kind, text, 1200,
            3, None, 41.0, "讲讲基因"]


def workbook():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["导出说明", "仅供研究"])
    for name, rows in {
        "数据1": [wrd_row(1, "图谱出来了，想看看自己老家那一支", datetime.datetime(2023, 6, 14, 23, 41, 7), "蓝V"), [None] * 15,
                wrd_row(2, "同一天的另一句话", "2023-06-15 08:00:00", "普通用户")],
        "数据2": [wrd_row(3, "表太长，续在第二张", datetime.datetime(2023, 6, 16, 9, 5), "金V")],
    }.items():
        sheet = book.create_sheet(name)
        sheet.append(WRD)
        for row in rows:
            sheet.append(row)
    book.save(at("wrd.xlsx"))
    plain = io.BytesIO(open(at("wrd.xlsx"), "rb").read())
    with open(at("password.xlsx"), "wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("geheim", out)


def old_workbook():
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for row, cells in enumerate([
        ["wb_id", "wb_username", "wb_userid", "wb_content", "wb_createtime", "wb_forwardnum"],
        ["4912678401212416", "江上数峰", "1000000002", "老格式的表也要读", "2023-06-14 23:41", 2],
    ]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(at("blindwang.xls"))


def database(name, script, rows):
    if os.path.exists(at(name)):
        os.remove(at(name))
    connection = sqlite3.connect(at(name))
    connection.executescript(script)
    for table, cells in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(cells))})", cells)
    connection.commit()
    connection.close()


def databases():
    database("weibodata.db", """
        CREATE TABLE user (id varchar(64) NOT NULL PRIMARY KEY, nick_name varchar(64), gender varchar(6), follower_count integer,
            follow_count integer, bio text);
        CREATE TABLE weibo (id varchar(20) NOT NULL PRIMARY KEY, bid varchar(12), user_id varchar(20), screen_name varchar(30), text
            varchar(2000), article_url varchar(100), topics varchar(200), at_users varchar(1000), pics varchar(3000), video_url
            varchar(1000), live_photo_url varchar(1000), location varchar(100), created_at DATETIME, source varchar(30),
            attitudes_count INT, comments_count INT, reposts_count INT, retweet_id varchar(20));
        CREATE TABLE bins (id integer PRIMARY KEY AUTOINCREMENT, ext varchar(10), data blob);
        CREATE TABLE comments (id varchar(20) NOT NULL PRIMARY KEY, bid varchar(20), weibo_id varchar(32), root_id varchar(20), user_id
            varchar(20), created_at varchar(20), user_screen_name varchar(64), user_avatar_url text, text varchar(1000), pic_url text,
            like_count integer);
        """, [
        ("user", ("1000000003", "某地发布", "f", 52000, 10, "某地政务发布")),
        ("weibo", ("4912678401212416", "N5gHxpqzZ", "1000000003", "某地发布", "库里的第一条", "", "", "", "", "", "", "",
                   "2023-06-14 23:41:07", "", 5, 6, 7, "")),
        ("weibo", ("4912678652870657", "N5gHYeMfv", "1000000003", "某地发布", "转发微博", "", "", "", "", "", "", "",
                   "2023-06-15 10:00:00", "", 0, None, 1, "4912678401212416")),
        ("bins", (1, "jpg", b"\x00\xff")),
        ("comments", ("4912679000000001", "", "4912678401212416", "", "1000000004", "2023-06-15 11:00:00", "路人", "", "评论一条", "", 2)),
    ])
    database("weibo.db", """
        CREATE TABLE weibo (id varchar(20) NOT NULL PRIMARY KEY, bid varchar(12), user_id varchar(20), screen_name varchar(30), text
            varchar(2000), article_url, topics, at_users, pics, video_url, location, created_at DATETIME, source, attitudes_count INT,
            comments_count INT, reposts_count INT, retweet_id varchar(20), ip, user_authentication, vip_type, vip_level INT);
        """, [
        ("weibo", ("4912678401212416", "N5gHxpqzZ", "1000000001", "青湖科普", "被带进来的原博", "", "", "", "", "", "", "2023-06-14 23:41",
                   "", 1, 2, 3, "", "", "", "", 0)),
        ("weibo", ("4912678652870657", "N5gHYeMfv", "1000000002", "江上数峰", "说得对//@青湖科普:被带进来的原博", "", "", "", "", "", "",
                   "2023-06-15 10:00", "", 0, 0, 0, "4912678401212416", "云南", "普通用户", "", 0)),
    ])


def weibospider():
    database("weibospider.db", """
        CREATE TABLE user (id varchar(20) NOT NULL, nickname varchar(30), gender varchar(10), location varchar(200), birthday varchar(40),
            description varchar(400), verified_reason varchar(140), talent varchar(200), education varchar(200), work varchar(200),
            weibo_num INT, following INT, followers INT, PRIMARY KEY (id));
        CREATE TABLE weibo (id varchar(10) NOT NULL, user_id varchar(12), content varchar(2000), article_url varchar(200), original_pictures
            varchar(3000), retweet_pictures varchar(3000), original BOOLEAN NOT NULL DEFAULT 1, video_url varchar(300), publish_place
            varchar(100), publish_time DATETIME NOT NULL, publish_tool varchar(30), up_num INT NOT NULL, retweet_num INT NOT NULL,
            comment_num INT NOT NULL, PRIMARY KEY (id));
        """, [
        ("user", ("1000000003", "某地发布", "女", "云南", None, "某地政务发布", "某地人民政府新闻办公室", None, None, None, 10, 3, 52000)),
        ("weibo", ("N5jP255p6", "1000000003", "手机版的库里的一条", "无", "无", None, 1, "无", "无", "2023-06-14 23:41", "网页", 3, 1, 2)),
        ("weibo", ("N5jPrc2MV", "1000000003", "转发理由:同意 \n原始用户: 青湖科普\n转发内容: 原话", "无", "无", None, 0, "无", "无",
                   "2023-06-15 10:00", "网页", 0, 0, 0)),
    ])


NOTE = ["note_id", "content", "create_time", "create_date_time", "liked_count", "comments_count", "shared_count", "last_modify_ts", "note_url",
        "creator_hash", "nickname", "source_keyword"]
NOTE_ROW = ["4912678401212416", "表里的一条", 1686757267, "2023-06-14 23:41:07+08:00", "3", "2", "1", 1686757267000,
            "https://m.weibo.cn/detail/4912678401212416", "0123456789abcdef", "青***普", "图谱"]
COMMENT = ["comment_id", "create_time", "create_date_time", "note_id", "content", "sub_comment_count", "comment_like_count", "last_modify_ts",
           "parent_comment_id", "creator_hash", "nickname"]
COMMENT_ROW = ["4912679000000001", 1686757267, "2023-06-14 23:41:07+08:00", "4912678401212416", "表里的评论", "0", "4", 1686757267000, "0",
               "fedcba9876543210", "路***丙"]


def mediacrawler():
    # It makes the tables of every platform and fills those of the one it crawled.
    database("mediacrawler.db", f"""
        CREATE TABLE bilibili_video (id INTEGER PRIMARY KEY, video_id BIGINT, video_url TEXT, creator_hash TEXT, nickname TEXT, liked_count
            INTEGER, title TEXT, desc TEXT, create_time BIGINT, video_play_count TEXT, source_keyword TEXT);
        CREATE TABLE weibo_note (id INTEGER PRIMARY KEY, {", ".join(NOTE)});
        CREATE TABLE weibo_note_comment (id INTEGER PRIMARY KEY, {", ".join(COMMENT)});
        """, [("weibo_note", [1, *NOTE_ROW]), ("weibo_note_comment", [1, *COMMENT_ROW])])
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, header, row in [("Contents", NOTE, NOTE_ROW), ("Comments", COMMENT, COMMENT_ROW), ("Creators", [], [])]:
        sheet = book.create_sheet(name)
        if header:
            sheet.append(header)
            sheet.append(row)
    book.save(at("mediacrawler.xlsx"))


def parquet():
    user = pyarrow.struct([("_id", pyarrow.string()), ("nick_name", pyarrow.string()), ("verified", pyarrow.bool_()),
                           ("verified_type", pyarrow.int64())])
    wall, utc = datetime.datetime(2023, 6, 14, 23, 41, 7), datetime.datetime(2023, 6, 14, 15, 41, 7, tzinfo=datetime.timezone.utc)
    posts = {
        "_id": ["4912678401212416", "4912678652870657"], "mblogid": ["N5gHxpqzZ", "N5gHYeMfv"], "content": ["列存也读", "第二条"],
        "reposts_count": [12, None], "crawled_at": [utc, utc],
    }
    schema = pyarrow.schema([("_id", pyarrow.string()), ("mblogid", pyarrow.string()), ("content", pyarrow.string()),
                             ("reposts_count", pyarrow.int64()), ("crawled_at", pyarrow.timestamp("us", tz="UTC")),
                             ("created_at", pyarrow.timestamp("ns")), ("pic_urls", pyarrow.list_(pyarrow.string())), ("user", user)])
    posts |= {
        "created_at": [wall, wall + datetime.timedelta(days=1)], "pic_urls": [["https://x/1.jpg", "https://x/2.jpg"], []],
        "user": [{"_id": "1000000003", "nick_name": "某地发布", "verified": True, "verified_type": 1}, None],
    }
    pyarrow.parquet.write_table(pyarrow.table(posts, schema=schema), at("nghuyong.parquet"), compression="snappy")
    numbers = pyarrow.table({"a": [1, 2], "b": [0.5, 1.5]})
    pyarrow.parquet.write_table(numbers, at("no-text.parquet"), compression="zstd")


def packed():
    csv = "编号,博文\n1,压缩的一行\n2,压缩的二行\n".encode()
    open(at("unknown.csv.zst"), "wb").write(zstandard.compress(csv))
    header = "id,bid,user_id,用户昵称,微博正文,发布时间\n"
    with zipfile.ZipFile(at("mixed.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        def add(name, data):
            archive.writestr(zipfile.ZipInfo(name, (2023, 6, 14, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        add("结果文件/图谱/图谱.csv", ("\ufeff" + header + "4912678401212416,N5gHxpqzZ,1000000001,青湖科普,包里的一条,2023-06-14 23:41\n").encode())
        add("gbk.csv", (header + "4912678652870657,N5gHYeMfv,1000000002,江上数峰,包里的国标码一条，够长才好认出来,2023-06-15 10:00\n").encode("gb18030"))
        add("more/comments.json.gz", gzip.compress('[{"comment_id":"1","note_id":"2","content":"评论","create_time":1686757267,"create_date_time":"2023-06-14 23:41:07+08:00","comment_like_count":"3"}]'.encode(), mtime=0))
        add("表.xlsx", open(at("wrd.xlsx"), "rb").read())
        add("readme.md", b"not data")
        add("__MACOSX/._gbk.csv", b"\x00")


workbook()
old_workbook()
databases()
weibospider()
mediacrawler()
parquet()
packed()
