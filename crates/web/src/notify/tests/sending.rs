//! Messages against a mail server and a webhook of the test's own: each once, or not at all, and nothing of them in logs.

use std::{
    collections::{BTreeSet, VecDeque},
    io::{self, Write},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    routing::post,
};
use ballot::store::{
    estate::NewCompound,
    fresh::Fresh,
    ids::CompoundId,
    place::Place,
    staff::{NewStaff, Role, StaffLetter},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{app::Clock, config::Flags, serve};

const NOW: u64 = 1_793_462_400;
const PHONE: &str = "10000000001";
const MAIL: &str = "liang@example.org";
const TOKEN: &str = "a-token-nobody-sees";

/// A service of one compound with two officers: one has a phone, the other a mailbox.
struct Fixture {
    app: App,
    config: Config,
    now: Arc<AtomicU64>,
    compound: CompoundId,
    letters: Vec<StaffLetter>,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        Kept::all();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let flags = Flags::given([
            ("database", format!("sqlite:{}", folder.path().join("heyi.db").display())),
            ("keys", folder.path().join("keys").display().to_string()),
            ("mail-from", "合议 <vote@example.org>".to_owned()),
        ]);
        let config = flags.load(|_| None).expect("a configuration");
        let now = Arc::new(AtomicU64::new(NOW));
        let clock: Clock = {
            let now = Arc::clone(&now);
            Arc::new(move || now.load(Ordering::SeqCst))
        };
        let estate = serve::open(&config, Some(Arc::clone(&clock))).await.expect("it opens");
        let officer = |phone: &str, email: &str| NewStaff {
            role: Role::Officer,
            name: "梁启文".to_owned(),
            organisation: "业主委员会".to_owned(),
            phone: phone.to_owned(),
            email: email.to_owned(),
            scope: BTreeSet::new(),
            term_ends: NOW + 86_400 * 365,
        };
        let new = NewCompound {
            name: "扶风小区".to_owned(),
            phone: String::new(),
            service_point: String::new(),
            place: Place::china(),
            officers: vec![officer(PHONE, ""), officer("", MAIL)],
        };
        let (compound, letters) = estate.init(&new, NOW, &mut Fresh::new([1; 32])).await.expect("it is set up");
        let app = App::new(config.clone(), estate, clock, Outbox::Sent);
        Self { app, config, now, compound, letters, _folder: folder }
    }

    /// Queues a code to the first officer's phone, or to the second one's mailbox; gives the code.
    async fn queue(&self, to: Channel) -> String {
        static SEED: AtomicU64 = AtomicU64::new(0);
        let mut seed = [2; 32];
        seed[..8].copy_from_slice(&SEED.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        let officer = match to {
            Channel::Sms => 0,
            Channel::Email => 1,
        };
        let letter = &self.letters[officer].code;
        let (estate, now) = (self.app.estate(), self.app.now());
        let queued = estate.start_enrolment(&self.compound, letter, 0, "zh", now, &mut Fresh::new(seed)).await;
        queued.expect("the letter is good");
        let messages = estate.queued_messages(&self.compound, 1).await.expect("messages are read");
        match &messages[0].notice {
            Notice::Code { code, .. } => code.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn later(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn waiting(&self) -> usize {
        self.app.estate().queued_messages(&self.compound, 100).await.expect("messages are read").len()
    }
}

/// What a server of the test answers next, and what it has taken in.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<u16>>>,
    /// Every message that was delivered, whole; refused ones are not.
    taken: Arc<Mutex<Vec<String>>>,
    asked: Arc<AtomicU64>,
}

impl Script {
    fn of(answers: &[u16]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), ..Self::default() }
    }

    /// The next answer; the given one where none is left.
    fn next(&self, otherwise: u16) -> u16 {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.answers.lock().expect("not poisoned").pop_front().unwrap_or(otherwise)
    }

    fn take(&self, message: String) {
        self.taken.lock().expect("not poisoned").push(message);
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("not poisoned").clone()
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A webhook that answers by a script.
async fn webhook(script: &Script) -> Sender {
    let script = script.clone();
    let handler = move |headers: HeaderMap, body: Bytes| async move {
        assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {TOKEN}"));
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        let status = StatusCode::from_u16(script.next(200)).expect("a status");
        if status.is_success() {
            script.take(String::from_utf8(body.to_vec()).expect("text"));
        }
        status
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/sms", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, Router::new().route("/sms", post(handler))).await });
    // The real one takes https and public addresses alone.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    Sender { mail: None, sms: Some((client, address, Some(TOKEN.to_owned()))) }
}

/// A mail server that answers each recipient by a script.
async fn mail_server(script: &Script, config: &Config) -> Sender {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let script = script.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, script.clone()));
        }
    });
    let smtp = Some((format!("smtp://{address}").parse().expect("an address"), None));
    Sender::new(&Config { smtp, ..config.clone() }).expect("a sender")
}

/// One SMTP conversation (RFC 5321), as far as a sender needs it.
async fn converse(stream: TcpStream, script: Script) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mail.example.org\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "EHLO" | "MAIL" | "RSET" | "NOOP" => 250,
            "RCPT" => script.next(250),
            "QUIT" => 221,
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut message = Vec::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push(line);
                }
                script.take(message.join("\n"));
                250
            }
            _ => 502,
        };
        // A server may say the address back; ours does.
        writer.write_all(format!("{answer} {line}\r\n").as_bytes()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_text_message_goes_out_once() {
    let (fixture, script) = (Fixture::new().await, Script::default());
    let sender = webhook(&script).await;
    let code = fixture.queue(Channel::Sms).await;
    for _ in 0..3 {
        send_due(&fixture.app, &sender).await;
        fixture.later(3600);
    }
    let taken = script.taken();
    assert_eq!((taken.len(), script.asked()), (1, 1));
    let sent: serde_json::Value = serde_json::from_str(&taken[0]).expect("JSON");
    assert_eq!(sent["to"], PHONE);
    assert!(sent["text"].as_str().is_some_and(|text| text.contains(&code) && text.contains("扶风小区")), "{sent}");
    assert_eq!(fixture.waiting().await, 0);
}

#[tokio::test]
async fn a_mail_goes_out_once() {
    let (fixture, script) = (Fixture::new().await, Script::default());
    let sender = mail_server(&script, &fixture.config).await;
    fixture.queue(Channel::Email).await;
    for _ in 0..3 {
        send_due(&fixture.app, &sender).await;
        fixture.later(3600);
    }
    let taken = script.taken();
    assert_eq!((taken.len(), script.asked()), (1, 1));
    assert!(taken[0].contains(&format!("To: {MAIL}")), "{}", taken[0]);
    assert_eq!(fixture.waiting().await, 0);
}

#[tokio::test]
async fn what_fails_for_a_while_is_sent_once_when_it_works_again() {
    for (channel, answers) in [(Channel::Sms, [503, 429]), (Channel::Sms, [401, 500]), (Channel::Email, [451, 421])] {
        let (fixture, script) = (Fixture::new().await, Script::of(&answers));
        let sender = match channel {
            Channel::Sms => webhook(&script).await,
            Channel::Email => mail_server(&script, &fixture.config).await,
        };
        let why = format!("{channel:?} {answers:?}");
        fixture.queue(channel).await;
        send_due(&fixture.app, &sender).await;
        send_due(&fixture.app, &sender).await;
        assert_eq!((script.asked(), fixture.waiting().await), (1, 1), "{why}: it is not tried again at once");
        for tries in [2, 3, 3] {
            fixture.later(60);
            send_due(&fixture.app, &sender).await;
            assert_eq!(script.asked(), tries, "{why}");
        }
        assert_eq!((script.taken().len(), fixture.waiting().await), (1, 0), "{why}");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_tried_again() {
    for (channel, answer) in [(Channel::Sms, 422), (Channel::Sms, 400), (Channel::Email, 550), (Channel::Email, 553)] {
        let (fixture, script) = (Fixture::new().await, Script::of(&[answer]));
        let sender = match channel {
            Channel::Sms => webhook(&script).await,
            Channel::Email => mail_server(&script, &fixture.config).await,
        };
        fixture.queue(channel).await;
        for _ in 0..3 {
            send_due(&fixture.app, &sender).await;
            fixture.later(60);
        }
        let seen = (script.asked(), script.taken().len(), fixture.waiting().await);
        assert_eq!(seen, (1, 0, 0), "{channel:?} {answer}");
    }
}

#[tokio::test]
async fn nobody_is_tried_for_ever_and_a_code_not_after_its_time() {
    let (fixture, script) = (Fixture::new().await, Script::of(&[503; 99]));
    let sender = webhook(&script).await;
    fixture.queue(Channel::Sms).await;
    for _ in 0..20 {
        send_due(&fixture.app, &sender).await;
        fixture.later(45);
    }
    assert!((2..8).contains(&script.asked()), "{} tries in the code's five minutes", script.asked());
    assert_eq!(fixture.waiting().await, 0, "nobody can use it any more");
    assert_eq!(script.taken().len(), 0);
}

#[tokio::test]
async fn a_way_that_is_not_set_keeps_the_message_for_when_it_is() {
    let (fixture, script) = (Fixture::new().await, Script::default());
    fixture.queue(Channel::Sms).await;
    send_due(&fixture.app, &Sender { mail: None, sms: None }).await;
    assert_eq!(fixture.waiting().await, 1);
    fixture.later(60);
    send_due(&fixture.app, &webhook(&script).await).await;
    assert_eq!(script.taken().len(), 1);
}

#[tokio::test]
async fn two_who_send_from_one_outbox_send_each_message_once() {
    let (fixture, script) = (Fixture::new().await, Script::default());
    let (one, other) = (webhook(&script).await, webhook(&script).await);
    for _ in 0..7 {
        fixture.queue(Channel::Sms).await;
    }
    tokio::join!(send_due(&fixture.app, &one), send_due(&fixture.app, &other));
    let (taken, distinct) = (script.taken(), script.taken().into_iter().collect::<BTreeSet<_>>());
    assert_eq!((taken.len(), distinct.len(), fixture.waiting().await), (7, 7, 0));
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// What all tests of this program log, from the first one on that asks.
    fn all() -> &'static Self {
        static ALL: OnceLock<Kept> = OnceLock::new();
        ALL.get_or_init(|| {
            let kept = Self::default();
            let writer = kept.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_env_filter("info,heyi=trace,ballot=trace")
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .finish();
            tracing::subscriber::set_global_default(subscriber).expect("nobody else keeps logs");
            kept
        })
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_say_that_a_message_failed_and_nothing_of_it() {
    let fixture = Fixture::new().await;
    let mut secrets = vec![TOKEN.to_owned(), PHONE.to_owned(), MAIL.to_owned()];
    for (channel, answers) in [(Channel::Sms, [503, 422]), (Channel::Email, [451, 550])] {
        let script = Script::of(&answers);
        let sender = match channel {
            Channel::Sms => webhook(&script).await,
            Channel::Email => mail_server(&script, &fixture.config).await,
        };
        secrets.push(fixture.queue(channel).await);
        send_due(&fixture.app, &sender).await;
        fixture.later(60);
        send_due(&fixture.app, &sender).await;
        assert_eq!(script.asked(), 2);
    }
    let logged = String::from_utf8(Kept::all().0.lock().expect("not poisoned").clone()).expect("text");
    for said in ["a message was not sent", "answered 503", "answered 422", "answered 451", "answered 550"] {
        assert!(logged.contains(said), "{said}: {logged}");
    }
    for secret in secrets {
        assert!(!logged.contains(&secret), "{secret}: {logged}");
    }
}
