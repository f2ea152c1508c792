//! How fast the pages come on the demo's data, beside a page that does nothing, in one run.
//!
//!     cargo run --release -p heyi-tests --example pages [REQUESTS]
//!
//! Sets the demo up in a process of its own, signs an owner and an officer in by their codes, and asks for each page in
//! turn, packed as a browser wants it, one request at a time. docs/performance.md holds what was measured.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::{Args as _, FromArgMatches as _};
use heyi::demo;
use heyi_tests::load::percentile;
use reqwest::{Client, header, redirect::Policy};

/// How much longer a page takes than this one is said beside its time.
const TRIVIAL: &str = "/offline";

/// The demo's first officer, whose device the demo itself plays.
const OFFICER: &str = "10099990001";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, address] = arguments.as_slice()
        && command == "demo"
    {
        let command = demo::Options::augment_args(clap::Command::new("demo"));
        let matches = command.get_matches_from(["demo", "--listen", address.as_str()]);
        return match demo::Options::from_arg_matches(&matches) {
            Ok(options) => demo::run(&options),
            Err(err) => err.exit(),
        };
    }
    if let Err(err) = heyi::serve::prepare_process("warn") {
        eprintln!("{err:#}");
        return ExitCode::FAILURE;
    }
    let requests = arguments.first().map_or(Ok(200), |text| text.parse());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = requests
        .context("a number of requests")
        .and_then(|requests| runtime.context("a runtime")?.block_on(measure(requests)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err:#}");
            ExitCode::FAILURE
        }
    }
}

/// The demo, stopped when dropped.
struct Demo {
    process: Child,
    origin: String,
    /// The owner's phone.
    owner: String,
    /// The finished poll.
    lift: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It has nothing to lose, but for a folder below the system's for temporary ones.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Demo {
    fn start() -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut process = Command::new(std::env::current_exe()?)
            .args(["demo", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(process.stdout.take().context("its output")?);
        let origin = format!("http://localhost:{port}");
        let mut demo = Self { process, origin, owner: String::new(), lift: String::new() };
        for line in output.lines() {
            let line = line?;
            if demo.owner.is_empty()
                && let Some(phone) = line.split("phone ").nth(1).and_then(|rest| rest.split(' ').next())
            {
                phone.clone_into(&mut demo.owner);
            }
            if let Some(id) = line.split("/polls/").nth(1).and_then(|rest| rest.strip_suffix("/result")) {
                id.clone_into(&mut demo.lift);
            }
            if line.starts_with("heyi listens") {
                return Ok(demo);
            }
        }
        anyhow::bail!("the demo did not start")
    }
}

/// A browser of one person.
struct Browser {
    client: Client,
    origin: String,
    cookie: String,
}

impl Browser {
    /// Signs somebody in by the code that the outbox shows.
    async fn sign_in(demo: &Demo, phone: &str) -> anyhow::Result<Self> {
        let client = Client::builder().redirect(Policy::none()).build()?;
        let mut browser = Self { client, origin: demo.origin.clone(), cookie: String::new() };
        let asked = browser.post("/login", &format!("contact={phone}")).await?;
        let to = asked.headers().get(header::LOCATION).context("no code was sent")?.to_str()?.to_owned();
        let outbox = browser.get("/outbox").await?.0;
        let shown = scraper::Html::parse_document(&outbox);
        let panel = scraper::Selector::parse(".panel").map_err(|err| anyhow::anyhow!("{err}"))?;
        let message = shown
            .select(&panel)
            .map(|panel| panel.text().collect::<String>())
            .find(|text| text.contains(phone))
            .context("the code is in the outbox")?;
        let code = message
            .split(|char: char| !char.is_ascii_digit())
            .find(|digits| digits.len() == 6)
            .context("a code has six digits")?;
        let done = browser.post(&to, &format!("code={code}")).await?;
        let cookie = done.headers().get(header::SET_COOKIE).context("nobody is signed in")?.to_str()?;
        cookie.split(';').next().unwrap_or_default().clone_into(&mut browser.cookie);
        Ok(browser)
    }

    async fn post(&self, path: &str, form: &str) -> anyhow::Result<reqwest::Response> {
        let request = self.client.post(format!("{}{path}", self.origin));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        Ok(request.header("sec-fetch-site", "same-origin").body(form.to_owned()).send().await?)
    }

    /// A page, and how long it took.
    async fn get(&self, path: &str) -> anyhow::Result<(String, Duration)> {
        let start = Instant::now();
        let request = self.client.get(format!("{}{path}", self.origin)).header(header::ACCEPT, "text/html");
        let answer = request.header(header::COOKIE, &self.cookie).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        let took = start.elapsed();
        anyhow::ensure!(status == 200, "{path}: {status}");
        Ok((text, took))
    }

    /// How long it takes as a browser asks for it; the bytes are not looked at.
    async fn time(&self, path: &str) -> anyhow::Result<(Duration, usize)> {
        let start = Instant::now();
        let request = self.client.get(format!("{}{path}", self.origin)).header(header::ACCEPT, "text/html");
        let request = request.header(header::ACCEPT_ENCODING, "gzip").header(header::COOKIE, &self.cookie);
        let answer = request.send().await?;
        anyhow::ensure!(answer.status() == 200, "{path}: {}", answer.status());
        let length = answer.bytes().await?.len();
        Ok((start.elapsed(), length))
    }
}

async fn measure(requests: usize) -> anyhow::Result<()> {
    let demo = Demo::start()?;
    let owner = Browser::sign_in(&demo, &demo.owner).await?;
    let officer = Browser::sign_in(&demo, OFFICER).await?;
    let home = owner.get("/").await?.0;
    let vote = home
        .split('"')
        .find(|part| part.starts_with("/polls/") && part.ends_with("/vote"))
        .context("the owner has something to vote on")?
        .to_owned();
    let running = vote.trim_end_matches("/vote").to_owned();
    let lift = format!("/polls/{}", demo.lift);
    let pages = [
        (&owner, TRIVIAL.to_owned()),
        (&owner, vote),
        (&owner, "/".to_owned()),
        (&owner, running.clone()),
        (&owner, format!("{running}/notice")),
        (&owner, lift.clone()),
        (&owner, format!("{lift}/result")),
        (&owner, "/me".to_owned()),
        (&owner, "/audit".to_owned()),
        (&officer, "/c".to_owned()),
        (&officer, "/c/polls".to_owned()),
        (&officer, "/c/roll/units".to_owned()),
    ];
    let mut times = vec![Vec::with_capacity(requests); pages.len()];
    let mut lengths = vec![0; pages.len()];
    for _ in 0..requests {
        for (place, (browser, path)) in pages.iter().enumerate() {
            let (took, length) = browser.time(path).await?;
            times[place].push(took);
            lengths[place] = length;
            // As people do, and within what one address may ask for.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let trivial = percentile(&mut times[0], 50);
    for ((_, path), (mut times, length)) in pages.iter().zip(times.into_iter().zip(lengths)) {
        let (half, most) = (percentile(&mut times, 50), percentile(&mut times, 99));
        let path = path.replace(&running, "/polls/RUNNING").replace(&lift, "/polls/FINISHED");
        let ratio = heyi_tests::load::ratio(
            u64::try_from(half.as_micros()).unwrap_or(u64::MAX),
            u64::try_from(trivial.as_micros()).unwrap_or(u64::MAX),
        );
        println!(
            "{path:<24} {length:>7} bytes  p50 {:>7} us  p99 {:>7} us  {ratio:>6} of {TRIVIAL}",
            half.as_micros(),
            most.as_micros()
        );
    }
    Ok(())
}
