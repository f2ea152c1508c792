//! The service on real connections: slow clients, and who counts as one client behind proxies.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, routing::get};
use heyi::{
    app::App,
    config::Flags,
    listen::{self, Deadlines},
    notify::Outbox,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::TestEstate,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use super::ORIGIN;

/// No test waits longer: whatever takes so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// The service on a port of its own, ended with the test.
struct Listening {
    address: SocketAddr,
    _database: TestDatabase,
}

impl Listening {
    /// Behind so many proxies, under these deadlines, with room for so many connections.
    async fn start(proxies: usize, deadlines: Deadlines, connections: usize) -> Self {
        let database = TestDatabase::new(Kind::Sqlite).await;
        let estate = TestEstate::new(&database).await;
        let flags = Flags::given([("public-url", ORIGIN.to_owned()), ("proxies", proxies.to_string())]);
        let config = flags.load(|_| None).unwrap();
        let clock = estate.clock.clone();
        let app = App::new(config, estate.estate.clone(), Arc::new(move || clock.now()), Outbox::Sent);
        let more = Router::new().route("/never", get(std::future::pending::<&str>));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let router = app.router_within(more, deadlines);
        tokio::spawn(listen::serve(listener, router, connections, deadlines, std::future::pending()));
        Self { address, _database: database }
    }
}

/// Everything that comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // One that is reset is closed too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

fn short() -> Deadlines {
    let short = Duration::from_millis(300);
    Deadlines { first_byte: short, headers: short, body_pause: short, answer: 3 * short, stop: short }
}

#[test]
fn the_deadlines_are_those_that_are_documented() {
    let seconds = |time: Duration| time.as_millis() / 1000;
    let Deadlines { first_byte, headers, body_pause, answer, stop } = Deadlines::default();
    assert_eq!([first_byte, headers, body_pause, answer, stop].map(seconds), [5, 5, 5, 10, 10]);
}

const POST: &str = "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
    content-length: 5000\r\n\r\ncontact=";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_of_every_style_are_let_go_and_others_are_served() {
    let server = Listening::start(0, short(), 4096).await;
    // What is sent first, what drips afterwards, and what is answered before the connection is closed.
    let styles: [(&str, &str, &str, &str); 7] = [
        ("says nothing", "", "", ""),
        ("half a head", "POST /login HTTP/1.1\r\nhost: x\r\nx-a: ", "", ""),
        ("a head that drips", "GET / HTTP/1.1\r\nhost: x\r\nx-a: ", "a", ""),
        ("a body that stops", POST, "", "HTTP/1.1 503 "),
        ("a body that drips", POST, "a", "HTTP/1.1 503 "),
        ("kept open for nothing", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "", "HTTP/1.1 200 "),
        (
            "an answer that never comes",
            "GET /never HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            "",
            "HTTP/1.1 503 ",
        ),
    ];
    let clients: Vec<_> = styles
        .into_iter()
        .map(|(style, first, drip, expected)| async move {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(first.as_bytes()).await.unwrap();
            let (mut reader, mut writer) = stream.split();
            let mut answer = Vec::new();
            let read = timeout(PATIENCE, reader.read_to_end(&mut answer));
            let write = async {
                while !drip.is_empty() && writer.write_all(drip.as_bytes()).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                read = read => drop(read.unwrap_or_else(|_| panic!("{style}: still open"))),
                () = write => {}
            }
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let is_refused = expected.is_empty() && (answer.is_empty() || answer.starts_with("HTTP/1.1 4"));
            assert!(is_refused || !expected.is_empty() && answer.starts_with(expected), "{style}: {answer}");
        })
        .collect();
    futures_util::future::join_all(clients).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_above_the_cap_are_closed_and_room_comes_back() {
    let server = Listening::start(0, Deadlines::default(), 2).await;
    let ask = async |stream: &mut TcpStream| {
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut start = [0; 12];
        asked.is_ok() && timeout(PATIENCE, stream.read_exact(&mut start)).await.expect("an answer or an end").is_ok()
    };
    let mut held =
        [TcpStream::connect(server.address).await.unwrap(), TcpStream::connect(server.address).await.unwrap()];
    for stream in &mut held {
        assert!(ask(stream).await);
    }
    let mut third = TcpStream::connect(server.address).await.unwrap();
    assert!(!ask(&mut third).await, "there is no room");
    drop(held);
    heyi_tests::databases::until("there is room again", async || {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        ask(&mut stream).await
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_long_is_refused_and_its_connection_closed() {
    let server = Listening::start(0, Deadlines::default(), 4096).await;
    let head = "POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let plain = format!("{head}content-length: 70000\r\n\r\n{}", "a".repeat(70_000));
    let chunk = format!("3e8\r\n{}\r\n", "a".repeat(1000));
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(70));
    for request in [plain, chunked] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }
}

/// A reverse proxy that adds whom it heard to `X-Forwarded-For`, as every one does; gives where it listens.
async fn proxy(before: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, peer)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await?);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let mut lines: Vec<String> = head.trim_end().split("\r\n").map(str::to_owned).collect();
                let given = lines.iter().position(|line| line.starts_with("x-forwarded-for: "));
                match given {
                    Some(place) => lines[place] = format!("{}, {}", lines[place], peer.ip()),
                    None => lines.push(format!("x-forwarded-for: {}", peer.ip())),
                }
                let mut server = TcpStream::connect(before).await?;
                server.write_all((lines.join("\r\n") + "\r\n\r\n").as_bytes()).await?;
                tokio::io::copy_bidirectional(&mut client, &mut server).await.map(|_| ())
            });
        }
    });
    address
}

/// The status of one guess, sent from an address of this machine, with what its sender claims to have forwarded.
async fn guess(from: Ipv4Addr, to: SocketAddr, claimed: Option<String>) -> u16 {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((IpAddr::from(from), 0).into()).unwrap();
    let mut stream = socket.connect(to).await.unwrap();
    let claimed = claimed.map(|claimed| format!("x-forwarded-for: {claimed}\r\n")).unwrap_or_default();
    let request =
        format!("POST /login/challenge HTTP/1.1\r\nhost: x\r\n{claimed}content-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

/// Guesses until it is enough, each time claiming to be somebody else; whether it ever was.
async fn is_stopped(from: Ipv4Addr, to: SocketAddr) -> bool {
    for number in 0..250 {
        if guess(from, to, Some(format!("10.0.1.{number}"))).await == 429 {
            return true;
        }
    }
    false
}

const ONE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_proxy_a_client_is_its_connection_whatever_it_claims() {
    let server = Listening::start(0, Deadlines::default(), 4096).await;
    assert!(is_stopped(ONE, server.address).await);
    assert_ne!(guess(OTHER, server.address, Some(ONE.to_string())).await, 429, "nobody is stopped for another");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_a_client_is_whom_the_proxy_heard_and_not_whom_it_claims_to_be() {
    let server = Listening::start(1, Deadlines::default(), 4096).await;
    let proxy = proxy(server.address).await;
    assert!(is_stopped(ONE, proxy).await);
    assert_ne!(guess(OTHER, proxy, Some(ONE.to_string())).await, 429, "nobody is stopped for another");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_two_proxies_the_entry_of_the_outer_one_counts() {
    let server = Listening::start(2, Deadlines::default(), 4096).await;
    let inner = proxy(server.address).await;
    let outer = proxy(inner).await;
    assert!(is_stopped(ONE, outer).await);
    assert_ne!(guess(OTHER, outer, Some(ONE.to_string())).await, 429, "nobody is stopped for another");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_proxy_too_many_in_the_settings_would_believe_what_clients_claim() {
    // The control: the test above would not see a wrong hop otherwise.
    let server = Listening::start(2, Deadlines::default(), 4096).await;
    let proxy = proxy(server.address).await;
    assert!(!is_stopped(ONE, proxy).await);
}
