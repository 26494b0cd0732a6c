//! Digits gone through eight at a time, a byte each in 64 bits.

/// Whether each byte is at most 9.
#[inline]
pub(super) fn are_digits(bytes: u64) -> bool {
    (bytes.wrapping_add(0x7676_7676_7676_7676) | bytes) & 0x8080_8080_8080_8080 == 0
}

/// Whether a text is digits and nothing else, as most ids are.
#[inline]
pub(super) fn is_number(text: &str) -> bool {
    let (eights, rest) = text.as_bytes().as_chunks();
    eights.iter().all(|&eight| are_digits(eight_digits(eight))) && rest.iter().all(u8::is_ascii_digit)
}

/// Eight bytes of which each digit is its number.
#[inline]
fn eight_digits(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes) ^ u64::from_le_bytes(*b"00000000")
}

/// The number that eight digits are (Lemire 2021, Number parsing at a gigabyte per second).
pub(super) fn number_of_eight(digits: [u8; 8]) -> Option<u64> {
    let digits = eight_digits(digits);
    if !are_digits(digits) {
        return None;
    }
    let twos = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos * 100 + (twos >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}
