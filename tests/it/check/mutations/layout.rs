//! Which files there are.

use super::{Mutation, breaks, hold, near};

pub const MUTATIONS: &[Mutation] = &[
    breaks("missing-file", "an Owned file is deleted", |fleet| fleet.delete("weather_v2/src/models.rs")),
    breaks("missing-file", "a Seeded file is deleted", |fleet| fleet.delete("hello_v2/src/lib.rs")),
    breaks("missing-file", "the Dockerfile is deleted", |fleet| fleet.delete("golden_v2/Dockerfile")),
    near("missing-file", "a file of one's own is added", |fleet| fleet.write("hello_v2/docs/why.md", "Because.\n")),
];

#[test]
fn layout() {
    hold(MUTATIONS);
}
