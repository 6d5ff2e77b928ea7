//! Takes the built files of `web/` in anew when they have changed. A debug build reads them while it runs, so it need not be built again.
use std::path::Path;

fn main() -> std::io::Result<()> {
    let built = Path::new("../../web/dist");
    // Before `npm run build` there are none, which is no reason not to build the server.
    for folder in ["app", "widget"] {
        std::fs::create_dir_all(built.join(folder))?;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells build scripts in no other way"
    )]
    let profile = std::env::var("PROFILE").unwrap_or_default();
    let watched = if profile == "debug" {
        Path::new("build.rs")
    } else {
        built
    };
    println!("cargo::rerun-if-changed={}", watched.display());
    Ok(())
}
