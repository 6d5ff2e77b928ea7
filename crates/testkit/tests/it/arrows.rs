//! The arrows of ARCHITECTURE.md: which crate may depend on which, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use smartbot_testkit::repository;

/// Each of our crates with those of ours that it may depend on directly. A new arrow is discussed first.
const ARROWS: [(&str, &[&str]); 11] = [
    ("smartbot-model", &[]),
    ("smartbot-nlu", &["smartbot-model"]),
    ("smartbot-flow", &["smartbot-model", "smartbot-nlu"]),
    (
        "smartbot-store",
        &["smartbot-model", "smartbot-nlu", "smartbot-flow"],
    ),
    ("smartbot-egress", &["smartbot-model"]),
    (
        "smartbot-app",
        &[
            "smartbot-model",
            "smartbot-nlu",
            "smartbot-flow",
            "smartbot-store",
            "smartbot-egress",
        ],
    ),
    (
        "smartbot-api",
        &[
            "smartbot-model",
            "smartbot-nlu",
            "smartbot-flow",
            "smartbot-app",
        ],
    ),
    (
        "smartbot",
        &[
            "smartbot-model",
            "smartbot-nlu",
            "smartbot-flow",
            "smartbot-store",
            "smartbot-egress",
            "smartbot-app",
            "smartbot-api",
        ],
    ),
    ("smartbot-testkit", &[]),
    // Tests only: starts and kills servers, and calls them.
    ("smartbot-faults", &["smartbot-egress", "smartbot-testkit"]),
    // The load generator: speaks to a running server over HTTP and knows nothing of ours.
    ("smartbot-bench", &[]),
];

/// Crates that have neither async, clock, socket nor SQL, not even through what they depend on.
const PURE: [&str; 3] = ["smartbot-model", "smartbot-nlu", "smartbot-flow"];

/// What brings async, sockets or SQL with it.
const IMPURE: [&str; 16] = [
    "tokio",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "hyper",
    "hyper-util",
    "axum",
    "tower-http",
    "reqwest",
    "ureq",
    "sqlx",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "hickory-resolver",
];

/// Libraries with a home: only those crates may depend on them directly.
const HOMES: [(&str, &[&str]); 13] = [
    ("sqlx", &["smartbot-store"]),
    ("sqlx-core", &["smartbot-store"]),
    ("rusqlite", &["smartbot-store"]),
    ("axum", &["smartbot-api", "smartbot", "smartbot-bench"]),
    ("utoipa-axum", &["smartbot-api"]),
    (
        "hyper",
        &[
            "smartbot-egress",
            "smartbot-api",
            "smartbot",
            "smartbot-bench",
        ],
    ),
    // The client of hyper-util is the HTTP client; the binary talks to its own server with it.
    (
        "hyper-util",
        &[
            "smartbot-egress",
            "smartbot-api",
            "smartbot",
            "smartbot-bench",
        ],
    ),
    ("hyper-rustls", &["smartbot-egress"]),
    ("hickory-resolver", &["smartbot-egress"]),
    ("reqwest", &[]),
    ("ureq", &[]),
    ("anyhow", &["smartbot-app", "smartbot", "smartbot-bench"]),
    ("tracing-subscriber", &["smartbot"]),
];

/// A dependency that a crate of ours declares.
struct Declared {
    name: String,
    /// `None` for a normal one.
    kind: Option<String>,
    features: Vec<String>,
}

struct House {
    /// What each of our crates declares, by the crate's name.
    declared: BTreeMap<String, Vec<Declared>>,
    /// What each package needs to run, by name; several versions of one package are taken together.
    needs: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn our_crates_depend_only_along_the_arrows() {
    let arrows = BTreeMap::from(ARROWS);
    let mut wrong = Vec::new();
    for (name, declared) in &house().declared {
        let Some(allowed) = arrows.get(name.as_str()) else {
            wrong.push(format!(
                "{name} is new: give it a row in ARROWS and a place in ARCHITECTURE.md"
            ));
            continue;
        };
        for dependency in declared
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
        {
            if dependency.name.starts_with("smartbot")
                && !allowed.contains(&dependency.name.as_str())
            {
                wrong.push(format!(
                    "{name} → {} is not an arrow of the house",
                    dependency.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_with_an_arrow_exists() {
    for (name, _) in ARROWS {
        assert!(
            house().declared.contains_key(name),
            "{name} is gone: take it out of ARROWS"
        );
    }
}

#[test]
fn model_nlu_and_flow_are_pure_with_all_that_they_need() {
    let impure = BTreeSet::from(IMPURE);
    for name in PURE {
        let closure = closure(name);
        let found: Vec<_> = closure
            .iter()
            .filter(|needed| impure.contains(needed.as_str()))
            .collect();
        assert!(
            found.is_empty(),
            "{name} must have neither async, socket nor SQL but needs {found:?}"
        );
    }
}

#[test]
fn nlu_and_flow_have_no_source_of_randomness_and_no_zone_of_the_server() {
    for name in ["smartbot-nlu", "smartbot-flow"] {
        for dependency in &house().declared[name] {
            if dependency.kind.is_some() {
                continue;
            }
            let source =
                ["rand", "getrandom", "fastrand", "uuid"].contains(&dependency.name.as_str());
            assert!(
                !source,
                "{name} declares {}: the caller gives it chance as a number",
                dependency.name
            );
            let clock = dependency.name == "chrono"
                && dependency.features.iter().any(|feature| feature == "clock");
            assert!(
                !clock,
                "{name} declares chrono with a clock: the caller gives it the time"
            );
        }
    }
}

#[test]
fn libraries_with_a_home_are_used_only_there() {
    let mut wrong = Vec::new();
    for (name, declared) in &house().declared {
        // The testkit is no part of the product; its receiver is a server on hyper.
        if name == "smartbot-testkit" {
            continue;
        }
        for dependency in declared
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
        {
            for (library, homes) in HOMES {
                if dependency.name == library && !homes.contains(&name.as_str()) {
                    wrong.push(format!(
                        "{name} depends on {library}; its home is {homes:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_is_one_tls_and_one_crypto_provider() {
    for name in [
        "openssl",
        "openssl-sys",
        "native-tls",
        "aws-lc-rs",
        "aws-lc-sys",
        "reqwest",
    ] {
        assert!(
            !closure("smartbot").contains(name),
            "smartbot needs {name}; the one TLS is rustls with ring"
        );
    }
}

/// Returns the names of all packages that `name` needs to run, itself included.
fn closure(name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            let needs = house()
                .needs
                .get(&name)
                .unwrap_or_else(|| panic!("cargo metadata does not know {name}"));
            open.extend(needs.iter().cloned());
        }
    }
    found
}

fn house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(|| {
        let metadata = metadata();
        let packages = list(&metadata["packages"]);
        let names: BTreeMap<&str, &str> = packages
            .iter()
            .map(|it| (text(&it["id"]), text(&it["name"])))
            .collect();
        let members: BTreeSet<&str> = list(&metadata["workspace_members"])
            .iter()
            .map(text)
            .collect();
        let ours = packages
            .iter()
            .filter(|package| members.contains(text(&package["id"])));
        let declared = ours
            .map(|package| (text(&package["name"]).to_owned(), declared(package)))
            .collect();

        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let needed = needs
                .entry(names[text(&node["id"])].to_owned())
                .or_default();
            for dependency in list(&node["deps"]) {
                let normal = list(&dependency["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"].is_null());
                if normal {
                    needed.insert(names[text(&dependency["pkg"])].to_owned());
                }
            }
        }
        House { declared, needs }
    })
}

fn declared(package: &Value) -> Vec<Declared> {
    list(&package["dependencies"])
        .iter()
        .map(|dependency| Declared {
            name: text(&dependency["name"]).to_owned(),
            kind: dependency["kind"].as_str().map(str::to_owned),
            features: list(&dependency["features"])
                .iter()
                .map(|feature| text(feature).to_owned())
                .collect(),
        })
        .collect()
}

fn metadata() -> Value {
    let version = cargo(&["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo -vV names the host");
    // With the platform, since crates of others need not have been downloaded.
    let json = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ]);
    serde_json::from_str(&json).unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("not a list: {value}"))
}

#[track_caller]
fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
}
