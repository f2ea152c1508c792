//! Sending what the use cases put into the outbox: mails by SMTP, text messages by a webhook.
//!
//! The demo sends nothing and shows the outbox instead.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::{
    contact::Channel,
    outbox::{Message, Notice, TAKEN_SECONDS},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox,
    transport::smtp::authentication::Credentials,
};
use maud::html;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde_json::json;

use crate::{
    app::App,
    config::Config,
    problem::Problem,
    text::{Lang, home_label, notify as text, when},
    view::{Page, Reader, empty},
};

/// How many messages are taken at a time.
const BATCH: u64 = 5;
/// How often the outbox is looked into if nobody says that there is something.
const PAUSE: Duration = Duration::from_secs(5);
/// Of one message.
const PATIENCE: Duration = Duration::from_secs(10);

// Otherwise another process would take the last of them before they are sent, and send them too.
const _: () = assert!(BATCH * PATIENCE.as_secs() < TAKEN_SECONDS);

/// What becomes of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outbox {
    /// They are sent.
    Sent,
    /// They are shown to whoever looks, codes and all: for the demo alone.
    Shown,
}

/// The ways on which messages go out.
pub struct Sender {
    mail: Option<(AsyncSmtpTransport<Tokio1Executor>, Mailbox)>,
    sms: Option<(reqwest::Client, String, Option<String>)>,
}

impl Sender {
    /// The ways that the settings name.
    ///
    /// # Errors
    /// An address or a secret's file is not usable.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let secret = |path: &Option<PathBuf>| {
            let read = |path: &PathBuf| {
                fs::read_to_string(path).map(|text| text.trim().to_owned()).with_context(|| path.display().to_string())
            };
            path.as_ref().map(read).transpose()
        };
        let mail = match &config.smtp {
            None => None,
            Some((address, password)) => {
                let mut transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address.to_string())
                    .context("the setting smtp")?
                    .timeout(Some(PATIENCE));
                let user = address.authority().and_then(|authority| authority.as_str().split_once('@'));
                if let (Some((user, _)), Some(password)) = (user, secret(password)?) {
                    transport = transport.credentials(Credentials::new(user.to_owned(), password));
                }
                let from = config.mail_from.parse().context("the setting mail-from")?;
                Some((transport.build(), from))
            }
        };
        let sms = match &config.sms {
            None => None,
            Some((address, token)) => {
                anyhow::ensure!(address.scheme_str() == Some("https"), "the setting sms-webhook: https:// is wanted");
                let client = reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .no_proxy()
                    .timeout(PATIENCE)
                    .dns_resolver(std::sync::Arc::new(PublicOnly))
                    .build()?;
                Some((client, address.to_string(), secret(token)?))
            }
        };
        Ok(Self { mail, sms })
    }

    /// Sends a message, or says why it did not go out.
    async fn send(&self, message: &Message, estate: &str) -> Result<(), SendError> {
        let sent = async {
            match message.channel {
                Channel::Email => self.send_mail(message, estate).await,
                Channel::Sms => self.send_text(message, estate).await,
            }
        };
        tokio::time::timeout(PATIENCE, sent).await.unwrap_or(Err(SendError::Unreachable))
    }

    async fn send_mail(&self, message: &Message, estate: &str) -> Result<(), SendError> {
        let (transport, from) = self.mail.as_ref().ok_or(SendError::NotSet)?;
        let lang = lang_of(message);
        let mail = lettre::Message::builder()
            .from(from.clone())
            .to(message.address.parse().map_err(|_| SendError::Address)?)
            .subject(text::subject(lang, estate))
            .body(sentence(lang, &message.notice))
            .map_err(|_| SendError::Address)?;
        match transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(err) => Err(err.status().map_or(SendError::Unreachable, |code| SendError::Mail(code.into()))),
        }
    }

    async fn send_text(&self, message: &Message, estate: &str) -> Result<(), SendError> {
        let (client, address, token) = self.sms.as_ref().ok_or(SendError::NotSet)?;
        let lang = lang_of(message);
        let signed = format!("{}{}", text::sign(lang, estate), sentence(lang, &message.notice));
        let mut request = client.post(address).json(&json!({ "to": message.address, "text": signed }));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let status = request.send().await.map_err(|_| SendError::Unreachable)?.status();
        if status.is_success() { Ok(()) } else { Err(SendError::Webhook(status.as_u16())) }
    }
}

fn lang_of(message: &Message) -> Lang {
    if message.language == "en" { Lang::En } else { Lang::Zh }
}

/// Why a message did not go out, in words that hold nothing of it: neither address nor text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum SendError {
    #[error("no mail server, or no webhook for text messages, is set")]
    NotSet,
    #[error("the address is none")]
    Address,
    #[error("the mail server or webhook does not answer")]
    Unreachable,
    #[error("the mail server answered {0}")]
    Mail(u16),
    #[error("the webhook answered {0}")]
    Webhook(u16),
}

impl SendError {
    /// Whether this message will be refused however often it is tried. What a person at the machine can mend is not
    /// final: a password (RFC 4954 §6), a token, an address of ours.
    fn is_final(self) -> bool {
        match self {
            Self::Address => true,
            Self::NotSet | Self::Unreachable => false,
            Self::Mail(code) => (500..600).contains(&code) && !(530..540).contains(&code),
            Self::Webhook(status) => matches!(status, 400 | 413 | 422),
        }
    }
}

/// Sends what is in the outbox until the server stops; a message that is under way then is finished.
pub async fn run(app: App, sender: Sender) {
    let mut stopping = app.stopping();
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => return,
            _ = tokio::time::timeout(PAUSE, app.messages()) => {}
        }
        send_due(&app, &sender).await;
    }
}

/// Sends what is due now.
async fn send_due(app: &App, sender: &Sender) {
    let stopping = app.stopping();
    while let Ok(messages) = app.estate().take_messages(BATCH, app.now()).await {
        if messages.is_empty() {
            return;
        }
        for message in messages {
            if *stopping.borrow() {
                return;
            }
            deliver(app, sender, &message).await;
        }
    }
}

async fn deliver(app: &App, sender: &Sender, message: &Message) {
    let noted = if message.is_over(app.now()) {
        app.estate().message_dropped(&message.id).await
    } else {
        let estate = app.estate().compound(&message.compound).await.ok().flatten().map(|compound| compound.name);
        let sent = sender.send(message, estate.as_deref().unwrap_or(&app.config().estate)).await;
        app.metrics().message(message.channel.as_str(), sent.is_ok());
        match sent {
            Ok(()) => app.estate().message_sent(&message.id).await,
            Err(why) => {
                let channel = message.channel.as_str();
                tracing::warn!(channel, %why, tries = message.tries, "a message was not sent");
                if why.is_final() {
                    app.estate().message_dropped(&message.id).await
                } else {
                    app.estate().message_failed(message, app.now()).await
                }
            }
        }
    };
    if let Err(err) = noted {
        tracing::error!(error = &err as &dyn std::error::Error, "the outbox cannot be written");
    }
}

/// A notice in words.
pub(crate) fn sentence(lang: Lang, notice: &Notice) -> String {
    match notice {
        Notice::Code { code, minutes } => text::code(lang, code, *minutes),
        Notice::Enrolled { name, units, at } => text::enrolled(lang, name, &homes(lang, units), &when(lang, *at)),
        Notice::Issued { name, units, title, at } => {
            let name = if name.is_empty() { text::agent(lang) } else { name };
            text::issued(lang, name, &homes(lang, units), title, &when(lang, *at))
        }
        Notice::Seated { name, units, title, at } => {
            text::seated(lang, name, &homes(lang, units), title, &when(lang, *at))
        }
        Notice::Stored { code, units, title, at, is_paper: false } => {
            text::stored(lang, &homes(lang, units), title, &when(lang, *at), code)
        }
        Notice::Stored { code, units, title, at, is_paper: true } => {
            text::stored_paper(lang, &homes(lang, units), title, &when(lang, *at), code)
        }
        Notice::DeviceRevoked { name, at } => text::revoked(lang, name, &when(lang, *at)),
        Notice::Represented { name, units, at } if name.is_empty() => {
            text::represented_no_more(lang, &homes(lang, units), &when(lang, *at))
        }
        Notice::Represented { name, units, at } => text::represented(lang, name, &homes(lang, units), &when(lang, *at)),
        Notice::ContactsChanged { name, at } => text::contacts_changed(lang, name, &when(lang, *at)),
        Notice::Reminder { units, title, closes } => {
            text::reminder(lang, &homes(lang, units), title, &when(lang, *closes))
        }
        Notice::SignatureWanted { .. } => text::signature_wanted(lang).to_owned(),
    }
}

/// Units as people call them.
fn homes(lang: Lang, labels: &[String]) -> String {
    labels.iter().map(|label| home_label(lang, label)).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// Resolves names to public addresses only: a webhook reaches nothing inside.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.is_documentation()
                || is_shared
                || a == 0
                || 240 <= a)
        }
        // Global unicast, without the ranges that carry IPv4 addresses inside.
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            a & 0xE000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && b < 0x200) && !(a == 0x2001 && b == 0xDB8)
        }
    }
}

/// The demo's outbox, for everybody to read.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/outbox", get(outbox))
}

async fn outbox(State(app): State<App>, reader: Reader) -> Result<Response, Problem> {
    if app.outbox() != Outbox::Shown {
        return Err(Problem::NOT_FOUND);
    }
    let lang = reader.lang;
    let mut messages = Vec::new();
    for compound in app.estate().compounds().await? {
        for message in app.estate().queued_messages(&compound.id, 50).await? {
            messages.push((compound.name.clone(), message));
        }
    }
    let body = html! {
        h1 { (text::outbox(lang)) }
        p { (text::outbox_lead(lang)) }
        @if messages.is_empty() { (empty(text::outbox_empty(lang))) }
        @for (estate, message) in &messages {
            div .panel {
                p .muted { (when(lang, message.created_at)) " → " (message.address) }
                p { (text::sign(lang, estate)) (sentence(lang, &message.notice)) }
            }
        }
    };
    Ok(Page::new(&reader, text::outbox(lang)).secret().show(body))
}

#[cfg(test)]
mod tests {
    mod sending;

    use super::*;

    #[test]
    fn a_webhook_reaches_public_addresses_alone() {
        for inside in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.168.1.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "255.255.255.255",
            "224.0.0.1",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
        for outside in ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(outside.parse().expect("an address")), "{outside}");
        }
    }

    #[test]
    fn a_code_stands_in_its_message_in_both_languages() {
        let notice = Notice::Code { code: "012345".to_owned(), minutes: 5 };
        for lang in [Lang::Zh, Lang::En] {
            assert!(sentence(lang, &notice).contains("012345"));
        }
    }
}
