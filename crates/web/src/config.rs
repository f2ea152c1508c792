//! Settings: one table for flags, environment and file.
//!
//! A setting `public-url` is the flag `--public-url`, the variable `HEYI_PUBLIC_URL` and the line
//! `public-url = "…"` of the file that `--config` names. A flag beats the environment, which beats
//! the file. `docs/operations.md` holds the table; a test compares it with this one.

use std::{collections::BTreeMap, ffi::OsString, fs, net::SocketAddr, num::NonZeroU64, path::PathBuf};

use axum::http::Uri;

/// A setting as the table of docs/operations.md lists it.
pub struct Setting {
    /// As in the file and as a flag.
    pub name: &'static str,
    /// What holds if nobody says otherwise; empty for what is then off or must be given.
    pub default: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
}

const fn row(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about }
}

/// All settings of the server.
pub const SETTINGS: &[Setting] = &[
    row("listen", "127.0.0.1:8080", "address and port to listen on; a proxy that does TLS stands in front"),
    row("public-url", "", "what people type, such as https://vote.example.org; key names are made of its host"),
    row("database", "sqlite:heyi.db", "sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME"),
    row(
        "keys",
        "keys",
        "folder, on another disk than the database, of the server's keys and of each log's last signed size",
    ),
    row("estate", "合议", "name at the head of every page"),
    row("phone", "", "number to call for help, shown on every page"),
    row("service-point", "", "where to go for help, in Chinese"),
    row("service-point-en", "", "the same in English"),
    row("proxies", "0", "how many proxies of yours stand in front; so many X-Forwarded-For entries are believed"),
    row("connections", "4096", "connections held open at a time; more are closed at once"),
    row("signer", "", "socket of a heyi signer that has the logs' keys, instead of files in keys"),
    row(
        "witness-policy",
        "",
        "file in the form of C2SP tlog-policy: who cosigns the logs of polls to come, and how many must",
    ),
    row(
        "rules",
        "",
        "folder of rule files of your own, such as by-laws; heyi admin rules check DIR looks at them first",
    ),
    row(
        "anchor-seconds",
        "",
        "within so many seconds after the end, what was cast must have a witnessed time; else the record fails its check",
    ),
    row("smtp", "", "mail server, such as smtps://user@mail.example.org:465"),
    row("smtp-password-file", "", "file with the mail server's password"),
    row("mail-from", "", "sender of mails, such as 合议 <vote@example.org>"),
    row("sms-webhook", "", "https address that is sent one JSON object {to, text} per message"),
    row("sms-token-file", "", "file with the token that goes along as Authorization: Bearer"),
    row(
        "metrics",
        "",
        "address and port where Prometheus finds /metrics, such as 127.0.0.1:9100; keep it from the public",
    ),
    row("log", "info", "what is logged, as in RUST_LOG"),
];

/// Why a configuration does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is not `name = "value"` lines.
    #[error("the configuration file {0} is not TOML: {1}")]
    Syntax(PathBuf, String),
    /// A line of the file names nothing that can be set.
    #[error("no such setting: {0}")]
    Unknown(String),
    /// A line of the file has a list, say.
    #[error("{0} must be a text in quotes, or a number")]
    Kind(String),
    /// A value is not one of its kind.
    #[error("{0} must be {1}, not {2:?}")]
    Value(&'static str, &'static str, String),
}

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Scheme, host and port under which people reach the server, without a slash at the end.
    pub origin: String,
    /// Host and port of the origin: the first part of every key's name.
    pub host: String,
    /// Whether the origin is https.
    pub is_secure: bool,
    /// The database's address.
    pub database: String,
    /// Folder of the server's keys and the logs' watermarks.
    pub keys: PathBuf,
    /// Name at the head of every page.
    pub estate: String,
    /// Number to call, or empty.
    pub phone: String,
    /// Where to go in Chinese and in English, or empty.
    pub service_point: [String; 2],
    /// Proxies in front.
    pub proxies: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Socket of the signer that has the logs' keys.
    pub signer: Option<PathBuf>,
    /// File that names the witnesses.
    pub witness_policy: Option<PathBuf>,
    /// Folder of the site's own rule files.
    pub rules: Option<PathBuf>,
    /// Seconds within which what was cast must be anchored.
    pub anchor_seconds: Option<u64>,
    /// Mail server, and its password's file.
    pub smtp: Option<(Uri, Option<PathBuf>)>,
    /// Sender of mails.
    pub mail_from: String,
    /// Address for text messages, and its token's file.
    pub sms: Option<(Uri, Option<PathBuf>)>,
    /// Where figures are served, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// What is logged.
    pub log: String,
}

/// Flags that set settings, for `clap`.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    config: Option<PathBuf>,
    given: BTreeMap<&'static str, String>,
}

impl Flags {
    /// Flags as if given on a command line.
    pub fn given(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { config: None, given: values.into_iter().collect() }
    }

    /// Reads the settings of these flags, the environment and the file.
    pub fn load(&self, environment: impl Fn(&str) -> Option<OsString>) -> Result<Config, ConfigError> {
        let named = || environment("HEYI_CONFIG").map(PathBuf::from);
        let file = match self.config.clone().or_else(named) {
            Some(path) => read_file(path)?,
            None => BTreeMap::new(),
        };
        self.over(&file, environment)
    }

    /// The settings of these flags and the environment, and below them those of a file.
    fn over(
        &self,
        file: &BTreeMap<String, String>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Config, ConfigError> {
        let values = SETTINGS.iter().map(|Setting { name, default, .. }| {
            let from_environment = || environment(&variable(name)).map(|value| value.to_string_lossy().into_owned());
            let value = self.given.get(name).cloned().or_else(from_environment).or_else(|| file.get(*name).cloned());
            (*name, value.unwrap_or_else(|| (*default).to_owned()))
        });
        Config::read(&values.collect())
    }
}

/// The settings that a file's text gives by itself.
///
/// - `path`: the file, for errors.
///
/// # Errors
/// No TOML, an unknown setting, or a value that is none of its kind.
pub fn parse_file(path: PathBuf, text: &str) -> Result<Config, ConfigError> {
    Flags::default().over(&values_of(path, text)?, |_| None)
}

/// The environment variable of a setting.
pub fn variable(name: &str) -> String {
    format!("HEYI_{}", name.replace('-', "_").to_ascii_uppercase())
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self { config: matches.get_one::<PathBuf>("config").cloned(), given: BTreeMap::new() };
        for Setting { name, .. } in SETTINGS {
            if let Some(value) = matches.get_one::<String>(name) {
                flags.given.insert(name, value.clone());
            }
        }
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Flags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let file = clap::Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("TOML file of settings; also HEYI_CONFIG");
        SETTINGS.iter().fold(command.arg(file), |command, setting| {
            let default = if setting.default.is_empty() { String::new() } else { format!(" [{}]", setting.default) };
            let flag = clap::Arg::new(setting.name)
                .long(setting.name)
                .value_name("VALUE")
                .help(format!("{}{default}", setting.about));
            command.arg(flag)
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

fn read_file(path: PathBuf) -> Result<BTreeMap<String, String>, ConfigError> {
    match fs::read_to_string(&path) {
        Ok(text) => values_of(path, &text),
        Err(err) => Err(ConfigError::Unreadable(path, err)),
    }
}

fn values_of(path: PathBuf, text: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(err) => return Err(ConfigError::Syntax(path, toml::de::Error::message(&err).to_owned())),
    };
    table
        .into_iter()
        .map(|(name, value)| {
            if !SETTINGS.iter().any(|setting| setting.name == name) {
                return Err(ConfigError::Unknown(name));
            }
            match value {
                toml::Value::String(text) => Ok((name, text)),
                toml::Value::Integer(number) => Ok((name, number.to_string())),
                _ => Err(ConfigError::Kind(name)),
            }
        })
        .collect()
}

impl Config {
    fn read(values: &BTreeMap<&'static str, String>) -> Result<Self, ConfigError> {
        let text = |name: &'static str| values.get(name).cloned().unwrap_or_default();
        let listen: SocketAddr = parse("listen", "an address and a port, such as 127.0.0.1:8080", &text("listen"))?;
        let url = match text("public-url") {
            empty if empty.is_empty() => format!("http://localhost:{}", listen.port()),
            given => given,
        };
        let (scheme, host) = origin_of(&url).ok_or(ConfigError::Value(
            "public-url",
            "https://host or http://host:port, in lower case, without a path",
            url,
        ))?;
        let address = |name: &'static str, secret: &'static str| match text(name) {
            empty if empty.is_empty() => Ok(None),
            given => {
                let uri: Uri = parse(name, "an address such as https://host/path", &given)?;
                if uri.host().is_none() {
                    return Err(ConfigError::Value(name, "an address with a host", given));
                }
                Ok(Some((uri, Some(text(secret)).filter(|path| !path.is_empty()).map(PathBuf::from))))
            }
        };
        Ok(Self {
            listen,
            origin: format!("{scheme}://{host}"),
            is_secure: scheme == "https",
            host,
            database: text("database"),
            keys: text("keys").into(),
            estate: text("estate"),
            phone: text("phone"),
            service_point: [text("service-point"), text("service-point-en")],
            proxies: parse("proxies", "a number", &text("proxies"))?,
            connections: parse("connections", "a number", &text("connections"))?,
            signer: Some(text("signer")).filter(|path| !path.is_empty()).map(PathBuf::from),
            witness_policy: Some(text("witness-policy")).filter(|path| !path.is_empty()).map(PathBuf::from),
            rules: Some(text("rules")).filter(|path| !path.is_empty()).map(PathBuf::from),
            anchor_seconds: match text("anchor-seconds") {
                empty if empty.is_empty() => None,
                given => Some(parse::<NonZeroU64>("anchor-seconds", "a number of seconds, from 1", &given)?.get()),
            },
            smtp: address("smtp", "smtp-password-file")?,
            mail_from: text("mail-from"),
            sms: address("sms-webhook", "sms-token-file")?,
            metrics: match text("metrics") {
                empty if empty.is_empty() => None,
                given => Some(parse("metrics", "an address and a port, such as 127.0.0.1:9100", &given)?),
            },
            log: text("log"),
        })
    }
}

fn parse<T: std::str::FromStr>(name: &'static str, wanted: &'static str, value: &str) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError::Value(name, wanted, value.to_owned()))
}

/// Scheme and host of an origin; key names want the host in lower case.
fn origin_of(url: &str) -> Option<(String, String)> {
    let (scheme, host) = url.split_once("://")?;
    let host = host.strip_suffix('/').unwrap_or(host);
    let is_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:".contains(&byte);
    let is_fit = matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(is_host);
    is_fit.then(|| (scheme.to_owned(), host.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn no_environment(_: &str) -> Option<OsString> {
        None
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary folder");
        writeln!(file, "phone = \"1\"\nestate = \"2\"\nlog = \"3\"\nproxies = 2").expect("written");
        let mut flags = Flags::given([("phone", "flag".to_owned())]);
        flags.config = Some(file.path().to_owned());
        let environment =
            |name: &str| ["HEYI_PHONE", "HEYI_ESTATE"].contains(&name).then(|| OsString::from("environment"));
        let config = flags.load(environment).expect("a good configuration");
        assert_eq!([config.phone, config.estate, config.log], ["flag", "environment", "3"]);
        assert_eq!(config.proxies, 2);
    }

    #[test]
    fn a_misspelt_setting_is_named() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary folder");
        writeln!(file, "fone = \"1\"").expect("written");
        let flags = Flags { config: Some(file.path().to_owned()), ..Flags::default() };
        let error = flags.load(no_environment).expect_err("refused");
        assert_eq!(error.to_string(), "no such setting: fone");
    }

    #[test]
    fn an_origin_has_no_path_and_gives_the_keys_their_host() {
        let load = |url: &str| Flags::given([("public-url", url.to_owned())]).load(no_environment);
        let config = load("https://vote.example.org").expect("good");
        assert_eq!((config.host.as_str(), config.is_secure), ("vote.example.org", true));
        assert_eq!(load("http://localhost:8080/").expect("good").origin, "http://localhost:8080");
        for bad in ["vote.example.org", "https://vote.example.org/x", "ftp://a", "https://Vote.example.org", "https://"]
        {
            assert!(load(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_manual_lists_every_setting() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
        let manual = fs::read_to_string(file).expect("docs/operations.md");
        for Setting { name, default, about } in SETTINGS {
            let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
            let line = format!("| `{name}` | {default} | {about} |");
            assert!(manual.contains(&line), "docs/operations.md lacks the line\n{line}");
        }
    }
}
