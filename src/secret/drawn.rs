//! Texts that nobody chose: drawn at random, or by a program.

/// Whether what stands behind a known beginning is no word.
pub(super) fn looks_drawn(rest: &str) -> bool {
    rest.bytes().any(|b| b.is_ascii_digit()) || rest.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether a text looks drawn at random: long, of every kind of character, few of them twice.
pub(super) fn is_random(piece: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'_' | b'-' | b'.' | b'~' | b'%');
    if piece.len() < 20 || !piece.bytes().all(allowed) || is_uuid(piece) {
        return false;
    }
    let has = |test: fn(&u8) -> bool| piece.bytes().any(|b| test(&b));
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let hex = piece.len() >= 32 && piece.bytes().all(|b| b.is_ascii_hexdigit()) && has(u8::is_ascii_alphabetic);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && digits >= 2;
    let one_case = piece.len() >= 32 && digits >= 5 && has(u8::is_ascii_alphabetic) && !piece.contains(['_', '-', '.']);
    (hex || mixed || one_case) && entropy(piece) > 3.3
}

/// Whether a text is a UUID: an id, which everybody may know.
pub(super) fn is_uuid(piece: &str) -> bool {
    let mut parts = piece.split('-');
    let fits = [8, 4, 4, 4, 12]
        .into_iter()
        .all(|length| parts.next().is_some_and(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_hexdigit())));
    fits && parts.next().is_none()
}

/// Bits for each byte, by how often each occurs.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let bits = |count: u32| {
        let share = f64::from(count) / length;
        -share * share.log2()
    };
    counts.into_iter().filter(|&count| count > 0).map(bits).sum()
}
