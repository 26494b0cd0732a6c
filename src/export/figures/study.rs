//! The figures of a study.

use super::{Figure, Style, residual_figure, series_figure, share_figure};
use crate::{
    error::Result,
    export::{PrintTable, print_study_table},
    tabulate::{Base, Table},
};

/// Draws the figures of a study from its tables, masked as they are: shares of the stances in each account type and of the codes in each stance with
/// their intervals, residuals of account type by stance, posts by day and stance. One that cannot be drawn (a codebook of a hundred
/// codes) is an error of its own.
pub fn study_figures(tables: &[Table], style: &Style<'_>) -> Vec<Result<Figure>> {
    let printed = |name: &str, base: Base| -> Option<PrintTable> {
        let table = tables.iter().find(|table| table.name == name)?;
        let of_base = Table {
            rows: table
                .rows
                .iter()
                .filter(|count| count.base_name == base)
                .cloned()
                .collect(),
            ..table.clone()
        };
        let mut printed = print_study_table(&of_base, &[], "", style.labels).pop()?;
        let counted = style.labels.base(Base::PostsWithStance.name());
        printed
            .count_notes
            .insert(0, style.labels.note("counted", &[("base", &counted)]));
        Some(printed)
    };
    type Draw = fn(&PrintTable, &Style<'_>) -> Result<Figure>;
    let wanted: [(&str, Base, Draw); 4] = [
        ("account_type_by_stance", Base::WithinAccountType, share_figure),
        ("account_type_by_stance", Base::WithinAccountType, residual_figure),
        ("codes_by_stance", Base::WithinStance, share_figure),
        ("daily", Base::WithinDay, series_figure),
    ];
    wanted
        .into_iter()
        .filter_map(|(name, base, draw)| Some(draw(&printed(name, base)?, style)))
        .collect()
}
