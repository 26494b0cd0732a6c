//! Ticks at round numbers.

/// The ticks of an axis from 0: the last is at or above `most`. Steps are whole numbers, 1, 2, 2.5 or 5 times a power of ten and at least
/// `least`, about five of them.
pub(super) fn ticks(most: f64, least: f64) -> Vec<f64> {
    let rough = (most / 5.0).max(least);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|&step| step >= rough * 0.999 && step.fract() == 0.0)
        .unwrap_or(10.0 * power);
    let count = (most / step - 1e-9).ceil().max(1.0) as usize;
    (0..=count).map(|at| at as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_what_is_shown() {
        assert_eq!(ticks(17.0, 1.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(3.0, 1.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(0.0, 1.0), [0.0, 1.0]);
        assert_eq!(ticks(100.0, 5.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(11.0, 1.0), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(ticks(120.0, 1.0), [0.0, 25.0, 50.0, 75.0, 100.0, 125.0]);
        assert_eq!(ticks(81_000.0, 1.0).last(), Some(&100_000.0));
    }
}
