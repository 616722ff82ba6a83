// Owned by mcpgen: edits are overwritten.

use std::net::TcpListener;
use std::time::Duration;

use mcp_base::Kind;
use serde_json::{Value, json};
use wiremock::matchers::{any, body_json, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

/// An upstream that gives these answers, one after the other and the last one again and again.
async fn upstream(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = answers.len() - 1;
    for (place, answer) in answers.into_iter().enumerate() {
        let mut mock = Mock::given(any()).respond_with(answer);
        if place < last {
            mock = mock.up_to_n_times(1);
        }
        server.register(mock).await;
    }
    server
}

fn settings(endpoint: &str) -> UpstreamSettings<'_> {
    UpstreamSettings {
        user_agent: "weather_v2/1.0.0",
        endpoint,
        auth: UpstreamAuth::None,
        timeout_seconds: 5,
        max_retries: 3,
    }
}

/// A client whose waits are too short to notice.
fn client(settings: UpstreamSettings) -> Upstream {
    let mut client = Upstream::new(settings).expect("a client");
    client.backoff.base = Duration::from_millis(1);
    client
}

fn ok() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "data": { "days": 3 } }))
}

fn status(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string("secret words of the upstream")
}

async fn get(client: &Upstream) -> Result<Value, Error> {
    client.send(Request::get("/v1"), "").await
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.expect("they are recorded").len()
}

#[tokio::test]
async fn a_call_is_sent_as_it_was_filled_in() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/base/v1/a%2Fb"))
        .and(query_param("units", "metric"))
        .and(header("x-unit", "C"))
        .and(header("user-agent", "weather_v2/1.0.0"))
        .and(header("content-type", "application/json"))
        .and(body_json(json!({ "address": { "city": "Oslo" } })))
        .respond_with(ok())
        .mount(&server)
        .await;
    let mut request = Request::post("/v1/{city}");
    request.path("city", "a/b");
    request.query("units", "metric");
    request.header("X-Unit", "C");
    request.field("/address/city", "Oslo");
    let client = client(settings(&format!("{}/base/", server.uri())));
    assert_eq!(client.send::<i64>(request, "/data/days").await.expect("an answer"), 3);
}

#[tokio::test]
async fn every_way_to_prove_who_it_is() {
    let key = Secret::new("user:pass word");
    let basic = "Basic dXNlcjpwYXNzIHdvcmQ=";
    let in_header = |name, value| Mock::given(header(name, value));
    let rows = [
        (UpstreamAuth::Bearer(&key), in_header("authorization", "Bearer user:pass word")),
        (UpstreamAuth::Basic(&key), in_header("authorization", basic)),
        (UpstreamAuth::Header("X-API-Key", &key), in_header("x-api-key", "user:pass word")),
        (UpstreamAuth::Query("appid", &key), Mock::given(query_param("appid", "user:pass word"))),
    ];
    for (auth, mock) in rows {
        let server = MockServer::start().await;
        mock.respond_with(ok()).mount(&server).await;
        let client = client(UpstreamSettings {
            auth,
            ..settings(&server.uri())
        });
        get(&client).await.unwrap_or_else(|error| panic!("{auth:?}: {error:?}"));
        assert!(!format!("{client:?} {auth:?}").contains("pass"), "{client:?}");
    }

    let server = MockServer::start().await;
    Mock::given(header_exists("authorization")).respond_with(status(500)).mount(&server).await;
    Mock::given(any()).respond_with(ok()).mount(&server).await;
    get(&client(settings(&server.uri()))).await.expect("no key is sent");
}

#[tokio::test]
async fn a_request_may_bring_a_key_of_its_own() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Bearer theirs")).respond_with(ok()).mount(&server).await;
    let key = Secret::new("ours");
    let auth = UpstreamAuth::Bearer(&key);
    let client = client(UpstreamSettings {
        auth,
        ..settings(&server.uri())
    });
    let mut request = Request::get("/v1");
    request.header("Authorization", "Bearer theirs");
    client.send::<Value>(request, "").await.expect("their key is sent");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for passing in [429, 500, 502, 503, 504] {
        let server = upstream(vec![status(passing), status(passing), ok()]).await;
        get(&client(settings(&server.uri()))).await.expect("the third attempt");
        assert_eq!(requests(&server).await, 3, "{passing}");
    }
}

#[tokio::test]
async fn the_number_of_attempts_is_bounded() {
    for max_retries in [0, 1, 3] {
        let server = upstream(vec![status(503)]).await;
        let client = client(UpstreamSettings {
            max_retries,
            ..settings(&server.uri())
        });
        let error = get(&client).await.expect_err("it fails each time");
        assert_eq!((error.kind(), error.message()), (Kind::Upstream, "the upstream failed"));
        assert_eq!(i64::try_from(requests(&server).await), Ok(max_retries + 1));
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_tried_again() {
    for (number, kind) in
        [(400, Kind::Tool), (401, Kind::Upstream), (404, Kind::Tool), (422, Kind::Tool)]
    {
        let server = upstream(vec![status(number), ok()]).await;
        let error = get(&client(settings(&server.uri()))).await.expect_err("it is refused");
        assert_eq!(error.kind(), kind, "{number}");
        assert!(!error.message().contains("secret"), "{error:?}");
        assert_eq!(requests(&server).await, 1, "{number}");
    }
}

#[tokio::test]
async fn a_call_that_does_something_is_repeated_only_where_that_is_allowed() {
    for (allowed, attempts) in [(false, 1), (true, 2)] {
        let server = upstream(vec![status(503), ok()]).await;
        let mut request = Request::post("/v1");
        if allowed {
            request.retry();
        }
        let answer = client(settings(&server.uri())).send::<Value>(request, "").await;
        assert_eq!(answer.is_ok(), allowed);
        assert_eq!(requests(&server).await, attempts);
    }
}

#[tokio::test]
async fn the_upstream_says_when_to_try_again() {
    let busy = |wait| status(429).insert_header("Retry-After", wait);
    let server = upstream(vec![busy("1"), ok()]).await;
    let started = Instant::now();
    get(&client(settings(&server.uri()))).await.expect("the second attempt");
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());

    let server = upstream(vec![busy("3600"), ok()]).await;
    let error = get(&client(settings(&server.uri()))).await.expect_err("nobody waits that long");
    assert_eq!(error.message(), "the upstream is asked too often");
    assert_eq!(requests(&server).await, 1);

    let server = upstream(vec![busy("Tue, 28 Jul 2020 12:00:09 GMT"), ok()]).await;
    get(&client(settings(&server.uri()))).await.expect("that time has come");
}

#[tokio::test]
async fn a_slow_upstream_is_not_waited_for() {
    let server = upstream(vec![ok().set_delay(Duration::from_secs(30)), ok()]).await;
    let client = client(UpstreamSettings {
        timeout_seconds: 1,
        ..settings(&server.uri())
    });
    let started = Instant::now();
    let error = get(&client).await.expect_err("it takes too long");
    assert_eq!(error.kind(), Kind::UpstreamTimeout);
    assert!(started.elapsed() < Duration::from_secs(5), "it was tried again");
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn an_upstream_that_is_not_there_cannot_be_reached() {
    let key = Secret::new("hunter2");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let endpoint = format!("http://{}", port.expect("a free port"));
    let auth = UpstreamAuth::Query("appid", &key);
    let error = get(&client(UpstreamSettings {
        auth,
        ..settings(&endpoint)
    }))
    .await;
    let error = error.expect_err("nobody is there");
    assert_eq!((error.kind(), error.message()), (Kind::Upstream, "the upstream cannot be reached"));
    let told = format!("{error:?}");
    assert!(!told.contains("hunter2") && !told.contains("127.0.0.1/"), "{told}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_tried_again() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let attempts = tokio::spawn(async move {
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[1,",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1]",
        ] {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let _ = stream.read(&mut [0; 1024]).await;
            stream.write_all(answer.as_bytes()).await.expect("it is sent");
        }
    });
    assert_eq!(get(&client(settings(&endpoint))).await.expect("the third attempt"), json!([1]));
    attempts.await.expect("three attempts");
}

#[tokio::test]
async fn what_is_no_json_is_an_error_of_the_upstream() {
    for answer in [
        ResponseTemplate::new(200).set_body_string("<html>secret</html>"),
        ResponseTemplate::new(200).set_body_bytes([0xff, 0x00]),
        ResponseTemplate::new(204),
        ok(),
    ] {
        let server = upstream(vec![answer]).await;
        let answer = client(settings(&server.uri())).send::<i64>(Request::get("/"), "/data").await;
        let error = answer.expect_err("no number");
        assert_eq!(error.kind(), Kind::Upstream);
        assert!(!error.message().contains("secret"), "{error}");
        assert_eq!(requests(&server).await, 1);
    }
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_limit() {
    let long = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 8 * 1024 * 1024 + 1]);
    let server = upstream(vec![long]).await;
    let error = get(&client(settings(&server.uri()))).await.expect_err("it is too large");
    assert_eq!(error.message(), "the upstream's answer is too large");
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn redirects_stay_with_the_upstream() {
    let other = upstream(vec![ok()]).await;
    let server = MockServer::start().await;
    let to = |place: &str| ResponseTemplate::new(307).insert_header("Location", place);
    let here = Mock::given(path("/here")).respond_with(to("/v1"));
    let there = Mock::given(path("/there")).respond_with(to(&format!("{}/v1", other.uri())));
    let round = Mock::given(path("/round")).respond_with(to("/round"));
    let end = Mock::given(path("/v1")).respond_with(ok());
    for mock in [here, there, round, end] {
        server.register(mock).await;
    }
    let client = client(settings(&server.uri()));
    client.send::<Value>(Request::get("/here"), "").await.expect("it is followed");
    for place in ["/there", "/round"] {
        let error = client.send::<Value>(Request::get(place), "").await.expect_err("it is not");
        assert_eq!(error.message(), "the upstream points to another address");
    }
    assert_eq!(requests(&other).await, 0);
}

#[tokio::test]
async fn a_request_that_is_not_whole_is_not_sent() {
    let server = upstream(vec![ok()]).await;
    let mut request = Request::get("/v1/{city}");
    request.path("city", "");
    let error = client(settings(&server.uri())).send::<Value>(request, "").await;
    assert_eq!(error.expect_err("empty").message(), "`city` must not be empty");
    assert_eq!(requests(&server).await, 0);
}

#[test]
fn settings_that_cannot_be_used_are_refused() {
    let key = Secret::new("hunter2\n");
    let good = settings("https://api.example/v2/");
    assert!(Upstream::new(good).is_ok(), "TLS is there");
    let rows = [
        (
            UpstreamSettings {
                endpoint: "api.example",
                ..good
            },
            "`endpoint`",
        ),
        (
            UpstreamSettings {
                endpoint: "ftp://api.example",
                ..good
            },
            "`endpoint`",
        ),
        (
            UpstreamSettings {
                endpoint: "https://api.example?key=1",
                ..good
            },
            "`endpoint`",
        ),
        (
            UpstreamSettings {
                endpoint: "https://me:hunter2@api.example",
                ..good
            },
            "must not hold a password",
        ),
        (
            UpstreamSettings {
                timeout_seconds: 0,
                ..good
            },
            "`timeout_seconds`",
        ),
        (
            UpstreamSettings {
                max_retries: -1,
                ..good
            },
            "`max_retries`",
        ),
        (
            UpstreamSettings {
                auth: UpstreamAuth::Bearer(&key),
                ..good
            },
            "no header can hold",
        ),
        (
            UpstreamSettings {
                auth: UpstreamAuth::Basic(&key),
                ..good
            },
            "`user:password`",
        ),
    ];
    for (settings, expected) in rows {
        let error = Upstream::new(settings).expect_err(expected).to_string();
        assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
    }
}
