// Owned by mcpgen: edits are overwritten.
//! Chance that is the same in every run: what is generated in these tests comes from a number.

use std::env;

/// Made from a number, which a failed test tells.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this one (splitmix64).
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end.max(1) as u64).expect("it is below a `usize`")
    }

    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }
}

/// How many cases are tried: some by default, more where `FUZZ_CASES` says so.
pub fn cases(usual: u64) -> u64 {
    env::var("FUZZ_CASES").map_or(usual, |text| text.parse().expect("`FUZZ_CASES` is a number"))
}
