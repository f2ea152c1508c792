//! The server's pages and routes, without a network: every request goes through all layers.

mod api;
mod ballots;
mod desk;
mod filing;
mod hall;
mod law;
mod layers;
mod matters;
mod mediations;
mod meetings;
mod motions;
mod notices;
mod own;
mod people;
mod places;
mod posts;
mod privacy;
mod proxies;
mod queries;
mod record;
mod rules;
mod secrecy;
mod serving;
mod session;
mod sittings;
mod surveys;
mod survival;
mod written;

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header, request},
    response::Response,
};
use ballot::{
    id::PollId,
    store::{devices::DeviceKeys, fresh::Fresh, place::Place, session::Token, staff::Role},
};
use heyi::{app::App, config::Flags, notify::Outbox};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{TestDevice, TestEstate, TestPerson, last_code, new_staff, open, register},
};
use tower::ServiceExt as _;

/// Where the site is, as far as its pages know.
const ORIGIN: &str = "https://vote.example";

/// The site over an estate with a register.
struct Site {
    estate: TestEstate,
    router: Router,
    /// By the owner's name; printed before any session of an officer ends.
    letters: BTreeMap<String, String>,
    database: TestDatabase,
}

/// An answer, read whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
    /// As sent.
    bytes: Vec<u8>,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 24).await.expect("a body");
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        }
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem document.
    fn code(&self) -> String {
        assert_eq!(self.header(header::CONTENT_TYPE), "application/problem+json", "{}", self.body);
        let document: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        assert_eq!(document["status"], self.status.as_u16());
        document["code"].as_str().expect("a code").to_owned()
    }

    fn page(&self) -> scraper::Html {
        scraper::Html::parse_document(&self.body)
    }

    /// The addresses of links that have this in them.
    fn links(&self, part: &str) -> Vec<String> {
        let selector = scraper::Selector::parse("a[href]").expect("a selector");
        let page = self.page();
        let links = page.select(&selector).filter_map(|link| link.value().attr("href"));
        links.filter(|href| href.contains(part)).map(str::to_owned).collect()
    }

    fn count(&self, selector: &str) -> usize {
        self.page().select(&scraper::Selector::parse(selector).expect("a selector")).count()
    }
}

impl Site {
    async fn new() -> Self {
        Self::with(Router::new()).await
    }

    /// With more routes under the same layers.
    async fn with(more: Router<App>) -> Self {
        Self::over(more, Place::china()).await
    }

    /// In a place with rules of its own.
    async fn in_place(code: &str) -> Self {
        Self::over(Router::new(), code.parse().expect("a place")).await
    }

    async fn over(more: Router<App>, place: Place) -> Self {
        let database = TestDatabase::new(Kind::Sqlite).await;
        let estate = TestEstate::new_in(&database, place).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        Self::serve(estate, database, letters, more)
    }

    fn serve(estate: TestEstate, database: TestDatabase, letters: BTreeMap<String, String>, more: Router<App>) -> Self {
        let flags = Flags::given([("public-url", ORIGIN.to_owned())]);
        let config = flags.load(|_| None).expect("a configuration");
        let clock = estate.clock.clone();
        let app = App::new(config, estate.estate.clone(), Arc::new(move || clock.now()), Outbox::Sent);
        Self { router: app.router_with(more), letters, estate, database }
    }

    /// The same site once more, without its officers: what happens on one does not happen on the other.
    async fn copied(&self) -> Self {
        let database = self.database.copied().await;
        let clock = self.estate.clock.clone();
        let (estate, opened) = open(&database, &clock).await;
        let compound = self.estate.compound.clone();
        let estate = TestEstate { estate, database: opened, clock, compound, officers: Vec::new() };
        Self::serve(estate, database, self.letters.clone(), Router::new())
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.expect("the router answers")).await
    }

    async fn get(&self, path: &str, session: Option<&Token>) -> Answer {
        self.send(from_browser(Method::GET, path, session).body(Body::empty()).expect("a request")).await
    }

    /// The same from the client of a number: each is slowed down by itself.
    async fn get_as(&self, client: u32, path: &str, session: Option<&Token>) -> Answer {
        let client = ConnectInfo(SocketAddr::from((Ipv4Addr::from_bits(client), 1)));
        let request = from_browser(Method::GET, path, session).extension(client);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn post_form(&self, path: &str, session: Option<&Token>, form: &str) -> Answer {
        let request = from_browser(Method::POST, path, session)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .expect("a request");
        self.send(request).await
    }

    /// A form with files, as a browser sends one.
    async fn post_files(
        &self,
        path: &str,
        session: Option<&Token>,
        fields: &[(&str, &str)],
        files: &[&[u8]],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for file in files {
            let head = "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n";
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(file);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        let request = from_browser(Method::POST, path, session)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    async fn post_json(&self, path: &str, session: Option<&Token>, body: &serde_json::Value) -> Answer {
        let request = from_script(path, session)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.send(request).await
    }

    /// A statement as the browser posts it.
    async fn post_ballot(&self, poll: &PollId, session: Option<&Token>, bytes: &[u8]) -> Answer {
        let request = from_script(&format!("/polls/{poll}/ballots"), session)
            .header(header::CONTENT_TYPE, "application/vnd.heyi.statement")
            .body(Body::from(bytes.to_vec()))
            .expect("a request");
        self.send(request).await
    }

    /// Somebody of each role, with nobody first.
    async fn everybody(&self) -> BTreeMap<&'static str, Option<Token>> {
        let owner = self.owner("王芳").await.token;
        let clerk = self.estate.appoint(Role::Clerk, "10000000201").await.token;
        let auditor = self.auditor("10000000202").await;
        let officer = self.estate.officers[0].token.clone();
        [
            ("nobody", None),
            ("owner", Some(owner)),
            ("officer", Some(officer)),
            ("clerk", Some(clerk)),
            ("auditor", Some(auditor)),
        ]
        .into()
    }

    /// An auditor, whose device has no key but the one to sign in with.
    async fn auditor(&self, phone: &str) -> Token {
        let (estate, compound) = (&self.estate.estate, &self.estate.compound);
        let by = self.estate.officer(0).await;
        let (now, fresh) = (self.estate.now(), &mut Fresh::new([6; 32]));
        let new = new_staff(Role::Auditor, phone);
        let act = estate.propose_appointment(&by, &new, now, fresh).await.expect("it is put up");
        self.estate.carry(&act).await;
        let staff = estate.staff(compound).await.expect("they are read");
        let member = staff.iter().find(|member| member.phone == phone).expect("appointed");
        let letter = estate.staff_letter(&by, &member.id, now, fresh).await.expect("a letter");
        let challenge = estate.start_enrolment(compound, &letter.code, 0, "zh", now, fresh).await.expect("a letter");
        let code = last_code(estate, compound, Some(phone)).await;
        let keys = DeviceKeys { voting: Vec::new(), ..TestDevice::new().owner_keys() };
        let enrolled = estate.finish_enrolment(&challenge, &code, &keys, now, fresh).await;
        enrolled.expect("enrolled").signed_in.token
    }

    /// An owner with an enrolled phone.
    async fn owner(&self, name: &str) -> TestPerson {
        self.estate.enrol(&self.letters[name], TestDevice::new()).await.expect("enrolled").0
    }
}

/// A request as a page of ours makes a browser send it.
fn from_browser(method: Method, path: &str, session: Option<&Token>) -> request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("sec-fetch-site", "same-origin");
    with_session(request, session)
}

/// A request as a script of ours sends it.
fn from_script(path: &str, session: Option<&Token>) -> request::Builder {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::ACCEPT, "application/json, text/plain, application/problem+json")
        .header("sec-fetch-site", "same-origin")
        .header(header::ORIGIN, ORIGIN);
    with_session(request, session)
}

fn with_session(request: request::Builder, session: Option<&Token>) -> request::Builder {
    match session {
        Some(token) => request.header(header::COOKIE, format!("__Host-id={}", token.reveal())),
        None => request,
    }
}
