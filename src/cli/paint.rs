//! Colour on a terminal, plain text elsewhere.

use std::{
    env,
    fmt::Display,
    io::{self, IsTerminal},
};

use anstyle::{AnsiColor, Style};

use crate::model::Polarity;

/// Whether to colour what goes to standard output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    /// Colours on a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
    pub(super) fn for_stdout() -> Self {
        Paint(io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    pub(super) fn bold(self, text: impl Display) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(super) fn by_polarity(self, polarity: Polarity, text: impl Display) -> String {
        let colour = match polarity {
            Polarity::Positive => AnsiColor::Green,
            Polarity::Negative => AnsiColor::Red,
            Polarity::None => AnsiColor::Cyan,
        };
        self.with(Style::new().fg_color(Some(colour.into())).bold(), text)
    }

    fn with(self, style: Style, text: impl Display) -> String {
        if self.0 {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }
}
