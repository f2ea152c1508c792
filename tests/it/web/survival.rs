//! Rows of the survival table that are about requests (tests/survival/README.md).

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use ballot::{log::Receipt, statement::Choice, store::staff::Role};
use heyi_tests::estate::{TestEstate, fresh, new_staff};

use super::{Site, ballots::Voter, from_browser, from_script};

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn fifty_copies_at_once_get_one_receipt_and_those_of_an_ended_session_none() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let log = site.estate.estate.logs().log(&voter.poll).await.unwrap();
    // Whoever enrols gets a credential in the log.
    let ended = site.owner("李秀英").await.token;
    let before = log.head().size;
    site.post_form("/logout", Some(&ended), "").await;
    let bytes = voter.ballot(&site, 1, Choice::For).await;
    let answers = futures_util::future::join_all((0..60).map(|number| {
        let session = if number % 6 == 0 { &ended } else { &voter.token };
        site.post_ballot(&voter.poll, Some(session), &bytes)
    }))
    .await;
    let (mut receipts, mut refused) = (Vec::new(), 0);
    for answer in answers {
        match answer.status {
            StatusCode::OK => receipts.push(answer.body),
            status => {
                assert_eq!((status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "signed_out"));
                refused += 1;
            }
        }
    }
    assert_eq!((receipts.len(), refused), (50, 10));
    receipts.dedup();
    assert_eq!(receipts.len(), 1, "the same index and receipt for all");
    let receipt = Receipt::parse(&receipts[0]).unwrap();
    receipt.verify(log.key()).unwrap();
    assert_eq!((receipt.index, log.head().size), (before, before + 1), "one leaf");
}

#[tokio::test]
async fn a_ballot_with_a_signature_that_a_weak_key_would_take_is_refused() {
    let site = Site::new().await;
    let voter = Voter::new(&site).await;
    let text = String::from_utf8(voter.ballot(&site, 1, Choice::For).await).unwrap();
    let (head, line) = text.trim_end().rsplit_once(' ').unwrap();
    let mut bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, line).unwrap();
    // R is the identity and S is zero: good for every text under the identity as a key, if small orders are let pass.
    bytes[4..].fill(0);
    bytes[4] = 1;
    let forged = format!("{head} {}\n", heyi_tests::estate::base64(&bytes));
    let answer = site.post_ballot(&voter.poll, Some(&voter.token), forged.as_bytes()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "sig"));
}

#[tokio::test]
async fn an_officer_of_another_compound_finds_at_no_address_what_is_not_theirs() {
    let site = Site::new().await;
    let here = &site.estate;
    let (_, officers) = TestEstate::compound(&here.estate, "别处小区", "1000000001").await;
    let stranger = Some(&officers[0].token);
    let by = here.officer(0).await;
    let new = new_staff(Role::Clerk, "10000000031");
    let act = here.estate.propose_appointment(&by, &new, here.now(), &mut fresh()).await.unwrap().to_string();
    let poll = here.estate.create_draft(&by, &here.draft(), here.now(), &mut fresh()).await.unwrap().to_string();
    let staff = here.estate.staff(&here.compound).await.unwrap()[1].id.to_string();
    let (events, acts) = (
        here.estate.events(&here.compound, None, 1000).await.unwrap().len(),
        here.estate.act(&here.compound, &act.parse().unwrap()).await.unwrap(),
    );
    for (form, id) in [
        ("/c/acts/{}", &act),
        ("/c/acts/{}/sign", &act),
        ("/c/acts/{}/refuse", &act),
        ("/c/acts/{}/withdraw", &act),
        ("/c/polls/{}", &poll),
        ("/c/polls/{}/title", &poll),
        ("/c/polls/{}/scope", &poll),
        ("/c/polls/{}/answers", &poll),
        ("/c/polls/{}/times", &poll),
        ("/c/polls/{}/delete", &poll),
        ("/c/polls/{}/freeze", &poll),
        ("/c/polls/{}/preview", &poll),
        ("/c/polls/{}/preview/notice", &poll),
        ("/c/polls/{}/result", &poll),
        ("/c/polls/{}/amend", &poll),
        ("/c/polls/{}/strike", &poll),
        ("/c/polls/{}/bar", &poll),
        ("/c/polls/{}/motions", &poll),
        ("/c/polls/{}/motions/lift/matter", &poll),
        ("/c/polls/{}/motions/lift/title", &poll),
        ("/c/polls/{}/motions/lift/text", &poll),
        ("/c/polls/{}/motions/lift/files", &poll),
        ("/c/polls/{}/motions/lift/remove", &poll),
        ("/c/people/{}/end", &staff),
        ("/c/people/{}/renew", &staff),
        ("/c/people/{}/letter", &staff),
    ] {
        let (path, unknown) = (form.replace("{}", id), form.replace("{}", NOWHERE));
        for method in [Method::GET, Method::POST] {
            let ask = async |path: &str| {
                let request = from_browser(method.clone(), path, stranger)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                site.send(request.body(Body::empty()).unwrap()).await
            };
            let (answer, nothing) = (ask(&path).await, ask(&unknown).await);
            assert!(answer.status.is_client_error(), "{method} {path}: {}", answer.status);
            assert_eq!(answer.status, nothing.status, "{method} {path}");
            assert_eq!(answer.body.replace(id, NOWHERE), nothing.body, "{method} {path}: as if there were none");
        }
    }
    assert_eq!(here.estate.act(&here.compound, &act.parse().unwrap()).await.unwrap(), acts);
    assert_eq!(here.estate.events(&here.compound, None, 1000).await.unwrap().len(), events, "nothing has happened");
}

#[tokio::test]
async fn what_is_json_but_not_what_was_asked_for_is_refused_and_never_a_fault() {
    let site = Site::new().await;
    let deep = "[".repeat(20_000);
    let objects = "{\"a\":".repeat(10_000);
    for body in [
        deep.as_str(),
        objects.as_str(),
        "1e400",
        r#"{"challenge":1e400,"public_key":"","signature":""}"#,
        r#"{"challenge":"\ud800","public_key":"","signature":""}"#,
        r#"{"challenge":"a","challenge":"b","public_key":"","signature":""}"#,
        r#"{"challenge":"a","public_key":"","signature":"","unknown":1}"#,
        r#"{"challenge":null}"#,
        "null",
        "",
    ] {
        let request = from_script("/login/device", None).header(header::CONTENT_TYPE, "application/json");
        let answer = site.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        let start: String = body.chars().take(40).collect();
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{start}: {}", answer.status);
        assert_eq!(answer.code(), "malformed", "{start}");
    }
}
