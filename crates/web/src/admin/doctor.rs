//! `heyi admin doctor`: everything that the start looks at and what operators overlook, in one list.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, process::ExitCode};

use ballot::{
    id::PollId,
    store::{Database, KeyFile, Logs, survey::Unsent},
};
use clap::Args;
use migrations::{Migrator, MigratorTrait as _};

use super::{backup::sqlite_file, signer};
use crate::{
    app::system_clock,
    config::{Config, Flags},
};

/// Looks at everything and changes nothing; a server may be at work meanwhile.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    settings: Flags,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// The server does not start, or ballots could be lost.
    Error,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What was looked at.
    pub about: &'static str,
    /// What was found, and what to do.
    pub found: String,
}

/// Prints the list. Exits with 0 if nothing is an error, with 1 if something is, and with 2 if it could not look.
pub(super) fn run(doctor: &Doctor) -> ExitCode {
    let config = match doctor.settings.load(|name| std::env::var_os(name)) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("heyi admin: configuration: {error}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("heyi admin: {error}");
            return ExitCode::from(2);
        }
    };
    let findings = runtime.block_on(examine(&config));
    for Finding { grade, about, found } in &findings {
        let word = match grade {
            Grade::Ok => "ok      ",
            Grade::Warning => "warning ",
            Grade::Error => "ERROR   ",
        };
        println!("{word} {about}: {found}");
    }
    let is_sound = findings.iter().all(|finding| finding.grade < Grade::Error);
    if is_sound { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Everything that was found, in the order in which a start would meet it.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut list = List::default();
    settings(config, &mut list);
    keys(config, &mut list);
    database(config, &mut list).await;
    list.0
}

#[derive(Default)]
struct List(Vec<Finding>);

impl List {
    fn add(&mut self, grade: Grade, about: &'static str, found: impl Into<String>) {
        self.0.push(Finding { grade, about, found: found.into() });
    }

    fn good(&mut self, about: &'static str, found: impl Into<String>) {
        self.add(Grade::Ok, about, found);
    }

    fn warn(&mut self, about: &'static str, found: impl Into<String>) {
        self.add(Grade::Warning, about, found);
    }

    fn bad(&mut self, about: &'static str, found: impl std::fmt::Display) {
        self.add(Grade::Error, about, found.to_string());
    }
}

fn settings(config: &Config, list: &mut List) {
    if config.is_secure {
        list.good("public-url", &config.origin);
    } else {
        list.warn("public-url", format!("{} is not https: phones cannot enrol there", config.origin));
    }
    if config.smtp.is_none() && config.sms.is_none() {
        list.warn("messages", "neither smtp nor sms-webhook is set: no one-time code goes out, and nobody can enrol");
    }
    for (about, set) in [("smtp", &config.smtp), ("sms-webhook", &config.sms)] {
        let Some((_, secret)) = set else { continue };
        match secret.as_deref().map(secret_file) {
            None => list.good(about, "set, without a secret"),
            Some(Ok(())) => list.good(about, "set"),
            Some(Err(what)) => list.bad(about, what),
        }
    }
    if config.phone.is_empty() {
        list.warn("phone", "not set: pages tell nobody whom to call");
    }
}

fn secret_file(path: &Path) -> Result<(), String> {
    let about = fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    match about.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(format!("{}: others can read it: chmod 600", path.display())),
    }
}

fn keys(config: &Config, list: &mut List) {
    let folder = &config.keys;
    let about = match fs::metadata(folder) {
        Ok(about) => about,
        Err(error) => return list.bad("keys", format!("{}: {error}", folder.display())),
    };
    if about.mode() & 0o022 != 0 {
        return list.bad("keys", format!("{}: others can write to it: chmod go-w", folder.display()));
    }
    let registrar = folder.join("registrar.key");
    match KeyFile::read(&registrar, &format!("{}/registrar", config.host)) {
        Ok(_) => list.good("keys", format!("{} can be read by this user alone", folder.display())),
        Err(error) if !registrar.exists() => list.warn("keys", format!("{error}; the first start makes it")),
        Err(error) => list.bad("keys", error),
    }
    // Whoever loses one disk must not lose both.
    let database = sqlite_file(&config.database).ok().and_then(|file| fs::metadata(file).ok());
    if database.is_some_and(|database| database.dev() == about.dev()) {
        list.warn("keys", "on the same disk as the database: one disk lost, or one copy put back, concerns both");
    }
}

async fn database(config: &Config, list: &mut List) {
    // An SQLite file that is not there would be made.
    if let Ok(file) = sqlite_file(&config.database)
        && !file.exists()
    {
        return list.warn("database", format!("{} is not there; the first start makes it", file.display()));
    }
    let database = match Database::open(&config.database).await {
        Ok(database) => database,
        Err(error) => return list.bad("database", error),
    };
    let kind = if database.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    list.good("database", format!("{kind}, and its settings keep what is acknowledged"));
    let known: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if let Err(error) = database.check_schema(&known).await {
        return list.bad("schema", error);
    }
    let made = match database.schema().await {
        Ok(made) => made,
        Err(error) => return list.bad("schema", error),
    };
    let wanted: Vec<_> = known.into_iter().filter(|change| !made.contains(change)).collect();
    if !wanted.is_empty() {
        return list.warn("schema", format!("the next start brings {}; make a copy before", wanted.join(", ")));
    }
    list.good("schema", "up to date");
    logs(&database, config, list).await;
    if list.0.iter().all(|finding| finding.grade < Grade::Error) {
        estate(&database, list).await;
    }
}

async fn logs(database: &Database, config: &Config, list: &mut List) {
    let found = match Logs::inspect(database, &config.keys, signer(config).as_ref()).await {
        Ok(found) => found,
        Err(error) => return list.bad("logs", error),
    };
    let mut sound = 0;
    for (_, inspected) in &found {
        match inspected {
            Ok(_) => sound += 1,
            Err(error) => list.bad("log", error),
        }
    }
    if sound == found.len() {
        list.good("logs", format!("{sound}, each derived anew from its entries and equal to what was published"));
    }
    match Logs::published(&config.keys) {
        Err(error) => list.bad("watermarks", error),
        Ok(published) => {
            let is_there = |poll: &PollId| found.iter().any(|(known, _)| known == poll);
            for (poll, size) in published.iter().filter(|(poll, size)| 0 < **size && !is_there(poll)) {
                list.bad("watermarks", format!("{size} entries of poll {poll} were published, and its log is gone"));
            }
        }
    }
}

async fn estate(database: &Database, list: &mut List) {
    match database.survey_events().await {
        Err(error) => return list.bad("events", error),
        Ok(compounds) if compounds.is_empty() => list.warn("estate", "none is set up: heyi admin init"),
        Ok(compounds) => {
            for (name, chain) in compounds {
                match chain {
                    Ok(count) => list.good("events", format!("{name}: {count}, an unbroken chain")),
                    Err(error) => list.bad("events", format!("{name}: {error}")),
                }
            }
        }
    }
    match database.unsent(system_clock()()).await {
        Ok(Unsent { waiting: 0, .. }) => list.good("messages", "none waits"),
        Ok(Unsent { waiting, oldest: 0..600 }) => list.good("messages", format!("{waiting} wait")),
        Ok(Unsent { waiting, oldest }) => {
            let minutes = oldest / 60;
            list.warn(
                "messages",
                format!("{waiting} wait, the oldest for {minutes} minutes: look at smtp and sms-webhook"),
            );
        }
        Err(error) => list.bad("messages", error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    async fn grades(config: &Config) -> Vec<(&'static str, Grade)> {
        examine(config).await.into_iter().map(|finding| (finding.about, finding.grade)).collect()
    }

    #[tokio::test]
    async fn what_is_wrong_is_found_and_nothing_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, keys) = (folder.path().join("heyi.db"), folder.path().join("keys"));
        let flags = [("database", format!("sqlite:{}", file.display())), ("keys", keys.display().to_string())];
        let config = Flags::given(flags).load(|_| None).expect("settings");
        let found = grades(&config).await;
        assert!(found.contains(&("keys", Grade::Error)) && found.contains(&("database", Grade::Warning)), "{found:?}");
        assert!(!file.exists() && !keys.exists(), "doctor makes nothing");
        crate::serve::open(&config, None).await.expect("opened").logs().stop().await;
        let found = grades(&config).await;
        assert!(found.iter().all(|(_, grade)| *grade < Grade::Error), "{found:?}");
        assert!(found.contains(&("estate", Grade::Warning)) && found.contains(&("logs", Grade::Ok)), "{found:?}");
        let registrar = keys.join("registrar.key");
        fs::set_permissions(&registrar, fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(grades(&config).await.contains(&("keys", Grade::Error)), "others can read a key");
    }
}
