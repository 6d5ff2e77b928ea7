//! Takes the built files of `web/` in anew when they have changed.
fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
