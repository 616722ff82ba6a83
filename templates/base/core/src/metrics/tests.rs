// Owned by mcpgen: edits are overwritten.

use std::collections::HashSet;
use std::time::Duration;

use super::{Metrics, Outcome, UpstreamOutcome};

const MS: Duration = Duration::from_millis(1);

fn metrics() -> Metrics {
    Metrics::new("weather_v2", "1.2.3", ["/mcp", "/health"], ["get_forecast"])
}

#[track_caller]
fn has(page: &str, line: &str) {
    assert!(page.lines().any(|one| one == line), "no line {line}\nin\n{page}");
}

#[test]
fn what_is_recorded_is_on_the_page() {
    let metrics = metrics();
    let route = metrics.route("/mcp");
    route.record(Outcome::Ok, MS);
    route.record(Outcome::Ok, 40 * MS);
    route.record(Outcome::ServerError, 60_000 * MS);
    let tool = metrics.tool("get_forecast");
    tool.record(Outcome::ClientError, MS);
    tool.cache_hits.increment();
    metrics.upstream().record(UpstreamOutcome::Timeout, 30_000 * MS);
    metrics.upstream().retries.increment();
    metrics.cache_failures().increment();
    let _guard = metrics.in_flight().enter();
    drop(metrics.in_flight().enter());

    let page = metrics.page();
    has(&page, r#"mcp_build_info{server="weather_v2",version="1.2.3"} 1"#);
    has(&page, r#"mcp_in_flight_requests{server="weather_v2"} 1"#);
    has(&page, "# TYPE mcp_request_seconds histogram");
    has(&page, r#"mcp_request_seconds_bucket{server="weather_v2",route="/mcp",le="0.001"} 1"#);
    has(&page, r#"mcp_request_seconds_bucket{server="weather_v2",route="/mcp",le="0.025"} 1"#);
    has(&page, r#"mcp_request_seconds_bucket{server="weather_v2",route="/mcp",le="0.05"} 2"#);
    has(&page, r#"mcp_request_seconds_bucket{server="weather_v2",route="/mcp",le="30"} 2"#);
    has(&page, r#"mcp_request_seconds_bucket{server="weather_v2",route="/mcp",le="+Inf"} 3"#);
    has(&page, r#"mcp_request_seconds_sum{server="weather_v2",route="/mcp"} 60.041"#);
    has(&page, r#"mcp_request_seconds_count{server="weather_v2",route="/mcp"} 3"#);
    has(&page, r#"mcp_requests_total{server="weather_v2",route="/mcp",outcome="ok"} 2"#);
    has(&page, r#"mcp_requests_total{server="weather_v2",route="/mcp",outcome="server_error"} 1"#);
    has(&page, r#"mcp_requests_total{server="weather_v2",route="/health",outcome="ok"} 0"#);
    let of_tool = r#"server="weather_v2",tool="get_forecast""#;
    has(&page, &format!(r#"mcp_tool_calls_total{{{of_tool},outcome="client_error"}} 1"#));
    has(&page, &format!(r#"mcp_cache_requests_total{{{of_tool},outcome="hit"}} 1"#));
    has(&page, r#"mcp_upstream_requests_total{server="weather_v2",outcome="timeout"} 1"#);
    has(&page, r#"mcp_upstream_retries_total{server="weather_v2"} 1"#);
    has(&page, r#"mcp_cache_store_failures_total{server="weather_v2"} 1"#);
}

#[test]
fn what_is_not_known_counts_as_other() {
    let metrics = metrics();
    let series = metrics.page().lines().count();
    for attempt in 0..100 {
        metrics.route(&format!("/{attempt}")).record(Outcome::ClientError, MS);
        metrics.tool(&attempt.to_string()).record(Outcome::ClientError, MS);
    }
    let page = metrics.page();
    assert_eq!(page.lines().count(), series);
    has(
        &page,
        r#"mcp_requests_total{server="weather_v2",route="other",outcome="client_error"} 100"#,
    );
    has(
        &page,
        r#"mcp_tool_calls_total{server="weather_v2",tool="other",outcome="client_error"} 100"#,
    );
}

/// Every line is a comment or `name{labels} number`, every series is there once, and every family
/// is announced before its samples.
#[test]
fn the_page_is_well_formed() {
    let metrics = Metrics::new("a\"b\\c\nd", "1", ["/mcp"], ["tool"]);
    let page = metrics.page();
    has(&page, r#"mcp_in_flight_requests{server="a\"b\\c\nd"} 0"#);
    let (mut families, mut series) = (HashSet::new(), HashSet::new());
    for line in page.lines() {
        if let Some(comment) = line.strip_prefix("# TYPE ") {
            let family = comment.split(' ').next().expect("a name");
            assert!(families.insert(family), "{family} is announced twice");
        } else if !line.starts_with("# HELP ") {
            let (name, number) = line.rsplit_once(' ').expect("a number");
            assert!(number.parse::<f64>().is_ok(), "{line}");
            assert!(series.insert(name), "{name} is there twice");
            let family = name.split('{').next().expect("a name");
            let of_histogram =
                ["_bucket", "_sum", "_count"].iter().find_map(|end| family.strip_suffix(end));
            assert!(families.contains(of_histogram.unwrap_or(family)), "{line}");
        }
    }
    assert!(page.ends_with('\n'));
}

#[test]
fn a_status_has_its_outcome() {
    let outcomes = [200, 304, 400, 499, 500, 503].map(Outcome::of_status);
    let [ok, not_modified, first, last, broken, busy] = outcomes;
    assert_eq!([ok, not_modified], [Outcome::Ok; 2]);
    assert_eq!([first, last], [Outcome::ClientError; 2]);
    assert_eq!([broken, busy], [Outcome::ServerError; 2]);
}
