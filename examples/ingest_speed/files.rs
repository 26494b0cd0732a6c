//! The same invented posts in files of every kind, in the columns of WeiboSpider as pandas flattens them.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use encoding_rs::GB18030;
use flate2::{Compression, write::GzEncoder};
use parquet::{
    basic::Compression as ColumnCompression,
    data_type::{ByteArray, ByteArrayType},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use rusqlite::params_from_iter;
use rust_xlsxwriter::Workbook;

use crate::Result;

const COLUMNS: [&str; 12] = [
    "_id",
    "mblogid",
    "created_at",
    "ip_location",
    "reposts_count",
    "comments_count",
    "attitudes_count",
    "source",
    "content",
    "user_id",
    "nick_name",
    "verified",
];
const SENTENCES: [&str; 8] = [
    "睡前又看了一遍那张图谱，三十六个族群的基因放在一起，我想的是以后看病会不会更准一点。",
    "数据放到哪里，谁能看，这件事总得先讲清楚吧？",
    "支持公开，科学没有国界[赞]，但是法律有",
    "#泛基因组图谱# 复旦的团队很厉害，给他们点赞！",
    "转发理由写了半天，最后还是删了//@青湖科普:图谱发布",
    "Nature 主刊上的中国工作越来越多了，值得高兴。",
    "有没有懂的人说一下，这和去看病到底有什么关系？http://t.cn/A6pXk2Qz",
    "我不同意把样本送出去，哪怕只是数据。",
];

type Row = [String; COLUMNS.len()];

/// Post number `n`.
fn row(n: usize) -> Row {
    let mid = 4_912_678_401_212_416 + n as u64 * 4_194_304;
    let text: String = (0..1 + n % 4)
        .map(|at| SENTENCES[(n * 5 + at * 3) % SENTENCES.len()])
        .collect();
    [
        mid.to_string(),
        minyi::ingest::ids::bid_of(mid),
        format!(
            "2023-06-{:02} {:02}:{:02}:07",
            14 + n / 86_400 % 16,
            n / 3_600 % 24,
            n / 60 % 60
        ),
        "发布于 云南".to_owned(),
        (n % 100).to_string(),
        (n % 30).to_string(),
        (n % 1_000).to_string(),
        "网页".to_owned(),
        text,
        (1_000_000_000 + n % 50_000).to_string(),
        format!("江边第{}号", n % 50_000),
        (if n.is_multiple_of(9) { "True" } else { "False" }).to_owned(),
    ]
}

/// Writes the posts into the folder, once in each kind of file; the paths.
pub(crate) fn write(folder: &Path, posts: usize) -> Result<Vec<PathBuf>> {
    let rows: Vec<Row> = (0..posts).map(row).collect();
    let at = |ending: &str| folder.join(format!("posts.{ending}"));
    let csv = csv(&rows)?;
    fs::write(at("csv"), &csv)?;
    fs::write(at("gbk.csv"), GB18030.encode(std::str::from_utf8(&csv)?).0)?;
    let mut gzip = GzEncoder::new(File::create(at("csv.gz"))?, Compression::default());
    gzip.write_all(&csv)?;
    gzip.finish()?;
    fs::write(at("csv.zst"), zstd::encode_all(csv.as_slice(), 3)?)?;
    json(&at("jsonl"), &rows, ["", "\n", "\n"])?;
    json(&at("json"), &rows, ["[", ",\n", "]"])?;
    workbook(&at("xlsx"), &rows)?;
    database(&at("db"), &rows)?;
    columns(&at("parquet"), &rows)?;
    Ok([
        "csv", "gbk.csv", "csv.gz", "csv.zst", "jsonl", "json", "xlsx", "db", "parquet",
    ]
    .map(at)
    .into())
}

fn csv(rows: &[Row]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner()?)
}

/// As WeiboSpider writes it, the user in an object of its own.
fn json(path: &Path, rows: &[Row], [open, between, close]: [&str; 3]) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(open.as_bytes())?;
    for (at, row) in rows.iter().enumerate() {
        let number = |column: usize| row[column].parse::<u64>().unwrap_or_default();
        let user = serde_json::json!({"_id": row[9], "nick_name": row[10], "verified": row[11] == "True"});
        let value = serde_json::json!({
            "_id": row[0], "mblogid": row[1], "created_at": row[2], "ip_location": row[3], "reposts_count": number(4),
            "comments_count": number(5), "attitudes_count": number(6), "source": row[7], "content": row[8], "pic_urls": [],
            "isLongText": false, "user": user,
        });
        serde_json::to_writer(&mut out, &value)?;
        out.write_all(if at + 1 < rows.len() { between } else { close }.as_bytes())?;
    }
    Ok(out.flush()?)
}

fn workbook(path: &Path, rows: &[Row]) -> Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in std::iter::once(COLUMNS.map(str::to_owned))
        .chain(rows.iter().cloned())
        .enumerate()
    {
        for (column, cell) in row.iter().enumerate() {
            sheet.write_string(u32::try_from(at)?, u16::try_from(column)?, cell)?;
        }
    }
    Ok(book.save(path)?)
}

fn database(path: &Path, rows: &[Row]) -> Result<()> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.execute(&format!("CREATE TABLE weibo ({})", COLUMNS.join(" TEXT, ")), [])?;
    let transaction = connection.transaction()?;
    {
        let places = vec!["?"; COLUMNS.len()].join(",");
        let mut insert = transaction.prepare(&format!("INSERT INTO weibo VALUES ({places})"))?;
        for row in rows {
            insert.execute(params_from_iter(row))?;
        }
    }
    Ok(transaction.commit()?)
}

fn columns(path: &Path, rows: &[Row]) -> Result<()> {
    let fields: String = COLUMNS
        .iter()
        .map(|name| format!("REQUIRED BYTE_ARRAY {name} (UTF8); "))
        .collect();
    let schema = Arc::new(parse_message_type(&format!("message posts {{ {fields} }}"))?);
    let properties = WriterProperties::builder()
        .set_compression(ColumnCompression::SNAPPY)
        .build();
    let mut writer = SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties))?;
    for group in rows.chunks(50_000) {
        let mut row_group = writer.next_row_group()?;
        let mut at = 0;
        while let Some(mut column) = row_group.next_column()? {
            let cells: Vec<ByteArray> = group.iter().map(|row| row[at].as_str().into()).collect();
            column.typed::<ByteArrayType>().write_batch(&cells, None, None)?;
            column.close()?;
            at += 1;
        }
        row_group.close()?;
    }
    writer.close()?;
    Ok(())
}
