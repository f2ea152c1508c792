//! Measures the audit of a large poll against the bare cost of its signatures.
//!
//! `cargo run --release -p ballot --example audit_bench -- [BALLOTS …]` makes, from a seed, a bundle with
//! so many ballots of 2,800 owners who vote again and again (10,000 and 1,000,000 if none is given), and
//! prints for each: the time of strict verification of the same signatures on all cores, the time of
//! `heyi-audit verify`, and its peak memory in a process of its own. On a machine that others use at the
//! same time, the ratio of processor times says more than that of the clock.

use std::{
    collections::BTreeSet,
    env, fs,
    num::NonZeroUsize,
    path::Path,
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use ballot::{
    audit::audit,
    bundle::Bundle,
    hash::Hash,
    json,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{Checkpoint, EntryBundle, Frontier, TILE_WIDTH, TileId, TileKind, leaf_hash},
    note,
    roll::Roll,
    rule::RuleBook,
    state::State,
    statement::Entry,
    tally::Count,
};
use serde_json::{Value, json};

const HOST: &str = "vote.example.org";
const POLL: &str = "3b241101-e2bb-4255-8caf-4136c566a962";
const OWNERS: u64 = 2800;
const CLOSES: u64 = 1_800_700_000;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [command, folder] = arguments.as_slice()
        && command == "verify"
    {
        return verify(Path::new(folder));
    }
    let sizes: Vec<u64> = arguments.iter().map(|size| size.parse()).collect::<Result<_, _>>()?;
    let sizes = if sizes.is_empty() { vec![10_000, 1_000_000] } else { sizes };
    println!("{} cores", cores());
    for ballots in sizes {
        let folder = env::temp_dir().join(format!("heyi-audit-bench-{}-{ballots}", std::process::id()));
        let outcome = measure(&folder, ballots);
        fs::remove_dir_all(&folder)?;
        outcome?;
    }
    Ok(())
}

fn measure(folder: &Path, ballots: u64) -> Result<(), Failure> {
    make(folder, ballots)?;
    let bare = bare(folder)?;
    // In a process of its own, whose peak is the audit's alone.
    let output = Command::new(env::current_exe()?).arg("verify").arg(folder).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut words = text.split_whitespace();
    let mut word = || words.next().ok_or("verify prints three numbers");
    let (millis, ticks, peak): (u128, u64, u64) = (word()?.parse()?, word()?.parse()?, word()?.parse()?);
    println!(
        "{ballots} ballots: signatures {} ms, verify {millis} ms, ratio {}; of processor time {}; peak {peak} KiB",
        bare.0.as_millis(),
        ratio(millis, bare.0.as_millis()),
        ratio(ticks.into(), bare.1.into()),
    );
    Ok(())
}

/// A ratio with two decimals.
fn ratio(a: u128, b: u128) -> String {
    let hundredths = a * 100 / b.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The processor time of all threads of this process, in the system's ticks.
fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field is the program's name in parentheses, and may hold blanks.
    let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    rest.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}

fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn key(name: &str) -> SignerKey {
    let seed = Hash::of(format!("heyi test key v1\n{name}").as_bytes());
    SignerKey::from_seed(name, KeyKind::Ed25519, &seed.0).expect("a key's name")
}

fn log_name() -> String {
    format!("{HOST}/poll/{POLL}")
}

fn credential_name(number: u64) -> String {
    format!("{HOST}/poll/{POLL}/credential/{number}")
}

fn verify(folder: &Path) -> Result<(), Failure> {
    let start = Instant::now();
    let report = audit(&Bundle::open(folder)?, key(&log_name()).public(), cores())?;
    let elapsed = start.elapsed();
    if !report.is_ok() {
        return Err(format!("{:#?}", report.checks).into());
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("? kB");
    println!("{} {} {}", elapsed.as_millis(), ticks(), peak.trim().trim_end_matches(" kB"));
    Ok(())
}

/// The time that verifying the bundle's ballots takes on all cores, reading and parsing left out; and
/// the processor time in ticks.
fn bare(folder: &Path) -> Result<(Duration, u64), Failure> {
    let bundle = Bundle::open(folder)?;
    let keys: Vec<VerifierKey> = (1..=OWNERS).map(|number| key(&credential_name(number)).public().clone()).collect();
    let mut total = (Duration::ZERO, 0);
    let paths: Vec<_> = bundle.paths().filter(|path| path.starts_with("tile/entries/")).collect();
    for paths in paths.chunks(64) {
        let mut signed = Vec::new();
        for path in paths {
            let bytes = bundle.read(path, u64::MAX)?.ok_or("a tile is missing")?;
            for entry in EntryBundle::new(&bytes) {
                let entry = Entry::parse(entry?)?;
                let line = entry.lines.first().ok_or("a statement is signed")?;
                let number = line.name.rsplit_once("/credential/").and_then(|(_, number)| number.parse::<usize>().ok());
                if let Some(key) = number.and_then(|number| keys.get(number - 1)) {
                    let signature: [u8; 64] = line.signature.as_slice().try_into()?;
                    signed.push((key, entry.text.to_owned(), signature));
                }
            }
        }
        let (start, ticks_before) = (Instant::now(), ticks());
        let part = signed.len().div_ceil(cores().get()).max(1);
        thread::scope(|scope| {
            for part in signed.chunks(part) {
                scope.spawn(|| {
                    assert!(part.iter().all(|(key, text, signature)| key.is_signed(text.as_bytes(), signature)));
                });
            }
        });
        total.0 += start.elapsed();
        total.1 += ticks() - ticks_before;
    }
    Ok(total)
}

/// A log that is written tile by tile.
struct Log<'a> {
    folder: &'a Path,
    tree: Frontier,
    entries: Vec<u8>,
    levels: [Vec<u8>; 8],
    numbers: [u64; 8],
    fold: Option<(State, Count)>,
}

impl Log<'_> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some((state, count)) = &mut self.fold {
            let entry = Entry::parse(bytes)?;
            count.see(state, &entry);
            state.apply(&entry);
        }
        EntryBundle::push(&mut self.entries, bytes);
        let levels = &mut self.levels;
        self.tree.append(leaf_hash(bytes), |level, _, hash| {
            if level.is_multiple_of(8) {
                levels[level as usize / 8].extend_from_slice(&hash.0);
            }
        });
        self.write(TILE_WIDTH)
    }

    /// Writes every tile that has at least so many places filled.
    fn write(&mut self, at_least: u64) -> Result<(), Failure> {
        let put = |kind, number, width, bytes: &[u8]| -> Result<(), Failure> {
            let path = self.folder.join(TileId { kind, number, width }.to_string());
            fs::create_dir_all(path.parent().ok_or("a parent")?)?;
            Ok(fs::write(path, bytes)?)
        };
        let places = self.levels[0].len() as u64 / 32;
        if at_least <= places {
            put(TileKind::Entries, self.numbers[0], places, &self.entries)?;
            self.entries.clear();
        }
        for (level, (hashes, number)) in (0..).zip(self.levels.iter_mut().zip(&mut self.numbers)) {
            let width = hashes.len() as u64 / 32;
            if at_least <= width {
                put(TileKind::Hashes(level), *number, width, hashes)?;
                hashes.clear();
                *number += 1;
            }
        }
        Ok(())
    }

    fn say(&mut self, kind: &str, body: &Value, keys: &[&SignerKey]) -> Result<(), Failure> {
        self.push(note::sign(&format!("heyi/{kind}/v1\n{}\n", json::write(body)), keys).as_bytes())
    }
}

fn make(folder: &Path, ballots: u64) -> Result<(), Failure> {
    let put = |path: String, text: &str| -> Result<(), Failure> {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().ok_or("a parent")?)?;
        Ok(fs::write(path, text)?)
    };
    let text = "把3号楼电梯换成新的。";
    put(format!("texts/{}", Hash::of(text.as_bytes())), text)?;
    let rule = "cn.278.ordinary".parse()?;
    let book = RuleBook::embedded();
    for name in book.closure(&rule)? {
        put(format!("rules/{name}.toml"), book.text(&name).ok_or("a rule")?)?;
    }
    let lines: String = (1..=OWNERS)
        .map(|unit| {
            let line = json!({
                "area": 8000 + unit % 97, "building": (unit / 100).to_string(),
                "commit": Hash::of(&unit.to_be_bytes()), "holder": unit, "kind": "home", "persons": 1,
                "status": "delivered", "unit": unit,
            });
            json::write(&line) + "\n"
        })
        .collect();
    put("roll.jsonl".to_owned(), &lines)?;
    let roll = Roll::parse(lines.as_bytes())?;

    let (log_key, registrar) = (key(&log_name()), key(&format!("{HOST}/registrar")));
    let officers = [key(&format!("{HOST}/officer/1")), key(&format!("{HOST}/officer/2"))];
    let officers = [&officers[0], &officers[1]];
    let manifest = json!({
        "closes": CLOSES, "compound": "和怡花园", "opens": 1_800_000_000_u64, "poll": POLL, "roll": roll.totals(),
        "keys": {
            "clerks": [], "log": log_key.public(), "officers": officers.map(SignerKey::public),
            "registrar": registrar.public(), "witnesses": [],
        },
        "motions": [{
            "choices": ["for", "against", "abstain"], "id": "m1", "rule": rule, "rule_sha256": book.digest(&rule)?,
            "text_sha256": Hash::of(text.as_bytes()), "title": "电梯",
        }],
        "policy": { "answers": "public", "officers": 2, "witnesses": 0 },
        "secrecy": "open", "test": true, "title": "测试",
    });
    let text = format!("heyi/poll/v1\n{}\n", json::write(&manifest));
    let (hash, first) = (Hash::of(text.as_bytes()), note::sign(&text, &officers));
    let mut log = Log {
        folder,
        tree: Frontier::default(),
        entries: Vec::new(),
        levels: Default::default(),
        numbers: [0; 8],
        fold: None,
    };
    log.push(first.as_bytes())?;
    let state = State::open(&Entry::parse(first.as_bytes())?, Some(roll), log_key.public()).ok_or("a manifest")?;
    log.fold = Some((state, Count::new(BTreeSet::new())));

    let credentials: Arc<Vec<SignerKey>> = Arc::new((1..=OWNERS).map(|number| key(&credential_name(number))).collect());
    for (number, key) in (1..).zip(credentials.iter()) {
        let body = json!({
            "at": 1_800_000_000_u64, "credential": number, "evidence": hash, "holder": number, "key": key.public(),
            "manifest": hash, "method": "sms", "person": 1, "poll": POLL,
        });
        log.say("credential", &body, &[&registrar])?;
    }
    for first in (0..ballots).step_by(1 << 14) {
        let numbers: Vec<_> = (first..ballots.min(first + (1 << 14))).collect();
        let part = numbers.len().div_ceil(cores().get()).max(1);
        let signed: Vec<Vec<String>> = thread::scope(|scope| {
            let parts: Vec<_> =
                numbers.chunks(part).map(|part| scope.spawn(|| sign(part, hash, &credentials))).collect();
            parts.into_iter().map(|part| part.join().expect("signing does not panic")).collect()
        });
        for bytes in signed.iter().flatten() {
            log.push(bytes.as_bytes())?;
        }
    }
    let at = log.tree.size();
    let body = json!({
        "at": CLOSES, "manifest": hash, "poll": POLL, "root": log.tree.root(), "size": at,
    });
    log.say("close", &body, &[&log_key])?;
    let (state, count) = log.fold.take().ok_or("a state")?;
    let counted = count.finish(&state).ok_or("a roll")?;
    let result = counted.decide(&state.manifest().motions[0], &book.resolve(&rule)?).result;
    let body = json!({ "close_index": at, "manifest": hash, "poll": POLL, "results": [result] });
    log.say("result", &body, &officers)?;
    log.write(1)?;
    let checkpoint = Checkpoint { origin: log_name(), size: log.tree.size(), root: log.tree.root() };
    put("checkpoint".to_owned(), &checkpoint.sign(&log_key))
}

/// Ballots by their numbers: each owner in turn, one choice after another.
fn sign(numbers: &[u64], manifest: Hash, credentials: &[SignerKey]) -> Vec<String> {
    let choices = ["for", "against", "for", "abstain"];
    let sign = |number: &u64| {
        let holder = number % OWNERS + 1;
        let body = json!({
            "answers": { "m1": choices[usize::try_from(number % 4).expect("small")] }, "credential": holder,
            "holder": holder, "manifest": manifest, "poll": POLL, "seq": number / OWNERS + 1,
        });
        let key = &credentials[usize::try_from(holder - 1).expect("small")];
        note::sign(&format!("heyi/ballot/v1\n{}\n", json::write(&body)), &[key])
    };
    numbers.iter().map(sign).collect()
}
