// Owned by mcpgen: edits are overwritten.

use std::time::{Duration, Instant};

use super::Stats;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A hundred requests of which some fail, all at one moment.
fn hundred(stats: &Stats, now: Instant, failures: usize) {
    for request in 0..100 {
        stats.record(now, 10 * MS, (request < failures).then_some("upstream_timeout"));
    }
}

#[track_caller]
fn near(measured: f64, expected: f64) {
    assert!((measured - expected).abs() <= expected * 0.07, "{measured} is not near {expected}");
}

#[test]
fn nothing_has_happened_to_a_new_server() {
    let now = Instant::now();
    let report = Stats::new(now).report(now);
    assert!(report.healthy);
    assert_eq!((report.processed_requests, report.failed_requests), (0, 0));
    assert_eq!((report.uptime_seconds, report.last_error), (0, None));
    let performance = serde_json::to_value(report.performance).expect("numbers");
    for name in ["avg_response_time", "p50_response_time", "p99_response_time", "throughput"] {
        assert_eq!(performance[name], 0.0, "{name}");
    }
}

#[test]
fn a_tenth_of_failures_is_too_much() {
    for (failures, rate, healthy) in
        [(5, 0.05, true), (9, 0.09, true), (10, 0.10, false), (15, 0.15, false)]
    {
        let now = Instant::now();
        let stats = Stats::new(now);
        hundred(&stats, now, failures);
        let report = stats.report(now);
        assert!((report.error_rate - rate).abs() < 1e-12, "{}", report.error_rate);
        assert_eq!(report.healthy, healthy, "{failures} of 100");
        assert_eq!(report.last_error, Some("upstream_timeout"));
    }
}

#[test]
fn the_server_recovers() {
    let start = Instant::now();
    let stats = Stats::new(start);
    hundred(&stats, start, 100);
    assert!(!stats.report(start + 299 * SECOND).healthy);
    let report = stats.report(start + 300 * SECOND);
    assert!(report.healthy);
    assert!(report.error_rate.abs() < f64::EPSILON);
    assert_eq!((report.processed_requests, report.failed_requests), (100, 100));
    assert_eq!(report.last_error, Some("upstream_timeout"));

    // The same slot holds other seconds now.
    hundred(&stats, start + 300 * SECOND, 5);
    let report = stats.report(start + 301 * SECOND);
    assert!((report.error_rate - 0.05).abs() < 1e-12, "{}", report.error_rate);
    assert_eq!(report.processed_requests, 200);
}

#[test]
fn times_are_measured() {
    let start = Instant::now();
    let stats = Stats::new(start);
    for _ in 0..98 {
        stats.record(start + SECOND, 10 * MS, None);
    }
    for _ in 0..2 {
        stats.record(start + SECOND, 2000 * MS, None);
    }
    let performance = stats.report(start + 10 * SECOND).performance;
    near(performance.avg_response_time, 0.0498);
    near(performance.p50_response_time, 0.01);
    near(performance.p99_response_time, 2.0);
    near(performance.throughput, 10.0);
}

#[test]
fn throughput_is_that_of_the_window() {
    let start = Instant::now();
    let stats = Stats::new(start);
    for second in 0..3600 {
        for _ in 0..20 {
            stats.record(start + second * SECOND, MS, None);
        }
    }
    let report = stats.report(start + 3600 * SECOND);
    near(report.performance.throughput, 20.0);
    assert_eq!(report.processed_requests, 72_000);
    assert_eq!(report.uptime_seconds, 3600);
}

#[test]
fn threads_do_not_lose_requests() {
    let start = Instant::now();
    let stats = Stats::new(start);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for second in 0..250 {
                    hundred(&stats, start + second * SECOND, 1);
                }
            });
        }
    });
    let report = stats.report(start + 250 * SECOND);
    assert_eq!((report.processed_requests, report.failed_requests), (100_000, 1000));
    assert!((report.error_rate - 0.01).abs() < 1e-12, "{}", report.error_rate);
}
