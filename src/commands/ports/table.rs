//! Tables for people. Knows columns and their widths, not what is in them.

use unicode_width::UnicodeWidthStr as _;

use crate::text::visible;

/// Rows with their columns aligned, those of numbers to the right.
pub fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| visible(cell))).collect();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0));
    let is_number = |row: &[String; N], column: usize| row[column].parse::<usize>().is_ok();
    let numbers: [bool; N] =
        std::array::from_fn(|column| N > 2 && rows.iter().skip(1).all(|row| is_number(row, column)));
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let blanks = " ".repeat(widths[column] - cell.width());
            let gap = if column == 0 { "" } else { "  " };
            let cells = if numbers[column] { [gap, &blanks, cell] } else { [gap, cell, &blanks] };
            line.extend(cells);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What a cell without a value shows.
pub fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}
