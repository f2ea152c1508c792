//! `heyi admin init` and `recover`: the ways in that need the machine itself.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Context as _;
use ballot::store::{
    estate::{Estate, NewCompound},
    fresh::Fresh,
    place::Place,
    staff::{NewStaff, Role, StaffLetter},
};
use clap::Args;

use super::with_config;
use crate::{app::system_clock, config::Flags, serve};

/// A term of an officer that nobody said otherwise of: five years (建房〔2009〕274号 32条).
const TERM: u64 = 5 * 365 * 86_400;

/// A new estate.
#[derive(Args)]
pub struct Init {
    /// The estate's name.
    #[arg(long)]
    name: String,
    /// A number to call for help.
    #[arg(long)]
    estate_phone: String,
    /// Where to go for help.
    #[arg(long)]
    at: String,
    /// Whose local rules apply: a place of docs/rules.md §7, such as beijing; cn where there are none.
    #[arg(long, default_value = "cn", value_parser = place)]
    place: Place,
    /// An officer as `NAME:PHONE`; at least two.
    #[arg(long = "officer", required = true, value_parser = officer)]
    officers: Vec<(String, String)>,
    #[command(flatten)]
    settings: Flags,
}

/// A member of staff who has lost the device.
#[derive(Args)]
pub struct Recover {
    /// The person's registered phone number.
    #[arg(long)]
    staff_phone: String,
    #[command(flatten)]
    settings: Flags,
}

/// The error lists every place that there is, with its name.
fn place(text: &str) -> Result<Place, String> {
    text.trim().parse().map_err(|_| {
        let known =
            Place::all().map(|place| format!("\n  {:<10} {} {}", place.code(), place.asks().zh, place.asks().en));
        format!("there is no place \"{text}\"; there are:{}", known.collect::<String>())
    })
}

fn officer(text: &str) -> Result<(String, String), String> {
    let (name, phone) = text.split_once(':').ok_or("an officer is written as NAME:PHONE")?;
    Ok((name.trim().to_owned(), phone.trim().to_owned()))
}

/// Sets an estate up and prints its officers' letters.
pub(super) fn init(init: &Init) -> ExitCode {
    with_estate(&init.settings, async |estate, origin| {
        let now = system_clock()();
        let staff = |(name, phone): &(String, String)| NewStaff {
            role: Role::Officer,
            name: name.clone(),
            organisation: init.name.clone(),
            phone: phone.clone(),
            email: String::new(),
            scope: BTreeSet::new(),
            term_ends: now + TERM,
        };
        let new = NewCompound {
            name: init.name.clone(),
            phone: init.estate_phone.clone(),
            service_point: init.at.clone(),
            place: init.place,
            officers: init.officers.iter().map(staff).collect(),
        };
        let (_, letters) = estate.init(&new, now, &mut fresh()?).await?;
        for letter in &letters {
            print(letter, origin);
        }
        Ok(())
    })
}

/// Prints a new letter for somebody whose device is lost.
pub(super) fn recover(recover: &Recover) -> ExitCode {
    with_estate(&recover.settings, async |estate, origin| {
        for compound in estate.compounds().await? {
            let staff = estate.staff(&compound.id).await?;
            let Some(member) = staff.iter().find(|member| member.phone == recover.staff_phone) else { continue };
            let letter = estate.recover_staff(&compound.id, &member.id, system_clock()(), &mut fresh()?).await?;
            print(&letter, origin);
            return Ok(());
        }
        anyhow::bail!("no member of staff has this phone number")
    })
}

/// The letter, to be handed over in person.
fn print(letter: &StaffLetter, origin: &str) {
    println!("{}\t{}\t{origin}/enrol#{}", letter.staff.name, letter.code, letter.code);
}

fn fresh() -> anyhow::Result<Fresh> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("no randomness")?;
    Ok(Fresh::new(seed))
}

/// Runs on the settings' database, as the server opens it.
fn with_estate(flags: &Flags, work: impl AsyncFnOnce(&Estate, &str) -> anyhow::Result<()>) -> ExitCode {
    with_config(flags, async |config| {
        let estate = serve::open(config, None).await?;
        work(&estate, &config.origin).await?;
        estate.logs().stop().await;
        Ok(())
    })
}
