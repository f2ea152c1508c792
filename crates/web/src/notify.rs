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
    outbox::{Message, Notice},
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
    text::{Lang, notify as text, when},
    view::{Page, Reader, empty},
};

/// How many messages are taken at a time.
const BATCH: u64 = 32;
/// How often the outbox is looked into if nobody says that there is something.
const PAUSE: Duration = Duration::from_secs(5);
/// Of one message.
const PATIENCE: Duration = Duration::from_secs(10);

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

    async fn send(&self, message: &Message, estate: &str) -> anyhow::Result<()> {
        let lang = if message.language == "en" { Lang::En } else { Lang::Zh };
        let sentence = sentence(lang, &message.notice);
        match message.channel {
            Channel::Email => {
                let (transport, from) = self.mail.as_ref().context("no mail server is set")?;
                let mail = lettre::Message::builder()
                    .from(from.clone())
                    .to(message.address.parse()?)
                    .subject(text::subject(lang, estate))
                    .body(sentence)?;
                transport.send(mail).await?;
            }
            Channel::Sms => {
                let (client, address, token) = self.sms.as_ref().context("no webhook for text messages is set")?;
                let signed = format!("{}{sentence}", text::sign(lang, estate));
                let mut request = client.post(address).json(&json!({ "to": message.address, "text": signed }));
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                request.send().await?.error_for_status()?;
            }
        }
        Ok(())
    }
}

/// Sends what is in the outbox, for as long as the server runs.
pub async fn run(app: App, sender: Sender) {
    loop {
        let _ = tokio::time::timeout(PAUSE, app.messages()).await;
        while let Ok(messages) = app.estate().take_messages(BATCH, app.now()).await {
            if messages.is_empty() {
                break;
            }
            for message in messages {
                deliver(&app, &sender, &message).await;
            }
        }
    }
}

async fn deliver(app: &App, sender: &Sender, message: &Message) {
    let estate = app.estate().compound(&message.compound).await.ok().flatten().map(|compound| compound.name);
    let sent = sender.send(message, estate.as_deref().unwrap_or(&app.config().estate)).await;
    app.metrics().message(message.channel.as_str(), sent.is_ok());
    let noted = match sent {
        Ok(()) => app.estate().message_sent(&message.id).await,
        Err(err) => {
            // The error's words may hold the address.
            tracing::warn!(channel = message.channel.as_str(), tries = message.tries, "a message was not sent");
            tracing::debug!(error = %err, "why it was not sent");
            app.estate().message_failed(message, app.now()).await
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
        Notice::Enrolled { name, units, at } => {
            text::enrolled(lang, name, &units.join(lang.pick("、", ", ")), &when(lang, *at))
        }
        Notice::DeviceRevoked { name, at } => text::revoked(lang, name, &when(lang, *at)),
        Notice::SignatureWanted { .. } => text::signature_wanted(lang).to_owned(),
    }
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
