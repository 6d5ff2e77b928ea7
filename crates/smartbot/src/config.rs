//! All settings: flags, then the environment, then `smartbot.toml`, then defaults. The only reader of the environment.
use crate::commands::Global;
use anyhow::{Context, Result, bail};
use ipnet::IpNet;
use smartbot_api::accept::Sockets;
use smartbot_app::delivery::backlog::Backlog;
use smartbot_app::disk::Reserve;
use smartbot_app::mail::Mailer;
use smartbot_egress::Policy;
use smartbot_store::MasterKey;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A setting: its name in `smartbot.toml`, in the environment as `SMARTBOT_` and the name in capitals.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) default: &'static str,
    pub(crate) help: &'static str,
    is_secret: bool,
}

/// All settings.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        name: "data",
        default: "smartbot-data",
        is_secret: false,
        help: "The folder of the embedded database, the key file and the control socket.",
    },
    Setting {
        name: "listen",
        default: "127.0.0.1:8360",
        is_secret: false,
        help: "Where the server listens.",
    },
    Setting {
        name: "database_url",
        default: "",
        is_secret: true,
        help: "postgres://… for PostgreSQL; empty for the embedded database in the data folder.",
    },
    Setting {
        name: "files",
        default: "",
        is_secret: false,
        help: "The folder of the files that people send, sealed; empty for `files` in the data folder. Several nodes need one that all of them reach.",
    },
    Setting {
        name: "smtp_url",
        default: "",
        is_secret: true,
        help: "The mail server: smtps://user:password@host, or smtp://host:587?tls=required; empty sends no mails.",
    },
    Setting {
        name: "smtp_from",
        default: "",
        is_secret: false,
        help: "The sender of mails, like SmartBot <bots@clinic.example>; needed with smtp_url.",
    },
    Setting {
        name: "database_connections",
        default: "16",
        is_secret: false,
        help: "The most connections to PostgreSQL, or readers of the embedded database.",
    },
    Setting {
        name: "master_key",
        default: "",
        is_secret: true,
        help: "32 bytes in base64 or hexadecimal that wrap all other keys; empty for the key file in the data folder, which is made on the first start.",
    },
    Setting {
        name: "public_url",
        default: "",
        is_secret: false,
        help: "The address that browsers and other servers use; empty for the listening address.",
    },
    Setting {
        name: "egress_allow",
        default: "",
        is_secret: false,
        help: "Networks in CIDR, with commas, that webhooks and External API calls may reach although they are private, by http and on any port.",
    },
    Setting {
        name: "trusted_proxies",
        default: "",
        is_secret: false,
        help: "Networks in CIDR, with commas, of the proxies before the server: what they say of the client's address is believed.",
    },
    Setting {
        name: "disk_reserve_mib",
        default: "512",
        is_secret: false,
        help: "How much of the disk of the embedded database is kept free, in MiB: with less the server only reads. 0 keeps nothing free.",
    },
    Setting {
        name: "disk_reserve_percent",
        default: "5",
        is_secret: false,
        help: "The same in percent of the disk; the smaller of both counts.",
    },
    Setting {
        name: "webhook_backlog",
        default: "1000000",
        is_secret: false,
        help: "How many deliveries of a workspace may wait to be sent; of more the oldest are given up, and can be recovered.",
    },
    Setting {
        name: "webhook_backlog_days",
        default: "7",
        is_secret: false,
        help: "How many days a delivery may wait after it was due, when its endpoint is paused, off or too slow, before it is given up.",
    },
    Setting {
        name: "max_sockets",
        default: "20000",
        is_secret: false,
        help: "The most open sockets of clients.",
    },
    Setting {
        name: "max_sockets_per_client",
        default: "64",
        is_secret: false,
        help: "The most open sockets of one client address; the machine's own addresses and those of trusted proxies are not counted.",
    },
    Setting {
        name: "max_half_open_sockets",
        default: "2000",
        is_secret: false,
        help: "The most sockets that have not sent a whole request yet.",
    },
    Setting {
        name: "metrics_listen",
        default: "",
        is_secret: false,
        help: "An address of its own for /metrics; empty to serve it with everything else.",
    },
    Setting {
        name: "log",
        default: "info",
        is_secret: false,
        help: "What is logged: error, warn, info, debug, or a filter like info,smartbot_app=debug.",
    },
    Setting {
        name: "log_format",
        default: "human",
        is_secret: false,
        help: "human or json.",
    },
];

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File,
    Environment,
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Human,
    Json,
}

/// The settings in force.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) files: PathBuf,
    /// The mail server and the sender.
    pub(crate) mail: Option<(String, String)>,
    pub(crate) listen: SocketAddr,
    pub(crate) database_url: Option<String>,
    pub(crate) database_connections: u32,
    pub(crate) master_key: Option<MasterKey>,
    pub(crate) public_url: Option<String>,
    pub(crate) egress: Policy,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) disk_reserve: Reserve,
    pub(crate) backlog: Backlog,
    pub(crate) sockets: Sockets,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    /// Every setting with its value, secrets masked, and where it comes from.
    pub(crate) shown: Vec<(&'static str, String, Origin)>,
}

type Values = BTreeMap<&'static str, (String, Origin)>;

impl Config {
    /// Reads all settings; `defaults` replaces built-in ones (the demo has its own).
    pub(crate) fn load(
        global: &Global,
        listen: Option<SocketAddr>,
        defaults: &[(&'static str, &str)],
    ) -> Result<Self> {
        let mut values: Values = SETTINGS
            .iter()
            .map(|it| (it.name, (it.default.to_owned(), Origin::Default)))
            .collect();
        for (name, value) in defaults {
            values.insert(name, ((*value).to_owned(), Origin::Default));
        }
        read_file(global.config.as_deref(), &mut values)?;
        for setting in SETTINGS {
            if let Some(value) = environment(setting.name) {
                values.insert(setting.name, (value, Origin::Environment));
            }
        }
        if let Some(data) = &global.data {
            values.insert("data", (data.display().to_string(), Origin::Flag));
        }
        if let Some(listen) = listen {
            values.insert("listen", (listen.to_string(), Origin::Flag));
        }
        Self::from_values(&values)
    }

    fn from_values(values: &Values) -> Result<Self> {
        let text = |name: &'static str| values.get(name).map_or("", |it| it.0.as_str());
        let given = |name: &'static str| Some(text(name)).filter(|it| !it.is_empty());
        let shown = SETTINGS.iter().map(|setting| {
            let (value, origin) = values
                .get(setting.name)
                .cloned()
                .unwrap_or((String::new(), Origin::Default));
            let value = if setting.is_secret && !value.is_empty() {
                "•••".to_owned()
            } else {
                value
            };
            (setting.name, value, origin)
        });
        let log_format = match text("log_format") {
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            other => bail!("the setting `log_format` is human or json, not {other}"),
        };
        let egress = Policy::parse(text("egress_allow")).with_context(|| {
            "the setting `egress_allow` is a list of networks like 10.1.0.0/16,127.0.0.1/32"
                .to_owned()
        })?;
        let public_url = given("public_url").map(|it| it.trim_end_matches('/').to_owned());
        if public_url
            .as_deref()
            .is_some_and(|it| !it.starts_with("http://") && !it.starts_with("https://"))
        {
            bail!("the setting `public_url` is an address like https://bots.clinic.example");
        }
        let trusted_proxies = networks(text("trusted_proxies"))?;
        let number = |name| parsed::<NonZeroUsize>(name, text(name)).map(NonZeroUsize::get);
        let sockets = Sockets {
            all: number("max_sockets")?,
            per_client: number("max_sockets_per_client")?,
            half_open: number("max_half_open_sockets")?,
            spared: trusted_proxies.clone(),
            ..Sockets::default()
        };
        Ok(Self {
            data: PathBuf::from(text("data")),
            mail: mail(given("smtp_url"), given("smtp_from"))?,
            files: given("files")
                .map_or_else(|| PathBuf::from(text("data")).join("files"), PathBuf::from),
            listen: parsed("listen", text("listen"))?,
            database_url: given("database_url").map(database_address).transpose()?,
            database_connections: connections(text("database_connections"))?,
            master_key: given("master_key")
                .map(MasterKey::parse)
                .transpose()
                .context("the setting `master_key` is wrong")?,
            public_url,
            egress,
            trusted_proxies,
            disk_reserve: disk_reserve(text("disk_reserve_mib"), text("disk_reserve_percent"))?,
            backlog: backlog(text("webhook_backlog"), text("webhook_backlog_days"))?,
            sockets,
            metrics_listen: given("metrics_listen")
                .map(|it| parsed("metrics_listen", it))
                .transpose()?,
            log: log_filter(text("log"))?,
            log_format,
            shown: shown.collect(),
        })
    }

    /// Lets webhooks and calls reach a network.
    pub(crate) fn allow(&mut self, network: IpNet) {
        self.egress.allow.push(network);
    }

    /// The address that people use.
    pub(crate) fn url(&self) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// The mail server and the sender of mails: both or none.
fn mail(server: Option<&str>, from: Option<&str>) -> Result<Option<(String, String)>> {
    let Some(server) = server else {
        return Ok(None);
    };
    let Some(from) = from else {
        bail!(
            "the setting `smtp_from` is needed with `smtp_url`: the sender of mails, like SmartBot <bots@clinic.example>"
        );
    };
    // A wrong value stops the start, and not the first mail.
    Mailer::check(server, from).context("the setting `smtp_url` or `smtp_from` is wrong")?;
    Ok(Some((server.to_owned(), from.to_owned())))
}

fn disk_reserve(mib: &str, percent: &str) -> Result<Reserve> {
    let percent: u8 = parsed("disk_reserve_percent", percent)?;
    if percent > 100 {
        bail!("the setting `disk_reserve_percent` is at most 100");
    }
    let mib: u64 = parsed("disk_reserve_mib", mib)?;
    Ok(Reserve {
        bytes: mib.saturating_mul(1024 * 1024),
        percent,
    })
}

fn backlog(deliveries: &str, days: &str) -> Result<Backlog> {
    let deliveries: NonZeroU64 = parsed("webhook_backlog", deliveries)?;
    let days: NonZeroU32 = parsed("webhook_backlog_days", days)?;
    Ok(Backlog {
        deliveries: deliveries.get(),
        wait: Duration::from_secs(24 * 3_600) * days.get(),
    })
}

/// Networks, or single addresses, with commas.
fn networks(text: &str) -> Result<Vec<IpNet>> {
    let words = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    words
        .map(|it| {
            let one = || it.parse::<IpAddr>().map(IpNet::from);
            it.parse::<IpNet>().or_else(|_| one()).with_context(|| {
                format!("the setting `trusted_proxies` is a list of networks like 10.1.0.0/16,127.0.0.1; {it:?} is none")
            })
        })
        .collect()
}

fn database_address(text: &str) -> Result<String> {
    let is_known = ["postgres://", "postgresql://"]
        .iter()
        .any(|it| text.starts_with(it));
    if !is_known {
        // The value may hold a password, so it is not repeated.
        bail!(
            "the setting `database_url` begins with postgres://; leave it empty for the embedded database"
        );
    }
    Ok(text.to_owned())
}

fn connections(text: &str) -> Result<u32> {
    let number = parsed("database_connections", text)?;
    if !(1..=1_000).contains(&number) {
        bail!("the setting `database_connections` is a number from 1 to 1000, not {number}");
    }
    Ok(number)
}

/// A filter of logs. A single word that is no level would be taken for the name of a module, and nothing would be logged.
fn log_filter(text: &str) -> Result<String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let is_plain = |it: &&str| !it.contains(['=', '[']);
    let mut words = text.split(',').map(str::trim).filter(is_plain);
    if let Some(word) = words.find(|it| !LEVELS.contains(&it.to_ascii_lowercase().as_str())) {
        bail!(
            "the setting `log` is error, warn, info, debug, or a filter like info,smartbot_app=debug; {word:?} is none of these"
        );
    }
    Ok(text.to_owned())
}

fn parsed<T: FromStr>(name: &str, text: &str) -> Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse()
        .with_context(|| format!("the setting `{name}` cannot be {text:?}"))
}

#[expect(clippy::disallowed_methods, reason = "the home of the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(format!("SMARTBOT_{}", name.to_uppercase())).ok()
}

/// A value of the environment that is no setting.
pub(crate) fn from_environment(name: &str) -> Option<String> {
    environment(name)
}

fn read_file(path: Option<&Path>, values: &mut Values) -> Result<()> {
    let named = path.map(Path::to_path_buf);
    let path = named
        .clone()
        .unwrap_or_else(|| PathBuf::from("smartbot.toml"));
    if named.is_none() && !path.exists() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{} is not TOML", path.display()))?;
    for (key, value) in table {
        let Some(setting) = SETTINGS.iter().find(|it| it.name == key) else {
            let known: Vec<_> = SETTINGS.iter().map(|it| it.name).collect();
            bail!(
                "{}: there is no setting `{key}`. There are: {}",
                path.display(),
                known.join(", ")
            );
        };
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(truth) => truth.to_string(),
            _ => bail!(
                "{}: the setting `{key}` is a text or a number",
                path.display()
            ),
        };
        values.insert(setting.name, (value, Origin::File));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config> {
        let folder = smartbot_testkit::temp_dir();
        let path = folder.path().join("smartbot.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(
            &Global {
                config: Some(path),
                ..Global::default()
            },
            None,
            &[],
        )
    }

    #[test]
    fn a_file_sets_values_and_tells_its_origin() {
        let config = load("listen = \"127.0.0.1:9999\"\nmaster_key = \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"").unwrap();
        assert_eq!(config.listen.port(), 9999);
        assert!(
            config
                .shown
                .contains(&("listen", "127.0.0.1:9999".into(), Origin::File))
        );
        assert!(
            config
                .shown
                .contains(&("master_key", "•••".into(), Origin::File)),
            "secrets are masked"
        );
    }

    #[test]
    fn the_page_of_settings_is_true() {
        let mut page = String::from(
            "<!-- Made from the code by a test; `make accept` writes it anew. -->\n# Settings\n\nFlags win over the environment, that over `smartbot.toml`, that over defaults. `smartbot config` prints what is in force.\n\n| setting | environment | default | |\n|---|---|---|---|\n",
        );
        for it in SETTINGS {
            let default = if it.default.is_empty() {
                String::new()
            } else {
                format!("`{}`", it.default)
            };
            page.push_str(&format!(
                "| `{}` | `SMARTBOT_{}` | {default} | {} |\n",
                it.name,
                it.name.to_uppercase(),
                it.help
            ));
        }
        smartbot_testkit::generated_file("docs/reference/configuration.md", &page);
    }

    #[test]
    fn wrong_values_and_names_are_refused_by_name() {
        let wrong = [
            ("listen = \"here\"", "listen"),
            ("lisen = \"127.0.0.1:1\"", "lisen"),
            ("egress_allow = \"10.0.0.0/99\"", "egress_allow"),
            ("trusted_proxies = \"10.0.0.0/8,proxy\"", "trusted_proxies"),
            ("log_format = \"xml\"", "log_format"),
            ("master_key = \"short\"", "master_key"),
            ("public_url = \"bots.example\"", "public_url"),
            ("webhook_backlog = 0", "webhook_backlog"),
            ("webhook_backlog_days = \"long\"", "webhook_backlog_days"),
        ];
        for (text, name) in wrong {
            let Err(error) = load(text) else {
                panic!("{text} was taken")
            };
            assert!(format!("{error:#}").contains(name), "{text}: {error:#}");
        }
    }
}
