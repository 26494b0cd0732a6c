//! The `minyi` command.

fn main() {}
