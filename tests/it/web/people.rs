//! Signing in, enrolling, one's own page.

use axum::http::{Method, StatusCode, header};
use ballot::store::{fresh::Fresh, session::ChallengeFor};
use heyi_tests::estate::{TestDevice, base64, last_code};
use serde_json::json;

use super::{Answer, Site, from_browser};

/// The cookie of a new session, checked.
fn session_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("__Host-id=")).expect("a session's cookie");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    cookie.split(';').next().expect("a pair").to_owned()
}

async fn is_signed_in(site: &Site, cookie: &str) -> bool {
    let request = from_browser(Method::GET, "/me", None).header(header::COOKIE, cookie);
    let answer = site.send(request.body(axum::body::Body::empty()).expect("a request")).await;
    answer.status == StatusCode::OK
}

#[tokio::test]
async fn one_signs_in_by_code_to_a_new_session_and_out_for_good() {
    let site = Site::new().await;
    let sent = site.post_form("/login", None, "contact=10000000103&next=%2Fme").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let place = sent.header(header::LOCATION).to_owned();
    let code = last_code(&site.estate.estate, &site.estate.compound, Some("10000000103")).await;
    let (path, _) = place.split_once('?').expect("where to go next");
    let planted = format!("__Host-id={}", "a".repeat(64));
    let request = from_browser(Method::POST, path, None)
        .header(header::COOKIE, &planted)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(format!("code={code}&next=%2Fme")));
    let answer = site.send(request.expect("a request")).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/me"));
    let cookie = session_cookie(&answer);
    assert_ne!(cookie, planted, "a session that somebody planted is not taken over");
    assert!(is_signed_in(&site, &cookie).await && !is_signed_in(&site, &planted).await);
    let request = from_browser(Method::POST, "/logout", None).header(header::COOKIE, &cookie);
    let out = site.send(request.body(axum::body::Body::empty()).expect("a request")).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(!is_signed_in(&site, &cookie).await, "the old cookie opens nothing");
}

#[tokio::test]
async fn wrong_codes_end_the_right_one() {
    let site = Site::new().await;
    let sent = site.post_form("/login", None, "contact=10000000103").await;
    let (path, _) = sent.header(header::LOCATION).split_once('?').expect("where to go next");
    let code = last_code(&site.estate.estate, &site.estate.compound, Some("10000000103")).await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for number in 1..=5 {
        let answer = site.post_form(path, None, &format!("code={wrong}")).await;
        let expected = if number < 5 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::UNAUTHORIZED };
        assert_eq!(answer.status, expected, "try {number}");
        assert_eq!(answer.count("[role=alert] a[href='#code']"), 1, "the form says what is wrong");
    }
    let answer = site.post_form(path, None, &format!("code={code}")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_learns_whether_a_number_is_registered() {
    let site = Site::new().await;
    let known = site.post_form("/login", None, "contact=10000000103").await;
    let unknown = site.post_form("/login", None, "contact=10000000999").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body, unknown.body);
    let shape = |answer: &Answer| {
        let names: Vec<_> = answer.headers.iter().map(|(name, value)| (name.clone(), value.len())).collect();
        names
    };
    assert_eq!(shape(&known), shape(&unknown));
    let pages = [known, unknown].map(|answer| answer.header(header::LOCATION).to_owned());
    let [one, other] = [site.get(&pages[0], None).await.body, site.get(&pages[1], None).await.body];
    let id = |place: &str| place[7..43].to_owned();
    assert_eq!(one.replace(&id(&pages[0]), "ID"), other.replace(&id(&pages[1]), "ID"));
}

#[tokio::test]
async fn a_phone_signs_in_by_its_key() {
    let site = Site::new().await;
    let person = site.owner("王芳").await;
    let challenge = site.post_json("/login/challenge", None, &json!({})).await;
    let challenge: serde_json::Value = serde_json::from_str(&challenge.body).expect("JSON");
    let text = challenge["text"].as_str().expect("a text");
    let answer = |signature: String| json!({"challenge": challenge["challenge"], "public_key": person.device.public_key(), "signature": signature});
    let forged = site.post_json("/login/device", None, &answer(base64(&[0; 64]))).await;
    assert_eq!((forged.status, forged.code().as_str()), (StatusCode::UNAUTHORIZED, "sig"));
    let again = site.post_json("/login/device", None, &answer(person.device.answer(text))).await;
    assert_eq!(again.code(), "dead_challenge", "a wrong answer spends the challenge");
    let estate = &site.estate.estate;
    let fresh = estate.challenge(ChallengeFor::SignIn, site.estate.now(), &mut Fresh::new([9; 32])).await.expect("one");
    let signed = json!({
        "challenge": fresh.id.as_str(),
        "public_key": person.device.public_key(),
        "signature": person.device.answer(&fresh.text),
    });
    let signed_in = site.post_json("/login/device", None, &signed).await;
    assert_eq!(signed_in.status, StatusCode::NO_CONTENT);
    assert!(is_signed_in(&site, &session_cookie(&signed_in)).await);
}

/// Goes from a letter to the page that asks for the code.
async fn enrolment(site: &Site, letter: &str) -> (String, String) {
    let shown = site.post_form("/enrol", None, &format!("letter={letter}")).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("王芳") && shown.body.contains("100****0103") && !shown.body.contains("10000000103"));
    let form = format!("letter={letter}&estate={}&contact=0&keys=voting", site.estate.compound);
    let sent = site.post_form("/enrol/send", None, &form).await;
    let place = sent.header(header::LOCATION).to_owned();
    assert_eq!(site.get(&place, None).await.count("#enrol-form[data-keys=voting]"), 1);
    let code = last_code(&site.estate.estate, &site.estate.compound, Some("10000000103")).await;
    (place.split_once('?').expect("which keys").0.to_owned(), code)
}

#[tokio::test]
async fn a_letter_and_a_code_together_enrol_a_phone() {
    let site = Site::new().await;
    let letter = site.letters["王芳"].clone();
    let (place, code) = enrolment(&site, &letter).await;
    let keys = TestDevice::new().owner_keys();
    let body = |code: &str, sign_in: &str| json!({"code": code, "sign_in": sign_in, "voting": keys.voting});
    let mut identity = [0; 32];
    identity[0] = 1;
    let weak = site.post_json(&place, None, &body(&code, &base64(&identity))).await;
    assert_eq!((weak.status, weak.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "weak_key"));
    let enrolled = site.post_json(&place, None, &body(&code, &keys.sign_in)).await;
    assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.body);
    assert!(is_signed_in(&site, &session_cookie(&enrolled)).await);
    let again = site.post_json(&place, None, &body(&code, &keys.sign_in)).await;
    assert_eq!(again.code(), "dead_code", "a code is good once");
}

#[tokio::test]
async fn a_letter_that_is_none_leads_back_to_the_form() {
    let site = Site::new().await;
    let answer = site.post_form("/enrol", None, "letter=7K4P-9QXM-2RTD").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.count("[role=alert] a[href='#letter']"), 1);
    assert_eq!(answer.count("input#letter[value='7K4P-9QXM-2RTD']"), 1, "what was typed is kept");
}

#[tokio::test]
async fn ones_own_page_shows_homes_and_ends_lost_phones() {
    let site = Site::new().await;
    let person = site.owner("王芳").await;
    let page = site.get("/me", Some(&person.token)).await;
    for shown in ["1 号楼 1 单元 201 室", "89.53 平方米", "2 号楼 1 单元 101 室"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(!page.body.contains("张伟明"), "nothing of others");
    let other = site.owner("张伟明").await;
    let link = page.body.split("href=\"").find(|part| part.contains("/revoke")).expect("a way to end the phone");
    let link = link.split('"').next().expect("a link");
    for answer in [site.get(link, Some(&other.token)).await, site.post_form(link, Some(&other.token), "").await] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "another's phone does not exist");
    }
    assert_eq!(site.get(link, Some(&person.token)).await.count("form[method=post] button"), 3);
    assert_eq!(site.post_form(link, Some(&person.token), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/me", Some(&person.token)).await.status, StatusCode::UNAUTHORIZED);
}
