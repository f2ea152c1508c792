//! What is handed to the street office when a decision is filed.

use std::io::{Cursor, Read as _};

use axum::http::{StatusCode, header};
use ballot::{hash::Hash, statement::Choice};
use heyi_tests::estate::{DAY, NOW, fresh};
use zip::ZipArchive;

use super::{Answer, Site};

/// The files of an archive by their names.
fn unpack(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(&answer.bytes)).expect("an archive");
    let count = archive.len();
    let read = |place| {
        let mut file = archive.by_index(place).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it is read");
        (file.name().expect("a name").into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

#[tokio::test]
async fn a_decision_is_filed_with_all_it_takes_and_nobodys_choice() {
    let mut site = Site::new().await;
    let mut owner = site.owner("王芳").await;
    let poll = site.estate.publish().await;
    let viewer = site.estate.sign_in(&mut owner).await;
    let holder = site.estate.estate.my_poll(&viewer, &poll).await.expect("a poll").remove(0);
    let stored = site.estate.cast(&poll, &owner, &holder, Choice::For).await.expect("stored");
    let (path, zip) = (format!("/polls/{poll}/filing"), format!("/polls/{poll}/filing.zip"));
    site.estate.sign_officers_in().await;
    let early = site.get(&path, Some(&site.estate.officers[0].token)).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "nothing is filed before the result");
    site.estate.clock.set(NOW + 31 * DAY);
    site.estate.sign_officers_in().await;
    let by = site.estate.officer(0).await;
    let act = site.estate.estate.propose_result(&by, &poll, site.estate.now(), &mut fresh()).await.expect("put up");
    site.estate.carry(&act).await;
    let auditor = site.auditor("10000000302").await;
    let officer = site.estate.officers[0].token.clone();
    site.estate.sign_in(&mut owner).await;
    for (who, session, status) in [
        ("nobody", None, 401),
        ("an owner", Some(&owner.token), 404),
        ("an auditor", Some(&auditor), 200),
        ("an officer", Some(&officer), 200),
    ] {
        for address in [&path, &zip] {
            assert_eq!(site.get(address, session).await.status, status, "{who}: {address}");
        }
        let result = site.get(&format!("/polls/{poll}/result"), session).await;
        assert_eq!(result.count(&format!("a[href='{path}']")), usize::from(status == 200), "{who}");
    }
    let page = site.get(&path, Some(&officer)).await;
    assert_eq!(page.count("article.sheet"), 4, "the cover, the decision, the result, the roll: {}", page.body);
    let log = site.estate.estate.logs().log(&poll).await.expect("the log opens");
    let bundle = Hash::of(&log.export(Vec::new()).await.expect("written")).to_string();
    assert!(page.body.contains(&bundle), "the fingerprint of the very file that everybody can download");

    let answer = site.get(&zip, Some(&officer)).await;
    assert!(answer.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    let files = unpack(&answer);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "SHA256SUMS",
        "bundle.sha256",
        "checkpoint.txt",
        "filing.html",
        "log-key.txt",
        "result.csv",
        "roll-totals.csv",
    ];
    for name in expected {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let text = |name: &str| {
        let (_, bytes) = files.iter().find(|(one, _)| one == name).expect("it is there");
        String::from_utf8(bytes.clone()).expect("a text")
    };
    let sums = text("SHA256SUMS");
    for (name, bytes) in files.iter().filter(|(name, _)| name != "SHA256SUMS") {
        assert!(sums.contains(&format!("{}  {name}\n", Hash::of(bytes))), "{name}");
    }
    assert_eq!(sums.lines().count(), files.len() - 1);
    assert_eq!(text("bundle.sha256"), format!("{bundle}  {poll}.tar\n"));
    assert!(text("filing.html").contains("article class=\"sheet a4\"") && !text("filing.html").contains("<link"));
    for (name, bytes) in &files {
        let said = String::from_utf8_lossy(bytes);
        for secret in ["王芳", &stored.receipt.check_code().to_string(), "10000000"] {
            assert!(!said.contains(secret), "{secret} in {name}");
        }
    }
    site.estate.clock.set(NOW + 32 * DAY);
    site.estate.sign_officers_in().await;
    let later = site.get(&zip, Some(&site.estate.officers[0].token)).await;
    assert!(later.bytes == answer.bytes, "a day later it is the same file");
}
