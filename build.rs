//! Tells cargo that the embedded folders are inputs: `include_dir!` does not notice a new file on its own.

fn main() {
    for folder in ["templates", "examples"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
