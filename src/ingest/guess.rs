//! Which columns of an unknown file look like text, id and time: for the `--map` line of the message, never for reading.

use super::{dates, digits::is_number, ids};

/// A `--map` argument made from what the columns of the first records hold.
pub(super) fn map_line(columns: &[String], rows: &[Vec<String>]) -> String {
    let cells = |column: usize| {
        rows.iter()
            .filter_map(move |row| row.get(column))
            .map(|cell| cell.trim())
    };
    let filled = |column: usize| cells(column).filter(|cell| !cell.is_empty());
    let share = |column: usize, test: &dyn Fn(&str) -> bool| {
        let count = filled(column).count();
        filled(column).filter(|cell| test(cell)).count() as f64 / count.max(1) as f64
    };
    let most = |test: &dyn Fn(&str) -> bool| (0..columns.len()).find(|&column| share(column, test) > 0.5);
    let id = most(&|cell| is_id(cell) && cells_differ(cell));
    let time = most(&|cell| dates::is_full_date(cell));
    let text = (0..columns.len())
        .filter(|&column| Some(column) != id && Some(column) != time && share(column, &is_prose) > 0.3)
        .max_by_key(|&column| filled(column).map(|cell| cell.chars().count()).sum::<usize>());
    let name = |column: Option<usize>| column.map(|at| columns[at].as_str());
    let mut parts = vec![format!("text={}", name(text).unwrap_or("COLUMN"))];
    parts.extend(name(id).map(|column| format!("id={column}")));
    parts.extend(name(time).map(|column| format!("created_at={column}")));
    parts.join(",")
}

fn is_id(cell: &str) -> bool {
    let cell = ids::trim(cell);
    let long_number = (12..=20).contains(&cell.len()) && is_number(cell);
    long_number || ids::is_scientific(cell) || (cell.len() == 9 && ids::mid_from(cell).is_some())
}

fn cells_differ(cell: &str) -> bool {
    !cell.bytes().all(|byte| byte == b'0')
}

/// At least six letters, and no address or list.
fn is_prose(cell: &str) -> bool {
    !cell.contains("://")
        && !cell.starts_with('[')
        && cell.chars().filter(|c| c.is_alphabetic()).count() >= 6
        && (!cell.is_ascii() || cell.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_guessed_by_what_they_hold() {
        let columns: Vec<String> = ["编号", "地址", "时间", "博文", "标签"].map(str::to_owned).into();
        let row = |id: &str, text: &str| {
            [
                "4912678401212416",
                "https://weibo.com/1/N00101000",
                "2023-06-14 23:41",
                text,
                id,
            ]
            .map(str::to_owned)
            .to_vec()
        };
        let rows = [
            row("支持", "睡前看到那张图谱，想了很久"),
            row("反对", "这件事说大不大说小不小"),
        ];
        assert_eq!(map_line(&columns, &rows), "text=博文,id=编号,created_at=时间");
    }

    #[test]
    fn nothing_is_named_without_a_reason() {
        let columns: Vec<String> = ["a", "b"].map(str::to_owned).into();
        assert_eq!(map_line(&columns, &[vec!["1".into(), "CA".into()]]), "text=COLUMN");
        assert_eq!(map_line(&[], &[]), "text=COLUMN");
    }
}
