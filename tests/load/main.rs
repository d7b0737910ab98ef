//! Delivers signed comments to a server at a steady rate, each on time whether or not the last one was answered, and
//! prints how long the answers took.
//!
//! `cargo run --release --example load -- http://127.0.0.1:8080/webhook SECRET PER_SECOND SECONDS`

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, secret, rate, seconds] = arguments.as_slice() else {
        anyhow::bail!("give the address of the webhook, its secret, deliveries a second, and seconds");
    };
    let (rate, seconds): (u32, u32) = (rate.parse()?, seconds.parse()?);
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut took, failed) = runtime.block_on(deliver(url, secret, rate, rate * seconds))?;
    took.sort();
    let at = |share: f64| took.get(((took.len() as f64 - 1.0) * share) as usize).copied().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{} answered 202, {failed} not; p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        took.len(),
        millis(at(0.5)),
        millis(at(0.9)),
        millis(at(0.99)),
        millis(at(1.0))
    )?;
    Ok(())
}

async fn deliver(url: &str, secret: &str, rate: u32, count: u32) -> anyhow::Result<(Vec<Duration>, usize)> {
    let client = reqwest::Client::builder().pool_max_idle_per_host(256).build()?;
    let run = std::process::id();
    let begin = Instant::now() + Duration::from_millis(100);
    let mut deliveries = tokio::task::JoinSet::new();
    for number in 0..count {
        let due = begin + Duration::from_secs(1) * number / rate;
        let body = payload(number).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).context("any length is good")?;
        mac.update(body.as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let request = client
            .post(url)
            .header("x-github-event", "issue_comment")
            .header("x-github-delivery", format!("load-{run}-{number}"))
            .header("x-hub-signature-256", format!("sha256={hex}"))
            .body(body);
        tokio::time::sleep_until(due.into()).await;
        deliveries.spawn(async move {
            let status = request.send().await.map(|answer| answer.status().as_u16());
            (status.is_ok_and(|status| status == 202), due.elapsed())
        });
    }
    let all = deliveries.join_all().await;
    let failed = all.iter().filter(|(taken, _)| !taken).count();
    Ok((all.into_iter().filter(|(taken, _)| *taken).map(|(_, took)| took).collect(), failed))
}

/// A comment as large as GitHub's are, each on an issue of its own, so that each is a job.
fn payload(number: u32) -> serde_json::Value {
    json!({
        "action": "created",
        "installation": {"id": number % 50},
        "repository": {"id": 9, "full_name": "acme/hiring", "default_branch": "main", "description": "x".repeat(6_000)},
        "issue": {"number": number, "body": "y".repeat(2_000)},
        "comment": {"id": number, "body": "/review ana/shop", "user": {"login": "rita", "type": "User"}},
        "sender": {"login": "rita", "type": "User"},
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
